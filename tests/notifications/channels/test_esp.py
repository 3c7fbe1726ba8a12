# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Mail providers' drivers against processes that answer as the providers do."""

import base64
from datetime import timedelta
from typing import Any

import pytest

from notifications.channels.base import (
    Accepted,
    AccountProblem,
    Ambiguous,
    BadConfig,
    CalendarPart,
    Channel,
    RejectedPermanent,
    RejectedTemporary,
    Result,
    Throttled,
)
from notifications.channels.registry import driver_of, drivers_of
from tests.notifications.channels.conftest import NOW, mail
from tests.notifications.channels.esp_accounts import ESPS, REFERENCE, config
from tests.notifications.gateways.processes import Gateway
from tests.notifications.servers import free_port


def send(esp: str, gateway: Gateway, settings: dict[str, str] | None = None, **changes: Any) -> Result:
    with driver_of(esp).open(settings or config(esp, gateway)) as session:  # type: ignore[attr-defined]
        result: Result = session.send(mail(**({"message_id_token": REFERENCE} | changes)), now=NOW)
        return result


def test_all_of_them_are_found_by_themselves() -> None:
    assert {*ESPS, "smtp"} <= {driver.key for driver in drivers_of(Channel.EMAIL)}


@pytest.mark.parametrize(
    ("esp", "reference"),
    [
        ("brevo", "<2026.1@smtp-relay.mailin.fr>"),
        ("mailjet", "288230376151711001"),
        ("postal", "1"),
        ("scaleway", "b6b31"),
    ],
)
def test_a_mail_is_handed_over_under_the_providers_name(gateways: dict[str, Gateway], esp: str, reference: str) -> None:
    with Gateway("esp", GATEWAY_ESP=esp) as gateway:
        result = send(esp, gateway)
        assert isinstance(result, Accepted)
        assert result.reference == reference


def test_what_brevo_gets_is_the_whole_mail(gateways: dict[str, Gateway]) -> None:
    ics = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    result = send(
        "brevo",
        gateways["brevo"],
        sender_name='Jobcenter "Fulda", Süd',
        to="ayse@müller.example",
        reply_to="buero@fulda.example",
        unsubscribe_url="https://fulda.example/ab/1",
        calendar=CalendarPart(ics, "REQUEST"),
    )
    assert isinstance(result, Accepted)
    [kept] = gateways["brevo"].journal()
    written = mail()
    assert base64.b64decode(kept.pop("attachment")[0]["content"]).replace(b"\r\n", b"\n") == ics.replace(b"\r\n", b"\n")
    sender = kept.pop("sender")
    assert sender["email"] == "termin@fulda.example"
    assert kept == {
        "to": [{"email": "ayse@xn--mller-kva.example"}],
        "replyTo": {"email": "buero@fulda.example"},
        "subject": written.subject,
        "textContent": written.text,
        "htmlContent": written.html,
        "tags": [REFERENCE],
        "headers": {
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "Content-Language": "de",
            "List-Unsubscribe": "<https://fulda.example/ab/1>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "X-Mailin-custom": f'{{"reference": "{REFERENCE}"}}',
        },
    }


def test_mailjet_is_told_not_to_watch_people(gateways: dict[str, Gateway]) -> None:
    send("mailjet", gateways["mailjet"])
    [kept] = gateways["mailjet"].journal()
    assert (kept["Globals"]["TrackOpens"], kept["Globals"]["TrackClicks"]) == ("disabled", "disabled")
    assert kept["Globals"]["EventPayload"] == f'{{"reference": "{REFERENCE}"}}'


@pytest.mark.parametrize("esp", ESPS)
def test_one_connection_carries_many_mails(gateways: dict[str, Gateway], esp: str) -> None:
    with driver_of(esp).open(config(esp, gateways[esp])) as session:  # type: ignore[attr-defined]
        results = {type(session.send(mail(message_id_token=f"{n:032x}"), now=NOW)) for n in range(5)}
    assert (results, len(gateways[esp].journal())) == ({Accepted}, 5)


@pytest.mark.parametrize(
    ("esp", "settings", "changes", "result"),
    [
        ("brevo", {"api_key": "falsch"}, {}, AccountProblem("http-401")),
        ("brevo", {}, {"sender_address": "x@bank.example"}, AccountProblem("permission_denied")),
        ("brevo", {"url": "/v2/"}, {}, AccountProblem("http-404")),
        ("mailjet", {"secret_key": "falsch"}, {}, AccountProblem("http-401")),
        ("mailjet", {}, {"sender_address": "x@bank.example"}, AccountProblem("send-0008")),
        ("postal", {"api_key": "falsch"}, {}, AccountProblem("InvalidServerAPIKey")),
        ("postal", {}, {"sender_address": "x@bank.example"}, AccountProblem("UnauthenticatedFromAddress")),
        ("scaleway", {"secret_key": "falsch"}, {}, AccountProblem("http-401")),
        ("scaleway", {"project_id": "fremd"}, {}, AccountProblem("permissions_denied")),
    ],
)
def test_what_is_wrong_with_the_account_is_a_matter_for_staff(
    gateways: dict[str, Gateway], esp: str, settings: dict[str, str], changes: dict[str, Any], result: Result
) -> None:
    gateway = gateways[esp]
    if settings.get("url", "").startswith("/"):
        settings = {"url": gateway.url + settings["url"]}
    assert send(esp, gateway, config(esp, gateway, **settings), **changes) == result
    assert gateway.journal() == []


