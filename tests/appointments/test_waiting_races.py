# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The waiting list with real connections: two say yes, a yes meets the end of its offer, or a cancellation."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection, connections

from appointments.changing import cancel
from appointments.core.lifecycle import NotAllowed, Status
from appointments.models import (
    Appointment,
    Occupancy,
    OccupancyState,
    OfferState,
    WaitingEntry,
    WaitingOffer,
    WaitingState,
)
from appointments.waiting import OfferClosed, OfferLost, accept_offer, offer_free_times
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.factories import Office, person
from tests.appointments.test_contention import overlaps
from tests.appointments.waiting_room import FIRST, SECOND, THIRD, fresh, make_small_office, offers, waits

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 8
LATER = timedelta(hours=2)


def at_once(jobcenter: Jobcenter, *attempts: Callable[[Jobcenter], object]) -> list[object]:
    """Each on a connection of its own, all released together; what was raised comes back as its type."""
    start = threading.Barrier(len(attempts))

    def one(attempt: Callable[[Jobcenter], object]) -> object:
        try:
            with tenant_context(jobcenter):
                connection.ensure_connection()
                start.wait(timeout=30)
                return attempt(fresh(jobcenter))
        except (OfferLost, OfferClosed, NotAllowed) as refusal:
            return type(refusal)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(attempts)) as pool:
        return list(pool.map(one, attempts))


def yes_to(offer: WaitingOffer, now: datetime) -> Callable[[Jobcenter], object]:
    return lambda jobcenter: (
        accept_offer(
            jobcenter=jobcenter, offer=WaitingOffer.objects.select_related("entry").get(pk=offer.pk), now=now
        ).starts_at
    )


def cancels(own: Appointment, now: datetime) -> Callable[[Jobcenter], object]:
    return lambda jobcenter: cancel(jobcenter=jobcenter, appointment=own, by=audit.CUSTOMER, now=now).pk


def begin_again(office: Office, now: datetime) -> None:
    """One person with an appointment on the second Tuesday is offered the first."""
    for model in (WaitingEntry, Occupancy, Appointment):
        model.objects.all().delete()
    waits(office, SECOND, now)
    assert offer_free_times(office.jobcenter, now=now) == 1


def test_of_three_who_say_yes_at_once_one_gets_the_time(now: datetime) -> None:
    office = make_small_office(horizon_days=28)
    own = (SECOND, THIRD, THIRD + timedelta(days=7))
    with tenant_context(office.jobcenter):
        for moment in own:
            waits(office, moment, now)
        assert offer_free_times(office.jobcenter, now=now) == 3
        made = list(WaitingOffer.objects.all())

    outcomes = at_once(office.jobcenter, *(yes_to(offer, now) for offer in made))

    assert sorted(outcomes, key=str) == sorted([FIRST, OfferLost, OfferLost], key=str)
    with tenant_context(office.jobcenter):
        assert sorted(state for *_, state in offers()) == [OfferState.LOST, OfferState.LOST, OfferState.TAKEN]
        kept = set(Appointment.objects.values_list("starts_at", flat=True))
        assert (FIRST in kept, len(kept & set(own)), overlaps()) == (True, 2, 0)
        assert sorted(WaitingEntry.objects.values_list("state", "offers_made")) == [
            (WaitingState.SERVED, 1),
            (WaitingState.WAITING, 0),
            (WaitingState.WAITING, 0),
        ]


def test_a_yes_pressed_twice_at_once_is_one_yes_for_both(now: datetime) -> None:
    office = make_small_office(calendars=2)  # the second calendar would have room for a second yes
    with tenant_context(office.jobcenter):
        waits(office, SECOND, now)
        offer_free_times(office.jobcenter, now=now)
        offer = WaitingOffer.objects.get()

    assert at_once(office.jobcenter, *[yes_to(offer, now)] * 4) == [FIRST] * 4
    with tenant_context(office.jobcenter):
        booked = Occupancy.objects.filter(state=OccupancyState.BOOKED)
        assert [row.period.lower for row in booked] == [FIRST]
        assert WaitingEntry.objects.get().state == WaitingState.SERVED


def test_a_yes_and_the_end_of_the_offer_agree_on_one_outcome(now: datetime) -> None:
    office = make_small_office()
    seen = set()
    for _ in range(TIMES):
        with tenant_context(office.jobcenter):
            begin_again(office, now)
            offer = WaitingOffer.objects.get()
        answer, _made = at_once(
            office.jobcenter,
            yes_to(offer, now + LATER - timedelta(seconds=1)),
            lambda jobcenter: offer_free_times(jobcenter, now=now + LATER),
        )
        with tenant_context(office.jobcenter):
            state = WaitingOffer.objects.get(pk=offer.pk).state
            moved = Appointment.objects.get().starts_at == FIRST
            assert (state, moved, answer) in {
                (OfferState.TAKEN, True, FIRST),
                (OfferState.EXPIRED, False, OfferClosed),
            }
            seen.add(state)
    assert seen


def test_a_yes_and_a_cancellation_of_ones_own_leave_nothing_taken(now: datetime) -> None:
    office = make_small_office()
    for _ in range(TIMES):
        with tenant_context(office.jobcenter):
            begin_again(office, now)
            offer, own = WaitingOffer.objects.get(), Appointment.objects.get()
        answer, _cancelled = at_once(office.jobcenter, yes_to(offer, now), cancels(own, now))
        with tenant_context(office.jobcenter):
            own.refresh_from_db()
            assert own.status_now is Status.CANCELLED
            assert (own.starts_at, answer) in {(FIRST, FIRST), (SECOND, NotAllowed)}
            assert not Occupancy.objects.filter(state=OccupancyState.BOOKED).exists()


def test_rounds_at_once_make_each_person_one_offer(now: datetime) -> None:
    office = make_small_office(calendars=2)
    with tenant_context(office.jobcenter):
        for number in range(4):
            who = person(email=f"p{number}@post.example")
            waits(office, (SECOND, THIRD)[number % 2], now, who)

    at_once(office.jobcenter, *[lambda jobcenter: offer_free_times(jobcenter, now=now)] * 3)
    with tenant_context(office.jobcenter):
        assert sorted(WaitingEntry.objects.values_list("offers_made", flat=True)) == [1] * 4
        assert WaitingOffer.objects.count() == 4
