# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Answering requests at the desk: the list by deadline, and who will be told before each answer."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from time_machine import Traveller

from appointments.booking import book
from appointments.changing import cancel
from appointments.models import Appointment
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.models import AuditEntry
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from notifications.models import Message
from tests.appointments.desk.conftest import EIGHT
from tests.appointments.desk.staff import browser_of, main_text, make_member
from tests.appointments.factories import Office, person

THURSDAY = EIGHT + timedelta(days=3, hours=1)
"""Thursday, 26 November, 09:00 in Fulda."""
Ask = Callable[..., Appointment]


@pytest.fixture
def office(fulda: Jobcenter, office: Office) -> Office:
    TenantSettings.objects.update(booking_mode="request", request_answer_hours=24)
    fulda.settings.refresh_from_db()
    return office


@pytest.fixture
def ask(office: Office) -> Ask:
    """`ask("Name", minutes, asked=hours_ago, email=…)`: a person asks for a time on Thursday."""

    def _ask(name: str, minutes: int = 0, *, asked: int = 2, **details: str) -> Appointment:
        return book(
            jobcenter=office.jobcenter,
            service=office.service,
            location=office.location,
            starts_at=THURSDAY + timedelta(minutes=minutes),
            person=person(name, **details),
            now=EIGHT - timedelta(hours=asked),
        )

    return _ask


@pytest.fixture
def asked(ask: Ask) -> Appointment:
    return ask("Olena Шевченко", email="olena@example.org", phone="+4915228817386")


def path(appointment: Appointment, what: str = "") -> str:
    return f"/fulda/desk/anfragen/{appointment.public_id}/{what}"


def state(appointment: Appointment) -> tuple[str, datetime, int]:
    appointment.refresh_from_db()
    return appointment.status, appointment.starts_at, appointment.revision


def newest(appointment: Appointment) -> set[tuple[str, str]]:
    """Kind and channel of what the newest revision has planned."""
    appointment.refresh_from_db()
    found = Message.objects.filter(subject=appointment.subject, revision=appointment.revision)
    return {(one.kind, one.channel) for one in found}


def test_nothing_waits(desk: Client, office: Office) -> None:
    assert "Zurzeit wartet keine Anfrage auf eine Antwort." in main_text(desk.get("/fulda/desk/anfragen/"))


def test_the_list_begins_with_what_is_overdue_and_every_page_counts(desk: Client, ask: Ask) -> None:
    ask("Bert Später", 30, asked=1)
    ask("Ada Überfällig", 60, asked=80)
    html = desk.get("/fulda/desk/anfragen/").content.decode()
    rows = re.findall(r"<tr><td.*?</tr>", html, re.DOTALL)
    assert [("Ada Überfällig" in row, "überfällig</span>" in row) for row in rows] == [(True, True), (False, False)]
    assert "Do 26.11.2026, 10:00" in rows[0]
    assert ">Anfragen (2)</a>" in desk.get("/fulda/desk/haus/").content.decode()


def test_where_people_book_at_once_the_desk_has_no_requests(desk: Client, office: Office) -> None:
    TenantSettings.objects.update(booking_mode="instant")
    assert "Anfragen" not in desk.get("/fulda/desk/haus/").content.decode()


def test_granting_says_who_will_be_told_and_then_confirms(desk: Client, asked: Appointment) -> None:
    text = main_text(desk.get(path(asked)))
    assert "Anfrage von Olena Шевченко Wunschzeit Donnerstag, 26. November 2026, 09:00–09:30" in text
    assert "Antwort bis Di 24.11.2026, 06:00" in text
    # An e-mail confirms; the SMS stays for the reminder.
    assert "geht sofort eine Bestätigung hinaus: E-Mail an o…@example.org Termin zusagen" in text

    response = desk.post(path(asked, "zusagen/"), {"revision": asked.revision})
    assert (response.status_code, response["Location"]) == (303, "/fulda/desk/anfragen/?getan=zugesagt")
    assert "Der Termin ist zugesagt." in main_text(desk.get(response["Location"]))
    assert state(asked) == ("booked", THURSDAY, 2)
    # Three days before would be in forty minutes: the confirmation has just said the same.
    assert newest(asked) == {("confirmation", "email"), ("reminder", "sms")}


