# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Somebody comes without an appointment: a number, a wait that takes nobody's time, and whoever is free calls."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from appointments.attendance import ChangedMeanwhile, record_attendance
from appointments.core.lifecycle import Kind, NotAllowed, Status, Verb
from appointments.models import Appointment, Location, Occupancy, Service
from appointments.walk_in import (
    NoWalkIns,
    Visitor,
    call,
    call_next,
    record_back,
    record_left,
    register_walk_in,
    services_at,
    waiting_walk_ins,
)
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.models import Message
from tests.appointments.factories import Office, make_calendar, make_office, make_service
from tests.factories import make_jobcenter

DESK = audit.staff(1)
Come = Callable[..., Appointment]


@pytest.fixture
def open_door(db: None) -> Iterator[Jobcenter]:
    jobcenter = make_jobcenter("stadt", walk_in=True)
    with tenant_context(jobcenter):
        yield jobcenter


@pytest.fixture
def office(open_door: Jobcenter) -> Office:
    return make_office(open_door, calendars=2)


@pytest.fixture
def come(office: Office, now: datetime) -> Come:
    """`come("Name", after=minutes)`"""

    def _come(name: str = "", *, after: int = 0, key: str | None = None) -> Appointment:
        return register_walk_in(
            jobcenter=office.jobcenter,
            location=office.location,
            service=office.service,
            by=DESK,
            now=now + timedelta(minutes=after),
            visitor=Visitor(name),
            idempotency_key=key,
        )

    return _come


def test_who_comes_is_here_has_a_number_and_takes_nobodys_time(come: Come, now: datetime) -> None:
    one = come("Yıldız Şahin")
    assert (one.kind, one.status, one.calendar_id, one.ticket_no, one.ticket_day) == (
        Kind.WALK_IN,
        Status.CHECKED_IN,
        None,
        1,
        now.date(),
    )
    assert (one.starts_at, one.customer.name) == (now, "Yıldız Şahin")
    assert (Occupancy.objects.count(), Message.objects.count()) == (0, 0)
    assert [(entry.action, entry.membership_id) for entry in audit.history(one.subject)] == [("walked_in", 1)]


def test_nobody_has_to_say_their_name(come: Come) -> None:
    assert come().customer.name == ""


def test_numbers_count_up_and_begin_anew_at_each_site_every_day(office: Office, come: Come, now: datetime) -> None:
    annex = Location.objects.create(
        tenant=office.jobcenter, slug="anbau", name="Anbau", street="Nebenweg 2", town="63065 Offenbach"
    )
    there = register_walk_in(jobcenter=office.jobcenter, location=annex, service=office.service, by=DESK, now=now)
    assert [come().ticket_no, come().ticket_no, there.ticket_no, come(after=24 * 60).ticket_no] == [1, 2, 1, 1]


def test_a_day_ends_at_local_midnight(come: Come) -> None:
    before_midnight = come(after=15 * 60 + 59)  # 23:59 in the office, 22:59 in UTC
    after_midnight = come(after=16 * 60)
    assert [(str(one.ticket_day), one.ticket_no) for one in (before_midnight, after_midnight)] == [
        ("2026-11-23", 1),
        ("2026-11-24", 1),
    ]


def test_pressed_twice_it_is_one_number(come: Come) -> None:
    assert come("Ada", key="once") == come("Ada", key="once")
    assert come(key="twice").ticket_no == 2


def test_where_nobody_comes_without_an_appointment_there_is_no_number(db: None, now: datetime) -> None:
    jobcenter = make_jobcenter("fulda")
    with tenant_context(jobcenter):
        office = make_office(jobcenter)
        with pytest.raises(NoWalkIns):
            register_walk_in(jobcenter=jobcenter, location=office.location, service=office.service, by=DESK, now=now)
        assert Appointment.objects.count() == 0


def test_the_lowest_number_is_called_and_gets_the_calendar_of_whoever_called(
    office: Office, come: Come, now: datetime
) -> None:
    first, second = come("Ada"), come("Bert")
    called = [
        call_next(jobcenter=office.jobcenter, location=office.location, calendar=lane, by=DESK, now=now)
        for lane in office.calendars
    ]
    nobody = call_next(
        jobcenter=office.jobcenter, location=office.location, calendar=office.calendars[0], by=DESK, now=now
    )
    assert ([one and one.pk for one in called], nobody) == ([first.pk, second.pk], None)
    for appointment, lane in zip((first, second), office.calendars, strict=True):
        appointment.refresh_from_db()
        assert (appointment.status, appointment.calendar_id) == (Status.IN_SERVICE, lane.pk)
    assert Occupancy.objects.count() == 0


