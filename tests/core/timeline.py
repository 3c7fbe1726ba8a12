# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Examples drawn as timelines, so that a colleague at the counter could check them.

    service  duration=2 after=1 grid=2
    open     ..aaaabbbb..
    taken    ......##....
    absent   .........##.
    free     ..^.........

Each character is one tick (or `cell` ticks, if the service says so). In `open`, `taken` and `absent` a run of one
letter is one range, so `aabb` is two ranges that touch; a dot is nothing. In `free` each `^` is a start.
"""

from dataclasses import dataclass, field
from itertools import groupby

from appointments.core.slots import ServiceShape, Ticks

ORIGIN = 5_900_000
"""The tick of the first character; any number does, this one is in February 2026."""


@dataclass
class Timeline:
    shape: ServiceShape
    window: Ticks
    open: list[Ticks] = field(default_factory=list)
    taken: list[Ticks] = field(default_factory=list)
    absent: list[Ticks] = field(default_factory=list)
    free: list[int] = field(default_factory=list)


def read_timeline(drawing: str, origin: int = ORIGIN) -> Timeline:
    """The inputs and the expected starts; lines of different length or unknown names are mistakes in the example."""
    lines = [line.split(maxsplit=1) for line in drawing.strip().splitlines()]
    numbers = {key: int(value) for key, value in (pair.split("=") for pair in lines[0][1].split())}
    cell = numbers.pop("cell", 1)
    shape = ServiceShape(
        duration_ticks=numbers.pop("duration"),
        before_ticks=numbers.pop("before", 0),
        after_ticks=numbers.pop("after", 0),
        grid_ticks=numbers.pop("grid", 1),
    )
    assert not numbers, f"unknown numbers {numbers}"
    (length,) = {len(cells) for _, cells in lines[1:]}
    timeline = Timeline(shape, (origin, origin + length * cell))
    for name, cells in lines[1:]:
        if name == "free":
            timeline.free = [origin + at * cell for at, mark in enumerate(cells) if mark == "^"]
        else:
            getattr(timeline, name).extend(drawn_ranges(cells, origin, cell))
    return timeline


def drawn_ranges(cells: str, origin: int, cell: int = 1) -> list[Ticks]:
    ranges, at = [], origin
    for letter, run in groupby(cells):
        end = at + len(list(run)) * cell
        if letter != ".":
            ranges.append((at, end))
        at = end
    return ranges


def draw_starts(starts: list[int], window: Ticks, cell: int = 1) -> str:
    """The computed starts in the form of a `free` line, so that a failure shows two comparable drawings."""
    on_cells = {(start - window[0]) / cell for start in starts}
    length = (window[1] - window[0]) // cell
    drawing = "".join("^" if at in on_cells else "." for at in range(length))
    stray = sorted(at for at in on_cells if at not in range(length))
    return f"{drawing} and outside the cells {stray}" if stray else drawing
