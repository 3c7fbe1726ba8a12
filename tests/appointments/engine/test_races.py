# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two want what only one can have. Each guard is taken away once, and then the same race goes wrong."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.db.models import QuerySet

from appointments import holding
from appointments.booking import book_held
from appointments.changing import release, reschedule
from appointments.holding import HoldGone, hold, hold_again
from appointments.models import Appointment, Hold, Occupancy, OccupancyState
from appointments.models.occupancy import Holder
from appointments.taking import Request, SlotTaken
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.engine.races import (
    WAIT,
    at_once,
    everybody_looks_first,
    overlaps,
    without,
)
from tests.appointments.factories import Office, make_appointment, make_office, person
from tests.factories import make_jobcenter

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
NO_OVERLAP = "appointments_no_overlap"
NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
TEN, ELEVEN = NINE + timedelta(hours=1), NINE + timedelta(hours=2)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PEOPLE = 20
ROUNDS = 6


@pytest.fixture
def jobcenter() -> Jobcenter:
    return make_jobcenter("fulda", max_reschedules=1000)


def taken_times(office: Office) -> list[datetime]:
    return [row.period.lower for row in Occupancy.objects.filter(state=OccupancyState.BOOKED).order_by("start_tick")]


def moves(office: Office, appointment: Appointment, starts_at: datetime, now: datetime) -> Callable[[], object]:
    return lambda: (
        reschedule(
            jobcenter=office.jobcenter, appointment=appointment, starts_at=starts_at, by=audit.CUSTOMER, now=now
        ).starts_at
    )


def books(office: Office, starts_at: datetime, now: datetime) -> Callable[[], object]:
    return lambda: make_appointment(office, starts_at, now).starts_at


def held_and_confirmed(office: Office, starts_at: datetime, now: datetime) -> Callable[[], object]:
    def attempt() -> object:
        token, _ = hold(Request(office.jobcenter, office.service, office.location, starts_at, now))
        return book_held(jobcenter=office.jobcenter, token=token, person=person(), now=now).starts_at

    return attempt


def dead_hold(office: Office, starts_at: datetime, now: datetime) -> str:
    token, held = hold(Request(office.jobcenter, office.service, office.location, starts_at, now))
    held.occupancies.update(expires_at=LONG_AGO)
    Hold.objects.filter(pk=held.pk).update(expires_at=LONG_AGO)
    return token


def confirms(office: Office, token: str, now: datetime) -> Callable[[], object]:
    return lambda: book_held(jobcenter=office.jobcenter, token=token, person=person(), now=now).starts_at


def test_of_twenty_who_hold_and_confirm_one_time_as_many_get_it_as_there_are_calendars(
    jobcenter: Jobcenter, now: datetime
) -> None:
    with tenant_context(jobcenter):
        office = make_office(jobcenter, calendars=3)

    outcomes = at_once(jobcenter, [held_and_confirmed(office, NINE, now)] * PEOPLE)

    assert Counter(outcomes) == {NINE: 3, SlotTaken: PEOPLE - 3}
    with tenant_context(jobcenter):
        assert (overlaps(), Appointment.objects.count(), Hold.objects.count()) == (0, 3, 0)


def test_a_dead_hold_is_confirmed_or_its_time_goes_to_another_never_both(jobcenter: Jobcenter, now: datetime) -> None:
    with tenant_context(jobcenter):
        office = make_office(jobcenter, duration_minutes=15)
        times = [NINE + number * timedelta(minutes=15) for number in range(ROUNDS)]
        tokens = [dead_hold(office, starts_at, now) for starts_at in times]

    owners = [confirms(office, token, now) for token in tokens]
    strangers = [books(office, starts_at, now) for starts_at in times]
    outcomes = at_once(jobcenter, [*owners, *strangers])

    for starts_at, *pair in zip(times, outcomes[:ROUNDS], outcomes[ROUNDS:], strict=True):
        assert sorted(map(str, pair)) == sorted(map(str, [starts_at, SlotTaken]))
    with tenant_context(jobcenter):
        assert (taken_times(office), overlaps()) == (times, 0)


@pytest.mark.parametrize("is_guarded", [True, False])
def test_a_stranger_waits_for_the_one_who_is_confirming(
    jobcenter: Jobcenter, now: datetime, *, is_guarded: bool
) -> None:
    """The owner has confirmed and not committed; the stranger sees a dead hold and may not clear it."""
    with tenant_context(jobcenter):
        office = make_office(jobcenter)
        token = dead_hold(office, NINE, now)
    has_confirmed, stranger_is_through = Event(), Event()

    def owner() -> object:
        with transaction.atomic():
            confirmed = confirms(office, token, now)()
            has_confirmed.set()
            stranger_is_through.wait(0.5 if is_guarded else WAIT)
            return confirmed

    def stranger() -> object:
        assert has_confirmed.wait(WAIT)
        try:
            return books(office, NINE, now)()
        finally:
            stranger_is_through.set()

    if is_guarded:
        assert at_once(jobcenter, [owner, stranger]) == [NINE, SlotTaken]
        with tenant_context(jobcenter):
            assert (taken_times(office), overlaps()) == ([NINE], 0)
        return
    with without(NO_OVERLAP):
        assert at_once(jobcenter, [owner, stranger]) == [NINE, NINE]
        with tenant_context(jobcenter):
            assert overlaps() == 1


