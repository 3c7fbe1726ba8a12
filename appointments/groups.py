# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Group sessions as the office runs them: create one, change its seats, cancel it; and a person goes to another date.

A session takes its calendar's time like an appointment does; who comes has a seat in it (`seats`). Creating, changing
and cancelling lock the session FOR UPDATE, so that nobody gets a seat in what is just being changed.
"""

from datetime import datetime
from enum import Enum, unique

from django.db import transaction

from appointments import reminders, seats
from appointments.availability import Need, Wishes
from appointments.changing import check_move, write_cancellation
from appointments.core.lifecycle import Status, Verb, next_status, possible_verbs
from appointments.core.slots import CalendarLoad, merged_ranges, tick_at_or_after, tick_at_or_before
from appointments.loading import Asked, load
from appointments.models import (
    Appointment,
    Calendar,
    GroupSession,
    Location,
    Occupancy,
    OccupancyState,
    Seat,
    SeatState,
    Service,
    ServiceCalendar,
)
from appointments.models.occupancy import Holder
from appointments.taking import ROUNDS, Request
from appointments.writing import actor, bump, lock, record
from jobcenter_portal.audit import service as audit
from jobcenter_portal.kernel.wall_clock import local_day
from jobcenter_portal.tenancy.models import Jobcenter
from notifications import service as notifications

_CANCELLABLE = [status for status in Status if Verb.CANCEL in possible_verbs(status)]


@unique
class Obstacle(Enum):
    """Why a session cannot be held then. Each value has one sentence on the desk."""

    PAST = "past"
    BETWEEN_TICKS = "between_ticks"
    """Calendars are kept in steps of five minutes."""
    NOT_OFFERED = "not_offered"
    """The calendar does not offer this service."""
    CLOSED = "closed"
    """Outside the calendar's hours at this location, or the house is closed."""
    ABSENT = "absent"
    TAKEN = "taken"


class CannotTakePlace(Exception):
    """The calendar has no time for the session then; `obstacle` says why."""

    def __init__(self, obstacle: Obstacle) -> None:
        super().__init__(obstacle.value)
        self.obstacle = obstacle


class SeatsInUse(Exception):
    """Fewer seats than people have: `booked` ones, and `held` by people who are just booking."""

    def __init__(self, booked: int, held: int) -> None:
        super().__init__(f"{booked} booked, {held} held")
        self.booked = booked
        self.held = held

    @property
    def fewest(self) -> int:
        """How far the number of seats can be lowered."""
        return self.booked + self.held


class SessionOver(Exception):
    """The session has begun or has been cancelled; there is nothing left to change."""


def create_session(
    *,
    jobcenter: Jobcenter,
    service: Service,
    location: Location,
    calendar: Calendar,
    starts_at: datetime,
    seat_count: int,
    titles: dict[str, str],
    by: audit.By,
    now: datetime,
) -> GroupSession:
    """Open a date with seats; it lasts as long as the service does. Raises CannotTakePlace."""
    if not service.is_group:
        raise ValueError("only a group service has sessions")
    request = Request(
        jobcenter, service, location, starts_at, now, for_staff=True, wishes=Wishes(service.possible_modes[0])
    )
    for _round in range(ROUNDS):
        version = _version_when_free(request, calendar)
        wanted = request.stretch(calendar.pk, version)
        Occupancy.objects.release_dead_holds([calendar.pk], wanted.starts_at, wanted.ends_at)
        with transaction.atomic():
            session: GroupSession = GroupSession.objects.create(
                tenant=jobcenter,
                service=service,
                location=location,
                calendar=calendar,
                starts_at=starts_at,
                ends_at=request.ends_at,
                seats=seat_count,
                titles=titles,
            )
            if Occupancy.objects.take([wanted], Holder(session=session), is_limited=calendar.max_per_day is not None):
                _record(session, by, "session_created", now, starts_at=starts_at.isoformat(), seats=seat_count)
                return session
            transaction.set_rollback(True)
    raise CannotTakePlace(Obstacle.TAKEN)


def change_seats(*, session: GroupSession, seat_count: int, by: audit.By, now: datetime) -> GroupSession:
    """More seats or fewer, never fewer than people have. Raises SeatsInUse, SessionOver."""
    seats.clear_dead_holds(session)
    with transaction.atomic():
        locked = _lock_to_come(session, now)
        places = locked.places.filter(state__in=[SeatState.BOOKED, SeatState.HELD])
        booked = places.filter(state=SeatState.BOOKED).count()
        numbers = dict(places.values_list("pk", "seat_no"))
        if seat_count < len(numbers):
            raise SeatsInUse(booked, len(numbers) - booked)
        # Numbers above the new limit move down: left where they are, the free ones below would be sold on top.
        free = sorted(set(range(1, seat_count + 1)) - set(numbers.values()))
        for pk in sorted(pk for pk, number in numbers.items() if number > seat_count):
            Seat.objects.filter(pk=pk).update(seat_no=free.pop())
        before, locked.seats = locked.seats, seat_count
        locked.save(update_fields=["seats"])
        _record(locked, by, "seats_changed", now, before=before, seats=seat_count)
    return locked


def participants(session: GroupSession) -> list[Appointment]:
    """Everybody who has or had a seat in it and did not move to another date, in the order of booking."""
    related = Appointment.objects.select_related("service", "location", "customer", "calendar")
    return list(related.filter(session=session).order_by("booked_at", "id"))


