# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appointments.core.intervals import Interval, intersect, merge, subtract, union

NOON = datetime(2026, 2, 2, 12, tzinfo=UTC)


def at(minute: int) -> datetime:
    return NOON + timedelta(minutes=minute)


def span(start: int, end: int) -> Interval:
    return Interval(at(start), at(end))


def minutes(intervals: list[Interval]) -> set[int]:
    return {
        minute
        for interval in intervals
        for minute in range(
            (interval.start - NOON) // timedelta(minutes=1), (interval.end - NOON) // timedelta(minutes=1)
        )
    }


some_intervals = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda pair: span(pair[0], pair[0] + pair[1])), max_size=6
)


def test_an_interval_holds_its_start_and_not_its_end() -> None:
    hour = span(0, 60)

    assert [hour.contains(at(minute)) for minute in (-1, 0, 59, 60)] == [False, True, True, False]
    assert hour.duration == timedelta(hours=1)


def test_touching_is_not_overlapping() -> None:
    assert [span(10, 20).overlaps(other) for other in (span(0, 10), span(0, 11), span(19, 30), span(20, 30))] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(("start", "end"), [(at(5), at(5)), (at(5), at(4))])
def test_an_interval_is_never_empty_or_reversed(start: datetime, end: datetime) -> None:
    with pytest.raises(ValueError, match="ends after it starts"):
        Interval(start, end)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (NOON.replace(tzinfo=None), at(5)),
        (NOON, at(5).replace(tzinfo=None)),
        (NOON.astimezone(ZoneInfo("Europe/Berlin")), at(5)),
        (NOON, at(5).astimezone(ZoneInfo("Europe/Berlin"))),
    ],
)
def test_an_interval_takes_instants_in_utc_only(start: datetime, end: datetime) -> None:
    with pytest.raises(ValueError, match="aware instants in UTC"):
        Interval(start, end)


def test_what_touches_becomes_one() -> None:
    assert merge([span(20, 30), span(0, 10), span(10, 15), span(22, 25), span(16, 18)]) == [
        span(0, 15),
        span(16, 18),
        span(20, 30),
    ]


def test_a_lunch_break_is_taken_out_of_the_day() -> None:
    assert subtract([span(0, 60)], [span(20, 30), span(30, 35), span(50, 70)]) == [span(0, 20), span(35, 50)]


@given(some_intervals, some_intervals)
def test_sums_and_differences_agree_with_sets_of_minutes(left: list[Interval], right: list[Interval]) -> None:
    answers = {
        "union": union(left, right),
        "intersect": intersect(left, right),
        "subtract": subtract(left, right),
    }

    assert {name: minutes(answer) for name, answer in answers.items()} == {
        "union": minutes(left) | minutes(right),
        "intersect": minutes(left) & minutes(right),
        "subtract": minutes(left) - minutes(right),
    }
    for answer in answers.values():
        assert all(before.end < after.start for before, after in pairwise(answer))
