# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Changing the reminder plan at the desk: a form, its effect, saving; and what a colleague does meanwhile."""

from collections.abc import Callable
from datetime import time, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from appointments.core.reminder_rules import Rule
from appointments.models import Appointment, ReminderRule, Replanning
from appointments.reminder_plan import rules_now
from appointments.reminder_settings import past_changes
from appointments.replanning import SETTLED, follow_plan
from jobcenter_portal.tenancy.models import TenantSettings
from notifications.models import Message
from tests.appointments.desk.conftest import EIGHT
from tests.appointments.desk.staff import main_text
from tests.appointments.factories import Office, make_service

PLAN = "/fulda/desk/einstellungen/erinnerungen/"
RULE, QUIET, SERVICE = PLAN + "regel/", PLAN + "ruhezeiten/", PLAN + "anliegen/"
REMOVE, UNDO = PLAN + "entfernen/", PLAN + "zuruecknehmen/"
WEEK = 7 * 24 * 60
EMAIL, SMS = Rule("reminder", "email", "P3D"), Rule("reminder", "sms", "P1D")
NOW = EIGHT + timedelta(minutes=20)


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "input" and values.get("type") == "hidden" and values.get("name") != "csrfmiddlewaretoken":
            self.found.setdefault(str(values["name"]), []).append(values.get("value") or "")


def hidden(response: Any) -> dict[str, list[str]]:
    """What the form of the page carries."""
    fields = _Fields()
    fields.feed(main_of(response))
    return fields.found


def main_of(response: Any) -> str:
    html: str = response.content.decode()
    return html[html.index("<main") :]


def typed(**changes: Any) -> dict[str, Any]:
    return {"zahl": "2", "einheit": "B", "weg": "email", "anliegen": "alle", **changes}


def save(admin: Client, path: str, page: Any) -> Any:
    return admin.post(path, {**hidden(page), "tun": "speichern"})


@pytest.fixture
def coming(office: Office, make: Callable[..., Appointment]) -> list[Appointment]:
    """Three people a week and two days ahead; all with e-mail, one with a number too."""
    return [
        make(WEEK + 2 * 1440, "Jürgen Größer", email="juergen@example.org", phone="+4915228817386"),
        make(WEEK + 2 * 1440 + 30, "Yıldız Şahin", email="yildiz@example.org"),
        make(WEEK + 2 * 1440 + 60, "Olena Шевченко", email="olena@example.org"),
    ]


def test_a_new_reminder_is_looked_at_saved_and_planned(
    admin: Client, office: Office, coming: list[Appointment]
) -> None:
    assert "Neue Erinnerung" in main_text(admin.get(RULE))
    effect = admin.post(RULE, typed())
    text = main_text(effect)
    assert "Neu: 2 Werktage vorher per E-Mail, für alle Anliegen" in text
    assert "3 geplante Erinnerungen ändern sich. Dazu kommen 3. Alles Übrige bleibt." in text
    assert "Montag, 30. November 2026 +3 3 statt 0 0" in text
    assert set(rules_now()) == {EMAIL, SMS}

    saved = save(admin, RULE, effect)
    assert (saved.status_code, saved["Location"]) == (303, PLAN + "?getan=gespeichert")
    assert set(rules_now()) == {EMAIL, SMS, Rule("reminder", "email", "P2B")}
    follow_plan(office.jobcenter, now=NOW)
    follow_plan(office.jobcenter, now=NOW + SETTLED)
    assert Message.objects.filter(occasion="P2B", state="planned").count() == 3

    plan = main_text(admin.get(saved["Location"]))
    assert "Der Plan ist gespeichert." in plan
    assert "Mo 23.11.2026, 08:20 Neu: 2 Werktage vorher per E-Mail, für alle Anliegen Stefan Groß" in plan


def test_a_reminder_is_changed_and_the_form_knows_it(admin: Client, office: Office, coming: list[Appointment]) -> None:
    ReminderRule.objects.filter(channel="sms").update(only_without=["email"], offset="PT5H")
    form = main_of(admin.get(f"{RULE}?regel=sms.PT5H."))
    assert 'value="5"' in form
    assert form.count("checked") == 3  # hours, SMS, and those without an e-mail address
    effect = admin.post(RULE, {**typed(zahl="4", einheit="H", weg="sms"), "regel": "sms.PT5H.", "tun": "ansehen"})
    text = main_text(effect)
    assert "Entfällt: 5 Stunden vorher per SMS, nur an Menschen ohne E-Mail-Adresse, für alle Anliegen" in text
    assert "Neu: 4 Stunden vorher per SMS, für alle Anliegen" in text
    save(admin, RULE, effect)
    assert set(rules_now()) == {EMAIL, Rule("reminder", "sms", "PT4H")}


