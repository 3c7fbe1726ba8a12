# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Seats in group sessions: which dates there are, hold a seat, book it, give it back.

Each person has a number of their own, drawn among the free ones, and a unique key is the last judge: no code path can
sell a seat twice. Everybody locks in one order: the hold, the session, the appointment, its seats.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Now

from appointments import reminders
from appointments.availability import Wishes, booking_window
from appointments.core.lifecycle import Kind
from appointments.core.policy import Refusal
from appointments.holding import HoldGone, discard_hold, need_online_booking, record_hold, set_expiry
from appointments.models import Appointment, GroupSession, Hold, Seat, SeatState, Service
from appointments.models.occupancy import Holder
from appointments.proving import need_no_proof
from appointments.taking import Refused, Request, SlotTaken
from appointments.writing import Person, by_idempotency_key, check_limit, record, write_appointment
from jobcenter_portal.audit import service as audit
from jobcenter_portal.kernel.crypto import fingerprint
from jobcenter_portal.kernel.ids import public_id
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings

NEAREST: Final = 3


@dataclass(frozen=True, slots=True)
class GroupDate:
    """A session and how many of its seats are booked, and held by people who are still typing."""

    session: GroupSession
    booked: int
    held: int

    @property
    def free(self) -> int:
        return max(self.session.seats - self.booked - self.held, 0)


class SessionFull(SlotTaken):
    """No seat is free on this date (any more), or it does not take place. `dates` are the nearest ones with a seat."""

    def __init__(self, dates: list[GroupDate]) -> None:
        super().__init__([])
        self.dates = dates


def dates(*, service: Service, settings: TenantSettings, now: datetime, for_staff: bool = False) -> list[GroupDate]:
    """Dates of a group service that take place, in order of time, full ones too; for staff also outside the window."""
    window = booking_window(settings, service)
    sessions = GroupSession.objects.filter(service=service, cancelled_at__isnull=True)
    if for_staff:
        sessions = sessions.filter(starts_at__gt=now)
    else:
        sessions = sessions.filter(starts_at__gte=window.earliest(now), starts_at__lt=window.end(now, settings.zone))
    return with_seats(sessions)


def with_seats(sessions: QuerySet[GroupSession]) -> list[GroupDate]:
    """These sessions with their seats counted, in order of time. A hold that ran out counts as free: it will be."""
    booked = Count("places", filter=Q(places__state=SeatState.BOOKED))
    held = Count("places", filter=Q(places__state=SeatState.HELD, places__expires_at__gt=Now()))
    found = sessions.select_related("service", "location", "calendar").annotate(booked=booked, held=held)
    return [GroupDate(session, session.booked, session.held) for session in found.order_by("starts_at", "id")]


def session_by_public_id(public_id: str) -> GroupSession | None:
    found: GroupSession | None = (
        GroupSession.objects.filter(public_id=public_id).select_related("service", "location", "calendar").first()
    )
    return found


def nearest(session: GroupSession, settings: TenantSettings, now: datetime) -> list[GroupDate]:
    """The other dates with a free seat that lie closest, in order of time."""
    free = [one for one in dates(service=session.service, settings=settings, now=now) if one.free]
    others = [one for one in free if one.session.pk != session.pk]
    others.sort(key=lambda one: (abs(one.session.starts_at - session.starts_at), one.session.starts_at))
    return sorted(others[:NEAREST], key=lambda one: (one.session.starts_at, one.session.pk))


def hold_seat(*, jobcenter: Jobcenter, session: GroupSession, now: datetime, token: str = "") -> tuple[str, Hold]:
    """Keep a seat while somebody types. Returns the token that opens the hold, and the hold.

    Raises SessionFull with the nearest dates, Refused, NotBookableOnline.
    """
    need_online_booking(jobcenter)
    token = token or public_id()
    fresh = _hold_of(jobcenter, session, token)
    _hold(fresh, jobcenter, session, now)
    return token, fresh


def hold_no_seat(*, jobcenter: Jobcenter, session: GroupSession, token: str = "") -> tuple[str, Hold]:
    """For who typed until the date was full: what they typed is kept until they have chosen another date."""
    need_online_booking(jobcenter)
    token = token or public_id()
    fresh = _hold_of(jobcenter, session, token)
    fresh.session, fresh.location, fresh.starts_at = session, session.location, session.starts_at
    set_expiry(fresh, jobcenter)
    fresh.save(force_insert=True)
    return token, fresh


