# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A small office: one location, calendars with hours, a service, and people who book there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from appointments.booking import book
from appointments.models import (
    Appointment,
    Calendar,
    Location,
    OpeningRule,
    ReminderRule,
    Service,
    ServiceCalendar,
)
from appointments.writing import Person
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.tenancy.models import Jobcenter

MORNING = (8 * 60, 12 * 60)
WEEKDAYS = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class Office:
    jobcenter: Jobcenter
    location: Location
    service: Service
    calendars: list[Calendar]


def make_service(jobcenter: Jobcenter, **overrides: Any) -> Service:
    values: dict[str, Any] = {
        "slug": "beratung",
        "titles": {"de": "Beratung", "en": "Advice"},
        "hints": {"de": "Fragen zu Ihrem Antrag", "en": "Questions about your application"},
        "documents": {"de": "Ausweis", "en": "Identity card"},
        "duration_minutes": 30,
    }
    service: Service = Service.objects.create(tenant=jobcenter, **{**values, **overrides})
    return service


def make_calendar(jobcenter: Jobcenter, location: Location, *services: Service, name: str = "Zimmer 1") -> Calendar:
    """A calendar that is open on weekday mornings and offers the services."""
    calendar: Calendar = Calendar.objects.create(tenant=jobcenter, name=name)
    for weekday in WEEKDAYS:
        OpeningRule.objects.create(
            tenant=jobcenter,
            calendar=calendar,
            location=location,
            weekday=weekday,
            start_minute=MORNING[0],
            end_minute=MORNING[1],
        )
    for service in services:
        ServiceCalendar.objects.create(tenant=jobcenter, service=service, calendar=calendar)
    return calendar


def make_office(jobcenter: Jobcenter, *, calendars: int = 1, **service: Any) -> Office:
    """Call inside the Jobcenter's context. Reminders: e-mail three days and SMS one day before."""
    location = Location.objects.create(
        tenant=jobcenter, slug="haus", name="Haus der Arbeit", street="Hauptstraße 1", town="36037 Fulda"
    )
    made = make_service(jobcenter, **service)
    lanes = [make_calendar(jobcenter, location, made, name=f"Zimmer {n + 1}") for n in range(calendars)]
    for channel, offset in (("email", "P3D"), ("sms", "P1D")):
        ReminderRule.objects.create(tenant=jobcenter, channel=channel, offset=offset)
    return Office(jobcenter, location, made, lanes)


def person(name: str = "Jürgen Größer", *, email: str = "", phone: str = "", language: str = "de") -> Person:
    addresses = {ContactChannel.EMAIL: email, ContactChannel.SMS: phone}
    return Person(name, language, {channel: address for channel, address in addresses.items() if address})


def make_appointment(office: Office, starts_at: datetime, now: datetime, who: Person | None = None) -> Appointment:
    return book(
        jobcenter=office.jobcenter,
        service=office.service,
        location=office.location,
        starts_at=starts_at,
        person=who or person(),
        now=now,
    )
