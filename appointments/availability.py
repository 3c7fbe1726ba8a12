# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which times are free for what somebody wants: loads a window of calendars in one round trip and asks the core.

The only caller of `core.slots`: what a page lists and what a booking accepts come from the same computation. Nothing
is stored; holds that ran out count as free by the database's clock.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from appointments.core.modes import Mode
from appointments.core.opening import ALL_DAY
from appointments.core.policy import BookingWindow
from appointments.core.slots import (
    TICK,
    Offer,
    ServiceShape,
    instant_of,
    offer,
    starts_in,
    tick_at_or_after,
    tick_at_or_before,
)
from appointments.loading import Asked, Loaded, load
from appointments.models import Location, Service
from jobcenter_portal.kernel.wall_clock import local_day, midnight
from jobcenter_portal.tenancy.models import TenantSettings

_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)
_TICK: Final = timedelta(seconds=TICK)
_LONGEST: Final = _DAY - 3 * _TICK
"""Several long concerns may come to more than the day that the database lets one appointment take (CHECK); each of its
three parts is rounded up."""
_FIRST_LOOK: Final = 5
"""Days in which the first free time is looked for, before the whole horizon is."""


class Slot(NamedTuple):
    """A time that can be booked: half-open, UTC, without its buffers."""

    starts_at: datetime
    ends_at: datetime


@lru_cache(maxsize=8_192)
def _slots_in(packed: bytes, first_tick: int, duration: timedelta) -> list[Slot]:
    """Of one piece of an offer. Kept: a page lists hundreds of times, and the next one lists the same."""
    starts = map(instant_of, starts_in(packed, first_tick))
    return [Slot(start, start + duration) for start in starts]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody wants beyond the service itself. The defaults are those of most people."""

    mode: Mode = Mode.IN_PERSON
    more_services: tuple[Service, ...] = ()
    """Further concerns of the same appointment."""
    mediator_language: str = ""
    """Somebody shall interpret; where the Jobcenter has mediators for the language, one of them must be free."""
    only_calendar: int | None = None
    """Nobody but this caseworker."""
    municipality: int | None = None
    """Where the person lives: only days on which the location serves that place."""

    @property
    def plain(self) -> tuple[object, ...]:
        """The same in plain values: two wishes are equal when these are."""
        more = tuple(one.pk for one in self.more_services)
        return (int(self.mode), more, self.mediator_language, self.only_calendar, self.municipality)


NO_WISHES: Final = Wishes()


@dataclass(frozen=True, slots=True)
class Need:
    """A service with its wishes, in minutes: what an appointment takes of a calendar."""

    service: Service
    wishes: Wishes = NO_WISHES

    @property
    def services(self) -> tuple[Service, ...]:
        return (self.service, *self.wishes.more_services)

    @property
    def duration(self) -> timedelta:
        """One concern after the other; whoever needs somebody to interpret is given the time for it."""
        interpreting = sum(one.mediator_minutes for one in self.services) if self.wishes.mediator_language else 0
        return (sum(one.duration_minutes for one in self.services) + interpreting) * _MINUTE

    @property
    def before(self) -> timedelta:
        return max(one.before_minutes for one in self.services) * _MINUTE

    @property
    def after(self) -> timedelta:
        return max(one.after_minutes for one in self.services) * _MINUTE

    def taken_around(self, starts_at: datetime) -> tuple[datetime, datetime]:
        """What an appointment then takes of a calendar, in whole ticks, as the search counts them."""
        duration, before, after = (_ticks(part) * _TICK for part in (self.duration, self.before, self.after))
        return starts_at - before, starts_at + duration + after

    def shape(self, settings: TenantSettings) -> ServiceShape:
        """Minutes become ticks of five minutes, rounded up: time is never promised twice."""
        return ServiceShape(
            duration_ticks=_ticks(self.duration),
            before_ticks=_ticks(self.before),
            after_ticks=_ticks(self.after),
            grid_ticks=_ticks((self.service.grid_minutes or settings.grid_minutes) * _MINUTE),
        )

    @property
    def hours(self) -> tuple[int, int]:
        """In which minutes of the day the appointment may lie: all its services agree with them."""
        return (
            max(one.earliest_minute or ALL_DAY[0] for one in self.services),
            min(one.latest_minute or ALL_DAY[1] for one in self.services),
        )

    @property
    def is_possible(self) -> bool:
        start, end = self.hours
        if start >= end or self.before + self.duration + self.after > _LONGEST:
            return False
        return all(one.modes & self.wishes.mode and not one.is_group for one in self.services)


@dataclass(frozen=True, slots=True)
class FreeTimes:
    """The answer of a search. `slots()` for a page, `calendars_by_role()` for a booking."""

    offer: Offer
    duration: timedelta
    versions: Mapping[int, int]
    limited: frozenset[int] = frozenset()

    def slots(self, limit: int | None = None) -> list[Slot]:
        found: list[Slot] = []
        for piece in self.offer.pieces():
            found += _slots_in(*piece, self.duration)
            if limit is not None and len(found) >= limit:
                return found[:limit]
        return found

    def calendars_by_role(self, starts_at: datetime) -> tuple[tuple[int, ...], ...]:
        """Ids of the calendars that are free then, those who lead first; none for a time that is not offered."""
        tick = tick_at_or_before(starts_at)
        return self.offer.get(tick, ()) if instant_of(tick) == starts_at else ()

    def calendars_at(self, starts_at: datetime) -> tuple[int, ...]:
        """The calendars that could lead then."""
        roles = self.calendars_by_role(starts_at)
        return roles[0] if roles else ()


def booking_window(settings: TenantSettings, service: Service) -> BookingWindow:
    """How soon and how far ahead this service can be booked; emergencies come day by day, at the office's hour."""
    if service.is_emergency:
        lead = timedelta(hours=service.min_lead_hours or 0)
        return BookingWindow(lead, settings.emergency_days_before, settings.emergency_release_minute)
    lead_hours = settings.min_lead_hours if service.min_lead_hours is None else service.min_lead_hours
    horizon = settings.horizon_days if service.horizon_days is None else service.horizon_days
    return BookingWindow(timedelta(hours=lead_hours), horizon, settings.day_release_minute)


