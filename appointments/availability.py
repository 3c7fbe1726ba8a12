# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Loads a window of calendars in one round trip and asks the core which times are free.

The only caller of `core.slots`: what a page lists and what a booking accepts come from the same computation. Nothing
is stored; holds that ran out count as free by the database's clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from appointments.core.holidays import is_hessian_holiday
from appointments.core.opening import OpeningRule, open_ticks
from appointments.core.policy import BookingWindow
from appointments.core.slots import (
    CalendarLoad,
    Offer,
    ServiceShape,
    instant_of,
    offer,
    tick_at_or_after,
    tick_at_or_before,
)
from appointments.core.wall_clock import local_day, midnight
from appointments.models import Location, Service
from jobcenter_portal.tenancy.models import TenantSettings

_DAY = timedelta(days=1)
_DAY_TICKS = 288
_EPOCH_DAY = date(1970, 1, 1)
_ALWAYS = (-1, 1_000_000)
"""Days since 1970 that stand for "no limit" in a rule's validity."""

# Correlated subqueries have one plan only; a grouped join was 70 times the floor at 100 calendars (occupancy trial).
# The states stand as literals: as parameters the partial index could not be proven in a generic plan.
_LOAD = """
SELECT c.id, c.max_per_day,
 (SELECT array_agg(ARRAY[r.weekday, r.start_minute, r.end_minute,
    coalesce(r.valid_from - date '1970-01-01', -1), coalesce(r.valid_until - date '1970-01-01', 1000000)] ORDER BY r.id)
  FROM appointments_openingrule r WHERE r.calendar_id = c.id AND r.location_id = %(location)s),
 (SELECT array_agg(ARRAY[floor(extract(epoch FROM a.starts_at) / 300)::int,
    ceil(extract(epoch FROM a.ends_at) / 300)::int])
  FROM appointments_absence a WHERE a.calendar_id = c.id AND a.ends_at > %(from)s AND a.starts_at < %(until)s),
 (SELECT array_agg(ARRAY[x.start_tick, x.start_tick + x.ticks]) FROM (SELECT o.start_tick, o.ticks
   FROM appointments_occupancy o WHERE o.calendar_id = c.id AND o.start_tick >= %(low)s AND o.start_tick < %(high)s
    AND o.state IN (1, 2, 3) AND (o.expires_at IS NULL OR o.expires_at > now()) ORDER BY o.start_tick) x),
 (SELECT array_agg(ARRAY[k.first_day - date '1970-01-01', k.last_day - date '1970-01-01'])
  FROM appointments_closure k WHERE (k.location_id = %(location)s OR k.location_id IS NULL)
   AND k.last_day >= %(first_day)s AND k.first_day <= %(last_day)s)
FROM appointments_calendar c
JOIN appointments_servicecalendar s ON s.calendar_id = c.id AND s.service_id = %(service)s
WHERE EXISTS (SELECT 1 FROM appointments_openingrule r WHERE r.calendar_id = c.id AND r.location_id = %(location)s)
ORDER BY c.id"""


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that can be booked: half-open, UTC, without its buffers."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class FreeTimes:
    """The answer of a search. `slots()` for a page, `calendars_at()` for a booking."""

    offer: Offer
    duration: timedelta

    def slots(self, limit: int | None = None) -> list[Slot]:
        starts = [instant_of(tick) for tick in self.offer.starts()[:limit]]
        return [Slot(start, start + self.duration) for start in starts]

    def calendars_at(self, starts_at: datetime) -> tuple[int, ...]:
        """Ids of the calendars that are free then; none for a time that is not offered, on the grid or off it."""
        tick = tick_at_or_before(starts_at)
        return self.offer.get(tick, ()) if instant_of(tick) == starts_at else ()


def booking_window(settings: TenantSettings) -> BookingWindow:
    return BookingWindow(timedelta(hours=settings.min_lead_hours), settings.horizon_days)


