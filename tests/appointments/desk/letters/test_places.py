# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two houses print letters: each its own, and a sheaf with a letter of the other house is not there for it."""

from datetime import timedelta

import pytest
from django.test import Client
from time_machine import Traveller

from appointments.booking import book
from appointments.models import Appointment, Location
from appointments.staff_places import reach_places
from appointments.writing import Person
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.models import Letter, LetterState
from tests.appointments.desk.conftest import BOOKED_AT, EIGHT
from tests.appointments.desk.letters.conftest import (
    BRIEFE,
    IN_TIME,
    Write,
    deliver,
    letter_about,
    open_batch,
    post_batch,
)
from tests.appointments.desk.staff import browser_of, main_text, make_member
from tests.appointments.factories import Office, make_calendar


@pytest.fixture
def here(house: Office, write: Write) -> Appointment:
    return write("Olena Шевченко")


@pytest.fixture
def there(house: Office, clock: Traveller) -> Appointment:
    """Somebody who gets a letter about an appointment in the annex."""
    place = Location.objects.create(
        tenant=house.jobcenter, slug="anbau", name="Anbau", street="Nebenweg 2", town="36132 Eiterfeld"
    )
    make_calendar(house.jobcenter, place, house.service)
    person = Person("Mehmet Özdemir", "de", {ContactChannel.LETTER: "Mehmet Özdemir\nAm Weg 2\n36132 Eiterfeld"})
    booked = book(
        jobcenter=house.jobcenter,
        service=house.service,
        location=place,
        starts_at=EIGHT + IN_TIME + timedelta(hours=1),
        person=person,
        now=BOOKED_AT,
        by=audit.SYSTEM,
    )
    deliver()
    return booked


@pytest.fixture
def annex(fulda: Jobcenter, there: Appointment) -> Client:
    """Who prints letters in the annex."""
    member = make_member(fulda, Role.FRONT_DESK)
    reach_places(member=member, slugs=["anbau"], by=audit.SYSTEM, now=EIGHT)
    return browser_of(member)


def test_each_house_prints_its_own_and_leaves_the_others_waiting(
    annex: Client, front: Client, here: Appointment, there: Appointment
) -> None:
    text = main_text(annex.get(BRIEFE))
    assert ("Mehmet Özdemir" in text, "Olena" in text, "1 Brief wartet" in text) == (True, False, True)

    batch = open_batch(annex)
    of_batch = main_text(annex.get(batch))
    assert ("Mehmet Özdemir" in of_batch, "Olena" in of_batch) == (True, False)
    assert (letter_about(here).state, letter_about(there).state) == (LetterState.QUEUED, LetterState.BATCHED)

    everywhere = main_text(front.get(batch))
    assert "Mehmet Özdemir" in everywhere


def test_a_sheaf_with_a_letter_of_another_house_is_not_there(
    annex: Client, front: Client, here: Appointment, there: Appointment
) -> None:
    batch = open_batch(front)  # the front desk of all houses prints both
    assert Letter.objects.filter(batch__isnull=False).count() == 2
    assert [annex.get(f"{batch}{page}").status_code for page in ("", "pdf/", "zur-post/", "zuruecklegen/")] == [404] * 4
    assert annex.post(f"{batch}zur-post/").status_code == 404
    assert "/briefe/stapel/" not in annex.get(BRIEFE).content.decode()
    assert letter_about(there).state == LetterState.BATCHED


def test_a_letter_of_another_house_that_comes_back_has_no_number_here(
    annex: Client, front: Client, here: Appointment
) -> None:
    post_batch(front)
    letter = letter_about(here)
    found = annex.post(f"{BRIEFE}suchen/", {"mark": letter.mark})
    assert (found.status_code, "Einen Brief mit dieser Nummer gibt es hier nicht" in main_text(found)) == (422, True)
    pressed = [annex.post(f"{BRIEFE}{letter.public_id}/{step}/").status_code for step in ("zurueck", "angerufen")]
    assert pressed == [404, 404]
    assert Letter.objects.get(pk=letter.pk).returned_at is None
