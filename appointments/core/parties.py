# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Appointments that take several calendars at once: a caseworker, a second one, a room, somebody who interprets.

Each role has a pool of calendars that can play it, and each role needs a calendar of its own: one person cannot be both
of the two that a talk needs. Bitmaps are those of `core.slots`, all over one window.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from operator import and_, or_

Pool = Mapping[int, int]
"""The calendars that can play one role, each with the bitmap of its free starts."""


def together(pools: Sequence[Pool]) -> int:
    """The starts at which every pool can send a calendar of its own, as a bitmap; 0 for no pools."""
    if not pools:
        return 0
    if len(pools) == 1 or _are_disjoint(pools):
        return reduce(and_, (reduce(or_, pool.values(), 0) for pool in pools))
    first, *others = pools
    found = 0
    for calendar_id, bitmap in first.items():
        # What is found already need not be looked for again; mostly this ends after two or three calendars.
        if open_question := bitmap & ~found:
            rest = [{one: free for one, free in pool.items() if one != calendar_id} for pool in others]
            found |= open_question & together(rest)
    return found


def parties(pools: Sequence[Sequence[int]]) -> Iterator[tuple[int, ...]]:
    """All ways to send one calendar from each pool, no calendar twice; those that come first in their pools first."""
    if not pools:
        yield ()
        return
    first, *others = pools
    for calendar_id in first:
        for rest in parties(others):
            if calendar_id not in rest:
                yield (calendar_id, *rest)


def _are_disjoint(pools: Sequence[Pool]) -> bool:
    return sum(map(len, pools)) == len(set().union(*pools))
