# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Stretches of time: half-open, in UTC, and never empty.

Opening hours and the explanations at the desk ("why is nothing free on Tuesday?") are unions and differences of such
stretches. Slot search itself counts in ticks (`core.slots`), where the same sums cost a hundredth.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """The time from `start` to `end`, `end` itself not included; both aware and in UTC.

    UTC is demanded, not converted to: Python compares two datetimes of one zone by their wall clocks, which is wrong
    in the hour that occurs twice. Raises ValueError for anything else and for an empty or reversed stretch.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.utcoffset() != timedelta(0) or self.end.utcoffset() != timedelta(0):
            raise ValueError("An interval is made of aware instants in UTC.")
        if self.start >= self.end:
            raise ValueError("An interval ends after it starts.")

    @property
    def duration(self) -> timedelta:
        """Elapsed time."""
        return self.end - self.start

    def contains(self, instant: datetime) -> bool:
        return self.start <= instant < self.end

    def overlaps(self, other: "Interval") -> bool:
        """Whether the two share time; two that only touch do not."""
        return self.start < other.end and other.start < self.end


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """The same time as few sorted intervals: what overlaps or touches becomes one."""
    merged: list[Interval] = []
    for interval in sorted(intervals):
        if merged and interval.start <= merged[-1].end:
            if interval.end > merged[-1].end:
                merged[-1] = Interval(merged[-1].start, interval.end)
        else:
            merged.append(interval)
    return merged


def union(left: Iterable[Interval], right: Iterable[Interval]) -> list[Interval]:
    """Time in either."""
    return merge([*left, *right])


def intersect(left: Iterable[Interval], right: Iterable[Interval]) -> list[Interval]:
    """Time in both."""
    ours, theirs = merge(left), merge(right)
    return [Interval(max(a.start, b.start), min(a.end, b.end)) for a in ours for b in theirs if a.overlaps(b)]


def subtract(whole: Iterable[Interval], away: Iterable[Interval]) -> list[Interval]:
    """Time of `whole` that is not in `away`."""
    rest: list[Interval] = []
    holes = merge(away)
    for interval in merge(whole):
        start = interval.start
        for hole in holes:
            if not interval.overlaps(hole):
                continue
            if start < hole.start:
                rest.append(Interval(start, hole.start))
            start = hole.end
        if start < interval.end:
            rest.append(Interval(start, interval.end))
    return rest
