# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Asking for an appointment: no page calls it one before the office has said yes, and every answer is on the page."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from appointments.core.answers import DeclineReason
from appointments.core.lifecycle import Status
from appointments.links import keys_of
from appointments.models import Appointment, OpeningRule, Service
from appointments.reasons import SENTENCES
from appointments.requests import answer_with_other_time, decline_request, grant_request
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from notifications.models import Message
from tests.appointments.factories import Office, make_appointment, person
from tests.appointments.web.conftest import EIGHT
from tests.appointments.web.visitor import Visitor, buttons_of, heading_of, text_of

THURSDAY_NINE = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
"""09:00 in Fulda, three days ahead; asked on Monday at 08:00, so that the answer is due on Wednesday at 08:00."""
STAFF = audit.staff(1)


@pytest.fixture
def office(fulda: Jobcenter, office: Office) -> Office:
    TenantSettings.objects.update(booking_mode="request", request_answer_hours=48)
    fulda.settings.refresh_from_db()
    return office


@pytest.fixture
def asked(office: Office) -> Appointment:
    return make_appointment(office, THURSDAY_NINE, EIGHT, person(email="j.groesser@example.org"))


@pytest.fixture
def page(asked: Appointment) -> str:
    return f"t/{keys_of(asked).token}/"


def test_the_start_page_and_the_last_step_ask_and_promise_no_appointment(visitor: Visitor, office: Office) -> None:
    start = visitor.get()
    assert (heading_of(start), buttons_of(start)) == (
        "Termin anfragen oder absagen",
        ["Termin anfragen", "Mein Termin"],
    )
    assert "Termin buchen" not in text_of(start)

    hold = visitor.holds(THURSDAY_NINE)
    visitor.post(f"{hold}kontakt/", name="Jürgen Größer", remind="none")
    check = visitor.get(f"{hold}pruefen/")
    assert "Anfrage senden" in buttons_of(check)
    assert "Verbindlich buchen" not in text_of(check)
    assert "Ein Termin wird es erst, wenn wir zusagen." in text_of(check)
    assert "Wir antworten bis: Mittwoch, 25. November 2026" in text_of(check)


def test_an_emergency_cannot_wait_and_is_booked_like_anywhere(visitor: Visitor, office: Office) -> None:
    OpeningRule.objects.update(is_emergency=True)
    Service.objects.update(is_emergency=True, min_lead_hours=0)
    hold = visitor.holds(EIGHT + timedelta(hours=2))
    visitor.post(f"{hold}kontakt/", name="Jürgen Größer", remind="none")
    assert "Verbindlich buchen" in buttons_of(visitor.get(f"{hold}pruefen/"))
    assert visitor.post(f"{hold}pruefen/").status_code == 303
    assert Appointment.objects.get().status == Status.BOOKED


def test_what_is_sent_is_a_request_with_a_deadline_a_code_and_one_way_out(visitor: Visitor, office: Office) -> None:
    answer = visitor.get(visitor.books(THURSDAY_NINE))
    assert (heading_of(answer), buttons_of(answer)) == ("Ihre Anfrage", ["Anfrage zurückziehen", "Sitzung beenden"])
    words = text_of(answer)
    facts = [
        "Ihre Anfrage ist bei uns. Noch ist es kein Termin. Wir antworten bis: Mittwoch, 25. November 2026, 08:00 Uhr",
        "Donnerstag, 26. November 2026",
        "Wir halten diese Zeit für Sie frei, bis wir antworten.",
        "Bitte kommen Sie erst, wenn wir zugesagt haben.",
        "Ziehen Sie diese Anfrage zurück und fragen Sie neu an.",
        "Mit diesem Code sehen Sie unsere Antwort, auch ohne E-Mail und Handy.",
        "Sie bekommen keine Nachrichten von uns. Unsere Antwort steht auf dieser Seite.",
    ]
    assert [fact for fact in facts if fact not in words] == []
    assert ("Ihr Termin steht fest" in words, "Bitte mitbringen" in words) == (False, False)
    assert Appointment.objects.get().status == Status.REQUESTED


def test_no_calendar_entry_and_no_moving_before_the_office_has_answered(visitor: Visitor, page: str) -> None:
    assert visitor.get(page + "termin.ics").status_code == 404
    assert visitor.get(page + "verschieben/")["Location"] == f"/fulda/de/{page}"
    assert visitor.post(page + "verschieben/pruefen/", time="20261127T0800Z").status_code == 409
    assert Appointment.objects.get().starts_at == THURSDAY_NINE


