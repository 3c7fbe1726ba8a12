# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Everything that decides about a search window, in one round trip, as tightly packed as it can come.

Rules, exceptions and taken time arrive as bytes; letting the driver decode ranges and dates cost more than the search
itself (occupancy trial). What a site and its hours come to is the same in many searches of a day and is kept.
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from struct import Struct, iter_unpack
from sys import byteorder
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import connection

from appointments.core.holidays import is_hessian_holiday
from appointments.core.modes import Mode, PartyRole
from appointments.core.opening import ALL_DAY, Minutes, OpeningPlan, OpeningRule, common_ranges, open_ticks
from appointments.core.slots import CalendarLoad, Ticks, tick_at_or_after, tick_at_or_before
from appointments.core.wall_clock import midnight

_DAY: Final = timedelta(days=1)
_DAY_TICKS: Final = 288
_NEVER, _FOREVER = date(1900, 1, 1), date(2400, 1, 1)
_RULE: Final = Struct(">hhhhii")
_EXCEPTION: Final = Struct(">ihh")
_DAYS: Final = Struct(">ii")
_SITE: Final = slice(10, 17)
"""The columns of a row that are the same for all calendars of a location."""
_EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()

# Correlated subqueries have one plan only; a grouped join was 70 times the floor at 100 calendars (occupancy trial).
# States and the look-back stand as literals: as parameters the partial index could not be proven in a generic plan.
_LOAD: Final = """
WITH site AS MATERIALIZED (SELECT l.id, l.valid_from, l.valid_until,
 (SELECT string_agg(int2send(h.weekday::int2) || int2send(h.start_minute::int2) || int2send(h.end_minute::int2)
    || int2send(1::int2) || int4send(coalesce(h.valid_from - date '1970-01-01', -999999))
    || int4send(coalesce(h.valid_until - date '1970-01-01', 999999)), ''::bytea ORDER BY h.id)
  FROM appointments_locationhours h WHERE h.location_id = l.id) AS hours,
 (SELECT string_agg(int4send(x.day - date '1970-01-01') || int2send(coalesce(x.start_minute, -1)::int2)
    || int2send(coalesce(x.end_minute, -1)::int2), ''::bytea ORDER BY x.day, x.start_minute)
  FROM appointments_openingexception x WHERE x.location_id = l.id AND x.calendar_id IS NULL
   AND x.day BETWEEN %(first_day)s AND %(last_day)s) AS exceptions,
 (SELECT string_agg(int4send(k.first_day - date '1970-01-01') || int4send(k.last_day - date '1970-01-01'), ''::bytea
    ORDER BY k.id)
  FROM appointments_closure k WHERE (k.location_id = l.id OR k.location_id IS NULL)
   AND k.last_day >= %(first_day)s AND k.first_day <= %(last_day)s) AS closures,
 (SELECT string_agg(int4send(w.day - date '1970-01-01') || int2send(w.start_minute::int2)
    || int2send(w.end_minute::int2), ''::bytea ORDER BY w.day, w.start_minute)
  FROM appointments_closurewindow w JOIN appointments_closure k ON k.id = w.closure_id
  WHERE %(emergency)s AND (k.location_id = l.id OR k.location_id IS NULL)
   AND w.day BETWEEN %(first_day)s AND %(last_day)s) AS windows,
 (SELECT string_agg(int4send(coalesce(g.valid_from - date '1970-01-01', -999999))
    || int4send(coalesce(g.valid_until - date '1970-01-01', 999999)), ''::bytea ORDER BY g.id)
  FROM appointments_catchment g WHERE g.location_id = l.id AND g.municipality_id = %(municipality)s) AS catchment
 FROM appointments_location l WHERE l.id = ANY (%(locations)s))
SELECT site.id, p.role, c.id, c.schedule_version, c.max_per_day, rules.packed, exceptions.packed,
 (SELECT string_agg(int4send(floor(extract(epoch FROM a.starts_at) / 300)::int)
    || int4send(ceil(extract(epoch FROM a.ends_at) / 300)::int), ''::bytea)
  FROM appointments_absence a WHERE a.calendar_id = c.id AND a.ends_at > %(from)s AND a.starts_at < %(until)s),
 (SELECT string_agg(int4send((o.start_tick - %(low)s) * 512 + o.ticks), ''::bytea)
  FROM appointments_occupancy o WHERE o.calendar_id = c.id AND o.start_tick >= %(low)s AND o.start_tick < %(high)s
   AND o.state IN (1, 2, 3) AND (o.expires_at IS NULL OR o.expires_at > now())),
 (SELECT string_agg(int4send((o.start_tick - %(low)s) * 512 + o.ticks), ''::bytea)
  FROM appointments_occupancy o WHERE %(rests)s AND o.calendar_id = c.id AND o.start_tick >= %(low)s
   AND o.start_tick < %(high)s AND o.reoffer_at IS NOT NULL AND o.reoffer_at > now()),
 site.valid_from, site.valid_until, site.hours, site.exceptions, site.closures, site.windows, site.catchment,
 (SELECT array_agg(DISTINCT n.role) FROM appointments_servicecalendar n WHERE n.service_id = ANY (%(services)s))
FROM site
CROSS JOIN ({parties}) p
JOIN appointments_calendar c ON c.id = p.calendar_id
CROSS JOIN LATERAL (SELECT string_agg(int2send(r.weekday::int2) || int2send(r.start_minute::int2)
   || int2send(r.end_minute::int2) || int2send(r.every_weeks::int2)
   || int4send(coalesce(r.valid_from - date '1970-01-01', -999999))
   || int4send(coalesce(r.valid_until - date '1970-01-01', 999999)), ''::bytea ORDER BY r.id) AS packed
  FROM appointments_openingrule r WHERE r.calendar_id = c.id AND r.location_id = site.id AND r.modes & %(mode)s <> 0
   AND r.is_emergency = (%(emergency)s AND p.role = 1)
   AND (r.valid_until IS NULL OR r.valid_until >= %(first_day)s)) rules
CROSS JOIN LATERAL (SELECT string_agg(int4send(x.day - date '1970-01-01')
   || int2send(coalesce(x.start_minute, -1)::int2) || int2send(coalesce(x.end_minute, -1)::int2), ''::bytea
   ORDER BY x.day, x.start_minute) AS packed
  FROM appointments_openingexception x WHERE x.calendar_id = c.id AND x.location_id = site.id
   AND x.day BETWEEN %(first_day)s AND %(last_day)s) exceptions
WHERE rules.packed IS NOT NULL OR exceptions.packed IS NOT NULL
ORDER BY site.id, p.role, c.id"""

