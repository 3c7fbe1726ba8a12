# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The small tables, through the portal's own models: whatever a model gains later gets its default here too."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from appointments.models import (
    Absence,
    Calendar,
    CalendarKind,
    Closure,
    Location,
    OpeningRule,
    Service,
    ServiceCalendar,
)
from bench.national.plan import (
    AFTER_MINUTES,
    AFTERNOON,
    DURATIONS,
    GRID_MINUTES,
    HORIZON_DAYS,
    LEAD_HOURS,
    LONG_DAYS,
    MAX_PER_DAY,
    MORNING,
    REFERENCE_DAY,
    ZONE,
    Office,
)
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings

ROOMS_FROM = 1_000_000
"""A room's id is that of its caseworker and this."""
_WORKDAYS = range(1, 6)


def write_offices(offices: Iterable[Office]) -> None:
    for office in offices:
        jobcenter = Jobcenter.objects.create(
            pk=office.tenant_id, slug=office.slug, name=f"Jobcenter {office.tenant_id}", short_name="Jobcenter"
        )
        with tenant_context(jobcenter):
            _write_settings(office)
            _write_places(office)
            _write_services(office)
            _write_times(office)


def has_room(calendar_id: int) -> bool:
    """Every fifth caseworker has a room of their own, taken with every second appointment."""
    return calendar_id % 5 == 0


def count_on() -> None:
    """Ids were counted out; what is created later gets the next ones."""
    with connection.cursor() as cursor:
        for model in (Jobcenter, Location, Calendar, Service):
            table = model._meta.db_table
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"  # noqa: S608
            )


def _write_settings(office: Office) -> None:
    TenantSettings.objects.create(
        tenant_id=office.tenant_id,
        min_lead_hours=LEAD_HOURS,
        horizon_days=HORIZON_DAYS,
        grid_minutes=GRID_MINUTES,
        time_zone=ZONE,
        languages=["de", "en"],
        phone="069 90009-0",
        phone_hours="Mo–Fr 8–12 Uhr",
        email_address="termine@jobcenter.example",
        email_sender="Jobcenter",
    )


def _write_places(office: Office) -> None:
    tenant = office.tenant_id
    Location.objects.bulk_create(
        Location(id=site.location_id, tenant_id=tenant, slug=site.slug, name=site.slug, street="Weg 1", town="Ort")
        for site in office.sites
    )
    Calendar.objects.bulk_create(
        Calendar(id=pk, tenant_id=tenant, name=f"Kalender {pk}", max_per_day=MAX_PER_DAY if pk % 4 == 0 else None)
        for site in office.sites
        for pk in site.calendar_ids
    )
    Calendar.objects.bulk_create(
        Calendar(id=ROOMS_FROM + pk, tenant_id=tenant, kind=CalendarKind.ROOM, name=f"Raum {pk}")
        for site in office.sites
        for pk in site.calendar_ids
        if has_room(pk)
    )


def _write_services(office: Office) -> None:
    tenant = office.tenant_id
    Service.objects.bulk_create(
        Service(
            id=office.service_id(minutes),
            tenant_id=tenant,
            slug=f"anliegen-{minutes}",
            titles={"de": f"Anliegen von {minutes} Minuten"},
            hints={"de": ""},
            duration_minutes=minutes,
            after_minutes=AFTER_MINUTES,
        )
        for minutes in DURATIONS
    )
    ServiceCalendar.objects.bulk_create(
        ServiceCalendar(tenant_id=tenant, service_id=office.service_id(minutes), calendar_id=pk)
        for minutes in DURATIONS
        for site in office.sites
        for pk in site.calendar_ids
    )


def _write_times(office: Office) -> None:
    tenant = office.tenant_id
    OpeningRule.objects.bulk_create(
        OpeningRule(
            tenant_id=tenant,
            calendar_id=pk,
            location_id=site.location_id,
            weekday=weekday,
            start_minute=start,
            end_minute=end,
        )
        for site in office.sites
        for pk in site.calendar_ids
        for weekday in _WORKDAYS
        for start, end in ((MORNING, AFTERNOON) if weekday in LONG_DAYS else (MORNING,))
    )
    Absence.objects.bulk_create(
        Absence(tenant_id=tenant, calendar_id=pk, starts_at=_midnight(start), ends_at=_midnight(end))
        for site in office.sites
        for pk in site.calendar_ids
        for start, end in absences(pk)
    )
    Closure.objects.bulk_create(
        Closure(tenant_id=tenant, first_day=day, last_day=day, reasons={"de": "Geschlossen"})
        for day in (date(2026, 12, 24), date(2026, 12, 31))
    )


def absences(calendar_id: int) -> Iterator[tuple[date, date]]:
    """A week away in the past year and one in the coming two months, each calendar's at another time; end excluded."""
    for first in (
        REFERENCE_DAY - timedelta(weeks=1 + calendar_id % 47),
        REFERENCE_DAY + timedelta(weeks=calendar_id % 9),
    ):
        yield first, first + timedelta(days=5)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(ZONE))
