# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""LINK's driver against a gateway process that answers as LINK's manual says, and its delivery reports."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from notifications.channels.base import (
    Accepted,
    AccountProblem,
    Ambiguous,
    BadConfig,
    ForgedReceipt,
    Receipt,
    ReceiptKind,
    RejectedPermanent,
    RejectedTemporary,
    Result,
    Throttled,
)
from notifications.channels.sms.link import DRIVER
from tests.notifications.channels.conftest import NOW, sms
from tests.notifications.gateways.link import PARTNER, PASSWORD, USER
from tests.notifications.gateways.processes import Gateway, Mailbox

REFERENCE = "0199aa11000070008000000000000002"
KEY = "nobody-guesses-this"


@pytest.fixture(scope="module")
def running() -> Iterator[Gateway]:
    with Gateway("link") as gateway:
        yield gateway


@pytest.fixture
def gateway(running: Gateway) -> Gateway:
    running.forget()
    return running


def config(gateway: Gateway, **changes: str) -> dict[str, str]:
    return {
        "url": gateway.url,
        "user": USER,
        "password": PASSWORD,
        "platform_partner_id": PARTNER,
        "gate": "gate-1",
        "receipt_key": KEY,
        "timeout": "1",
    } | changes


def send(gateway: Gateway, settings: dict[str, str] | None = None, **changes: Any) -> Result:
    with DRIVER.open(settings or config(gateway)) as session:
        return session.send(sms(**({"reference": REFERENCE} | changes)), now=NOW)


def test_an_sms_is_handed_over_with_reference_validity_and_gate(gateway: Gateway) -> None:
    result = send(gateway, text="Ihr Termin: 24.11. um 9:30 Uhr. Größe „€“", validity_minutes=90)
    assert result == Accepted("Dcshuhod0PMAAAFQ+/PbnR1")
    assert gateway.journal() == [
        {
            "source": "Termin FD",
            "sourceTON": "ALPHANUMERIC",
            "destination": "+4915228817386",
            "destinationTON": "MSISDN",
            "dcs": "TEXT",
            "userData": "Ihr Termin: 24.11. um 9:30 Uhr. Größe „€“",
            "useDeliveryReport": True,
            "deliveryReportGates": ["gate-1"],
            "relativeValidityTime": 5_400_000,
            "platformId": "COMMON_API",
            "platformPartnerId": "4711",
            "refId": REFERENCE,
            "ignoreResponse": False,
        }
    ]


@pytest.mark.parametrize(("minutes", "milliseconds"), [(-5, 900_000), (1, 900_000), (99_999, 172_800_000)])
def test_the_validity_stays_inside_what_link_knows(gateway: Gateway, minutes: int, milliseconds: int) -> None:
    assert isinstance(send(gateway, validity_minutes=minutes), Accepted)
    assert [kept["relativeValidityTime"] for kept in gateway.journal()] == [milliseconds]


@pytest.mark.parametrize(
    ("settings", "changes", "result"),
    [
        ({"password": "falsch"}, {}, AccountProblem("http-401")),
        ({"platform_partner_id": "1"}, {}, AccountProblem("http-403")),
        ({}, {"to": "4915228817386"}, RejectedPermanent("link-2106", suppress=True)),
        ({}, {"text": ""}, RejectedPermanent("link-2106", suppress=True)),
    ],
    ids=str,
)
def test_each_refusal_is_classified(
    gateway: Gateway, settings: dict[str, str], changes: dict[str, Any], result: Result
) -> None:
    assert send(gateway, config(gateway, **settings), **changes) == result
    assert gateway.journal() == []


@pytest.mark.parametrize(
    ("code", "result"),
    [
        ("0", Ambiguous("link-0")),
        ("1", RejectedTemporary("link-1", None)),
        ("2", RejectedPermanent("link-2", suppress=False)),
        ("3", Throttled(timedelta(seconds=60))),
        ("4", Ambiguous("link-4")),
        ("103", AccountProblem("link-103")),
        ("2002", AccountProblem("link-2002")),
        ("2104", RejectedPermanent("link-2104", suppress=True)),
        ("2105", RejectedPermanent("link-2105", suppress=False)),
        ("2107", RejectedTemporary("link-2107", None)),
        ("106000", Ambiguous("link-106000")),
        ("99999999", Ambiguous("malformed")),
    ],
)
def test_http_200_with_an_error_inside_is_no_success(gateway: Gateway, code: str, result: Result) -> None:
    gateway.misbehave("200-with-error", code=code)
    assert send(gateway) == result
    assert gateway.journal() == []


@pytest.mark.parametrize(
    ("fault", "result"),
    [
        ("accept-then-hang", Ambiguous("no-answer")),
        ("close-after-accept", Ambiguous("no-answer")),
        ("500-after-accept", Ambiguous("http-500")),
        ("malformed-after-accept", Ambiguous("malformed")),
        ("huge", Ambiguous("no-answer")),
    ],
)
def test_what_may_have_been_taken_is_ambiguous_and_cannot_be_asked(
    gateway: Gateway, fault: str, result: Result
) -> None:
    gateway.misbehave(fault, seconds=2)
    with DRIVER.open(config(gateway)) as session:
        assert session.send(sms(reference=REFERENCE), now=NOW) == result
        assert session.ask(REFERENCE) == Ambiguous("cannot-be-asked")
    assert [kept["refId"] for kept in gateway.journal()] == [REFERENCE]
    assert not DRIVER.can_be_asked


