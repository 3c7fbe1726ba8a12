# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Time that was given back rests before the public sees it, and time that is over is laid aside."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from appointments.availability import find_slots
from appointments.changing import cancel, undo_cancel
from appointments.core.lifecycle import Status
from appointments.core.slots import instant_of, tick_at_or_before
from appointments.holding import expire_holds
from appointments.hygiene import forget_rests, lay_past_time_aside
from appointments.models import Occupancy, OccupancyState, WaitingOffer
from appointments.queries import database_now
from appointments.taking import SlotTaken
from appointments.waiting import OfferLost, accept_offer, offer_free_times
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import tenant_context
from tests.appointments.factories import Office, person
from tests.appointments.waiting_room import (
    FIRST,
    HOUR,
    MINUTE,
    SECOND,
    STAFF,
    THIRD,
    books,
    cancels,
    changed,
    make_small_office,
    public_times,
    waits,
)


@pytest.fixture
def office(db: None) -> Iterator[Office]:
    small = make_small_office()
    with tenant_context(small.jobcenter):
        yield small


# --- Rest after a cancellation ----------------------------------------------------------------------------------------
def test_given_back_time_rests_for_a_random_while_hidden_from_the_public_and_seen_by_staff(
    office: Office, now: datetime
) -> None:
    rests = []
    for _ in range(8):
        given_back = books(office, FIRST, now, person("Ada"))
        cancels(office, given_back, now)
        row = Occupancy.objects.get(appointment=given_back)
        assert row.reoffer_at is not None
        rests.append(row.reoffer_at - database_now())
        assert FIRST not in public_times(office, now)
        for_staff = find_slots(
            service=office.service,
            location=office.location,
            settings=office.jobcenter.settings,
            now=now,
            for_staff=True,
            days=2,
        )
        assert [slot.starts_at for slot in for_staff.slots()] == [FIRST]
        with pytest.raises(SlotTaken):
            books(office, FIRST, now, person("Eve"))
        Occupancy.objects.update(reoffer_at=None)
    assert all(29 * MINUTE < rest <= 90 * MINUTE for rest in rests)
    assert len(set(rests)) == 8
    assert max(rests) - min(rests) > MINUTE


def test_after_its_rest_time_is_public_again_even_if_nobody_answers(office: Office, now: datetime) -> None:
    gives_up = books(office, FIRST, now, person("Ada"))
    waits(office, SECOND, now)
    cancels(office, gives_up, now)
    assert offer_free_times(office.jobcenter, now=now) == 1
    offer = WaitingOffer.objects.select_related("entry").get()
    assert offer.starts_at == FIRST
    Occupancy.objects.filter(reoffer_at__isnull=False).update(reoffer_at=database_now() - MINUTE)

    assert FIRST in public_times(office, now)
    assert books(office, FIRST, now, person("Eve")).starts_at == FIRST
    with pytest.raises(OfferLost):
        accept_offer(jobcenter=office.jobcenter, offer=offer, now=now)


def test_what_staff_give_back_and_where_no_rest_is_wanted_is_free_at_once(office: Office, now: datetime) -> None:
    by_staff = books(office, FIRST, now, person("Ada"))
    cancel(jobcenter=office.jobcenter, appointment=by_staff, by=STAFF, now=now)
    assert FIRST in public_times(office, now)
    office = changed(office, reoffer_min_minutes=0, reoffer_max_minutes=0)
    cancels(office, books(office, FIRST, now, person("Ada")), now)
    assert FIRST in public_times(office, now)


def test_a_cancellation_is_taken_back_while_its_time_rests(office: Office, now: datetime) -> None:
    own = books(office, FIRST, now)
    cancelled = cancel(jobcenter=office.jobcenter, appointment=own, by=audit.CUSTOMER, now=now)
    back = undo_cancel(jobcenter=office.jobcenter, appointment=cancelled, by=audit.CUSTOMER, now=now)
    assert back.status_now is Status.BOOKED


# --- Hygiene ----------------------------------------------------------------------------------------------------------
def test_rests_that_are_over_are_forgotten_and_others_kept(office: Office, now: datetime) -> None:
    for moment in (FIRST, SECOND, THIRD):
        cancels(office, books(office, moment, now, person("Ada")), now)
    over = Occupancy.objects.filter(period__startswith=FIRST) | Occupancy.objects.filter(period__startswith=SECOND)
    over.update(reoffer_at=database_now() - MINUTE)
    assert [forget_rests(limit=1) for _ in range(3)] == [1, 1, 0]
    assert Occupancy.objects.filter(reoffer_at__isnull=False).count() == 1


def test_time_that_ended_more_than_a_day_ago_is_laid_aside(office: Office) -> None:
    clock = instant_of(tick_at_or_before(database_now()))
    lengths = {"long ago": 40 * HOUR, "just": 24 * HOUR + 5 * MINUTE, "yesterday": 23 * HOUR, "to come": -4 * HOUR}
    for ago in lengths.values():
        period = (clock - ago - HOUR - 5 * MINUTE, clock - ago)
        Occupancy.objects.create(
            tenant=office.jobcenter, calendar=office.calendars[0], period=period, state=OccupancyState.BOOKED
        )
    assert [lay_past_time_aside(limit=1) for _ in range(3)] == [1, 1, 0]
    states = [row.state for row in Occupancy.objects.order_by("start_tick")]
    assert states == [OccupancyState.PAST] * 2 + [OccupancyState.BOOKED] * 2
    assert expire_holds() == 0
