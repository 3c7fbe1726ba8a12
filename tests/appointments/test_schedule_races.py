# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Hours are cut while people book: real connections, the gap held open, and a variant without the guard that fails."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections

from appointments import booking, changing, taking
from appointments.availability import Wishes
from appointments.changing import reschedule
from appointments.models import Absence, Appointment, Calendar, Occupancy, OccupancyState
from appointments.queries import lock_schedules
from appointments.schedule_changes import (
    Away,
    Change,
    ChangedMeanwhile,
    Choice,
    DayHours,
    Way,
    WayGone,
    apply,
    preview,
)
from appointments.taking import Parties, Request, SlotTaken
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.factories import Office, make_appointment, make_office, person
from tests.factories import make_jobcenter

EIGHT = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
NINE = EIGHT + timedelta(hours=1)
TUESDAY = date(2026, 11, 24)
DAY = timedelta(days=1)
TEN_MINUTES = timedelta(minutes=10)
LEAD = audit.staff(7)
BOOKERS = 20


def all_at_once(jobcenter: Jobcenter, *attempts: Callable[[], object]) -> list[object]:
    """Run each attempt on a connection of its own and say what came of it; exceptions are answers too."""

    def one(attempt: Callable[[], object]) -> object:
        try:
            with tenant_context(jobcenter):
                connection.ensure_connection()
                return attempt()
        except (SlotTaken, ChangedMeanwhile, WayGone) as answer:
            return type(answer)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(attempts)) as pool:
        return list(pool.map(one, attempts))


def apply_until_it_fits(office: Office, change: Change, way: Way, now: datetime) -> int:
    """As somebody at the desk would: who booked meanwhile shows in a fresh preview. Returns how often it took."""
    for tries in range(1, BOOKERS + 2):
        impact = preview(jobcenter=office.jobcenter, change=change, now=now)
        choices = {case.key: next(one for one in case.choices if one.way is way) for case in impact.cases}
        try:
            carry_out(office, change, choices, impact.fingerprint, now)
        except ChangedMeanwhile:
            continue
        return tries
    raise AssertionError("it never fits")


def carry_out(office: Office, change: Change, choices: dict[str, Choice], fingerprint: str, now: datetime) -> str:
    apply(jobcenter=office.jobcenter, change=change, choices=choices, fingerprint=fingerprint, by=LEAD, now=now)
    return "done"


class Gap:
    """Between looking and taking: all have looked before the hours are cut, and half of them wait until they are."""

    def __init__(self, people: int) -> None:
        self.everybody_has_looked = threading.Barrier(people + 1)
        self.hours_are_cut = threading.Event()
        self._numbers = iter(range(10**6))
        self._lock = threading.Lock()

    def rounds(self, request: Request) -> Iterator[Parties]:
        for number, free in enumerate(taking.rounds(request)):
            if number == 0:
                self.everybody_has_looked.wait(timeout=30)
                with self._lock:
                    waits = next(self._numbers) % 2
                if waits:
                    self.hours_are_cut.wait(timeout=30)
            yield free


