# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Somebody at the front desk without an appointment: a number, a place in the list, and being called."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from time_machine import Traveller

from appointments.models import Appointment, Calendar
from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from tests.appointments.desk.conftest import Morning
from tests.appointments.desk.staff import browser_of, main_text, make_member
from tests.appointments.factories import Office

DOOR = "/fulda/desk/ohne-termin/haus/"


@pytest.fixture
def office(fulda: Jobcenter, office: Office) -> Office:
    TenantSettings.objects.update(walk_in=True)
    fulda.settings.refresh_from_db()
    return office


@pytest.fixture
def front_desk(fulda: Jobcenter, clock: Traveller) -> Client:
    return browser_of(make_member(fulda, Role.FRONT_DESK))


def key_of(client: Client) -> str:
    found = re.search(r'name="key" value="([^"]+)"', client.get(DOOR).content.decode())
    assert found
    return found[1]


def comes(client: Client, name: str = "", **typed: str) -> Appointment:
    """Register somebody; the number's page is where it leads."""
    sent = {"service": "beratung", "name": name, "language": "de", "key": key_of(client), **typed}
    response = client.post(DOOR, sent)
    assert response.status_code == 303, main_text(response)
    public_id = response["Location"].rstrip("/").rpartition("/")[2]
    found: Appointment = Appointment.objects.get(public_id=public_id)
    return found


def ticket(appointment: Appointment) -> str:
    return f"/fulda/desk/nummer/{appointment.public_id}/"


def test_who_comes_gets_a_number_to_read_out_and_waits_in_the_list(front_desk: Client, office: Office) -> None:
    one = comes(front_desk, "Yıldız Şahin", language="tr")
    html = front_desk.get(ticket(one)).content.decode()
    assert '<p class="ticket-number">1</p>' in html
    text = main_text(front_desk.get(DOOR))
    assert "Es warten : 1" in text or "Es warten: 1" in text
    assert "Nummer 1 Yıldız Şahin Beratung" in text
    row = main_text(front_desk.get("/fulda/desk/haus/"))
    assert "Ohne Termin gekommen (1 warten)" in row
    assert re.search(
        r"08:20 Als Nächstes Yıldız Şahin ohne Termin, Nummer 1 Beratung noch niemand Türkçe da Aufrufen", row
    )


def test_nobody_has_to_say_a_name_and_two_presses_are_one_number(front_desk: Client, office: Office) -> None:
    key = key_of(front_desk)
    first, again = comes(front_desk, key=key), comes(front_desk, key=key)
    assert (first, Appointment.objects.count()) == (again, 1)
    assert "Nummer 1" in main_text(front_desk.get("/fulda/desk/haus/"))


@pytest.mark.parametrize(
    "typed", [{"service": ""}, {"service": "gruppe"}, {"language": "xx"}, {"key": "short"}, {"name": "x" * 81}]
)
def test_what_is_missing_or_unknown_is_said_and_no_number_given(
    front_desk: Client, office: Office, typed: dict[str, str]
) -> None:
    sent = {"service": "beratung", "name": "Ada", "language": "de", "key": key_of(front_desk), **typed}
    response = front_desk.post(DOOR, sent)
    assert (response.status_code, Appointment.objects.count()) == (422, 0)
    assert "Bitte prüfen Sie Ihre Angaben" in main_text(response)


def test_a_name_of_signs_that_nobody_can_read_out_is_no_name(front_desk: Client, office: Office) -> None:
    assert comes(front_desk, "\u200b\u0007").customer.name == ""


def test_a_caseworker_calls_the_next_to_their_own_calendar(
    front_desk: Client, desk: Client, office: Office, caseworker: Membership
) -> None:
    lane = office.calendars[1]
    Calendar.objects.filter(pk=lane.pk).update(membership=caseworker)
    one, _two = comes(front_desk, "Ada"), comes(front_desk, "Bert")
    html = desk.get(DOOR).content.decode()
    assert f'<option value="{lane.pk}" selected>' in html
    assert "Nummer 1 aufrufen" in html
    response = desk.post(DOOR + "aufrufen/", {"kalender": lane.pk})
    assert (response.status_code, response["Location"]) == (303, ticket(one))
    one.refresh_from_db()
    assert (one.status, one.calendar_id) == ("in_service", lane.pk)
    assert "Nummer 2 aufrufen" in desk.get(DOOR).content.decode()


def test_calling_without_saying_where_to_or_when_nobody_waits_calls_nobody(front_desk: Client, office: Office) -> None:
    nobody = front_desk.post(DOOR + "aufrufen/", {"kalender": office.calendars[0].pk})
    assert (nobody.status_code, "Gerade wartet niemand" in main_text(nobody)) == (409, True)
    one = comes(front_desk, "Ada")
    for sent in ({}, {"kalender": ""}, {"kalender": "999999"}, {"kalender": "x"}):
        response = front_desk.post(DOOR + "aufrufen/", sent)
        assert (response.status_code, "Wählen Sie aus, zu wem" in main_text(response)) == (422, True)
        response = front_desk.post(ticket(one), {"step": "call", "seen": "checked_in", **sent})
        assert (response.status_code, "Wählen Sie aus, zu wem" in main_text(response)) == (422, True)
    one.refresh_from_db()
    assert one.status == "checked_in"


