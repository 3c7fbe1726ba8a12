# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Receipts over SMPP: whose they are, that none is lost on the way to the inbox, and what is none."""

import time
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from notifications.channels.base import Accepted, Receipt, ReceiptKind
from notifications.channels.sms.smpp import DRIVER, SmppSession
from tests.notifications.channels.message_centre import REFERENCE, config, heard, send
from tests.notifications.gateways.processes import Gateway

DELIVER_SM_RESP = "0x80000005"


@pytest.fixture(scope="module")
def running() -> Iterator[Gateway]:
    with Gateway("smpp") as gateway:
        yield gateway


@pytest.fixture
def gateway(running: Gateway) -> Gateway:
    running.forget()
    return running


@pytest.fixture
def session(gateway: Gateway) -> Iterator[SmppSession]:
    with DRIVER.open(config(gateway)) as opened:
        yield opened


def collected(session: SmppSession, count: int = 1) -> list[Receipt]:
    """What came within five seconds, collected as delivery does it: until nothing comes any more."""
    receipts: list[Receipt] = []
    end = time.monotonic() + 5
    while len(receipts) < count and time.monotonic() < end:
        while found := session.collect():
            receipts += found
    session.collect()
    return receipts


@pytest.mark.parametrize(
    ("order", "kind", "word"),
    [
        ({"stat": "DELIVRD"}, ReceiptKind.DELIVERED, "DELIVRD"),
        ({"stat": "UNDELIV"}, ReceiptKind.BOUNCED, "UNDELIV"),
        ({"stat": "EXPIRED"}, ReceiptKind.BOUNCED, "EXPIRED"),
        ({"state": 2, "text": ""}, ReceiptKind.DELIVERED, "DELIVRD"),
        ({"state": 8, "text": "nothing that is known"}, ReceiptKind.BOUNCED, "REJECTD"),
    ],
    ids=str,
)
def test_a_receipt_names_the_message_by_both_references(
    gateway: Gateway, session: SmppSession, order: dict[str, Any], kind: ReceiptKind, word: str
) -> None:
    send(session)
    gateway.send_receipts("", {"id": "m1"} | order)
    assert collected(session) == [Receipt(f"m1:{word}", kind, REFERENCE, "m1", code=f"smpp-{word.lower()}")]


def test_a_receipt_before_the_answer_is_kept_for_its_message(gateway: Gateway, session: SmppSession) -> None:
    gateway.misbehave("receipt-first")
    assert send(session) == Accepted("m1", "parts=1")
    assert collected(session) == [Receipt("m1:DELIVRD", ReceiptKind.DELIVERED, REFERENCE, "m1", code="smpp-delivrd")]


def test_repeated_and_reordered_receipts_keep_their_names(gateway: Gateway, session: SmppSession) -> None:
    send(session)
    gateway.send_receipts("", {"id": "of-yesterday"}, {"id": "a"}, *[{"id": "a"}] * 9)
    receipts = collected(session, 11)
    assert [receipt.event for receipt in receipts] == ["of-yesterday:DELIVRD", *["a:DELIVRD"] * 10]
    # What another session sent has the provider's name only.
    assert {receipt.our_reference for receipt in receipts} == {""}


def test_what_is_no_final_word_says_nothing(gateway: Gateway, session: SmppSession) -> None:
    send(session)
    gateway.send_receipts(
        "",
        {"id": "m1", "stat": "ACCEPTD"},
        {"id": "m1", "stat": "ENROUTE"},
        {"id": "m1", "state": 7},
        {"id": "", "stat": "DELIVRD"},
        {"id": "m1", "text": "STOP", "esm_class": 0},
        # Somebody answers by SMS and writes what a receipt looks like.
        {"text": "id:m1 sub:001 dlvrd:001 stat:DELIVRD err:000", "esm_class": 0},
        {"id": "m1", "text": "call +49 152"},
        {"id": "last"},
    )
    assert [receipt.event for receipt in collected(session)] == ["last:DELIVRD"]


def test_receipts_are_acknowledged_when_the_caller_comes_back(gateway: Gateway, session: SmppSession) -> None:
    send(session)
    gateway.send_receipts("", {"id": "m1"})
    end = time.monotonic() + 5
    while not (first := session.collect()) and time.monotonic() < end:
        pass
    assert [receipt.event for receipt in first] == ["m1:DELIVRD"]
    assert gateway.tell("acknowledged") == []
    session.collect()
    assert heard(gateway, DELIVER_SM_RESP) == 1


@pytest.mark.parametrize("dies", [True, False], ids=["the worker dies", "the database was away"])
def test_receipts_that_nobody_stored_come_again(gateway: Gateway, *, dies: bool) -> None:
    first = DRIVER.open(config(gateway))
    send(first)
    gateway.send_receipts("", {"id": "m1"})
    assert len(collected_once(first)) == 1
    if dies:
        first._lose()
    else:
        first.close()
    with DRIVER.open(config(gateway)) as second:
        assert [receipt.event for receipt in collected(second)] == ["m1:DELIVRD"]
    assert heard(gateway, DELIVER_SM_RESP) == 1


def collected_once(session: SmppSession) -> Sequence[Receipt]:
    end = time.monotonic() + 5
    while time.monotonic() < end:
        if found := session.collect():
            return found
    return ()
