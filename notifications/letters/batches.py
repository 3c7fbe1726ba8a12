# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the office does with waiting letters: take them into a batch, print it, say that it is in the post.

A letter waits for paper for hours or days. So when a batch is opened each kind is asked once more what is true: the
words are those of that moment, and what nobody needs any more is not printed. From then on the batch stands still, and
printing it twice gives the same sheets.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import structlog
from django.db import transaction

from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.channels.base import Channel, OutgoingLetter
from notifications.delivery.writing import write
from notifications.kinds import MessageRef, kind_of
from notifications.letters.queue import letter_of, sealed_text
from notifications.models import Letter, LetterBatch, LetterState, Message

log = structlog.get_logger(__name__)
LARGEST_BATCH: Final = 500
TOO_LATE: Final = "too-late"
NO_LONGER_TRUE: Final = "no-longer-true"
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


def open_batch(*, by: audit.By, now: datetime) -> Opened:
    """Take the current Jobcenter's waiting letters, oldest first, into a new batch. No letter is in two."""
    with transaction.atomic():
        waiting = Letter.objects.select_for_update(of=("self",)).select_related("message")
        letters = list(waiting.filter(state=LetterState.QUEUED).order_by("id")[:LARGEST_BATCH])
        said = [_as_of_or_silent(letter, now) for letter in letters]
        batch = LetterBatch(tenant_id=current_tenant().pk, opened_at=now)
        printed: list[Letter] = []
        for letter, says in zip(letters, said, strict=True):
            if isinstance(says, str):
                _settle(letter, LetterState.DROPPED, code=says, now=now)
            elif says is not None:
                letter.content = sealed_text(says)
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
            _settle(letter, LetterState.SENT, code="", now=now)
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
        locked: Letter | None = Letter.objects.select_for_update().filter(public_id=letter).first()
        if locked is None:
            raise UnknownLetter
        if locked.state not in {LetterState.QUEUED, LetterState.BATCHED}:
            raise AlreadySettled
        _settle(locked, LetterState.DROPPED, code=TAKEN_OUT, now=now)
        audit.record(by=by, action="letters:taken-out", subject=f"letter:{locked.public_id}", at=now)


def outdated(*, batch: str, now: datetime) -> Sequence[str]:
    """Letters of an open batch that became untrue since it was opened, by public id: take them out before posting.

    Raises UnknownBatch.
    """
    if not LetterBatch.objects.filter(public_id=batch).exists():
        raise UnknownBatch
    letters = Letter.objects.select_related("message").filter(batch__public_id=batch, state=LetterState.BATCHED)
    return [letter.public_id for letter in letters.order_by("position") if _no_longer(letter.message, now)]


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


def _settle(letter: Letter, state: LetterState, *, code: str, now: datetime) -> None:
    letter.state, letter.code, letter.settled_at = state, code, now
    letter.content = ""
    letter.save(update_fields=["state", "code", "settled_at", "content_sealed"])


def _as_of_or_silent(letter: Letter, now: datetime) -> OutgoingLetter | str | None:
    """None where it cannot be written: one letter without words must not hold up the others."""
    try:
        with transaction.atomic():
            return _as_of(letter, now)
    except Exception as error:  # noqa: BLE001 -- it goes on waiting, and the office is told how many do
        kind = type(error).__name__  # not its words, which could hold personal data
    log.error("letter cannot be written", letter=letter.pk, error=kind)
    return None


def _as_of(letter: Letter, now: datetime) -> OutgoingLetter | str:
    """What the letter says at `now`, or the reason why nobody needs it any more."""
    message = letter.message
    if message.not_after <= now:
        return TOO_LATE
    envelope = kind_of(message.kind).compose(_ref(message), now=now)
    if envelope is None:
        return NO_LONGER_TRUE
    jobcenter = current_tenant()
    assert isinstance(jobcenter, Jobcenter)  # noqa: S101 -- the context holds the model itself
    written, _, _ = write(
        message.kind,
        _ref(message),
        envelope,
        token=message.message_id_token,
        not_after=message.not_after,
        tenant=jobcenter,
        now=now,
    )
    assert isinstance(written, OutgoingLetter)  # noqa: S101 -- the channel says so
    # The account's own line for the window was added when the letter was queued.
    return replace(written, return_line=letter_of(letter.content).return_line)


def _no_longer(message: Message, now: datetime) -> bool:
    return message.not_after <= now or kind_of(message.kind).compose(_ref(message), now=now) is None


def _ref(message: Message) -> MessageRef:
    return MessageRef(
        subject=message.subject,
        revision=message.revision,
        occasion=message.occasion,
        channel=Channel(message.channel),
        language=message.language,
        recipient=bytes(message.recipient),
    )


def _subject(batch: LetterBatch) -> str:
    return f"letter-batch:{batch.public_id}"
