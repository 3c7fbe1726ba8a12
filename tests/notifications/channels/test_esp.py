# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Mail providers' drivers against processes that answer as the providers do, and their webhooks."""

import base64
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from notifications.channels.base import (
    Accepted,
    AccountProblem,
    Ambiguous,
    BadConfig,
    CalendarPart,
    Channel,
    ForgedReceipt,
    Receipt,
    ReceiptKind,
    ReceiptRequest,
    RejectedPermanent,
    RejectedTemporary,
    Result,
    Throttled,
)
from notifications.channels.registry import driver_of, drivers_of
from tests.notifications.channels.conftest import NOW, mail
from tests.notifications.gateways.esp import KEY, PROJECT, SECRET
from tests.notifications.gateways.processes import Gateway, Mailbox
from tests.notifications.servers import free_port

ESPS = ("brevo", "mailjet", "postal", "scaleway")
REFERENCE = "0199aa11000070008000000000000001"
WEBHOOK_KEY = "nobody-guesses-this"
K = ReceiptKind
SIGNING = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC_KEY = base64.b64encode(
    SIGNING.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).decode()


@pytest.fixture(scope="module")
def gateways() -> Iterator[dict[str, Gateway]]:
    private = SIGNING.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(Gateway("esp", GATEWAY_ESP=name, GATEWAY_PRIVATE_KEY=private)) for name in ESPS
        }


@pytest.fixture(autouse=True)
def fresh(gateways: dict[str, Gateway]) -> None:
    for gateway in gateways.values():
        gateway.forget()


def config(esp: str, gateway: Gateway, **changes: str) -> dict[str, str]:
    values = {
        "brevo": {"api_key": KEY, "url": f"{gateway.url}/v3/", "webhook_key": WEBHOOK_KEY},
        "mailjet": {
            "api_key": KEY,
            "secret_key": SECRET,
            "url": f"{gateway.url}/v3.1/",
            "webhook_key": WEBHOOK_KEY,
        },
        "postal": {"api_key": KEY, "url": gateway.url, "public_key": PUBLIC_KEY},
        "scaleway": {"secret_key": SECRET, "project_id": PROJECT, "url": gateway.url + "/regions/{region}/"},
    }[esp]
    return values | changes


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


# --- Webhooks ---------------------------------------------------------------------------------------------------------
AT = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


def reported(
    esp: str, gateway: Gateway, *bodies: Any, query: str = f"?key={WEBHOOK_KEY}", is_forged: bool = False
) -> list[tuple[Receipt, ...]]:
    with Mailbox() as mailbox:
        gateway.send_receipts(mailbox.url + query, *({"body": body} for body in bodies), is_forged=is_forged)
        return [tuple(driver_of(esp).receipts(request, config(esp, gateway))) for request in mailbox.requests]


def brevo_event(event: str, **changes: Any) -> dict[str, Any]:
    return {
        "event": event,
        "email": "ayse@example.org",
        "id": 1,
        "message-id": "<2026.1@smtp-relay.mailin.fr>",
        "ts_epoch": int(AT.timestamp() * 1000),
        "tags": [REFERENCE],
        "X-Mailin-custom": f'{{"reference": "{REFERENCE}"}}',
    } | changes


@pytest.mark.parametrize(
    ("event", "reason", "kind", "code"),
    [
        ("delivered", "", K.DELIVERED, "esp-delivered"),
        ("hard_bounce", "550 5.1.1 <ayse@example.org>: no such user", K.ADDRESS_WRONG, "esp-5.1.1"),
        ("hard_bounce", "550 5.7.1 policy", K.BOUNCED, "esp-5.7.1"),
        ("invalid_email", "", K.ADDRESS_WRONG, "esp-address_wrong"),
        ("soft_bounce", "452 4.2.2 full", K.BOUNCED, "esp-4.2.2"),
        ("blocked", "", K.BOUNCED, "esp-bounced"),
        ("error", "", K.BOUNCED, "esp-bounced"),
        ("deferred", "", K.DELAYED, "esp-delayed"),
        ("spam", "", K.COMPLAINED, "esp-complained"),
        ("unsubscribe", "", K.STOPPED, "esp-stopped"),
    ],
)
def test_an_event_of_brevo_is_a_receipt(
    gateways: dict[str, Gateway], event: str, reason: str, kind: ReceiptKind, code: str
) -> None:
    [[receipt]] = reported("brevo", gateways["brevo"], brevo_event(event, reason=reason))
    assert (receipt.kind, receipt.code, receipt.at) == (kind, code, AT)
    assert (receipt.our_reference, receipt.provider_reference) == (REFERENCE, "<2026.1@smtp-relay.mailin.fr>")


def test_who_opened_or_clicked_is_nobodys_business(gateways: dict[str, Gateway]) -> None:
    events = [brevo_event(name) for name in ("request", "opened", "unique_opened", "click", "something-new")]
    assert reported("brevo", gateways["brevo"], *events) == [(), (), (), (), ()]


