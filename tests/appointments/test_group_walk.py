# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A random walk through everything that people and the office do with seats.

The walk keeps its own simple books: who is seated where, who holds. After every step the tables say the same, and
whoever was refused was refused because of them.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from appointments.booking import book_held
from appointments.changing import cancel, undo_cancel
from appointments.groups import SeatsInUse, SessionOver, cancel_session, change_date, change_seats
from appointments.holding import expire_holds
from appointments.models import Appointment, GroupSession, Hold, Seat, SeatState
from appointments.queries import hold_by_token
from appointments.seats import SessionFull, book_seat, hold_another_seat, hold_seat
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.factories import Office, person
from tests.appointments.sessions import NINE, make_group_office, make_session, oversold, run_out

BEGIN = NINE - timedelta(days=1, hours=1)
DATES = (0, 1)
_T = TypeVar("_T")


class Seats(RuleBasedStateMachine):
    """Two dates. `seated` and `left` map appointments to dates, `holds` maps tokens to dates, `dead` are run out."""

    office: Office

    @initialize(first=st.integers(1, 4), second=st.integers(1, 4))
    def open_two_dates(self, first: int, second: int) -> None:
        self.sessions = [
            make_session(self.office, NINE + timedelta(days=day), BEGIN, seats=seats)
            for day, seats in ((0, first), (1, second))
        ]
        self.size = [first, second]
        self.seated: dict[int, int] = {}
        self.left: dict[int, int] = {}
        self.holds: dict[str, int] = {}
        self.dead: set[str] = set()
        self.off: set[int] = set()

    # --- People -------------------------------------------------------------------------------------------------------

    @rule(date=st.sampled_from(DATES))
    def book(self, date: int) -> None:
        booked = self._if_free(date, lambda: book_seat(**self._at(date), person=person()))
        if booked is not None:
            self.seated[booked.pk] = date

    @rule(date=st.sampled_from(DATES))
    def hold(self, date: int) -> None:
        held = self._if_free(date, lambda: hold_seat(**self._at(date)))
        if held is not None:
            self.holds[held[0]] = date

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def confirm(self, data: st.DataObject) -> None:
        """One that ran out is honoured as long as nobody needed its seat."""
        token = data.draw(st.sampled_from(list(self.holds)))
        date, was_dead = self.holds.pop(token), token in self.dead
        self.dead.discard(token)
        try:
            booked = book_held(jobcenter=self.office.jobcenter, token=token, person=person(), now=BEGIN)
        except SessionFull:
            assert was_dead or date in self.off
            self._hold_of(
                token
            ).delete()  # hers alone: somebody else's hold without a seat is honoured once one is free
        else:
            self.seated[booked.pk] = date

    @precondition(lambda self: self.holds.keys() - self.dead)
    @rule(data=st.data())
    def choose_another_date(self, data: st.DataObject) -> None:
        token = data.draw(st.sampled_from(self._alive()))
        other = 1 - self.holds[token]

        def choose() -> str:
            hold_another_seat(held=self._hold_of(token), **self._at(other))
            return token

        if self._if_free(other, choose) is not None:
            self.holds[token] = other

    @precondition(lambda self: self.holds.keys() - self.dead)
    @rule(data=st.data())
    def type_too_slowly(self, data: st.DataObject) -> None:
        token = data.draw(st.sampled_from(self._alive()))
        run_out(self._hold_of(token))
        self.dead.add(token)

    @precondition(lambda self: self.seated)
    @rule(data=st.data())
    def call_off_ones_own(self, data: st.DataObject) -> None:
        pk = data.draw(st.sampled_from(sorted(self.seated)))
        cancel(jobcenter=self.office.jobcenter, appointment=self._of(pk), by=audit.CUSTOMER, now=BEGIN)
        self.left[pk] = self.seated.pop(pk)

    @precondition(lambda self: self.left)
    @rule(data=st.data())
    def change_ones_mind(self, data: st.DataObject) -> None:
        pk = data.draw(st.sampled_from(sorted(self.left)))
        date = self.left[pk]
        undone = self._if_free(
            date,
            lambda: undo_cancel(
                jobcenter=self.office.jobcenter, appointment=self._of(pk), by=audit.CUSTOMER, now=BEGIN
            ),
        )
        if undone is not None:
            self.seated[pk] = self.left.pop(pk)

    @precondition(lambda self: self.seated)
    @rule(data=st.data())
    def go_to_the_other_date(self, data: st.DataObject) -> None:
        pk = data.draw(st.sampled_from(sorted(self.seated)))
        other = 1 - self.seated[pk]
        moved = self._if_free(
            other,
            lambda: change_date(appointment=self._of(pk), by=audit.CUSTOMER, is_offered=True, **self._at(other)),
        )
        if moved is not None:
            self.seated[pk] = other

    # --- The office ---------------------------------------------------------------------------------------------------

    @rule(date=st.sampled_from(DATES), seats=st.integers(1, 5))
    def change_the_number(self, date: int, seats: int) -> None:
        in_use, fewest = self._in_use(date), None
        try:
            change_seats(session=self.sessions[date], seat_count=seats, by=audit.SYSTEM, now=BEGIN)
            self.size[date] = seats
        except SeatsInUse as refusal:
            fewest = refusal.fewest
        except SessionOver:
            assert date in self.off
            return
        assert fewest == (in_use if seats < in_use else None)

    @rule(date=st.sampled_from(DATES), sure=st.integers(0, 3))
    def call_the_date_off(self, date: int, sure: int) -> None:
        """Seldom, or the walk would be over at once."""
        if sure < 3:
            return
        people = [pk for pk, at in self.seated.items() if at == date]
        counted = cancel_session(
            jobcenter=self.office.jobcenter, session=self.sessions[date], by=audit.SYSTEM, now=BEGIN
        )
        assert counted == (0 if date in self.off else len(people))
        self.off.add(date)
        for pk in people:
            del self.seated[pk]
        for token in [token for token, at in self.holds.items() if at == date]:
            self.dead.add(token)

    @rule()
    def sweep(self) -> None:
        expire_holds()

    # --- What must be true --------------------------------------------------------------------------------------------

    @invariant()
    def seats_and_people_agree(self) -> None:
        assert oversold() == []

    @invariant()
    def the_tables_say_what_the_books_say(self) -> None:
        booked = Seat.objects.filter(state=SeatState.BOOKED).values_list("appointment_id", "session_id")
        ids = [session.pk for session in self.sessions]
        assert dict(booked) == {pk: ids[date] for pk, date in self.seated.items()}

    def teardown(self) -> None:
        for model in (Seat, Hold):
            model.objects.all().delete()
        GroupSession.objects.filter(pk__in=[one.pk for one in self.sessions]).update(cancelled_at=BEGIN)
        for session in self.sessions:
            session.occupancies.update(state=9)
        Appointment.objects.update(session=None)

    def _if_free(self, date: int, attempt: Callable[[], _T]) -> _T | None:
        """Whoever finds a seat gets it, and nobody else does."""
        free = self.size[date] - self._in_use(date) if date not in self.off else 0
        try:
            found = attempt()
        except SessionFull:
            assert free <= 0
            return None
        assert free > 0
        return found

    def _in_use(self, date: int) -> int:
        """Seats that somebody has: dead holds are in nobody's way."""
        return list(self.seated.values()).count(date) + sum(self.holds[token] == date for token in self._alive())

    def _alive(self) -> list[str]:
        """In the order of holding: tokens are random, so sorted by name a replay would draw other people."""
        return [token for token in self.holds if token not in self.dead]

    def _at(self, date: int) -> dict[str, Any]:
        return {"jobcenter": self.office.jobcenter, "session": self.sessions[date], "now": BEGIN}

    def _hold_of(self, token: str) -> Hold:
        held = hold_by_token(token)
        assert held is not None
        return held

    def _of(self, pk: int) -> Appointment:
        found: Appointment = Appointment.objects.get(pk=pk)
        return found


def test_a_random_walk_never_sells_a_seat_twice_and_refuses_nobody_for_nothing(fulda: Jobcenter) -> None:
    Seats.office = make_group_office(fulda)
    run_state_machine_as_test(
        Seats,
        settings=settings(
            max_examples=30,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
            database=None,
            phases=[Phase.generate],  # shrinking through a database takes minutes
        ),
    )
