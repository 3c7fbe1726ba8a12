# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Book, move, cancel, undo: each one function and one transaction, in the same order every time.

Lock, check, change, record, announce. Messages are planned in the same transaction and leave later, so no booking is
without its reminder and no reminder without its booking (docs/delivery-guarantees.md).
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction

from appointments import reminders
from appointments.core.lifecycle import INITIAL_STATUS, Actor, Kind, NotAllowed, Status, Verb, next_status
from appointments.core.policy import may_book_another, may_cancel, may_reschedule
from appointments.holding import HoldGone, need_instant_booking
from appointments.links import save_with_keys
from appointments.models import Appointment, Hold, Location, Occupancy, OccupancyState, Service
from appointments.queries import open_bookings
from appointments.taking import Refused, Request, SlotTaken, free_calendars, nearest, take_one_of
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.accounts.service import customers_with_address, lock_addresses, new_customer
from jobcenter_portal.audit import service as audit
from jobcenter_portal.kernel.crypto import fingerprint
from jobcenter_portal.tenancy.models import Jobcenter

UNDO_WITHIN: Final = timedelta(minutes=30)
"""How long a person can take a cancellation back; after that the time belongs to others."""


class UndoTooLate(Exception):
    """The cancellation is too long ago; a new time can be booked."""


