# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whom a change concerns: the schedule before it against the schedule after it, for everything that is taken.

Taken time says which calendars take part, so an appointment is found as well when only its room is closed or only the
person who interprets is away.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Q

from appointments.core.impact import Hours, Obstacle, Place, Schedule, Site, Stretch, newly_obstructed
from appointments.core.lifecycle import Status
from appointments.core.modes import Mode
from appointments.core.opening import Minutes, OpeningRule
from appointments.core.slots import Ticks, tick_at_or_after, tick_at_or_before
from appointments.holding import request_of_hold
from appointments.models import (
    Absence,
    Appointment,
    Closure,
    ClosureWindow,
    GroupSession,
    Hold,
    Location,
    LocationHours,
    Occupancy,
    OpeningException,
)
from appointments.models import OpeningRule as OpeningRuleRow
from appointments.models.occupancy import ACTIVE
from appointments.schedule_changes.kinds import Span, draft_of
from jobcenter_portal.kernel.wall_clock import local_day
from jobcenter_portal.tenancy.models import Jobcenter

STANDING: Final = (Status.REQUESTED, Status.BOOKED, Status.CHECKED_IN)
"""In these an appointment is still to take place."""
_DAY_TICKS: Final = 288


@dataclass(frozen=True, slots=True)
class Concerned:
    """An appointment or a whole session that cannot take place as it stands; `lost` are its calendars without time."""

    appointment: Appointment | None
    session: GroupSession | None
    people: tuple[Appointment, ...]
    lost: frozenset[int]
    calendars: tuple[int, ...]
    obstacles: frozenset[Obstacle]

    @property
    def key(self) -> str:
        return f"a{self.appointment.pk}" if self.appointment else f"s{self.subject.pk}"

    @property
    def subject(self) -> Appointment | GroupSession:
        found = self.appointment or self.session
        assert found is not None  # noqa: S101 -- one of the two is always there
        return found

    @property
    def starts_at(self) -> datetime:
        return self.subject.starts_at


@dataclass(frozen=True, slots=True)
class Taken:
    """Everything that takes time of some calendars while a change can affect it."""

    occupancies: tuple[Occupancy, ...]
    people: Mapping[int, tuple[Appointment, ...]]
    """Who has a seat, by session."""

    def stretches(self, jobcenter: Jobcenter, now: datetime) -> list[tuple[Occupancy, Stretch]]:
        return [(row, stretch) for row in self.occupancies if (stretch := _stretch(row, jobcenter, now))]

    @property
    def location_ids(self) -> set[int]:
        places = (row.appointment or row.session or row.hold for row in self.occupancies)
        return {place.location_id for place in places if place is not None}


@dataclass(frozen=True, slots=True)
class Found:
    """What a change does: to appointments and sessions, and to times that somebody holds while typing."""

    cases: tuple[Concerned, ...]
    held: tuple[Occupancy, ...]

    def fingerprint(self, versions: Mapping[int, int]) -> str:
        """The same as long as nobody else has changed the schedule or anything that is concerned by it."""
        parts = [f"v{pk}:{version}" for pk, version in sorted(versions.items())]
        for case in self.cases:
            parts.append(f"{case.key}:{sorted(obstacle.value for obstacle in case.obstacles)}")
            parts += [f"{one.pk}:{one.revision}:{one.status}:{one.calendar_id}" for one in case.people]
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]


