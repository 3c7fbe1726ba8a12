# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A calendar's limit per day, reached for by many at once on different times, where no time stands in the way."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from appointments.booking import book_held
from appointments.changing import cancel
from appointments.holding import hold
from appointments.models import Calendar, Hold, Occupancy, OccupancyState
from appointments.taking import Request, SlotTaken
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.engine.races import at_once, everybody_looks_first, overlaps, without
from tests.appointments.factories import Office, make_appointment, make_office, person
from tests.factories import make_jobcenter

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
EIGHT = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
TEN_MINUTES = timedelta(minutes=10)
PEOPLE = 20
LIMIT = 3


@pytest.fixture
def jobcenter() -> Jobcenter:
    return make_jobcenter("fulda", grid_minutes=5)


def limited_office(jobcenter: Jobcenter, limit: int = LIMIT) -> Office:
    office = make_office(jobcenter, duration_minutes=10)
    Calendar.objects.update(max_per_day=limit)
    return office


def on_different_times(office: Office, now: datetime) -> list[Callable[[], object]]:
    def books(number: int) -> Callable[[], object]:
        return lambda: bool(make_appointment(office, EIGHT + number * TEN_MINUTES, now))

    return [books(number) for number in range(PEOPLE)]


def day_numbers() -> list[int]:
    active = Occupancy.objects.filter(state__in=[OccupancyState.BOOKED, OccupancyState.HELD])
    return sorted(number or 0 for number in active.values_list("day_no", flat=True))


def test_of_twenty_on_different_times_three_are_let_in(
    jobcenter: Jobcenter, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tenant_context(jobcenter):
        office = limited_office(jobcenter)
    everybody_looks_first(monkeypatch, PEOPLE)

    outcomes = at_once(jobcenter, on_different_times(office, now))

    assert Counter(outcomes) == {True: LIMIT, SlotTaken: PEOPLE - LIMIT}
    with tenant_context(jobcenter):
        assert (day_numbers(), overlaps()) == ([1, 2, 3], 0)


def test_without_the_number_of_the_day_more_would_come(
    jobcenter: Jobcenter, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tenant_context(jobcenter):
        office = limited_office(jobcenter)
    everybody_looks_first(monkeypatch, PEOPLE)

    with without("appointments_occ_day_limit"):
        outcomes = at_once(jobcenter, on_different_times(office, now))

        assert outcomes.count(True) > LIMIT
        with tenant_context(jobcenter):
            assert (len(day_numbers()), overlaps()) == (outcomes.count(True), 0)


def test_a_cancelled_number_can_be_drawn_again(jobcenter: Jobcenter, now: datetime) -> None:
    with tenant_context(jobcenter):
        office = limited_office(jobcenter, limit=2)
        first, _second = (make_appointment(office, EIGHT + number * TEN_MINUTES, now) for number in range(2))
        with pytest.raises(SlotTaken):
            make_appointment(office, EIGHT + 3 * TEN_MINUTES, now)

        cancel(jobcenter=jobcenter, appointment=first, by=audit.CUSTOMER, now=now)

        make_appointment(office, EIGHT + 3 * TEN_MINUTES, now)
        assert day_numbers() == [1, 2]


def test_a_dead_hold_does_not_keep_its_number_from_others(jobcenter: Jobcenter, now: datetime) -> None:
    """The search counts it as free, wherever on the day it lies; so the booking has to clear it."""
    with tenant_context(jobcenter):
        office = limited_office(jobcenter, limit=1)
        token, held = hold(Request(jobcenter, office.service, office.location, EIGHT, now))
        long_ago = datetime(2020, 1, 1, tzinfo=UTC)
        held.occupancies.update(expires_at=long_ago)
        Hold.objects.filter(pk=held.pk).update(expires_at=long_ago)

        make_appointment(office, EIGHT + timedelta(hours=2), now)

        assert day_numbers() == [1]
        with pytest.raises(SlotTaken):
            book_held(jobcenter=jobcenter, token=token, person=person(), now=now)
