# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A caseworker, a second one, a room: several rows that are taken together or not at all, by many at once."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import OperationalError, transaction

from appointments.core.modes import PartyRole
from appointments.models import Appointment, Calendar, Occupancy, OccupancyState, ServiceCalendar
from appointments.models.occupancy import Holder, OccupancyManager, Wanted
from appointments.taking import SlotTaken
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.engine.races import WAIT, at_once, everybody_looks_first, overlaps
from tests.appointments.factories import Office, make_appointment, make_calendar, make_office
from tests.factories import make_jobcenter

pytestmark = pytest.mark.django_db(transaction=True)
NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
PEOPLE = 12


@pytest.fixture
def jobcenter() -> Jobcenter:
    return make_jobcenter("fulda")


def with_room(jobcenter: Jobcenter, *, leads: int, rooms: int = 1) -> Office:
    office = make_office(jobcenter, calendars=leads)
    for number in range(rooms):
        room = make_calendar(jobcenter, office.location, name=f"Raum {number + 1}")
        ServiceCalendar.objects.create(tenant=jobcenter, service=office.service, calendar=room, role=PartyRole.ROOM)
    return office


def parties() -> list[list[int]]:
    """The calendars that each appointment has, as its rows say."""
    rows = Occupancy.objects.filter(state=OccupancyState.BOOKED).order_by("calendar_id")
    found: dict[int | None, list[int]] = {}
    for row in rows:
        found.setdefault(row.appointment_id, []).append(row.calendar_id)
    return sorted(found.values())


def books(office: Office, starts_at: datetime, now: datetime) -> Callable[[], object]:
    return lambda: make_appointment(office, starts_at, now).starts_at


def test_two_caseworkers_and_one_room_make_one_appointment(
    jobcenter: Jobcenter, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tenant_context(jobcenter):
        office = with_room(jobcenter, leads=2)
    everybody_looks_first(monkeypatch, 2)

    outcomes = at_once(jobcenter, [books(office, NINE, now)] * 2)

    assert Counter(outcomes) == {NINE: 1, SlotTaken: 1}
    with tenant_context(jobcenter):
        ((lead, room),) = parties()
        assert lead in {calendar.pk for calendar in office.calendars}
        assert room == Calendar.objects.get(name="Raum 1").pk
        assert Appointment.objects.count() == 1


def test_a_crowd_on_times_that_overlap_leaves_whole_parties_and_no_deadlock(
    jobcenter: Jobcenter, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tenant_context(jobcenter):
        office = with_room(jobcenter, leads=3, rooms=2)
    everybody_looks_first(monkeypatch, PEOPLE)

    outcomes = at_once(jobcenter, [books(office, NINE + number % 4 * QUARTER, now) for number in range(PEOPLE)])

    assert OperationalError not in outcomes
    with tenant_context(jobcenter):
        booked = [outcome for outcome in outcomes if outcome is not SlotTaken]
        assert [len(party) for party in parties()] == [2] * len(booked)
        assert len(booked) == Appointment.objects.count() > 0
        assert overlaps() == 0


def test_two_of_the_same_staff_are_never_one_person(jobcenter: Jobcenter, now: datetime) -> None:
    """Everybody can lead and be the second: of three people one appointment can be made, and nobody comes twice."""
    with tenant_context(jobcenter):
        office = make_office(jobcenter, calendars=3)
        for calendar in office.calendars:
            ServiceCalendar.objects.create(
                tenant=jobcenter, service=office.service, calendar=calendar, role=PartyRole.SECOND
            )

    outcomes = at_once(jobcenter, [books(office, NINE, now)] * PEOPLE)

    assert Counter(outcomes) == {NINE: 1, SlotTaken: PEOPLE - 1}
    with tenant_context(jobcenter):
        (party,) = parties()
        assert len(set(party)) == 2


def test_without_all_or_nothing_half_a_party_would_stay(
    jobcenter: Jobcenter, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tenant_context(jobcenter):
        office = with_room(jobcenter, leads=2)
    everybody_looks_first(monkeypatch, 2)
    monkeypatch.setattr(
        OccupancyManager, "_insert_rows", lambda self, rows, holder: self._inserted(rows, holder) or None
    )

    outcomes = at_once(jobcenter, [books(office, NINE, now)] * 2)

    assert outcomes == [NINE, NINE]
    with tenant_context(jobcenter):
        assert sorted(len(party) for party in parties()) == [1, 2]  # somebody was promised a talk without a room


@pytest.mark.parametrize("is_sorted", [True, False])
def test_rows_in_one_order_never_wait_in_a_ring(jobcenter: Jobcenter, now: datetime, *, is_sorted: bool) -> None:
    """Two parties of the same two calendars, taken row by row with a pause between: in two orders, they deadlock."""
    with tenant_context(jobcenter):
        office = with_room(jobcenter, leads=1)
        holders = [make_appointment(office, NINE + hours * timedelta(hours=1), now) for hours in (1, 2)]
        calendars = sorted(Calendar.objects.values_list("pk", flat=True))
    half_taken = Barrier(2)

    def takes(number: int) -> Callable[[], object]:
        def attempt() -> object:
            order = calendars if is_sorted or number else calendars[::-1]
            first, second = (Wanted(calendar, NINE, NINE + QUARTER, NINE.date()) for calendar in order)
            with transaction.atomic():
                got = [Occupancy.objects.take([first], Holder(appointment=holders[number]))]
                if not is_sorted:
                    half_taken.wait(WAIT)
                got.append(Occupancy.objects.take([second], Holder(appointment=holders[number])))
                return all(got)

        return attempt

    outcomes = at_once(jobcenter, [takes(0), takes(1)])

    assert (OperationalError in outcomes) is not is_sorted
