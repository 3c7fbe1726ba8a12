# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Somebody falls ill while somebody else books: no appointment comes to lie in the absence without the office knowing.

Either the change of the schedule sees the appointment and can say so, or the booking sees the change and asks again.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event
from time import monotonic

import pytest
from django.db import transaction

from appointments.booking import book_held
from appointments.changing import reschedule
from appointments.holding import hold
from appointments.models import Absence, Calendar, Hold, Occupancy, OccupancyState, OpeningRule
from appointments.models.occupancy import OccupancyManager
from appointments.queries import hold_by_token, lock_schedules
from appointments.taking import Request, SlotTaken
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.engine.races import WAIT, at_once, before_the_first_write, elsewhere
from tests.appointments.factories import Office, make_appointment, make_office, person
from tests.factories import make_jobcenter

pytestmark = pytest.mark.django_db(transaction=True)
NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TEN = NINE + HOUR


@pytest.fixture
def jobcenter() -> Jobcenter:
    return make_jobcenter("fulda")


def falls_ill(office: Office) -> list[int]:
    """The change as every use case makes it: lock, change, and look whom it affects. Returns the appointments."""
    with transaction.atomic():
        lock_schedules([office.calendars[0].pk])
        return _absent(office)


def falls_ill_without_a_lock(office: Office) -> list[int]:
    with transaction.atomic():
        return _absent(office)


def _absent(office: Office) -> list[int]:
    Absence.objects.create(
        tenant=office.jobcenter, calendar=office.calendars[0], starts_at=NINE - HOUR, ends_at=NINE + 2 * HOUR
    )
    affected = Occupancy.objects.filter(
        calendar=office.calendars[0], state=OccupancyState.BOOKED, period__overlap=(NINE - HOUR, NINE + 2 * HOUR)
    )
    return list(affected.values_list("appointment_id", flat=True))


def booked_in_the_absence() -> int:
    return sum(
        Occupancy.objects.filter(
            calendar=absence.calendar, state=OccupancyState.BOOKED, period__overlap=(absence.starts_at, absence.ends_at)
        ).count()
        for absence in Absence.objects.all()
    )


def books(office: Office, now: datetime) -> Callable[[], object]:
    return lambda: make_appointment(office, NINE, now).starts_at


