# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The waiting list: who is offered what, the first yes wins, and what becomes of the others."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine

from appointments import groups
from appointments.accepting import OfferClosed, OfferLost, accept_offer, decline_offer
from appointments.availability import find_slots
from appointments.changing import cancel, reschedule, undo_cancel
from appointments.core.lifecycle import NotAllowed, Status
from appointments.core.modes import Mode
from appointments.core.policy import Refusal
from appointments.holding import expire_holds
from appointments.hygiene import forget_rests, lay_past_time_aside
from appointments.models import (
    Appointment,
    GroupSession,
    Occupancy,
    OccupancyState,
    OfferState,
    Seat,
    SeatState,
    ServiceCalendar,
    WaitingEntry,
    WaitingOffer,
    WaitingState,
)
from appointments.offering import offer_free_times
from appointments.queries import database_now
from appointments.seats import book_seat
from appointments.taking import Refused, SlotTaken
from appointments.tasks import offer_free_times_of_all_tenants
from appointments.waiting import (
    CannotWait,
    Obstacle,
    leave,
    open_offer,
    place_of,
    wait_for_any,
    wait_for_seat,
    wish_earlier,
)
from jobcenter_portal.accounts.models import Customer
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.models import Message
from tests.appointments.factories import Office, make_service, person
from tests.appointments.waiting_room import (
    FIRST,
    SECOND,
    STAFF,
    THIRD,
    books,
    changed,
    make_small_office,
    offers,
    waits,
)
from tests.factories import make_jobcenter

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def office(db: None) -> Iterator[Office]:
    small = make_small_office()
    with tenant_context(small.jobcenter):
        yield small


def round_at(office: Office, now: datetime) -> int:
    return offer_free_times(office.jobcenter, now=now)


def cancels(office: Office, appointment: Appointment, now: datetime) -> None:
    cancel(jobcenter=office.jobcenter, appointment=appointment, by=audit.CUSTOMER, now=now)


def offer_to(appointment: Appointment, now: datetime) -> WaitingOffer:
    place = WaitingEntry.objects.get(appointment=appointment)
    offer = open_offer(place, now)
    assert offer is not None
    return offer


def says_yes(office: Office, offer: WaitingOffer, now: datetime) -> Appointment:
    return accept_offer(jobcenter=office.jobcenter, offer=WaitingOffer.objects.get(pk=offer.pk), now=now)


def says_no(office: Office, offer: WaitingOffer, now: datetime) -> None:
    decline_offer(jobcenter=office.jobcenter, offer=offer, now=now)


def public_times(office: Office, now: datetime) -> list[datetime]:
    found = find_slots(service=office.service, location=office.location, settings=office.jobcenter.settings, now=now)
    return [slot.starts_at for slot in found.slots()]


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


def joins(office: Office, now: datetime, name: str, email: str = "") -> tuple[str, WaitingEntry]:
    return wait_for_any(
        jobcenter=office.jobcenter,
        service=office.service,
        location=office.location,
        person=person(name, email=email or f"{name.lower()}@post.example"),
        mode=Mode.IN_PERSON,
        now=now,
    )


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
            calendar_id=own.calendar_id,
            period=(FIRST, FIRST + HOUR),
            state=OccupancyState.BOOKED,
            appointment=own,
        )
        assert (len(others), round_at(office, now)) == (1, 0)


# --- Joining and leaving ----------------------------------------------------------------------------------------------
def test_wishing_twice_is_one_place_and_leaving_closes_the_open_offer(office: Office, now: datetime) -> None:
    own = waits(office, SECOND, now)
    again = wish_earlier(jobcenter=office.jobcenter, appointment=own, now=now)
    assert WaitingEntry.objects.count() == 1
    round_at(office, now)

    for _ in range(2):
        leave(place=again, by=audit.CUSTOMER, now=now)
    assert (place_of(own), offers()[0][2]) == (None, OfferState.DECLINED)
    assert set(Message.objects.filter(kind="earlier_offer").values_list("state", flat=True)) == {"withdrawn"}
    assert [entry.action for entry in audit.history(own.subject)][-1] == "waiting_left"
    assert round_at(office, now) == 0

    wish_earlier(jobcenter=office.jobcenter, appointment=own, now=now)
    assert round_at(office, now) == 1


