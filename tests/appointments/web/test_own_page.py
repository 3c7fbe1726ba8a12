# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The permanent page of an appointment: what it says in each state, cancel, undo, calendar; reading changes nothing."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.apps import apps
from icalendar import Calendar as IcsFile

from appointments.attendance import record_attendance
from appointments.changing import cancel
from appointments.core.lifecycle import Status, Verb
from appointments.core.modes import Mode
from appointments.links import keys_of, readable_code
from appointments.models import Appointment, Location
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.models import TenantSettings
from tests.appointments.factories import Office, make_appointment, person
from tests.appointments.web.conftest import EIGHT
from tests.appointments.web.visitor import Visitor, buttons_of, heading_of, text_of

HOUR = timedelta(hours=1)
THURSDAY_NINE = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
"""09:00 in Fulda."""


@pytest.fixture
def booked(office: Office) -> Appointment:
    office.location.entrances = {"de": "Eingang B, 2. Stock"}
    office.location.save(update_fields=["entrances"])
    return make_appointment(office, THURSDAY_NINE, EIGHT, person(email="j.groesser@example.org"))


@pytest.fixture
def page(booked: Appointment) -> str:
    return f"t/{keys_of(booked).token}/"


def test_the_page_says_when_where_and_what_to_bring(visitor: Visitor, booked: Appointment, page: str) -> None:
    answer = visitor.get(page)
    words = text_of(answer)
    facts = [
        "Ihr Termin steht fest.",
        "Donnerstag, 26. November 2026 Do 26.11.2026, 09:00 09:00–09:30 Uhr",
        "Anliegen Beratung, 30 Minuten",
        "Ort Haus der Arbeit, Hauptstraße 1, 36037 Fulda",
        "Eingang Eingang B, 2. Stock",
        "Bitte mitbringen Zum Abhaken, nur für Sie. Es wird nicht gespeichert. Ausweis",
        f"Ihr Termin-Code {readable_code(keys_of(booked).code)}",
        "Hier geben Sie ihn ein: http://portal.example/fulda/de/mein-termin/",
    ]
    assert [fact for fact in facts if fact not in words] == []
    assert buttons_of(answer) == ["In den Kalender eintragen", "Verschieben", "Absagen"]


def test_the_page_tells_what_becomes_of_each_message(visitor: Visitor, office: Office) -> None:
    early = make_appointment(office, THURSDAY_NINE + HOUR, EIGHT - 3 * HOUR, person(email="early@example.org"))
    page = f"t/{keys_of(early).token}/"
    words = text_of(visitor.get(page)).partition("Nachrichten zu diesem Termin ")[2]
    assert words.startswith(
        "Mo 23.11.2026, 05:00 Bestätigung per E-Mail geplant Mo 23.11.2026, 10:00 Erinnerung per E-Mail geplant"
    )


def test_token_and_code_open_the_same_page(visitor: Visitor, booked: Appointment, page: str) -> None:
    keys = keys_of(booked)
    by_code = visitor.get(f"t/{readable_code(keys.code).lower()}/")
    assert (by_code.status_code, text_of(by_code)) == (200, text_of(visitor.get(page)))


def test_an_appointment_of_another_jobcenter_is_as_unknown_as_none(
    visitor: Visitor, second_office: Office, page: str
) -> None:
    assert visitor.get(page).status_code == 200
    elsewhere = Visitor("/wiesbaden/de/")
    for address in (page, page + "termin.ics", page + "absagen/", page + "verschieben/"):
        assert elsewhere.get(address).status_code == 404
    for address in (page + "absagen/", page + "absage-zuruecknehmen/", page + "verschieben/pruefen/"):
        assert elsewhere.post(address, time="20261127T0800Z").status_code == 404
    assert Appointment.objects.get().status == Status.BOOKED


def every_row() -> dict[str, list[tuple[object, ...]]]:
    models = [
        model for model in apps.get_models() if model._meta.app_label in ("appointments", "notifications", "audit")
    ]
    return {model.__name__: sorted(model._base_manager.values_list(), key=repr) for model in models}


