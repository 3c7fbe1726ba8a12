# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Slot search against a second answer, worked out minute by minute from the sentences of the rules."""

import struct
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from appointments.core.opening import OpeningPlan, OpeningRule, open_ticks
from appointments.core.slots import (
    TICK,
    CalendarLoad,
    PackedTicks,
    ServiceShape,
    Ticks,
    bits,
    free_starts,
    instant_of,
    merged_ranges,
    offer,
    tick_at_or_after,
    tick_at_or_before,
)

BERLIN = ZoneInfo("Europe/Berlin")
BASE = 5_900_000
SPAN = 90
SPRING = date(2026, 3, 29)
AUTUMN = date(2026, 10, 25)


def minutes_of(ranges: Iterable[Ticks]) -> set[int]:
    return {minute for start, end in ranges for minute in range(start * 5, end * 5)}


def starts_by_minutes(
    open_minutes: set[int], taken_minutes: set[int], blocked_minutes: set[int], shape: ServiceShape, window: Ticks
) -> list[int]:
    """The rules word for word, in minutes and sets; shares nothing with the engine but the question."""
    found = []
    for start in range(window[0] * 5, window[1] * 5):
        end = start + shape.duration_ticks * 5
        opened = start
        while opened - 1 in open_minutes:
            opened -= 1
        if (
            (start - opened) % (shape.grid_ticks * 5) == 0
            and all(minute in open_minutes and minute not in blocked_minutes for minute in range(start, end))
            and not any(
                minute in taken_minutes for minute in range(start - shape.before_ticks * 5, end + shape.after_ticks * 5)
            )
        ):
            found.append(start // 5)
    return found


shapes = st.builds(
    ServiceShape,
    duration_ticks=st.integers(1, 14),
    before_ticks=st.integers(0, 4),
    after_ticks=st.integers(0, 4),
    grid_ticks=st.integers(1, 12),
)
ranges = st.lists(
    st.tuples(st.integers(BASE - 20, BASE + SPAN), st.integers(1, 40)).map(lambda pair: (pair[0], pair[0] + pair[1])),
    max_size=4,
)


@st.composite
def disjoint_ranges(draw: st.DrawFn) -> list[Ticks]:
    """Ranges as the exclusion constraint leaves them: they may touch, never overlap."""
    found: list[Ticks] = []
    at = BASE - 20
    for gap, length in draw(st.lists(st.tuples(st.integers(0, 25), st.integers(1, 9)), max_size=8)):
        found.append((at + gap, at + gap + length))
        at += gap + length
    return draw(st.permutations(found))


loads = st.builds(CalendarLoad, calendar_id=st.just(1), open=ranges, taken=disjoint_ranges(), blocked=ranges)


@settings(max_examples=250, deadline=None)
@given(load=loads, shape=shapes)
def test_the_bitmaps_agree_with_counting_minutes(load: CalendarLoad, shape: ServiceShape) -> None:
    window = (BASE, BASE + SPAN)

    expected = starts_by_minutes(minutes_of(load.open), minutes_of(load.taken), minutes_of(load.blocked), shape, window)

    assert [BASE + position for position in bits(free_starts(load, shape, window))] == expected


@settings(max_examples=60, deadline=None)
@given(
    some=st.lists(loads, min_size=1, max_size=4),
    shape=shapes,
    parts=st.lists(st.integers(0, SPAN), max_size=3),
    lead=st.integers(-5, SPAN + 5),
)
def test_an_offer_is_what_each_calendar_says_and_a_small_window_says_the_same(
    some: list[CalendarLoad], shape: ServiceShape, parts: list[int], lead: int
) -> None:
    numbered = [CalendarLoad(number, load.open, load.taken, load.blocked) for number, load in enumerate(some, start=1)]
    whole = offer([numbered], shape, (BASE, BASE + SPAN), BASE + lead)

    expected: dict[int, list[int]] = {}
    for load in numbered:
        for position in bits(free_starts(load, shape, (BASE, BASE + SPAN))):
            if position >= lead:
                expected.setdefault(BASE + position, []).append(load.calendar_id)
    assert {start: list(leads) for start, (leads,) in whole.items()} == expected
    assert list(whole) == sorted(expected)

    pieces: dict[int, tuple[tuple[int, ...], ...]] = {}
    bounds = [0, *sorted(parts), SPAN]
    for left, right in pairwise(bounds):
        pieces.update(offer([numbered], shape, (BASE + left, BASE + right), BASE + lead))
    assert pieces == dict(whole)


@settings(max_examples=60, deadline=None)
@given(load=loads, shape=shapes, limit=st.integers(0, 4), cuts=st.sets(st.integers(-19, SPAN - 1), max_size=3))
@example(  # at midnight exactly, but its preparation is work of the day before, which is full
    load=CalendarLoad(1, [(BASE - 20, BASE + SPAN)], [(BASE - 10, BASE - 5)]),
    shape=ServiceShape(2, 3, 0, 1),
    limit=1,
    cuts={0},
)
def test_a_limit_per_day_only_takes_away_what_would_start_on_a_day_that_is_full(
    load: CalendarLoad, shape: ServiceShape, limit: int, cuts: set[int]
) -> None:
    midnights = sorted(BASE + cut for cut in {-20, *cuts})
    window = (BASE, BASE + SPAN)
    limited = CalendarLoad(1, load.open, load.taken, load.blocked, max_per_day=limit, midnights=midnights)

    def day_of(tick: int) -> int:
        return max(midnight for midnight in midnights if midnight <= tick)

    starts_taken = [day_of(start) for start, _ in load.taken]
    expected = [
        BASE + position
        for position in bits(free_starts(load, shape, window))
        if starts_taken.count(day_of(BASE + position - shape.before_ticks)) < limit
    ]
    assert offer([[limited]], shape, window, 0).starts() == expected


@cache
def high_water(sunday: date) -> dict[int, tuple[date, int]]:
    """For each minute from Saturday to Monday: (local day, the highest reading of the local clock so far that day).

    A rule holds while that reading is inside its range: skipped readings are jumped over, repeated ones come once.
    """
    instant = datetime.combine(sunday - timedelta(days=2), datetime.min.time(), UTC)
    highest: dict[date, int] = {}
    minutes = {}
    for _ in range(5 * 24 * 60):
        local = instant.astimezone(BERLIN)
        reading = local.hour * 60 + local.minute
        highest[local.date()] = max(highest.get(local.date(), 0), reading)
        minutes[int(instant.timestamp()) // 60] = (local.date(), highest[local.date()])
        instant += timedelta(minutes=1)
    return minutes


def rules_on(weekdays: Sequence[int], lowest: int, highest: int) -> st.SearchStrategy[OpeningRule]:
    @st.composite
    def build(draw: st.DrawFn) -> OpeningRule:
        start = draw(st.integers(lowest // 5, highest // 5 - 1)) * 5
        end = draw(st.integers(start // 5 + 1, highest // 5)) * 5
        return OpeningRule(draw(st.sampled_from(weekdays)), start, end)

    return build()


night_rules = st.lists(st.one_of(rules_on((6, 7, 1), 0, 24 * 60), rules_on((7,), 60, 4 * 60)), min_size=1, max_size=4)


@pytest.mark.parametrize("sunday", [SPRING, AUTUMN])
@settings(max_examples=25, deadline=None)
@given(
    rules=night_rules, shape=shapes, taken_at=st.integers(0, 300), closed=st.frozensets(st.integers(0, 2), max_size=2)
)
@example(rules=[OpeningRule(7, 150, 240)], shape=ServiceShape(3, 0, 0, 3), taken_at=0, closed=frozenset())
@example(rules=[OpeningRule(7, 60, 150)], shape=ServiceShape(3, 0, 0, 3), taken_at=0, closed=frozenset())
@example(rules=[OpeningRule(7, 135, 165)], shape=ServiceShape(1, 0, 0, 1), taken_at=0, closed=frozenset())
def test_rules_on_the_local_clock_agree_with_watching_it(
    sunday: date, rules: list[OpeningRule], shape: ServiceShape, taken_at: int, closed: frozenset[int]
) -> None:
    days = [sunday - timedelta(days=1), sunday, sunday + timedelta(days=1)]
    closed_days = {days[index] for index in closed}
    first = tick_at_or_after(datetime.combine(days[0], datetime.min.time(), BERLIN).astimezone(UTC))
    window = (first, first + 72 * 12)
    taken = [(first + 280 + taken_at, first + 280 + taken_at + 7)]
    open_minutes = {
        minute
        for minute, (day, reading) in high_water(sunday).items()
        if day in days
        and day not in closed_days
        and any(rule.weekday == day.isoweekday() and rule.start_minute <= reading < rule.end_minute for rule in rules)
    }

    load = CalendarLoad(1, open_ticks(OpeningPlan(rules), days, BERLIN, closed_days), taken)

    assert offer([[load]], shape, window, 0).starts() == starts_by_minutes(
        open_minutes, minutes_of(taken), set(), shape, window
    )


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_instants_round_to_the_tick_on_either_side(instant: datetime) -> None:
    before, after = tick_at_or_before(instant), tick_at_or_after(instant)

    assert instant_of(before) <= instant <= instant_of(after)
    assert after - before == (0 if instant.timestamp() % TICK == 0 else 1)


@given(ranges)
def test_merged_ranges_are_apart_and_the_same_time(some: list[Ticks]) -> None:
    merged = merged_ranges([*some, (BASE, BASE)])

    assert minutes_of(merged) == minutes_of(some)
    assert all(left[1] < right[0] for left, right in pairwise(merged))


@settings(max_examples=80, deadline=None)
@given(load=loads, shape=shapes, limit=st.none() | st.integers(0, 4), cut=st.integers(-19, SPAN - 1), back=st.data())
def test_taken_time_as_the_database_packs_it_is_the_same_time(
    load: CalendarLoad, shape: ServiceShape, limit: int | None, cut: int, back: st.DataObject
) -> None:
    low = min([BASE - 40, *(start for start, _ in load.taken)]) - back.draw(st.integers(0, 300))
    numbers = [(start - low) * 512 + (end - start) for start, end in load.taken]
    packed = PackedTicks(struct.pack(f">{len(numbers)}i", *back.draw(st.permutations(numbers))), low)
    midnights = (BASE - 20, BASE + cut)

    assert sorted(packed) == sorted(load.taken)
    plain, from_database = (
        free_starts(
            CalendarLoad(1, load.open, taken, load.blocked, max_per_day=limit, midnights=midnights),
            shape,
            (BASE, BASE + SPAN),
        )
        for taken in (load.taken, packed)
    )
    assert from_database == plain
