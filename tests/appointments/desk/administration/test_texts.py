# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""An office words its messages: overview, one text, preview, saving, drafts, versions, and the portal's words again."""

import pytest
from django.http import HttpResponse
from django.test import Client

from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from notifications.channels.base import Channel
from notifications.models import TextVersion
from notifications.texts.defaults import default
from tests.appointments.desk.administration.text_steps import (
    BODY,
    KIND,
    LIST,
    MAIL,
    OWN,
    PORTALS,
    SHORT,
    SMS,
    SUBJECT,
    press,
    reads,
    saved,
)
from tests.appointments.desk.staff import main_text
from tests.appointments.factories import make_office


# --- Overview -----------------------------------------------------------------------------------------------------
def test_the_settings_lead_to_all_texts_and_these_to_one(admin: Client) -> None:
    assert f'href="{LIST}"' in admin.get("/fulda/desk/einstellungen/").content.decode()
    overview = admin.get(LIST)
    assert f'href="{KIND}"' in overview.content.decode()
    text = main_text(overview)
    assert (
        "Erinnerung vor dem Termin, so wie Ihre Erinnerungen eingestellt sind Text des Portals Text des Portals" in text
    )
    assert "Offene Anfragen, an das Haus einmal am Tag an das Haus" in text
    assert "eigener Text" not in text
    assert f'href="{MAIL}"' in admin.get(KIND).content.decode()


def test_the_overview_says_where_people_read_the_offices_own_words(admin: Client) -> None:
    saved(admin)
    saved(admin, f"{KIND}email/tr/")
    assert "eigener Text: Deutsch, Türkisch (Türkçe)" in main_text(admin.get(LIST))
    assert "Deutsch eigener Text, Fassung 1 : Deutsch, E-Mail Text des Portals" in main_text(admin.get(KIND))


def test_a_list_of_one_language_leads_straight_to_its_texts(admin: Client) -> None:
    saved(admin)
    html = admin.get(f"{LIST}?sprache=ar").content.decode()
    assert (f'href="{KIND}email/ar/"' in html, "an das Haus, solange" in html) == (True, False)
    own = main_text(admin.get(f"{LIST}?sprache=de&nur=eigene"))
    assert ("eigener Text, Fassung 1" in own, "Bestätigung gleich nach dem Buchen" in own) == (True, False)
    assert "Dazu gibt es keine Texte." in main_text(admin.get(f"{LIST}?nur=pruefen"))
    assert admin.get(f"{LIST}?sprache=xx").status_code == 404


def test_the_offices_languages_come_first_and_the_others_are_folded_away(admin: Client) -> None:
    TenantSettings.objects.update(languages=["de", "tr"])
    html = admin.get(KIND).content.decode()
    first, others = html.split("<details")
    assert ([f"{KIND}sms/{code}/" in first for code in ("de", "tr", "ar")], f"{KIND}sms/ar/" in others) == (
        [True, True, False],
        True,
    )


def test_words_that_break_a_rule_by_now_are_named_on_every_page(admin: Client) -> None:
    saved(admin, body=BODY + "\nIhr Jobcenter")
    TenantSettings.objects.update(discreet=True)
    for page in (LIST, KIND):
        text = main_text(admin.get(page))
        assert "Ein eigener Text braucht einen Blick Erinnerung, E-Mail, Deutsch „Jobcenter“: Ihre" in text
    assert "eigener Text: Deutsch 1 Fehler" in main_text(admin.get(f"{LIST}?nur=pruefen"))
    assert "Zeile 5 Ihr Jobcenter „Jobcenter“" in main_text(admin.get(MAIL))


def test_a_warning_stands_at_its_text_and_asks_for_nothing(admin: Client, fulda: Jobcenter) -> None:
    saved(admin, body=BODY + "\nBringen Sie den Kugelschreiber mit.")
    make_office(fulda, titles={"de": "Kugelschreiber"})
    text = main_text(admin.get(f"{LIST}?nur=pruefen"))
    assert ("eigener Text: Deutsch 1 Warnung" in text, "braucht einen Blick" in text) == (True, False)


