# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reports about barriers: left by anybody, answered within six weeks, forgotten a year later (HVBIT §§ 4 and 6)."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from jobcenter_portal.about.models import Feedback, FeedbackState
from jobcenter_portal.about.office_notice import tell_office
from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.service import By
from jobcenter_portal.kernel.wall_clock import local_day
from jobcenter_portal.tenancy.models import Jobcenter

TIME_TO_ANSWER: Final = timedelta(weeks=6)
"""Afterwards people may turn to the enforcement body."""
KEPT: Final = timedelta(days=365)
LONGEST_MESSAGE: Final = 4000
LONGEST_NOTE: Final = 2000
_LETTERS: Final = "ACDEFHJKLMNPRTUVWXYZ2345679"
"""None that is taken for another one when somebody reads it out over the telephone."""
_LENGTH: Final = 6


class AlreadySettled(Exception):
    """A colleague was faster."""


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """What somebody wrote. `page` is where they came from, without keys; `reply_to` is empty for no answer."""

    message: str
    reply_to: str
    page: str
    language: str

    def __repr__(self) -> str:
        return "Report()"


def leave_feedback(report: Report, *, jobcenter: Jobcenter, now: datetime) -> Feedback:
    """Write a report down, with its number and the day until which it is to be answered, and tell the office."""
    with transaction.atomic():
        feedback = Feedback(
            tenant=jobcenter,
            number=f"B-{''.join(secrets.choice(_LETTERS) for _ in range(_LENGTH))}",
            page=report.page,
            language=report.language,
            received_at=now,
            due_on=local_day(now, jobcenter.settings.zone) + TIME_TO_ANSWER,
        )
        feedback.message, feedback.reply_to = report.message, report.reply_to
        feedback.save(force_insert=True)
        audit.record(by=audit.CUSTOMER, action="feedback_left", subject=_subject(feedback), at=now)
        tell_office(jobcenter, feedback.number, now=now)
    return feedback


def settle_feedback(feedback: Feedback, *, as_: FeedbackState, note: str, by: By, now: datetime) -> None:
    """Say what became of it; the note is for colleagues. Raises AlreadySettled."""
    if as_ is FeedbackState.OPEN:
        raise ValueError(as_)
    with transaction.atomic():
        locked = Feedback.objects.select_for_update().get(pk=feedback.pk)
        if locked.state != FeedbackState.OPEN:
            raise AlreadySettled
        locked.state, locked.settled_at, locked.settled_by_id, locked.note = as_, now, by.membership_id, note
        locked.save(update_fields=["state", "settled_at", "settled_by", "note_sealed"])
        audit.record(by=by, action="feedback_settled", subject=_subject(locked), at=now, state=as_.value)


def feedback_by_number(number: str) -> Feedback | None:
    found: Feedback | None = Feedback.objects.select_related("settled_by").filter(number=number).first()
    return found


def feedback_in(states: Collection[FeedbackState]) -> QuerySet[Feedback]:
    """What is due first comes first."""
    rows: QuerySet[Feedback] = Feedback.objects.filter(state__in=states).select_related("settled_by")
    return rows.order_by("due_on", "pk")


def is_overdue(feedback: Feedback, today: date) -> bool:
    return feedback.state == FeedbackState.OPEN and feedback.due_on < today


def forget_old_feedback(*, now: datetime) -> int:
    """Delete what was settled a year ago. Returns how many. What is open stays: it is still owed an answer."""
    deleted: int = Feedback.objects.filter(settled_at__lt=now - KEPT).delete()[0]
    return deleted


def _subject(feedback: Feedback) -> str:
    return f"feedback:{feedback.number}"
