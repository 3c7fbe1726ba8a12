# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Book: from a hold or at once, each one function and one transaction, in the same order every time.

Lock, check, change, record, announce. Messages are planned in the same transaction and leave later, so no booking is
without its reminder and no reminder without its booking (docs/delivery-guarantees.md).
"""

from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction

from appointments import reminders
from appointments.availability import NO_WISHES, Wishes
from appointments.core.answers import answer_deadline
from appointments.core.lifecycle import Kind
from appointments.holding import HoldGone, discard_hold, need_online_booking, request_of_hold
from appointments.models import Appointment, Hold, Location, Occupancy, OccupancyState, Service
from appointments.models.occupancy import Holder
from appointments.proving import need_no_proof, with_proofs
from appointments.seats import book_held_seat
from appointments.taking import Request, SlotTaken, free_right_now, nearest, rounds, take_one_of
from appointments.writing import Person, by_idempotency_key, check_limit, on_calendar, record, write_appointment
from jobcenter_portal.audit import service as audit
from jobcenter_portal.kernel.crypto import fingerprint
from jobcenter_portal.tenancy.models import BookingMode, Jobcenter


def book_held(*, jobcenter: Jobcenter, token: str, person: Person, now: datetime) -> Appointment:
    """Make the held time an appointment. The hold's token is the idempotency key: sent twice, it books once.

    A hold that ran out, but whose time nobody took, is honoured; one whose calendar has other hours by now only if the
    time can still be booked. Raises SlotTaken (the draft stays; SessionFull for a seat in a group), HoldGone, Refused,
    NotProven.
    """
    key = fingerprint(token)
    with transaction.atomic():
        held: Hold | None = (
            Hold.objects.select_for_update(of=("self",))
            .select_related("service", "location")
            .filter(token_hash=key)
            .first()
        )
        if held is None:
            return _booked_before(key)
        request = request_of_hold(jobcenter, held, held.starts_at, now)
        person = with_proofs(jobcenter, held, person)
        check_limit(jobcenter, person, now)
        if held.session is not None:
            return book_held_seat(jobcenter=jobcenter, held=held, session=held.session, person=person, key=key, now=now)
        if _is_still_promised(held, request):
            appointment = write_appointment(
                request, kind=kind_of_booking(request), calendar_id=held.calendar_id, person=person, key=key
            )
            held.occupancies.update(state=OccupancyState.BOOKED, expires_at=None, hold=None, appointment=appointment)
            discard_hold(held, now=now)
            announce_booking(appointment, jobcenter, audit.CUSTOMER, now)
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
    wishes: Wishes = NO_WISHES,
    by: audit.By = audit.CUSTOMER,
    idempotency_key: str | None = None,
) -> Appointment:
    """Book a free time at once, without a hold: staff, interfaces, the demo's data.

    Raises SlotTaken with the nearest times; for customers also Refused, NotBookableOnline and NotProven.
    """
    key = fingerprint(idempotency_key) if idempotency_key else None
    if key and (before := by_idempotency_key(key)):
        return before
    for_staff = by.kind is not audit.ActorKind.CUSTOMER
    if not for_staff:
        need_online_booking(jobcenter, wishes, is_emergency=service.is_emergency)
        need_no_proof(jobcenter, person)
    request = Request(jobcenter, service, location, starts_at, now, for_staff, wishes)
    try:
        return _book_in_rounds(request, person, by, key)
    except IntegrityError:
        # The same request sent twice at the same moment: the other one has just been written.
        if key and (before := by_idempotency_key(key)):
            return before
        raise


def kind_of_booking(request: Request) -> Kind:
    """What a person's choice of a time is here: a booking, or a request that the office answers.

    An emergency is for today; nobody could wait for the answer. What staff enter, staff have granted.
    """
    asks = request.jobcenter.settings.booking_mode == BookingMode.REQUEST and not request.service.is_emergency
    return Kind.REQUEST if asks and not request.for_staff else Kind.BOOKING


def announce_booking(appointment: Appointment, jobcenter: Jobcenter, by: audit.By, now: datetime) -> None:
    """Record a new appointment and plan its messages; a request is acknowledged and waits for the office."""
    own = jobcenter.settings
    if appointment.kind == Kind.REQUEST:
        appointment.answer_by = answer_deadline(
            now, own.request_answer_hours, starts_at=appointment.starts_at, zone=own.zone
        )
        appointment.save(update_fields=["answer_by"])
        record(appointment, by, "requested", now, starts_at=appointment.starts_at.isoformat())
        reminders.announce_request(appointment, jobcenter.settings, now=now)
        return
    record(appointment, by, "booked", now, starts_at=appointment.starts_at.isoformat())
    reminders.announce_booking(appointment, jobcenter.settings, now=now)


def _is_still_promised(held: Hold, request: Request) -> bool:
    """Whether the hold has its time. After a change of hours it is let go, and taken again only if it is still free."""
    are_good = Occupancy.objects.are_promises_good(held)
    kept = list(held.occupancies.select_for_update().order_by("calendar_id"))
    if not kept or are_good:
        return bool(kept)
    held.occupancies.all().delete()
    free = free_right_now(replace(request, for_staff=True))  # its lead time was kept when it was chosen
    lead = take_one_of(free.preferring(held.calendar_id), request, Holder(hold=held)) if free else None
    held.calendar_id = lead
    return lead is not None


def _book_in_rounds(request: Request, person: Person, by: audit.By, key: bytes | None) -> Appointment:
    for free in rounds(request):
        with transaction.atomic():
            if not request.for_staff:
                check_limit(request.jobcenter, person, request.now)
            appointment = write_appointment(
                request, kind=kind_of_booking(request), calendar_id=free.lead, person=person, key=key
            )
            taken = take_one_of(free, request, Holder(appointment=appointment))
            if taken is not None:
                on_calendar(appointment, taken)
                announce_booking(appointment, request.jobcenter, by, request.now)
                return appointment
            transaction.set_rollback(True)
    raise AssertionError("rounds() ends with an answer or SlotTaken")


def _booked_before(key: bytes) -> Appointment:
    booked = by_idempotency_key(key)
    if booked is None:
        raise HoldGone
    return booked
