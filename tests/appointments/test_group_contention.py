# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Many people, few seats: real connections, and a variant without the guard that must oversell in the same file."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import connection, connections

from appointments.booking import book_held
from appointments.changing import cancel, undo_cancel
from appointments.core.lifecycle import NotAllowed
from appointments.groups import SeatsInUse, cancel_session, change_date, change_seats
from appointments.models import Appointment, GroupSession, Seat, SeatState
from appointments.seats import SessionFull, hold_seat
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.factories import person
from tests.appointments.sessions import (
    NINE,
    fill,
    make_group_office,
    make_session,
    numbers,
    oversold,
    run_out,
    seat_for,
)
from tests.factories import make_jobcenter

PEOPLE = 20
SEATS = 8
DAY = timedelta(days=1)
FULL = "full"


def at_the_same_moment(jobcenter: Jobcenter, attempts: Sequence[Callable[[], object]]) -> list[object]:
    """Run the attempts, each on a connection of its own, all released together."""
    start = threading.Barrier(len(attempts))

    def one(attempt: Callable[[], object]) -> object:
        try:
            with tenant_context(jobcenter):
                connection.ensure_connection()
                start.wait(timeout=30)
                return attempt()
        except SessionFull as full:
            return (FULL, [each.session.pk for each in full.dates])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(attempts)) as pool:
        return list(pool.map(one, attempts))


def two_dates(jobcenter: Jobcenter, now: datetime, seats: int = SEATS) -> tuple[GroupSession, GroupSession]:
    office = make_group_office(jobcenter)
    return make_session(office, NINE, now, seats=seats), make_session(office, NINE + DAY, now, seats=seats)


@pytest.mark.django_db(transaction=True)
def test_of_twenty_people_eight_get_the_eight_seats_and_twelve_hear_of_the_other_date(now: datetime) -> None:
    jobcenter = make_jobcenter("gross-gerau")
    with tenant_context(jobcenter):
        wanted, other = two_dates(jobcenter, now)

    def books(number: int) -> Callable[[], object]:
        who = person(f"Person {number}", email=f"p{number}@post.example")
        return lambda: seat_for(wanted, now, who).session_id

    outcomes = at_the_same_moment(jobcenter, [books(number) for number in range(PEOPLE)])

    assert Counter(map(str, outcomes)) == {str(wanted.pk): SEATS, str((FULL, [other.pk])): PEOPLE - SEATS}
    with tenant_context(jobcenter):
        assert (numbers(wanted), oversold()) == ([1, 2, 3, 4, 5, 6, 7, 8], [])
        assert Appointment.objects.count() == SEATS


@pytest.mark.django_db(transaction=True)
def test_of_twenty_people_who_hold_first_eight_may_type(now: datetime) -> None:
    jobcenter = make_jobcenter("gross-gerau")
    with tenant_context(jobcenter):
        wanted, other = two_dates(jobcenter, now)

    def holds_and_books(number: int) -> object:
        token, _held = hold_seat(jobcenter=jobcenter, session=wanted, now=now)
        booked = book_held(jobcenter=jobcenter, token=token, person=person(f"Person {number}"), now=now)
        return booked.session_id

    outcomes = at_the_same_moment(jobcenter, [partial(holds_and_books, number) for number in range(PEOPLE)])

    assert Counter(map(str, outcomes)) == {str(wanted.pk): SEATS, str((FULL, [other.pk])): PEOPLE - SEATS}
    with tenant_context(jobcenter):
        assert (numbers(wanted), oversold()) == ([1, 2, 3, 4, 5, 6, 7, 8], [])