def find_slots(
    *,
    service: Service,
    location: Location,
    settings: TenantSettings,
    now: datetime,
    wishes: Wishes = NO_WISHES,
    first_day: date | None = None,
    days: int | None = None,
    for_staff: bool = False,
    sees_resting: bool = False,
) -> FreeTimes:
    """Free times of a service at a location, from `first_day` (today) for `days` local days (the whole horizon).

    Never before the lead time and never beyond the horizon, except for staff, who may book from now on and later.
    Time that rests after a cancellation is hidden from all but staff and those who ask for it. One SQL query.
    """
    found = _search(
        Need(service, wishes),
        [location],
        settings,
        now,
        first_day,
        days,
        for_staff=for_staff,
        resting=sees_resting or for_staff,
    )
    return found.get(location.pk, _nothing())


def first_free(
    *,
    service: Service,
    locations: Sequence[Location],
    settings: TenantSettings,
    now: datetime,
    wishes: Wishes = NO_WISHES,
) -> dict[int, Slot]:
    """The first free time at each location that has one, by location id. One query mostly, two where it is full."""
    earliest: dict[int, Slot] = {}
    for days in (_FIRST_LOOK, None):
        missing = [location for location in locations if location.pk not in earliest]
        if not missing:
            break
        first = local_day(booking_window(settings, service).earliest(now), settings.zone)
        found = _search(Need(service, wishes), missing, settings, now, first, days)
        earliest.update({pk: slots[0] for pk, free in found.items() if (slots := free.slots(1))})
    return earliest


def _search(
    need: Need,
    locations: Iterable[Location],
    settings: TenantSettings,
    now: datetime,
    first_day: date | None,
    days: int | None,
    *,
    for_staff: bool = False,
    resting: bool = False,
) -> dict[int, FreeTimes]:
    """Free times by location; a location without any calendar for it is missing."""
    zone = settings.zone
    window = booking_window(settings, need.service)
    today = local_day(now, zone)
    first = max(first_day or today, today)
    wanted_last = first + timedelta(days=(days or window.horizon_days + 1) - 1)
    last = wanted_last if for_staff else min(wanted_last, window.last_day(now, zone))
    earliest = now if for_staff else window.earliest(now)
    if not need.is_possible or last < first or earliest >= midnight(last + _DAY, zone):
        return {}
    # A day that lies wholly before the lead time needs no load.
    first = max(first, local_day(earliest, zone))
    wishes = need.wishes
    asked = Asked(
        location_ids=tuple(location.pk for location in locations),
        service_ids=tuple(one.pk for one in need.services),
        first=first,
        last=last,
        zone=zone,
        hours=need.hours,
        mode=wishes.mode,
        is_emergency=need.service.is_emergency,
        mediator_language=wishes.mediator_language,
        only_calendar=wishes.only_calendar,
        municipality=wishes.municipality,
        sees_resting=resting or not settings.reoffer_max_minutes,
    )
    span = (tick_at_or_after(midnight(first, zone)), tick_at_or_after(midnight(last + _DAY, zone)))
    shape, earliest_tick = need.shape(settings), tick_at_or_after(earliest)
    return {
        location_id: _free_times(loaded, shape, span, earliest_tick, need.duration)
        for location_id, loaded in load(asked).items()
    }


def _ticks(span: timedelta) -> int:
    return -(-span // _TICK)


def _free_times(
    loaded: Loaded, shape: ServiceShape, span: tuple[int, int], earliest_tick: int, duration: timedelta
) -> FreeTimes:
    return FreeTimes(offer(loaded.roles, shape, span, earliest_tick), duration, loaded.versions, loaded.limited)


def _nothing() -> FreeTimes:
    return FreeTimes(Offer(0, ()), timedelta(0), {})
