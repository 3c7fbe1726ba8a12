# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the desk sees of letters and batches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from notifications.letters.batches import UnknownBatch
from notifications.letters.queue import letter_of
from notifications.models import Letter, LetterBatch, LetterState


@dataclass(frozen=True, slots=True, repr=False)
class LetterView:
    """One letter. `addressee`: the first line of its address, to find the sheet by; empty once the content is gone."""

    public_id: str
    position: int | None
    state: LetterState
    code: str
    kind: str
    subject: str
    language: str
    addressee: str
    queued_at: datetime
    settled_at: datetime | None

    def __repr__(self) -> str:
        return f"LetterView({self.public_id})"


@dataclass(frozen=True, slots=True)
class BatchView:
    """One batch. `letters` that are or were to be sent; `taken_out` by somebody of the office."""

    public_id: str
    opened_at: datetime
    sent_at: datetime | None
    letters: int
    taken_out: int


def waiting_letters() -> int:
    """How many letters of the current Jobcenter wait for a batch."""
    count: int = Letter.objects.filter(state=LetterState.QUEUED).count()
    return count


def batches(*, limit: int = 50) -> Sequence[BatchView]:
    """The newest batches first."""
    counted = LetterBatch.objects.annotate(
        wanted=Count("letters", filter=Q(letters__state__in=[LetterState.BATCHED, LetterState.SENT])),
        out=Count("letters", filter=Q(letters__state=LetterState.DROPPED)),
    )
    return [
        BatchView(batch.public_id, batch.opened_at, batch.sent_at, batch.wanted, batch.out)
        for batch in counted.order_by("-id")[:limit]
    ]


def letters_of(*, batch: str) -> Sequence[LetterView]:
    """The letters of a batch in the order of their sheets. Raises UnknownBatch."""
    if not LetterBatch.objects.filter(public_id=batch).exists():
        raise UnknownBatch
    letters = Letter.objects.select_related("message").filter(batch__public_id=batch)
    return [_view(letter) for letter in letters.order_by("position")]


def _view(letter: Letter) -> LetterView:
    return LetterView(
        public_id=letter.public_id,
        position=letter.position,
        state=LetterState(letter.state),
        code=letter.code,
        kind=letter.message.kind,
        subject=letter.message.subject,
        language=letter.message.language,
        addressee=letter_of(letter.content).address[0] if letter.content else "",
        queued_at=letter.queued_at,
        settled_at=letter.settled_at,
    )
