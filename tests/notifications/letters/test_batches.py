# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The office prints waiting letters in batches: what is true then, the same sheets again, and no content afterwards."""

import threading
from datetime import date, datetime, timedelta

import pytest
from django.db import connections

from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.models import AuditEntry
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from notifications import service
from notifications.channels.letter.press import CannotBeSet
from notifications.letters import printing
from notifications.letters.batches import (
    AlreadySent,
    AlreadySettled,
    Opened,
    UnknownBatch,
    UnknownLetter,
    mark_sent,
    open_batch,
    outdated,
    put_back,
    take_out,
)
from notifications.letters.printing import LettersCannotBeSet, NothingToPrint, pdf_of, reprint
from notifications.letters.queue import letter_of
from notifications.letters.views import BatchView, batches, letters_of, waiting_letters
from notifications.models import Letter, LetterBatch, Message
from notifications.service import Fate
from tests.notifications.channels.paper import said, sheets, words
from tests.notifications.fake_app.kinds import FakeKind
from tests.notifications.letters.conftest import QueueLetter

BY = audit.staff(7)
DAY = timedelta(days=1)


def opened(now: datetime) -> str:
    batch = open_batch(by=BY, now=now).batch
    assert batch is not None
    return batch


def letters() -> dict[str, tuple[str, str, int | None]]:
    """State, code and place of each letter, by what it is about."""
    rows = Letter.objects.values_list("message__subject", "state", "code", "position")
    return {subject: (state, code, position) for subject, state, code, position in rows}


def acts() -> list[tuple[str, dict[str, int]]]:
    return list(AuditEntry.objects.order_by("id").values_list("action", "detail"))


def fates(now: datetime) -> set[Fate]:
    subjects = Message.objects.values_list("subject", flat=True)
    return {view.fate for subject in subjects for view in service.history(subject, now=now)}


def test_all_that_waits_goes_into_one_batch_in_the_order_in_which_it_came(
    queue_letter: QueueLetter, now: datetime
) -> None:
    for subject in ("thing:1", "thing:2", "thing:3"):
        queue_letter(subject)
    assert waiting_letters() == 3
    batch = opened(now)
    assert letters() == {f"thing:{n}": ("batched", "", n) for n in (1, 2, 3)}
    assert waiting_letters() == 0
    assert open_batch(by=BY, now=now) == Opened(None, 0, 0, 0)
    assert batches() == [BatchView(batch, now, None, 3, 0)]
    assert acts() == [("letters:opened", {"letters": 3, "dropped": 0, "left": 0})]


def test_the_words_and_the_address_are_those_of_the_moment_in_which_it_is_printed(
    queue_letter: QueueLetter, now: datetime, kind: FakeKind
) -> None:
    queue_letter("thing:1")
    kind.address = "Anna Beispiel\nNeuer Weg 2\n36037 Fulda"
    batch = opened(now + DAY / 2)
    pdf = said(pdf_of(batch=batch, by=BY, now=now))
    assert "NeuerWeg2" in pdf
    assert "Schneider" not in pdf
    (kept,) = Letter.objects.all()
    assert letter_of(kept.content).day == date(2026, 11, 23)
    assert letter_of(kept.content).return_line == "Postfach 12 34, 36037 Fulda"


def test_what_is_no_longer_true_is_not_printed_and_its_content_is_gone(
    queue_letter: QueueLetter, now: datetime, kind: FakeKind
) -> None:
    for subject in ("thing:1", "thing:2"):
        queue_letter(subject)
    queue_letter("thing:3", not_after=now + timedelta(hours=2))
    kind.untrue = {"thing:1"}
    later = now + timedelta(hours=2)
    assert open_batch(by=BY, now=later) == Opened(opened_batch(), 1, 2, 0)
    assert letters() == {
        "thing:1": ("dropped", "no-longer-true", None),
        "thing:2": ("batched", "", 1),
        "thing:3": ("dropped", "too-late", None),
    }
    assert Letter.objects.filter(content_sealed__isnull=True).count() == 2
    assert acts() == [("letters:opened", {"letters": 1, "dropped": 2, "left": 0})]


def opened_batch() -> str | None:
    newest: str | None = LetterBatch.objects.order_by("-id").values_list("public_id", flat=True).first()
    return newest


