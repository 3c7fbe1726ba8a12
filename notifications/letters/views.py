# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the desk sees of letters and batches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from notifications.kinds import Visible
from notifications.letters.afterwards import TO_CALL_ABOUT
from notifications.letters.batches import UnknownBatch, UnknownLetter, seen
from notifications.letters.marks import readable_mark, typed_mark
from notifications.letters.queue import letter_of
from notifications.models import Letter, LetterBatch, LetterState


@dataclass(frozen=True, slots=True, repr=False)
class LetterView:
    """One letter. `addressee` and `town`: the first and last line of its address, empty once the content is gone.

    `post_by`: later it would come too late. `mark` as it is printed. `batch` is a public id, "" while it waits.
    """

    public_id: str
    mark: str
    position: int | None
    state: LetterState
    code: str
    kind: str
    subject: str
    language: str
    addressee: str
    town: str
    batch: str
    post_by: datetime
    queued_at: datetime
    settled_at: datetime | None
    returned_at: datetime | None

    def __repr__(self) -> str:
        return f"LetterView({self.public_id})"


@dataclass(frozen=True, slots=True)
class BatchView:
    """One batch. `letters` that are or were to be sent; `taken_out` by the office; `returned` by the post."""

    public_id: str
    opened_at: datetime
    sent_at: datetime | None
    letters: int
    taken_out: int
    returned: int = 0


def waiting_letters(*, visible: Visible | None = None) -> int:
    """How many letters of the current Jobcenter wait for a batch."""
    count: int = seen(visible).filter(state=LetterState.QUEUED).count()
    return count


def letters_waiting(*, limit: int, visible: Visible | None = None) -> Sequence[LetterView]:
    """What waits for a batch, the oldest first, as they will be printed."""
    return _views(seen(visible).filter(state=LetterState.QUEUED).order_by("id")[:limit])


def letters_to_call_about(*, since: datetime, limit: int, visible: Visible | None = None) -> Sequence[LetterView]:
    """What was not printed although it is true, and of which nobody has said yet that they called; the newest first."""
    dropped = seen(visible).filter(state=LetterState.DROPPED, code__in=TO_CALL_ABOUT, settled_at__gte=since)
    return _views(dropped.order_by("-settled_at", "-id")[:limit])


def batches(*, limit: int = 50, visible: Visible | None = None) -> Sequence[BatchView]:
    """The newest batches first."""
    return [_batch(batch) for batch in _counted(visible).order_by("-id")[:limit]]


def batch_by_public_id(public_id: str, *, visible: Visible | None = None) -> BatchView:
    """One batch. Raises UnknownBatch."""
    found = _counted(visible).filter(public_id=public_id).first()
    if found is None:
        raise UnknownBatch
    return _batch(found)


def letters_of(*, batch: str) -> Sequence[LetterView]:
    """The letters of a batch in the order of their sheets. Raises UnknownBatch."""
    if not LetterBatch.objects.filter(public_id=batch).exists():
        raise UnknownBatch
    return _views(Letter.objects.filter(batch__public_id=batch).order_by("position"))


def letter_by_public_id(public_id: str) -> LetterView:
    """One letter. Raises UnknownLetter."""
    return _one(Letter.objects.filter(public_id=public_id))


def letter_by_mark(typed: str) -> LetterView:
    """The letter on whose sheet this stands, as somebody typed it off. Raises UnknownLetter."""
    mark = typed_mark(typed)
    if not mark:
        raise UnknownLetter
    return _one(Letter.objects.filter(mark=mark))


def _one(found: QuerySet[Letter]) -> LetterView:
    views = _views(found)
    if not views:
        raise UnknownLetter
    return views[0]


def _counted(visible: Visible | None) -> QuerySet[Any]:
    """Batches with three numbers each, which no type knows. A batch is one sheaf: seen whole or not at all."""
    counted: QuerySet[Any] = LetterBatch.objects.annotate(
        wanted=Count("letters", filter=Q(letters__state__in=[LetterState.BATCHED, LetterState.SENT])),
        out=Count("letters", filter=Q(letters__state=LetterState.DROPPED)),
        back=Count("letters", filter=Q(letters__returned_at__isnull=False)),
    )
    if visible is None:
        return counted
    of_batch = Letter.objects.filter(batch_id=OuterRef("pk"))
    return counted.filter(Exists(of_batch), ~Exists(of_batch.exclude(visible("message__subject"))))


def _batch(batch: Any) -> BatchView:
    return BatchView(batch.public_id, batch.opened_at, batch.sent_at, batch.wanted, batch.out, batch.back)


def _views(letters: QuerySet[Letter]) -> list[LetterView]:
    return [_view(letter) for letter in letters.select_related("message", "batch")]


def _view(letter: Letter) -> LetterView:
    address = letter_of(letter.content).address if letter.content else ("",)
    return LetterView(
        public_id=letter.public_id,
        mark=readable_mark(letter.mark),
        position=letter.position,
        state=LetterState(letter.state),
        code=letter.code,
        kind=letter.message.kind,
        subject=letter.message.subject,
        language=letter.message.language,
        addressee=address[0],
        town=address[-1],
        batch=letter.batch.public_id if letter.batch else "",
        post_by=letter.message.not_after,
        queued_at=letter.queued_at,
        settled_at=letter.settled_at,
        returned_at=letter.returned_at,
    )
