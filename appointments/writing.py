# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What every use case that writes appointments needs: the row itself, its lock, its trail, the limit per person."""

from dataclasses import dataclass, field
from datetime import datetime

from appointments.core.lifecycle import INITIAL_STATUS, Actor, Kind
from appointments.core.policy import may_book_another
from appointments.links import save_with_keys
from appointments.models import Appointment, Concern, GroupSession
from appointments.queries import open_bookings
from appointments.taking import Refused, Request
from jobcenter_portal.accounts.models import ContactChannel, Customer
from jobcenter_portal.accounts.service import customers_with, lock_addresses, new_customer
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.models import Jobcenter


@dataclass(frozen=True, slots=True)
class Person:
    """What a person told about themselves. All addresses are optional, by law (LDI NRW) and by design.

    `customer` is set for somebody whom the Jobcenter knows already, from the waiting list: nobody is written twice.
    Who comes along or typed all this for them is told as a fact and never by name. `proven`: since when an address is.
    """

    name: str
    language: str
    addresses: dict[ContactChannel, str] = field(default_factory=dict)
    customer: Customer | None = None
    with_companion: bool = False
    booked_by_helper: bool = False
    proven: dict[ContactChannel, datetime] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "Person(...)"  # never into a log or an exception


def write_appointment(
    request: Request,
    *,
    kind: Kind,
    calendar_id: int | None,
    person: Person,
    key: bytes | None,
    session: GroupSession | None = None,
) -> Appointment:
    """Write a new appointment with its person, concerns and keys. The caller holds the transaction and its time.

    In a group it lasts as long as the session does.
    """
    now, wishes = request.now, request.wishes
    customer = person.customer or new_customer(
        name=person.name, language=person.language, addresses=person.addresses, proven=person.proven, now=now
    )
    appointment = Appointment(
        tenant_id=request.jobcenter.pk,
        kind=kind,
        status=INITIAL_STATUS[kind],
        service=request.service,
        location=request.location,
        calendar_id=calendar_id,
        session=session,
        customer=customer,
        starts_at=request.starts_at,
        ends_at=session.ends_at if session else request.ends_at,
        language=person.language,
        mode=int(wishes.mode),
        mediator_language=wishes.mediator_language,
        with_companion=person.with_companion,
        booked_by_helper=person.booked_by_helper,
        status_changed_at=now,
        booked_at=now,
        idempotency_key=key,
    )
    save_with_keys(appointment)
    if wishes.more_services:
        Concern.objects.bulk_create(
            Concern(tenant_id=appointment.tenant_id, appointment=appointment, service=service, position=position)
            for position, service in enumerate(wishes.more_services, start=1)
        )
    return appointment


def on_calendar(appointment: Appointment, calendar_id: int) -> None:
    """The calendar that leads, once the constraint has granted it."""
    if appointment.calendar_id != calendar_id:
        appointment.calendar_id = calendar_id
        appointment.save(update_fields=["calendar"])


def lock(appointment: Appointment) -> Appointment:
    """The row as it is now, until the end of the transaction nobody else changes it."""
    locked: Appointment = Appointment.objects.select_for_update().get(pk=appointment.pk)
    return locked


def bump(appointment: Appointment, *fields: str) -> None:
    """Save a change that people are told about: the revision makes older messages untrue."""
    appointment.revision += 1
    appointment.save(update_fields=[*fields, "revision"])


def record(appointment: Appointment, by: audit.By, action: str, now: datetime, **detail: str | bool) -> None:
    audit.record(by=by, action=action, subject=appointment.subject, at=now, **detail)


def actor(by: audit.By) -> Actor:
    return Actor.CUSTOMER if by.kind is audit.ActorKind.CUSTOMER else Actor.OFFICE


def by_idempotency_key(key: bytes) -> Appointment | None:
    booked: Appointment | None = Appointment.objects.filter(idempotency_key=key).first()
    return booked


def check_limit(jobcenter: Jobcenter, person: Person, now: datetime) -> None:
    """Open bookings per address; raises Refused. Who gives none is not counted: anonymity is a right.

    Two bookings with one address wait for each other here, or both would count before either is written.
    """
    lock_addresses(person.addresses)
    known = customers_with(person.addresses)
    refusal = may_book_another(open_bookings(known, now), jobcenter.settings.max_open_bookings) if known else None
    if refusal:
        raise Refused(refusal)