def test_another_time_is_chosen_from_free_ones_and_told_on_every_channel(desk: Client, asked: Appointment) -> None:
    page = desk.get(path(asked, "andere-zeit/?tag=2026-11-26"))
    assert "E-Mail an o…@example.org SMS an" in main_text(page)
    times = re.findall(r'name="time" value="([^"]+)"', page.content.decode())
    assert asked.starts_at.isoformat() not in times
    response = desk.post(path(asked, "andere-zeit/"), {"time": times[0], "revision": 1})
    assert (response.status_code, response["Location"]) == (303, "/fulda/desk/anfragen/?getan=andere-zeit")
    assert state(asked) == ("booked", datetime.fromisoformat(times[0]), 2)
    told = {(kind, channel) for kind, channel in newest(asked) if kind != "reminder"}
    assert told == {("other_time", "email"), ("other_time", "sms")}
    shown = main_text(desk.get(f"/fulda/desk/termin/{asked.public_id}/"))
    assert "Vorher Do 26.11.2026, 09:00" in shown
    assert "Andere Zeit gegeben" in shown


def test_another_time_that_has_just_gone_is_answered_with_the_nearest(
    desk: Client, asked: Appointment, ask: Ask
) -> None:
    wanted = THURSDAY + timedelta(minutes=60)
    for number in range(3):
        ask(f"Person {number}", 60)
    response = desk.post(path(asked, "andere-zeit/"), {"time": wanted.isoformat(), "revision": 1})
    assert response.status_code == 409
    assert "Diese Zeit ist nicht mehr frei Die Anfrage ist unverändert." in main_text(response)
    assert state(asked) == ("requested", THURSDAY, 1)


def test_declining_shows_the_very_words_and_needs_a_reason(desk: Client, asked: Appointment) -> None:
    page = main_text(desk.get(path(asked, "ablehnen/")))
    assert "Unterlagen fehlen noch Für das Gespräch fehlen noch Unterlagen. Rufen Sie uns an." in page
    assert "geht sofort eine Nachricht hinaus: E-Mail an o…@example.org SMS an" in page
    without = desk.post(path(asked, "ablehnen/"), {"revision": 1})
    assert (without.status_code, "Wählen Sie einen Grund aus." in main_text(without)) == (422, True)
    assert desk.post(path(asked, "ablehnen/"), {"revision": 1, "reason": "personal"}).status_code == 422
    assert state(asked) == ("requested", THURSDAY, 1)

    response = desk.post(path(asked, "ablehnen/"), {"revision": 1, "reason": "papers"})
    assert (response.status_code, response["Location"]) == (303, "/fulda/desk/anfragen/?getan=abgelehnt")
    assert newest(asked) == {("declined", "email"), ("declined", "sms")}
    shown = main_text(desk.get(f"/fulda/desk/termin/{asked.public_id}/"))
    assert "Grund Unterlagen fehlen noch" in shown
    assert "Anfrage abgelehnt: Unterlagen fehlen noch" in shown


def test_a_refusal_can_be_taken_back_and_the_request_waits_again(desk: Client, asked: Appointment) -> None:
    desk.post(path(asked, "ablehnen/"), {"revision": 1, "reason": "call"})
    response = desk.post(f"/fulda/desk/termin/{asked.public_id}/absage-zuruecknehmen/")
    assert response["Location"].endswith("?getan=wieder-offen")
    assert "Die Anfrage wartet wieder auf eine Antwort." in main_text(desk.get(response["Location"]))
    assert state(asked)[0] == "requested"


