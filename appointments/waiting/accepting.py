# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Say yes or no to an offer of the waiting list. Nothing is kept for anybody: the first yes wins.

A yes is the move or the booking itself, in one transaction with the offer: it is claimed under the lock of its place,
and the constraints judge the time as always.
"""

from datetime import datetime
from typing import Final

from django.db import transaction

from appointments.availability import Wishes
from appointments.booking import announce_booking
from appointments.changing import reschedule
from appointments.core.lifecycle import Kind
from appointments.core.modes import Mode
from appointments.models import Appointment, OfferState, WaitingEntry, WaitingOffer, WaitingState
from appointments.models.occupancy import Holder
from appointments.seats import book_seat
from appointments.taking import Request, SlotTaken, rounds, take_one_of
from appointments.waiting.entries import close, end_if_used_up, lock_place, lose, subject_of
from appointments.waiting.links import token_of_offer
from appointments.writing import Person, by_idempotency_key, check_limit, on_calendar, write_appointment
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.models import Jobcenter

DECLINED: Final = "waiting_offer_declined"


class OfferLost(Exception):
    """Somebody else was faster. The place on the list stays, and the offer does not count: it was no choice."""


class OfferClosed(Exception):
    """The offer no longer stands: answered before, run out, or there is nothing left that it could better."""

    def __init__(self, state: OfferState) -> None:
        super().__init__(state.value)
        self.state = state


def accept_offer(*, jobcenter: Jobcenter, offer: WaitingOffer, now: datetime) -> Appointment:
    """Take the offered time: the appointment moves there, or is booked. Accepted twice it is taken once.

    Raises OfferLost, OfferClosed; NotAllowed when the own appointment has ended meanwhile; Refused when the person has
    booked elsewhere as much as one may.
    """
    try:
        return _take(jobcenter, offer, now)
    except SlotTaken:
        state = _lose(offer, now)
    except OfferClosed as closed:
        state = closed.state
    if state is OfferState.TAKEN:
        return _taken_before(offer)
    raise OfferLost if state is OfferState.LOST else OfferClosed(state)


def decline_offer(*, jobcenter: Jobcenter, offer: WaitingOffer, now: datetime) -> None:
    """Say no. The place on the list stays, until there have been as many offers as the Jobcenter makes."""
    with transaction.atomic():
        place, fresh = _locked(offer)
        if fresh.state != OfferState.OPEN:
            return
        close(fresh, OfferState.DECLINED, now)
        audit.record(by=audit.CUSTOMER, action=DECLINED, subject=subject_of(place), at=now)
        end_if_used_up(place, jobcenter.settings.waiting_max_offers, now)


def _take(jobcenter: Jobcenter, offer: WaitingOffer, now: datetime) -> Appointment:
    place = offer.entry
    if place.session_id is not None:
        return book_seat(
            jobcenter=jobcenter,
            session=place.session,
            person=_person(place),
            now=now,
            idempotency_key=token_of_offer(offer),
            claim=lambda: _claim(offer, now),
        )
    if place.appointment is None:
        return _book(jobcenter, offer, now)

    def claim(own: Appointment) -> None:
        _claim(offer, now)
        if own.starts_at <= offer.starts_at:
            raise OfferClosed(OfferState.EXPIRED)  # moved meanwhile: a yes would make it later

    return reschedule(
        jobcenter=jobcenter,
        appointment=place.appointment,
        starts_at=offer.starts_at,
        by=audit.CUSTOMER,
        now=now,
        is_offered=True,
        claim=claim,
    )


def _book(jobcenter: Jobcenter, offer: WaitingOffer, now: datetime) -> Appointment:
    place, person = offer.entry, _person(offer.entry)
    wishes = Wishes(mode=Mode(place.mode))
    # What the office offers needs no grant, no lead time, and may still rest after a cancellation.
    request = Request(jobcenter, place.service, offer.location, offer.starts_at, now, for_staff=True, wishes=wishes)
    for free in rounds(request):
        with transaction.atomic():
            _claim(offer, now)
            check_limit(jobcenter, person, now)
            key = bytes(offer.token_hash)
            appointment = write_appointment(request, kind=Kind.BOOKING, calendar_id=free.lead, person=person, key=key)
            taken = take_one_of(free, request, Holder(appointment=appointment))
            if taken is not None:
                on_calendar(appointment, taken)
                announce_booking(appointment, jobcenter, audit.CUSTOMER, now)
                return appointment
            transaction.set_rollback(True)
    raise AssertionError("rounds() ends with an answer or SlotTaken")


def _claim(offer: WaitingOffer, now: datetime) -> None:
    """Mark the offer as taken and its place as served, in the caller's transaction. Raises OfferClosed.

    A message that has not left yet finds out by itself: taking it back would come before the time is taken.
    """
    place, fresh = _locked(offer)
    if fresh.state != OfferState.OPEN:
        raise OfferClosed(OfferState(fresh.state))
    if fresh.expires_at <= now:
        raise OfferClosed(OfferState.EXPIRED)
    fresh.state, place.state = OfferState.TAKEN, WaitingState.SERVED
    fresh.save(update_fields=["state"])
    place.save(update_fields=["state"])


def _lose(offer: WaitingOffer, now: datetime) -> OfferState:
    """The time is gone. Says what the offer is by now: the other half of a double click may have taken it."""
    with transaction.atomic():
        place, fresh = _locked(offer)
        if fresh.state != OfferState.OPEN:
            return OfferState(fresh.state)
        if fresh.expires_at <= now:
            return OfferState.EXPIRED
        lose(place, fresh, now)
    return OfferState.LOST


def _locked(offer: WaitingOffer) -> tuple[WaitingEntry, WaitingOffer]:
    place = lock_place(offer.entry_id)
    if place is None:
        raise OfferClosed(OfferState.EXPIRED)
    fresh: WaitingOffer = WaitingOffer.objects.get(pk=offer.pk)
    return place, fresh


def _taken_before(offer: WaitingOffer) -> Appointment:
    booked = by_idempotency_key(bytes(offer.token_hash))
    if booked is not None:
        return booked
    moved: Appointment = Appointment.objects.get(waiting__offers=offer)
    return moved


def _person(place: WaitingEntry) -> Person:
    points = ContactPoint.objects.filter(customer_id=place.customer_id)
    addresses = {ContactChannel(point.channel): point.address for point in points}
    return Person(place.customer.name, place.language, addresses, place.customer)
