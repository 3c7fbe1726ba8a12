# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Dates of a group as the office runs them: open one, change its seats, call it off; and when it cannot."""

from datetime import datetime, timedelta

import pytest

from appointments.availability import find_slots
from appointments.booking import book_held
from appointments.changing import cancel, undo_cancel
from appointments.core.lifecycle import Status
from appointments.groups import (
    CannotTakePlace,
    Obstacle,
    SeatsInUse,
    SessionOver,
    cancel_session,
    change_seats,
)
from appointments.models import (
    Absence,
    GroupSession,
    Occupancy,
    OccupancyState,
    ServiceCalendar,
)
from appointments.seats import SessionFull, hold_seat
from appointments.taking import SlotTaken
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.factories import Office, make_appointment, make_service, person
from tests.appointments.sessions import (
    NINE,
    dates_of,
    fill,
    kinds_to_come,
    make_group_office,
    make_session,
    numbers,
    oversold,
    reloaded,
    run_out,
    seat_for,
)

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def office(fulda: Jobcenter) -> Office:
    return make_group_office(fulda, calendars=2)


@pytest.fixture
def session(office: Office, now: datetime) -> GroupSession:
    return make_session(office, NINE, now)


# --- The office opens a date ------------------------------------------------------------------------------------------


def test_a_session_takes_its_calendars_time_once_however_many_people_come(office: Office, now: datetime) -> None:
    session = make_session(office, NINE, now, seats=8)
    fill(session, now)

    (taken,) = Occupancy.objects.all()
    assert (taken.state, taken.session_id, taken.period.lower, taken.period.upper) == (
        OccupancyState.SESSION,
        session.pk,
        NINE,
        NINE + HOUR,
    )
    assert (numbers(session), oversold()) == ([1, 2, 3, 4, 5, 6, 7, 8], [])
    assert [entry.action for entry in audit.history(f"session:{session.pk}")] == ["session_created"]


def test_a_session_is_refused_with_the_reason_when_it_cannot_be_held(office: Office, now: datetime) -> None:
    lane, other = office.calendars
    make_session(office, NINE, now)
    Absence.objects.create(tenant=office.jobcenter, calendar=lane, starts_at=NINE + 2 * HOUR, ends_at=NINE + 9 * HOUR)
    ServiceCalendar.objects.filter(calendar=other).delete()

    def obstacle(starts_at: datetime, calendar: int = 0) -> Obstacle:
        with pytest.raises(CannotTakePlace) as refusal:
            make_session(office, starts_at, now, calendar=calendar)
        return refusal.value.obstacle

    half_an_hour = timedelta(minutes=30)
    assert {
        "overlaps another": obstacle(NINE + half_an_hour),
        "begins before the doors open": obstacle(NINE - HOUR - half_an_hour),
        "ends after they close": obstacle(NINE + DAY + 2 * HOUR + half_an_hour),
        "on a Sunday": obstacle(NINE + 5 * DAY),
        "at Christmas": obstacle(NINE + 31 * DAY),
        "while the caseworker is away": obstacle(NINE + 2 * HOUR),
        "yesterday": obstacle(NINE - 5 * DAY),
        "by somebody who does not do this": obstacle(NINE + DAY, calendar=1),
    } == {
        "overlaps another": Obstacle.TAKEN,
        "begins before the doors open": Obstacle.CLOSED,
        "ends after they close": Obstacle.CLOSED,
        "on a Sunday": Obstacle.CLOSED,
        "at Christmas": Obstacle.CLOSED,
        "while the caseworker is away": Obstacle.ABSENT,
        "yesterday": Obstacle.PAST,
        "by somebody who does not do this": Obstacle.NOT_OFFERED,
    }
    assert GroupSession.objects.count() == 1


def test_a_session_that_touches_another_and_ends_with_the_hours_is_held(office: Office, now: datetime) -> None:
    make_session(office, NINE, now)
    make_session(office, NINE + HOUR, now)
    make_session(office, NINE + 2 * HOUR, now)

    assert GroupSession.objects.count() == 3


def test_the_preparation_of_a_session_counts_as_taken(fulda: Jobcenter, now: datetime) -> None:
    office = make_group_office(fulda)
    office.service.before_minutes = 30
    office.service.save()
    make_session(office, NINE, now)

    with pytest.raises(CannotTakePlace):
        make_session(office, NINE + HOUR, now)
    make_session(office, NINE + HOUR + timedelta(minutes=30), now)


