# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The hours in which a channel leaves people alone.

Asked twice for each message: when it is planned, and once more just before it leaves, since an outage may have pushed
it into the night.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from jobcenter_portal.kernel.holidays import is_hessian_holiday
from jobcenter_portal.kernel.wall_clock import first_instant

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_SUNDAY = 7


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