def find_slots(
    *,
    service: Service,
    location: Location,
    settings: TenantSettings,
    now: datetime,
    first_day: date | None = None,
    days: int | None = None,
    for_staff: bool = False,
) -> FreeTimes:
    """Free times of a service at a location, from `first_day` (today) for `days` local days (the whole horizon).

    Never before the lead time and never beyond the horizon, except for staff, who may book from now on and later.
    One SQL query.
    """
    zone = settings.zone
    window = booking_window(settings)
    today = local_day(now, zone)
    first = max(first_day or today, today)
    wanted_last = first + timedelta(days=(days or settings.horizon_days + 1) - 1)
    last = wanted_last if for_staff else min(wanted_last, window.last_day(now, zone))
    earliest = now if for_staff else window.earliest(now)
    if last < first or earliest >= midnight(last + _DAY, zone):
        return FreeTimes(Offer(0, {}), timedelta(minutes=service.duration_minutes))
    # A day that lies wholly before the lead time needs no load.
    first = max(first, local_day(earliest, zone))
    shape = shape_of(service, settings)
    loads = _load(service, location, settings, first, last, with_limits_from=first)
    span = (tick_at_or_after(midnight(first, zone)), tick_at_or_after(midnight(last + _DAY, zone)))
    return FreeTimes(offer(loads, shape, span, tick_at_or_after(earliest)), timedelta(minutes=service.duration_minutes))


def shape_of(service: Service, settings: TenantSettings) -> ServiceShape:
    """Minutes become ticks of five minutes, rounded up: time is never promised twice."""
    return ServiceShape(
        duration_ticks=-(-service.duration_minutes // 5),
        before_ticks=-(-service.before_minutes // 5),
        after_ticks=-(-service.after_minutes // 5),
        grid_ticks=-(-settings.grid_minutes // 5),
    )


def _load(
    service: Service, location: Location, settings: TenantSettings, first: date, last: date, *, with_limits_from: date
) -> list[CalendarLoad]:
    """One query: everything that decides about these calendars from the day before `first` to the day after `last`."""
    zone = settings.zone
    days = [first + timedelta(days=offset) for offset in range(-1, (last - first).days + 2)]
    start, end = midnight(days[0], zone), midnight(days[-1] + _DAY, zone)
    low, high = tick_at_or_before(start), tick_at_or_after(end)
    with connection.cursor() as cursor:
        cursor.execute(
            _LOAD,
            {
                "service": service.pk,
                "location": location.pk,
                "from": start,
                "until": end,
                "low": low - _DAY_TICKS,  # no occupancy is longer than a day (CHECK), so looking back one day finds all
                "high": high,
                "first_day": days[0],
                "last_day": days[-1],
            },
        )
        rows = cursor.fetchall()
    closed = {day for day in days if is_hessian_holiday(day)} | (_closed_days(rows[0][5], days) if rows else set())
    midnights = [tick_at_or_after(midnight(day, zone)) for day in days if day >= with_limits_from]
    return [
        CalendarLoad(
            calendar_id=calendar_id,
            open=open_ticks(_rules(rules), days, zone, closed),
            taken=_ranges(taken),
            blocked=_ranges(absences),
            max_per_day=max_per_day,
            midnights=midnights if max_per_day is not None else (),
        )
        for calendar_id, max_per_day, rules, absences, taken, _closures in rows
    ]


def _ranges(pairs: Iterable[list[int]] | None) -> list[tuple[int, int]]:
    return [(start, end) for start, end in pairs or ()]


def _rules(packed: Iterable[list[int]] | None) -> list[OpeningRule]:
    return [_rule(*one) for one in packed or ()]


def _rule(weekday: int, start: int, end: int, valid_from: int, valid_until: int) -> OpeningRule:
    return OpeningRule(
        weekday,
        start,
        end,
        None if valid_from == _ALWAYS[0] else _EPOCH_DAY + timedelta(days=valid_from),
        None if valid_until == _ALWAYS[1] else _EPOCH_DAY + timedelta(days=valid_until),
    )


def _closed_days(packed: Any, days: list[date]) -> set[date]:
    closures = _ranges(packed)
    return {day for day in days if any(first <= (day - _EPOCH_DAY).days <= last for first, last in closures)}
