# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The waiting list: who is offered what, the first yes wins, and what becomes of the others."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest

from appointments.changing import reschedule
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
from appointments.taking import Refused
from appointments.waiting import (
    OfferClosed,
    OfferLost,
    open_offer,
    place_of,
)
from jobcenter_portal.accounts.models import Customer
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import tenant_context
from notifications.models import Message
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
    joins,
    make_small_office,
    offer_to,
    offers,
    public_times,
    round_at,
    says_no,
    says_yes,
    waits,
)


@pytest.fixture
def office(db: None) -> Iterator[Office]:
    small = make_small_office()
    with tenant_context(small.jobcenter):
        yield small


# --- The way it goes --------------------------------------------------------------------------------------------------
def test_time_that_is_given_back_is_offered_to_who_waits_and_a_yes_moves_the_appointment(
    office: Office, now: datetime
) -> None:
    gives_up = books(office, FIRST, now, person("Ada"))
    books(office, SECOND, now, person("Ben"))
    own = waits(office, THIRD, now)
    assert round_at(office, now) == 0

    cancels(office, gives_up, now)
    assert (public_times(office, now), round_at(office, now)) == ([], 1)
    offer = offer_to(own, now)
    assert (offer.starts_at, offer.expires_at, offer.entry.offers_made) == (FIRST, now + 2 * HOUR, 1)

    moved = says_yes(office, offer, now + HOUR)
    assert (moved.starts_at, moved.previous_starts_at, moved.reschedules) == (FIRST, THIRD, 0)
    assert (offers()[0][2], WaitingEntry.objects.get().state) == (OfferState.TAKEN, WaitingState.SERVED)
    trail = [entry.action for entry in audit.history(own.subject)]
    assert trail == ["booked", "waiting_joined", "waiting_offered", "moved"]


def test_a_time_that_is_simply_free_is_offered_as_well(office: Office, now: datetime) -> None:
    own = waits(office, SECOND, now)
    assert round_at(office, now) == 1
    assert offer_to(own, now).starts_at == FIRST


def test_who_waits_for_any_time_is_booked_as_the_person_they_are(office: Office, now: datetime) -> None:
    taken = [books(office, moment, now, person("Ada")) for moment in (FIRST, SECOND, THIRD)]
    _token, place = joins(office, now, "Cem")
    assert round_at(office, now) == 0
    cancels(office, taken[1], now)
    assert round_at(office, now) == 1

    offer = open_offer(place, now)
    assert offer is not None
    booked = says_yes(office, offer, now)
    assert (booked.starts_at, booked.customer_id, booked.status) == (SECOND, place.customer_id, Status.BOOKED)
    assert Customer.objects.count() == 4
    assert [entry.action for entry in audit.history(booked.subject)] == ["booked"]


def test_a_yes_pressed_twice_is_one_yes(office: Office, now: datetime) -> None:
    own = waits(office, SECOND, now)
    round_at(office, now)
    offer = offer_to(own, now)
    assert [says_yes(office, offer, now).pk for _ in range(2)] == [own.pk, own.pk]

    _token, place = joins(office, now, "Cem")
    round_at(office, now)
    for_cem = open_offer(place, now)
    assert for_cem is not None
    assert len({says_yes(office, for_cem, now).pk for _ in range(2)}) == 1
    assert Appointment.objects.count() == 2


# --- Several people ---------------------------------------------------------------------------------------------------
def test_the_first_yes_wins_and_the_others_keep_their_place_and_their_count(office: Office, now: datetime) -> None:
    gives_up = books(office, FIRST, now, person("Ada"))
    second, third = waits(office, SECOND, now), waits(office, THIRD, now)
    cancels(office, gives_up, now)
    assert round_at(office, now) == 2
    early, late = offer_to(second, now), offer_to(third, now)

    assert says_yes(office, late, now).starts_at == FIRST
    with pytest.raises(OfferLost):
        says_yes(office, early, now)
    place = place_of(second)
    assert place is not None
    assert (place.offers_made, WaitingOffer.objects.get(pk=early.pk).state) == (0, OfferState.LOST)
    assert Appointment.objects.get(pk=second.pk).starts_at == SECOND