def test_a_letter_that_cannot_be_written_goes_on_waiting_and_stops_no_other(
    queue_letter: QueueLetter, now: datetime, kind: FakeKind, caplog: pytest.LogCaptureFixture
) -> None:
    for subject in ("thing:1", "thing:2"):
        queue_letter(subject)
    kind.broken = {"thing:1"}
    assert (open_batch(by=BY, now=now).letters, letters()["thing:1"]) == (1, ("queued", "", None))
    assert "anna.beispiel" not in caplog.text
    kind.broken = set()
    assert open_batch(by=BY, now=now).letters == 1


def test_printing_twice_gives_the_same_sheets_even_when_the_world_went_on(
    queue_letter: QueueLetter, now: datetime, kind: FakeKind
) -> None:
    for subject in ("thing:1", "thing:2"):
        queue_letter(subject)
    batch = opened(now)
    first = pdf_of(batch=batch, by=BY, now=now)
    kind.address = "Jemand Anders\n36037 Fulda"
    assert pdf_of(batch=batch, by=BY, now=now + 3 * DAY) == first
    assert [bool(words(page)) for page in sheets(first)] == [True, False, True]
    assert len(sheets(pdf_of(batch=batch, by=BY, now=now, both_sides=False))) == 2
    assert [action for action, _ in acts()] == ["letters:opened", *["letters:printed"] * 3]


def test_after_posting_only_the_proof_stays(queue_letter: QueueLetter, now: datetime) -> None:
    for subject in ("thing:1", "thing:2"):
        queue_letter(subject)
    batch = opened(now)
    pdf_of(batch=batch, by=BY, now=now)
    posted = now + timedelta(hours=3)
    assert mark_sent(batch=batch, by=BY, now=posted) == 2
    assert list(Letter.objects.values_list("state", "content_sealed", "settled_at")) == [("sent", None, posted)] * 2
    assert batches() == [BatchView(batch, now, posted, 2, 0)]
    for view in letters_of(batch=batch):
        assert (view.state, view.addressee, view.settled_at) == ("sent", "", posted)
    assert acts()[-1] == ("letters:sent", {"letters": 2})


def test_what_is_in_the_post_is_not_printed_or_posted_again(queue_letter: QueueLetter, now: datetime) -> None:
    name = queue_letter("thing:1")
    batch = opened(now)
    mark_sent(batch=batch, by=BY, now=now)
    before = acts()
    with pytest.raises(AlreadySent):
        mark_sent(batch=batch, by=BY, now=now + DAY)
    with pytest.raises(AlreadySent):
        pdf_of(batch=batch, by=BY, now=now)
    with pytest.raises(AlreadySent):
        put_back(batch=batch, by=BY, now=now)
    with pytest.raises(AlreadySettled):
        take_out(letter=name, by=BY, now=now)
    with pytest.raises(AlreadySettled):
        reprint(letter=name, by=BY, now=now)
    assert (letters(), acts()) == ({"thing:1": ("sent", "", 1)}, before)


def test_the_desk_sees_how_far_a_letter_is(queue_letter: QueueLetter, now: datetime) -> None:
    queue_letter("thing:1")
    # As delivery leaves it: taken over by the office.
    for state in ("leased", "sending", "accepted"):
        held = {"lease_token": "0" * 32, "lease_until": now} if state != "accepted" else {}
        Message.objects.update(**{"lease_token": None, "lease_until": None} | held, state=state)
    assert fates(now) == {Fate.WAITS_FOR_PRINT}
    batch = opened(now)
    assert fates(now) == {Fate.IN_PRINT}
    mark_sent(batch=batch, by=BY, now=now)
    assert fates(now) == {Fate.POSTED}


def test_one_letter_is_printed_again_for_the_sheet_that_the_printer_ate(
    queue_letter: QueueLetter, now: datetime, kind: FakeKind
) -> None:
    queue_letter("thing:1")
    second = queue_letter("thing:2")
    batch = opened(now)
    pages = [words(page) for page in sheets(pdf_of(batch=batch, by=BY, now=now))]
    again = [words(page) for page in sheets(reprint(letter=second, by=BY, now=now + DAY))]
    assert again == [pages[2]]
    assert "thing:2" in again[0]
    assert acts()[-1] == ("letters:reprinted", {})


