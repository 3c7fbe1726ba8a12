# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who can come together: against trying out every way to send one calendar from each pool."""

from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from appointments.core.parties import Pool, parties, together
from appointments.core.slots import CalendarLoad, ServiceShape, offer
from tests.core.timeline import ORIGIN

SPAN = 12
calendars = st.integers(1, 6)
pools = st.lists(st.dictionaries(calendars, st.integers(0, 2**SPAN - 1), max_size=4), max_size=4)
"""Small numbers on purpose: the same calendar stands in several pools more often than not."""


def ways(sides: list[list[int]]) -> list[tuple[int, ...]]:
    """Every way to send one of each side, nobody twice; `product` counts the last side fastest, as `parties` does."""
    return [way for way in product(*sides) if len(set(way)) == len(way)]


@settings(max_examples=300, deadline=None)
@given(some=pools)
@example(some=[])
@example(some=[{}])
@example(some=[{1: 1}, {1: 1}])
@example(some=[{1: 1, 2: 1}, {1: 1}])
@example(some=[{1: 3, 2: 2}, {1: 3, 2: 1}])
@example(some=[{1: 1, 2: 1}, {1: 1, 2: 1}, {1: 1, 2: 1}])
def test_a_start_is_common_when_some_way_to_send_everybody_is_free_then(some: list[Pool]) -> None:
    expected = 0
    for position in range(SPAN):
        free = [[calendar for calendar, bitmap in pool.items() if bitmap >> position & 1] for pool in some]
        if some and ways(free):
            expected |= 1 << position

    assert together(some) == expected


@given(sides=st.lists(st.lists(calendars, max_size=4, unique=True), max_size=4))
def test_parties_are_all_ways_in_the_order_of_preference(sides: list[list[int]]) -> None:
    assert list(parties(sides)) == ways(sides)


# One character is a tick; each line is a role and the times at which one calendar is free for it.
DRAWN = {
    "a caseworker and a room": """
        lead 1  ####......####
        room 9  ..####......##
        free    ..^^........^^
    """,
    "either caseworker will do": """
        lead 1  ####..........
        lead 2  ........####..
        room 9  ..####....####
        free    ..^^......^^..
    """,
    "one person is not two": """
        lead   1  ######..
        lead   2  ....####
        second 1  ######..
        second 2  ....####
        free      ....^^..
    """,
    "two who can do both, and a room for ten minutes": """
        lead   1  ########
        lead   2  ########
        second 1  ########
        second 2  ########
        room   9  ..##....
        free      ..^^....
    """,
    "nobody for a role": """
        lead 1  ########
        room 9  ........
        free    ........
    """,
}


@pytest.mark.parametrize("drawing", DRAWN.values(), ids=DRAWN)
def test_roles_drawn(drawing: str) -> None:
    *lines, (_, free) = [line.split() for line in drawing.strip().splitlines()]
    roles: dict[str, list[CalendarLoad]] = {}
    for role, number, cells in lines:
        ticks = tuple((ORIGIN + at, ORIGIN + at + 1) for at, mark in enumerate(cells) if mark == "#")
        roles.setdefault(role, []).append(CalendarLoad(int(number), ticks))
    one_tick = ServiceShape(duration_ticks=1, before_ticks=0, after_ticks=0, grid_ticks=1)

    offered = offer(list(roles.values()), one_tick, (ORIGIN, ORIGIN + len(free)), 0)

    assert "".join("^" if ORIGIN + at in offered else "." for at in range(len(free))) == free


def test_an_offer_names_everybody_who_is_free_in_each_role() -> None:
    everybody_always = ((ORIGIN, ORIGIN + 4),)
    one_tick = ServiceShape(duration_ticks=1, before_ticks=0, after_ticks=0, grid_ticks=1)
    leads = [CalendarLoad(1, everybody_always), CalendarLoad(2, everybody_always, taken=[(ORIGIN, ORIGIN + 2)])]
    seconds = [CalendarLoad(2, everybody_always, taken=[(ORIGIN, ORIGIN + 2)]), CalendarLoad(3, everybody_always)]

    offered = offer([leads, seconds], one_tick, (ORIGIN, ORIGIN + 3), 0)

    assert dict(offered) == {ORIGIN: ((1,), (3,)), ORIGIN + 1: ((1,), (3,)), ORIGIN + 2: ((1, 2), (2, 3))}
    assert list(parties(offered[ORIGIN + 2])) == [(1, 2), (1, 3), (2, 3)]


@settings(max_examples=60, deadline=None)
@given(
    open_time=st.lists(
        st.lists(st.tuples(calendars, st.integers(0, 2**SPAN - 1)), max_size=3, unique_by=lambda pair: pair[0]),
        min_size=1,
        max_size=3,
    ),
    length=st.integers(1, 3),
    grid=st.integers(1, 4),
    lead=st.integers(-3, SPAN),
)
def test_an_offer_of_several_roles_is_what_the_roles_offer_alone_and_together(
    open_time: list[list[tuple[int, int]]], length: int, grid: int, lead: int
) -> None:
    shape = ServiceShape(duration_ticks=length, before_ticks=0, after_ticks=0, grid_ticks=grid)
    roles = [
        [
            CalendarLoad(number, [(ORIGIN + at, ORIGIN + at + 1) for at in range(SPAN) if bitmap >> at & 1])
            for number, bitmap in role
        ]
        for role in open_time
    ]
    window = (ORIGIN, ORIGIN + SPAN)
    alone = [dict(offer([role], shape, window, ORIGIN + lead)) for role in roles]

    expected = {}
    for tick in range(*window):
        sides = [list(one[tick][0]) if tick in one else [] for one in alone]
        if ways(sides):
            expected[tick] = tuple(map(tuple, sides))
    assert dict(offer(roles, shape, window, ORIGIN + lead)) == expected
