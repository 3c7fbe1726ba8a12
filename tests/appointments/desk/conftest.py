# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A Monday at Fulda's office: three lanes, the clock at 08:20, people at 08:00, 08:30 and 09:00."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from time_machine import Traveller

from appointments.booking import book
from appointments.models import (
    Appointment,
    Calendar,
)
from appointments.writing import Person
from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.web import coverage
from jobcenter_portal.web.catalogues import compile_all
from tests.appointments.desk.staff import browser_of, make_member
from tests.appointments.factories import Office, make_office, person

EIGHT = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
"""08:00 in Fulda."""
BOOKED_AT = EIGHT - timedelta(days=2)
"""Too late for the reminder that leaves three days before."""


@dataclass(frozen=True, slots=True)
class Morning:
    office: Office
    first: Appointment
    second: Appointment
    third: Appointment


@pytest.fixture(scope="session")
def compiled_texts() -> None:
    """The catalogues as they are in the working tree."""
    compile_all(coverage.LOCALE_FOLDER.parent.parent, coverage.LOCALE_FOLDER)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """08:20, standing still; `shift` moves it."""
    with time_machine.travel(EIGHT + timedelta(minutes=20), tick=False) as traveller:
        yield traveller


@pytest.fixture
def office(fulda: Jobcenter) -> Office:
    return make_office(fulda, calendars=3)


@pytest.fixture
def caseworker(fulda: Jobcenter) -> Membership:
    return make_member(fulda, Role.CASEWORKER)


@pytest.fixture
def desk(clock: time_machine.Traveller, caseworker: Membership) -> Client:
    """A caseworker's browser at 08:20."""
    return browser_of(caseworker)


def booked(office: Office, starts_at: datetime, who: Person, member: Membership) -> Appointment:
    return book(
        jobcenter=office.jobcenter,
        service=office.service,
        location=office.location,
        starts_at=starts_at,
        person=who,
        now=BOOKED_AT,
        by=audit.staff(member.pk),
    )


@pytest.fixture
def make(office: Office, caseworker: Membership) -> Callable[..., Appointment]:
    """`make(minutes_after_eight, name, email=…, phone=…)`"""

    def _make(minutes: int, name: str, **details: str) -> Appointment:
        return booked(office, EIGHT + timedelta(minutes=minutes), person(name, **details), caseworker)

    return _make


@pytest.fixture
def morning(office: Office, make: Callable[..., Appointment]) -> Morning:
    return Morning(
        office,
        make(0, "Jürgen Größer", email="juergen.groesser@example.org", phone="+4915228817386"),
        make(30, "Yıldız Şahin", language="tr"),
        make(60, "Olena Шевченко", email="olena@example.org", language="uk"),
    )


@pytest.fixture
def own(office: Office, caseworker: Membership) -> Calendar:
    """The caseworker's calendar, with everybody of the morning in it."""
    Calendar.objects.filter(pk=office.calendars[0].pk).update(name="Kim", membership=caseworker)
    office.calendars[0].refresh_from_db()
    return office.calendars[0]


@pytest.fixture
def lead(clock: Traveller, fulda: Jobcenter) -> Client:
    return browser_of(make_member(fulda, Role.TEAM_LEAD, "Dr. Bärbel Fröhlich"))


@pytest.fixture
def admin(clock: Traveller, fulda: Jobcenter) -> Client:
    return browser_of(make_member(fulda, Role.TENANT_ADMIN, "Stefan Groß"))


@pytest.fixture
def two(own: Calendar, office: Office, make: Callable[..., Appointment]) -> tuple[Appointment, Appointment]:
    """Two people of the caseworker's own day: at 9 with an e-mail address, at 10 without any."""
    Calendar.objects.filter(pk__in=[one.pk for one in office.calendars[1:]]).update(max_per_day=0)
    first = make(60, "Jürgen Größer", email="juergen.groesser@example.org")
    second = make(120, "Yıldız Şahin")
    Calendar.objects.update(max_per_day=None)
    assert {first.calendar_id, second.calendar_id} == {own.pk}
    return first, second