def test_the_next_round_lets_the_others_go_without_a_click_and_offers_them_something_else(
    office: Office, now: datetime
) -> None:
    office = changed(office, horizon_days=28)
    gives_up = books(office, FIRST, now, person("Ada"))
    gone = books(office, SECOND, now, person("Ben"))
    third, fourth = waits(office, THIRD, now), waits(office, THIRD + timedelta(days=7), now)
    cancels(office, gives_up, now)
    assert round_at(office, now) == 2
    says_yes(office, offer_to(fourth, now), now)
    cancels(office, gone, now)

    assert round_at(office, now) == 1
    place = place_of(third)
    assert place is not None
    assert [(one.starts_at, one.state) for one in place.offers.order_by("id")] == [
        (FIRST, OfferState.LOST),
        (SECOND, OfferState.OPEN),
    ]
    assert place.offers_made == 1


def test_a_time_is_offered_to_three_people_for_each_who_could_have_it_the_longest_waiting_first(
    office: Office, now: datetime
) -> None:
    for moment in (FIRST, SECOND, THIRD):
        books(office, moment, now, person("Ada"))
    for minute, name in enumerate(("Ben", "Cem", "Dora", "Eva", "Finn")):
        joins(office, now - (10 - minute) * MINUTE, name)
    cancels(office, Appointment.objects.earliest("id"), now)
    assert round_at(office, now) == 3
    assert [name for name, *_ in offers()] == ["Ben", "Cem", "Dora"]
    assert round_at(office, now + MINUTE) == 0

    says_no(office, WaitingOffer.objects.earliest("id"), now + MINUTE)
    assert round_at(office, now + 2 * MINUTE) == 1
    assert [name for name, *_ in offers()] == ["Ben", "Cem", "Dora", "Eva"]


def test_a_lost_time_that_comes_free_again_is_offered_anew_but_not_at_once(office: Office, now: datetime) -> None:
    own = waits(office, SECOND, now)
    round_at(office, now)
    faster = books(office, FIRST, now, person("Eve"))
    with pytest.raises(OfferLost):
        says_yes(office, offer_to(own, now), now)
    cancels(office, faster, now + MINUTE)
    assert round_at(office, now + 2 * HOUR - MINUTE) == 0
    assert round_at(office, now + 2 * HOUR) == 1

    again = offer_to(own, now + 2 * HOUR)
    assert (again.starts_at, again.entry.offers_made, WaitingOffer.objects.count()) == (FIRST, 1, 1)
    assert Message.objects.filter(kind="earlier_offer").count() == 4
    assert says_yes(office, again, now + 3 * HOUR).starts_at == FIRST


# --- Limits -----------------------------------------------------------------------------------------------------------
def test_nobody_is_offered_a_time_twice_and_nobody_has_two_open_offers(office: Office, now: datetime) -> None:
    own = waits(office, THIRD, now)
    assert round_at(office, now) == 1
    assert round_at(office, now + MINUTE) == 0
    says_no(office, offer_to(own, now), now + MINUTE)
    assert round_at(office, now + 2 * MINUTE) == 1
    says_no(office, offer_to(own, now), now + 2 * MINUTE)

    assert round_at(office, now + 3 * MINUTE) == 0
    assert [(moment, state) for _name, moment, state in offers()] == [
        (FIRST, OfferState.DECLINED),
        (SECOND, OfferState.DECLINED),
    ]


def test_after_as_many_offers_as_the_jobcenter_makes_the_wait_is_over(office: Office, now: datetime) -> None:
    office = changed(office, waiting_max_offers=1)
    own = waits(office, THIRD, now)
    round_at(office, now)
    assert place_of(own) is not None
    round_at(office, now + 3 * HOUR)
    assert (offers()[0][2], place_of(own)) == (OfferState.EXPIRED, None)

    other = waits(office, SECOND, now)
    round_at(office, now)
    says_no(office, offer_to(other, now), now)
    assert place_of(other) is None


def test_an_offer_runs_out_and_then_no_yes_counts(office: Office, now: datetime) -> None:
    own = waits(office, SECOND, now)
    round_at(office, now)
    offer = offer_to(own, now)
    with pytest.raises(OfferClosed) as closed:
        says_yes(office, offer, now + 2 * HOUR)
    assert closed.value.state is OfferState.EXPIRED
    round_at(office, now + 2 * HOUR)
    assert (WaitingOffer.objects.get().state, Appointment.objects.get().starts_at) == (OfferState.EXPIRED, SECOND)
    with pytest.raises(OfferClosed):
        says_yes(office, offer, now + 2 * HOUR + MINUTE)