@pytest.mark.parametrize("cancelled", [False, True])
def test_no_get_changes_anything(
    office: Office, visitor: Visitor, booked: Appointment, page: str, *, cancelled: bool
) -> None:
    if cancelled:
        cancel(jobcenter=office.jobcenter, appointment=booked, by=audit.CUSTOMER, now=EIGHT)
    before = every_row()
    pages = ("", "termin.ics", "absagen/", "verschieben/", "verschieben/pruefen/?time=20261127T0800Z")
    answers = [visitor.get(page + one).status_code for one in (*pages, "absage-zuruecknehmen/")]
    assert answers == ([200, 200, 303, 303, 303, 405] if cancelled else [200, 200, 200, 200, 200, 405])
    assert every_row() == before


def test_cancelling_asks_first_and_can_be_undone_for_half_an_hour(
    visitor: Visitor, booked: Appointment, page: str
) -> None:
    question = visitor.get(page + "absagen/")
    assert heading_of(question) == "Termin wirklich absagen?"
    assert buttons_of(question) == ["Ja, Termin absagen", "Verschieben", "Termin behalten"]
    assert visitor.post(page + "absagen/")["Location"] == f"/fulda/de/{page}"
    gone = visitor.get(page)
    assert buttons_of(gone) == ["Absage rückgängig machen", "Neuen Termin buchen"]
    assert "Sie haben diesen Termin abgesagt." in text_of(gone)
    assert "Das geht noch bis 08:30 Uhr." in text_of(gone)
    assert visitor.post(page + "absage-zuruecknehmen/").status_code == 303
    assert "Ihr Termin steht fest." in text_of(visitor.get(page))
    assert Appointment.objects.get().status == Status.BOOKED


def test_buttons_pressed_twice_do_it_once(visitor: Visitor, booked: Appointment, page: str) -> None:
    first = [visitor.post(page + "absagen/").status_code for _ in range(2)]
    revision = Appointment.objects.get().revision
    second = [visitor.post(page + "absage-zuruecknehmen/").status_code for _ in range(2)]
    assert (first, second) == ([303, 303], [303, 303])
    assert Appointment.objects.get().revision == revision + 1


def test_after_half_an_hour_a_cancellation_stands(
    visitor: Visitor, booked: Appointment, page: str, clock: time_machine.Traveller
) -> None:
    visitor.post(page + "absagen/")
    clock.shift(timedelta(minutes=31))
    assert buttons_of(visitor.get(page)) == ["Neuen Termin buchen"]
    assert visitor.post(page + "absage-zuruecknehmen/").status_code == 409
    assert Appointment.objects.get().status == Status.CANCELLED


def test_a_cancellation_by_the_office_is_explained_and_cannot_be_undone_by_the_person(
    office: Office, visitor: Visitor, booked: Appointment, page: str
) -> None:
    cancel(jobcenter=office.jobcenter, appointment=booked, by=audit.staff(1), now=EIGHT)
    answer = visitor.get(page)
    assert "Es entsteht Ihnen kein Nachteil." in text_of(answer)
    assert buttons_of(answer) == ["Neuen Termin buchen"]
    assert visitor.post(page + "absage-zuruecknehmen/").status_code == 409
    assert Appointment.objects.get().status == Status.CANCELLED


def test_undoing_when_the_time_has_gone_offers_the_nearest(visitor: Visitor, booked: Appointment, page: str) -> None:
    visitor.post(page + "absagen/")
    Visitor("/fulda/de/").books(THURSDAY_NINE)
    answer = visitor.post(page + "absage-zuruecknehmen/")
    assert (answer.status_code, heading_of(answer)) == (409, "Diese Zeit ist gerade vergeben worden")
    assert 'action="/fulda/de/buchen/beratung/haus/"' in answer.content.decode()