_ABLE: Final = """
SELECT s.calendar_id, s.role FROM appointments_servicecalendar s
 WHERE s.service_id = ANY (%(services)s) AND (s.role <> 3 OR %(mode)s = 1)
  AND (s.role <> 1 OR %(only)s::bigint IS NULL OR s.calendar_id = %(only)s)"""
# Of several concerns, each role's calendar must know all those that need the role.
_IN_ALL_OF_THEM: Final = """
 GROUP BY s.calendar_id, s.role
 HAVING count(*) = (SELECT count(DISTINCT n.service_id) FROM appointments_servicecalendar n
  WHERE n.service_id = ANY (%(services)s) AND n.role = s.role)"""
_MEDIATORS: Final = """
 UNION ALL SELECT k.id, 4::smallint FROM appointments_calendar k
 WHERE k.kind = 'mediator' AND %(language)s = ANY (k.languages)"""
_QUERIES: Final = {
    (is_several, has_mediator): _LOAD.replace(
        "{parties}",
        _ABLE + (_IN_ALL_OF_THEM if is_several else "") + (_MEDIATORS if has_mediator else ""),
    )
    for is_several in (False, True)
    for has_mediator in (False, True)
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a search wants to know about: where, for what, on which local days (both included)."""

    location_ids: tuple[int, ...]
    service_ids: tuple[int, ...]
    first: date
    last: date
    zone: ZoneInfo
    hours: Minutes = ALL_DAY
    mode: Mode = Mode.IN_PERSON
    is_emergency: bool = False
    mediator_language: str = ""
    only_calendar: int | None = None
    municipality: int | None = None
    sees_resting: bool = False


@dataclass(frozen=True, slots=True)
class Loaded:
    """The calendars of one location by role, and the version of each schedule. Without a needed role: no roles."""

    roles: tuple[tuple[CalendarLoad, ...], ...]
    versions: Mapping[int, int]
    limited: frozenset[int]
    """Calendars with a limit per day."""


def load(asked: Asked) -> dict[int, Loaded]:
    """All asked locations with a calendar that may matter, from the day before the first to the day after the last."""
    days = _dates(asked.first - _DAY, (asked.last - asked.first).days + 3)
    start, end = midnight(days[0], asked.zone), midnight(days[-1] + _DAY, asked.zone)
    low = tick_at_or_before(start) - _DAY_TICKS  # no occupancy is longer than a day (CHECK)
    with connection.cursor() as cursor:
        cursor.execute(
            _QUERIES[len(asked.service_ids) > 1, bool(asked.mediator_language)],
            _parameters(asked, days, start, end, low),
        )
        rows = cursor.fetchall()
    midnights = [tick_at_or_after(midnight(day, asked.zone)) for day in days if day >= asked.first]
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return {location_id: _loaded(of_site, asked, len(days), low, midnights) for location_id, of_site in found.items()}


def _parameters(asked: Asked, days: Sequence[date], start: datetime, end: datetime, low: int) -> dict[str, Any]:
    return {
        "locations": list(asked.location_ids),
        "services": list(asked.service_ids),
        "mode": int(asked.mode),
        "emergency": asked.is_emergency,
        "language": asked.mediator_language,
        "only": asked.only_calendar,
        "municipality": asked.municipality,
        "rests": not asked.sees_resting,
        "from": start,
        "until": end,
        "low": low,
        "high": tick_at_or_after(end),
        "first_day": days[0],
        "last_day": days[-1],
    }


def _loaded(rows: Sequence[Any], asked: Asked, days: int, low: int, midnights: Sequence[int]) -> Loaded:
    site = _Site.of(rows[0][_SITE], asked)
    needed = set(rows[0][-1]) - ({PartyRole.ROOM} if asked.mode is not Mode.IN_PERSON else set())
    roles: dict[int, list[CalendarLoad]] = {role: [] for role in sorted(needed)}
    versions: dict[int, int] = {}
    for _location, role, calendar_id, version, max_per_day, rules, exceptions, absences, taken, resting, *_ in rows:
        versions[calendar_id] = version
        roles.setdefault(role, []).append(
            CalendarLoad(
                calendar_id=calendar_id,
                open=_open_time(
                    bytes(rules or b""), bytes(exceptions or b""), site, asked.first - _DAY, days, asked.zone
                ),
                taken=_taken(taken, low),
                blocked=[*_pairs(absences), *_taken(resting, low)],
                max_per_day=max_per_day,
                midnights=midnights if max_per_day is not None else (),
            )
        )
    if not all(roles.values()):
        return Loaded((), versions, frozenset())
    limited = frozenset(load.calendar_id for loads in roles.values() for load in loads if load.max_per_day is not None)
    return Loaded(tuple(tuple(loads) for loads in roles.values()), versions, limited)


@dataclass(frozen=True, slots=True)
class _Site:
    """What bounds every calendar of a location, still packed: equal sites are computed once."""

    valid_from: date | None
    valid_until: date | None
    hours: bytes
    exceptions: bytes
    closures: bytes
    windows: bytes
    catchment: bytes | None
    service_hours: Minutes
    """Outermost: an appointment of this service lies within them on every day."""

    @staticmethod
    def of(packed: Sequence[Any], asked: Asked) -> "_Site":
        valid_from, valid_until, *parts, catchment = packed
        served = None if asked.municipality is None else bytes(catchment or b"")
        return _Site(valid_from, valid_until, *(bytes(part or b"") for part in parts), served, asked.hours)


@lru_cache(maxsize=4096)
def _open_time(
    rules: bytes, exceptions: bytes, site: _Site, first: date, days: int, zone: ZoneInfo
) -> tuple[Ticks, ...]:
    plan = OpeningPlan(tuple(_rules(rules)), _exceptions(exceptions))
    return common_ranges(open_ticks(plan, _dates(first, days), zone), _bounds(site, first, days, zone))


@lru_cache(maxsize=1024)
def _bounds(site: _Site, first: date, count: int, zone: ZoneInfo) -> tuple[Ticks, ...]:
    """When the site lets anybody be open: its hours and dates, without holidays and closures, but with their windows.

    A window opens a holiday or a day of closure for emergencies; it is what counts then, whatever the site's hours.
    """
    days = _dates(first, count)
    windows = _exceptions(site.windows)
    every_day = tuple(OpeningRule(weekday, *ALL_DAY) for weekday in range(1, 8))
    plan = OpeningPlan(tuple(_rules(site.hours)) or every_day, {**_exceptions(site.exceptions), **windows})
    closed = {day for day in days if day not in windows and (is_hessian_holiday(day) or _is_within(day, site.closures))}
    closed |= {day for day in days if not (site.valid_from or _NEVER) <= day <= (site.valid_until or _FOREVER)}
    if site.catchment is not None:
        closed |= {day for day in days if not _is_within(day, site.catchment)}
    service = OpeningPlan(tuple(OpeningRule(weekday, *site.service_hours) for weekday in range(1, 8)))
    return common_ranges(open_ticks(plan, days, zone, closed), open_ticks(service, days, zone))


def _dates(first: date, count: int) -> list[date]:
    return [first + offset * _DAY for offset in range(count)]


def _rules(packed: bytes) -> Iterator[OpeningRule]:
    for weekday, start, end, every_weeks, first, last in _RULE.iter_unpack(packed):
        yield OpeningRule(weekday, start, end, _day(first), _day(last), every_weeks)


def _exceptions(packed: bytes) -> dict[date, list[Minutes]]:
    """Ranges by date; a row without minutes says that the date is closed."""
    found: dict[date, list[Minutes]] = {}
    for number, start, end in _EXCEPTION.iter_unpack(packed):
        ranges = found.setdefault(date.fromordinal(_EPOCH_ORDINAL + number), [])
        if start >= 0:
            ranges.append((start, end))
    return found


def _is_within(day: date, packed: bytes) -> bool:
    number = day.toordinal() - _EPOCH_ORDINAL
    return any(first <= number <= last for first, last in _DAYS.iter_unpack(packed))


def _day(number: int) -> date | None:
    """None stands for no limit; the query sends a number that no date has."""
    return None if abs(number) == abs(-999999) else date.fromordinal(_EPOCH_ORDINAL + number)


def _taken(packed: bytes | None, low: int) -> list[Ticks]:
    """Each stretch is one number: how far from `low` it starts, and in the last nine bits how long it is."""
    numbers = array("i", packed or b"")
    if byteorder == "little":
        numbers.byteswap()
    return [(start := low + (number >> 9), start + (number & 511)) for number in numbers]


def _pairs(packed: bytes | None) -> Iterator[Ticks]:
    return iter_unpack(">ii", packed or b"")  # type: ignore[return-value] -- struct cannot say what it finds