def test_the_page_of_an_unanswered_request_leads_to_the_answers(desk: Client, asked: Appointment) -> None:
    text = main_text(desk.get(f"/fulda/desk/termin/{asked.public_id}/"))
    assert "angefragt" in text
    assert "Anfrage beantworten" in text
    assert ("Termin absagen" in text, "Termin verschieben" in text) == (False, False)
    assert desk.post(f"/fulda/desk/termin/{asked.public_id}/absagen/").status_code == 409
    assert state(asked)[0] == "requested"


@pytest.mark.parametrize(
    ("what", "sent"),
    [
        ("zusagen/", {}),
        ("ablehnen/", {"reason": "call"}),
        ("andere-zeit/", {"time": (THURSDAY + timedelta(hours=2)).isoformat()}),
    ],
)
def test_what_the_person_took_back_is_not_answered(
    desk: Client, office: Office, asked: Appointment, what: str, sent: dict[str, str]
) -> None:
    cancel(jobcenter=office.jobcenter, appointment=asked, by=audit.CUSTOMER, now=EIGHT)
    response = desk.post(path(asked, what), {"revision": "1", **sent})
    assert response.status_code == 409
    assert "Das ist bei dieser Anfrage nicht mehr möglich Es wurde nichts geändert." in main_text(response)
    assert (state(asked)[0], desk.get(path(asked)).status_code) == ("cancelled", 302)


def test_an_old_page_grants_nothing(desk: Client, asked: Appointment) -> None:
    assert desk.post(path(asked, "zusagen/"), {"revision": 7}).status_code == 409
    assert desk.post(path(asked, "zusagen/"), {"revision": "x"}).status_code == 422
    assert state(asked) == ("requested", THURSDAY, 1)


def test_a_wish_that_has_passed_can_only_be_answered_otherwise(
    asked: Appointment, fulda: Jobcenter, clock: Traveller
) -> None:
    clock.move_to(THURSDAY + timedelta(hours=3))
    desk = browser_of(make_member(fulda, Role.CASEWORKER))
    text = main_text(desk.get(path(asked)))
    assert ("Die Wunschzeit ist vorbei" in text, "Termin zusagen" in text) == (True, False)
    assert desk.post(path(asked, "zusagen/"), {"revision": 1}).status_code == 409
    assert desk.post(path(asked, "ablehnen/"), {"revision": 1, "reason": "call"}).status_code == 303
    assert newest(asked) == {("declined", "email"), ("declined", "sms")}


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize(
    ("method", "what", "allowed"),
    [
        ("get", "", 200),
        ("post", "zusagen/", 303),
        ("get", "andere-zeit/", 200),
        ("post", "andere-zeit/", 422),
        ("get", "ablehnen/", 200),
        ("post", "ablehnen/", 422),
    ],
)
def test_only_those_who_change_appointments_answer(
    fulda: Jobcenter, clock: Traveller, asked: Appointment, role: Role | None, method: str, what: str, allowed: int
) -> None:
    may = role in (Role.CASEWORKER, Role.TEAM_LEAD)
    client = Client() if role is None else browser_of(make_member(fulda, role))
    before = AuditEntry.objects.count()
    response = getattr(client, method)(path(asked, what), {"revision": 1} if "zusagen" in what else {})
    assert response.status_code == (allowed if may else 303 if role is None else 403)
    if not may:
        assert (AuditEntry.objects.count(), state(asked)[0]) == (before, "requested")
        assert "Шевченко" not in response.content.decode()
        assert client.get("/fulda/desk/anfragen/").status_code == (303 if role is None else 403)


def test_requests_of_another_jobcenter_are_unknown(asked: Appointment, wiesbaden: Jobcenter, clock: Traveller) -> None:
    foreign = browser_of(make_member(wiesbaden, Role.CASEWORKER))
    for what in ("", "andere-zeit/", "ablehnen/"):
        assert foreign.get(f"/wiesbaden/desk/anfragen/{asked.public_id}/{what}").status_code == 404
    sent = {"revision": 1, "reason": "call"}
    for what in ("zusagen/", "ablehnen/"):
        assert foreign.post(f"/wiesbaden/desk/anfragen/{asked.public_id}/{what}", sent).status_code == 404
    assert state(asked)[0] == "requested"
