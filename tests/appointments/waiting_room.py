# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""An office so small that people wait: one half hour a week, on Tuesdays at 08:00."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from appointments.booking import book
from appointments.models import Appointment, OpeningRule, WaitingOffer
from appointments.waiting import wish_earlier
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