def test_words_that_a_release_made_useless_say_that_people_read_the_portals(admin: Client) -> None:
    saved(admin)
    TextVersion.objects.update(body=BODY + "{gone}")
    assert reads() == PORTALS
    assert "Bis Sie sie ändern, gilt der Text des Portals." in main_text(admin.get(LIST))
    assert "Zeile 4 {link}{gone}" in main_text(admin.get(MAIL))


@pytest.mark.parametrize(
    "path",
    [
        "nobody/",
        "test_text/",
        "nobody/email/de/",
        "test_text/email/de/",
        "reminder/push/de/",
        "reminder/fax/de/",
        "reminder/email/fr/",
        "reminder/email/DE/",
        "office_requests/sms/de/",
        "office_requests/letter/de/",
        "office_requests/email/en/",
        "reminder/email/fr/vorschau/",
        "reminder/email/fr/portal/",
        "reminder/email/de/?fassung=1",
        "reminder/email/de/?fassung=x",
    ],
)
def test_texts_that_there_are_not_are_404(admin: Client, path: str) -> None:
    answer = admin.post(LIST + path) if path.endswith("vorschau/") else admin.get(LIST + path)
    assert answer.status_code == 404


# --- One text -----------------------------------------------------------------------------------------------------
def test_the_page_begins_with_the_words_that_people_read_today(admin: Client) -> None:
    html = admin.get(MAIL).content.decode()
    portals = default("reminder", Channel.EMAIL, "de")
    assert portals is not None
    assert f'value="{portals.subject}"' in html
    text = main_text(admin.get(MAIL))
    assert "In Gebrauch ist der Text des Portals." in text
    assert "Der Text ist in Ordnung." in text
    assert "Betreff: Erinnerung: Ihr Termin am Donnerstag, 31. Dezember 2026, 15:30 Uhr" in text
    assert "{day_short} Tag, kurz · auch im Betreff Beispiel: Do 31.12." in text
    assert "[[in_group?…]] Es ist ein Termin in einer Gruppe." in text


def test_fields_and_preview_have_the_direction_and_language_of_their_text(admin: Client) -> None:
    html = admin.get(f"{KIND}email/fa/").content.decode()
    for begin in ('<textarea class="kern-form-input__input" name="body"', '<div class="text-preview__text"'):
        tag = html[html.index(begin) :].split(">")[0]
        assert ('lang="fa"' in tag, 'dir="rtl"' in tag) == (True, True)


def test_a_letter_begins_with_what_the_e_mail_says(admin: Client) -> None:
    saved(admin)
    text = main_text(admin.get(f"{KIND}letter/de/"))
    assert ("Der Brief sagt, was die E-Mail sagt." in text, OWN in text) == (True, True)
    saved(admin, f"{KIND}letter/de/", body=BODY + "\nMit freundlichen Grüßen")
    assert "eigener Text, Fassung 1 : Deutsch, Brief" in main_text(admin.get(KIND))


def test_the_preview_without_a_script_shows_what_was_typed_and_saves_nothing(admin: Client) -> None:
    answer = press(admin, "vorschau", body=BODY + "\nBis bald!")
    text = main_text(answer)
    assert (answer.status_code, "Bis bald!" in text, OWN in text) == (200, True, True)
    assert TextVersion.objects.count() == 0
    assert press(admin, "").status_code == 200  # Enter in the subject presses the first button


def test_a_discreet_jobcenters_preview_does_not_name_it(admin: Client) -> None:
    TenantSettings.objects.update(discreet=True)
    answer = press(admin, "vorschau", body=BODY + "\n{tenant}")
    assert ("Musterkreis" in part(answer), "Beispiel: Jobcenter Musterkreis" in main_text(answer)) == (False, False)
    TenantSettings.objects.update(discreet=False)
    assert "Musterkreis" in part(press(admin, "vorschau", body=BODY + "\n{tenant}"))


def part(answer: HttpResponse) -> str:
    """The message in the preview."""
    html = answer.content.decode()
    return html[html.index('data-part="text"') :].split("</div>")[0] if 'data-part="text"' in html else ""