def test_a_reminder_is_removed_after_a_look(admin: Client, office: Office, coming: list[Appointment]) -> None:
    effect = admin.post(REMOVE, {"regel": "email.P3D."})
    assert "Es entfallen 3. Alles" in main_text(effect)
    assert save(admin, REMOVE, effect).status_code == 303
    assert set(rules_now()) == {SMS}


def test_the_last_one_may_go_and_the_page_says_what_that_means(admin: Client, office: Office) -> None:
    ReminderRule.objects.filter(channel="sms").delete()
    effect = admin.post(REMOVE, {"regel": "email.P3D."})
    assert "Danach geht keine Erinnerung mehr hinaus." in main_text(effect)
    assert "Keine geplante Erinnerung ändert sich." in main_text(effect)
    save(admin, REMOVE, effect)
    assert rules_now() == ()


def test_quiet_hours_are_changed_after_a_look(admin: Client, office: Office, coming: list[Appointment]) -> None:
    effect = admin.post(QUIET, {"von": "18:00", "bis": "10:00", "email_von": "", "email_bis": ""})
    text = main_text(effect)
    assert "Ruhezeit für SMS und Hinweise auf dem Gerät: 18:00 bis 10:00 Uhr (bisher 20:00 bis 08:00 Uhr)" in text
    assert "Zu einer anderen Zeit gehen 1." in text
    assert "Montag, 30. November 2026 0 +1 1 statt 0" in text
    save(admin, QUIET, effect)
    saved = TenantSettings.objects.get()
    assert (saved.quiet_from, saved.quiet_until, saved.email_quiet_from) == (time(18), time(10), None)


def test_a_concern_becomes_silent_and_like_all_again(admin: Client, office: Office, coming: list[Appointment]) -> None:
    effect = admin.post(SERVICE, {"anliegen": office.service.pk, "was": "keine"})
    assert "Neu: keine Erinnerung, für „Beratung“" in main_text(effect)
    assert "Es entfallen 4." in main_text(effect)
    save(admin, SERVICE, effect)
    again = admin.post(SERVICE, {"anliegen": office.service.pk, "was": "wie-alle"})
    assert "Es gelten wieder die für alle Anliegen." in main_text(again)
    save(admin, SERVICE, again)
    assert set(rules_now()) == {EMAIL, SMS}


def test_the_last_change_is_taken_back(admin: Client, office: Office, coming: list[Appointment]) -> None:
    save(admin, REMOVE, admin.post(REMOVE, {"regel": "email.P3D."}))
    assert "Letzte Änderung zurücknehmen" in main_text(admin.get(PLAN))
    effect = admin.post(UNDO)
    assert "Neu: 3 Tage vorher per E-Mail" in main_text(effect)
    assert save(admin, UNDO, effect)["Location"] == PLAN + "?getan=rueckgaengig"
    assert set(rules_now()) == {EMAIL, SMS}
    assert "Zurückgenommen. Neu: 3 Tage vorher per E-Mail" in main_text(admin.get(PLAN))
    assert [past.was_undoing for past in past_changes()] == [True, False]


def test_without_a_change_there_is_nothing_to_take_back(admin: Client, office: Office) -> None:
    assert admin.post(UNDO)["Location"] == PLAN + "?getan=nichts"
    assert "lässt sich nicht zurücknehmen" in main_text(admin.get(PLAN + "?getan=nichts"))


@pytest.mark.parametrize(
    ("sent", "field", "sentence"),
    [
        ({"zahl": "0"}, "zahl", "Geben Sie eine ganze Zahl von 1 bis 999 ein."),
        ({"zahl": "drei"}, "zahl", "Geben Sie eine ganze Zahl von 1 bis 999 ein."),
        ({"zahl": ""}, "zahl", "Geben Sie eine ganze Zahl von 1 bis 999 ein."),
        ({"zahl": "3", "einheit": "D"}, "zahl", "Diese Erinnerung gibt es schon: 3 Tage vorher per E-Mail."),
        ({"zahl": "22", "einheit": "D"}, "zahl", "Buchen kann man höchstens 21 Tage im Voraus."),
        ({"einheit": "W"}, "einheit", "Wählen Sie Tage, Werktage oder Stunden."),
        ({"weg": "letter"}, "weg", "Brief ist für Ihr Jobcenter ausgeschaltet."),
        ({"weg": ""}, "weg", "Wählen Sie einen Weg, zum Beispiel E-Mail."),
        ({"weg": "fax"}, "weg", "Wählen Sie einen Weg, zum Beispiel E-Mail."),
        ({"weg": "sms", "ohne": ["sms"]}, "ohne", "So bekäme sie niemand"),
        ({"anliegen": "999999"}, "anliegen", "Dieses Anliegen gibt es nicht mehr."),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost(
    admin: Client, office: Office, sent: dict[str, Any], field: str, sentence: str
) -> None:
    answer = admin.post(RULE, typed(**sent))
    html = main_of(answer)
    assert answer.status_code == 422
    assert f'href="#id_{field}' in html
    assert sentence in main_text(answer)
    assert f'value="{typed(**sent)["zahl"]}"' in html or not typed(**sent)["zahl"]
    assert set(rules_now()) == {EMAIL, SMS}


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"von": "08:00", "bis": "20:00"}, "Die Ruhezeit beginnt am Abend und endet am Morgen"),
        ({"von": "20:00", "bis": "19:00"}, "So bliebe zu wenig vom Tag."),
        ({"von": "20:00", "bis": "08:00"}, "So steht es schon im Plan."),
        ({"von": "acht", "bis": "08:00"}, "Geben Sie eine Uhrzeit ein, zum Beispiel 20:00."),
        ({"von": "20:00", "bis": "08:00", "email_von": "22:00"}, "Füllen Sie beide Felder für E-Mails aus"),
        ({"von": "20:00", "bis": "08:00", "email_von": "06:00", "email_bis": "22:00"}, "beginnt am Abend"),
    ],
)
def test_quiet_hours_that_are_no_night_are_refused(
    admin: Client, office: Office, sent: dict[str, str], sentence: str
) -> None:
    answer = admin.post(QUIET, sent)
    assert (answer.status_code, sentence in main_text(answer)) == (422, True)
    assert f'value="{sent["von"]}"' in main_of(answer)