def test_repeated_and_reordered_events_keep_their_names(gateways: dict[str, Gateway]) -> None:
    first, second = brevo_event("deferred"), brevo_event("delivered")
    events = [receipt.event for [receipt] in reported("brevo", gateways["brevo"], second, first, first, second)]
    assert (events[0], events[1]) == (events[3], events[2])
    assert len(set(events)) == 2


def test_mailjet_may_send_one_event_or_many(gateways: dict[str, Gateway]) -> None:
    one = {
        "event": "bounce",
        "time": int(AT.timestamp()),
        "MessageID": 288230376151711001,
        "email": "ayse@example.org",
        "Payload": f'{{"reference": "{REFERENCE}"}}',
        "hard_bounce": True,
        "error_related_to": "recipient",
        "error": "user unknown",
        "smtp_reply": "550 5.1.1 unknown",
    }
    sent = one | {"event": "sent", "error": "", "smtp_reply": "250 OK"}
    alone, together = reported("mailjet", gateways["mailjet"], one, [one, sent, one | {"event": "open"}])
    assert [receipt.kind for receipt in (*alone, *together)] == [K.ADDRESS_WRONG, K.ADDRESS_WRONG, K.DELIVERED]
    assert {receipt.our_reference for receipt in together} == {REFERENCE}
    assert alone[0] == together[0]


def postal_event(status: str, output: str = "") -> dict[str, Any]:
    message = {"id": 12345, "token": "x", "direction": "outgoing", "tag": REFERENCE, "to": "ayse@example.org"}
    payload = {"message": message, "status": status, "details": "", "output": output}
    return {"event": "MessageSent", "timestamp": AT.timestamp(), "payload": payload, "uuid": f"uuid-{status}"}


@pytest.mark.parametrize(
    ("status", "output", "kind"),
    [
        ("Sent", "250 2.0.0 ok", K.DELIVERED),
        ("SoftFail", "451 4.3.0 later", K.DELAYED),
        ("HardFail", "550 5.1.1 unknown", K.ADDRESS_WRONG),
        ("HardFail", "554 5.7.1 no", K.BOUNCED),
    ],
)
def test_a_signed_event_of_postal_is_a_receipt(
    gateways: dict[str, Gateway], status: str, output: str, kind: ReceiptKind
) -> None:
    [[receipt]] = reported("postal", gateways["postal"], postal_event(status, output))
    assert (receipt.event, receipt.kind, receipt.our_reference) == (f"uuid-{status}", kind, REFERENCE)
    assert (receipt.provider_reference, receipt.at) == ("12345", AT)


def test_a_forged_signature_is_refused(gateways: dict[str, Gateway]) -> None:
    with pytest.raises(ForgedReceipt):
        reported("postal", gateways["postal"], postal_event("Sent"), is_forged=True)


@pytest.mark.parametrize("headers", [{}, {"x-postal-signature": "x"}, {"x-postal-signature": "ÄÄ=="}])
def test_a_missing_or_broken_signature_is_refused(gateways: dict[str, Gateway], headers: dict[str, str]) -> None:
    request = ReceiptRequest("POST", "https://fulda.example/", headers, {}, b"{}")
    settings = config("postal", gateways["postal"])
    for one in (settings, settings | {"public_key": ""}):
        with pytest.raises(ForgedReceipt):
            driver_of("postal").receipts(request, one)


@pytest.mark.parametrize("esp", ["brevo", "mailjet"])
@pytest.mark.parametrize("query", ["", "?key=", "?key=nobody-guesses-thiS"])
def test_a_call_without_the_key_is_refused(gateways: dict[str, Gateway], esp: str, query: str) -> None:
    with pytest.raises(ForgedReceipt):
        reported(esp, gateways[esp], brevo_event("delivered"), query=query)


def basic(password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"brevo:{password}".encode()).decode()}


def test_the_key_may_also_come_as_the_password_of_the_address(gateways: dict[str, Gateway]) -> None:
    driver, settings = driver_of("brevo"), config("brevo", gateways["brevo"])
    body = b'{"event": "delivered", "message-id": "<1@x>"}'
    good = ReceiptRequest("POST", "https://fulda.example/", basic(WEBHOOK_KEY), {}, body)
    assert [receipt.kind for receipt in driver.receipts(good, settings)] == [K.DELIVERED]
    for headers in (basic("falsch"), {"authorization": "Basic %%%"}, {"authorization": "Bearer x"}):
        with pytest.raises(ForgedReceipt):
            driver.receipts(ReceiptRequest("POST", "https://fulda.example/", headers, {}, body), settings)


@pytest.mark.parametrize("esp", ["brevo", "mailjet"])
@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"null", b"7", b'"x"', b"\xff\xfe", b"[[[]]]", b'{"event": []}', b"[" * 50_000]
)
def test_any_body_is_a_receipt_of_nothing_or_refused(gateways: dict[str, Gateway], esp: str, body: bytes) -> None:
    request = ReceiptRequest("POST", "https://fulda.example/", {}, {"key": WEBHOOK_KEY}, body)
    try:
        receipts = driver_of(esp).receipts(request, config(esp, gateways[esp]))
    except ForgedReceipt:
        return
    assert tuple(receipts) == ()


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
