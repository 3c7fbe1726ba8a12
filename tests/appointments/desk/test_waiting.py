# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The waiting list at the desk: who waits for what, the open offer, and taking somebody off the list."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from appointments.core.modes import Mode
from appointments.models import Appointment, WaitingEntry, WaitingState
from appointments.waiting import offer_free_times, wait_for_any
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import tenant_context
from tests.appointments.desk.conftest import EIGHT
from tests.appointments.desk.staff import browser_of, main_text, make_member
from tests.appointments.factories import Office, person
from tests.appointments.waiting_room import FIRST, SECOND, books, changed, make_small_office, waits

LIST = "/fulda/desk/warteliste/haus/"


@pytest.fixture
def office(db: None, compiled_texts: None) -> Iterator[Office]:
    small = make_small_office()
    with tenant_context(small.jobcenter), time_machine.travel(EIGHT, tick=False):
        yield small


@pytest.fixture
def desk(office: Office) -> Client:
    return browser_of(make_member(office.jobcenter, Role.CASEWORKER))


@pytest.fixture
def wishing(office: Office) -> Appointment:
    return waits(office, SECOND, EIGHT, person("Yıldız Şahin", email="y@post.example"))


def test_the_list_says_who_waits_for_what_since_when_and_what_they_were_offered(
    office: Office, desk: Client, wishing: Appointment
) -> None:
    books(office, FIRST, EIGHT, person("Ada"))
    wait_for_any(
        jobcenter=office.jobcenter,
        service=office.service,
        location=office.location,
        person=person("Cem", email="cem@post.example"),
        mode=Mode.IN_PERSON,
        now=EIGHT - timedelta(days=1),
    )
    offer_free_times(office.jobcenter, now=EIGHT)
    words = main_text(desk.get(LIST))
    facts = [
        "2 Personen warten.",
        "Cem Beratung irgendeine freie Zeit So 22.11.2026, 08:00 1 von 3",
        "offen: Di 08.12.2026, 08:00 , Antwort bis Mo 23.11.2026, 10:00",
        "Yıldız Şahin Beratung früher als Di 01.12.2026, 08:00 Mo 23.11.2026, 08:00 0 von 3",
    ]
    assert [fact for fact in facts if fact not in words] == [], words
    assert words.index("Cem") < words.index("Yıldız")


def test_the_page_of_the_appointment_says_that_the_person_waits_and_the_day_leads_to_the_list(
    office: Office, desk: Client, wishing: Appointment
) -> None:
    offer_free_times(office.jobcenter, now=EIGHT)
    words = main_text(desk.get(f"/fulda/desk/termin/{wishing.public_id}/"))
    assert "Wartet auf einen früheren Termin seit Mo 23.11.2026, 08:00." in words
    assert "Angeboten: Di 24.11.2026, 08:00, Antwort bis Mo 23.11.2026, 10:00." in words
    assert "Frühere Zeit angeboten: Di 24.11.2026, 08:00 von selbst" in words
    assert f'href="{LIST}"' in desk.get("/fulda/desk/haus/").content.decode()


def test_somebody_is_taken_off_the_list_by_name_of_the_member_of_staff(
    office: Office, desk: Client, wishing: Appointment
) -> None:
    place = WaitingEntry.objects.get()
    for _ in range(2):
        answer = desk.post(LIST + "entfernen/", {"place": place.pk})
        assert answer["Location"] == LIST + "?getan=entfernt"
    place.refresh_from_db()
    trail = audit.history(wishing.subject)[-1]
    assert (place.state, trail.action, trail.actor_kind) == (WaitingState.ENDED, "waiting_left", "staff")
    words = main_text(desk.get(answer["Location"]))
    assert "Die Person steht nicht mehr auf der Warteliste." in words
    assert "Zurzeit wartet hier niemand." in words


@pytest.mark.parametrize("sent", [{}, {"place": "x"}, {"place": "0"}, {"place": "9" * 30}])
def test_nonsense_takes_nobody_off(desk: Client, wishing: Appointment, sent: dict[str, str]) -> None:
    assert desk.post(LIST + "entfernen/", sent).status_code == 303
    assert WaitingEntry.objects.get().state == WaitingState.WAITING


def test_the_front_desk_sees_the_list_and_changes_nothing(office: Office, wishing: Appointment) -> None:
    front = browser_of(make_member(office.jobcenter, Role.FRONT_DESK))
    page = front.get(LIST)
    assert ("Yıldız Şahin" in main_text(page), "entfernen/" in page.content.decode()) == (True, False)
    assert wishing.public_id not in page.content.decode()
    place = WaitingEntry.objects.get()
    assert front.post(LIST + "entfernen/", {"place": place.pk}).status_code == 403
    assert browser_of(make_member(office.jobcenter, Role.TENANT_ADMIN)).get(LIST).status_code == 403


def test_without_a_waiting_list_there_is_no_page(office: Office, desk: Client) -> None:
    assert desk.get("/fulda/desk/warteliste/nirgends/").status_code == 404
    changed(office, waiting_list=False)
    assert desk.get(LIST).status_code == 404
    assert "Warteliste" not in main_text(desk.get("/fulda/desk/haus/"))
