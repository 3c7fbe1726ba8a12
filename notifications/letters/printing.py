# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A batch on paper: one PDF, the same bytes whenever it is asked for, until the office says that it is in the post."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from jobcenter_portal.audit import service as audit
from notifications.channels.letter.press import CannotBeSet
from notifications.channels.letter.typesetting import typeset
from notifications.letters.batches import AlreadySent, AlreadySettled, UnknownBatch, UnknownLetter
from notifications.letters.marks import readable_mark
from notifications.letters.queue import letter_of
from notifications.models import Letter, LetterBatch, LetterState


class NothingToPrint(Exception):
    """Every letter of the batch was taken out."""


class LettersCannotBeSet(ValueError):
    """These letters, by public id, must be taken out; then the others can be printed."""

    def __init__(self, letters: Sequence[str]) -> None:
        super().__init__(f"{len(letters)} letters cannot be set")
        self.letters = tuple(letters)


def pdf_of(*, batch: str, by: audit.By, now: datetime, both_sides: bool = True) -> bytes:
    """All letters of an open batch. `both_sides`: each begins on the front of a sheet.

    Raises UnknownBatch, AlreadySent, NothingToPrint, LettersCannotBeSet; NoFonts and PressFailed of the typesetter.
    """
    with transaction.atomic():
        found: LetterBatch | None = LetterBatch.objects.filter(public_id=batch).first()
        if found is None:
            raise UnknownBatch
        if found.sent_at is not None:
            raise AlreadySent
        letters = list(Letter.objects.filter(batch=found, state=LetterState.BATCHED).order_by("position"))
        if not letters:
            raise NothingToPrint
        audit.record(by=by, action="letters:printed", subject=f"letter-batch:{batch}", at=now, letters=len(letters))
    return _set(letters, title="Briefe", at=found.opened_at, both_sides=both_sides)


def reprint(*, letter: str, by: audit.By, now: datetime) -> bytes:
    """One letter of an open batch again, for the sheet that the printer ate.

    Raises UnknownLetter, AlreadySettled, LettersCannotBeSet; NoFonts and PressFailed of the typesetter.
    """
    with transaction.atomic():
        found: Letter | None = Letter.objects.select_related("batch").filter(public_id=letter).first()
        if found is None:
            raise UnknownLetter
        if found.state != LetterState.BATCHED or found.batch is None:
            raise AlreadySettled
        audit.record(by=by, action="letters:reprinted", subject=f"letter:{letter}", at=now)
    return _set([found], title="Brief", at=found.batch.opened_at, both_sides=True)


def _set(letters: Sequence[Letter], *, title: str, at: datetime, both_sides: bool) -> bytes:
    """Outside of any transaction: the typesetter is a process that takes its time."""
    sheets = [replace(letter_of(each.content), mark=readable_mark(each.mark)) for each in letters]
    try:
        return typeset(sheets, title=title, at=at, both_sides=both_sides)
    except CannotBeSet as fault:
        raise LettersCannotBeSet([letters[place].public_id for place in fault.places]) from None