def test_one_person_can_be_called_out_of_turn_and_only_once(office: Office, come: Come, now: datetime) -> None:
    first, second = come("Ada"), come("Bert")
    call(appointment=second, calendar=office.calendars[0], by=DESK, now=now, seen=Status.CHECKED_IN)
    with pytest.raises(ChangedMeanwhile):
        call(appointment=second, calendar=office.calendars[1], by=DESK, now=now, seen=Status.CHECKED_IN)
    with pytest.raises(NotAllowed):
        call(appointment=second, calendar=office.calendars[1], by=DESK, now=now)
    assert waiting_walk_ins(office.location, now.date()) == [first]


def test_who_was_called_by_mistake_waits_again_with_the_old_number(office: Office, come: Come, now: datetime) -> None:
    first, _second = come("Ada"), come("Bert")
    call(appointment=first, calendar=office.calendars[0], by=DESK, now=now)
    record_attendance(appointment=first, verb=Verb.UNDO, by=DESK, now=now)
    assert [one.ticket_no for one in waiting_walk_ins(office.location, now.date())] == [1, 2]


def test_coming_cannot_be_undone_into_an_appointment(come: Come, now: datetime) -> None:
    one = come("Ada")
    with pytest.raises(NotAllowed):
        record_attendance(appointment=one, verb=Verb.UNDO, by=DESK, now=now)
    one.refresh_from_db()
    assert one.status == Status.CHECKED_IN


def test_who_leaves_is_not_called_and_who_comes_back_keeps_the_number(
    office: Office, come: Come, now: datetime
) -> None:
    first, second = come("Ada"), come("Bert")
    hours_later = now + timedelta(hours=3)
    left = record_left(appointment=first, by=DESK, now=hours_later, seen=Status.CHECKED_IN)
    assert (left.status, left.cancelled_by) == (Status.CANCELLED, "customer")
    assert waiting_walk_ins(office.location, now.date()) == [second]
    back = record_back(appointment=first, by=DESK, now=hours_later, seen=Status.CANCELLED)
    assert (back.status, back.cancelled_by, back.ticket_no) == (Status.CHECKED_IN, "", 1)
    assert waiting_walk_ins(office.location, now.date()) == [first, second]
    with pytest.raises(NotAllowed):
        record_back(appointment=first, by=DESK, now=hours_later)
    assert Message.objects.count() == 0


def test_people_come_for_what_is_offered_at_the_site(office: Office) -> None:
    group = make_service(office.jobcenter, slug="gruppe", is_group=True)
    elsewhere = make_service(office.jobcenter, slug="anderswo")
    annex = Location.objects.create(
        tenant=office.jobcenter, slug="anbau", name="Anbau", street="Nebenweg 2", town="63065 Offenbach"
    )
    make_calendar(office.jobcenter, annex, elsewhere, group)
    make_calendar(office.jobcenter, office.location, group)
    assert (services_at(office.location), services_at(annex)) == ([office.service], [elsewhere])


def test_those_who_wait_elsewhere_are_not_seen(come: Come, wiesbaden: Jobcenter, office: Office, now: datetime) -> None:
    come("Ada")
    with tenant_context(wiesbaden):
        assert waiting_walk_ins(office.location, now.date()) == []


@pytest.mark.django_db(transaction=True)
def test_two_front_desks_at_once_get_two_numbers_and_two_callers_get_two_people(now: datetime) -> None:
    jobcenter = make_jobcenter("stadt", walk_in=True)
    with tenant_context(jobcenter):
        office = make_office(jobcenter, calendars=8)
    numbers: list[int | None] = []
    called: list[int | None] = []

    def register(_n: int) -> None:
        arrived = register_walk_in(jobcenter=jobcenter, location=office.location, service=_service(), by=DESK, now=now)
        numbers.append(arrived.ticket_no)

    def call_somebody(n: int) -> None:
        got = call_next(jobcenter=jobcenter, location=office.location, calendar=office.calendars[n], by=DESK, now=now)
        called.append(got.ticket_no if got else None)

    def _service() -> Service:
        found: Service = Service.objects.get()
        return found

    _all_at_once(jobcenter, register, 8)
    assert sorted(number or 0 for number in numbers) == [1, 2, 3, 4, 5, 6, 7, 8]
    _all_at_once(jobcenter, call_somebody, 8)
    assert sorted(number or 0 for number in called) == [1, 2, 3, 4, 5, 6, 7, 8]
    with tenant_context(jobcenter):
        assert len({one.calendar_id for one in Appointment.objects.all()}) == 8


def _all_at_once(jobcenter: Jobcenter, work: Callable[[int], None], threads: int) -> None:
    """Every thread on a connection of its own; they start together."""
    start, failures = Barrier(threads), []

    def run(n: int) -> None:
        try:
            with tenant_context(jobcenter):
                start.wait()
                work(n)
        except Exception as error:  # noqa: BLE001 -- shown below
            failures.append(error)
        finally:
            connection.close()

    running = [Thread(target=run, args=(n,)) for n in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    assert failures == []
