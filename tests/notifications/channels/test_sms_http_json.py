# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A gateway that only its account describes: LOX24 as an office would type it into the form."""

import json
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
from notifications.channels.sms.http_json import DRIVER
from tests.notifications.channels.conftest import NOW, sms
from tests.notifications.gateways.json_gateway import RECEIPT_KEY, TOKEN
from tests.notifications.gateways.processes import Gateway, Mailbox

REFERENCE = "0199aa11000070008000000000000002"


@pytest.fixture(scope="module")
def running() -> Iterator[Gateway]:
    with Gateway("json_gateway") as gateway:
        yield gateway


@pytest.fixture
def gateway(running: Gateway) -> Gateway:
    running.forget()
    return running


BODY: dict[str, Any] = {
    "sender_id": "{sender}",
    "phone": "{to}",
    "text": "{text}",
    "service_code": "direct",
    "callback_data": "{reference}",
    "is_unicode": True,
    "validity": {"minutes": "{validity_minutes}", "until": ["bis {validity_until}", "{to_digits}"]},
}


def config(gateway: Gateway, **changes: str) -> dict[str, str]:
    return {
        "url": gateway.url + "/sms",
        "auth_header": "X-LOX24-AUTH-TOKEN",
        "auth_value": TOKEN,
        "body": json.dumps(BODY),
        "success_statuses": "201",
        "success_path": "status.code",
        "success_values": "0, 100",
        "id_path": "uuid",
        "code_path": "status.code",
        "codes_account": "3000",
        "codes_number": "2000",
        "codes_permanent": "208,5000",
        "codes_temporary": "400, LATER",
        "receipt_key": RECEIPT_KEY,
        "receipt_header": "X-My-Key",
        "receipt_id_path": "data.id",
        "receipt_reference_path": "data.callback_data",
        "receipt_state_path": "data.dlr_code",
        "states_delivered": "1",
        "states_failed": "8",
        "states_number": "16",
        "states_delayed": "2",
        "timeout": "1",
    } | changes


def send(gateway: Gateway, settings: dict[str, str] | None = None, **changes: Any) -> Result:
    with DRIVER.open(settings or config(gateway)) as session:
        return session.send(sms(**({"reference": REFERENCE} | changes)), now=NOW)


def test_the_template_is_filled_and_no_text_breaks_out_of_its_place(gateway: Gateway) -> None:
    text = 'Hallo "Welt"}, {reference} \\ {to} \n€'
    assert send(gateway, text=text, validity_minutes=90) == Accepted("d6c12ac4-cc7d-11ec-b6da-000000000001")
    assert gateway.journal() == [
        {
            "sender_id": "Termin FD",
            "phone": "+4915228817386",
            "text": text,
            "service_code": "direct",
            "callback_data": REFERENCE,
            "is_unicode": True,
            "validity": {"minutes": 90, "until": ["bis 2026-11-23T10:00:00Z", "4915228817386"]},
        }
    ]


@pytest.mark.parametrize(
    ("code", "result"),
    [
        ("3000", AccountProblem("code-3000")),
        ("2000", RejectedPermanent("code-2000", suppress=True)),
        ("208", RejectedPermanent("code-208", suppress=False)),
        ("400", RejectedTemporary("code-400", None)),
        ("410", Ambiguous("no-success")),
    ],
)
def test_success_without_the_word_for_it_is_none(gateway: Gateway, code: str, result: Result) -> None:
    gateway.misbehave("200-with-error", code=code)
    assert send(gateway) == result
    assert gateway.journal() == []


@pytest.mark.parametrize(
    ("status", "body", "result"),
    [
        (400, {"status": {"code": "LATER"}}, RejectedTemporary("code", None)),
        (400, {"status": {"code": "please call +49 152"}}, RejectedPermanent("http-400", suppress=False)),
        (400, [], RejectedPermanent("http-400", suppress=False)),
        (200, {"uuid": "x", "status": {"code": 100}}, Ambiguous("http-200")),
        (201, {"uuid": "", "status": {"code": 100}}, Ambiguous("malformed")),
        (201, {"uuid": {"a": 1}, "status": {"code": 100}}, Ambiguous("malformed")),
        (201, [{"status": 1}], Ambiguous("no-success")),
        (402, {"status": {"code": 3000}}, AccountProblem("code-3000")),
        (429, {}, Throttled(timedelta(seconds=60))),
        (502, {}, Ambiguous("http-502")),
    ],
)
def test_statuses_and_bodies_together(gateway: Gateway, status: int, body: object, result: Result) -> None:
    gateway.misbehave("status", status=status, body=body)
    assert send(gateway) == result