@pytest.mark.parametrize("is_guarded", [True, False])
def test_who_moves_and_who_books_do_not_get_the_same_time(
    jobcenter: Jobcenter, now: datetime, monkeypatch: pytest.MonkeyPatch, *, is_guarded: bool
) -> None:
    with tenant_context(jobcenter):
        office = make_office(jobcenter)
        mine = make_appointment(office, NINE, now)
    everybody_looks_first(monkeypatch, 2)
    race = [moves(office, mine, TEN, now), books(office, TEN, now)]

    if is_guarded:
        outcomes = at_once(jobcenter, race)
        with tenant_context(jobcenter):
            mine.refresh_from_db()
            assert sorted(map(str, outcomes)) == sorted(map(str, [TEN, SlotTaken]))
            assert taken_times(office) == ([TEN] if outcomes[0] == TEN else [NINE, TEN])
            assert (mine.starts_at, overlaps()) == (TEN if outcomes[0] == TEN else NINE, 0)
        return
    with without(NO_OVERLAP):
        assert at_once(jobcenter, race) == [TEN, TEN]
        with tenant_context(jobcenter):
            assert overlaps() == 1


@pytest.mark.parametrize("is_guarded", [True, False])
def test_who_chooses_again_in_two_windows_holds_one_time(
    jobcenter: Jobcenter, now: datetime, monkeypatch: pytest.MonkeyPatch, *, is_guarded: bool
) -> None:
    with tenant_context(jobcenter):
        office = make_office(jobcenter)
        _token, held = hold(Request(jobcenter, office.service, office.location, NINE, now))
    if not is_guarded:
        monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *_arguments, **_options: self.all())
        have_read, expiry = Barrier(2), holding.set_expiry

        def set_expiry(*arguments: Any) -> None:
            have_read.wait(WAIT)
            expiry(*arguments)

        monkeypatch.setattr(holding, "set_expiry", set_expiry)

    def chooses(starts_at: datetime) -> Callable[[], object]:
        def attempt() -> object:
            mine = Hold.objects.get(pk=held.pk)
            hold_again(jobcenter=jobcenter, held=mine, starts_at=starts_at, now=now)
            return starts_at

        return attempt

    assert at_once(jobcenter, [chooses(TEN), chooses(ELEVEN)]) == [TEN, ELEVEN]
    with tenant_context(jobcenter):
        kept = Occupancy.objects.filter(hold=held).count()
        assert kept == (1 if is_guarded else 2)  # two: one of them would be lost time, nobody could ever cancel it


def test_a_hold_that_was_just_confirmed_is_not_chosen_again(jobcenter: Jobcenter, now: datetime) -> None:
    with tenant_context(jobcenter):
        office = make_office(jobcenter)
        token, held = hold(Request(jobcenter, office.service, office.location, NINE, now))
        confirms(office, token, now)()

        with pytest.raises(HoldGone):
            hold_again(jobcenter=jobcenter, held=held, starts_at=TEN, now=now)
        assert (Hold.objects.count(), taken_times(office)) == (0, [NINE])


def test_two_who_want_to_swap_keep_their_times(jobcenter: Jobcenter, now: datetime) -> None:
    with tenant_context(jobcenter):
        office = make_office(jobcenter)
        nine, ten = make_appointment(office, NINE, now), make_appointment(office, TEN, now)

    for _ in range(ROUNDS):
        outcomes = at_once(jobcenter, [moves(office, nine, TEN, now), moves(office, ten, NINE, now)])
        assert outcomes == [SlotTaken, SlotTaken]
    with tenant_context(jobcenter):
        assert taken_times(office) == [NINE, TEN]


def test_in_a_ring_of_moves_nobody_loses_a_time(jobcenter: Jobcenter, now: datetime) -> None:
    """Each wants the time of the next, and the last one a free one: who comes too early keeps what they have."""
    with tenant_context(jobcenter):
        office = make_office(jobcenter)
        people = [make_appointment(office, starts_at, now) for starts_at in (NINE, TEN)]

    for first, second in ((TEN, ELEVEN), (NINE, TEN), (TEN, ELEVEN), (NINE, TEN)):
        wishes = [moves(office, people[0], first, now), moves(office, people[1], second, now)]
        outcomes = at_once(jobcenter, wishes)

        assert OperationalError not in outcomes
        with tenant_context(jobcenter):
            for one in people:
                one.refresh_from_db()
            assert taken_times(office) == sorted(one.starts_at for one in people)
            assert overlaps() == 0


def test_without_looking_first_the_same_two_lock_each_other_out(jobcenter: Jobcenter, now: datetime) -> None:
    """Both have let go of their own and reach for the other's: the search before is what keeps them from it."""
    with tenant_context(jobcenter):
        office = make_office(jobcenter)
        appointments = {NINE: make_appointment(office, NINE, now), TEN: make_appointment(office, TEN, now)}
    both_let_go = Barrier(2)

    def reaches(mine: datetime, theirs: datetime) -> Callable[[], object]:
        def attempt() -> object:
            with transaction.atomic():
                release(appointments[mine], jobcenter.settings, rests=False)
                both_let_go.wait(WAIT)
                request = Request(jobcenter, office.service, office.location, theirs, now)
                holder = Holder(appointment=appointments[mine])
                return Occupancy.objects.take([request.stretch(office.calendars[0].pk)], holder)

        return attempt

    outcomes = at_once(jobcenter, [reaches(NINE, TEN), reaches(TEN, NINE)])

    assert OperationalError in outcomes