def test_taking_it_back_asks_first_and_can_be_undone(visitor: Visitor, page: str) -> None:
    question = visitor.get(page + "absagen/")
    assert heading_of(question) == "Anfrage wirklich zurückziehen?"
    assert buttons_of(question) == ["Ja, Anfrage zurückziehen", "Anfrage behalten"]
    assert visitor.post(page + "absagen/").status_code == 303
    gone = visitor.get(page)
    assert heading_of(gone) == "Ihre zurückgezogene Anfrage"
    assert buttons_of(gone) == ["Anfrage doch behalten", "Neuen Termin anfragen"]
    assert "Sie haben diese Anfrage zurückgezogen." in text_of(gone)
    assert [visitor.post(page + "absage-zuruecknehmen/").status_code for _ in range(2)] == [303, 303]
    assert heading_of(visitor.get(page)) == "Ihre Anfrage"
    assert Appointment.objects.get().status == Status.REQUESTED


def test_after_the_yes_it_is_an_appointment_like_any_other(
    visitor: Visitor, office: Office, asked: Appointment, page: str
) -> None:
    grant_request(jobcenter=office.jobcenter, appointment=asked, by=STAFF, now=EIGHT)
    answer = visitor.get(page)
    assert heading_of(answer) == "Ihr Termin"
    assert "Ihr Termin steht fest." in text_of(answer)
    assert buttons_of(answer)[:3] == ["In den Kalender eintragen", "Verschieben", "Absagen"]
    assert visitor.get(page + "termin.ics").status_code == 200


def test_another_time_is_named_as_one_and_can_be_moved(
    visitor: Visitor, office: Office, asked: Appointment, page: str
) -> None:
    other = THURSDAY_NINE + timedelta(hours=2)
    answer_with_other_time(jobcenter=office.jobcenter, appointment=asked, starts_at=other, by=STAFF, now=EIGHT)
    answer = visitor.get(page)
    assert "Ihr Termin steht fest, zu einer anderen Zeit." in text_of(answer)
    assert "Nicht mehr: Donnerstag, 26. November 2026, 09:00 Uhr." in text_of(answer)
    assert buttons_of(answer)[:3] == ["In den Kalender eintragen", "Verschieben", "Absagen"]
    visitor.post(page + "verschieben/pruefen/", time="20261127T0800Z")
    assert "Ihr Termin ist verschoben." in text_of(visitor.get(page))


@pytest.mark.parametrize("reason", list(DeclineReason))
def test_a_no_says_why_and_what_to_do_and_does_no_harm(
    visitor: Visitor, office: Office, asked: Appointment, page: str, reason: DeclineReason
) -> None:
    decline_request(jobcenter=office.jobcenter, appointment=asked, reason=reason, by=STAFF, now=EIGHT)
    answer = visitor.get(page)
    assert (heading_of(answer), buttons_of(answer)) == ("Ihre Anfrage", ["Neuen Termin anfragen"])
    words = text_of(answer)
    assert f"{SENTENCES[reason]} Es entsteht Ihnen kein Nachteil." in words
    assert "ufen Sie uns an" in words
    assert visitor.post(page + "absage-zuruecknehmen/").status_code == 409


def test_every_message_of_a_request_has_words_on_its_page(
    visitor: Visitor, office: Office, asked: Appointment, page: str
) -> None:
    assert "Eingang Ihrer Anfrage per E-Mail geplant" in text_of(visitor.get(page))
    decline_request(jobcenter=office.jobcenter, appointment=asked, reason=DeclineReason.CALL, by=STAFF, now=EIGHT)
    assert "Unsere Antwort per E-Mail geplant" in text_of(visitor.get(page))
    assert {one.kind for one in Message.objects.all()} == {"requested", "declined"}


@pytest.mark.parametrize(
    ("later", "title", "buttons"),
    [
        (timedelta(hours=49), "Unsere Antwort ist überfällig.", ["Anfrage zurückziehen"]),
        (timedelta(hours=73, minutes=5), "Wir haben Ihnen nicht rechtzeitig geantwortet.", None),
        (timedelta(days=9), "Wir haben Ihnen nicht rechtzeitig geantwortet.", ["Neuen Termin anfragen"]),
    ],
)
def test_a_late_answer_is_the_offices_fault_and_said_so(
    visitor: Visitor,
    page: str,
    clock: time_machine.Traveller,
    later: timedelta,
    title: str,
    buttons: list[str] | None,
) -> None:
    clock.shift(later)
    answer = visitor.get(page)
    assert (heading_of(answer), title in text_of(answer)) == ("Ihre Anfrage", True)
    assert "Das tut uns leid." in text_of(answer)
    assert buttons_of(answer) == (buttons or ["Anfrage zurückziehen", "Neuen Termin anfragen"])
    assert Appointment.objects.get().status == Status.REQUESTED