def _without_address(office: Office, now: datetime) -> Appointment:
    return books(office, SECOND, now, person("Ada"))


def _cancelled(office: Office, now: datetime) -> Appointment:
    own = books(office, SECOND, now)
    cancels(office, own, now)
    return own


def _switched_off(office: Office, now: datetime) -> Appointment:
    changed(office, waiting_list=False)
    return books(office, SECOND, now)


def _two_hours_before(office: Office, now: datetime) -> Appointment:
    own = books(office, SECOND, now)
    Appointment.objects.update(starts_at=now + 2 * HOUR)
    return own


@pytest.mark.parametrize(
    ("situation", "obstacle"),
    [
        (_without_address, Obstacle.NOT_REACHABLE),
        (_cancelled, Obstacle.TOO_LATE),
        (_switched_off, Obstacle.NOT_HERE),
        (_two_hours_before, Obstacle.TOO_LATE),
    ],
)
def test_who_cannot_wait_is_told_why(
    office: Office, now: datetime, situation: Callable[[Office, datetime], Appointment], obstacle: Obstacle
) -> None:
    own = situation(office, now)
    with pytest.raises(CannotWait) as refused:
        wish_earlier(jobcenter=Jobcenter.objects.get(), appointment=own, now=now)
    assert (refused.value.obstacle, WaitingEntry.objects.count()) == (obstacle, 0)


def test_who_waits_without_an_appointment_gives_an_address_waits_once_and_within_the_limit(
    office: Office, now: datetime
) -> None:
    def obstacle(name: str, email: str) -> object:
        try:
            joins(office, now, name, email)
        except CannotWait as refused:
            return refused.obstacle
        except Refused as refused:
            return refused.reason
        return None

    assert obstacle("Ben", "ben@post.example") is None
    assert obstacle("Ben", "BEN@post.example") is Obstacle.WAITS_ALREADY
    with pytest.raises(CannotWait) as refused:
        wait_for_any(
            jobcenter=office.jobcenter,
            service=office.service,
            location=office.location,
            person=person("Nobody"),
            mode=Mode.IN_PERSON,
            now=now,
        )
    assert refused.value.obstacle is Obstacle.NOT_REACHABLE
    books(office, FIRST, now, person(email="many@post.example"))
    books(office, SECOND, now, person(email="many@post.example"))
    assert obstacle("Many", "many@post.example") is Refusal.TOO_MANY_OPEN_BOOKINGS
    assert WaitingEntry.objects.count() == 1


# --- What ends a wait by itself ---------------------------------------------------------------------------------------
def _cancel(office: Office, own: Appointment, now: datetime) -> datetime:
    cancels(office, own, now)
    return now


def _move_earlier(office: Office, own: Appointment, now: datetime) -> datetime:
    reschedule(jobcenter=office.jobcenter, appointment=own, starts_at=FIRST, by=STAFF, now=now)
    return now


def _let_it_pass(_office: Office, _own: Appointment, _now: datetime) -> datetime:
    return THIRD - HOUR


@pytest.mark.parametrize("event", [_cancel, _move_earlier, _let_it_pass])
def test_a_wait_that_has_become_pointless_ends_by_itself(
    office: Office, now: datetime, event: Callable[[Office, Appointment, datetime], datetime]
) -> None:
    own = waits(office, THIRD, now)
    round_at(office, event(office, own, now))
    assert (place_of(own), [state for *_, state in offers()]) == (None, [])


def test_moving_to_a_later_day_keeps_the_place(office: Office, now: datetime) -> None:
    own = waits(office, SECOND, now)
    reschedule(jobcenter=office.jobcenter, appointment=own, starts_at=THIRD, by=STAFF, now=now)
    assert round_at(office, now) == 1
    assert offer_to(own, now).starts_at == FIRST


def test_who_waits_for_any_time_is_forgotten_after_sixty_days(office: Office, now: datetime) -> None:
    for moment in (FIRST, SECOND, THIRD):
        books(office, moment, now, person("Ada"))
    _token, place = joins(office, now - timedelta(days=60), "Ben")
    round_at(office, now)
    place.refresh_from_db()
    assert place.state == WaitingState.ENDED


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


