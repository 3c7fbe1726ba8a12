# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Free times in pages that fit a phone: whole days, two or three at once, and links to the days before and after.

Only days with free times are shown. A calendar full of grey days was read as "booked out until December" by the
citizens of another town.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum, unique
from itertools import groupby
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest

from appointments.availability import NO_WISHES, Slot, Wishes, booking_window, find_slots
from appointments.models import Location, Service
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.tenancy.models import TenantSettings
from jobcenter_portal.web.dates import local

DAYS_PER_PAGE: Final = 3
TIMES_PER_PAGE: Final = 24
FEW: Final = 8
"""So many times a page has at least, if the next day has more: one last free time is no choice."""
_YEARS: Final = range(2000, 2200)
"""Beyond, arithmetic with dates may overflow; nobody books there."""

_NOON: Final = 12
_BEGIN: Final = "ab"
_PART: Final = "zeit"

Day = tuple[Slot, ...]


@unique
class DayPart(StrEnum):
    """Whoever works, or brings children to school, asks for one half of the day; the values stand in addresses."""

    MORNING = "vormittag"
    AFTERNOON = "nachmittag"


@dataclass(frozen=True, slots=True)
class TimesPage:
    """One page of free times. `earlier` and `later` are the days on which the pages before and after begin."""

    slots: Day
    days: tuple[date, ...]
    """All days with free times, on this page and on the others."""
    earlier: date | None
    later: date | None
    last_day: date
    """The last local day on which anything can be booked at present."""
    part: DayPart | None = None
    """The half of the day that is shown; None shows all of it."""
    missed: DayPart | None = None
    """The half that was asked for and has no time at all: then all of the day is shown."""
    has_halves: bool = False
    """Whether both halves have times, so that there is something to choose."""


def times_page(
    *,
    service: Service,
    location: Location,
    settings: TenantSettings,
    now: datetime,
    first_day: date | None,
    wishes: Wishes = NO_WISHES,
    part: DayPart | None = None,
) -> TimesPage:
    """The page that begins on `first_day` or the next day with free times; without one, the earliest days."""
    everything = find_slots(service=service, location=location, settings=settings, now=now, wishes=wishes).slots()
    wanted = [slot for slot in everything if part_of(slot) is part] if part else everything
    slots = wanted or everything
    days = [tuple(of_day) for _, of_day in groupby(slots, key=day_of)]
    begin = _index_of(days, first_day)
    end = begin + _how_many(days[begin:])
    before = begin - _how_many(days[:begin][::-1])
    return TimesPage(
        slots=tuple(slot for day in days[begin:end] for slot in day),
        days=tuple(day_of(day[0]) for day in days),
        earlier=day_of(days[before][0]) if begin else None,
        later=day_of(days[end][0]) if end < len(days) else None,
        last_day=booking_window(settings, service).last_day(now, settings.zone),
        part=part if wanted else None,
        missed=None if wanted else part,
        has_halves=len({part_of(slot) for slot in everything}) > 1,
    )


def page_asked_for(
    request: HttpRequest, *, service: Service, location: Location, now: datetime, wishes: Wishes = NO_WISHES
) -> TimesPage:
    """The page that the address asks for (`?ab=2026-12-14&zeit=vormittag`)."""
    return times_page(
        service=service,
        location=location,
        settings=tenant_of(request).settings,
        now=now,
        first_day=typed_day(request.GET.get(_BEGIN, "")),
        wishes=wishes,
        part=_typed_part(request.GET.get(_PART, "")),
    )


def page_query(*, begin: date | None, part: DayPart | None) -> str:
    """The query that asks for a page; empty for the first one of all day."""
    said = {_BEGIN: begin.isoformat() if begin else "", _PART: part or ""}
    return urlencode({name: str(value) for name, value in said.items() if value})


def part_of(slot: Slot) -> DayPart:
    return DayPart.MORNING if local(slot.starts_at).hour < _NOON else DayPart.AFTERNOON


def day_of(slot: Slot) -> date:
    return local(slot.starts_at).date()


def typed_day(text: str) -> date | None:
    """The day an address names (`?ab=2026-12-14`); None for anything else: then the earliest days are shown."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _typed_part(text: str) -> DayPart | None:
    return next((part for part in DayPart if part == text), None)


def slot_value(starts_at: datetime) -> str:
    """A time as forms send it: `20261214T0730Z`."""
    return f"{starts_at.astimezone(UTC):%Y%m%dT%H%M}Z"


def slot_start(value: str) -> datetime:
    """Undo `slot_value`. Raises ValueError for what no page of ours has sent."""
    moment = datetime.strptime(value, "%Y%m%dT%H%M%z")
    if moment.year not in _YEARS or slot_value(moment) != value:
        raise ValueError("not a time as our forms send it")
    return moment


def _index_of(days: Sequence[Day], first_day: date | None) -> int:
    """Where the page begins. After the last day there is nothing: then the last day is shown."""
    for index, day in enumerate(days):
        if first_day is None or day_of(day[0]) >= first_day:
            return index
    return max(len(days) - 1, 0)


def _how_many(days: Sequence[Day]) -> int:
    """How many of these days fit on a page: always one, however many times it has, and more behind one with few."""
    shown = 0
    for index, day in enumerate(days[:DAYS_PER_PAGE]):
        if shown >= FEW and shown + len(day) > TIMES_PER_PAGE:
            return index
        shown += len(day)
    return min(len(days), DAYS_PER_PAGE)
