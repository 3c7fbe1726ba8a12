# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""When a reminder leaves: offsets before the start, moved out of the quiet hours, given up when they came too late.

Times are computed once, when the appointment is booked or moved; sending early or late is decided here and nowhere
else. A reminder is a courtesy: it is better dropped than sent when it can no longer help.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from appointments.core.holidays import is_hessian_holiday
from appointments.core.wall_clock import first_instant, same_time_days_before

_OFFSET = re.compile(r"P(?:(?P<days>[1-9][0-9]{0,2})D|T(?P<hours>[1-9][0-9]{0,2})H)", re.ASCII)
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_SUNDAY = 7
_DAYS_LEFT = 3
_SHARE_LEFT = 6


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The hours in which a channel stays silent: the night from `start` to `end` on the local clock.

    `start` itself is quiet, `end` is not. With `rest_days`, Sundays and Hessian holidays are quiet all day. Raises
    ValueError unless `start` is later in the day than `end`: what is quiet is a night.
    """

    start: time = time(20)
    end: time = time(8)
    rest_days: bool = False

    def __post_init__(self) -> None:
        if self.start <= self.end:
            raise ValueError("Quiet hours last over midnight: they start later in the day than they end.")

    def are_at(self, instant: datetime, zone: ZoneInfo) -> bool:
        local = instant.astimezone(zone)
        return self._is_rest_day(local.date()) or not self.end <= local.time() < self.start

    def last_allowed_before(self, instant: datetime, zone: ZoneInfo) -> datetime:
        """The last minute before a quiet `instant` in which the channel may speak."""
        local = instant.astimezone(zone)
        day = local.date() if local.time() >= self.start else local.date() - _DAY
        while self._is_rest_day(day):
            day -= _DAY
        return first_instant(day, self.start, zone) - _MINUTE

    def first_allowed_after(self, instant: datetime, zone: ZoneInfo) -> datetime:
        """The first minute after a quiet `instant` in which the channel may speak again."""
        local = instant.astimezone(zone)
        day = local.date() if local.time() < self.end else local.date() + _DAY
        while self._is_rest_day(day):
            day += _DAY
        return first_instant(day, self.end, zone)

    def _is_rest_day(self, day: date) -> bool:
        return self.rest_days and (day.isoweekday() == _SUNDAY or is_hessian_holiday(day))


QUIET_FOR_EMAIL = QuietHours()
QUIET_FOR_SMS = QuietHours(rest_days=True)


@dataclass(frozen=True, slots=True)
class Offset:
    """How long before the start: whole calendar days (the same time of day) or whole hours (elapsed time).

    Exactly one of the two is above zero; `parse_offset` makes them.
    """

    days: int
    hours: int

    def before(self, starts_at: datetime, zone: ZoneInfo) -> datetime:
        if self.days:
            return same_time_days_before(starts_at, self.days, zone)
        return starts_at - timedelta(hours=self.hours)

    def not_after(self, starts_at: datetime, zone: ZoneInfo) -> datetime:
        """From when on a reminder of this offset is of no more use.

        It must leave the time to act that the office meant by choosing the offset: of days all but one, three at most
        (P7D three days, P3D two, P2D one); of a day or of hours a sixth (P1D four hours, PT2H twenty minutes). Later
        than that the next, nearer reminder says it better.
        """
        if self.days > 1:
            return same_time_days_before(starts_at, min(self.days - 1, _DAYS_LEFT), zone)
        return starts_at - timedelta(hours=self.days * 24 + self.hours) / _SHARE_LEFT


@dataclass(frozen=True, slots=True)
class PlannedReminder:
    """One reminder on one channel: `offset` as configured, when it is due and until when it may still leave (UTC)."""

    offset: str
    due_at: datetime
    not_after: datetime


def parse_offset(text: str) -> Offset:
    """`P3D` is three calendar days, `PT2H` two hours (1 to 999 of either). Raises ValueError for all else."""
    match = _OFFSET.fullmatch(text)
    if match is None:
        raise ValueError("An offset is written like P3D (days) or PT2H (hours).")
    return Offset(days=int(match["days"] or 0), hours=int(match["hours"] or 0))


def plan(
    starts_at: datetime, rules: Iterable[str], quiet: QuietHours | None, zone: ZoneInfo, now: datetime
) -> list[PlannedReminder]:
    """The reminders of one channel for an appointment booked or moved at `now`, by due time.

    `rules` are offsets like P3D and PT2H. An offset whose moment has passed is dropped: who books for tomorrow is not
    told three days before. A moment in the quiet hours is moved to the last allowed minute before them; if that has
    passed, to the first one after, if it comes before `not_after`; else it is dropped. Where two reminders end up at
    the same minute (a holiday swallowed the time between) only the one nearest to the appointment leaves.
    Raises ValueError for an offset that cannot be read.
    """
    by_due: dict[datetime, PlannedReminder] = {}
    offsets = {text: parse_offset(text) for text in rules}
    moments = {text: offset.before(starts_at, zone) for text, offset in offsets.items()}
    for text in sorted(moments, key=moments.__getitem__):
        not_after = offsets[text].not_after(starts_at, zone)
        due_at = _due_at(moments[text], not_after, quiet, zone, now)
        if due_at is not None:
            by_due[due_at] = PlannedReminder(text, due_at, not_after)
    return [by_due[due_at] for due_at in sorted(by_due)]


def _due_at(
    moment: datetime, not_after: datetime, quiet: QuietHours | None, zone: ZoneInfo, now: datetime
) -> datetime | None:
    if moment < now:
        return None
    if quiet is None or not quiet.are_at(moment, zone):
        return moment
    earlier = quiet.last_allowed_before(moment, zone)
    if earlier >= now:
        return earlier
    later = quiet.first_allowed_after(moment, zone)
    return later if later < not_after else None
