# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Slot search by example: each rule of time once, drawn."""

import pytest

from appointments.core.slots import CalendarLoad, ServiceShape, Ticks, bits, free_starts, offer
from tests.core.timeline import ORIGIN, draw_starts, read_timeline

EXAMPLES = {
    "an appointment may begin with opening and end with closing": """
        service  duration=3
        open     ..######..
        free     ..^^^^....
    """,
    "nothing fits into opening time that is a tick too short": """
        service  duration=5
        open     ...####...
        free     ..........
    """,
    "ranges that touch count as one": """
        service  duration=4
        open     ..aaabbb..
        free     ..^^^.....
    """,
    "ranges that overlap count as one": """
        service  duration=4
        open     ..aaaa....
        open     ....bbbb..
        free     ..^^^.....
    """,
    "a lunch break of one tick parts the day": """
        service  duration=3
        open     .####.###.
        free     .^^...^...
    """,
    "the grid counts from the start of opening, not from the full hour": """
        service  duration=2 grid=3
        open     ..#########.
        free     ..^..^..^...
    """,
    "the grid starts anew after a break": """
        service  duration=1 grid=3
        open     .####.####..
        free     .^..^.^..^..
    """,
    "the grid runs through where ranges touch": """
        service  duration=1 grid=3
        open     .aaaabbbb...
        free     .^..^..^....
    """,
    "the grid does not depend on the length of the service": """
        service  duration=5 grid=2
        open     .########.
        free     .^.^......
    """,
    "an absence does not move the grid": """
        service  duration=2 grid=3
        open     .#########..
        absent   .##.........
        free     ....^..^....
    """,
    "an appointment may touch taken time on both sides": """
        service  duration=2
        open     ##########
        taken    ##..##....
        free     ..^...^^^.
    """,
    "taken ranges that touch stay taken": """
        service  duration=1
        open     ########
        taken    ..aabb..
        free     ^^....^^
    """,
    "follow-up may reach over closing time": """
        service  duration=2 after=3
        open     ..####......
        free     ..^^^.......
    """,
    "preparation may reach before opening time": """
        service  duration=2 before=2
        open     ..####......
        free     ..^^^.......
    """,
    "buffers may reach into an absence, the appointment may not": """
        service  duration=1 before=1 after=1
        open     ##########
        absent   ....##....
        free     ^^^^..^^^^
    """,
    "preparation keeps clear of taken time": """
        service  duration=1 before=2
        open     ##########
        taken    ..##......
        free     ^^....^^^^
    """,
    "follow-up keeps clear of taken time": """
        service  duration=1 after=2
        open     ##########
        taken    .....##...
        free     ^^^....^^^
    """,
    "buffers keep clear of taken time even while closed": """
        service  duration=2 after=2
        open     .####.....
        taken    ......##..
        free     .^^.......
    """,
    "buffers add up: follow-up of one, then preparation of the next": """
        service  duration=1 before=1
        open     ##########
        taken    .AAb......
        free     ^....^^^^^
    """,
    "absences may overlap each other and taken time": """
        service  duration=1
        open     ##########
        taken    ...##.....
        absent   ..aaa.....
        absent   ....bbb...
        free     ^^.....^^^
    """,
    "a closed calendar offers nothing": """
        service  duration=1
        open     ......
        free     ......
    """,
}


@pytest.mark.parametrize("drawing", EXAMPLES.values(), ids=EXAMPLES)
def test_rule_of_time(drawing: str) -> None:
    timeline = read_timeline(drawing)
    load = CalendarLoad(7, timeline.open, timeline.taken, timeline.absent)

    found = offer([[load]], timeline.shape, timeline.window, earliest_tick=0)

    assert draw_starts(found.starts(), timeline.window) == draw_starts(timeline.free, timeline.window)


ONE_TICK = ServiceShape(duration_ticks=1, before_ticks=0, after_ticks=0, grid_ticks=1)


def test_a_start_is_offered_once_with_all_calendars_that_are_free_at_it() -> None:
    first = CalendarLoad(11, [(ORIGIN, ORIGIN + 2)])
    second = CalendarLoad(12, [(ORIGIN + 1, ORIGIN + 3)])

    found = offer([[first, second]], ONE_TICK, (ORIGIN, ORIGIN + 9), earliest_tick=0)

    assert dict(found) == {ORIGIN: ((11,),), ORIGIN + 1: ((11, 12),), ORIGIN + 2: ((12,),)}
    assert len(found) == 3


