# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Many people, one time: real connections, and a variant without the guard that must fail in the same test."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections

from appointments.availability import find_slots
from appointments.booking import book
from appointments.models import Appointment, Occupancy
from appointments.taking import Refused, SlotTaken
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.factories import Office, make_appointment, make_office, person
from tests.factories import make_jobcenter

NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
PEOPLE = 32


def at_the_same_moment(jobcenter: Jobcenter, attempt: Callable[[int], object]) -> list[object]:
    """Run one attempt per person, each on a connection of its own, all released together."""
    start = threading.Barrier(PEOPLE)

    def one(number: int) -> object:
        try:
            with tenant_context(jobcenter):
                connection.ensure_connection()
                start.wait(timeout=30)
                return attempt(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(PEOPLE) as pool:
        return list(pool.map(one, range(PEOPLE)))


def overlaps() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM appointments_occupancy a JOIN appointments_occupancy b"
            " ON a.calendar_id = b.calendar_id AND a.id < b.id AND a.period && b.period"
            " WHERE a.state IN (1, 2, 3) AND b.state IN (1, 2, 3)"
        )
        found: int = cursor.fetchone()[0]
        return found


@pytest.mark.django_db(transaction=True)
def test_of_thirty_two_people_one_gets_the_time_and_the_others_the_nearest(now: datetime) -> None:
    jobcenter = make_jobcenter("fulda")
    with tenant_context(jobcenter):
        office = make_office(jobcenter)

    def attempt(number: int) -> object:
        try:
            return make_appointment(office, NINE, now, person(email=f"p{number}@post.example")).starts_at
        except SlotTaken as taken:
            return [slot.starts_at for slot in taken.nearest]

    outcomes = at_the_same_moment(jobcenter, attempt)

    nearest = [NINE - timedelta(minutes=45), NINE - timedelta(minutes=30), NINE + timedelta(minutes=30)]
    assert outcomes.count(NINE) == 1
    assert [outcome for outcome in outcomes if outcome != NINE] == [nearest] * (PEOPLE - 1)
    with tenant_context(jobcenter):
        assert (Appointment.objects.count(), Occupancy.objects.count(), overlaps()) == (1, 1, 0)


@pytest.mark.django_db(transaction=True)
def test_the_limit_of_open_bookings_holds_for_a_crowd_with_one_address(now: datetime) -> None:
    jobcenter = make_jobcenter("fulda", max_open_bookings=2)
    with tenant_context(jobcenter):
        office = make_office(jobcenter, calendars=4, duration_minutes=15)

    def attempt(number: int) -> str:
        starts_at = NINE + timedelta(minutes=15) * (number % 10)
        try:
            make_appointment(office, starts_at, now, person(email="one@post.example"))
        except (Refused, SlotTaken) as refusal:
            return type(refusal).__name__
        return "booked"

    assert at_the_same_moment(jobcenter, attempt).count("booked") == 2


@pytest.mark.django_db(transaction=True)
def test_one_request_sent_many_times_at_once_books_once(now: datetime) -> None:
    jobcenter = make_jobcenter("fulda")
    with tenant_context(jobcenter):
        office = make_office(jobcenter, calendars=4)

    def attempt(_number: int) -> object:
        try:
            return book(
                jobcenter=jobcenter,
                service=office.service,
                location=office.location,
                starts_at=NINE,
                person=person(),
                now=now,
                idempotency_key="the-same-key",
            ).pk
        except SlotTaken:
            return "taken"

    outcomes = at_the_same_moment(jobcenter, attempt)
    assert len(set(outcomes) - {"taken"}) == 1
    with tenant_context(jobcenter):
        assert Appointment.objects.count() == 1


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_without_the_guard_the_same_crowd_overlaps(now: datetime) -> None:
    """Check-then-insert, as other systems do it: this test shows that the one above could fail."""
    jobcenter = make_jobcenter("fulda")
    with tenant_context(jobcenter):
        office = make_office(jobcenter)
    with connections["owner"].cursor() as owner:
        owner.execute("ALTER TABLE appointments_occupancy DROP CONSTRAINT appointments_no_overlap")
    try:
        everybody_has_looked = threading.Barrier(PEOPLE)
        at_the_same_moment(jobcenter, lambda _number: check_then_insert(office, now, everybody_has_looked))
        with tenant_context(jobcenter):
            assert overlaps() > 0
            Occupancy.objects.all().delete()
    finally:
        with connections["owner"].cursor() as owner:
            owner.execute(
                "ALTER TABLE appointments_occupancy ADD CONSTRAINT appointments_no_overlap EXCLUDE USING gist"
                " (tenant_id WITH =, calendar_id WITH =, period WITH &&) WHERE (state IN (1, 2, 3))"
            )


def check_then_insert(office: Office, now: datetime, everybody_has_looked: threading.Barrier) -> None:
    """The gap between looking and writing, held open until all are in it: by chance it would be there sometimes."""
    free = find_slots(service=office.service, location=office.location, settings=office.jobcenter.settings, now=now)
    is_free = office.calendars[0].pk in free.calendars_at(NINE)
    everybody_has_looked.wait(timeout=30)
    if is_free:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO appointments_occupancy (tenant_id, calendar_id, period, state)"
                " VALUES (%s, %s, tstzrange(%s, %s), 1)",
                [office.jobcenter.pk, office.calendars[0].pk, NINE, NINE + timedelta(minutes=30)],
            )
