# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a clock on the wall says, as an instant: the one place where local time becomes UTC and back.

Opening hours, quiet hours and "three days before, at the same time" are said in local time. Twice a year local time
skips or repeats an hour, and each caller that converted for itself would decide differently what that means. The rule
here is one sentence: a wall-clock time means the first instant of that day at which the local clock has reached it.
So a time that is skipped (02:30 on 29.03.2026) is the moment of the jump, and a time that occurs twice (02:30 on
25.10.2026) is its first occurrence.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTES_PER_DAY = 24 * 60
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)


def first_instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The first UTC instant of `day` in `zone` at which the local clock reads `wall` or later."""
    wanted = datetime.combine(day, wall)
    instant = wanted.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wanted:
        return instant
    # `wanted` was skipped. Python answers as if the clock had not jumped, which is too late by up to the jump's length:
    # without walking back, a range ending at a skipped time would stay open for time that is not on its sign.
    while (instant - _MINUTE).astimezone(zone).replace(tzinfo=None) >= wanted:
        instant -= _MINUTE
    return instant


@lru_cache(maxsize=4096)
def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The UTC instant at which `day` begins in `zone`."""
    return first_instant(day, time(), zone)


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """The calendar day that `instant` falls on in `zone`."""
    return instant.astimezone(zone).date()


def same_time_days_before(instant: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The same wall-clock time `days` calendar days earlier: not always a multiple of 24 hours earlier."""
    local = instant.astimezone(zone)
    return first_instant(local.date() - timedelta(days=days), local.time(), zone)


def epoch_second(day: date, minute: int, zone: ZoneInfo) -> int:
    """`first_instant` for a minute of the day, 0 to 1440 (1440 is the next midnight), in seconds since 1970.

    Slot search asks this thousands of times per request, so ordinary days cost one addition.
    """
    start, length = _day_seconds(day, zone)
    if length == MINUTES_PER_DAY * 60:
        return start + minute * 60
    if minute == MINUTES_PER_DAY:
        return start + length
    return int(first_instant(day, time(minute // 60, minute % 60), zone).timestamp())


@lru_cache(maxsize=4096)
def _day_seconds(day: date, zone: ZoneInfo) -> tuple[int, int]:
    """When `day` begins and how long it is, in seconds; 23 or 25 hours when the clock changes.

    No zone has two opposite changes on one day, so a day of 24 hours is a day without a change.
    """
    start = int(midnight(day, zone).timestamp())
    return start, int(midnight(day + _DAY, zone).timestamp()) - start
