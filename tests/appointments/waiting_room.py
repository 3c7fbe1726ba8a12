# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""An office so small that people wait: one half hour a week, on Tuesdays at 08:00."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from appointments.availability import find_slots
from appointments.booking import book
from appointments.changing import cancel
from appointments.core.modes import Mode
from appointments.models import Appointment, OpeningRule, WaitingEntry, WaitingOffer
from appointments.waiting import accept_offer, decline_offer, offer_free_times, open_offer, wait_for_any, wish_earlier
from appointments.writing import Person
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.factories import Office, make_office, person
from tests.factories import make_jobcenter

FIRST = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
"""Tuesday, 08:00 in Fulda."""
SECOND, THIRD = FIRST + timedelta(days=7), FIRST + timedelta(days=14)
STAFF = audit.staff(1)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def make_small_office(*, calendars: int = 1, **settings: Any) -> Office:
    """Given-back time rests for half an hour at least. Outside any Jobcenter's context."""
    rests = {"reoffer_min_minutes": 30, "reoffer_max_minutes": 90}
    jobcenter = make_jobcenter("fulda", waiting_list=True, **{**rests, **settings})
    with tenant_context(jobcenter):
        office = make_office(jobcenter, calendars=calendars)
        OpeningRule.objects.exclude(weekday=2).delete()
        OpeningRule.objects.update(end_minute=8 * 60 + 30)
    return office


def books(office: Office, starts_at: datetime, now: datetime, who: Person | None = None) -> Appointment:
    return book(
        jobcenter=office.jobcenter,
        service=office.service,
        location=office.location,
        starts_at=starts_at,
        person=who or reachable(starts_at),
        now=now,
    )


def waits(office: Office, starts_at: datetime, now: datetime, who: Person | None = None) -> Appointment:
    """Somebody with an appointment then, who wishes an earlier one."""
    appointment = books(office, starts_at, now, who)
    wish_earlier(jobcenter=office.jobcenter, appointment=appointment, now=now)
    return appointment


def reachable(moment: datetime) -> Person:
    """Somebody by e-mail and SMS, a different person for each time."""
    return person(email=f"p{moment:%m%d}@post.example", phone=f"+491522881{moment:%m%d}")


def offers() -> list[tuple[str, datetime, str]]:
    """All offers in the order in which they were made: to whom, when, state."""
    made = WaitingOffer.objects.select_related("entry__customer").order_by("id")
    return [(offer.entry.customer.name, offer.starts_at, offer.state) for offer in made]


def fresh(jobcenter: Jobcenter) -> Jobcenter:
    """The same Jobcenter with settings as they are now."""
    return Jobcenter.objects.get(pk=jobcenter.pk)


def changed(office: Office, **settings: Any) -> Office:
    """The office after its settings were changed."""
    for name, value in settings.items():
        setattr(office.jobcenter.settings, name, value)
    office.jobcenter.settings.save()
    return replace(office, jobcenter=fresh(office.jobcenter))


def round_at(office: Office, now: datetime) -> int:
    return offer_free_times(office.jobcenter, now=now)


def cancels(office: Office, appointment: Appointment, now: datetime) -> None:
    cancel(jobcenter=office.jobcenter, appointment=appointment, by=audit.CUSTOMER, now=now)


def offer_to(appointment: Appointment, now: datetime) -> WaitingOffer:
    place = WaitingEntry.objects.get(appointment=appointment)
    offer = open_offer(place, now)
    assert offer is not None
    return offer


def says_yes(office: Office, offer: WaitingOffer, now: datetime) -> Appointment:
    return accept_offer(jobcenter=office.jobcenter, offer=WaitingOffer.objects.get(pk=offer.pk), now=now)


def says_no(office: Office, offer: WaitingOffer, now: datetime) -> None:
    decline_offer(jobcenter=office.jobcenter, offer=offer, now=now)


def public_times(office: Office, now: datetime) -> list[datetime]:
    found = find_slots(service=office.service, location=office.location, settings=office.jobcenter.settings, now=now)
    return [slot.starts_at for slot in found.slots()]


def joins(office: Office, now: datetime, name: str, email: str = "") -> tuple[str, WaitingEntry]:
    return wait_for_any(
        jobcenter=office.jobcenter,
        service=office.service,
        location=office.location,
        person=person(name, email=email or f"{name.lower()}@post.example"),
        mode=Mode.IN_PERSON,
        now=now,
    )
