# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A house that sends letters, and people whom nothing else reaches."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from time_machine import Traveller

from appointments.models import Appointment
from appointments.writing import Person
from jobcenter_portal.accounts.models import ContactChannel, Membership
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from notifications.delivery import dispatch
from notifications.delivery.sessions import Sessions
from notifications.models import Letter
from notifications.outbox.clock import Clock
from tests.appointments.desk.conftest import EIGHT, booked
from tests.appointments.desk.staff import browser_of, make_member
from tests.appointments.factories import Office

BRIEFE = "/fulda/desk/briefe/"
Write = Callable[..., Appointment]
Later = Callable[[timedelta], Client]
IN_TIME = timedelta(days=14)


@pytest.fixture
def house(fulda: Jobcenter, office: Office) -> Office:
    TenantSettings.objects.update(letters_enabled=True)
    fulda.settings.refresh_from_db()
    office.jobcenter.settings.refresh_from_db()
    return office


@pytest.fixture
def receptionist(clock: Traveller, fulda: Jobcenter) -> Membership:
    return make_member(fulda, Role.FRONT_DESK)


@pytest.fixture
def front(receptionist: Membership) -> Client:
    return browser_of(receptionist)


@pytest.fixture
def later(clock: Traveller, receptionist: Membership) -> Callable[[timedelta], Client]:
    """`later(timedelta(days=10))`: so much time passes, and the front desk signs in anew."""

    def _later(passed: timedelta) -> Client:
        clock.shift(passed)
        return browser_of(receptionist)

    return _later


@pytest.fixture
def write(house: Office, caseworker: Membership, clock: Traveller) -> Write:
    """`write("Olena Шевченко", town=…, after=…, language=…, phone=…)`: they book, and their letter waits for paper."""

    def _write(
        name: str, *, town: str = "36037 Fulda", after: timedelta = IN_TIME, language: str = "de", phone: str = ""
    ) -> Appointment:
        addresses = {ContactChannel.LETTER: f"{name}\nAm Weg 1\n{town}", ContactChannel.PHONE: phone}
        who = Person(name, language, {channel: address for channel, address in addresses.items() if address})
        appointment = booked(house, EIGHT + after, who, caseworker)
        deliver()
        return appointment

    return _write


def deliver() -> None:
    with Sessions() as sessions:
        dispatch.deliver_all(sessions=sessions, clock=Clock(timezone.now(), stopwatch=lambda: 0.0))


def letter_about(appointment: Appointment) -> Letter:
    letter: Letter = Letter.objects.get(message__subject=appointment.subject)
    return letter


def open_batch(client: Client) -> str:
    """Presses „Jetzt drucken“; returns the address of the batch."""
    answer = client.post(f"{BRIEFE}drucken/")
    assert answer.status_code == 303, answer.content
    return str(answer["Location"]).partition("?")[0]


def post_batch(client: Client) -> str:
    batch = open_batch(client)
    assert client.post(f"{batch}zur-post/").status_code == 303
    return batch