def test_after_the_deadline_people_can_still_say_that_they_cannot_come(
    visitor: Visitor, booked: Appointment, page: str, clock: time_machine.Traveller
) -> None:
    clock.move_to(THURSDAY_NINE - timedelta(hours=2))
    answer = visitor.get(page)
    assert buttons_of(answer) == ["Ich komme später", "In den Kalender eintragen", "Ich kann nicht kommen"]
    assert "Zum Verschieben ist es jetzt zu spät." in text_of(answer)
    assert heading_of(visitor.get(page + "absagen/")) == "Sie können nicht kommen?"
    visitor.post(page + "absagen/")
    assert Appointment.objects.get().late_notice is True
    assert "Sie haben uns gesagt, dass Sie nicht kommen können." in text_of(visitor.get(page))


def test_an_appointment_that_has_begun_offers_no_reproach(
    visitor: Visitor, booked: Appointment, page: str, clock: time_machine.Traveller
) -> None:
    clock.move_to(THURSDAY_NINE + timedelta(minutes=5))
    answer = visitor.get(page)
    assert "Ihr Termin hat begonnen." in text_of(answer)
    assert "Ich kann nicht kommen" in buttons_of(answer)


@pytest.mark.parametrize("verbs", [[], [Verb.CHECK_IN, Verb.FULFIL], [Verb.RECORD_NO_SHOW]])
def test_when_it_is_over_the_page_says_only_that(
    visitor: Visitor, booked: Appointment, page: str, clock: time_machine.Traveller, verbs: list[Verb]
) -> None:
    clock.move_to(THURSDAY_NINE + timedelta(hours=1))
    for verb in verbs:
        now = THURSDAY_NINE + timedelta(minutes=20)
        record_attendance(appointment=booked, verb=verb, by=audit.staff(1), now=now)
    answer = visitor.get(page)
    assert (heading_of(answer), buttons_of(answer)) == ("Ihr vergangener Termin", ["Neuen Termin buchen"])
    assert "Dieser Termin ist vorbei." in text_of(answer)
    assert visitor.get(page + "absagen/").status_code == 303
    assert visitor.post(page + "absagen/").status_code == 409


def test_who_is_there_reads_that_they_are_expected(
    visitor: Visitor, booked: Appointment, page: str, clock: time_machine.Traveller
) -> None:
    clock.move_to(THURSDAY_NINE - timedelta(minutes=5))
    record_attendance(appointment=booked, verb=Verb.CHECK_IN, by=audit.staff(1), now=THURSDAY_NINE)
    answer = visitor.get(page)
    assert (heading_of(answer), buttons_of(answer)) == ("Ihr Termin", [])
    assert "Wir wissen, dass Sie da sind. Bitte warten Sie, bis Sie aufgerufen werden." in text_of(answer)
    assert visitor.post(page + "absagen/").status_code == 409


def test_who_still_waits_when_the_time_is_over_is_not_told_that_it_is_over(
    visitor: Visitor, booked: Appointment, page: str, clock: time_machine.Traveller
) -> None:
    record_attendance(appointment=booked, verb=Verb.CHECK_IN, by=audit.staff(1), now=THURSDAY_NINE)
    clock.move_to(THURSDAY_NINE + 2 * HOUR)
    waiting = visitor.get(page)
    clock.move_to(THURSDAY_NINE + 24 * HOUR)
    next_day = visitor.get(page)
    assert (heading_of(waiting), heading_of(next_day)) == ("Ihr Termin", "Ihr vergangener Termin")
    assert "Wir wissen, dass Sie da sind." in text_of(waiting)
    assert "Dieser Termin ist vorbei." in text_of(next_day)


def test_who_is_being_talked_to_is_not_asked_to_wait(
    visitor: Visitor, booked: Appointment, page: str, clock: time_machine.Traveller
) -> None:
    record_attendance(appointment=booked, verb=Verb.START, by=audit.staff(1), now=THURSDAY_NINE)
    clock.move_to(THURSDAY_NINE + timedelta(minutes=5))
    answer = visitor.get(page)
    assert (heading_of(answer), buttons_of(answer)) == ("Ihr Termin", [])
    assert ("Wir wissen, dass Sie da sind." in text_of(answer), "Bitte warten Sie" in text_of(answer)) == (True, False)


@pytest.mark.parametrize("by", [audit.CUSTOMER, audit.staff(1)])
def test_what_was_cancelled_ahead_is_not_called_past(
    office: Office, visitor: Visitor, booked: Appointment, page: str, by: audit.By
) -> None:
    cancel(jobcenter=office.jobcenter, appointment=booked, by=by, now=EIGHT)
    assert heading_of(visitor.get(page)) == "Ihr abgesagter Termin"


