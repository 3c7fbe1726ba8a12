# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The status buttons: one press, one fact, and back."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from time_machine import Traveller

from appointments.models import Appointment
from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.audit import service as audit
from tests.appointments.desk.conftest import Morning
from tests.appointments.desk.staff import browser_of, main_text


def press(client: Client, appointment: Appointment, verb: str, seen: str) -> int:
    """Press a button and say what was answered; where it leads back to is checked on the way."""
    response = client.post(f"/fulda/desk/stand/{appointment.public_id}/", {"verb": verb, "seen": seen})
    if response.status_code == 303:
        assert response["Location"] == f"/fulda/desk/haus/#termin-{appointment.public_id}"
    return response.status_code


def buttons_of(client: Client, appointment: Appointment) -> list[str]:
    """The words on the buttons of one row."""
    html = client.get("/fulda/desk/haus/").content.decode()
    row = re.search(rf'<tr id="termin-{appointment.public_id}".*?</tr>', html, re.DOTALL)
    assert row
    return re.findall(r'<span class="kern-label">([^<]+)<', row[0])


def status_of(appointment: Appointment) -> str:
    appointment.refresh_from_db()
    return appointment.status


def test_a_visit_from_door_to_end_and_one_step_back(desk: Client, morning: Morning) -> None:
    one = morning.second
    told = [buttons_of(desk, one)]
    for verb, seen in [("check_in", "booked"), ("start", "checked_in"), ("fulfil", "in_service")]:
        assert press(desk, one, verb, seen) == 303
        told.append(buttons_of(desk, one))
    assert press(desk, one, "undo", "fulfilled") == 303
    told.append(buttons_of(desk, one))
    assert told == [
        ["Ist da", "Im Gespräch", "Fertig", "Nicht erschienen"],
        ["Im Gespräch", "Fertig", "Rückgängig"],
        ["Fertig", "Rückgängig"],
        ["Rückgängig"],
        ["Fertig"],
    ]
    assert status_of(one) == "in_service"


@pytest.mark.parametrize("button", ["undo", "check_in"])
def test_somebody_who_was_missing_is_here_after_all(desk: Client, morning: Morning, button: str) -> None:
    assert press(desk, morning.first, "record_no_show", "booked") == 303
    assert buttons_of(desk, morning.first) == ["Ist doch da", "Rückgängig"]
    assert press(desk, morning.first, button, "no_show") == 303
    assert status_of(morning.first) == {"undo": "booked", "check_in": "checked_in"}[button]


def test_each_press_is_in_the_trail_with_who_pressed(desk: Client, morning: Morning, caseworker: Membership) -> None:
    press(desk, morning.first, "check_in", "booked")
    last = audit.history(morning.first.subject)[-1]
    assert (last.action, last.membership_id, last.detail) == (
        "attendance:check_in",
        caseworker.pk,
        {"status": "checked_in"},
    )


@pytest.mark.parametrize("verb", ["start", "fulfil", "record_no_show"])
def test_a_button_of_an_old_page_does_nothing_and_shows_the_list_as_it_is_now(
    desk: Client, morning: Morning, verb: str
) -> None:
    press(desk, morning.first, "check_in", "booked")
    trail = len(audit.history(morning.first.subject))
    response = desk.post(f"/fulda/desk/stand/{morning.first.public_id}/", {"verb": verb, "seen": "booked"})
    assert response.status_code == 409
    assert "Das hat gerade jemand anderes geändert" in main_text(response)
    assert re.search(r"Jürgen Größer Beratung Zimmer \d Deutsch da Im Gespräch", main_text(response))
    assert status_of(morning.first) == "checked_in"
    assert len(audit.history(morning.first.subject)) == trail


def test_nobody_is_missing_before_the_appointment_begins(desk: Client, morning: Morning) -> None:
    response = desk.post(f"/fulda/desk/stand/{morning.second.public_id}/", {"verb": "record_no_show", "seen": "booked"})
    assert response.status_code == 409
    assert "Der Termin beginnt erst um 08:30 Uhr." in main_text(response)
    assert status_of(morning.second) == "booked"


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"verb": "undo", "seen": "cancelled"}, 409),
        ({"verb": "undo", "seen": "booked"}, 409),
        ({"verb": "cancel", "seen": "booked"}, 422),
        ({"verb": "check_in", "seen": "asleep"}, 422),
        ({"verb": "check_in"}, 422),
        ({}, 422),
    ],
)
def test_what_no_button_sends_is_refused_and_changes_nothing(
    desk: Client, morning: Morning, sent: dict[str, str], expected: int
) -> None:
    response = desk.post(f"/fulda/desk/stand/{morning.first.public_id}/", sent)
    assert (response.status_code, status_of(morning.first)) == (expected, "booked")


def test_a_cancelled_appointment_has_no_buttons(desk: Client, morning: Morning, clock: Traveller) -> None:
    assert desk.post(f"/fulda/desk/termin/{morning.third.public_id}/absagen/").status_code == 303
    assert buttons_of(desk, morning.third) == []


def test_a_press_on_a_past_day_leads_back_to_that_day(
    morning: Morning, clock: Traveller, caseworker: Membership
) -> None:
    clock.shift(timedelta(days=1))
    response = browser_of(caseworker).post(
        f"/fulda/desk/stand/{morning.first.public_id}/", {"verb": "fulfil", "seen": "booked"}
    )
    assert response["Location"] == f"/fulda/desk/haus/?tag=2026-11-23#termin-{morning.first.public_id}"


def test_a_press_after_the_session_ended_records_nothing_and_leads_to_the_door(
    desk: Client, morning: Morning, clock: Traveller
) -> None:
    clock.shift(timedelta(minutes=30))
    response = desk.post(f"/fulda/desk/stand/{morning.first.public_id}/", {"verb": "fulfil", "seen": "booked"})
    assert (response.status_code, response["Location"]) == (303, "/fulda/anmelden/")
    assert status_of(morning.first) == "booked"
