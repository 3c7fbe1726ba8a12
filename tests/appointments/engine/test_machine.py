# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Days in an office in any order: book, hold, confirm, move, cancel, fall ill, close, open again.

What must hold after each step is asked of the tables in plain Python; a list of what should be there runs beside.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import combinations
from typing import TypeVar

import pytest
from django.db import transaction
from django.db.models import Model, QuerySet
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from appointments.availability import FreeTimes, find_slots
from appointments.booking import book, book_held
from appointments.changing import cancel, reschedule, undo_cancel
from appointments.core.lifecycle import Status
from appointments.core.modes import PartyRole
from appointments.groups import CannotTakePlace, create_session
from appointments.holding import HoldGone, expire_holds, extend_hold, hold, hold_again
from appointments.models import (
    Absence,
    Appointment,
    Calendar,
    Closure,
    GroupSession,
    Hold,
    Occupancy,
    OccupancyState,
    OpeningRule,
    Seat,
    SeatState,
    Service,
    ServiceCalendar,
)
from appointments.queries import lock_schedules
from appointments.seats import SessionFull, book_seat
from appointments.taking import Refused, Request, SlotTaken
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.factories import make_calendar, make_office, make_service, person

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)
EIGHT = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
FIVE = timedelta(minutes=5)
LIMIT = 4
TAKEN = (OccupancyState.BOOKED, OccupancyState.HELD, OccupancyState.SESSION)
M = TypeVar("M", bound=Model)
picks = st.integers(0, 10_000)
kinds = st.sampled_from(("kurz", "lang"))


@dataclass
class Expected:
    """What an appointment should look like, as the machine remembers it."""

    starts_at: datetime
    status: Status = Status.BOOKED
    revision: int = 1
    session_id: int | None = None