def test_who_looked_before_the_absence_gets_nothing_in_it(
    jobcenter: Jobcenter, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tenant_context(jobcenter):
        office = make_office(jobcenter)
    before_the_first_write(monkeypatch, lambda: elsewhere(jobcenter, lambda: falls_ill(office)))

    assert elsewhere(jobcenter, books(office, now)) is SlotTaken
    with tenant_context(jobcenter):
        assert booked_in_the_absence() == 0


def test_the_same_call_goes_on_to_another_calendar(
    jobcenter: Jobcenter, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tenant_context(jobcenter):
        office = make_office(jobcenter, calendars=2)
    before_the_first_write(monkeypatch, lambda: elsewhere(jobcenter, lambda: falls_ill(office)))

    assert elsewhere(jobcenter, books(office, now)) == NINE
    with tenant_context(jobcenter):
        assert Occupancy.objects.get().calendar_id == office.calendars[1].pk


def test_a_change_that_leaves_the_time_open_costs_nobody_their_booking(
    jobcenter: Jobcenter, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tenant_context(jobcenter):
        office = make_office(jobcenter)

    def opens_on_saturday() -> None:
        with transaction.atomic():
            lock_schedules([office.calendars[0].pk])
            OpeningRule.objects.create(
                tenant=jobcenter,
                calendar=office.calendars[0],
                location=office.location,
                weekday=6,
                start_minute=480,
                end_minute=720,
            )

    before_the_first_write(monkeypatch, lambda: elsewhere(jobcenter, opens_on_saturday))

    assert elsewhere(jobcenter, books(office, now)) == NINE


def test_without_the_version_the_appointment_would_lie_in_the_absence(
    jobcenter: Jobcenter, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tenant_context(jobcenter):
        office = make_office(jobcenter)
    before_the_first_write(monkeypatch, lambda: elsewhere(jobcenter, lambda: falls_ill(office)))
    stretch = Request.stretch
    monkeypatch.setattr(Request, "stretch", lambda self, calendar_id, _version=None: stretch(self, calendar_id))

    assert elsewhere(jobcenter, books(office, now)) == NINE
    with tenant_context(jobcenter):
        assert booked_in_the_absence() == 1


def test_who_moves_into_an_absence_that_has_just_come_keeps_the_old_time(
    jobcenter: Jobcenter, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = TEN + 24 * HOUR
    with tenant_context(jobcenter):
        office = make_office(jobcenter)
        appointment = make_appointment(office, later, now)
    before_the_first_write(monkeypatch, lambda: elsewhere(jobcenter, lambda: falls_ill(office)))

    def moves() -> object:
        return reschedule(
            jobcenter=jobcenter, appointment=appointment, starts_at=NINE, by=audit.CUSTOMER, now=now
        ).starts_at

    assert elsewhere(jobcenter, moves) is SlotTaken
    with tenant_context(jobcenter):
        active = Occupancy.objects.filter(state=OccupancyState.BOOKED)
        assert [row.period.lower for row in active] == [later]


@pytest.mark.parametrize("is_guarded", [True, False])
def test_the_absence_waits_for_a_booking_on_its_way_and_finds_it(
    jobcenter: Jobcenter, now: datetime, *, is_guarded: bool
) -> None:
    with tenant_context(jobcenter):
        office = make_office(jobcenter)
    has_booked, change_is_through = Event(), Event()

    def booking() -> object:
        with transaction.atomic():
            appointment = make_appointment(office, NINE, now)
            has_booked.set()
            change_is_through.wait(0.5 if is_guarded else WAIT)
            return appointment.pk

    def change() -> object:
        assert has_booked.wait(WAIT)
        began = monotonic()
        affected = falls_ill(office) if is_guarded else falls_ill_without_a_lock(office)
        change_is_through.set()
        return affected, monotonic() - began > 0.3

    booked, found = at_once(jobcenter, [booking, change])

    assert found == (([booked], True) if is_guarded else ([], False))


@pytest.mark.parametrize("is_guarded", [True, False])
def test_a_held_time_is_not_confirmed_into_an_absence(
    jobcenter: Jobcenter, now: datetime, monkeypatch: pytest.MonkeyPatch, *, is_guarded: bool
) -> None:
    with tenant_context(jobcenter):
        office = make_office(jobcenter)
        token, _held = hold(Request(jobcenter, office.service, office.location, NINE, now))
        assert falls_ill(office) == []
        if not is_guarded:
            monkeypatch.setattr(OccupancyManager, "are_promises_good", lambda _self, _hold: True)
            book_held(jobcenter=jobcenter, token=token, person=person(), now=now)
            assert booked_in_the_absence() == 1
            return

        with pytest.raises(SlotTaken) as refusal:
            book_held(jobcenter=jobcenter, token=token, person=person(), now=now)

        assert booked_in_the_absence() == 0
        assert all(slot.starts_at >= NINE + 2 * HOUR for slot in refusal.value.nearest)
        assert hold_by_token(token) is not None  # what was typed is still there


def test_a_held_time_outlives_a_change_that_leaves_it_open(jobcenter: Jobcenter, now: datetime) -> None:
    with tenant_context(jobcenter):
        office = make_office(jobcenter)
        token, _held = hold(Request(jobcenter, office.service, office.location, NINE, now))
        with transaction.atomic():
            lock_schedules([office.calendars[0].pk])
            OpeningRule.objects.update(end_minute=13 * 60)

        assert book_held(jobcenter=jobcenter, token=token, person=person(), now=now).starts_at == NINE
        assert (Hold.objects.count(), Occupancy.objects.count()) == (0, 1)


def test_an_absence_that_comes_while_somebody_confirms_waits_and_finds_the_appointment(
    jobcenter: Jobcenter, now: datetime
) -> None:
    with tenant_context(jobcenter):
        office = make_office(jobcenter)
        token, _held = hold(Request(jobcenter, office.service, office.location, NINE, now))
    has_confirmed = Event()

    def confirms() -> object:
        with transaction.atomic():
            appointment = book_held(jobcenter=jobcenter, token=token, person=person(), now=now)
            has_confirmed.set()
            Event().wait(0.5)
            return appointment.pk

    def change() -> object:
        assert has_confirmed.wait(WAIT)
        return falls_ill(office)

    confirmed, affected = at_once(jobcenter, [confirms, change])

    assert affected == [confirmed]
    with tenant_context(jobcenter):
        assert Calendar.objects.get().schedule_version == 2
