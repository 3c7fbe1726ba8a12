# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""When a calendar is open: weekly rules on the local clock and exceptions for single dates, turned into instants.

What bounds a calendar (the site's hours, the hours of a service) is opening time as well; `common_ranges` cuts them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from appointments.core.slots import TICK, Ticks, merged_ranges
from jobcenter_portal.kernel.wall_clock import MINUTES_PER_DAY, epoch_second

_SUNDAY = 7

Minutes = tuple[int, int]
"""A range of local minutes of a day, half-open, up to 1440."""

ALL_DAY: Final[Minutes] = (0, MINUTES_PER_DAY)


@dataclass(frozen=True, slots=True)
class OpeningRule:
    """Open on one weekday from `start_minute` to `end_minute` of the local day, in the location's zone.

    `weekday` is ISO (1 Monday to 7 Sunday); minutes count from local midnight, `end_minute` up to 1440. The rule holds
    on the days from `valid_from` to `valid_until`, both included as on a door sign, None meaning no limit. With
    `every_weeks` above 1 it holds in the calendar week of `valid_from` and every so many weeks after it.
    Raises ValueError for a range that is empty, reversed or leaves the day (a night shift is two rules), and for
    `every_weeks` without a week to count from.
    """

    weekday: int
    start_minute: int
    end_minute: int
    valid_from: date | None = None
    valid_until: date | None = None
    every_weeks: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.weekday <= _SUNDAY:
            raise ValueError("A weekday is a number from 1 (Monday) to 7 (Sunday).")
        if not 0 <= self.start_minute < self.end_minute <= MINUTES_PER_DAY:
            raise ValueError("An opening range starts before it ends, within one day.")
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValueError("A rule's last day is not before its first.")
        if self.every_weeks < 1 or (self.every_weeks > 1 and self.valid_from is None):
            raise ValueError("Every so many weeks counts from the week of the first day.")

    def applies_on(self, day: date) -> bool:
        return (
            day.isoweekday() == self.weekday
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_until is None or day <= self.valid_until)
            and self._is_its_week(day)
        )

    def _is_its_week(self, day: date) -> bool:
        if self.every_weeks == 1 or self.valid_from is None:
            return True
        return (_monday(day) - _monday(self.valid_from)).days // 7 % self.every_weeks == 0


@dataclass(frozen=True, slots=True)
class OpeningPlan:
    """Rules, and dates on which other ranges replace them; no range on such a date means closed.

    Raises ValueError for a range that is empty, reversed or leaves the day.
    """

    rules: Sequence[OpeningRule] = ()
    exceptions: Mapping[date, Sequence[Minutes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for ranges in self.exceptions.values():
            if any(not 0 <= start < end <= MINUTES_PER_DAY for start, end in ranges):
                raise ValueError("An opening range starts before it ends, within one day.")

    def minutes_of(self, day: date) -> list[Minutes]:
        """What the plan says about a day, as it is written: ranges may overlap or touch."""
        if day in self.exceptions:
            return list(self.exceptions[day])
        return [(rule.start_minute, rule.end_minute) for rule in self.rules if rule.applies_on(day)]


def open_ticks(
    plan: OpeningPlan, days: Iterable[date], zone: ZoneInfo, closed_days: Collection[date] = ()
) -> tuple[Ticks, ...]:
    """Opening time on the local `days` without the `closed_days` (holidays, closures), sorted, touching ranges as one.

    On the days the clock changes the ranges follow it (see `core.wall_clock`): 00:00 to 24:00 is 23 or 25 hours,
    and a range that lies wholly in the skipped hour does not take place. What is not on the tick is rounded inwards.
    """
    ticks = ((-(-start // TICK), end // TICK) for start, end in _open_seconds(plan, days, zone, closed_days))
    return tuple((start, end) for start, end in ticks if start < end)


def common_ranges(left: Sequence[Ticks], right: Sequence[Ticks]) -> tuple[Ticks, ...]:
    """The time in both; each side sorted and without overlaps, as `open_ticks` gives it."""
    common: list[Ticks] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if start < end:
            common.append((start, end))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return tuple(common)


def _open_seconds(
    plan: OpeningPlan, days: Iterable[date], zone: ZoneInfo, closed_days: Collection[date]
) -> list[tuple[int, int]]:
    return merged_ranges(
        (epoch_second(day, start, zone), epoch_second(day, end, zone))
        for day in days
        if day not in closed_days
        for start, end in plan.minutes_of(day)
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
