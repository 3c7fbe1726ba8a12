# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Seven Jobcenters full of people with an appointment, an e-mail address and a language, and messages that are due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.core.management import call_command
from django.db import transaction

from appointments.core.lifecycle import Kind, Status
from appointments.links import keys_of
from appointments.models import Appointment, Calendar, Location, Service
from appointments.reminder_plan import REMINDER
from appointments.reminders import CONFIRMATION
from bench.common.portal import using
from bench.common.server import Server
from bench.crowd.house import jobcenter_named, lane, location_of, service_named
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint, Customer
from jobcenter_portal.accounts.service import address_index
from jobcenter_portal.embedded.bootstrap import say
from jobcenter_portal.embedded.database import OWNER
from jobcenter_portal.kernel.crypto import fingerprint
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import LANGUAGES, Jobcenter
from notifications import service as notifications
from notifications.service import Channel, Planned, Priority

SLUGS: Final = ("fulda", "marburg", "kreis", "stadt", "berg", "gerau", "wiesbaden")
DOCUMENTS: Final = {"de": "Ausweis oder Pass\nMietvertrag", "en": "identity card or passport\nrental contract"}
_CHUNK: Final = 1000


def build(server: Server, database: str) -> None:
    """A new database with seven Jobcenters and nobody in them."""
    server.drop(database)
    server.create(database)
    with using(server.url(database, OWNER)):
        call_command("migrate", verbosity=0)
        for slug in SLUGS:
            jobcenter = jobcenter_named(slug)
            with tenant_context(jobcenter):
                location = location_of(jobcenter)
                service_named(jobcenter, "beratung", duration_minutes=30, documents=DOCUMENTS)
                lane(jobcenter, location, "Zimmer 1", weekdays=range(1, 6))


def people(server: Server, database: str, count: int, *, now: datetime, spread: timedelta = timedelta()) -> list[str]:
    """`count` people with a message each, shared among the Jobcenters; due `now`, or evenly over the time after it.

    Half are reminders, half confirmations with a calendar entry; the eight languages take turns. Returns the subjects.
    """
    subjects: list[str] = []
    with using(server.url(database, OWNER)):
        for number, slug in enumerate(SLUGS):
            share = count // len(SLUGS) + (number < count % len(SLUGS))
            jobcenter = Jobcenter.objects.get(slug=slug)
            with tenant_context(jobcenter):
                for start in range(0, share, _CHUNK):
                    subjects += _chunk(jobcenter, start, min(_CHUNK, share - start), share, now, spread)
            say(f"  {slug}: {share:,} people")
    return subjects


def _chunk(jobcenter: Jobcenter, start: int, count: int, share: int, now: datetime, spread: timedelta) -> Sequence[str]:
    with transaction.atomic():
        appointments = _appointments(jobcenter, _customers(jobcenter, start, count, now), now)
        with notifications.together():
            for number, one in enumerate(appointments, start):
                recipient = address_index(ContactChannel.EMAIL, _address(jobcenter, number))
                message = _message(one, recipient, number, now + spread * number / share)
                notifications.plan(subject=one.subject, revision=1, messages=[message], now=now)
    return [one.subject for one in appointments]


def _customers(jobcenter: Jobcenter, start: int, count: int, now: datetime) -> list[Customer]:
    customers = []
    for number in range(start, start + count):
        language = LANGUAGES[number % len(LANGUAGES)]
        customer = Customer(tenant=jobcenter, language=language, created_at=now)
        customer.name = f"Erika Beispiel {number}"
        customers.append(customer)
    Customer.objects.bulk_create(customers)
    points = []
    for number, customer in enumerate(customers, start):
        point = ContactPoint(tenant=jobcenter, customer=customer, channel=ContactChannel.EMAIL, given_at=now)
        point.address = _address(jobcenter, number)
        point.address_index = address_index(ContactChannel.EMAIL, point.address)
        points.append(point)
    ContactPoint.objects.bulk_create(points)
    return customers


def _address(jobcenter: Jobcenter, number: int) -> str:
    return f"person{number}.{jobcenter.slug}@people.example"


def _appointments(jobcenter: Jobcenter, customers: Sequence[Customer], now: datetime) -> list[Appointment]:
    location, service, calendar = Location.objects.get(), Service.objects.get(), Calendar.objects.get()
    starts_at = now + timedelta(days=3)
    appointments = []
    for customer in customers:
        one = Appointment(
            tenant=jobcenter,
            kind=Kind.BOOKING,
            status=Status.BOOKED,
            service=service,
            location=location,
            calendar=calendar,
            customer=customer,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=30),
            language=customer.language,
            status_changed_at=now,
            booked_at=now,
            link_key="l1",
        )
        keys = keys_of(one)
        one.token_hash, one.code_hash = fingerprint(keys.token), fingerprint(keys.code)
        appointments.append(one)
    return Appointment.objects.bulk_create(appointments)


def _message(appointment: Appointment, recipient: bytes, number: int, due_at: datetime) -> Planned:
    is_reminder = number % 2 == 0
    return Planned(
        kind=REMINDER if is_reminder else CONFIRMATION,
        occasion="P3D" if is_reminder else "now",
        channel=Channel.EMAIL,
        recipient=recipient,
        language=appointment.language,
        due_at=due_at,
        not_after=appointment.starts_at,
        priority=Priority.REMINDER if is_reminder else Priority.CONFIRMATION,
    )