def test_saved_words_are_those_that_people_read(admin: Client) -> None:
    first = saved(admin, body=BODY.replace("\n", "\r\n"))
    assert (first.version, first.is_active, first.body, reads()) == (1, True, BODY, OWN)
    page = main_text(admin.get(f"{MAIL}?getan=speichern"))
    assert "Gespeichert. Ab jetzt gilt dieser Text." in page
    assert "Fassung 1 Mo 23.11.2026, 08:20 Stefan Groß in Gebrauch" in page
    again = press(admin, "speichern", seen="1")
    assert (again["Location"], TextVersion.objects.count()) == (f"{MAIL}?getan=gleich", 1)


def test_saving_the_portals_own_words_makes_no_version_that_would_hide_its_next_ones(admin: Client) -> None:
    portals = default("reminder", Channel.SMS, "de")
    assert portals is not None
    answer = press(admin, "speichern", SMS, body=f"{portals.body}\r\n")
    assert (answer["Location"], TextVersion.objects.count()) == (f"{SMS}?getan=gleich", 0)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"body": BODY + "\n{nmae}"}, "Zeile 5: {nmae} gibt es in dieser Nachricht nicht. Meinten Sie {name}?"),
        ({"body": BODY.replace("{link}", "")}, "Es fehlt {link}."),
        ({"body": BODY + "<b>fett</b>"}, "sieht nach HTML aus. Nachrichten sind einfacher Text."),
        ({"body": BODY + " Ihr Bürgergeld"}, "Zeile 4: „Bürgergeld“ verrät anderen, dass es um Geld vom Amt geht."),
        ({"body": "x" * 20_000}, "Dieser Text ist zu lang: Er hat 20000 Zeichen, möglich sind 4000."),
        ({"body": ""}, "Hier fehlt der Text."),
        ({"body": BODY + "[[name?"}, "Zeile 4: Diese Bedingung ist nicht vollständig."),
        ({"subject": f"{SUBJECT}\r\nBcc: alle@evil.example"}, "Der Betreff hat nur eine Zeile."),
        ({"subject": f"{SUBJECT} {{name}}"}, "{name} gehört nicht in den Betreff: Ihn sehen auch andere."),
    ],
    ids=["unknown", "missing", "html", "benefit", "long", "empty", "syntax", "two lines", "name"],
)
@pytest.mark.parametrize("step", ["speichern", "entwurf", "probe"])
def test_what_cannot_be_saved_is_said_beside_the_field_and_kept(
    admin: Client, typed: dict[str, str], sentence: str, step: str
) -> None:
    answer = press(admin, step, despite="on", **typed)
    html, name = answer.content.decode(), next(iter(typed))
    assert (answer.status_code, TextVersion.objects.count()) == (422, 0)
    summary = main_text(answer)
    assert (sentence in summary, f'href="#id_{name}"' in html, "Fehler:" in html.split("</title>")[0]) == (True,) * 3
    field = html[html.index(f'name="{name}"') :]
    assert 'aria-invalid="true"' in field.split(">")[0]
    kept = typed[name].splitlines()[0] if typed[name] else ""
    assert kept.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;") in field
    assert ("Hier fehlt der Text." in summary) is (typed.get("body") == "")
    number = 2 if "evil" in typed.get("subject", "") else 1  # an address on top
    assert (
        f"{number} Fehler. So lässt sich der Text nicht speichern." in summary
    )  # and not what an empty field would say


def test_the_house_is_not_named_where_messages_are_discreet(admin: Client) -> None:
    TenantSettings.objects.update(discreet=True)
    answer = press(admin, "speichern", body=BODY + "\nIhr Jobcenter")
    assert (answer.status_code, "Zeile 5: „Jobcenter“: Ihre Nachrichten sind verschwiegen." in main_text(answer)) == (
        422,
        True,
    )