def without_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard away: a time is taken under whatever hours there are by now."""
    versioned = Request.stretch
    monkeypatch.setattr(
        Request, "stretch", lambda self, calendar_id, version=None: replace(versioned(self, calendar_id), version=None)
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_guarded", [True, False], ids=["guarded", "unguarded"])
def test_hours_cut_while_twenty_people_book(
    now: datetime, monkeypatch: pytest.MonkeyPatch, *, is_guarded: bool
) -> None:
    jobcenter = make_jobcenter("fulda", grid_minutes=10)
    with tenant_context(jobcenter):
        office = make_office(jobcenter, duration_minutes=10)
    if not is_guarded:
        without_versions(monkeypatch)
    gap = Gap(BOOKERS)
    monkeypatch.setattr(booking, "rounds", gap.rounds)
    short = DayHours(office.calendars[0].pk, office.location.pk, TUESDAY, ((480, 540),))

    def cut() -> object:
        gap.everybody_has_looked.wait(timeout=30)
        try:
            return apply_until_it_fits(office, short, Way.CANCEL, now)
        finally:
            gap.hours_are_cut.set()

    def book_at(number: int) -> Callable[[], object]:
        return lambda: make_appointment(office, EIGHT + number * TEN_MINUTES, now).starts_at

    outcomes = all_at_once(jobcenter, cut, *(book_at(number) for number in range(BOOKERS)))

    with tenant_context(jobcenter):
        booked = Appointment.objects.filter(status="booked")
        outside = booked.filter(ends_at__gt=NINE).count()
        taken = Occupancy.objects.filter(state=OccupancyState.BOOKED).count()
        assert taken == booked.count()
    inside = [EIGHT + number * TEN_MINUTES for number in range(6)]
    assert set(inside) <= set(outcomes), "who wanted a time that stayed has got it"
    if is_guarded:
        assert outside == 0, "booked outside the hours, and nobody was shown it"
    else:
        assert outside > 0, "this test could not fail"


@pytest.mark.django_db(transaction=True)
def test_an_absence_while_people_move_into_its_time(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    jobcenter = make_jobcenter("fulda")
    people = 8
    with tenant_context(jobcenter):
        office = make_office(jobcenter)
        tomorrow = [make_appointment(office, EIGHT + DAY + number * 3 * TEN_MINUTES, now) for number in range(people)]
    gap = Gap(people)
    monkeypatch.setattr(changing, "rounds", gap.rounds)
    away = Away(office.calendars[0].pk, EIGHT, EIGHT + timedelta(hours=8))

    def fall_ill() -> object:
        gap.everybody_has_looked.wait(timeout=30)
        try:
            return apply_until_it_fits(office, away, Way.CANCEL, now)
        finally:
            gap.hours_are_cut.set()

    def move(appointment: Appointment) -> Callable[[], object]:
        return lambda: (
            reschedule(
                jobcenter=jobcenter,
                appointment=appointment,
                starts_at=appointment.starts_at - DAY,
                by=audit.CUSTOMER,
                now=now,
            ).starts_at
        )

    outcomes = all_at_once(jobcenter, fall_ill, *(move(one) for one in tomorrow))

    with tenant_context(jobcenter):
        moved_before = outcomes[1:].count(SlotTaken)
        still = Appointment.objects.filter(status="booked")
        assert still.filter(starts_at__lt=EIGHT + DAY).count() == 0
        assert (still.count(), Absence.objects.count()) == (moved_before, 1)
        assert moved_before >= people // 2, "those who waited in the gap keep their old time"


@pytest.mark.django_db(transaction=True)
def test_somebody_moves_their_appointment_while_it_is_being_cancelled(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who moves has the appointment and wants the calendar; whoever locked them the other way round would deadlock."""
    jobcenter = make_jobcenter("fulda")
    with tenant_context(jobcenter):
        office = make_office(jobcenter)
        one = make_appointment(office, NINE, now)
        away = Away(office.calendars[0].pk, EIGHT, EIGHT + timedelta(hours=8))
        impact = preview(jobcenter=jobcenter, change=away, now=now)
    moving, calendars_are_locked = threading.Event(), threading.Event()
    release = changing.release

    def release_slowly(*args: Any, **kwargs: Any) -> None:
        release(*args, **kwargs)
        moving.set()
        calendars_are_locked.wait(timeout=1)  # in the right order they are not: the appointment is waited for first

    def locked(calendar_ids: Any) -> None:
        lock_schedules(calendar_ids)
        calendars_are_locked.set()

    monkeypatch.setattr(changing, "release", release_slowly)
    monkeypatch.setattr("appointments.schedule_changes.applying.lock_schedules", locked)

    def fall_ill() -> object:
        moving.wait(timeout=30)
        return carry_out(office, away, {case.key: Choice(Way.CANCEL) for case in impact.cases}, impact.fingerprint, now)

    def move() -> object:
        return reschedule(
            jobcenter=jobcenter, appointment=one, starts_at=NINE + DAY, by=audit.CUSTOMER, now=now
        ).starts_at

    assert all_at_once(jobcenter, fall_ill, move) == [ChangedMeanwhile, NINE + DAY]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_send_the_same_change_one_does_it(now: datetime) -> None:
    jobcenter = make_jobcenter("fulda")
    with tenant_context(jobcenter):
        office = make_office(jobcenter, calendars=2)
        make_appointment(office, NINE, now, person(email="j@post.example"))
        lead = Appointment.objects.get().calendar_id or 0
        away = Away(lead, EIGHT, EIGHT + timedelta(hours=8))
        impact = preview(jobcenter=jobcenter, change=away, now=now)
    choices = {case.key: case.default for case in impact.cases}

    outcomes = all_at_once(jobcenter, *[lambda: carry_out(office, away, choices, impact.fingerprint, now)] * 4)

    assert sorted(map(str, outcomes)) == sorted(["done", *[str(ChangedMeanwhile)] * 3])
    with tenant_context(jobcenter):
        assert (Absence.objects.count(), Occupancy.objects.filter(state=OccupancyState.BOOKED).count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_who_send_deputies_to_each_other_do_not_wait_for_each_other(now: datetime) -> None:
    """Each takes time of the other's calendar: locked one after the other, the second pair of hands would deadlock."""
    jobcenter = make_jobcenter("fulda", grid_minutes=30)
    with tenant_context(jobcenter):
        office = make_office(jobcenter, calendars=2)
        one, other = (calendar.pk for calendar in office.calendars)
        for day, calendar_id in ((0, one), (1, other)):
            for number in range(6):
                booking.book(
                    jobcenter=jobcenter,
                    service=office.service,
                    location=office.location,
                    starts_at=EIGHT + day * DAY + number * 3 * TEN_MINUTES,
                    person=person(),
                    now=now,
                    wishes=Wishes(only_calendar=calendar_id),
                    by=LEAD,
                )
        changes = [Away(one, EIGHT, EIGHT + DAY / 2), Away(other, EIGHT + DAY, EIGHT + DAY * 3 / 2)]
    start = threading.Barrier(2)

    def fall_ill(change: Away) -> Callable[[], object]:
        def attempt() -> object:
            impact = preview(jobcenter=jobcenter, change=change, now=now)
            choices = {case.key: case.default for case in impact.cases}
            start.wait(timeout=30)
            return carry_out(office, change, choices, impact.fingerprint, now)

        return attempt

    assert all_at_once(jobcenter, *map(fall_ill, changes)) == ["done", "done"]
    with tenant_context(jobcenter):
        by_day = {(row.starts_at.date(), row.calendar_id) for row in Appointment.objects.all()}
        assert by_day == {(TUESDAY, other), (TUESDAY + DAY, one)}
        assert list(Calendar.objects.order_by("pk").values_list("schedule_version", flat=True)) == [2, 2]
