# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Move, cancel, take a cancellation back: one function and one transaction each.

Lock, check, change, record, announce. A person's own change lets the old time rest for a while before the public sees
it, so that nobody lies in wait for cancelled times; who waits for an earlier one is offered it meanwhile.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from secrets import SystemRandom
from typing import Final

from django.db import transaction

from appointments import reminders, seats
from appointments.availability import Wishes
from appointments.core.answers import answer_deadline
from appointments.core.lifecycle import NotAllowed, Status, Verb, next_status
from appointments.core.modes import Mode
from appointments.core.policy import may_cancel, may_reschedule
from appointments.models import Appointment, GroupSession, Occupancy, OccupancyState
from appointments.models.occupancy import Holder
from appointments.queries import database_now
from appointments.taking import Refused, Request, rounds, take_one_of
from appointments.writing import actor, bump, lock, record
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.models import BookingMode, Jobcenter, TenantSettings

UNDO_WITHIN: Final = timedelta(minutes=30)
"""How long a person can take a cancellation back; after that the time belongs to others."""
_chance: Final = SystemRandom()


class UndoTooLate(Exception):
    """The cancellation is too long ago; a new time can be booked."""


def wishes_of(appointment: Appointment, settings: TenantSettings) -> Wishes:
    """What another time of this appointment needs: where everybody has their own caseworker, the same one."""
    is_personal = settings.booking_mode == BookingMode.PERSONAL_CASEWORKER and not appointment.service.is_emergency
    return Wishes(
        mode=Mode(appointment.mode),
        more_services=tuple(one.service for one in appointment.concerns.select_related("service").order_by("position")),
        mediator_language=appointment.mediator_language,
        only_calendar=appointment.calendar_id if is_personal else None,
    )


def reschedule(
    *,
    jobcenter: Jobcenter,
    appointment: Appointment,
    starts_at: datetime,
    by: audit.By,
    now: datetime,
    is_offered: bool = False,
    claim: Callable[[Appointment], None] | None = None,
) -> Appointment:
    """Move to another time: the new one is taken and the old one released together, or nothing happens.

    A time that the office itself has offered (`is_offered`) counts against no deadline and no number of moves; `claim`
    looks once more under the lock whether the offer stands, and marks it as taken with all the rest.
    A seat in a group has no time of its own: `groups.change_date` moves it, here it is NotAllowed.
    Raises SlotTaken (the old time stays), Refused (deadline, number of moves), NotAllowed.
    """
    if appointment.session_id is not None:
        raise NotAllowed(appointment.status_now, Verb.RESCHEDULE, actor(by))
    for_staff = by.kind is audit.ActorKind.STAFF
    wishes = wishes_of(appointment, jobcenter.settings)
    request = Request(
        jobcenter,
        appointment.service,
        appointment.location,
        starts_at,
        now,
        for_staff or is_offered,
        wishes,
        sees_resting=is_offered,
    )
    for free in rounds(request):
        with transaction.atomic():
            locked = lock(appointment)
            next_status(locked.status_now, Verb.RESCHEDULE, by=actor(by))
            if not (for_staff or is_offered):
                check_move(jobcenter, locked, now)
            if claim is not None:
                claim(locked)
            release(locked, jobcenter.settings, rests=not for_staff)
            taken = take_one_of(free, request, Holder(appointment=locked))
            if taken is not None:
                return write_move(locked, request, taken, by, counts=not (for_staff or is_offered))
            transaction.set_rollback(True)
    raise AssertionError("rounds() ends with an answer or SlotTaken")


def cancel(
    *, jobcenter: Jobcenter, appointment: Appointment, by: audit.By, now: datetime, asks_to_choose: bool = False
) -> Appointment:
    """Cancel. Always possible until the end, also after the deadline: then it counts as late notice.

    When the office has to cancel, the message may ask the person to choose a new time themselves (`asks_to_choose`).
    Raises NotAllowed. Cancelling twice changes nothing and tells nobody twice.
    """
    with transaction.atomic():
        locked = lock(appointment)
        if locked.status_now is not Status.CANCELLED:
            write_cancellation(locked, jobcenter, by, now, asks_to_choose=asks_to_choose)
    return locked


def write_cancellation(
    locked: Appointment, jobcenter: Jobcenter, by: audit.By, now: datetime, *, asks_to_choose: bool = False
) -> None:
    """Cancel a locked appointment: its time, its trail, its messages. Raises NotAllowed."""
    how = may_cancel(
        starts_at=locked.starts_at,
        ends_at=locked.ends_at,
        cancel_until=timedelta(hours=jobcenter.settings.cancel_until_hours),
        now=now,
    )
    if not how.is_possible:
        raise NotAllowed(locked.status_now, Verb.CANCEL, actor(by))
    by_customer = by.kind is audit.ActorKind.CUSTOMER
    is_request = locked.status_now is Status.REQUESTED  # nobody waits for one that takes a request back
    locked.change_status(next_status(locked.status_now, Verb.CANCEL, by=actor(by)), now)
    locked.cancelled_by, locked.cancelled_at, locked.answer_by = by.kind.value, now, None
    locked.late_notice = by_customer and not how.is_in_time and not is_request
    release(locked, jobcenter.settings, rests=by_customer)
    bump(locked, *Appointment.STATUS_FIELDS, "cancelled_by", "cancelled_at", "late_notice", "answer_by")
    record(locked, by, "cancelled", now, late_notice=locked.late_notice)
    announce = reminders.announce_new_choice if asks_to_choose else reminders.announce_cancellation
    announce(locked, jobcenter.settings, now=now)