@dataclass(frozen=True, slots=True)
class Person:
    """What a person told about themselves. All addresses are optional, by law (LDI NRW) and by design."""

    name: str
    language: str
    addresses: dict[ContactChannel, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "Person(...)"  # never into a log or an exception


def book_held(*, jobcenter: Jobcenter, token: str, person: Person, now: datetime) -> Appointment:
    """Make the held time an appointment. The hold's token is the idempotency key: sent twice, it books once.

    A hold that ran out, but whose time nobody took, is honoured. Raises SlotTaken (the draft stays), HoldGone, Refused,
    NotBookableOnline.
    """
    need_instant_booking(jobcenter)
    key = fingerprint(token)
    with transaction.atomic():
        held: Hold | None = Hold.objects.select_for_update().filter(token_hash=key).first()
        if held is None:
            return _booked_before(key)
        request = Request(jobcenter, held.service, held.location, held.starts_at, now)
        _check_limit(jobcenter, person, now)
        occupancy: Occupancy | None = held.occupancies.select_for_update().first()
        if occupancy is not None:
            appointment = _write(request, occupancy.calendar_id, person, key)
            occupancy.state, occupancy.expires_at, occupancy.hold = OccupancyState.BOOKED, None, None
            occupancy.appointment = appointment
            occupancy.save(update_fields=["state", "expires_at", "hold", "appointment"])
            held.delete()
            _announce_booking(appointment, jobcenter, audit.CUSTOMER, now)
            return appointment
    raise SlotTaken(nearest(request))


def book(
    *,
    jobcenter: Jobcenter,
    service: Service,
    location: Location,
    starts_at: datetime,
    person: Person,
    now: datetime,
    by: audit.By = audit.CUSTOMER,
    idempotency_key: str | None = None,
) -> Appointment:
    """Book a free time at once, without a hold: staff, interfaces, the demo's data.

    Raises SlotTaken with the nearest times; for customers also Refused and NotBookableOnline.
    """
    key = fingerprint(idempotency_key) if idempotency_key else None
    if key and (before := _by_idempotency_key(key)):
        return before
    for_staff = by.kind is not audit.ActorKind.CUSTOMER
    if not for_staff:
        need_instant_booking(jobcenter)
    request = Request(jobcenter, service, location, starts_at, now, for_staff)
    free = free_calendars(request)
    try:
        with transaction.atomic():
            if not for_staff:
                _check_limit(jobcenter, person, now)
            appointment = _write(request, free[0], person, key)
            taken = take_one_of(free, request, appointment=appointment)
            if taken is None:
                transaction.set_rollback(True)
            else:
                _on_calendar(appointment, taken)
                _announce_booking(appointment, jobcenter, by, now)
    except IntegrityError:
        # The same request sent twice at the same moment: the other one has just been written.
        if key and (before := _by_idempotency_key(key)):
            return before
        raise
    if taken is None:
        raise SlotTaken(nearest(request))
    return appointment


def reschedule(
    *, jobcenter: Jobcenter, appointment: Appointment, starts_at: datetime, by: audit.By, now: datetime
) -> Appointment:
    """Move to another time: the new one is taken and the old one released together, or nothing happens.

    Raises SlotTaken (the old time stays), Refused (deadline, number of moves), NotAllowed.
    """
    for_staff = by.kind is audit.ActorKind.STAFF
    request = Request(jobcenter, appointment.service, appointment.location, starts_at, now, for_staff)
    free = free_calendars(request)
    with transaction.atomic():
        locked = _lock(appointment)
        next_status(locked.status_now, Verb.RESCHEDULE, by=_actor(by))
        if not for_staff:
            _check_move(jobcenter, locked, now)
        Occupancy.objects.filter(appointment=locked, state=OccupancyState.BOOKED).update(state=OccupancyState.RELEASED)
        taken = take_one_of(free, request, appointment=locked)
        if taken is None:
            transaction.set_rollback(True)
        else:
            locked.previous_starts_at, locked.starts_at, locked.ends_at = locked.starts_at, starts_at, request.ends_at
            locked.reschedules += 0 if for_staff else 1
            locked.calendar_id = taken
            _bump(locked, "previous_starts_at", "starts_at", "ends_at", "reschedules", "calendar")
            _record(locked, by, "moved", now, starts_at=starts_at.isoformat())
            reminders.announce_change(locked, jobcenter.settings, now=now)
    if taken is None:
        raise SlotTaken(nearest(request))
    return locked


def cancel(*, jobcenter: Jobcenter, appointment: Appointment, by: audit.By, now: datetime) -> Appointment:
    """Cancel. Always possible until the end, also after the deadline: then it counts as late notice.

    Raises NotAllowed. Cancelling twice changes nothing and tells nobody twice.
    """
    with transaction.atomic():
        locked = _lock(appointment)
        if locked.status_now is Status.CANCELLED:
            return locked
        how = may_cancel(
            starts_at=locked.starts_at,
            ends_at=locked.ends_at,
            cancel_until=timedelta(hours=jobcenter.settings.cancel_until_hours),
            now=now,
        )
        if not how.is_possible:
            raise NotAllowed(locked.status_now, Verb.CANCEL, _actor(by))
        locked.change_status(next_status(locked.status_now, Verb.CANCEL, by=_actor(by)), now)
        locked.cancelled_by, locked.cancelled_at = by.kind.value, now
        locked.late_notice = by.kind is audit.ActorKind.CUSTOMER and not how.is_in_time
        Occupancy.objects.filter(appointment=locked, state=OccupancyState.BOOKED).update(state=OccupancyState.RELEASED)
        _bump(locked, *Appointment.STATUS_FIELDS, "cancelled_by", "cancelled_at", "late_notice")
        _record(locked, by, "cancelled", now, late_notice=locked.late_notice)
        reminders.announce_cancellation(locked, jobcenter.settings, now=now)
    return locked


def undo_cancel(*, jobcenter: Jobcenter, appointment: Appointment, by: audit.By, now: datetime) -> Appointment:
    """Take a cancellation back, if the time is still free; a person can take back only their own.

    Raises SlotTaken, UndoTooLate, NotAllowed.
    """
    if by.kind is audit.ActorKind.CUSTOMER and appointment.cancelled_by != by.kind:
        raise NotAllowed(appointment.status_now, Verb.UNDO, _actor(by))
    if appointment.cancelled_at is None or now - appointment.cancelled_at > UNDO_WITHIN or now >= appointment.starts_at:
        raise UndoTooLate
    request = Request(jobcenter, appointment.service, appointment.location, appointment.starts_at, now, for_staff=True)
    free = free_calendars(request)
    preferred = sorted(free, key=lambda calendar_id: calendar_id != appointment.calendar_id)
    with transaction.atomic():
        locked = _lock(appointment)
        status = next_status(locked.status_now, Verb.UNDO, by=_actor(by), previous=Status(locked.previous_status))
        taken = take_one_of(preferred, request, appointment=locked)
        if taken is None:
            transaction.set_rollback(True)
        else:
            locked.change_status(status, now)
            locked.cancelled_by, locked.cancelled_at, locked.late_notice = "", None, False
            locked.calendar_id = taken
            _bump(locked, *Appointment.STATUS_FIELDS, "cancelled_by", "cancelled_at", "late_notice", "calendar")
            _record(locked, by, "cancellation_undone", now)
            reminders.announce_booking(locked, jobcenter.settings, now=now)
    if taken is None:
        raise SlotTaken(nearest(request))
    return locked


def _write(request: Request, calendar_id: int, person: Person, key: bytes | None) -> Appointment:
    now = request.now
    customer = new_customer(name=person.name, language=person.language, addresses=person.addresses, now=now)
    appointment = Appointment(
        tenant_id=request.jobcenter.pk,
        kind=Kind.BOOKING,
        status=INITIAL_STATUS[Kind.BOOKING],
        service=request.service,
        location=request.location,
        calendar_id=calendar_id,
        customer=customer,
        starts_at=request.starts_at,
        ends_at=request.ends_at,
        language=person.language,
        status_changed_at=now,
        booked_at=now,
        idempotency_key=key,
    )
    save_with_keys(appointment)
    return appointment


def _on_calendar(appointment: Appointment, calendar_id: int) -> None:
    if appointment.calendar_id != calendar_id:
        appointment.calendar_id = calendar_id
        appointment.save(update_fields=["calendar"])


def _announce_booking(appointment: Appointment, jobcenter: Jobcenter, by: audit.By, now: datetime) -> None:
    _record(appointment, by, "booked", now, starts_at=appointment.starts_at.isoformat())
    reminders.announce_booking(appointment, jobcenter.settings, now=now)


def _by_idempotency_key(key: bytes) -> Appointment | None:
    booked: Appointment | None = Appointment.objects.filter(idempotency_key=key).first()
    return booked


def _booked_before(key: bytes) -> Appointment:
    booked = _by_idempotency_key(key)
    if booked is None:
        raise HoldGone
    return booked


def _check_limit(jobcenter: Jobcenter, person: Person, now: datetime) -> None:
    """Open bookings per address. Who gives none is not counted: anonymity is a right.

    Two bookings with one address wait for each other here, or both would count before either is written.
    """
    lock_addresses(person.addresses)
    known: set[int] = set()
    for channel, address in person.addresses.items():
        known |= customers_with_address(channel, address)
    refusal = may_book_another(open_bookings(known, now), jobcenter.settings.max_open_bookings) if known else None
    if refusal:
        raise Refused(refusal)


def _check_move(jobcenter: Jobcenter, appointment: Appointment, now: datetime) -> None:
    refusal = may_reschedule(
        starts_at=appointment.starts_at,
        reschedules=appointment.reschedules,
        max_reschedules=jobcenter.settings.max_reschedules,
        cancel_until=timedelta(hours=jobcenter.settings.cancel_until_hours),
        now=now,
    )
    if refusal:
        raise Refused(refusal)


def _lock(appointment: Appointment) -> Appointment:
    locked: Appointment = Appointment.objects.select_for_update().get(pk=appointment.pk)
    return locked


def _bump(appointment: Appointment, *fields: str) -> None:
    """Save a change that people are told about: the revision makes older messages untrue."""
    appointment.revision += 1
    appointment.save(update_fields=[*fields, "revision"])


def _actor(by: audit.By) -> Actor:
    return Actor.CUSTOMER if by.kind is audit.ActorKind.CUSTOMER else Actor.OFFICE


def _record(appointment: Appointment, by: audit.By, action: str, now: datetime, **detail: str | bool) -> None:
    audit.record(by=by, action=action, subject=appointment.subject, at=now, **detail)