def test_a_colleague_was_faster_nothing_is_lost_and_the_effect_is_shown_anew(
    admin: Client, office: Office, coming: list[Appointment]
) -> None:
    effect = admin.post(RULE, typed())
    save(admin, REMOVE, admin.post(REMOVE, {"regel": "sms.P1D."}))

    answer = save(admin, RULE, effect)
    assert answer.status_code == 409
    assert "Jemand hat den Plan inzwischen geändert." in main_text(answer)
    assert "Neu: 2 Werktage vorher per E-Mail" in main_text(answer)
    assert set(rules_now()) == {EMAIL}

    assert save(admin, RULE, answer).status_code == 303
    assert set(rules_now()) == {EMAIL, Rule("reminder", "email", "P2B")}


def test_a_rule_that_a_colleague_removed_can_still_be_saved_as_a_new_one(admin: Client, office: Office) -> None:
    save(admin, REMOVE, admin.post(REMOVE, {"regel": "sms.P1D."}))
    assert admin.get(f"{RULE}?regel=sms.P1D.")["Location"] == PLAN + "?getan=weg"
    assert admin.post(REMOVE, {"regel": "sms.P1D."})["Location"] == PLAN + "?getan=weg"
    effect = admin.post(RULE, {**typed(weg="sms"), "regel": "sms.P1D."})
    assert "gibt es nicht mehr. Speichern legt sie so neu an." in main_text(effect)
    save(admin, RULE, effect)
    assert set(rules_now()) == {EMAIL, Rule("reminder", "sms", "P2B")}


def test_the_way_back_to_the_form_keeps_everything(admin: Client, office: Office) -> None:
    effect = admin.post(RULE, {**typed(zahl="7", weg="sms", ohne=["email"]), "regel": "sms.P1D."})
    form = admin.post(RULE, {**hidden(effect), "tun": "zurueck"})
    html = main_of(form)
    assert form.status_code == 200
    assert 'value="7"' in html
    assert html.count("checked") == 3
    assert 'name="regel" value="sms.P1D."' in html


def test_what_was_typed_into_the_address_or_the_fields_opens_nothing(admin: Client, office: Office) -> None:
    assert admin.get(f"{RULE}?regel=' OR 1=1")["Location"] == PLAN + "?getan=weg"
    assert admin.post(SERVICE, {"anliegen": "x", "was": "keine"}).status_code == 422
    assert admin.post(RULE, {**typed(), "tun": "speichern"}).status_code == 409
    assert admin.post(RULE, {**typed(), "tun": "speichern", "gesehen": "xü"}).status_code == 409
    assert past_changes() == []


def test_first_own_reminder_of_a_concern_says_that_the_others_end(
    admin: Client, office: Office, coming: list[Appointment]
) -> None:
    make_service(office.jobcenter, slug="umzug", titles={"de": "Umzug"})
    effect = admin.post(RULE, typed(anliegen=str(office.service.pk)))
    assert "Dieses Anliegen bekommt damit eigene Erinnerungen." in main_text(effect)
    assert "Dazu kommen 3, es entfallen 4" in main_text(effect)


def test_while_planned_reminders_are_being_adapted_the_page_says_so(admin: Client, office: Office) -> None:
    follow_plan(office.jobcenter, now=NOW)
    follow_plan(office.jobcenter, now=NOW + SETTLED)
    assert "werden gerade angepasst" not in main_text(admin.get(PLAN))
    Replanning.objects.update(followed=b"another")
    assert "werden gerade angepasst" in main_text(admin.get(PLAN))