def test_an_sms_of_two_parts_is_saved_by_who_has_read_the_warning(admin: Client) -> None:
    long = SHORT + " Bitte bringen Sie alles mit, was Sie haben, und kommen Sie gern auch in Begleitung zu uns. ğ"
    looked = press(admin, "vorschau", SMS, body=long)
    text = main_text(looked)
    assert "1 Warnung. Speichern geht mit Haken." in text
    assert "Mit besonderen Zeichen: Nur 70 passen in eine SMS." in text
    assert "Das liegt an ğ" in text
    refused = press(admin, "speichern", SMS, body=long)
    html = refused.content.decode()
    assert (refused.status_code, 'href="#id_despite"' in html, 'id="id_despite"' in html) == (422, True, True)
    assert TextVersion.objects.count() == 0
    assert saved(admin, SMS, body=long, despite="on").body == long


def test_a_short_sms_says_how_much_room_is_left(admin: Client) -> None:
    text = main_text(press(admin, "vorschau", SMS, body=SHORT))
    assert "Der Text ist in Ordnung. 1 SMS (" in text
    assert "Einfache Zeichen: 160 passen in eine SMS." in text


# --- Drafts, versions, the portal's words -------------------------------------------------------------------------
def test_a_draft_is_kept_offered_again_and_used_by_nobody(admin: Client) -> None:
    answer = press(admin, "entwurf")
    assert (answer.status_code, answer["Location"], reads()) == (303, f"{MAIL}?fassung=1&getan=entwurf", PORTALS)
    page = main_text(admin.get(answer["Location"]))
    assert ("Als Entwurf gespeichert." in page, "Sie sehen Fassung 1, einen Entwurf." in page, OWN in page) == (
        True,
    ) * 3
    plain = main_text(admin.get(MAIL))
    assert ("Es gibt einen neueren Entwurf: Fassung 1." in plain, OWN in plain) == (True, False)
    assert "Verwenden : Fassung 1" in page
    assert saved(admin).version == 2
    assert "neueren Entwurf" not in main_text(admin.get(MAIL))


def test_an_old_version_can_be_looked_at_and_used_again(admin: Client) -> None:
    saved(admin)
    saved(admin, body=BODY.replace("gern", "bitte"), seen="1")
    page = main_text(admin.get(f"{MAIL}?fassung=1"))
    assert ("Sie sehen Fassung 1, die früher in Gebrauch war." in page, OWN in page) == (True, True)
    answer = admin.post(MAIL, {"step": "wieder", "fassung": "1", "seen": "2"})
    assert (answer.status_code, answer["Location"], reads()) == (303, f"{MAIL}?getan=wieder", OWN)
    assert [one.version for one in TextVersion.objects.filter(is_active=True)] == [3]
    assert admin.post(MAIL, {"step": "wieder", "fassung": "9"}).status_code == 404


def test_an_old_version_that_is_wrong_by_now_is_shown_with_its_faults_instead(admin: Client) -> None:
    saved(admin, body=BODY + "\nIhr Jobcenter")
    saved(admin, seen="1")
    TenantSettings.objects.update(discreet=True)
    answer = admin.post(MAIL, {"step": "wieder", "fassung": "1", "seen": "2"})
    assert (answer.status_code, "Zeile 5: „Jobcenter“" in main_text(answer), reads()) == (422, True, OWN)


def test_the_portals_words_come_back_after_a_question(admin: Client) -> None:
    assert admin.get(f"{MAIL}portal/")["Location"] == MAIL  # nothing to go back from
    saved(admin)
    assert f'href="{MAIL}portal/"' in admin.get(MAIL).content.decode()
    question = main_text(admin.get(f"{MAIL}portal/"))
    assert ("kommen Sie gern" in question, "wir erinnern Sie an Ihren Termin" in question, reads()) == (True, True, OWN)
    answer = admin.post(f"{MAIL}portal/", {"seen": "1"})
    assert (answer.status_code, answer["Location"], reads()) == (303, f"{MAIL}?getan=portal", PORTALS)
    assert "früher in Gebrauch" in main_text(admin.get(MAIL))
    trail = [entry.action for entry in audit.history("text:reminder/email.de")]
    assert trail == ["text_saved", "text_reset"]