@pytest.mark.django_db(transaction=True)
def test_a_hold_that_ran_out_is_confirmed_or_its_seat_is_taken_never_both(now: datetime) -> None:
    jobcenter = make_jobcenter("gross-gerau")
    with tenant_context(jobcenter):
        office = make_group_office(jobcenter)
    seen = Counter[str]()
    for day in range(6):
        with tenant_context(jobcenter):
            session = make_session(office, NINE + (day + day // 4 * 2) * DAY, now, seats=1)
            token, held = hold_seat(jobcenter=jobcenter, session=session, now=now)
            run_out(held)

        def confirms(token: str = token) -> object:
            book_held(jobcenter=jobcenter, token=token, person=person("Langsam"), now=now)
            return "confirmed"

        def takes(session: GroupSession = session) -> object:
            seat_for(session, now, person("Schnell"))
            return "taken"

        outcomes = at_the_same_moment(jobcenter, [confirms, takes, takes])
        winners = [outcome for outcome in outcomes if isinstance(outcome, str)]
        seen.update(winners)
        with tenant_context(jobcenter):
            assert (len(winners), numbers(session), oversold()) == (1, [1], [])
    assert sum(seen.values()) == 6


@pytest.mark.django_db(transaction=True)
def test_people_who_change_places_between_two_dates_keep_exactly_one_seat_each(now: datetime) -> None:
    """Each date has two seats left; ten want to go from the first to the second and ten the other way."""
    jobcenter = make_jobcenter("gross-gerau", max_reschedules=9)
    with tenant_context(jobcenter):
        first, second = two_dates(jobcenter, now, seats=12)
        there, back = fill(first, now, leaving=2), fill(second, now, leaving=2)

    def goes(appointment: Appointment, session: GroupSession) -> Callable[[], object]:
        def move() -> object:
            moved = change_date(
                jobcenter=jobcenter, appointment=appointment, session=session, by=audit.CUSTOMER, now=now
            )
            return moved.session_id

        return move

    outcomes = at_the_same_moment(
        jobcenter, [*(goes(one, second) for one in there), *(goes(one, first) for one in back)]
    )

    moved = [outcome for outcome in outcomes if isinstance(outcome, int)]
    assert len(moved) >= 4  # two seats were free on each side, so at least so many found one
    with tenant_context(jobcenter):
        assert (len(numbers(first)) + len(numbers(second)), oversold()) == (20, [])
        assert Seat.objects.filter(state=SeatState.BOOKED).count() == 20


@pytest.mark.django_db(transaction=True)
def test_while_seats_are_lowered_and_the_date_called_off_nobody_slips_in(now: datetime) -> None:
    """Bookings, cancellations, changes of mind and the office, all at once: afterwards seats and people agree."""
    jobcenter = make_jobcenter("gross-gerau", max_reschedules=9)
    with tenant_context(jobcenter):
        wanted, other = two_dates(jobcenter, now)
        seated = fill(wanted, now, leaving=4)
        elsewhere = fill(other, now, leaving=4)
        changed_their_mind = [
            cancel(jobcenter=jobcenter, appointment=one, by=audit.CUSTOMER, now=now) for one in elsewhere[:2]
        ]

    def kindly(attempt: Callable[..., object], **given: object) -> Callable[[], object]:
        def try_it() -> object:
            try:
                attempt(**given)
            except (SeatsInUse, NotAllowed) as refusal:
                return type(refusal).__name__
            return "done"

        return try_it

    own = partial(kindly, jobcenter=jobcenter, by=audit.CUSTOMER, now=now)
    at_the_same_moment(
        jobcenter,
        [
            *(kindly(seat_for, session=session, now=now) for session in [wanted, other] * 4),
            *(own(cancel, appointment=one) for one in seated[:2]),
            *(own(undo_cancel, appointment=one) for one in changed_their_mind),
            *(own(change_date, appointment=one, session=wanted) for one in elsewhere[2:]),
            *(kindly(change_seats, session=other, seat_count=n, by=audit.SYSTEM, now=now) for n in (3, 5)),
            kindly(cancel_session, jobcenter=jobcenter, session=wanted, by=audit.SYSTEM, now=now),
        ],
    )

    with tenant_context(jobcenter):
        assert (numbers(wanted), oversold()) == ([], [])
        assert not Appointment.objects.filter(session=wanted).exclude(status="cancelled").exists()


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_without_the_guard_the_same_crowd_oversells(now: datetime) -> None:
    """Count, then insert, as other systems do it: this test shows that the ones above could fail."""
    jobcenter = make_jobcenter("gross-gerau")
    with tenant_context(jobcenter):
        wanted, _other = two_dates(jobcenter, now)
    with connections["owner"].cursor() as owner:
        owner.execute("DROP INDEX appointments_one_seat_one_person")
    try:
        everybody_has_looked = threading.Barrier(PEOPLE)
        at_the_same_moment(jobcenter, [lambda: count_then_insert(wanted, everybody_has_looked)] * PEOPLE)
        with tenant_context(jobcenter):
            assert (wanted.pk, "more seats than there are") in oversold()
            Seat.objects.all().delete()
    finally:
        with connections["owner"].cursor() as owner:
            owner.execute(
                "CREATE UNIQUE INDEX appointments_one_seat_one_person ON appointments_seat"
                " (tenant_id, session_id, seat_no) WHERE state IN (1, 2)"
            )


def count_then_insert(session: GroupSession, everybody_has_looked: threading.Barrier) -> None:
    """The gap between counting and writing, held open until all are in it: by chance it would be there sometimes."""
    taken = len(numbers(session))
    everybody_has_looked.wait(timeout=30)
    if taken < session.seats:
        Seat.objects.create(tenant_id=session.tenant_id, session=session, seat_no=taken + 1, state=SeatState.BOOKED)