def load_taken(calendar_ids: Collection[int], span: Span, now: datetime) -> Taken:
    """All that is taken of these calendars in a span, from now on."""
    since = max(span.since, now)
    rows = (
        Occupancy.objects.filter(
            ACTIVE, calendar_id__in=calendar_ids, start_tick__gte=tick_at_or_before(since) - _DAY_TICKS
        )
        .filter(Q(appointment__isnull=True) | Q(appointment__ends_at__gt=since, appointment__status__in=STANDING))
        .filter(Q(session__isnull=True) | Q(session__ends_at__gt=since))
        .select_related(
            *(f"appointment__{part}" for part in ("service", "location", "customer", "calendar")),
            *(f"session__{part}" for part in ("service", "location", "calendar")),
            *(f"hold__{part}" for part in ("service", "location")),
        )
        .prefetch_related("appointment__customer__contact_points")
        .order_by("start_tick", "id")
    )
    if span.until is not None:
        rows = rows.filter(start_tick__lt=tick_at_or_after(span.until))
    occupancies = tuple(rows)
    return Taken(occupancies, _people_of({row.session_id for row in occupancies if row.session_id}))


def load_schedule(
    calendar_ids: Collection[int], location_ids: Collection[int], since: date, zone: ZoneInfo
) -> Schedule:
    """When these calendars are open at these locations, from a day on."""
    hours: dict[Place, list[Hours]] = {}
    for rule in OpeningRuleRow.objects.filter(calendar_id__in=calendar_ids):
        known = Hours(draft_of(rule).as_rule(), Mode(rule.modes), rule.is_emergency)
        hours.setdefault((rule.calendar_id, rule.location_id), []).append(known)
    exceptions: dict[Place, dict[date, list[Minutes]]] = {}
    own = OpeningException.objects.filter(calendar_id__in=calendar_ids, day__gte=since)
    for row in own.order_by("start_minute"):
        assert row.calendar_id is not None  # noqa: S101 -- filtered by it
        _add_range(exceptions.setdefault((row.calendar_id, row.location_id), {}), row)
    absences: dict[int, list[Ticks]] = {}
    for away in Absence.objects.filter(calendar_id__in=calendar_ids, ends_at__date__gte=since - timedelta(days=1)):
        ticks = tick_at_or_before(away.starts_at), tick_at_or_after(away.ends_at)
        absences.setdefault(away.calendar_id, []).append(ticks)
    return Schedule(zone, hours, exceptions, _sites(location_ids, since), absences)


def find(taken: Taken, before: Schedule, after: Schedule, jobcenter: Jobcenter, now: datetime) -> Found:
    """What stood before and does not after, in the order of time."""
    obstructed = newly_obstructed(taken.stretches(jobcenter, now), before, after)
    in_the_way: dict[str, list[Occupancy]] = {}
    held = []
    for row in obstructed:
        if row.hold_id:
            held.append(row)
        else:
            in_the_way.setdefault(f"a{row.appointment_id}" if row.appointment_id else f"s{row.session_id}", []).append(
                row
            )
    # Its other calendars may not be part of the change, so all of its time is looked up.
    parties = _parties([row for rows in in_the_way.values() for row in rows])
    cases = [
        _concerned(rows, parties.get(key, ()), taken, frozenset().union(*(obstructed[row] for row in rows)))
        for key, rows in in_the_way.items()
    ]
    return Found(tuple(sorted(cases, key=lambda case: (case.starts_at, case.key))), tuple(held))


def _concerned(
    rows: Sequence[Occupancy], calendars: Iterable[int], taken: Taken, obstacles: frozenset[Obstacle]
) -> Concerned:
    first = rows[0]
    people = (first.appointment,) if first.appointment else taken.people.get(first.session_id or 0, ())
    return Concerned(
        appointment=first.appointment,
        session=first.session,
        people=people,
        lost=frozenset(row.calendar_id for row in rows),
        calendars=tuple(calendars),
        obstacles=obstacles,
    )


def _parties(rows: Sequence[Occupancy]) -> dict[str, tuple[int, ...]]:
    """All calendars that take part, by case."""
    appointments = {row.appointment_id for row in rows if row.appointment_id}
    sessions = {row.session_id for row in rows if row.session_id and not row.appointment_id}
    found: dict[str, list[int]] = {}
    everything = Occupancy.objects.filter(ACTIVE).filter(
        Q(appointment_id__in=appointments) | Q(session_id__in=sessions)
    )
    for calendar_id, appointment_id, session_id in everything.order_by("id").values_list(
        "calendar_id", "appointment_id", "session_id"
    ):
        found.setdefault(f"a{appointment_id}" if appointment_id else f"s{session_id}", []).append(calendar_id)
    return {key: tuple(calendars) for key, calendars in found.items()}