def test_the_calendar_entry_is_a_download_and_follows_a_cancellation(
    visitor: Visitor, booked: Appointment, page: str
) -> None:
    answer = visitor.get(page + "termin.ics")
    entry = IcsFile.from_ical(answer.content)
    [event] = entry.walk("VEVENT")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    assert answer["Content-Disposition"] == 'attachment; filename="termin.ics"'
    assert (entry["METHOD"], event.decoded("dtstart").astimezone(UTC), event["SUMMARY"]) == (
        "PUBLISH",
        THURSDAY_NINE,
        "Termin",
    )
    visitor.post(page + "absagen/")
    assert IcsFile.from_ical(visitor.get(page + "termin.ics").content)["METHOD"] == "CANCEL"


def test_a_time_chosen_by_the_office_later_is_called_moved(visitor: Visitor, booked: Appointment, page: str) -> None:
    visitor.post(page + "verschieben/pruefen/", time="20261127T0800Z")
    words = text_of(visitor.get(page))
    assert "Der alte Termin gilt nicht mehr: Donnerstag, 26. November 2026, 09:00 Uhr" in words


def test_the_deadline_is_the_jobcenters_own(visitor: Visitor, booked: Appointment, page: str) -> None:
    TenantSettings.objects.update(cancel_until_hours=80)
    assert buttons_of(visitor.get(page)) == ["In den Kalender eintragen", "Ich kann nicht kommen"]


def test_what_was_said_when_booking_stands_there_too(visitor: Visitor, booked: Appointment, page: str) -> None:
    assert "Begleitung" not in text_of(visitor.get(page))
    Appointment.objects.update(with_companion=True, booked_by_helper=True)
    words = text_of(visitor.get(page))
    assert "Begleitung Sie bringen jemanden mit." in words
    assert "Gebucht von Jemand anderes hat den Termin für Sie gebucht." in words


def test_papers_are_ticked_off_in_the_browser_alone(visitor: Visitor, booked: Appointment, page: str) -> None:
    html = visitor.get(page).content.decode()
    [box] = re.findall(r'<input [^>]*type="checkbox"[^>]*>', html)
    assert 'name="' not in box
    assert "Zum Abhaken, nur für Sie. Es wird nicht gespeichert." in html


def test_the_way_in_is_said_in_the_persons_language_else_in_german(
    visitor: Visitor, booked: Appointment, page: str
) -> None:
    TenantSettings.objects.update(languages=["de", "uk", "ar"])
    Location.objects.update(entrances={"de": "Eingang B", "uk": "Вхід B"}, directions={"uk": "Автобус 2"})
    assert "Вхід Вхід B" in text_of(visitor.get(f"/fulda/uk/{page}"))
    assert "Eingang Eingang B" in text_of(visitor.get(page))
    arabic = visitor.get(f"/fulda/ar/{page}").content.decode()
    assert "\u2068Eingang B\u2069" in arabic
    assert "\u2068\u2069" not in arabic  # signs of direction around nothing would show as an empty line


def test_who_is_called_is_not_sent_to_a_house(visitor: Visitor, booked: Appointment, page: str) -> None:
    Location.objects.update(directions={"de": "Bus 2 bis „Rathaus“."})
    assert "So kommen Sie zu uns Bus 2 bis „Rathaus“." in text_of(visitor.get(page))
    Appointment.objects.update(mode=int(Mode.PHONE))
    words = text_of(visitor.get(page))
    assert ("So kommen Sie zu uns" in words, "Zum Zeigen am Empfang" in words) == (False, False)


def test_shortly_before_the_page_asks_whether_somebody_only_comes_later(
    visitor: Visitor, booked: Appointment, page: str, clock: time_machine.Traveller
) -> None:
    clock.move_to(THURSDAY_NINE - HOUR)
    assert "Sie kommen nur später? Dann sagen Sie uns das." in text_of(visitor.get(page + "absagen/"))