class Days(RuleBasedStateMachine):
    """Two caseworkers (one sees at most four people a day), a room for long talks, a group with two seats."""

    jobcenter: Jobcenter

    def __init__(self) -> None:
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        office = make_office(self.jobcenter, calendars=2, slug="kurz", after_minutes=10)
        self.location, self.short = office.location, office.service
        self.long = make_service(self.jobcenter, slug="lang", duration_minutes=45, before_minutes=15, grid_minutes=20)
        self.group = make_service(self.jobcenter, slug="gruppe", duration_minutes=60, is_group=True)
        self.room = make_calendar(self.jobcenter, self.location, name="Raum")
        self.lanes = [*office.calendars, self.room]
        roles = [(lane, PartyRole.LEAD) for lane in office.calendars] + [(self.room, PartyRole.ROOM)]
        for lane, role in roles:
            ServiceCalendar.objects.create(tenant=self.jobcenter, service=self.long, calendar=lane, role=role)
        ServiceCalendar.objects.create(tenant=self.jobcenter, service=self.group, calendar=office.calendars[0])
        Calendar.objects.filter(pk=office.calendars[1].pk).update(max_per_day=LIMIT)
        self.expected: dict[int, Expected] = {}
        self.tokens: list[str] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    # What people and the office do

    @rule(pick=picks, kind=kinds)
    def book_a_listed_time(self, pick: int, kind: str) -> None:
        if starts_at := self._listed(pick, kind):
            self._remember(self._book(starts_at, kind))

    @rule(number=st.integers(-6, 60), kind=kinds)
    def book_any_time(self, number: int, kind: str) -> None:
        starts_at = EIGHT + number * FIVE
        if starts_at in self._starts(kind):
            self._remember(self._book(starts_at, kind))
            return
        with pytest.raises((SlotTaken, Refused)):
            self._book(starts_at, kind)

    @rule(pick=picks, kind=kinds)
    def hold_a_time(self, pick: int, kind: str) -> None:
        if starts_at := self._listed(pick, kind):
            token, _ = hold(self._request(starts_at, kind))
            self.tokens.append(token)

    @precondition(lambda self: self.tokens)
    @rule(pick=picks)
    def confirm(self, pick: int) -> None:
        token = self.tokens.pop(pick % len(self.tokens))
        try:
            appointment = book_held(jobcenter=self.jobcenter, token=token, person=person(), now=NOW)
        except (SlotTaken, HoldGone):
            return
        again = book_held(jobcenter=self.jobcenter, token=token, person=person(), now=NOW)
        assert again.pk == appointment.pk
        self._remember(appointment)

    @precondition(lambda self: Hold.objects.exists())
    @rule(pick=picks, what=st.sampled_from(("run out", "extend", "choose again", "sweep")))
    def change_a_hold(self, pick: int, what: str) -> None:
        held = self._one_of(Hold.objects.select_related("service"), pick)
        if what == "run out":
            held.occupancies.update(expires_at=LONG_AGO)
            Hold.objects.filter(pk=held.pk).update(expires_at=LONG_AGO)
        elif what == "sweep":
            expire_holds()
        else:
            again = partial(hold_again, starts_at=self._listed(pick, held.service.slug) or EIGHT)
            try:
                (extend_hold if what == "extend" else again)(jobcenter=self.jobcenter, held=held, now=NOW)
            except SlotTaken:
                return

    @precondition(lambda self: self._with_status(Status.BOOKED))
    @rule(pick=picks, to=picks, by_staff=st.booleans())
    def move(self, *, pick: int, to: int, by_staff: bool) -> None:
        appointment = self._appointment(pick, Status.BOOKED)
        starts_at = self._listed(to, appointment.service.slug) or EIGHT
        try:
            moved = reschedule(
                jobcenter=self.jobcenter,
                appointment=appointment,
                starts_at=starts_at,
                by=audit.staff(1) if by_staff else audit.CUSTOMER,
                now=NOW,
            )
        except SlotTaken:
            return
        expected = self.expected[moved.pk]
        expected.starts_at, expected.revision = starts_at, expected.revision + 1

    @precondition(lambda self: self._with_status(Status.BOOKED) or self.expected)
    @rule(pick=picks, in_group=st.booleans())
    def call_off(self, *, pick: int, in_group: bool) -> None:
        booked = [
            pk for pk, one in self.expected.items() if one.status is Status.BOOKED and (one.session_id or not in_group)
        ]
        if booked:
            pk = booked[pick % len(booked)]
            cancel(jobcenter=self.jobcenter, appointment=Appointment.objects.get(pk=pk), by=audit.CUSTOMER, now=NOW)
            self.expected[pk].status = Status.CANCELLED
            self.expected[pk].revision += 1

    @precondition(lambda self: self._with_status(Status.CANCELLED))
    @rule(pick=picks)
    def take_the_cancellation_back(self, pick: int) -> None:
        appointment = self._appointment(pick, Status.CANCELLED)
        try:
            undo_cancel(jobcenter=self.jobcenter, appointment=appointment, by=audit.CUSTOMER, now=NOW)
        except SlotTaken:
            return
        self.expected[appointment.pk].status = Status.BOOKED
        self.expected[appointment.pk].revision += 1

    @rule(hour=st.integers(7, 11), lane=st.integers(0, 2), length=st.sampled_from((30, 90)))
    def somebody_falls_ill(self, hour: int, lane: int, length: int) -> None:
        starts_at = EIGHT.replace(hour=hour)
        with transaction.atomic():
            lock_schedules([self.lanes[lane].pk])
            Absence.objects.create(
                tenant=self.jobcenter,
                calendar=self.lanes[lane],
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=length),
            )

    @rule(lane=st.integers(0, 2), until=st.sampled_from((10 * 60, 12 * 60, 14 * 60)))
    def hours_change(self, lane: int, until: int) -> None:
        with transaction.atomic():
            lock_schedules([self.lanes[lane].pk])
            OpeningRule.objects.filter(calendar=self.lanes[lane]).update(end_minute=until)

    @rule(is_closed=st.booleans())
    def close_or_open_the_house(self, *, is_closed: bool) -> None:
        with transaction.atomic():
            lock_schedules([lane.pk for lane in self.lanes])
            Closure.objects.all().delete()
            if is_closed:
                Closure.objects.create(
                    tenant=self.jobcenter, first_day=WEDNESDAY, last_day=WEDNESDAY, reasons={"de": "Umzug"}
                )

    @rule(hour=st.integers(7, 10))
    def plan_a_group(self, hour: int) -> None:
        try:
            create_session(
                jobcenter=self.jobcenter,
                service=self.group,
                location=self.location,
                calendar=self.lanes[0],
                starts_at=EIGHT.replace(hour=hour),
                seat_count=2,
                titles={},
                by=audit.SYSTEM,
                now=NOW,
            )
        except CannotTakePlace:
            return

    @precondition(lambda self: GroupSession.objects.exists())
    @rule(pick=picks)
    def join_a_group(self, pick: int) -> None:
        session = self._one_of(GroupSession.objects.all(), pick)
        try:
            self._remember(book_seat(jobcenter=self.jobcenter, session=session, person=person(), now=NOW))
        except SessionFull:
            in_it = [one for one in self.expected.values() if one.session_id == session.pk]
            assert sum(one.status is Status.BOOKED for one in in_it) == session.seats

    # What must be true after each of it

    @invariant()
    def no_two_stretches_of_a_calendar_overlap(self) -> None:
        rows = [(row.calendar_id, row.period) for row in Occupancy.objects.filter(state__in=TAKEN)]
        for (one, first), (other, second) in combinations(rows, 2):
            assert one != other or first.upper <= second.lower or second.upper <= first.lower

    @invariant()
    def every_appointment_is_as_it_should_be_and_has_exactly_its_time(self) -> None:
        taken: dict[int | None, list[Occupancy]] = {}
        for row in Occupancy.objects.filter(state=OccupancyState.BOOKED):
            taken.setdefault(row.appointment_id, []).append(row)
        seats = Counter(Seat.objects.filter(state=SeatState.BOOKED).values_list("appointment_id", flat=True))
        calendars = {"kurz": 1, "lang": 2, "gruppe": 0}
        found = {one.pk: one for one in Appointment.objects.select_related("service")}
        assert found.keys() == self.expected.keys()
        for pk, expected in self.expected.items():
            one, rows = found[pk], taken.pop(pk, [])
            assert (one.starts_at, one.status_now, one.revision, one.session_id) == (
                expected.starts_at,
                expected.status,
                expected.revision,
                expected.session_id,
            )
            is_booked = expected.status is Status.BOOKED
            in_group = expected.session_id is not None
            assert seats[pk] == (is_booked and in_group)
            assert (
                len(rows)
                == len({row.calendar_id for row in rows})
                == (is_booked and not in_group) * calendars[one.service.slug]
            )
            before, after = (
                timedelta(minutes=one.service.before_minutes),
                timedelta(minutes=one.service.after_minutes),
            )
            stretch = (one.starts_at - before, one.ends_at + after)
            assert {(row.period.lower, row.period.upper) for row in rows} <= {stretch}
        assert not taken

    @invariant()
    def nobody_sees_more_people_a_day_than_they_may(self) -> None:
        rows = Occupancy.objects.filter(calendar=self.lanes[1], state__in=TAKEN)
        per_day = Counter(row.period.lower.date() for row in rows)
        assert not per_day or max(per_day.values()) <= LIMIT

    @invariant()
    def no_group_has_more_people_than_seats(self) -> None:
        numbers = Counter(Seat.objects.filter(state=SeatState.BOOKED).values_list("session_id", "seat_no"))
        assert all(count == 1 and seat_no <= 2 for (_, seat_no), count in numbers.items())

    @invariant()
    def what_is_offered_is_free(self) -> None:
        blocked = [
            (row.calendar_id, row.period.lower, row.period.upper)
            for row in Occupancy.objects.filter(state__in=TAKEN)
            if row.expires_at is None or row.expires_at > NOW
        ]
        absences = [(one.calendar_id, one.starts_at, one.ends_at) for one in Absence.objects.all()]
        closed = {closure.first_day for closure in Closure.objects.all()}
        until = dict(OpeningRule.objects.filter(weekday=2).values_list("calendar_id", "end_minute"))
        for service in (self.short, self.long):
            free = self._free(service)
            before, after = timedelta(minutes=service.before_minutes), timedelta(minutes=service.after_minutes)
            for slot in free.slots():
                assert slot.starts_at.date() not in closed
                for calendar in {one for role in free.calendars_by_role(slot.starts_at) for one in role}:
                    midnight = slot.starts_at.replace(hour=0, minute=0) - timedelta(hours=1)
                    assert slot.ends_at <= midnight + timedelta(minutes=until[calendar])
                    for lane, start, end in absences:
                        assert lane != calendar or slot.ends_at <= start or end <= slot.starts_at
                    for lane, start, end in blocked:
                        assert lane != calendar or slot.ends_at + after <= start or end <= slot.starts_at - before

    # How the rules look and remember

    def _service(self, kind: str) -> Service:
        return self.long if kind == "lang" else self.short

    def _free(self, service: Service) -> FreeTimes:
        return find_slots(
            service=service,
            location=self.location,
            settings=self.jobcenter.settings,
            now=NOW,
            first_day=TUESDAY,
            days=2,
        )

    def _starts(self, kind: str) -> list[datetime]:
        return [slot.starts_at for slot in self._free(self._service(kind)).slots()]

    def _listed(self, pick: int, kind: str) -> datetime | None:
        starts = self._starts(kind)
        return starts[pick % len(starts)] if starts else None

    def _request(self, starts_at: datetime, kind: str) -> Request:
        return Request(self.jobcenter, self._service(kind), self.location, starts_at, NOW)

    def _book(self, starts_at: datetime, kind: str) -> Appointment:
        return book(
            jobcenter=self.jobcenter,
            service=self._service(kind),
            location=self.location,
            starts_at=starts_at,
            person=person(),
            now=NOW,
        )

    def _remember(self, appointment: Appointment) -> None:
        assert appointment.pk not in self.expected
        self.expected[appointment.pk] = Expected(appointment.starts_at, session_id=appointment.session_id)

    def _with_status(self, status: Status) -> list[int]:
        """Appointments with a caseworker, not those in a group."""
        return [pk for pk, one in self.expected.items() if one.status is status and one.session_id is None]

    def _appointment(self, pick: int, status: Status) -> Appointment:
        pks = self._with_status(status)
        found: Appointment = Appointment.objects.select_related("service", "location").get(pk=pks[pick % len(pks)])
        return found

    @staticmethod
    def _one_of(rows: "QuerySet[M]", pick: int) -> M:
        found = list(rows.order_by("pk"))
        return found[pick % len(found)]


def test_days_in_an_office_never_overlap_oversell_or_lose_anything(fulda: Jobcenter) -> None:
    fulda.settings.max_reschedules = 1000
    machine = type("DaysInFulda", (Days,), {"jobcenter": fulda})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        ),
    )