def test_a_letter_that_is_taken_out_is_neither_printed_nor_kept(queue_letter: QueueLetter, now: datetime) -> None:
    first, second = queue_letter("thing:1"), queue_letter("thing:2")
    batch = opened(now)
    take_out(letter=first, by=BY, now=now)
    pdf = said(pdf_of(batch=batch, by=BY, now=now))
    assert ("thing:1" in pdf, "thing:2" in pdf) == (False, True)
    assert letters() == {"thing:1": ("dropped", "taken-out", 1), "thing:2": ("batched", "", 2)}
    assert batches() == [BatchView(batch, now, None, 1, 1)]
    with pytest.raises(AlreadySettled):
        take_out(letter=first, by=BY, now=now)
    take_out(letter=second, by=BY, now=now)
    with pytest.raises(NothingToPrint):
        pdf_of(batch=batch, by=BY, now=now)
    assert mark_sent(batch=batch, by=BY, now=now) == 0


def test_letters_of_a_batch_that_nobody_posted_wait_again_and_are_looked_at_anew(
    queue_letter: QueueLetter, now: datetime, kind: FakeKind
) -> None:
    first, _ = queue_letter("thing:1"), queue_letter("thing:2")
    batch = opened(now)
    take_out(letter=first, by=BY, now=now)
    assert put_back(batch=batch, by=BY, now=now + DAY) == 1
    assert letters() == {"thing:1": ("dropped", "taken-out", None), "thing:2": ("queued", "", None)}
    assert (list(batches()), acts()[-1]) == ([], ("letters:put-back", {"letters": 1}))
    kind.untrue = {"thing:2"}
    assert open_batch(by=BY, now=now + DAY / 2) == Opened(None, 0, 1, 0)


def test_what_became_untrue_since_the_batch_was_opened_is_named_before_it_is_posted(
    queue_letter: QueueLetter, now: datetime, kind: FakeKind
) -> None:
    first = queue_letter("thing:1")
    second = queue_letter("thing:2", not_after=now + timedelta(hours=1))
    queue_letter("thing:3")
    batch = opened(now)
    assert outdated(batch=batch, now=now) == {}
    kind.untrue = {"thing:1"}
    assert outdated(batch=batch, now=now + timedelta(hours=1)) == {first: "no-longer-true", second: "too-late"}


def test_the_sheets_are_found_by_name_until_they_are_posted(queue_letter: QueueLetter, now: datetime) -> None:
    queue_letter("thing:1")
    (view,) = letters_of(batch=opened(now))
    assert (view.position, view.kind, view.subject, view.language) == (1, "test-note", "thing:1", "de")
    assert view.addressee == "Frau"
    assert "Frau" not in repr(view)


def test_letters_that_no_page_can_be_made_of_are_named_so_that_the_others_can_be_printed(
    queue_letter: QueueLetter, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, second = queue_letter("thing:1"), queue_letter("thing:2")
    batch = opened(now)

    def refuse(*_: object, **__: object) -> bytes:
        raise CannotBeSet((1,))

    monkeypatch.setattr(printing, "typeset", refuse)
    with pytest.raises(LettersCannotBeSet) as fault:
        pdf_of(batch=batch, by=BY, now=now)
    assert fault.value.letters == (second,)


def test_another_jobcenters_letters_and_batches_do_not_exist(
    queue_letter: QueueLetter, now: datetime, wiesbaden: Jobcenter
) -> None:
    name = queue_letter("thing:1")
    batch = opened(now)
    with tenant_context(wiesbaden):
        assert (list(batches()), waiting_letters(), open_batch(by=BY, now=now).letters) == ([], 0, 0)
        for act in (mark_sent, put_back, pdf_of):
            with pytest.raises(UnknownBatch):
                act(batch=batch, by=BY, now=now)
        for read in (letters_of, lambda *, batch: outdated(batch=batch, now=now)):
            with pytest.raises(UnknownBatch):
                read(batch=batch)
        for one in (take_out, reprint):
            with pytest.raises(UnknownLetter):
                one(letter=name, by=BY, now=now)
        assert AuditEntry.objects.count() == 0
    assert letters() == {"thing:1": ("batched", "", 1)}


@pytest.mark.django_db(transaction=True)
def test_two_who_open_a_batch_at_once_never_print_the_same_letter(
    queue_letter: QueueLetter, fulda: Jobcenter, now: datetime
) -> None:
    for number in range(20):
        queue_letter(f"thing:{number}")
    at_once, found = threading.Barrier(4), []

    def print_now() -> None:
        try:
            with tenant_context(fulda):
                at_once.wait(10)
                found.append(open_batch(by=BY, now=now).letters)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=print_now) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(found) == [0, 0, 0, 20]
    assert LetterBatch.objects.count() == 1
