# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Letters wait for paper under seal, once, whatever happens to the worker that brings them."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.channels.base import Accepted, ForgedReceipt, LetterText, OutgoingLetter, ReceiptRequest
from notifications.channels.letter.print_batch import DRIVER
from notifications.letters.queue import LetterQueue, letter_of, sealed_text
from notifications.models import Letter, Message
from notifications.service import Channel
from tests.notifications.channels.paper import ADDRESS, letter
from tests.notifications.factories import plan
from tests.notifications.letters.conftest import QueueLetter

TEXT = st.text(max_size=40)


def test_a_letter_that_is_put_twice_waits_once(queue_letter: QueueLetter, now: datetime) -> None:
    name = queue_letter("thing:1")
    token = Message.objects.get().message_id_token
    assert LetterQueue().put(letter(reference=token, address=("Anna", "36037 Fulda")), now=now) == name
    assert letter_of(Letter.objects.get().content).address == ADDRESS


def test_a_worker_that_died_after_putting_it_finds_it_by_asking(queue_letter: QueueLetter, now: datetime) -> None:
    name = queue_letter("thing:1")
    with DRIVER.open({}) as session:
        assert session.ask(Message.objects.get().message_id_token) == Accepted(name)
        assert session.ask("f" * 32) is None


def test_nobody_reads_it_in_the_database_and_no_other_jobcenter_sees_it(
    queue_letter: QueueLetter, wiesbaden: Jobcenter
) -> None:
    queue_letter("thing:1")
    blob = bytes(Letter.objects.values_list("content_sealed", flat=True).get() or b"")
    assert blob
    assert not any(word.encode() in blob for word in ("Schneider", "Fulda", "Termin", "ABCD"))
    token = Message.objects.get().message_id_token
    with tenant_context(wiesbaden):
        assert (Letter.objects.count(), LetterQueue().find(token)) == (0, None)


def test_the_account_says_where_a_letter_comes_back_to(queue_letter: QueueLetter, now: datetime) -> None:
    plan(now, subject="thing:2", channel=Channel.LETTER)
    token = Message.objects.get(subject="thing:2").message_id_token
    with DRIVER.open({"return_line": " Postfach 12, 36037 Fulda "}) as session:
        session.send(letter(reference=token, return_line=""), now=now)
    kept = letter_of(Letter.objects.get(message__subject="thing:2").content)
    assert kept.return_line == "Postfach 12, 36037 Fulda"


@pytest.mark.parametrize(
    "bad",
    [
        letter(address=("36037 Fulda",)),
        letter(address=("Zeile",) * 7),
        letter(address=("Anna", " ", "36037 Fulda")),
        letter(address=("A" * 71, "36037 Fulda")),
        letter(return_line="R" * 71),
        letter(link="https://jc.example/" + "a" * 200),
        replace(letter(), texts=()),
        letter(LetterText("de", "Termin", " \n ")),
    ],
)
def test_what_has_no_room_is_refused_before_it_is_kept(bad: OutgoingLetter, fulda: Jobcenter, now: datetime) -> None:
    with DRIVER.open({}) as session, pytest.raises(ValueError, match=r"^an? "):
        session.send(bad, now=now)
    assert Letter.objects.count() == 0


def test_paper_sends_no_receipts() -> None:
    with pytest.raises(ForgedReceipt):
        DRIVER.receipts(ReceiptRequest("POST", "https://x.example", {}, {}, b""), {})


@given(st.lists(TEXT, max_size=5), TEXT, st.lists(st.builds(LetterText, TEXT, TEXT, TEXT), max_size=3), st.dates())
def test_under_the_seal_nothing_of_a_letter_changes(
    lines: list[str], name: str, texts: list[LetterText], day: date
) -> None:
    given_letter = replace(letter(address=tuple(lines), sender_name=name, day=day), texts=tuple(texts))
    assert letter_of(sealed_text(given_letter)) == given_letter
