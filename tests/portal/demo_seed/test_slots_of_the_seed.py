# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every service and day of a seeded Jobcenter, searched by the portal and counted once more by hand.

The count by hand knows nothing of ticks and bitmaps: it walks the grid minute by minute on the wall clock and asks each
range that stands in the database.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import product

import holidays

from appointments import queries
from appointments.availability import find_slots
from appointments.models import (
    Absence,
    Calendar,
    Closure,
    Location,
    LocationHours,
    Occupancy,
    OccupancyState,
    OpeningRule,
    Service,
    ServiceCalendar,
)
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from tests.portal.demo_seed.conftest import Example

Range = tuple[datetime, datetime]
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Book:
    """A Jobcenter's whole calendar as plain ranges per calendar. Groups have seats, not times; they are not here."""

    jobcenter: Jobcenter
    rules: dict[int, list[OpeningRule]]
    taken: dict[int, list[Range]]
    absent: dict[int, list[Range]]
    closures: list[Closure]
    limits: dict[int, int | None]
    offers: dict[tuple[int, int], set[int]]
    """Calendars by service and role."""
    doors: list[LocationHours]


def read(jobcenter: Jobcenter) -> Book:
    closures, doors = list(Closure.objects.all()), list(LocationHours.objects.all())
    book = Book(jobcenter, defaultdict(list), defaultdict(list), defaultdict(list), closures, {}, {}, doors)
    for rule in OpeningRule.objects.all():
        book.rules[rule.calendar_id].append(rule)
    for occupancy in Occupancy.objects.exclude(state__in=[OccupancyState.PAST, OccupancyState.RELEASED]):
        book.taken[occupancy.calendar_id].append((occupancy.period.lower, occupancy.period.upper))
    for resting in Occupancy.objects.filter(reoffer_at__gt=queries.database_now()):
        book.absent[resting.calendar_id].append((resting.period.lower, resting.period.upper))
    for absence in Absence.objects.all():
        book.absent[absence.calendar_id].append((absence.starts_at, absence.ends_at))
    book.limits.update(Calendar.objects.values_list("pk", "max_per_day"))
    for service_id, role, calendar_id in ServiceCalendar.objects.values_list("service_id", "role", "calendar_id"):
        book.offers.setdefault((service_id, role), set()).add(calendar_id)
    return book


def by_hand(book: Book, service: Service, location: Location, day: date, now: datetime) -> list[datetime]:
    """The rules of time, read aloud: docs/architecture.md."""
    settings = book.jobcenter.settings
    if day in holidays.country_holidays("DE", subdiv="HE", years=day.year):
        return []
    if any(
        closure.first_day <= day <= closure.last_day and closure.location_id in (None, location.pk)
        for closure in book.closures
    ):
        return []
    if day > last_day(settings, service, now):
        return []
    roles = [(book.offers[key], key[1]) for key in sorted(book.offers) if key[0] == service.pk]
    free = [starts_of(book, calendars, role, service, location, day, now) for calendars, role in roles]
    together = set.intersection(*(set(starts) for starts in free))
    # Two roles are two people: where the same calendar could play both, one alone is not enough.
    return sorted(
        start
        for start in together
        if any(len(set(party)) == len(party) for party in product(*(starts[start] for starts in free)))
    )


def last_day(settings: TenantSettings, service: Service, now: datetime) -> date:
    local = now.astimezone(settings.zone)
    ahead, minute = settings.horizon_days, settings.day_release_minute
    if service.is_emergency:
        ahead, minute = settings.emergency_days_before, settings.emergency_release_minute
    not_yet = local.hour * 60 + local.minute < minute
    return local.date() + timedelta(days=ahead - not_yet)


def starts_of(
    book: Book, calendars: set[int], role: int, service: Service, location: Location, day: date, now: datetime
) -> dict[datetime, set[int]]:
    """Who of a role is free when."""
    found: dict[datetime, set[int]] = defaultdict(set)
    zone, grid = book.jobcenter.settings.zone, service.grid_minutes or book.jobcenter.settings.grid_minutes
    for calendar_id in calendars:
        rules = [one for one in book.rules[calendar_id] if one.is_emergency == (service.is_emergency and role == 1)]
        for opens, closes in bounded(merged(rules, location, day), book, service, location, day):
            for minute in range(opens, closes - service.duration_minutes + 1, grid):
                start = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone).astimezone(UTC)
                if is_free(book, calendar_id, service, start, day, now):
                    found[start].add(calendar_id)
    return found


def bounded(
    own: list[tuple[int, int]], book: Book, service: Service, location: Location, day: date
) -> list[tuple[int, int]]:
    """What is left of a calendar's hours within the door's and the service's."""
    door = merged([one for one in book.doors if one.location_id == location.pk], location, day)
    earliest, latest = service.earliest_minute or 0, service.latest_minute or 24 * 60
    cut = [(max(opens, since, earliest), min(closes, until, latest)) for opens, closes in own for since, until in door]
    return [(opens, closes) for opens, closes in cut if opens < closes]


def merged(rules: Sequence[OpeningRule | LocationHours], location: Location, day: date) -> list[tuple[int, int]]:
    ranges = sorted(
        (rule.start_minute, rule.end_minute)
        for rule in rules
        if rule.location_id == location.pk
        and rule.weekday == day.isoweekday()
        and (rule.valid_from is None or rule.valid_from <= day)
        and (rule.valid_until is None or day <= rule.valid_until)
        and is_its_week(rule, day)
    )
    joined: list[tuple[int, int]] = []
    for start, end in ranges:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def is_its_week(rule: OpeningRule | LocationHours, day: date) -> bool:
    if isinstance(rule, LocationHours) or rule.every_weeks == 1:
        return True
    assert rule.valid_from is not None
    weeks = [one - timedelta(days=one.weekday()) for one in (rule.valid_from, day)]
    return (weeks[1] - weeks[0]).days // 7 % rule.every_weeks == 0


def is_free(book: Book, calendar_id: int, service: Service, start: datetime, day: date, now: datetime) -> bool:
    lead = book.jobcenter.settings.min_lead_hours if service.min_lead_hours is None else service.min_lead_hours
    if start < now + timedelta(hours=lead):
        return False
    end = start + timedelta(minutes=service.duration_minutes)
    first, last = start - timedelta(minutes=service.before_minutes), end + timedelta(minutes=service.after_minutes)
    if any(begins < last and first < ends for begins, ends in book.taken[calendar_id]):
        return False
    if any(begins < end and start < ends for begins, ends in book.absent[calendar_id]):
        return False
    limit = book.limits[calendar_id]
    zone = book.jobcenter.settings.zone
    on_this_day = sum(begins.astimezone(zone).date() == day for begins, _ in book.taken[calendar_id])
    return limit is None or on_this_day < limit


def test_search_and_count_by_hand_agree_for_every_service_and_day(seeded: Example) -> None:
    jobcenter, now = seeded.jobcenter, seeded.now
    compared = 0
    book = read(jobcenter)
    for service in [one for one in queries.services() if not one.is_group]:
        for location in queries.locations_of(service):
            found: dict[date, list[datetime]] = defaultdict(list)
            times = find_slots(service=service, location=location, settings=jobcenter.settings, now=now)
            for slot in times.slots():
                found[slot.starts_at.astimezone(jobcenter.settings.zone).date()].append(slot.starts_at)
            for offset in range(jobcenter.settings.horizon_days + 3):
                day = now.date() + offset * DAY
                assert found[day] == by_hand(book, service, location, day, now), (service.slug, location.slug, day)
                compared += len(found[day])
    assert compared > 100
