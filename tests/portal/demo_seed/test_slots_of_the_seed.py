# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every service and day of a seeded Jobcenter, searched by the portal and counted once more by hand.

The count by hand knows nothing of ticks and bitmaps: it walks the grid minute by minute on the wall clock and asks each
range that stands in the database.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import holidays

from appointments import queries
from appointments.availability import find_slots
from appointments.models import (
    Absence,
    Calendar,
    Closure,
    Location,
    Occupancy,
    OccupancyState,
    OpeningRule,
    Service,
    ServiceCalendar,
)
from jobcenter_portal.tenancy.models import Jobcenter
from tests.portal.demo_seed.conftest import Example

Range = tuple[datetime, datetime]
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Book:
    """A Jobcenter's whole calendar as plain ranges per calendar."""

    jobcenter: Jobcenter
    rules: dict[int, list[OpeningRule]]
    taken: dict[int, list[Range]]
    absent: dict[int, list[Range]]
    closures: list[Closure]
    limits: dict[int, int | None]
    offers: dict[int, set[int]]


def read(jobcenter: Jobcenter) -> Book:
    book = Book(jobcenter, defaultdict(list), defaultdict(list), defaultdict(list), list(Closure.objects.all()), {}, {})
    for rule in OpeningRule.objects.all():
        book.rules[rule.calendar_id].append(rule)
    for occupancy in Occupancy.objects.exclude(state__in=[OccupancyState.PAST, OccupancyState.RELEASED]):
        book.taken[occupancy.calendar_id].append((occupancy.period.lower, occupancy.period.upper))
    for absence in Absence.objects.all():
        book.absent[absence.calendar_id].append((absence.starts_at, absence.ends_at))
    book.limits.update(Calendar.objects.values_list("pk", "max_per_day"))
    for service_id, calendar_id in ServiceCalendar.objects.values_list("service_id", "calendar_id"):
        book.offers.setdefault(service_id, set()).add(calendar_id)
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
    if day > now.astimezone(settings.zone).date() + timedelta(days=settings.horizon_days):
        return []
    free: set[datetime] = set()
    for calendar_id in book.offers.get(service.pk, ()):
        for opens, closes in merged(book.rules[calendar_id], location, day):
            for minute in range(opens, closes - service.duration_minutes + 1, settings.grid_minutes):
                start = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=settings.zone)
                if is_free(book, calendar_id, service, start.astimezone(UTC), day, now):
                    free.add(start.astimezone(UTC))
    return sorted(free)


def merged(rules: list[OpeningRule], location: Location, day: date) -> list[tuple[int, int]]:
    ranges = sorted(
        (rule.start_minute, rule.end_minute)
        for rule in rules
        if rule.location_id == location.pk
        and rule.weekday == day.isoweekday()
        and (rule.valid_from is None or rule.valid_from <= day)
        and (rule.valid_until is None or day <= rule.valid_until)
    )
    joined: list[tuple[int, int]] = []
    for start, end in ranges:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def is_free(book: Book, calendar_id: int, service: Service, start: datetime, day: date, now: datetime) -> bool:
    if start < now + timedelta(hours=book.jobcenter.settings.min_lead_hours):
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
    for service in queries.services():
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