def cancel_session(*, jobcenter: Jobcenter, session: GroupSession, by: audit.By, now: datetime) -> int:
    """Call the date off: everybody's appointment is cancelled by the office and everybody is told, all or nobody.

    Returns how many. Cancelling twice changes nothing and tells nobody twice. Raises SessionOver once it has begun.
    """
    with transaction.atomic():
        locked: GroupSession = GroupSession.objects.select_for_update().get(pk=session.pk)
        if locked.cancelled_at is not None:
            return 0
        if now >= locked.starts_at:
            raise SessionOver
        # All rows at once: cancelling plans messages, and after that nothing may wait for a row any more.
        concerned = list(
            Appointment.objects.select_for_update().filter(session=locked, status__in=_CANCELLABLE).order_by("pk")
        )
        locked.cancelled_at = now
        locked.save(update_fields=["cancelled_at"])
        locked.places.filter(state=SeatState.HELD).delete()
        Occupancy.objects.filter(session=locked, state=OccupancyState.SESSION).update(state=OccupancyState.RELEASED)
        _record(locked, by, "session_cancelled", now, people=len(concerned))
        with notifications.together():
            for appointment in concerned:
                write_cancellation(appointment, jobcenter, by, now)
    return len(concerned)


def change_date(
    *,
    jobcenter: Jobcenter,
    appointment: Appointment,
    session: GroupSession,
    by: audit.By,
    now: datetime,
    is_offered: bool = False,
) -> Appointment:
    """Move a seat to another date of the same service: the new one is taken and the old one released together.

    A date that the office itself has offered (`is_offered`) counts against no deadline and no number of moves. Moving
    to the same date is no change. Raises SessionFull (the old seat stays), Refused, NotAllowed.
    """
    if session.service_id != appointment.service_id:
        raise ValueError("another service is another appointment")
    is_own_wish = by.kind is audit.ActorKind.CUSTOMER and not is_offered
    if is_own_wish:
        seats.need_bookable(session, jobcenter.settings, now)
    seats.clear_dead_holds(session)
    with transaction.atomic():
        there = seats.enter(session)
        locked = lock(appointment)
        next_status(locked.status_now, Verb.RESCHEDULE, by=actor(by))
        if locked.session_id == session.pk:
            return locked
        if is_own_wish:
            check_move(jobcenter, locked, now)
        old = seats.seats_of(locked)
        if seats.take(session, there, Holder(appointment=locked)):
            seats.release(old)
            return _moved(locked, session, jobcenter, by, now, counts=is_own_wish)
        transaction.set_rollback(True)
    raise seats.SessionFull(seats.nearest(session, jobcenter.settings, now))


def _moved(
    locked: Appointment, session: GroupSession, jobcenter: Jobcenter, by: audit.By, now: datetime, *, counts: bool
) -> Appointment:
    locked.previous_starts_at, locked.starts_at, locked.ends_at = locked.starts_at, session.starts_at, session.ends_at
    locked.session, locked.location, locked.calendar_id = session, session.location, session.calendar_id
    locked.reschedules += 1 if counts else 0
    locked.late_minutes = locked.late_told_at = None  # said about the old date
    time = ("previous_starts_at", "starts_at", "ends_at", "late_minutes", "late_told_at")
    bump(locked, *time, "session", "location", "calendar", "reschedules")
    record(locked, by, "moved", now, starts_at=session.starts_at.isoformat())
    reminders.announce_change(locked, jobcenter.settings, now=now)
    return locked


def _version_when_free(request: Request, calendar: Calendar) -> int:
    """The version of the calendar's schedule in which the session fits; raises CannotTakePlace when it does not."""
    if request.starts_at <= request.now:
        raise CannotTakePlace(Obstacle.PAST)
    if tick_at_or_before(request.starts_at) != tick_at_or_after(request.starts_at):
        raise CannotTakePlace(Obstacle.BETWEEN_TICKS)
    if not ServiceCalendar.objects.filter(service=request.service, calendar=calendar).exists():
        raise CannotTakePlace(Obstacle.NOT_OFFERED)
    zone = request.jobcenter.settings.zone
    day = local_day(request.starts_at, zone)
    asked = Asked(
        location_ids=(request.location.pk,),
        service_ids=(request.service.pk,),
        first=day,
        last=day,
        zone=zone,
        hours=Need(request.service).hours,
        mode=request.wishes.mode,
        only_calendar=calendar.pk,
        sees_resting=True,
    )
    found = load(asked).get(request.location.pk)
    loads = [one for role in found.roles for one in role if one.calendar_id == calendar.pk] if found else []
    if found is None or not loads:
        raise CannotTakePlace(Obstacle.CLOSED)
    if obstacle := _obstacle(request, loads[0]):
        raise CannotTakePlace(obstacle)
    return found.versions[calendar.pk]


def _obstacle(request: Request, calendar: CalendarLoad) -> Obstacle | None:
    """The session itself lies in opening time and meets no absence; with its buffers it meets no taken time."""
    start, end = tick_at_or_before(request.starts_at), tick_at_or_after(request.ends_at)
    if not any(opens <= start and end <= closes for opens, closes in merged_ranges(calendar.open)):
        return Obstacle.CLOSED
    if any(begins < end and start < ends for begins, ends in calendar.blocked):
        return Obstacle.ABSENT
    around = request.stretch(calendar.calendar_id)
    first, last = tick_at_or_before(around.starts_at), tick_at_or_after(around.ends_at)
    return Obstacle.TAKEN if any(begins < last and first < ends for begins, ends in calendar.taken) else None


def _lock_to_come(session: GroupSession, now: datetime) -> GroupSession:
    locked: GroupSession = GroupSession.objects.select_for_update().get(pk=session.pk)
    if locked.cancelled_at is not None or now >= locked.starts_at:
        raise SessionOver
    return locked


def _record(session: GroupSession, by: audit.By, action: str, now: datetime, **detail: str | int) -> None:
    audit.record(by=by, action=action, subject=f"session:{session.pk}", at=now, **detail)
