# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Taking time: find who is free, clear dead holds away, write, and when it is too late, name the nearest times.

Shared by holding, booking and moving. The database's constraint is the last judge; losing is SlotTaken, not an error.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from appointments.availability import FreeTimes, Slot, booking_window, find_slots
from appointments.core.policy import Refusal
from appointments.core.wall_clock import local_day
from appointments.models import Appointment, Hold, Location, Occupancy, Service
from appointments.models.occupancy import Wanted
from appointments.queries import by_load
from jobcenter_portal.tenancy.models import Jobcenter

NEAREST: Final = 3
CALENDARS_TRIED: Final = 4
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
    """A time somebody wants: of a service, at a location, now. Staff may book outside lead time and horizon."""

    jobcenter: Jobcenter
    service: Service
    location: Location
    starts_at: datetime
    now: datetime
    for_staff: bool = False

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.service.duration_minutes)

    def stretch(self, calendar_id: int) -> Wanted:
        """What it takes of a calendar, buffers included."""
        return Wanted(
            calendar_id,
            self.starts_at - timedelta(minutes=self.service.before_minutes),
            self.ends_at + timedelta(minutes=self.service.after_minutes),
        )


def free_calendars(request: Request) -> list[int]:
    """Calendars that are free at the wanted time, least loaded first. Frees the time of dead holds on the way.

    Raises Refused outside lead time and horizon, SlotTaken when nobody is free. Runs outside the booking transaction:
    dead holds end in a short one of their own, because inside it several calendars would deadlock (measured).
    """
    settings = request.jobcenter.settings
    refusal = booking_window(settings).refusal(request.starts_at, request.now, settings.zone)
    if refusal and not request.for_staff:
        raise Refused(refusal)
    day = local_day(request.starts_at, settings.zone)
    free = _search(request, first_day=day, days=1).calendars_at(request.starts_at)
    if not free:
        raise SlotTaken(nearest(request))
    around = request.stretch(free[0])
    Occupancy.objects.release_dead_holds(free, around.starts_at, around.ends_at)
    return by_load(free, request.starts_at, settings)


def take_one_of(
    calendar_ids: Sequence[int], request: Request, *, hold: Hold | None = None, appointment: Appointment | None = None
) -> int | None:
    """Take the wanted time of the first calendar that the constraint grants; its id, or None when all have gone.

    A refused INSERT leaves no trace, so the next calendar is tried in the same transaction.
    """
    for calendar_id in calendar_ids[:CALENDARS_TRIED]:
        if Occupancy.objects.take([request.stretch(calendar_id)], hold=hold, appointment=appointment) is not None:
            return calendar_id
    return None


def nearest(request: Request) -> list[Slot]:
    """The free times closest to the wanted one, earlier or later, in order of time; few or none when there are none."""
    settings = request.jobcenter.settings
    wanted_day = local_day(request.starts_at, settings.zone)
    found: list[Slot] = []
    for reach in _SEARCH_DAYS:
        first = wanted_day - timedelta(days=reach - 1)
        found = _search(request, first_day=first, days=2 * reach - 1).slots()
        if len(found) >= NEAREST:
            break
    found.sort(key=lambda slot: (abs(slot.starts_at - request.starts_at), slot.starts_at))
    return sorted(found[:NEAREST], key=lambda slot: slot.starts_at)


def _search(request: Request, *, first_day: date, days: int) -> FreeTimes:
    today = local_day(request.now, request.jobcenter.settings.zone)
    hidden = max((today - first_day).days, 0)  # days that lie in the past
    return find_slots(
        service=request.service,
        location=request.location,
        settings=request.jobcenter.settings,
        now=request.now,
        first_day=first_day,
        days=max(days - hidden, 1),
        for_staff=request.for_staff,
    )
