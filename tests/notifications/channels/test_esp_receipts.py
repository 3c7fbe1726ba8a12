# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Webhooks of mail providers: signed events become receipts, whatever else comes is refused or says nothing."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest

from notifications.channels.base import (
    ForgedReceipt,
    Receipt,
    ReceiptKind,
    ReceiptRequest,
)
from notifications.channels.registry import driver_of
from tests.notifications.channels.esp_accounts import REFERENCE, WEBHOOK_KEY, config
from tests.notifications.gateways.processes import Gateway, Mailbox

K = ReceiptKind
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