def _people_of(session_ids: Collection[int]) -> dict[int, tuple[Appointment, ...]]:
    if not session_ids:
        return {}
    seated = Appointment.objects.filter(session_id__in=session_ids, status__in=STANDING)
    found: dict[int, list[Appointment]] = {}
    related = seated.select_related("service", "location", "customer", "calendar")
    for one in related.prefetch_related("customer__contact_points").order_by("id"):
        found.setdefault(one.session_id or 0, []).append(one)
    return {pk: tuple(people) for pk, people in found.items()}


def _stretch(row: Occupancy, jobcenter: Jobcenter, now: datetime) -> Stretch | None:
    """The part of its calendar in what takes it; only the calendar that leads serves an emergency."""
    if row.appointment is not None:
        one = row.appointment
        leads = one.calendar_id == row.calendar_id and one.service.is_emergency
        return Stretch(row.calendar_id, one.location_id, one.starts_at, one.ends_at, Mode(one.mode), leads)
    if row.session is not None:
        group = row.session
        mode = group.service.possible_modes[0]
        return Stretch(row.calendar_id, group.location_id, group.starts_at, group.ends_at, mode)
    held: Hold | None = row.hold
    if held is None:
        return None
    ends_at = request_of_hold(jobcenter, held, held.starts_at, now).ends_at
    leads = held.calendar_id == row.calendar_id and held.service.is_emergency
    return Stretch(row.calendar_id, held.location_id, held.starts_at, ends_at, Mode(held.mode), leads)


def _sites(location_ids: Collection[int], since: date) -> dict[int, Site]:
    hours: dict[int, list[OpeningRule]] = {}
    for row in LocationHours.objects.filter(location_id__in=location_ids):
        known = OpeningRule(row.weekday, row.start_minute, row.end_minute, row.valid_from, row.valid_until)
        hours.setdefault(row.location_id, []).append(known)
    exceptions: dict[int, dict[date, list[Minutes]]] = {}
    for other in OpeningException.objects.filter(
        location_id__in=location_ids, calendar__isnull=True, day__gte=since
    ).order_by("start_minute"):
        _add_range(exceptions.setdefault(other.location_id, {}), other)
    closures = list(Closure.objects.filter(last_day__gte=since))
    windows = list(ClosureWindow.objects.filter(day__gte=since).select_related("closure").order_by("start_minute"))
    return {
        place.pk: Site(
            hours=tuple(hours.get(place.pk, ())),
            exceptions=exceptions.get(place.pk, {}),
            closures=tuple((one.first_day, one.last_day) for one in closures if one.location_id in (None, place.pk)),
            windows=_windows(one for one in windows if one.closure.location_id in (None, place.pk)),
            valid_from=place.valid_from,
            valid_until=place.valid_until,
        )
        for place in Location.objects.filter(pk__in=location_ids)
    }


def _windows(rows: Iterable[ClosureWindow]) -> dict[date, list[Minutes]]:
    found: dict[date, list[Minutes]] = {}
    for row in rows:
        found.setdefault(row.day, []).append((row.start_minute, row.end_minute))
    return found


def _add_range(of_days: dict[date, list[Minutes]], row: OpeningException) -> None:
    """A row without minutes says that the date is closed."""
    ranges = of_days.setdefault(row.day, [])
    if row.start_minute is not None and row.end_minute is not None:
        ranges.append((row.start_minute, row.end_minute))


def first_day(span: Span, now: datetime, zone: ZoneInfo) -> date:
    return local_day(max(span.since, now), zone)
