# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is usual at a Jobcenter: the median of the busiest ten minutes of seven days, times three."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from jobcenter_portal.tenancy import tallies
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter, Tally
from jobcenter_portal.tenancy.unusual import NEVER_UNUSUAL, TIMES_THE_USUAL, most_after

TODAY = datetime(2026, 11, 23, tzinfo=UTC)
DAY = timedelta(days=1)
COUNTS = st.integers(0, 10_000)
WEEKS = st.lists(st.lists(COUNTS, max_size=6), min_size=7, max_size=7)


def stretches(week: list[list[int]]) -> list[tuple[datetime, int]]:
    """The first list is yesterday's, the last one that of a week ago."""
    return [
        (TODAY - DAY * days + timedelta(hours=4 * place), count)
        for days, counts in enumerate(week, start=1)
        for place, count in enumerate(counts)
    ]


def most(week: list[list[int]]) -> int:
    return most_after(stretches(week), today=TODAY)


@given(WEEKS)
def test_at_least_four_days_of_seven_were_as_busy_as_a_third_of_the_limit(week: list[list[int]]) -> None:
    limit, busiest = most(week), sorted(max(day, default=0) for day in week)
    assert limit == max(NEVER_UNUSUAL, TIMES_THE_USUAL * busiest[3])


@given(WEEKS, st.permutations(range(7)))
def test_which_day_it_was_and_in_which_order_it_is_read_decides_nothing(
    week: list[list[int]], order: list[int]
) -> None:
    assert most([week[place] for place in order]) == most(week)
    assert most_after(reversed(stretches(week)), today=TODAY) == most(week)


@given(WEEKS, st.integers(0, 6), COUNTS)
def test_one_day_under_attack_lifts_the_limit_no_further_than_the_next_busy_day_would(
    week: list[list[int]], attacked: int, count: int
) -> None:
    quiet = [[] if place == attacked else day for place, day in enumerate(week)]
    busiest = sorted(max(day, default=0) for place, day in enumerate(week) if place != attacked)
    after = most([[count] if place == attacked else day for place, day in enumerate(quiet)])
    assert most(quiet) <= after <= max(NEVER_UNUSUAL, TIMES_THE_USUAL * busiest[3])


@pytest.mark.parametrize(("counts", "limit"), [([], 120), ([40] * 7, 120), ([50] * 7, 150), ([900] + [0] * 6, 120)])
def test_a_new_office_a_small_one_a_large_one_and_one_that_was_attacked_once(counts: list[int], limit: int) -> None:
    assert most([[count] for count in counts]) == limit


def test_three_attacked_days_do_not_lift_the_limit_and_four_do() -> None:
    assert [most([[900]] * days + [[10]] * (7 - days)) for days in (3, 4)] == [120, 2700]


@pytest.mark.django_db
def test_a_tally_inside_a_transaction_leaves_the_callers_rows_as_durable_as_they_were(fulda: Jobcenter) -> None:
    with tenant_context(fulda), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO on")
        tallied = [tallies.add("holds", now=TODAY) for _time in range(2)]
        cursor.execute("SHOW synchronous_commit")
        assert (cursor.fetchone(), [one.count for one in tallied]) == (("on",), [1, 2])
        assert Tally.objects.get().count == 2