@pytest.mark.parametrize(
    ("status", "result"),
    [
        (302, AccountProblem("http-302")),
        (400, RejectedPermanent("http-400", suppress=False)),
        (402, AccountProblem("http-402")),
        (404, AccountProblem("http-404")),
        (408, RejectedTemporary("http-408", None)),
        (503, Ambiguous("http-503")),
        (204, Ambiguous("http-204")),
    ],
)
def test_other_statuses(gateway: Gateway, status: int, result: Result) -> None:
    gateway.misbehave("status", status=status, headers={"Location": "http://127.0.0.1:1/"})
    assert send(gateway) == result


@pytest.mark.parametrize("fault", ["none", "500-after-accept", "malformed-after-accept", "status"])
def test_nothing_of_a_message_or_key_stands_in_the_log(
    gateway: Gateway, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    gateway.misbehave(fault, status=400, body={"resultCode": 2106, "description": "+4915228817386"})
    with caplog.at_level(logging.INFO):
        result = send(gateway, text="Ihr Termin am Dienstag")
    told = caplog.text + repr(result)
    assert not any(secret in told for secret in ("15228817386", "Dienstag", PASSWORD, KEY))


def test_it_waits_as_long_as_it_is_told(gateway: Gateway) -> None:
    gateway.misbehave("status", status=429, headers={"Retry-After": "7"})
    assert send(gateway) == Throttled(timedelta(seconds=7))


def reported(gateway: Gateway, *reports: dict[str, Any], key: str = KEY) -> list[tuple[Receipt, ...]]:
    with Mailbox() as mailbox:
        gateway.send_receipts(f"{mailbox.url}?key={key}", *reports)
        return [DRIVER.receipts(request, config(gateway)) for request in mailbox.requests]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("1001", ReceiptKind.DELIVERED),
        ("1002", ReceiptKind.BOUNCED),
        ("1006", ReceiptKind.BOUNCED),
        ("2104", ReceiptKind.ADDRESS_WRONG),
        ("2107", ReceiptKind.DELAYED),
    ],
)
def test_a_report_names_the_message_by_both_references(gateway: Gateway, code: str, kind: ReceiptKind) -> None:
    [[receipt]] = reported(gateway, {"id": "Dcs+/1$0", "state": code, "reference": REFERENCE})
    assert receipt == Receipt(
        event=f"Dcs+/1$0:{code}",
        kind=kind,
        our_reference=REFERENCE,
        provider_reference="Dcs+/1",
        code=f"link-{code}",
        at=datetime(2026, 11, 23, 8, 30, 4, tzinfo=UTC),
    )


def test_reports_may_be_repeated_and_reordered_and_keep_their_names(gateway: Gateway) -> None:
    first, second = {"id": "A", "state": "1001"}, {"id": "B", "state": "1006"}
    events = [receipt.event for [receipt] in reported(gateway, second, first, first, second)]
    assert events == ["B:1006", "A:1001", "A:1001", "B:1006"]


def test_reports_of_the_way_there_say_nothing(gateway: Gateway) -> None:
    assert reported(gateway, {"id": "A", "state": "1000"}, {"id": "A", "state": "1005"}) == [(), ()]


@pytest.mark.parametrize("key", ["", "nobody-guesses-thiS"])
def test_a_report_without_the_key_is_forged(gateway: Gateway, key: str) -> None:
    with pytest.raises(ForgedReceipt):
        reported(gateway, {"id": "A", "state": "1001"}, key=key)


def test_an_account_without_a_key_or_with_one_to_guess_takes_no_reports(gateway: Gateway) -> None:
    with Mailbox() as mailbox:
        for key in ("", "short"):
            gateway.send_receipts(f"{mailbox.url}?key={key}", {"id": "A", "state": "1001"})
        unkeyed, short = mailbox.requests
    with pytest.raises(ForgedReceipt):
        DRIVER.receipts(unkeyed, config(gateway, receipt_key=""))
    with pytest.raises(ForgedReceipt):
        DRIVER.receipts(short, config(gateway, receipt_key="short"))


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("url", "", "Adresse der Schnittstelle: Bitte ausfüllen."),
        ("url", "n-eu.linkmobility.io", "Adresse der Schnittstelle: Das ist keine Internetadresse."),
        ("url", "https://ho st/", "Adresse der Schnittstelle: Das ist keine Internetadresse."),
        ("url", "https://host:99999999/", "Adresse der Schnittstelle: Das ist keine Internetadresse."),
        ("url", "ftp://host/", "Adresse der Schnittstelle: Die Adresse muss mit https:// beginnen."),
        (
            "url",
            "https://user:pass@host/",
            "Adresse der Schnittstelle: Bitte ohne Benutzernamen, Kennwort und „#“ in der Adresse.",
        ),
        ("password", "Kennwört", "Kennwort: Bitte nur Buchstaben ohne Umlaute, Ziffern und Zeichen."),
        ("password", "a\r\nX-Evil: 1", "Kennwort: Bitte nur Buchstaben ohne Umlaute, Ziffern und Zeichen."),
        ("platform_partner_id", " ", "platformPartnerId: Bitte ausfüllen."),
        ("timeout", "0", "Längste Wartezeit in Sekunden: Bitte eine ganze Zahl von 1 bis 60."),
        ("timeout", "bald", "Längste Wartezeit in Sekunden: Bitte eine ganze Zahl von 1 bis 60."),
    ],
)
def test_a_wrong_setting_is_named_before_anything_is_sent(
    gateway: Gateway, field: str, value: str, sentence: str
) -> None:
    with pytest.raises(BadConfig) as caught:
        DRIVER.open(config(gateway, **{field: value}))
    assert (caught.value.field_name, caught.value.sentence) == (field, sentence)