def test_a_button_of_an_old_page_does_nothing_and_says_so(front_desk: Client, office: Office) -> None:
    one = comes(front_desk, "Ada")
    lanes = [lane.pk for lane in office.calendars]
    first = front_desk.post(ticket(one), {"step": "call", "seen": "checked_in", "kalender": lanes[0]})
    second = front_desk.post(ticket(one), {"step": "call", "seen": "checked_in", "kalender": lanes[1]})
    assert (first.status_code, second.status_code) == (303, 409)
    assert "Das hat gerade jemand anderes geändert" in main_text(second)
    one.refresh_from_db()
    assert one.calendar_id == lanes[0]
    assert front_desk.post(ticket(one), {"step": "dance", "seen": "checked_in"}).status_code == 422


def test_who_leaves_and_comes_back_keeps_the_number(front_desk: Client, office: Office) -> None:
    one = comes(front_desk, "Ada")
    assert front_desk.post(ticket(one), {"step": "left", "seen": "checked_in"}).status_code == 303
    page = main_text(front_desk.get(ticket(one)))
    assert ("gegangen" in page, "Ist doch noch da" in page, "Aufrufen" in page) == (True, True, False)
    assert front_desk.post(ticket(one), {"step": "back", "seen": "cancelled"}).status_code == 303
    assert "Nummer 1 aufrufen" in front_desk.get(DOOR).content.decode()


def test_who_has_an_appointment_comes_before_who_has_none(front_desk: Client, office: Office, morning: Morning) -> None:
    comes(front_desk, "Ada Ohne")
    assert re.search(r"Als Nächstes Ada Ohne", main_text(front_desk.get("/fulda/desk/haus/")))
    sent = {"verb": "check_in", "seen": "booked"}
    assert front_desk.post(f"/fulda/desk/stand/{morning.second.public_id}/", sent).status_code == 303
    assert re.search(r"Als Nächstes Yıldız Şahin", main_text(front_desk.get("/fulda/desk/haus/")))


def test_the_appointments_page_shows_a_walk_in_without_buttons_for_planned_time(
    front_desk: Client, desk: Client, office: Office
) -> None:
    one = comes(front_desk, "Ada")
    text = main_text(desk.get(f"/fulda/desk/termin/{one.public_id}/"))
    assert "Nummer 1 Termin" in text
    assert "Bei noch niemand" in text
    assert "Ohne Termin gekommen" in text
    assert ("Termin absagen" in text, "Termin verschieben" in text) == (False, False)
    assert desk.post(f"/fulda/desk/termin/{one.public_id}/absagen/").status_code == 409
    assert desk.post(f"/fulda/desk/termin/{one.public_id}/absage-zuruecknehmen/").status_code == 409


def test_coming_is_not_undone_by_a_button_that_nobody_shows(front_desk: Client, office: Office) -> None:
    one = comes(front_desk, "Ada")
    response = front_desk.post(f"/fulda/desk/stand/{one.public_id}/", {"verb": "undo", "seen": "checked_in"})
    one.refresh_from_db()
    assert (response.status_code, one.status) == (409, "checked_in")


def test_where_nobody_comes_without_an_appointment_there_is_no_such_page(
    front_desk: Client, office: Office, morning: Morning
) -> None:
    assert front_desk.get(ticket(morning.first)).status_code == 404
    TenantSettings.objects.update(walk_in=False)
    assert (front_desk.get(DOOR).status_code, front_desk.post(DOOR + "aufrufen/").status_code) == (404, 404)
    assert "Ohne Termin" not in main_text(front_desk.get("/fulda/desk/haus/"))


@pytest.mark.parametrize("role", [None, *Role])
def test_the_front_desk_and_caseworkers_give_numbers(
    fulda: Jobcenter, clock: Traveller, office: Office, role: Role | None
) -> None:
    client = Client() if role is None else browser_of(make_member(fulda, role))
    may = role not in (None, Role.TENANT_ADMIN, Role.DATA_PROTECTION)
    refused = 303 if role is None else 403
    assert client.get(DOOR).status_code == (200 if may else refused)
    assert client.post(DOOR).status_code == (422 if may else refused)
    assert client.post(DOOR + "aufrufen/").status_code == (422 if may else refused)


def test_numbers_of_another_jobcenter_are_unknown(
    front_desk: Client, office: Office, wiesbaden: Jobcenter, clock: Traveller
) -> None:
    one = comes(front_desk, "Ada")
    foreign = browser_of(make_member(wiesbaden, Role.CASEWORKER))
    assert foreign.get(f"/wiesbaden/desk/nummer/{one.public_id}/").status_code == 404
    sent = {"step": "left", "seen": "checked_in"}
    assert foreign.post(f"/wiesbaden/desk/nummer/{one.public_id}/", sent).status_code == 404
    assert foreign.get("/wiesbaden/desk/ohne-termin/haus/").status_code == 404


def test_a_visit_ends_like_any_other(front_desk: Client, office: Office, clock: Traveller) -> None:
    one = comes(front_desk, "Ada")
    clock.shift(timedelta(minutes=15))
    front_desk.post(ticket(one), {"step": "call", "seen": "checked_in", "kalender": office.calendars[0].pk})
    response = front_desk.post(f"/fulda/desk/stand/{one.public_id}/", {"verb": "fulfil", "seen": "in_service"})
    one.refresh_from_db()
    assert (response.status_code, one.status) == (303, "fulfilled")