@pytest.mark.parametrize(
    ("esp", "code", "result"),
    [
        ("postal", "ValidationError", RejectedPermanent("refused-in-answer", suppress=False)),
        ("postal", "ServerSuspended", AccountProblem("ServerSuspended")),
        ("mailjet", "mj-0013", RejectedPermanent("esp-failed", suppress=False)),
        ("mailjet", "send-0008", AccountProblem("send-0008")),
        ("brevo", "not_enough_credits", AccountProblem("not_enough_credits")),
        ("brevo", "invalid_parameter", RejectedPermanent("refused-in-answer", suppress=False)),
        ("scaleway", "quotas_exceeded", AccountProblem("quotas_exceeded")),
    ],
)
def test_http_200_with_an_error_inside_is_no_success(
    gateways: dict[str, Gateway], esp: str, code: str, result: Result
) -> None:
    gateways[esp].misbehave("200-with-error", code=code)
    assert send(esp, gateways[esp]) == result


@pytest.mark.parametrize("esp", ESPS)
@pytest.mark.parametrize(
    ("fault", "result"),
    [
        ("close-after-accept", Ambiguous("no-answer")),
        ("500-after-accept", Ambiguous("http-500")),
        ("malformed-after-accept", Ambiguous("malformed")),
    ],
)
def test_what_may_have_been_taken_is_ambiguous(
    gateways: dict[str, Gateway], esp: str, fault: str, result: Result
) -> None:
    gateways[esp].misbehave(fault)
    assert send(esp, gateways[esp]) == result
    assert len(gateways[esp].journal()) == 1


@pytest.mark.parametrize(
    ("fault", "result"),
    [
        ({"status": 429, "headers": {"Retry-After": "7"}}, Throttled(timedelta(seconds=7))),
        ({"status": 402}, AccountProblem("http-402")),
        ({"status": 400, "body": {"code": "invalid_parameter"}}, RejectedPermanent("http-400", suppress=False)),
        ({"status": 302, "headers": {"Location": "http://127.0.0.1:1/"}}, AccountProblem("http-302")),
        ({"status": 200, "body": []}, Ambiguous("malformed")),
        ({"status": 200, "body": {"messageId": None}}, Ambiguous("malformed")),
        ({"status": 200, "body": {"messageId": {"x": 1}}}, Ambiguous("malformed")),
    ],
    ids=str,
)
def test_other_answers(gateways: dict[str, Gateway], fault: dict[str, Any], result: Result) -> None:
    gateways["brevo"].misbehave("status", **fault)
    assert send("brevo", gateways["brevo"]) == result


@pytest.mark.parametrize("esp", ESPS)
def test_nobody_listening_is_temporary(gateways: dict[str, Gateway], esp: str) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}/"
    assert send(esp, gateways[esp], config(esp, gateways[esp], url=nowhere)) == RejectedTemporary("connect", None)


@pytest.mark.parametrize("esp", ESPS)
@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Termin\r\nBcc: x@example.org"},
        {"sender_name": "Amt\r\nBcc: x@example.org"},
        {"to": "ayse@example.org\r\nBcc: x@example.org"},
        {"to": "ayşe@example.org"},
        {"to": "a@example.org, b@example.org"},
        {"reply_to": "x@example.org\nBcc: y@example.org"},
        {"message_id_token": "x\r\ny"},
    ],
    ids=str,
)
def test_what_no_mail_may_have_is_refused_before_anything_is_sent(
    gateways: dict[str, Gateway], esp: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"address|line break|token"):
        send(esp, gateways[esp], **changes)
    assert gateways[esp].journal() == []


def test_a_provider_in_our_own_network_is_out_of_reach(gateways: dict[str, Gateway], settings: Any) -> None:
    settings.ALLOW_LOCAL_PROVIDERS = False
    with pytest.raises(BadConfig):
        driver_of("postal").open(config("postal", gateways["postal"]))
    inside = config("postal", gateways["postal"], url=f"https://127.0.0.1:{gateways['postal'].port}")
    assert send("postal", gateways["postal"], inside) == AccountProblem("address")


@pytest.mark.parametrize(
    ("esp", "changes", "field"),
    [
        ("brevo", {"api_key": ""}, "api_key"),
        ("brevo", {"url": "ftp://x/"}, "url"),
        ("mailjet", {"secret_key": "ä"}, "secret_key"),
        ("postal", {"public_key": "AAAA"}, "public_key"),
        ("scaleway", {"project_id": " "}, "project_id"),
    ],
)
def test_a_wrong_setting_is_named_before_anything_is_sent(
    gateways: dict[str, Gateway], esp: str, changes: dict[str, str], field: str
) -> None:
    with pytest.raises(BadConfig) as refused:
        driver_of(esp).open(config(esp, gateways[esp], **changes))
    assert refused.value.field_name == field
