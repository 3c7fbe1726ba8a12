# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Everything that decides about a search window, in one round trip, as tightly packed as it can come.

Rules, exceptions and taken time arrive as bytes; letting the driver decode ranges and dates cost more than the search
itself (occupancy trial). What a site and its hours come to is the same in many searches of a day and is kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from struct import Struct
from typing import Any, Final
from zoneinfo import ZoneInfo

from appointments.core.modes import Mode, PartyRole
from appointments.core.opening import ALL_DAY, Minutes, OpeningPlan, OpeningRule, common_ranges, open_ticks
from appointments.core.slots import CalendarLoad, OpenTime, PackedTicks, Ticks, tick_at_or_after, tick_at_or_before
from appointments.search_query import QUERIES
from jobcenter_portal.kernel.holidays import is_hessian_holiday
from jobcenter_portal.kernel.wall_clock import midnight
from jobcenter_portal.tenancy.prepared import prepared_rows

_DAY: Final = timedelta(days=1)
_DAY_TICKS: Final = 288
_NEVER, _FOREVER = date(1900, 1, 1), date(2400, 1, 1)
_RULE: Final = Struct(">hhhhii")
_EXCEPTION: Final = Struct(">ihh")
_PAIR: Final = Struct(">ii")
_SITE: Final = slice(10, 17)
"""The columns of a row that are the same for all calendars of a location."""
_EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()


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
    days = (asked.last - asked.first).days + 3
    first_day = asked.first - _DAY
    start, end = midnight(first_day, asked.zone), midnight(first_day + days * _DAY, asked.zone)
    low = tick_at_or_before(start) - _DAY_TICKS  # no occupancy is longer than a day (CHECK)
    query = QUERIES[
        len(asked.service_ids) > 1, bool(asked.mediator_language), asked.is_emergency, asked.municipality is not None
    ]
    values = _parameters(asked, start, end, low)
    rows = prepared_rows(query.sql, [values[name] for name in query.names])
    midnights = _midnights(first_day, days, asked.zone)
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return {location_id: _loaded(of_site, asked, days, low, midnights) for location_id, of_site in found.items()}


def _parameters(asked: Asked, start: datetime, end: datetime, low: int) -> dict[str, Any]:
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
        "first_day": asked.first - _DAY,
        "last_day": asked.last + _DAY,
    }


def _loaded(rows: Sequence[Any], asked: Asked, days: int, low: int, midnights: Sequence[int]) -> Loaded:
    site = _Site.of(rows[0][_SITE], asked)
    *_, of_services, needs_mediator = rows[0]
    needed = {PartyRole.LEAD, *(of_services or ())} | ({PartyRole.MEDIATOR} if needs_mediator else set())
    if asked.mode is not Mode.IN_PERSON:
        needed.discard(PartyRole.ROOM)
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
                taken=PackedTicks(taken, low) if taken else (),
                blocked=[*_pairs(absences), *(PackedTicks(resting, low) if resting else ())],
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
        hours, exceptions, closures, windows = (bytes(part or b"") for part in parts)
        served = None if asked.municipality is None else bytes(catchment or b"")
        return _Site(valid_from, valid_until, hours, exceptions, closures, windows, served, asked.hours)


@lru_cache(maxsize=4096)
def _open_time(rules: bytes, exceptions: bytes, site: _Site, first: date, days: int, zone: ZoneInfo) -> OpenTime:
    plan = OpeningPlan(tuple(_rules(rules)), _exceptions(exceptions))
    return OpenTime(common_ranges(open_ticks(plan, _dates(first, days), zone), _bounds(site, first, days, zone)))


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


@lru_cache(maxsize=256)
def _midnights(first: date, count: int, zone: ZoneInfo) -> tuple[int, ...]:
    return tuple(tick_at_or_after(midnight(day, zone)) for day in _dates(first, count))


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
    return any(first <= number <= last for first, last in _PAIR.iter_unpack(packed))


def _day(number: int) -> date | None:
    """None stands for no limit; the query sends a number that no date has."""
    return None if abs(number) == abs(-999999) else date.fromordinal(_EPOCH_ORDINAL + number)


def _pairs(packed: bytes | None) -> list[Ticks]:
    return [(start, end) for start, end in _PAIR.iter_unpack(packed or b"")]
