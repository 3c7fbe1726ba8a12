# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Plans of weeks, exceptions and validity against somebody who watches the clock on the wall, minute by minute."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import groupby
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from appointments.core.opening import Minutes, OpeningPlan, OpeningRule, common_ranges, open_ticks
from appointments.core.slots import Ticks, tick_at_or_after
from jobcenter_portal.kernel.wall_clock import local_day, midnight

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 3, 16)
SPRING, AUTUMN, PLAIN = date(2026, 3, 16), date(2026, 10, 12), date(2026, 12, 28)
"""Mondays; two weeks from there contain a change of the clock, another one, and the turn of the year."""
DAY = timedelta(days=1)
TWO_WEEKS = 14


@cache
def watched(monday: date) -> tuple[tuple[int, date, int], ...]:
    """Each minute of two weeks: since 1970, the local day, and the latest time the clock has shown on that day so far.

    Hours on a sign hold while that latest time lies in them: what the clock skips is jumped over, what it repeats
    comes once.
    """
    minutes: list[tuple[int, date, int]] = []
    shown: dict[date, int] = {}
    instant = datetime.combine(monday - DAY, datetime.min.time(), UTC)
    for _ in range((TWO_WEEKS + 2) * 24 * 60):
        local = instant.astimezone(BERLIN)
        shown[local.date()] = max(shown.get(local.date(), 0), local.hour * 60 + local.minute)
        minutes.append((int(instant.timestamp()) // 60, local.date(), shown[local.date()]))
        instant += timedelta(minutes=1)
    return tuple(minutes)


def weeks_of(rule: OpeningRule) -> set[date]:
    """The Mondays of the weeks in which a rule of every so many weeks holds, by stepping from one to the next."""
    assert rule.valid_from is not None
    monday = rule.valid_from
    while monday.strftime("%a") != "Mon":
        monday -= DAY
    return {monday + step * rule.every_weeks * 7 * DAY for step in range(200)}


def written_for(plan: OpeningPlan, day: date) -> list[Minutes]:
    """What the sign at the door says for a day."""
    if day in plan.exceptions:
        return list(plan.exceptions[day])
    return [
        (rule.start_minute, rule.end_minute)
        for rule in plan.rules
        if rule.weekday == day.weekday() + 1
        and not (rule.valid_from is not None and day < rule.valid_from)
        and not (rule.valid_until is not None and day > rule.valid_until)
        and (rule.every_weeks == 1 or day - day.weekday() * DAY in weeks_of(rule))
    ]


def runs(numbers: Iterable[int]) -> tuple[Ticks, ...]:
    """Numbers that follow each other, as half-open ranges."""
    found = []
    for _, group in groupby(enumerate(sorted(numbers)), key=lambda pair: pair[1] - pair[0]):
        members = [number for _, number in group]
        found.append((members[0], members[-1] + 1))
    return tuple(found)


def ticks_by_watching(plan: OpeningPlan, monday: date, days: list[date], closed: set[date]) -> tuple[Ticks, ...]:
    """The ticks of which every minute is open."""
    signs = {day: written_for(plan, day) for day in days if day not in closed}
    open_minutes = {
        minute
        for minute, day, shown in watched(monday)
        if any(start <= shown < end for start, end in signs.get(day, ()))
    }
    return runs(
        minute // 5 for minute in open_minutes if minute % 5 == 0 and open_minutes >= {*range(minute, minute + 5)}
    )


def minutes_of_day() -> st.SearchStrategy[Minutes]:
    """Any range of a day, often around the hours in which the clock jumps, often not on the five minutes."""
    anywhere = st.tuples(st.integers(0, 1439), st.integers(1, 1440))
    at_night = st.tuples(st.integers(90, 200), st.integers(91, 260))
    return st.one_of(anywhere, at_night).map(lambda pair: (min(pair), max(*pair, min(pair) + 1)))


@st.composite
def plans(draw: st.DrawFn, monday: date) -> OpeningPlan:
    day = st.integers(-30, 20).map(lambda offset: monday + offset * DAY)
    rules = []
    for start, end in draw(st.lists(minutes_of_day(), max_size=5)):
        first = draw(st.none() | day)
        last = (first or monday) + draw(st.integers(0, 40)) * DAY if draw(st.booleans()) else None
        weeks = draw(st.integers(1, 4)) if first else 1
        rules.append(OpeningRule(draw(st.sampled_from((1, 5, 6, 7))), start, end, first, last, weeks))
    in_weeks = st.integers(0, TWO_WEEKS - 1).map(lambda offset: monday + offset * DAY)
    exceptions = draw(st.dictionaries(in_weeks, st.lists(minutes_of_day(), max_size=2), max_size=3))
    return OpeningPlan(rules, exceptions)


@pytest.mark.parametrize("monday", [SPRING, AUTUMN, PLAIN])
@settings(max_examples=40, deadline=None)
@given(data=st.data(), closed=st.sets(st.integers(0, TWO_WEEKS - 1), max_size=3))
def test_a_plan_is_open_when_somebody_watching_the_clock_finds_it_open(
    monday: date, data: st.DataObject, closed: set[int]
) -> None:
    plan = data.draw(plans(monday))
    days = [monday + offset * DAY for offset in range(TWO_WEEKS)]
    closed_days = {days[offset] for offset in closed}

    assert open_ticks(plan, days, BERLIN, closed_days) == ticks_by_watching(plan, monday, days, closed_days)


ranges = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=6).map(
    lambda pairs: runs({number for start, length in pairs for number in range(start, start + length)})
)


@given(left=ranges, right=ranges)
@example(left=((0, 5), (6, 9)), right=((4, 7),))
def test_common_time_is_what_both_have(left: tuple[Ticks, ...], right: tuple[Ticks, ...]) -> None:
    def numbers(some: tuple[Ticks, ...]) -> set[int]:
        return {number for start, end in some for number in range(start, end)}

    common = common_ranges(left, right)

    assert numbers(common) == numbers(left) & numbers(right)
    assert common == common_ranges(right, left)
    assert list(common) == sorted(common)
    assert all(start < end for start, end in common)


EVERY_WEEKS = """
    every=1 from=none        ################
    every=1 from=2026-03-18  ..##############
    every=2 from=2026-03-16  .#.#.#.#.#.#.#.#
    every=2 from=2026-03-22  ...#.#.#.#.#.#.#
    every=3 from=2026-03-10  ...#..#..#..#..#
"""
"""One character is a Monday, from 09.03.2026 to 22.06.2026."""


@pytest.mark.parametrize("line", [line.split() for line in EVERY_WEEKS.strip().splitlines()], ids=" ".join)
def test_every_so_many_weeks_counts_from_the_week_of_the_first_day(line: list[str]) -> None:
    every, first, drawn = line
    starts = None if first == "from=none" else date.fromisoformat(first.removeprefix("from="))
    rule = OpeningRule(1, 480, 720, valid_from=starts, every_weeks=int(every.removeprefix("every=")))
    mondays = [date(2026, 3, 9) + week * 7 * DAY for week in range(len(drawn))]

    assert "".join("#" if rule.applies_on(monday) else "." for monday in mondays) == drawn


def test_the_weeks_run_on_over_the_turn_of_the_year() -> None:
    # 2026 has 53 weeks by ISO: even and odd week numbers would come twice in a row.
    rule = OpeningRule(1, 480, 720, valid_from=date(2026, 12, 14), every_weeks=2)
    mondays = [date(2026, 12, 14) + week * 7 * DAY for week in range(6)]

    assert [day.isoformat() for day in mondays if rule.applies_on(day)] == ["2026-12-14", "2026-12-28", "2027-01-11"]


def test_an_exception_replaces_what_the_rules_say_and_leaves_them_alone() -> None:
    rules = [OpeningRule(1, 480, 720), OpeningRule(1, 780, 960)]
    plan = OpeningPlan(rules, {MONDAY: [(600, 660)], MONDAY + 7 * DAY: []})
    mondays = [MONDAY + week * 7 * DAY for week in range(3)]

    assert [plan.minutes_of(monday) for monday in mondays] == [[(600, 660)], [], [(480, 720), (780, 960)]]
    assert [
        local_day(datetime.fromtimestamp(start * 300, UTC), BERLIN) for start, _ in open_ticks(plan, mondays, BERLIN)
    ] == [
        MONDAY,
        MONDAY + 14 * DAY,
        MONDAY + 14 * DAY,
    ]


def test_an_exception_opens_a_day_without_rules() -> None:
    saturday = MONDAY + 5 * DAY
    start = tick_at_or_after(midnight(saturday, BERLIN))

    assert open_ticks(OpeningPlan((), {saturday: [(540, 600)]}), [saturday], BERLIN) == ((start + 108, start + 120),)


@pytest.mark.parametrize("minutes", [(-1, 60), (60, 60), (90, 60), (0, 1441)])
def test_an_exception_that_is_no_range_of_a_day_is_refused(minutes: Minutes) -> None:
    with pytest.raises(ValueError, match="opening range"):
        OpeningPlan((), {MONDAY: [minutes]})


@pytest.mark.parametrize(("weeks", "first"), [(0, MONDAY), (-2, MONDAY), (2, None)])
def test_every_so_many_weeks_needs_a_number_and_a_week_to_count_from(weeks: int, first: date | None) -> None:
    with pytest.raises(ValueError, match="counts from the week"):
        OpeningRule(1, 480, 720, valid_from=first, every_weeks=weeks)
