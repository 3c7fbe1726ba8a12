# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""When a list has to be written anew, and for which days. Plain rules."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from jobcenter_portal.kernel.holidays import is_hessian_holiday
from jobcenter_portal.kernel.wall_clock import first_instant, local_day, midnight

EVERY: Final = timedelta(hours=1)
BEFORE_OPENING: Final = timedelta(hours=1)
NIGHTLY: Final = time(3)
_LOOK_AHEAD: Final = 30
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class Open:
    """From the first counter that opens to the last that closes, in local minutes of a day."""

    start_minute: int
    end_minute: int


def is_due(*, written_at: datetime | None, now: datetime, zone: ZoneInfo, hours: Open | None) -> bool:
    """Never written, or older than last night, or older than an hour while people are coming (or will within one)."""
    if written_at is None or written_at < _last_night(now, zone):
        return True
    return hours is not None and _is_open(now, zone, hours) and now - written_at >= EVERY


def next_day(today: date, *, is_closed: Callable[[date], bool], booked: date | None) -> date:
    """The next working day, or the first later day on which somebody is expected, whichever is sooner.

    Somebody may be expected on a Saturday; whoever prints on Friday must not miss them.
    """
    ahead = (today + timedelta(days=number) for number in range(1, _LOOK_AHEAD))
    working = next((day for day in ahead if _is_working_day(day) and not is_closed(day)), None)
    found = [day for day in (working, booked) if day is not None]
    return min(found, default=today + timedelta(days=1))


def _is_working_day(day: date) -> bool:
    return day.weekday() < _SATURDAY and not is_hessian_holiday(day)


def _last_night(now: datetime, zone: ZoneInfo) -> datetime:
    today = local_day(now, zone)
    tonight = first_instant(today, NIGHTLY, zone)
    return tonight if now >= tonight else first_instant(today - timedelta(days=1), NIGHTLY, zone)


def _is_open(now: datetime, zone: ZoneInfo, hours: Open) -> bool:
    begin = midnight(local_day(now, zone), zone)
    opens, closes = (begin + timedelta(minutes=minute) for minute in (hours.start_minute, hours.end_minute))
    return opens - BEFORE_OPENING <= now < closes
