# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Places on the waiting list: who can have one, what ends it, seats, and the round that serves all Jobcenters."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
import time_machine

from appointments import groups
from appointments.changing import reschedule
from appointments.core.modes import Mode
from appointments.core.policy import Refusal
from appointments.models import (
    Appointment,
    GroupSession,
    OfferState,
    Seat,
    SeatState,
    ServiceCalendar,
    WaitingEntry,
    WaitingState,
)
from appointments.seats import book_seat
from appointments.taking import Refused
from appointments.tasks import offer_free_times_of_all_tenants
from appointments.waiting import (
    CannotWait,
    Obstacle,
    OfferLost,
    leave,
    offer_free_times,
    open_offer,
    place_of,
    wait_for_any,
    wait_for_seat,
    wish_earlier,
)
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.models import Message
from tests.appointments.factories import Office, make_service, person
from tests.appointments.waiting_room import (
    FIRST,
    HOUR,
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
    round_at,
    says_yes,
    waits,
)
from tests.factories import make_jobcenter


@pytest.fixture
def office(db: None) -> Iterator[Office]:
    small = make_small_office()
    with tenant_context(small.jobcenter):
        yield small


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
