# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page of the reminder plan: what it says about rules, quiet hours, examples and changes."""

from datetime import UTC, datetime, time
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from appointments.models import ReminderRule, Service
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from tests.appointments.desk.staff import main_text
from tests.appointments.factories import Office, make_service

PLAN = "/fulda/desk/einstellungen/erinnerungen/"
NOW = datetime(2026, 11, 23, 7, 20, tzinfo=UTC)


def rule(office: Office, channel: str, offset: str, **more: Any) -> None:
    ReminderRule.objects.create(tenant=office.jobcenter, channel=channel, offset=offset, **more)


def page(admin: Client, query: str = "") -> str:
    response = admin.get(PLAN + query)
    assert response.status_code == 200
    return main_text(response)


def test_the_plan_stands_there_in_words(admin: Client, office: Office) -> None:
    rule(office, "sms", "P1B", only_without=["email"])
    rule(office, "email", "PT2H")
    text = page(admin)
    assert "3 Tage vorher per E-Mail Ändern" in text
    assert "am Tag davor per SMS Ändern" in text
    assert "am Werktag davor per SMS, nur an Menschen ohne E-Mail-Adresse" in text
    assert "2 Stunden vorher per E-Mail" in text
    assert "Kein Anliegen weicht ab." in text
    assert "Den Plan hat noch niemand geändert." in text


def test_concerns_with_their_own_reminders_are_named(admin: Client, office: Office) -> None:
    silent = make_service(office.jobcenter, slug="notfall", titles={"de": "Notfall"})
    rule(office, "none", "", service=silent)
    rule(office, "sms", "P5D", service=office.service)
    text = page(admin)
    assert "Für alle Anliegen ohne eigene Erinnerungen" in text
    assert "Beratung 5 Tage vorher per SMS" in text
    assert "Notfall keine Erinnerung Wieder wie für alle" in text


def test_a_plan_without_any_reminder_says_so(admin: Client, office: Office) -> None:
    ReminderRule.objects.all().delete()
    text = page(admin)
    assert "Hier gibt es keine Erinnerung." in text
    assert "Ohne Erinnerungen gibt es kein Beispiel." in text


def test_a_rule_of_a_channel_that_is_off_says_that_it_does_not_leave(admin: Client, office: Office) -> None:
    TenantSettings.objects.update(sms_enabled=False)
    text = page(admin)
    assert "SMS ist ausgeschaltet: Diese Erinnerung geht nicht hinaus." in text
    assert "still von 20:00" not in text


def test_quiet_hours_say_what_they_do(admin: Client, office: Office) -> None:
    TenantSettings.objects.update(email_quiet_from=time(22), email_quiet_until=time(6), letters_enabled=True)
    text = page(admin)
    assert "still von 20:00 bis 08:00 Uhr, an Sonntagen und hessischen Feiertagen ganz." in text
    assert "E-Mails: still von 22:00 bis 06:00 Uhr." in text
    assert "geht vorher hinaus, bei SMS zum Beispiel um 19:59 Uhr" in text
    assert "danach hinaus, bei SMS ab 08:00 Uhr" in text
    assert "Briefe werden spätestens vier Werktage vorher gedruckt" in text


def test_examples_are_computed_a_tuesday_and_the_day_after_a_holiday(admin: Client, office: Office) -> None:
    """Christmas of 2026 is a Friday and a Saturday: the SMS for Monday leaves before it."""
    rule(office, "email", "P1B")
    text = page(admin)
    assert "Termin am Di 01.12.2026, 09:30 Uhr Wer das angegeben hat: E-Mail-Adresse und Handynummer" in text
    assert (
        "Sa 28.11.2026, 09:30 3 Tage vorher per E-Mail Mo 30.11.2026, 09:30 am Werktag davor per E-Mail"
        " Mo 30.11.2026, 09:30 am Tag davor per SMS"
    ) in text
    assert "Termin am Mo 28.12.2026, 09:30 Uhr, nach dem Feiertag (1. Weihnachtstag)" in text
    assert (
        "Do 24.12.2026, 09:30 am Werktag davor per E-Mail Do 24.12.2026, 19:59 am Tag davor per SMS"
        " So 27.12.2026, 09:30 ist Ruhezeit, deshalb früher. Fr 25.12.2026, 09:30 3 Tage vorher per E-Mail"
    ) in text


def test_examples_tell_apart_people_with_and_without_an_address(admin: Client, office: Office) -> None:
    ReminderRule.objects.filter(channel="sms").update(only_without=["email"])
    text = page(admin)
    assert "Wer nur das angegeben hat: Handynummer Mo 30.11.2026, 09:30 am Tag davor per SMS" in text
    both = text[text.index("E-Mail-Adresse und Handynummer") : text.index("Wer nur das angegeben hat")]
    assert "per SMS" not in both


def test_a_reminder_that_falls_away_in_an_example_says_why(admin: Client, office: Office) -> None:
    """On the Monday after Christmas, two working days and the eve of the first holiday are the same evening by SMS."""
    rule(office, "sms", "P2D")
    text = page(admin)
    holidays = text[text.index("nach dem Feiertag") :]
    assert (
        "Do 24.12.2026, 19:59 am Tag davor per SMS So 27.12.2026, 09:30 ist Ruhezeit, deshalb früher."
        " Fr 25.12.2026, 09:30 3 Tage vorher per E-Mail"
        " entfällt 2 Tage vorher per SMS Eine nähere Erinnerung geht zur selben Zeit hinaus"
    ) in holidays


def test_the_page_costs_the_same_for_many_rules(admin: Client, office: Office) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(admin)
        return len(captured)

    few = queries()
    for number in range(2, 12):
        rule(office, "email", f"P{number + 10}D")
        made = make_service(office.jobcenter, slug=f"s{number}", titles={"de": f"Anliegen {number}"})
        rule(office, "sms", f"P{number}D", service=made)
    assert Service.objects.count() == 11
    assert queries() == few


def test_the_way_leads_from_the_settings(admin: Client, fulda: Jobcenter) -> None:
    assert PLAN in admin.get("/fulda/desk/einstellungen/").content.decode()