def hold_another_seat(*, jobcenter: Jobcenter, held: Hold, session: GroupSession, now: datetime) -> None:
    """A seat on another date for the same draft: the new one is taken before the old one is let go.

    Raises SessionFull (the old seat stays as it was), Refused, HoldGone.
    """
    if held.session_id != session.pk or not held.seats.exists():
        _hold(held, jobcenter, session, now)


def book_held_seat(
    *, jobcenter: Jobcenter, held: Hold, session: GroupSession, person: Person, key: bytes, now: datetime
) -> Appointment:
    """The part of `book_held` for a hold with a seat; the caller holds the transaction and has locked the hold.

    Raises SessionFull when the hold ran out and somebody else took the seat, or the date was cancelled.
    """
    enter(session)
    kept = list(held.seats.select_for_update().values_list("pk", flat=True))
    if not kept:
        raise SessionFull(nearest(session, jobcenter.settings, now))
    appointment = _write(jobcenter, session, person, key, now)
    held.seats.update(state=SeatState.BOOKED, expires_at=None, hold=None, appointment=appointment)
    discard_hold(held, now=now)
    _announce(appointment, jobcenter, audit.CUSTOMER, now)
    return appointment


def book_seat(
    *,
    jobcenter: Jobcenter,
    session: GroupSession,
    person: Person,
    now: datetime,
    by: audit.By = audit.CUSTOMER,
    idempotency_key: str | None = None,
    claim: Callable[[], None] | None = None,
) -> Appointment:
    """Book a seat at once, without a hold: staff, interfaces, people who waited, the demo's data.

    `claim` marks an offer of the waiting list as taken, in the same transaction.
    Raises SessionFull with the nearest dates; for customers also Refused and NotBookableOnline.
    """
    key = fingerprint(idempotency_key) if idempotency_key else None
    if key and (before := by_idempotency_key(key)):
        return before
    if by.kind is audit.ActorKind.CUSTOMER:
        need_online_booking(jobcenter)
        need_no_proof(jobcenter, person)
        need_bookable(session, jobcenter.settings, now)
    try:
        return _book(jobcenter, session, person, key, by, now, claim)
    except IntegrityError:
        # The same request sent twice at the same moment: the other one has just been written.
        if key and (before := by_idempotency_key(key)):
            return before
        raise


def need_bookable(session: GroupSession, settings: TenantSettings, now: datetime) -> None:
    """Raises Refused outside lead time and horizon."""
    if refusal := refusal_of(session, settings, now):
        raise Refused(refusal)


def refusal_of(session: GroupSession, settings: TenantSettings, now: datetime) -> Refusal | None:
    return booking_window(settings, session.service).refusal(session.starts_at, now, settings.zone)


def clear_dead_holds(session: GroupSession) -> None:
    """Free the seats of expired holds, in a short transaction of its own before the one that takes a seat.

    SKIP LOCKED is safe only because this transaction holds nothing else: who is confirming at this moment keeps theirs.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM appointments_seat WHERE id IN (SELECT id FROM appointments_seat WHERE session_id = %s"
            " AND state = 2 AND expires_at < clock_timestamp() ORDER BY id FOR UPDATE SKIP LOCKED)",
            [session.pk],
        )


def enter(session: GroupSession) -> int:
    """How many seats there are, 0 when it does not take place. Until the commit nobody changes that.

    FOR KEY SHARE lets everybody in together and waits only for `change_seats` and `cancel_session`, which hold FOR
    UPDATE.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT CASE WHEN cancelled_at IS NULL THEN seats ELSE 0 END FROM appointments_groupsession"
            " WHERE id = %s FOR KEY SHARE",
            [session.pk],
        )
        seats: int = cursor.fetchone()[0]
        return seats


# The numbers that are free as this statement sees them; the unique key knows about those that are not committed yet.
_TAKE: Final = """
WITH free AS (SELECT n FROM generate_series(1, %(seats)s) n
  WHERE NOT EXISTS (SELECT 1 FROM appointments_seat t WHERE t.session_id = %(session)s AND t.seat_no = n
    AND t.state IN (1, 2)) ORDER BY random() LIMIT 1),
 taken AS (INSERT INTO appointments_seat (tenant_id, session_id, seat_no, state, expires_at, hold_id, appointment_id)
  SELECT %(tenant)s, %(session)s, n, %(state)s, %(expires_at)s, %(hold)s, %(appointment)s FROM free
  ON CONFLICT DO NOTHING RETURNING id)
SELECT (SELECT count(*) FROM free), (SELECT count(*) FROM taken)"""


