# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two offices: a small one with far too few times for everybody, and a wide one in which nobody meets anybody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from django.core.management import call_command

from appointments.core.lifecycle import Status
from appointments.core.modes import PartyRole
from appointments.models import (
    Appointment,
    Calendar,
    GroupSession,
    Location,
    Occupancy,
    OccupancyState,
    OpeningRule,
    ReminderRule,
    Service,
    ServiceCalendar,
)
from bench.common.portal import using
from bench.common.server import Server
from jobcenter_portal.embedded.database import OWNER
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings

NOW: Final = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
"""The Monday morning on which everybody comes; all booked times lie after it."""
EIGHT: Final = NOW + timedelta(days=1)
SMALL, WIDE = "klein", "weit"
SEATS: Final = 12
LIMIT: Final = 9
CASEWORKERS: Final = 6


def build(server: Server, database: str, clients: int) -> None:
    """Both offices in a new database."""
    server.drop(database)
    server.create(database)
    with using(server.url(database, OWNER)):
        call_command("migrate", verbosity=0)
        small, wide = jobcenter_named(SMALL), jobcenter_named(WIDE)
        with tenant_context(small):
            _small(small)
        with tenant_context(wide):
            _wide(wide, clients)


def jobcenter_named(slug: str, **settings: int) -> Jobcenter:
    """A Jobcenter that lets everybody book as often as they like and reminds them three times."""
    jobcenter = Jobcenter.objects.create(slug=slug, name=f"Jobcenter {slug.title()}", short_name=slug.title())
    with tenant_context(jobcenter):
        TenantSettings.objects.create(
            tenant=jobcenter,
            min_lead_hours=2,
            horizon_days=180,
            grid_minutes=15,
            max_open_bookings=100,
            max_reschedules=30_000,
            languages=["de"],
            phone="0661 0000-0",
            phone_hours="Mo bis Fr 8 bis 12 Uhr",
            email_address=f"termine@{slug}.example",
            email_sender=f"Jobcenter {slug.title()}",
            **settings,
        )
        for offset in ("P7D", "P3D", "P1D"):
            ReminderRule.objects.create(tenant=jobcenter, channel="email", offset=offset)
    return jobcenter


def _small(jobcenter: Jobcenter) -> None:
    """Six caseworkers, every third with a limit per day, two rooms, and a group with a dozen seats; one morning."""
    location = location_of(jobcenter)
    short = service_named(jobcenter, "kurz", duration_minutes=30, after_minutes=10)
    long = service_named(jobcenter, "lang", duration_minutes=45, before_minutes=15)
    group = service_named(jobcenter, "gruppe", duration_minutes=60, is_group=True)
    for number in range(CASEWORKERS):
        limit = LIMIT if number % 3 == 0 else None
        clerk = lane(jobcenter, location, f"Zimmer {number}", weekdays=(2,), max_per_day=limit)
        for service in (short, long):
            offers(clerk, service)
    for number in range(2):
        room = lane(jobcenter, location, f"Raum {number}", weekdays=(2,))
        offers(room, long, PartyRole.ROOM)
    hall = lane(jobcenter, location, "Saal", weekdays=(3,))
    offers(hall, group)
    starts_at, ends_at = EIGHT + timedelta(days=1, hours=1), EIGHT + timedelta(days=1, hours=2)
    session = GroupSession.objects.create(
        tenant=jobcenter,
        service=group,
        location=location,
        calendar=hall,
        starts_at=starts_at,
        ends_at=ends_at,
        seats=SEATS,
    )
    Occupancy.objects.create(
        tenant=jobcenter, calendar=hall, period=(starts_at, ends_at), state=OccupancyState.SESSION, session=session
    )


def _wide(jobcenter: Jobcenter, clients: int) -> None:
    """For each client a service and a calendar of its own, open round the clock."""
    location = location_of(jobcenter)
    for number in range(clients):
        service = service_named(jobcenter, f"anliegen-{number}", duration_minutes=30)
        clerk = lane(jobcenter, location, f"Zimmer {number}", weekdays=range(1, 8), hours=(0, 1440))
        offers(clerk, service)


def offers(calendar: Calendar, service: Service, role: PartyRole = PartyRole.LEAD) -> None:
    ServiceCalendar.objects.create(tenant=calendar.tenant, service=service, calendar=calendar, role=role)


def booked_in(server: Server, database: str, slug: str) -> int:
    """How many appointments a Jobcenter has that nobody cancelled."""
    with using(server.url(database, OWNER)), tenant_context(Jobcenter.objects.get(slug=slug)):
        count: int = Appointment.objects.filter(status=Status.BOOKED).count()
        return count


def location_of(jobcenter: Jobcenter) -> Location:
    location: Location = Location.objects.create(
        tenant=jobcenter, slug="haus", name="Haus der Arbeit", street="Hauptstraße 1", town="36037 Fulda"
    )
    return location


def service_named(jobcenter: Jobcenter, slug: str, **values: object) -> Service:
    texts = {"de": slug.title()}
    service: Service = Service.objects.create(tenant=jobcenter, slug=slug, titles=texts, hints=texts, **values)
    return service


def lane(
    jobcenter: Jobcenter,
    location: Location,
    name: str,
    *,
    weekdays: tuple[int, ...] | range,
    hours: tuple[int, int] = (480, 960),
    max_per_day: int | None = None,
    is_emergency: bool = False,
) -> Calendar:
    """A calendar with the same hours on some weekdays."""
    calendar: Calendar = Calendar.objects.create(tenant=jobcenter, name=name, max_per_day=max_per_day)
    for weekday in weekdays:
        OpeningRule.objects.create(
            tenant=jobcenter,
            calendar=calendar,
            location=location,
            weekday=weekday,
            start_minute=hours[0],
            end_minute=hours[1],
            is_emergency=is_emergency,
        )
    return calendar
