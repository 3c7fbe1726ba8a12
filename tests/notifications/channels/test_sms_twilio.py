# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Twilio's driver against a gateway process that answers as Twilio's pages say, and its signed callbacks."""

from collections.abc import Iterator
from datetime import timedelta
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
    ReceiptRequest,
    RejectedPermanent,
    RejectedTemporary,
    Result,
    Throttled,
)
from notifications.channels.sms.twilio import DRIVER, signature
from tests.notifications.channels.conftest import NOW, sms
from tests.notifications.gateways.processes import Gateway, Mailbox
from tests.notifications.gateways.twilio import ACCOUNT, TOKEN

REFERENCE = "0199aa11000070008000000000000002"
SID = "SM" + "0" * 31 + "1"


@pytest.fixture(scope="module")
def running() -> Iterator[Gateway]:
    with Gateway("twilio") as gateway:
        yield gateway


@pytest.fixture
def gateway(running: Gateway) -> Gateway:
    running.forget()
    return running


def config(gateway: Gateway, **changes: str) -> dict[str, str]:
    return {
        "url": gateway.url,
        "account_sid": ACCOUNT,
        "auth_token": TOKEN,
        "receipts_url": "https://portal.example/zustellberichte/abc/",
        "timeout": "1",
    } | changes


def send(gateway: Gateway, settings: dict[str, str] | None = None, **changes: Any) -> Result:
    with DRIVER.open(settings or config(gateway)) as session:
        return session.send(sms(**({"reference": REFERENCE} | changes)), now=NOW)


def test_our_reference_rides_in_the_address_of_the_callback(gateway: Gateway) -> None:
    assert send(gateway, text="Grüße & Plus+", validity_minutes=90) == Accepted(SID)
    assert gateway.journal() == [
        {
            "To": "+4915228817386",
            "Body": "Grüße & Plus+",
            "From": "Termin FD",
            "ValidityPeriod": "5400",
            "StatusCallback": f"https://portal.example/zustellberichte/abc/?reference={REFERENCE}",
        }
    ]


def test_a_messaging_service_takes_the_place_of_the_sender(gateway: Gateway) -> None:
    service = "MG" + "1f" * 16
    assert isinstance(
        send(gateway, config(gateway, messaging_service_sid=service, receipts_url=""), validity_minutes=99_999),
        Accepted,
    )
    [kept] = gateway.journal()
    assert (kept["MessagingServiceSid"], kept["ValidityPeriod"]) == (service, "36000")
    assert kept.keys() == {"To", "Body", "MessagingServiceSid", "ValidityPeriod"}


@pytest.mark.parametrize(
    ("settings", "changes", "result"),
    [
        ({"auth_token": "falsch"}, {}, AccountProblem("twilio-20003")),
        ({"account_sid": "AC" + "1" * 32}, {}, AccountProblem("twilio-20404")),
        ({}, {"to": "+33123"}, RejectedPermanent("twilio-21211", suppress=True)),
        ({}, {"text": ""}, RejectedPermanent("twilio-21602", suppress=False)),
    ],
    ids=str,
)
def test_each_refusal_is_classified(
    gateway: Gateway, settings: dict[str, str], changes: dict[str, Any], result: Result
) -> None:
    assert send(gateway, config(gateway, **settings), **changes) == result
    assert gateway.journal() == []


@pytest.mark.parametrize(
    ("status", "code", "result"),
    [
        (400, 21610, RejectedPermanent("twilio-21610", suppress=True)),
        (400, 21614, RejectedPermanent("twilio-21614", suppress=True)),
        (400, 21606, AccountProblem("twilio-21606")),
        (400, 30001, RejectedTemporary("twilio-30001", timedelta(minutes=1))),
        (400, 20429, Throttled(timedelta(seconds=60))),
        (400, 99999, RejectedPermanent("http-400", suppress=False)),
        (402, 0, AccountProblem("http-402")),
        (403, "+49 152", AccountProblem("http-403")),
        (500, 20003, Ambiguous("http-500")),
        (429, 20429, Throttled(timedelta(seconds=60))),
    ],
)
def test_codes_say_more_than_the_status_but_never_more_than_we_know(
    gateway: Gateway, status: int, code: object, result: Result
) -> None:
    gateway.misbehave("status", status=status, body={"code": code, "message": "free text with +49 152 2881"})
    assert send(gateway) == result


