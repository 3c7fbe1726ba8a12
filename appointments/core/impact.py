# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a change of hours, absences or closures does to appointments that stand already.

An appointment stands as long as nothing is in its way: its calendar is there, its site is open, and it lies in the
hours of both. A change affects those into whose way it puts something that was not there before. Appointments that the
office once let stand outside the hours are not reported again by every change; but when somebody falls ill they are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum, unique
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from appointments.core.modes import Mode
from appointments.core.opening import ALL_DAY, Minutes, OpeningPlan, OpeningRule, common_ranges, open_ticks
from appointments.core.slots import Ticks, tick_at_or_after, tick_at_or_before
from jobcenter_portal.kernel.holidays import is_hessian_holiday
from jobcenter_portal.kernel.wall_clock import local_day

_DAY: Final = timedelta(days=1)
_ALWAYS: Final = tuple(OpeningRule(weekday, *ALL_DAY) for weekday in range(1, 8))
_Key = TypeVar("_Key")


@unique
class Obstacle(Enum):
    """Why an appointment cannot take place as it stands. Each value has one sentence on the screen."""

    ABSENT = "absent"
    CLOSED = "closed"
    """The site is closed that day: closure, holiday, or it is not there (any more)."""
    OUTSIDE_HOURS = "outside_hours"


@dataclass(frozen=True, slots=True)
class Stretch:
    """The part of one calendar in an appointment: half-open, UTC, without its buffers."""

    calendar_id: int
    location_id: int
    starts_at: datetime
    ends_at: datetime
    mode: Mode = Mode.IN_PERSON
    is_emergency: bool = False
    """Whether the calendar serves an emergency: then its emergency hours count, and no others."""

    @property
    def ticks(self) -> Ticks:
        return tick_at_or_before(self.starts_at), tick_at_or_after(self.ends_at)


@dataclass(frozen=True, slots=True)
class Hours:
    """A weekly rule with the ways to meet in it."""

    rule: OpeningRule
    modes: Mode
    is_emergency: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """What bounds all calendars of a location. Without hours of its own it sets no bound."""

    hours: Sequence[OpeningRule] = ()
    exceptions: Mapping[date, Sequence[Minutes]] = field(default_factory=dict)
    closures: Sequence[tuple[date, date]] = ()
    windows: Mapping[date, Sequence[Minutes]] = field(default_factory=dict)
    """Hours in which emergencies are served although the site is closed."""
    valid_from: date | None = None
    valid_until: date | None = None

    def is_closed_on(self, day: date, *, for_emergency: bool) -> bool:
        if (self.valid_from and day < self.valid_from) or (self.valid_until and day > self.valid_until):
            return True
        if for_emergency and day in self.windows:
            return False
        return is_hessian_holiday(day) or any(first <= day <= last for first, last in self.closures)

    def plan(self, *, for_emergency: bool) -> OpeningPlan:
        windows = self.windows if for_emergency else {}
        return OpeningPlan(tuple(self.hours) or _ALWAYS, {**self.exceptions, **windows})


Place = tuple[int, int]
"""A calendar at a location."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Everything that decides when some calendars are open, in the zone of their Jobcenter."""

    zone: ZoneInfo
    hours: Mapping[Place, Sequence[Hours]] = field(default_factory=dict)
    exceptions: Mapping[Place, Mapping[date, Sequence[Minutes]]] = field(default_factory=dict)
    sites: Mapping[int, Site] = field(default_factory=dict)
    absences: Mapping[int, Sequence[Ticks]] = field(default_factory=dict)

    def obstacles(self, stretch: Stretch) -> frozenset[Obstacle]:
        """What is in the way of a stretch; nothing means that it could be booked, were it free."""
        start, end = stretch.ticks
        found = set()
        if any(start < until and since < end for since, until in self.absences.get(stretch.calendar_id, ())):
            found.add(Obstacle.ABSENT)
        days = self._days(stretch)
        site = self.sites.get(stretch.location_id, Site())
        if any(site.is_closed_on(day, for_emergency=stretch.is_emergency) for day in days):
            found.add(Obstacle.CLOSED)
        if not any(since <= start and end <= until for since, until in self._open(stretch, site, days)):
            found.add(Obstacle.OUTSIDE_HOURS)
        return frozenset(found)

    def _days(self, stretch: Stretch) -> list[date]:
        first = local_day(stretch.starts_at, self.zone)
        last = local_day(stretch.ends_at - timedelta(microseconds=1), self.zone)
        return [first + offset * _DAY for offset in range((last - first).days + 1)]

    def _open(self, stretch: Stretch, site: Site, days: Sequence[date]) -> Sequence[Ticks]:
        """The hours of calendar and site; whether the site is closed is another question."""
        place = (stretch.calendar_id, stretch.location_id)
        rules = tuple(
            hours.rule
            for hours in self.hours.get(place, ())
            if hours.modes & stretch.mode and hours.is_emergency == stretch.is_emergency
        )
        own = OpeningPlan(rules, self.exceptions.get(place, {}))
        bound = site.plan(for_emergency=stretch.is_emergency)
        return common_ranges(open_ticks(own, days, self.zone), open_ticks(bound, days, self.zone))


def newly_obstructed(
    stretches: Iterable[tuple[_Key, Stretch]], before: Schedule, after: Schedule
) -> dict[_Key, frozenset[Obstacle]]:
    """Which stretches the change affects, each with what it puts in their way."""
    found: dict[_Key, frozenset[Obstacle]] = {}
    for key, stretch in stretches:
        added = after.obstacles(stretch) - before.obstacles(stretch)
        if added:
            found[key] = added
    return found
