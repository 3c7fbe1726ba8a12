# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""seven's signed webhooks, sent by a process over HTTP; and what every driver does with what nobody should send."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from notifications.channels.base import BadConfig, Channel, ForgedReceipt, Receipt, ReceiptKind, ReceiptRequest
from notifications.channels.registry import drivers_of
from notifications.channels.sms import http_json, link, smpp, twilio
from notifications.channels.sms.seven import DRIVER
from tests.notifications.gateways.processes import Gateway, Mailbox
from tests.notifications.gateways.seven import SIGNING_KEY

REFERENCE = "0199aa11000070008000000000000002"
ALL = (http_json.DRIVER, link.DRIVER, DRIVER, smpp.DRIVER, twilio.DRIVER)
CONFIG = {"key": "api-key", "signing_key": SIGNING_KEY}


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with Gateway("seven") as running:
        yield running


def called(gateway: Gateway, *calls: dict[str, Any], is_forged: bool = False) -> list[ReceiptRequest]:
    with Mailbox() as mailbox:
        gateway.send_receipts(mailbox.url, *calls, is_forged=is_forged)
        return mailbox.requests


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("DELIVERED", ReceiptKind.DELIVERED),
        ("NOTDELIVERED", ReceiptKind.BOUNCED),
        ("EXPIRED", ReceiptKind.BOUNCED),
        ("REJECTED", ReceiptKind.BOUNCED),
        ("FAILED", ReceiptKind.BOUNCED),
        ("BUFFERED", ReceiptKind.DELAYED),
    ],
)
def test_a_webhook_tells_the_fate(gateway: Gateway, state: str, kind: ReceiptKind) -> None:
    [request] = called(gateway, {"id": "77149843739", "state": state, "reference": REFERENCE})
    assert DRIVER.receipts(request, CONFIG) == (
        Receipt(
            event=f"77149843739:{state.lower()}",
            kind=kind,
            our_reference=REFERENCE,
            provider_reference="77149843739",
            code=f"seven-{state.lower()}",
            at=datetime(2026, 11, 23, 8, 30, 4, tzinfo=UTC),
        ),
    )


def test_states_of_the_way_there_and_other_events_say_nothing(gateway: Gateway) -> None:
    requests = called(
        gateway,
        {"id": "1", "state": "TRANSMITTED"},
        {"id": "1", "state": "call +49 152"},
        {"id": "", "state": "DELIVERED"},
        {"id": "1", "state": "DELIVERED", "event": "sms_mo"},
    )
    assert [DRIVER.receipts(request, CONFIG) for request in requests] == [(), (), (), ()]


def test_repeated_and_reordered_webhooks_keep_their_names(gateway: Gateway) -> None:
    buffered, delivered = {"id": "1", "state": "BUFFERED"}, {"id": "1", "state": "DELIVERED"}
    requests = called(gateway, delivered, buffered, *[delivered] * 9)
    events = [receipt.event for request in requests for receipt in DRIVER.receipts(request, CONFIG)]
    assert events == ["1:delivered", "1:buffered", *["1:delivered"] * 9]


def test_a_forged_webhook_is_refused(gateway: Gateway) -> None:
    [request] = called(gateway, {"id": "1", "state": "DELIVERED"}, is_forged=True)
    with pytest.raises(ForgedReceipt):
        DRIVER.receipts(request, CONFIG)


def test_a_true_signature_covers_body_address_time_and_nonce(gateway: Gateway) -> None:
    [request] = called(gateway, {"id": "1", "state": "DELIVERED"})
    assert len(DRIVER.receipts(request, CONFIG)) == 1
    for altered in (
        replace(request, body=request.body.replace(b"DELIVERED", b"FAILED")),
        replace(request, url=request.url.replace("abc", "abd")),
        replace(request, method="GET"),
        replace(request, headers={**request.headers, "x-timestamp": "1"}),
        replace(request, headers={**request.headers, "x-nonce": "1"}),
        replace(request, headers={**request.headers, "x-signature": ""}),
        replace(request, headers={**request.headers, "x-signature": "\udcff"}),
    ):
        with pytest.raises(ForgedReceipt):
            DRIVER.receipts(altered, CONFIG)


def test_the_signature_may_be_written_in_base64_and_in_capitals(gateway: Gateway) -> None:
    [request] = called(gateway, {"id": "1", "state": "DELIVERED"})
    written = request.headers["x-signature"]
    for other in (written.upper(), base64.b64encode(bytes.fromhex(written)).decode()):
        assert len(DRIVER.receipts(replace(request, headers={**request.headers, "x-signature": other}), CONFIG)) == 1


def test_without_a_signing_key_nothing_is_believed(gateway: Gateway) -> None:
    [request] = called(gateway, {"id": "1", "state": "DELIVERED"})
    with pytest.raises(ForgedReceipt):
        DRIVER.receipts(request, {"key": "api-key"})


@pytest.mark.parametrize("driver", ALL, ids=lambda driver: driver.key)
def test_whatever_comes_unsigned_is_forged_or_nothing(driver: Any) -> None:
    for body in (b"", b"{}", b"null", b"\xff\xfe\x00", b'{"data": {}}', b"[" * 50_000, b"x" * 100_000):
        request = ReceiptRequest("POST", "https://portal.example/x/", {}, {}, body)
        try:
            assert driver.receipts(request, {}) == ()
        except (ForgedReceipt, BadConfig):
            continue


@pytest.mark.parametrize("driver", ALL, ids=lambda driver: driver.key)
def test_every_driver_names_what_is_missing_in_german(driver: Any) -> None:
    with pytest.raises(BadConfig) as caught:
        driver.open({})
    assert caught.value.sentence.endswith("Bitte ausfüllen.")
    names = [field.name for field in driver.fields]
    assert len(names) == len(set(names))
    assert caught.value.field_name in names


def test_these_are_the_providers_that_an_office_can_choose_from() -> None:
    assert set(drivers_of(Channel.SMS)) == set(ALL)
    assert [driver.key for driver in drivers_of(Channel.SMS)] == ["http_json", "link", "seven", "smpp", "twilio"]
    assert [driver.key for driver in drivers_of(Channel.SMS) if driver.can_be_asked] == ["seven"]
