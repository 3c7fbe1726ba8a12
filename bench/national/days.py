# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What one calendar's day may look like: some hundred variants of each fill, drawn once with a fixed seed.

A variant is a list of stretches. Booked ones and holds never overlap; a cancelled appointment lies over what was booked
in its place, as in life.
"""

from __future__ import annotations

import enum
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bench.national.plan import AFTER_MINUTES, AFTERNOON, DURATIONS, MORNING, Fill

VARIANTS: Final = 256
CHANCE: Final = {Fill.NEAR_EMPTY: 0.02, Fill.HALF: 0.30, Fill.FULL: 0.92, Fill.PAST: 0.073}
"""That an appointment begins at a quarter of an hour at which nobody else is there."""
CANCELLED: Final = 0.10
HELD: Final = 0.01
_SEED: Final = 20_261_123
_STEP: Final = 15


class Kind(enum.IntEnum):
    BOOKED = 1
    CANCELLED = 2
    LIVE_HOLD = 3
    DEAD_HOLD = 4
    """Its time ran out and nobody has cleared it away: it is in the way of nobody."""


@dataclass(frozen=True, slots=True)
class Stretch:
    fill: Fill
    is_long: bool
    variant: int
    start_minute: int
    minutes: int
    kind: Kind


def stretches() -> Iterator[Stretch]:
    draw = random.Random(_SEED)
    for fill in Fill:
        for is_long in (False, True):
            for variant in range(VARIANTS):
                for window in (MORNING, AFTERNOON)[: 2 if is_long else 1]:
                    for start, minutes, kind in _part_of_a_day(draw, fill, window):
                        yield Stretch(fill, is_long, variant, start, minutes, kind)


def _part_of_a_day(draw: random.Random, fill: Fill, window: tuple[int, int]) -> Iterator[tuple[int, int, Kind]]:
    at, end = window
    while at + DURATIONS[0] <= end:
        fitting = [minutes for minutes in (15, 15, 30, 30, 30, 45, 60) if at + minutes <= end]
        if draw.random() >= CHANCE[fill]:
            at += _STEP
            continue
        minutes = draw.choice(fitting)
        yield at, minutes, _kind(draw, fill)
        if draw.random() < CANCELLED:
            yield at, minutes, Kind.CANCELLED
        at += minutes + AFTER_MINUTES


def _kind(draw: random.Random, fill: Fill) -> Kind:
    if fill is Fill.PAST or draw.random() >= HELD:
        return Kind.BOOKED
    return draw.choice((Kind.LIVE_HOLD, Kind.DEAD_HOLD))