@pytest.mark.parametrize("tick", [ORIGIN - 1, ORIGIN + 2, ORIGIN + 50])
def test_a_time_that_is_not_offered_cannot_be_looked_up(tick: int) -> None:
    found = offer([[CalendarLoad(11, [(ORIGIN, ORIGIN + 2)])]], ONE_TICK, (ORIGIN, ORIGIN + 9), earliest_tick=0)

    assert tick not in found
    assert found.get(tick) is None


@pytest.mark.parametrize(
    ("earliest", "starts"),
    [
        (ORIGIN - 5, [ORIGIN, ORIGIN + 3]),
        (ORIGIN, [ORIGIN, ORIGIN + 3]),
        (ORIGIN + 1, [ORIGIN + 3]),
        (ORIGIN + 3, [ORIGIN + 3]),
        (ORIGIN + 4, []),
        (ORIGIN + 400, []),
    ],
)
def test_lead_time_is_exact_at_the_limit_and_leaves_the_grid_alone(earliest: int, starts: list[int]) -> None:
    shape = ServiceShape(duration_ticks=1, before_ticks=0, after_ticks=0, grid_ticks=3)
    load = CalendarLoad(1, [(ORIGIN, ORIGIN + 6)])

    assert offer([[load]], shape, (ORIGIN, ORIGIN + 6), earliest).starts() == starts


def test_the_window_limits_starts_and_not_ends_and_the_grid_counts_from_before_it() -> None:
    shape = ServiceShape(duration_ticks=4, before_ticks=0, after_ticks=0, grid_ticks=3)
    load = CalendarLoad(1, [(ORIGIN, ORIGIN + 12)])

    assert offer([[load]], shape, (ORIGIN + 1, ORIGIN + 7), earliest_tick=0).starts() == [ORIGIN + 3, ORIGIN + 6]


@pytest.mark.parametrize("window", [(ORIGIN, ORIGIN), (ORIGIN + 3, ORIGIN)])
def test_an_empty_window_has_no_starts(window: Ticks) -> None:
    load = CalendarLoad(1, [(ORIGIN - 9, ORIGIN + 9)])

    assert free_starts(load, ONE_TICK, window) == 0
    assert dict(offer([[load]], ONE_TICK, window, earliest_tick=0)) == {}


def test_what_lies_far_outside_the_window_does_not_matter() -> None:
    near = CalendarLoad(1, [(ORIGIN, ORIGIN + 5)], [(ORIGIN + 1, ORIGIN + 2)], [(ORIGIN + 3, ORIGIN + 4)])
    far = [(ORIGIN - 900, ORIGIN - 800), (ORIGIN + 800, ORIGIN + 900)]
    with_far = CalendarLoad(1, [far[0], *near.open, far[1]], [*near.taken, *far], [*near.blocked, *far])
    window = (ORIGIN, ORIGIN + 9)

    assert bits(free_starts(near, ONE_TICK, window)) == [0, 2, 4]
    assert bits(free_starts(with_far, ONE_TICK, window)) == [0, 2, 4]


def test_a_day_with_as_many_occupancies_as_the_limit_takes_no_more() -> None:
    midnights = [ORIGIN, ORIGIN + 10, ORIGIN + 20]
    load = CalendarLoad(
        1,
        [(ORIGIN, ORIGIN + 30)],
        taken=[(ORIGIN - 3, ORIGIN - 1), (ORIGIN, ORIGIN + 1), (ORIGIN + 9, ORIGIN + 10), (ORIGIN + 12, ORIGIN + 13)],
        max_per_day=2,
        midnights=midnights,
    )

    starts = offer([[load]], ONE_TICK, (ORIGIN, ORIGIN + 30), earliest_tick=0).starts()

    assert starts == [ORIGIN + 10, ORIGIN + 11, *range(ORIGIN + 13, ORIGIN + 30)]


def test_a_limit_per_day_without_days_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="where the days begin"):
        CalendarLoad(1, [], max_per_day=2)


@pytest.mark.parametrize("numbers", [(0, 0, 0, 1), (1, -1, 0, 1), (1, 0, -1, 1), (1, 0, 0, 0)])
def test_a_shape_without_length_or_grid_is_a_mistake(numbers: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="at least a tick"):
        ServiceShape(*numbers)


def test_bits_are_the_positions_of_ones() -> None:
    assert bits(0) == []
    assert bits(0b1000_0000_0001 << 64) == [64, 75]