@pytest.mark.parametrize("fault", ["accept-then-hang", "close-after-accept", "500-after-accept"])
def test_what_may_have_been_taken_is_ambiguous(gateway: Gateway, fault: str) -> None:
    gateway.misbehave(fault, seconds=2)
    assert isinstance(send(gateway), Ambiguous)
    assert len(gateway.journal()) == 1


def test_a_gateway_that_gives_no_number_is_believed_by_its_status(gateway: Gateway) -> None:
    settings = config(gateway, success_path="", success_values="", id_path="", code_path="")
    assert send(gateway, settings) == Accepted("")


def reported(gateway: Gateway, *reports: dict[str, Any], is_forged: bool = False) -> list[ReceiptRequest]:
    with Mailbox() as mailbox:
        gateway.send_receipts(mailbox.url, *reports, is_forged=is_forged)
        return mailbox.requests


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("1", ReceiptKind.DELIVERED),
        ("8", ReceiptKind.BOUNCED),
        ("16", ReceiptKind.ADDRESS_WRONG),
        ("2", ReceiptKind.DELAYED),
    ],
)
def test_a_report_is_read_as_the_account_says(gateway: Gateway, state: str, kind: ReceiptKind) -> None:
    [request] = reported(gateway, {"id": "d6-1", "state": state, "reference": REFERENCE})
    assert DRIVER.receipts(request, config(gateway)) == (
        Receipt(f"d6-1:{kind}", kind, REFERENCE, "d6-1", code=f"receipt-{kind}"),
    )


def test_other_states_and_foreign_references_say_nothing(gateway: Gateway) -> None:
    requests = reported(gateway, {"id": "d6-1", "state": "4"}, {"id": "", "state": "1", "reference": "SELECT 1"})
    assert [DRIVER.receipts(request, config(gateway)) for request in requests] == [(), ()]


def test_a_report_with_a_wrong_key_or_shape_is_forged(gateway: Gateway) -> None:
    [forged] = reported(gateway, {"id": "d6-1", "state": "1"}, is_forged=True)
    with pytest.raises(ForgedReceipt):
        DRIVER.receipts(forged, config(gateway))
    for body in (b"", b"[]", b"\xff", b"[" * 100_000, b'"x"'):
        request = ReceiptRequest("POST", "https://x/", {"x-my-key": RECEIPT_KEY}, {}, body)
        with pytest.raises(ForgedReceipt):
            DRIVER.receipts(request, config(gateway))


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("body", "{to} {text}", "Das ist kein gültiges JSON."),
        ("body", '["{to}", "{text}"]', "Bitte ein JSON-Objekt in geschweiften Klammern."),
        ("body", "[" * 9_000, "Das ist kein gültiges JSON."),
        ("body", '{"a": "{text}"}', "Der Platzhalter {to} oder {to_digits} fehlt."),
        ("body", '{"a": "{to}"}', "Der Platzhalter {text} fehlt."),
        (
            "body",
            '{"a": "{to} {text} {name}"}',
            (
                "Es gibt nur diese Platzhalter: {reference}, {sender}, {text}, {to}, {to_digits}, "
                "{validity_minutes}, {validity_seconds}, {validity_until}."
            ),
        ),
        ("id_path", "messages[0].id", "Bitte Namen mit Punkten dazwischen, zum Beispiel messages.0.id."),
        ("receipt_state_path", "a..b", "Bitte Namen mit Punkten dazwischen, zum Beispiel messages.0.id."),
        ("success_statuses", "200,404", "Bitte Zahlen von 200 bis 299 mit Kommas dazwischen."),
        ("success_values", "", "Bitte ausfüllen, oder beide Angaben zum Erfolg leer lassen."),
        ("codes_account", "x" * 41, "Bitte Werte mit Kommas dazwischen, höchstens 40 Zeichen lang."),
        ("auth_header", "X Key", "Bitte nur Buchstaben, Ziffern und Bindestriche."),
        ("auth_header", "Content-Length", "Diesen Header setzen wir selbst."),
        ("auth_value", "Schlüssel", "Bitte nur Buchstaben ohne Umlaute, Ziffern und Zeichen."),
    ],
)
def test_a_wrong_setting_is_named_and_not_repeated(gateway: Gateway, field: str, value: str, sentence: str) -> None:
    with pytest.raises(BadConfig) as caught:
        DRIVER.open(config(gateway, **{field: value}))
    assert caught.value.field_name == field
    assert caught.value.sentence.endswith(f": {sentence}")