def test_a_time_that_is_too_near_is_not_offered_but_one_within_the_lead_time_is(office: Office, now: datetime) -> None:
    office = changed(office, min_lead_hours=72)
    own = waits(office, SECOND, now)
    at_eight = datetime.combine(date(2026, 11, 23), time(18, 59), UTC)  # 19:59 in Fulda, before the quiet hours
    assert FIRST not in public_times(office, at_eight)
    assert round_at(office, at_eight) == 1
    assert offer_to(own, at_eight).starts_at == FIRST
    assert says_yes(office, offer_to(own, at_eight), at_eight).starts_at == FIRST


@pytest.mark.parametrize(("before", "made"), [(2.5 * HOUR, 1), (2.5 * HOUR - MINUTE, 0)])
def test_two_hours_and_a_half_are_the_least(office: Office, before: timedelta, made: int) -> None:
    office = changed(office, quiet_until=time(1))
    waits(office, SECOND, FIRST - 5 * HOUR)
    assert round_at(office, FIRST - before) == made


SUNDAY_NOON = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
SUNDAY_NIGHT = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)


def test_at_night_nobody_is_asked_and_on_sundays_nobody_by_sms(office: Office) -> None:
    waits(office, SECOND, SUNDAY_NOON)
    assert round_at(office, SUNDAY_NIGHT) == 0
    assert round_at(office, SUNDAY_NOON) == 1
    asked = Message.objects.filter(kind="earlier_offer").values_list("channel", flat=True)
    assert list(asked) == ["email"]


def test_a_day_earlier_is_of_use_and_the_same_day_or_a_later_one_is_not(office: Office, now: datetime) -> None:
    waits(office, FIRST, now)
    assert round_at(office, now) == 0


def test_what_the_person_bounded_is_kept(office: Office, now: datetime) -> None:
    own = waits(office, THIRD, now)
    WaitingEntry.objects.update(not_before=FIRST + MINUTE)
    round_at(office, now)
    assert offer_to(own, now).starts_at == SECOND


def test_where_everybody_has_their_own_caseworker_only_that_ones_time_is_offered(db: None, now: datetime) -> None:
    office = make_small_office(calendars=2)
    with tenant_context(office.jobcenter):
        own = waits(office, SECOND, now)
        others = [calendar for calendar in office.calendars if calendar.pk != own.calendar_id]
        office = changed(office, booking_mode="personal_caseworker")
        Occupancy.objects.create(
            tenant=office.jobcenter,
            calendar=own.calendar,
            period=(FIRST, FIRST + HOUR),
            state=OccupancyState.BOOKED,
            appointment=own,
        )
        assert (len(others), round_at(office, now)) == (1, 0)


# --- A yes against what has happened meanwhile ------------------------------------------------------------------------
def test_no_yes_after_the_own_appointment_was_cancelled(office: Office, now: datetime) -> None:
    own = waits(office, SECOND, now)
    round_at(office, now)
    offer = offer_to(own, now)
    cancels(office, own, now)
    with pytest.raises(NotAllowed):
        says_yes(office, offer, now)
    assert (WaitingOffer.objects.get().state, Appointment.objects.get().status) == (OfferState.OPEN, Status.CANCELLED)


def test_no_yes_makes_an_appointment_later(office: Office, now: datetime) -> None:
    office = changed(office, waiting_max_offers=3)
    own = waits(office, THIRD, now)
    books(office, FIRST, now, person("Ada"))
    round_at(office, now)
    offer = offer_to(own, now)
    assert offer.starts_at == SECOND
    cancels(office, Appointment.objects.latest("id"), now)
    reschedule(jobcenter=office.jobcenter, appointment=own, starts_at=FIRST, by=STAFF, now=now)
    with pytest.raises(OfferClosed):
        says_yes(office, offer, now)
    assert Appointment.objects.get(pk=own.pk).starts_at == FIRST


def test_who_has_booked_elsewhere_as_much_as_one_may_is_refused_and_keeps_the_offer(
    office: Office, now: datetime
) -> None:
    for moment in (FIRST, SECOND, THIRD):
        books(office, moment, now, person("Ada"))
    _token, place = joins(office, now, "Ben")
    cancels(office, Appointment.objects.earliest("id"), now)
    round_at(office, now)
    offer = open_offer(place, now)
    assert offer is not None
    Appointment.objects.filter(starts_at__gt=FIRST).update(customer_id=place.customer_id)
    with pytest.raises(Refused):
        says_yes(office, offer, now)
    assert WaitingOffer.objects.get().state == OfferState.OPEN