def take(session: GroupSession, seats: int, holder: Holder) -> bool:
    """Take any free seat of those that `enter` found; False when there is none.

    Whoever draws a number that somebody else is just writing waits for them and draws again. Each lost draw is a seat
    that somebody got, so after as many draws as there are seats nothing is left to wait for.
    """
    values = {
        "tenant": session.tenant_id,
        "session": session.pk,
        "seats": seats,
        "state": int(SeatState.HELD if holder.hold else SeatState.BOOKED),
        "expires_at": holder.hold.expires_at if holder.hold else None,
        "hold": holder.hold.pk if holder.hold else None,
        "appointment": holder.appointment.pk if holder.appointment else None,
    }
    for _draw in range(seats):
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, values)
            free, taken = cursor.fetchone()
        if taken or not free:
            return bool(taken)
    return False


def seats_of(appointment: Appointment) -> list[int]:
    """The rows of its seats, mostly one; to be released once another one is taken."""
    return list(appointment.seats.filter(state=SeatState.BOOKED).values_list("pk", flat=True))


def release(seat_ids: Iterable[int]) -> None:
    """Give seats back; the next person gets them at once."""
    Seat.objects.filter(pk__in=list(seat_ids)).update(state=SeatState.RELEASED)


def _hold_of(jobcenter: Jobcenter, session: GroupSession, token: str) -> Hold:
    """Not written yet, and without a seat."""
    service = session.service
    return Hold(
        tenant_id=jobcenter.pk, token_hash=fingerprint(token), service=service, mode=int(service.possible_modes[0])
    )


def _hold(held: Hold, jobcenter: Jobcenter, session: GroupSession, now: datetime) -> None:
    need_bookable(session, jobcenter.settings, now)
    clear_dead_holds(session)
    is_new = held.pk is None
    with transaction.atomic():
        if not is_new and not Hold.objects.select_for_update().filter(pk=held.pk).exists():
            raise HoldGone
        old = [] if is_new else list(held.seats.values_list("pk", flat=True))
        held.session, held.location, held.starts_at = session, session.location, session.starts_at
        set_expiry(held, jobcenter)
        held.save(force_insert=is_new)
        if take(session, enter(session), Holder(hold=held)):
            Seat.objects.filter(pk__in=old).delete()
            record_hold(held, "held", now)
            return
        transaction.set_rollback(True)
    if not is_new:
        held.refresh_from_db()
    raise SessionFull(nearest(session, jobcenter.settings, now))


def _book(
    jobcenter: Jobcenter,
    session: GroupSession,
    person: Person,
    key: bytes | None,
    by: audit.By,
    now: datetime,
    claim: Callable[[], None] | None,
) -> Appointment:
    clear_dead_holds(session)
    with transaction.atomic():
        if claim is not None:
            claim()
        if by.kind is audit.ActorKind.CUSTOMER:
            check_limit(jobcenter, person, now)
        seats = enter(session)
        appointment = _write(jobcenter, session, person, key, now)
        if take(session, seats, Holder(appointment=appointment)):
            _announce(appointment, jobcenter, by, now)
            return appointment
        transaction.set_rollback(True)
    raise SessionFull(nearest(session, jobcenter.settings, now))


def _write(
    jobcenter: Jobcenter, session: GroupSession, person: Person, key: bytes | None, now: datetime
) -> Appointment:
    wishes = Wishes(mode=session.service.possible_modes[0])
    request = Request(jobcenter, session.service, session.location, session.starts_at, now, wishes=wishes)
    return write_appointment(
        request, kind=Kind.GROUP, calendar_id=session.calendar_id, person=person, key=key, session=session
    )


def _announce(appointment: Appointment, jobcenter: Jobcenter, by: audit.By, now: datetime) -> None:
    record(appointment, by, "booked", now, starts_at=appointment.starts_at.isoformat())
    reminders.announce_booking(appointment, jobcenter.settings, now=now)
