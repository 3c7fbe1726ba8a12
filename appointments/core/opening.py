# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""When a calendar is open: weekly rules on the local clock, turned into instants.

Both forms of the answer come from one computation: intervals for people and explanations, ticks for slot search.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from appointments.core.intervals import Interval
from appointments.core.slots import TICK, merged_ranges
from appointments.core.wall_clock import MINUTES_PER_DAY, epoch_second

_SUNDAY = 7


@dataclass(frozen=True, slots=True)
class OpeningRule:
    """Open on one weekday from `start_minute` to `end_minute` of the local day, in the location's zone.

    `weekday` is ISO (1 Monday to 7 Sunday); minutes count from local midnight, `end_minute` up to 1440. The rule holds
    on the days from `valid_from` to `valid_until`, both included as on a door sign, None meaning no limit.
    Raises ValueError for a range that is empty, reversed or leaves the day: a night shift is two rules.
    """

    weekday: int
    start_minute: int
    end_minute: int
    valid_from: date | None = None
    valid_until: date | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.weekday <= _SUNDAY:
            raise ValueError("A weekday is a number from 1 (Monday) to 7 (Sunday).")
        if not 0 <= self.start_minute < self.end_minute <= MINUTES_PER_DAY:
            raise ValueError("An opening range starts before it ends, within one day.")
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValueError("A rule's last day is not before its first.")

    def applies_on(self, day: date) -> bool:
        return (
            day.isoweekday() == self.weekday
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_until is None or day <= self.valid_until)
        )


def open_intervals(
    rules: Iterable[OpeningRule], days: Iterable[date], zone: ZoneInfo, closed_days: Collection[date] = ()
) -> list[Interval]:
    """Opening time on the local `days` without the `closed_days` (holidays, closures), sorted, touching ranges as one.

    On the days the clock changes the ranges follow it (see `core.wall_clock`): 00:00 to 24:00 is 23 or 25 hours,
    and a range that lies wholly in the skipped hour does not take place.
    """
    return [
        Interval(datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC))
        for start, end in _open_seconds(rules, days, zone, closed_days)
    ]


def open_ticks(
    rules: Iterable[OpeningRule], days: Iterable[date], zone: ZoneInfo, closed_days: Collection[date] = ()
) -> tuple[tuple[int, int], ...]:
    """The same in ticks, as `CalendarLoad.open` wants it; a range that is not on the tick is rounded inwards."""
    ticks = ((-(-start // TICK), end // TICK) for start, end in _open_seconds(rules, days, zone, closed_days))
    return tuple((start, end) for start, end in ticks if start < end)


def _open_seconds(
    rules: Iterable[OpeningRule], days: Iterable[date], zone: ZoneInfo, closed_days: Collection[date]
) -> list[tuple[int, int]]:
    by_weekday: list[list[OpeningRule]] = [[] for _ in range(_SUNDAY + 1)]
    for rule in rules:
        by_weekday[rule.weekday].append(rule)
    ranges = [
        (epoch_second(day, rule.start_minute, zone), epoch_second(day, rule.end_minute, zone))
        for day in days
        if day not in closed_days
        for rule in by_weekday[day.isoweekday()]
        if rule.applies_on(day)
    ]
    return merged_ranges(ranges)
