# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Taking time: find who is free, clear dead holds away, write, and when it is too late, name the nearest times.

Shared by holding, booking and moving. The database's constraints are the last judge; losing is SlotTaken, not an error.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Final

from appointments.availability import NO_WISHES, FreeTimes, Need, Slot, Wishes, booking_window, find_slots
from appointments.core.parties import parties
from appointments.core.policy import Refusal
from appointments.models import Location, Occupancy, Service
from appointments.models.occupancy import Holder, Wanted
from appointments.queries import in_turn, serves
from jobcenter_portal.kernel.wall_clock import local_day, midnight
from jobcenter_portal.tenancy.models import Jobcenter

NEAREST: Final = 3
_DAY: Final = timedelta(days=1)
PARTIES_TRIED: Final = 4
ROUNDS: Final = 3
"""How often a call searches again after all it tried were taken under its hands."""
_SEARCH_DAYS: Final = (1, 3, 10, 200)
"""Windows in which the nearest times are looked for, growing until there are enough."""


class SlotTaken(Exception):
    """The time is not free (any more). `nearest` are the free times closest to it."""

    def __init__(self, nearest: list[Slot]) -> None:
        super().__init__("the time is taken")
        self.nearest = nearest


class Refused(Exception):
    """The rules of this Jobcenter say no; `reason` is for the page to put into words."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Request:
    """A time somebody wants: of a service, at a location, now. Staff may book outside lead time and horizon.

    With `sees_resting` also time that rests after a cancellation is theirs: it is offered to those who wait.
    """

    jobcenter: Jobcenter
    service: Service
    location: Location
    starts_at: datetime
    now: datetime
    for_staff: bool = False
    wishes: Wishes = NO_WISHES
    sees_resting: bool = False

    @property
    def need(self) -> Need:
        return Need(self.service, self.wishes)

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + self.need.duration

    def stretch(self, calendar_id: int, version: int | None = None) -> Wanted:
        """What it takes of a calendar, buffers included."""
        starts_at, ends_at = self.need.taken_around(self.starts_at)
        return Wanted(calendar_id, starts_at, ends_at, local_day(starts_at, self.jobcenter.settings.zone), version)


@dataclass(frozen=True, slots=True)
class Parties:
    """Who could come at the wanted time, the preferred first: each a calendar per role, the one who leads first."""

    calendars: tuple[tuple[int, ...], ...]
    versions: Mapping[int, int]
    limited: frozenset[int]

    @property
    def lead(self) -> int:
        return self.calendars[0][0]

    def preferring(self, calendar_id: int | None) -> "Parties":
        """The same, those led by this calendar first."""
        first = sorted(self.calendars, key=lambda party: party[0] != calendar_id)
        return Parties(tuple(first), self.versions, self.limited)


def rounds(request: Request) -> Iterator[Parties]:
    """Who is free at the wanted time; again for each round in which all of them were lost to others.

    Raises Refused outside lead time and horizon and where the site does not serve the person's town, SlotTaken when
    nobody is free (any more). Runs outside the booking transaction: dead holds end in a short one of their own,
    because inside it several calendars would deadlock (measured).
    """
    if not request.for_staff and (refusal := refusal_of(request)):
        raise Refused(refusal)
    for _round in range(ROUNDS):
        yield _free_parties(request)
    raise SlotTaken(nearest(request))


def free_right_now(request: Request) -> Parties | None:
    """Who is free, asked inside a transaction that may have given time back: dead holds of others count as taken."""
    found = _search(request, first_day=local_day(request.starts_at, request.jobcenter.settings.zone), days=1)
    roles = found.calendars_by_role(request.starts_at)
    return _in_order(found, roles, request) if roles else None


def take_one_of(free: Parties, request: Request, holder: Holder) -> int | None:
    """Take the wanted time of the first party that the constraints grant, of all its calendars or of none.

    Returns the calendar that leads, or None when all have gone. What was refused leaves no trace, so the next party
    is tried in the same transaction.
    """
    for party in free.calendars:
        wanted = [request.stretch(calendar_id, free.versions[calendar_id]) for calendar_id in party]
        if Occupancy.objects.take(wanted, holder, is_limited=not free.limited.isdisjoint(party)) is not None:
            return party[0]
    return None


def nearest(request: Request, *, of_the_day: FreeTimes | None = None) -> list[Slot]:
    """The free times closest to the wanted one, earlier or later, in order of time; few or none when there are none.

    Who has just searched the wanted day brings along what was found: in a rush the next search would find the same.
    """
    settings = request.jobcenter.settings
    wanted_day, today = local_day(request.starts_at, settings.zone), local_day(request.now, settings.zone)
    last_day = booking_window(settings, request.service).last_day(request.now, settings.zone)
    found: list[Slot] = []
    for reach in _SEARCH_DAYS:
        first, last = wanted_day - (reach - 1) * _DAY, wanted_day + (reach - 1) * _DAY
        seen = of_the_day if reach == 1 else None
        found = (seen or _search(request, first_day=first, days=2 * reach - 1)).slots()
        is_all = not request.for_staff and first <= today and last >= last_day
        if len(found) >= NEAREST or is_all:
            break
    found.sort(key=lambda slot: (abs(slot.starts_at - request.starts_at), slot.starts_at))
    return sorted(found[:NEAREST], key=lambda slot: slot.starts_at)


def refusal_of(request: Request) -> Refusal | None:
    """Why the rules of this Jobcenter do not let the person have this time here, or None."""
    settings, starts_at = request.jobcenter.settings, request.starts_at
    refusal = booking_window(settings, request.service).refusal(starts_at, request.now, settings.zone)
    municipality = request.wishes.municipality
    if refusal is None and municipality is not None:
        is_served = serves(request.location, municipality, local_day(starts_at, settings.zone))
        return None if is_served else Refusal.NOT_RESPONSIBLE
    return refusal


def _free_parties(request: Request) -> Parties:
    settings = request.jobcenter.settings
    found = _search(request, first_day=local_day(request.starts_at, settings.zone), days=1)
    roles = found.calendars_by_role(request.starts_at)
    if not roles:
        raise SlotTaken(nearest(request, of_the_day=found))
    everybody = sorted({calendar_id for role in roles for calendar_id in role})
    around = request.stretch(everybody[0])
    # All of the day, not the stretch alone: a dead hold still has its number of a limit per day.
    next_day = midnight(around.day + _DAY, settings.zone)
    first, last = midnight(around.day, settings.zone), max(around.ends_at, next_day)
    Occupancy.objects.release_dead_holds(everybody, first, last)
    return _in_order(found, roles, request)


def _in_order(found: FreeTimes, roles: Sequence[Sequence[int]], request: Request) -> Parties:
    everybody = sorted({calendar_id for role in roles for calendar_id in role})
    settings = request.jobcenter.settings
    order = in_turn(everybody, request.starts_at, settings) if len(everybody) > len(roles) else everybody
    ordered: Sequence[Sequence[int]] = [sorted(role, key=order.index) for role in roles]
    return Parties(tuple(islice(parties(ordered), PARTIES_TRIED)), found.versions, found.limited)


def _search(request: Request, *, first_day: date, days: int) -> FreeTimes:
    today = local_day(request.now, request.jobcenter.settings.zone)
    hidden = max((today - first_day).days, 0)  # days that lie in the past
    return find_slots(
        service=request.service,
        location=request.location,
        settings=request.jobcenter.settings,
        now=request.now,
        wishes=request.wishes,
        first_day=first_day,
        days=max(days - hidden, 1),
        for_staff=request.for_staff,
        sees_resting=request.sees_resting,
    )
