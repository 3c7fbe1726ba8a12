# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The office answers a request: grants it, gives another time instead, or says that it cannot and what to do.

Nothing is refused silently and nothing runs out: a request that nobody has answered stays, first in the list, until
somebody does. The wished time was really taken when the person asked, so granting it cannot fail.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from appointments import reminders
from appointments.attendance import ChangedMeanwhile
from appointments.changing import release, wishes_of
from appointments.core.answers import DeclineReason
from appointments.core.lifecycle import NotAllowed, Status, Verb, next_status
from appointments.models import Appointment
from appointments.models.occupancy import Holder
from appointments.queries import open_requests
from appointments.taking import Request, rounds, take_one_of
from appointments.writing import actor, bump, lock, record
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.models import Jobcenter


class WishIsOver(Exception):
    """The wished time has passed unanswered; another time can still be given, or the request be declined."""


def waiting_requests(*, limit: int, among: QuerySet[Appointment] | None = None) -> list[Appointment]:
    """The requests that wait for an answer, the most urgent first: whatever is overdue leads the list."""
    found = open_requests() if among is None else among
    return list(found.select_related("service", "location", "customer", "calendar").order_by("answer_by", "id")[:limit])


def grant_request(
    *, jobcenter: Jobcenter, appointment: Appointment, by: audit.By, now: datetime, seen: int | None = None
) -> Appointment:
    """Make the request an appointment at the wished time: from here on it is confirmed and reminded of like any other.

    `seen` is the revision on the page of whoever answers. Raises ChangedMeanwhile, NotAllowed, WishIsOver.
    """
    with transaction.atomic():
        locked, status = _locked_and_next(appointment, Verb.BOOK, by, seen)
        if now >= locked.starts_at:
            raise WishIsOver
        _answer(locked, status, now)
        bump(locked, *Appointment.STATUS_FIELDS, "answer_by")
        record(locked, by, "granted", now, starts_at=locked.starts_at.isoformat())
        reminders.announce_booking(locked, jobcenter.settings, now=now)
    return locked


def answer_with_other_time(
    *,
    jobcenter: Jobcenter,
    appointment: Appointment,
    starts_at: datetime,
    by: audit.By,
    now: datetime,
    seen: int | None = None,
) -> Appointment:
    """Give another time than the wished one: it is taken and the wished one released together, or nothing happens.

    It is the office's change: it counts against none of the moves that the person has. Raises SlotTaken (the request
    stays as it was), ChangedMeanwhile, NotAllowed.
    """
    request = Request(
        jobcenter,
        appointment.service,
        appointment.location,
        starts_at,
        now,
        for_staff=True,
        wishes=wishes_of(appointment, jobcenter.settings),
    )
    for free in rounds(request):
        with transaction.atomic():
            locked, status = _locked_and_next(appointment, Verb.BOOK, by, seen)
            release(locked, jobcenter.settings, rests=False)
            taken = take_one_of(free, request, Holder(appointment=locked))
            if taken is not None:
                return write_other_time(locked, status, request, taken, by)
            transaction.set_rollback(True)
    raise AssertionError("rounds() ends with an answer or SlotTaken")


def decline_request(
    *,
    jobcenter: Jobcenter,
    appointment: Appointment,
    reason: DeclineReason,
    by: audit.By,
    now: datetime,
    seen: int | None = None,
) -> Appointment:
    """Say that the request becomes no appointment, why, and what to do instead; also after the wished time has passed.

    Raises ChangedMeanwhile, NotAllowed.
    """
    with transaction.atomic():
        locked, status = _locked_and_next(appointment, Verb.CANCEL, by, seen)
        _answer(locked, status, now)
        locked.cancelled_by, locked.cancelled_at, locked.decline_reason = by.kind.value, now, reason.value
        release(locked, jobcenter.settings, rests=False)
        bump(locked, *Appointment.STATUS_FIELDS, "answer_by", "cancelled_by", "cancelled_at", "decline_reason")
        record(locked, by, "declined", now, reason=reason.value)
        reminders.announce_decline(locked, jobcenter.settings, now=now)
    return locked


def _locked_and_next(
    appointment: Appointment, verb: Verb, by: audit.By, seen: int | None
) -> tuple[Appointment, Status]:
    """The request under its lock and what the answer makes of it. What was answered before is no request any more."""
    locked = lock(appointment)
    if seen is not None and locked.revision != seen:
        raise ChangedMeanwhile
    if locked.status_now is not Status.REQUESTED:
        raise NotAllowed(locked.status_now, verb, actor(by))
    return locked, next_status(locked.status_now, verb, by=actor(by))


def _answer(locked: Appointment, status: Status, now: datetime) -> None:
    locked.change_status(status, now)
    locked.answer_by = None


def write_other_time(
    locked: Appointment, status: Status, request: Request, calendar_id: int, by: audit.By
) -> Appointment:
    """Another time than the wished one, once it is taken, with its trail and messages."""
    _answer(locked, status, request.now)
    locked.previous_starts_at, locked.starts_at, locked.ends_at = locked.starts_at, request.starts_at, request.ends_at
    locked.calendar_id = calendar_id
    bump(locked, *Appointment.STATUS_FIELDS, "answer_by", "previous_starts_at", "starts_at", "ends_at", "calendar")
    record(locked, by, "other_time_given", request.now, starts_at=request.starts_at.isoformat())
    reminders.announce_other_time(locked, request.jobcenter.settings, now=request.now)
    return locked