@pytest.mark.parametrize(
    ("code", "result"),
    [
        ("30005", RejectedPermanent("twilio-failed", suppress=False)),
        ("21610", RejectedPermanent("twilio-21610", suppress=True)),
        ("30002", AccountProblem("twilio-30002")),
    ],
)
def test_a_201_that_says_failed_is_no_success(gateway: Gateway, code: str, result: Result) -> None:
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
    ],
)
def test_what_may_have_been_taken_is_ambiguous(gateway: Gateway, fault: str, result: Result) -> None:
    gateway.misbehave(fault, seconds=2)
    assert send(gateway) == result
    assert len(gateway.journal()) == 1
    assert not DRIVER.can_be_asked


def test_the_signature_is_that_of_the_published_example() -> None:
    parameters = {
        "CallSid": "CA1234567890ABCDE",
        "From": "+12349013030",
        "To": "+18005551212",
        "Caller": "+12349013030",
        "Digits": "1234",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signature(url, parameters, token="12345") == "0/KCTR6DLpKmkAf8muzZqo1nDgQ="


def called_back(gateway: Gateway, *callbacks: dict[str, str], is_forged: bool = False) -> list[ReceiptRequest]:
    with Mailbox() as mailbox:
        gateway.send_receipts(f"{mailbox.url}?reference={REFERENCE}", *callbacks, is_forged=is_forged)
        return mailbox.requests


@pytest.mark.parametrize(
    ("state", "error", "kind", "code"),
    [
        ("delivered", "", ReceiptKind.DELIVERED, "twilio-delivered"),
        ("undelivered", "30003", ReceiptKind.BOUNCED, "twilio-30003"),
        ("undelivered", "30005", ReceiptKind.ADDRESS_WRONG, "twilio-30005"),
        ("failed", "21610", ReceiptKind.STOPPED, "twilio-21610"),
        ("failed", "call +49 152", ReceiptKind.BOUNCED, "twilio-failed"),
    ],
)
def test_a_callback_tells_the_fate_by_our_own_reference(
    gateway: Gateway, state: str, error: str, kind: ReceiptKind, code: str
) -> None:
    [request] = called_back(gateway, {"id": SID, "state": state, "code": error})
    assert DRIVER.receipts(request, config(gateway)) == (Receipt(f"{SID}:{state}", kind, REFERENCE, SID, code=code),)


def test_callbacks_of_the_way_there_say_nothing(gateway: Gateway) -> None:
    requests = called_back(gateway, {"id": SID, "state": "queued"}, {"id": SID, "state": "sent"})
    assert [DRIVER.receipts(request, config(gateway)) for request in requests] == [(), ()]


def test_a_forged_callback_is_refused(gateway: Gateway) -> None:
    [request] = called_back(gateway, {"id": SID, "state": "delivered"}, is_forged=True)
    with pytest.raises(ForgedReceipt):
        DRIVER.receipts(request, config(gateway))


def test_a_true_signature_does_not_cover_another_message(gateway: Gateway) -> None:
    [request] = called_back(gateway, {"id": SID, "state": "delivered"})
    other = "f" * 32
    moved = ReceiptRequest(
        "POST", request.url.replace(REFERENCE, other), request.headers, {"reference": other}, request.body
    )
    changed = ReceiptRequest(
        "POST", request.url, request.headers, request.query, request.body.replace(b"delivered", b"failed")
    )
    unsigned = ReceiptRequest("POST", request.url, {}, request.query, request.body)
    for one in (moved, changed, unsigned):
        with pytest.raises(ForgedReceipt):
            DRIVER.receipts(one, config(gateway))


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"no form", b"a=1&" * 200 + b"a=1"])
def test_what_is_no_form_is_forged(gateway: Gateway, body: bytes) -> None:
    with pytest.raises(ForgedReceipt):
        DRIVER.receipts(ReceiptRequest("POST", "https://x/", {"x-twilio-signature": "x"}, {}, body), config(gateway))


@pytest.mark.parametrize(
    ("field", "value"),
    [("account_sid", "SK" + "0" * 32), ("messaging_service_sid", "service"), ("auth_token", ""), ("url", "api")],
)
def test_a_wrong_setting_is_named(gateway: Gateway, field: str, value: str) -> None:
    with pytest.raises(BadConfig) as caught:
        DRIVER.open(config(gateway, **{field: value}))
    assert caught.value.field_name == field
