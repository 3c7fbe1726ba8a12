# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is listed can be booked, and nothing else can: in the database, with everything an office has.

Every time that is tried is undone before the next, so that each is tried in the state in which the list was made.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import ceil
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from appointments.availability import FreeTimes, Need, find_slots
from appointments.booking import book, book_held
from appointments.holding import hold
from appointments.models import Appointment, Occupancy, ServiceCalendar
from appointments.taking import Refused, Request, SlotTaken
from jobcenter_portal.audit import service as audit
from jobcenter_portal.kernel.wall_clock import local_day
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.engine.dice import offices
from tests.appointments.engine.offices import BERLIN, DAYS, Drawn, Standing, opened
from tests.appointments.factories import make_appointment, make_office, make_service, person

FIVE = timedelta(minutes=5)
DAY = timedelta(days=1)
LISTED, UNLISTED = 6, 14
"""How many times of an office are tried, of each kind."""


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def listed(office: Standing, drawn: Drawn) -> FreeTimes:
    return find_slots(
        service=office.services[0],
        location=office.location,
        settings=office.jobcenter.settings,
        now=office.now,
        wishes=office.wishes,
        days=DAYS if drawn.wish.for_staff else None,
        for_staff=drawn.wish.for_staff,
        sees_resting=drawn.wish.sees_resting,
    )


def booked(office: Standing, drawn: Drawn, starts_at: datetime) -> Appointment:
    """By the door that the wish fits: staff and the public at once, those who wait by way of a hold."""
    service, location, jobcenter = office.services[0], office.location, office.jobcenter
    if not drawn.wish.sees_resting or drawn.wish.for_staff:
        return book(
            jobcenter=jobcenter,
            service=service,
            location=location,
            starts_at=starts_at,
            person=person(),
            now=office.now,
            wishes=office.wishes,
            by=audit.SYSTEM if drawn.wish.for_staff else audit.CUSTOMER,
        )
    request = Request(jobcenter, service, location, starts_at, office.now, wishes=office.wishes, sees_resting=True)
    token, _held = hold(request)
    return book_held(jobcenter=jobcenter, token=token, person=person(), now=office.now)


def up(span: timedelta) -> timedelta:
    """To whole steps of five minutes."""
    return ceil(span / FIVE) * FIVE


def taken_by(appointment: Appointment) -> set[tuple[int, datetime, datetime]]:
    rows = Occupancy.objects.filter(appointment=appointment)
    return {(row.calendar_id, row.period.lower, row.period.upper) for row in rows}


@settings(max_examples=35, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=offices, chance=st.integers(0, 2**32))
def test_every_listed_time_can_be_booked_with_a_calendar_for_each_role(
    fulda: Jobcenter, drawn: Drawn, chance: int
) -> None:
    with opened(drawn, fulda) as office:
        free = listed(office, drawn)
        slots = free.slots()
        assume(slots)
        need = Need(office.services[0], office.wishes)
        for slot in Random(chance).sample(slots, min(LISTED, len(slots))):
            roles = free.calendars_by_role(slot.starts_at)
            with undone():
                appointment = booked(office, drawn, slot.starts_at)
                rows = taken_by(appointment)

            assert (appointment.starts_at, appointment.ends_at) == (slot.starts_at, slot.ends_at)
            assert len({calendar for calendar, _, _ in rows}) == len(rows) == len(roles)
            assert {(start, end) for _, start, end in rows} == {
                (slot.starts_at - up(need.before), slot.starts_at + up(need.duration) + up(need.after))
            }
            assert {calendar for calendar, _, _ in rows} <= {calendar for role in roles for calendar in role}
            assert appointment.calendar_id in roles[0]


@settings(max_examples=35, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=offices, chance=st.integers(0, 2**32))
def test_no_other_time_can_be_booked_and_the_nearest_that_are_named_are_listed(
    fulda: Jobcenter, drawn: Drawn, chance: int
) -> None:
    dice = Random(chance)
    with opened(drawn, fulda) as office:
        starts = {slot.starts_at for slot in listed(office, drawn).slots()}
        beside = {
            start + step for start in starts for step in (FIVE, -FIVE, timedelta(seconds=1), timedelta(minutes=1))
        }
        raster = {drawn.minute(number * 5).astimezone(UTC) for number in range(-12, DAYS * 288)}
        tried = dice.sample(sorted(beside - starts), min(UNLISTED // 2, len(beside - starts)))
        tried += dice.sample(sorted(raster - starts), UNLISTED - len(tried))

        for start in tried:
            with undone(), pytest.raises((SlotTaken, Refused)) as refusal:
                booked(office, drawn, start)
            if isinstance(refusal.value, SlotTaken) and not drawn.wish.for_staff:
                assert {slot.starts_at for slot in refusal.value.nearest} <= starts


# One character is a quarter of an hour from eight o'clock on; the number under which an appointment stands is how many
# people have booked before it. Both services are offered by one calendar, on the grid of quarters.
MIXED = """
    long  45   ^^^^^^^^^^^^^^..
    long  at   ....000.........
    short 15   ^^^^...^^^^^^^^^
    long  45   ^^.....^^^^^^^..
    short at   ...1............
    long  45   ^......^^^^^^^..
    long  at   .......222......
    short 15   ^^^.......^^^^^^
    long  45   ^.........^^^^..
    long  at   333.............
    short 15   ..........^^^^^^
    long  at   ..........444...
    long  at   .............555
    short 15   ................
"""


def test_services_of_different_length_lose_no_time_on_one_calendar(fulda: Jobcenter, now: datetime) -> None:
    """Other systems cut a day into pieces of one length and cannot offer what lies across them."""
    office = make_office(fulda, duration_minutes=45)
    short = make_service(fulda, slug="kurz", duration_minutes=15)
    ServiceCalendar.objects.create(tenant=fulda, service=short, calendar=office.calendars[0])
    offices_by_name = {"long": office, "short": replace(office, service=short)}
    eight = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)

    for line in MIXED.strip().splitlines():
        name, what, cells = line.split()
        if what == "at":
            at = next(position for position, cell in enumerate(cells) if cell != ".")
            make_appointment(offices_by_name[name], eight + 3 * FIVE * at, now)
            continue
        free = find_slots(
            service=offices_by_name[name].service,
            location=office.location,
            settings=fulda.settings,
            now=now,
            first_day=local_day(eight, BERLIN),
            days=1,
        )
        starts = {slot.starts_at for slot in free.slots()}
        drawn = "".join("^" if eight + 3 * FIVE * position in starts else "." for position in range(len(cells)))
        assert (line, drawn) == (line, cells)
