# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the office does with waiting letters: take them into a batch, print it, say that it is in the post.

A letter waits for paper for hours or days. So when a batch is opened each kind is asked once more what is true: the
words are those of that moment, and what nobody needs any more is not printed. From then on the batch stands still, and
printing it twice gives the same sheets.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import current_tenant
from notifications.kinds import Visible
from notifications.letters.queue import sealed_text
from notifications.letters.truth import TOO_LATE, Words, look_at
from notifications.models import Letter, LetterBatch, LetterState, Message

LARGEST_BATCH: Final = 500
TAKEN_OUT: Final = "taken-out"


class UnknownBatch(LookupError):
    """This Jobcenter has no such batch."""


class UnknownLetter(LookupError):
    """This Jobcenter has no such letter."""


class AlreadySent(Exception):
    """The batch is in the post; its letters' content is deleted."""


class AlreadySettled(Exception):
    """The letter is in the post, or was taken out before."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What opening a batch came to. `batch` is its public id, None where there was nothing to print.

    `dropped`: letters that nobody needs any more. `left`: they could not be written and go on waiting.
    """

    batch: str | None
    letters: int
    dropped: int
    left: int


def seen(visible: Visible | None) -> QuerySet[Letter]:
    """The letters that somebody may see."""
    letters: QuerySet[Letter] = Letter.objects.all()
    return letters if visible is None else letters.filter(visible("message__subject"))


def open_batch(*, by: audit.By, now: datetime, visible: Visible | None = None) -> Opened:
    """Take the waiting letters that may be seen, oldest first, into a new batch. No letter is in two."""
    with transaction.atomic():
        waiting = seen(visible).select_for_update(of=("self",)).select_related("message")
        letters = list(waiting.filter(state=LetterState.QUEUED).order_by("id")[:LARGEST_BATCH])
        said = look_at(letters, now=now)
        batch = LetterBatch(tenant_id=current_tenant().pk, opened_at=now)
        printed: list[Letter] = []
        for letter, says in zip(letters, said, strict=True):
            if isinstance(says, str):
                settle(letter, LetterState.DROPPED, code=says, now=now)
            elif says is not None:
                _reword(letter, says)
                printed.append(letter)
        if printed:
            batch.save(force_insert=True)
            _bind(printed, batch)
        left = said.count(None)
        opened = Opened(batch.public_id if printed else None, len(printed), len(letters) - len(printed) - left, left)
        if letters:
            counts = {"letters": opened.letters, "dropped": opened.dropped, "left": opened.left}
            audit.record(by=by, action="letters:opened", subject=_subject(batch), at=now, **counts)
    return opened


def mark_sent(*, batch: str, by: audit.By, now: datetime) -> int:
    """The office says that a batch is in the post. Deletes what its letters said; returns how many they were.

    Raises UnknownBatch, AlreadySent.
    """
    with transaction.atomic():
        locked = _open_one(batch)
        letters = list(
            Letter.objects.select_for_update().filter(batch=locked, state=LetterState.BATCHED).order_by("id")
        )
        for letter in letters:
            settle(letter, LetterState.SENT, code="", now=now)
        locked.sent_at = now
        locked.save(update_fields=["sent_at"])
        audit.record(by=by, action="letters:sent", subject=_subject(locked), at=now, letters=len(letters))
    return len(letters)


def put_back(*, batch: str, by: audit.By, now: datetime) -> int:
    """Give up a batch that was not sent: its letters wait again and are looked at anew. Returns how many.

    Raises UnknownBatch, AlreadySent.
    """
    with transaction.atomic():
        locked = _open_one(batch)
        waiting = Letter.objects.filter(batch=locked, state=LetterState.BATCHED)
        count: int = waiting.update(state=LetterState.QUEUED, batch=None, position=None)
        Letter.objects.filter(batch=locked).update(batch=None, position=None)
        audit.record(by=by, action="letters:put-back", subject=_subject(locked), at=now, letters=count)
        locked.delete()
    return count


def take_out(*, letter: str, by: audit.By, now: datetime) -> None:
    """Do not send this one letter. Its content is deleted; its batch is printed without it.

    Raises UnknownLetter, AlreadySettled.
    """
    with transaction.atomic():
        locked = lock_letter(letter)
        if locked.state not in {LetterState.QUEUED, LetterState.BATCHED}:
            raise AlreadySettled
        # For which the post became too slow, somebody has to call instead; the list of those must not lose it.
        code = TOO_LATE if look_at([locked], now=now) == [TOO_LATE] else TAKEN_OUT
        settle(locked, LetterState.DROPPED, code=code, now=now)
        audit.record(by=by, action="letters:taken-out", subject=f"letter:{locked.public_id}", at=now)


def outdated(*, batch: str, now: datetime) -> Mapping[str, str]:
    """Letters of an open batch that nobody needs any more since it was opened, by public id, with the reason's code.

    They are to be taken out before posting. Raises UnknownBatch.
    """
    if not LetterBatch.objects.filter(public_id=batch).exists():
        raise UnknownBatch
    of_batch = Letter.objects.select_related("message").filter(batch__public_id=batch, state=LetterState.BATCHED)
    letters = list(of_batch.order_by("position"))
    said = look_at(letters, now=now)
    return {letter.public_id: says for letter, says in zip(letters, said, strict=True) if isinstance(says, str)}


def lock_letter(public_id: str) -> Letter:
    """One letter with its message, until the end of the transaction. Raises UnknownLetter."""
    letters = Letter.objects.select_for_update(of=("self",)).select_related("message")
    found: Letter | None = letters.filter(public_id=public_id).first()
    if found is None:
        raise UnknownLetter
    return found


def settle(letter: Letter, state: LetterState, *, code: str, now: datetime) -> None:
    """It is printed no more, so what it said is deleted."""
    letter.state, letter.code, letter.settled_at = state, code, now
    letter.content = ""
    letter.save(update_fields=["state", "code", "settled_at", "content_sealed"])


def _open_one(public_id: str) -> LetterBatch:
    """Lock a batch that is not in the post yet."""
    batch: LetterBatch | None = LetterBatch.objects.select_for_update().filter(public_id=public_id).first()
    if batch is None:
        raise UnknownBatch
    if batch.sent_at is not None:
        raise AlreadySent
    return batch


def _bind(letters: Sequence[Letter], batch: LetterBatch) -> None:
    for position, letter in enumerate(letters, start=1):
        letter.state, letter.batch, letter.position = LetterState.BATCHED, batch, position
    Letter.objects.bulk_update(letters, ["state", "batch", "position", "content_sealed"])


def _reword(letter: Letter, words: Words) -> None:
    letter.content = sealed_text(words.letter)
    if letter.message.text_version != words.version:
        # The proof of what was said names the words that are on paper, not those of the day on which it was due.
        Message.objects.filter(pk=letter.message.pk).update(text_version=words.version)


def _subject(batch: LetterBatch) -> str:
    return f"letter-batch:{batch.public_id}"