# --- Seats ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def full_session(office: Office, now: datetime) -> GroupSession:
    """Two seats, both taken."""
    talk = make_service(office.jobcenter, slug="info", is_group=True)
    ServiceCalendar.objects.create(tenant=office.jobcenter, service=talk, calendar=office.calendars[0])
    session = groups.create_session(
        jobcenter=office.jobcenter,
        service=talk,
        location=office.location,
        calendar=office.calendars[0],
        starts_at=THIRD,
        seat_count=2,
        titles={},
        by=STAFF,
        now=now,
    )
    for name in ("Ada", "Ben"):
        book_seat(jobcenter=office.jobcenter, session=session, person=person(name), now=now)
    return session


def test_a_seat_that_is_given_back_is_offered_and_taken_once(
    office: Office, full_session: GroupSession, now: datetime
) -> None:
    places = [
        wait_for_seat(jobcenter=office.jobcenter, session=full_session, person=person(name, email=name), now=now)[1]
        for name in ("cem@post.example", "dora@post.example")
    ]
    assert round_at(office, now) == 0
    cancels(office, Appointment.objects.earliest("id"), now)
    assert round_at(office, now) == 2
    first, second = (open_offer(place, now) for place in places)
    assert first is not None
    assert second is not None

    booked = says_yes(office, first, now)
    assert (booked.session_id, booked.starts_at, booked.customer_id) == (full_session.pk, THIRD, places[0].customer_id)
    assert says_yes(office, first, now).pk == booked.pk
    with pytest.raises(OfferLost):
        says_yes(office, second, now)
    assert Seat.objects.filter(state=SeatState.BOOKED).count() == 2


def test_nobody_waits_for_a_seat_of_a_date_that_does_not_take_place(
    office: Office, full_session: GroupSession, now: datetime
) -> None:
    _token, place = wait_for_seat(
        jobcenter=office.jobcenter, session=full_session, person=person(email="cem@post.example"), now=now
    )
    GroupSession.objects.update(cancelled_at=now)
    round_at(office, now)
    place.refresh_from_db()
    full_session.refresh_from_db()
    assert place.state == WaitingState.ENDED
    with pytest.raises(CannotWait):
        wait_for_seat(
            jobcenter=office.jobcenter, session=full_session, person=person(email="eva@post.example"), now=now
        )


# --- The task ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("waiting_list", "made"), [(True, 1), (False, 0)])
def test_the_round_goes_to_every_jobcenter_with_a_waiting_list_whatever_happens_in_another(
    office: Office, now: datetime, monkeypatch: pytest.MonkeyPatch, *, waiting_list: bool, made: int
) -> None:
    waits(office, SECOND, now)
    changed(office, waiting_list=waiting_list)
    make_jobcenter("an-erstem-platz", waiting_list=True)

    def fails_there(jobcenter: Jobcenter, *, now: datetime) -> int:
        if jobcenter.slug != "fulda":
            raise RuntimeError
        return offer_free_times(jobcenter, now=now)

    monkeypatch.setattr("appointments.tasks.offer_free_times", fails_there)
    with time_machine.travel(now, tick=False):
        offer_free_times_of_all_tenants()
    assert len(offers()) == made


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
    own = waits(office, SECOND, now)
    cancels(office, gives_up, now)
    round_at(office, now)
    assert offer_to(own, now).starts_at == FIRST
    Occupancy.objects.filter(reoffer_at__isnull=False).update(reoffer_at=database_now() - MINUTE)

    assert FIRST in public_times(office, now)
    assert books(office, FIRST, now, person("Eve")).starts_at == FIRST
    with pytest.raises(OfferLost):
        says_yes(office, offer_to(own, now), now)


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
    clock = database_now()
    lengths = {"long ago": 40 * HOUR, "just": 24 * HOUR + 6 * MINUTE, "yesterday": 23 * HOUR, "to come": -HOUR}
    for ago in lengths.values():
        period = (clock - ago - HOUR, clock - ago)
        Occupancy.objects.create(
            tenant=office.jobcenter, calendar=office.calendars[0], period=period, state=OccupancyState.BOOKED
        )
    assert [lay_past_time_aside(limit=1) for _ in range(3)] == [1, 1, 0]
    states = [row.state for row in Occupancy.objects.order_by("start_tick")]
    assert states == [OccupancyState.PAST] * 2 + [OccupancyState.BOOKED] * 2
    assert expire_holds() == 0