def undo_cancel(*, jobcenter: Jobcenter, appointment: Appointment, by: audit.By, now: datetime) -> Appointment:
    """Take a cancellation back, if the time is still free; a person can take back only their own.

    Raises SlotTaken (SessionFull in a group), UndoTooLate, NotAllowed.
    """
    if by.kind is audit.ActorKind.CUSTOMER and appointment.cancelled_by != by.kind:
        raise NotAllowed(appointment.status_now, Verb.UNDO, actor(by))
    if appointment.cancelled_at is None or now - appointment.cancelled_at > UNDO_WITHIN or now >= appointment.starts_at:
        raise UndoTooLate
    if appointment.session is not None:
        return _undo_in_group(appointment, appointment.session, jobcenter, by, now)
    wishes = wishes_of(appointment, jobcenter.settings)
    request = Request(
        jobcenter, appointment.service, appointment.location, appointment.starts_at, now, for_staff=True, wishes=wishes
    )
    for free in rounds(request):
        with transaction.atomic():
            locked = lock(appointment)
            status = next_status(locked.status_now, Verb.UNDO, by=actor(by), previous=Status(locked.previous_status))
            holder = Holder(appointment=locked)
            taken = take_one_of(free.preferring(locked.calendar_id), request, holder)
            if taken is not None:
                return _undone(locked, status, taken, jobcenter, by, now)
            transaction.set_rollback(True)
    raise AssertionError("rounds() ends with an answer or SlotTaken")


def release(appointment: Appointment, settings: TenantSettings, *, rests: bool) -> None:
    """Give its time back: at once, or after a rest of random length that the Jobcenter chose the bounds of.

    A seat in a group is given back at once.
    """
    until = None
    if rests and settings.reoffer_max_minutes:
        minutes = _chance.uniform(settings.reoffer_min_minutes, settings.reoffer_max_minutes)
        until = database_now() + timedelta(minutes=minutes)
    Occupancy.objects.filter(appointment=appointment, state=OccupancyState.BOOKED).update(
        state=OccupancyState.RELEASED, reoffer_at=until
    )
    if appointment.session_id is not None:
        seats.release(seats.seats_of(appointment))


def write_move(locked: Appointment, request: Request, calendar_id: int, by: audit.By, *, counts: bool) -> Appointment:
    """The new time, once it is taken, with its trail and messages; `counts` against the moves that a person has."""
    locked.previous_starts_at, locked.starts_at, locked.ends_at = locked.starts_at, request.starts_at, request.ends_at
    locked.reschedules += 1 if counts else 0
    locked.calendar_id = calendar_id
    locked.late_minutes = locked.late_told_at = None  # said about the old time
    fields = ("previous_starts_at", "starts_at", "ends_at", "reschedules", "calendar", "late_minutes", "late_told_at")
    bump(locked, *fields)
    record(locked, by, "moved", request.now, starts_at=request.starts_at.isoformat())
    reminders.announce_change(locked, request.jobcenter.settings, now=request.now)
    return locked


def _undo_in_group(
    appointment: Appointment, session: GroupSession, jobcenter: Jobcenter, by: audit.By, now: datetime
) -> Appointment:
    seats.clear_dead_holds(session)
    with transaction.atomic():
        there = seats.enter(session)
        locked = lock(appointment)
        status = next_status(locked.status_now, Verb.UNDO, by=actor(by), previous=Status(locked.previous_status))
        if locked.session_id == session.pk and seats.take(session, there, Holder(appointment=locked)):
            return _undone(locked, status, session.calendar_id, jobcenter, by, now)
        transaction.set_rollback(True)
    raise seats.SessionFull(seats.nearest(session, jobcenter.settings, now))


def _undone(
    locked: Appointment, status: Status, calendar_id: int, jobcenter: Jobcenter, by: audit.By, now: datetime
) -> Appointment:
    locked.change_status(status, now)
    locked.cancelled_by, locked.cancelled_at, locked.late_notice, locked.decline_reason = "", None, False, ""
    locked.calendar_id = calendar_id
    is_request = status is Status.REQUESTED
    locked.answer_by = _answer_by(locked, jobcenter.settings, now) if is_request else None
    fields = ("cancelled_by", "cancelled_at", "late_notice", "decline_reason", "calendar", "answer_by")
    bump(locked, *Appointment.STATUS_FIELDS, *fields)
    record(locked, by, "cancellation_undone", now)
    announce = reminders.announce_request if is_request else reminders.announce_booking
    announce(locked, jobcenter.settings, now=now)
    return locked


def _answer_by(request: Appointment, settings: TenantSettings, now: datetime) -> datetime:
    return answer_deadline(now, settings.request_answer_hours, starts_at=request.starts_at, zone=settings.zone)


def check_move(jobcenter: Jobcenter, appointment: Appointment, now: datetime) -> None:
    """Whether the person may move it themselves; raises Refused."""
    refusal = may_reschedule(
        starts_at=appointment.starts_at,
        reschedules=appointment.reschedules,
        max_reschedules=jobcenter.settings.max_reschedules,
        cancel_until=timedelta(hours=jobcenter.settings.cancel_until_hours),
        now=now,
    )
    if refusal:
        raise Refused(refusal)