def test_an_appointment_and_a_session_exclude_each_other(fulda: Jobcenter, now: datetime) -> None:
    office = make_group_office(fulda)
    advice = make_service(fulda)
    ServiceCalendar.objects.create(tenant=fulda, service=advice, calendar=office.calendars[0])
    alone = Office(fulda, office.location, advice, office.calendars)
    make_session(office, NINE, now)

    with pytest.raises(SlotTaken):
        make_appointment(alone, NINE + timedelta(minutes=30), now)
    make_appointment(alone, NINE + HOUR, now)
    with pytest.raises(CannotTakePlace):
        make_session(office, NINE + HOUR, now)


def test_a_group_service_has_no_times_of_its_own(office: Office, now: datetime) -> None:
    free = find_slots(service=office.service, location=office.location, settings=office.jobcenter.settings, now=now)

    assert free.slots() == []
    with pytest.raises(SlotTaken):
        make_appointment(office, NINE, now)


# --- The office changes a date ----------------------------------------------------------------------------------------


def test_seats_are_never_fewer_than_people_have(office: Office, session: GroupSession, now: datetime) -> None:
    fill(session, now, leaving=3)
    _token, held = hold_seat(jobcenter=office.jobcenter, session=session, now=now)

    with pytest.raises(SeatsInUse) as refusal:
        change_seats(session=session, seat_count=5, by=audit.SYSTEM, now=now)
    assert (refusal.value.booked, refusal.value.held, refusal.value.fewest) == (5, 1, 6)

    run_out(held)
    change_seats(session=session, seat_count=5, by=audit.SYSTEM, now=now)
    assert (numbers(session), oversold()) == ([1, 2, 3, 4, 5], [])
    with pytest.raises(SessionFull):
        seat_for(session, now)
    change_seats(session=session, seat_count=6, by=audit.SYSTEM, now=now)
    seat_for(session, now)
    assert (numbers(session), oversold()) == ([1, 2, 3, 4, 5, 6], [])


def test_calling_a_date_off_cancels_everybody_and_tells_everybody_once(
    office: Office, session: GroupSession, now: datetime
) -> None:
    told = seat_for(session, now, person("Erste", email="eins@post.example", phone="+4915228817386"))
    without_address = seat_for(session, now, person("Zweite"))
    gone_before = seat_for(session, now, person("Dritte", email="drei@post.example"))
    cancel(jobcenter=office.jobcenter, appointment=gone_before, by=audit.CUSTOMER, now=now)
    token, _held = hold_seat(jobcenter=office.jobcenter, session=session, now=now)

    counts = [cancel_session(jobcenter=office.jobcenter, session=session, by=audit.SYSTEM, now=now) for _ in range(2)]

    assert counts == [2, 0]
    assert [(reloaded(one).status, reloaded(one).cancelled_by) for one in (told, without_address, gone_before)] == [
        ("cancelled", "system"),
        ("cancelled", "system"),
        ("cancelled", "customer"),
    ]
    assert [kinds_to_come(one) for one in (told, without_address, gone_before)] == [
        ["cancelled", "cancelled"],
        [],
        ["cancelled"],
    ]
    assert (numbers(session), Occupancy.objects.get().state, dates_of(office, now)) == (
        [],
        OccupancyState.RELEASED,
        [],
    )
    with pytest.raises(SessionFull):
        book_held(jobcenter=office.jobcenter, token=token, person=person(), now=now)
    with pytest.raises(SessionFull):
        seat_for(session, now)
    make_session(office, NINE, now)


def test_a_date_that_has_begun_or_was_called_off_is_not_changed_any_more(
    office: Office, session: GroupSession, now: datetime
) -> None:
    for attempt in (
        lambda: cancel_session(jobcenter=office.jobcenter, session=session, by=audit.SYSTEM, now=NINE),
        lambda: change_seats(session=session, seat_count=9, by=audit.SYSTEM, now=NINE),
    ):
        with pytest.raises(SessionOver):
            attempt()
    cancel_session(jobcenter=office.jobcenter, session=session, by=audit.SYSTEM, now=now)
    with pytest.raises(SessionOver):
        change_seats(session=session, seat_count=9, by=audit.SYSTEM, now=now)


def test_a_place_in_a_cancelled_date_is_not_taken_back(office: Office, session: GroupSession, now: datetime) -> None:
    appointment = seat_for(session, now)
    cancel(jobcenter=office.jobcenter, appointment=appointment, by=audit.CUSTOMER, now=now)
    cancel_session(jobcenter=office.jobcenter, session=session, by=audit.SYSTEM, now=now)

    with pytest.raises(SessionFull):
        undo_cancel(jobcenter=office.jobcenter, appointment=reloaded(appointment), by=audit.CUSTOMER, now=now)
    assert (reloaded(appointment).status, oversold()) == (Status.CANCELLED, [])
