# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What everybody sees of a Jobcenter: frame, legal pages, statement, logo."""

from collections.abc import Callable
from datetime import date, datetime
from html import unescape

import pytest
from django.test import Client

from jobcenter_portal.about.logos import put_up, take_down
from jobcenter_portal.about.models import Conformance, Ground, Method, Part
from jobcenter_portal.about.picture import picture_of
from jobcenter_portal.about.statements import Facts, state
from jobcenter_portal.about.wordings import reword
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from tests.appointments.desk.staff import main_text
from tests.portal.about.conftest import picture_file

Say = Callable[..., None]
FOOT = [
    ("/fulda/de/impressum/", "Impressum"),
    ("/fulda/de/datenschutz/", "Datenschutz"),
    ("/fulda/de/barrierefreiheit/", "Barrierefreiheit"),
]


@pytest.fixture(autouse=True)
def english_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobcenter_portal.web.coverage.coverage", lambda: {"en": 1.0, "ar": 1.0})


@pytest.fixture
def say(by: audit.By, now: datetime) -> Say:
    def _say(part: Part, text: str, language: str = "de") -> None:
        reword(part=part, language=language, text=text, seen=0, by=by, now=now)

    return _say


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return unescape(response.content.decode())


@pytest.mark.parametrize(
    ("path", "status"), [("/fulda/de/", 200), ("/fulda/de/impressum/", 200), ("/fulda/de/x/", 404)]
)
def test_every_page_leads_to_the_legal_ones_error_pages_too(visitor: Client, path: str, status: int) -> None:
    shown = page(visitor, path, status)
    foot = shown[shown.index("<footer>") :]
    assert [link for link in FOOT if f'href="{link[0]}">{link[1]}</a>' in foot] == FOOT
    assert 'href="/fulda/de/feedback/' in foot


def test_the_imprint_is_shown_in_the_pages_language(visitor: Client, say: Say) -> None:
    say(Part.IMPRINT, "## Anbieter\n\nLandkreis")
    say(Part.IMPRINT, "## Provider\n\nDistrict", "en")
    german, english = page(visitor, "/fulda/de/impressum/"), page(visitor, "/fulda/en/impressum/")
    assert '<div class="passage stack" lang="de" dir="ltr"><h2 class="kern-heading-medium">Anbieter</h2>' in german
    assert '<div class="passage stack" lang="en" dir="ltr"><h2 class="kern-heading-medium">Provider</h2>' in english
    assert 'href="/fulda/de/impressum/" hreflang="de"' in english[english.index("<main") :]
    assert 'hreflang="de"' not in german[german.index("<main") :]


def test_where_a_translation_is_missing_the_german_text_is_marked_as_such(visitor: Client, say: Say) -> None:
    say(Part.PRIVACY, "Wir speichern wenig.")
    shown = page(visitor, "/fulda/en/datenschutz/")
    assert '<div class="passage stack" lang="de" dir="ltr"><p class="kern-body">Wir speichern wenig.</p>' in shown
    german = page(visitor, "/fulda/de/datenschutz/")
    assert "Diesen Text gibt es nur auf Deutsch." not in german


def test_a_jobcenter_that_has_written_nothing_says_so(visitor: Client) -> None:
    said = main_text(visitor.get("/fulda/de/impressum/"))
    assert "Diesen Text gibt es noch nicht. Haben Sie Fragen? Dann rufen Sie uns an: 0661 0000-0" in said


def test_the_portal_claims_nothing_about_accessibility_by_itself(visitor: Client) -> None:
    shown = main_text(visitor.get("/fulda/de/barrierefreiheit/"))
    assert "Wir haben diese Seiten noch nicht abschließend geprüft." in shown
    assert "Was ist noch nicht barrierefrei?" not in shown
    assert "Wir antworten innerhalb von sechs Wochen." in shown
    assert "Durchsetzungs- und Überwachungsstelle für barrierefreie Informationstechnik" in shown


def test_the_statement_says_what_the_jobcenter_stated(visitor: Client, say: Say, by: audit.By, now: datetime) -> None:
    facts = Facts("Landkreis Fulda", Conformance.PARTIAL, Method.OWN, date(2026, 3, 2), date(2026, 11, 20))
    state(facts, seen=0, by=by, now=now)
    say(Part.GAPS, "- Es gibt kein Video in Gebärdensprache.")
    say(Part.ENFORCEMENT, "Stelle in Gießen")
    shown = main_text(visitor.get("/fulda/de/barrierefreiheit/"))
    assert "Verantwortlich ist: Landkreis Fulda" in shown
    assert "zum größten Teil barrierefrei, aber nicht ganz" in shown
    assert "Diese Erklärung ist vom: Montag, 2. März 2026" in shown
    assert "Zuletzt geprüft: Freitag, 20. November 2026" in shown
    assert "Es gibt kein Video in Gebärdensprache." in shown
    assert "Stelle in Gießen" in shown
    assert "Durchsetzungs- und Überwachungsstelle" not in shown


def test_a_logo_stands_beside_the_name_and_may_be_kept(visitor: Client, by: audit.By, now: datetime) -> None:
    picture = picture_of(picture_file(size=(400, 100)))
    put_up(ground=Ground.LIGHT, picture=picture, by=by, now=now)
    address = f"/fulda/logo/{picture.digest}.png"
    assert f'<img src="{address}" width="200" height="50" alt="">' in page(visitor, "/fulda/de/")
    answer = visitor.get(address)
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/png", "public, max-age=31536000, immutable")
    assert answer.content == picture.png


def test_a_logo_that_is_down_is_still_there_for_pages_in_caches(visitor: Client, by: audit.By, now: datetime) -> None:
    picture = picture_of(picture_file())
    put_up(ground=Ground.LIGHT, picture=picture, by=by, now=now)
    take_down(ground=Ground.LIGHT, by=by, now=now)
    assert "masthead__logo" not in page(visitor, "/fulda/de/")
    assert visitor.get(f"/fulda/logo/{picture.digest}.png").status_code == 200


def test_another_jobcenters_logo_is_a_404_that_nobody_keeps(
    visitor: Client, wiesbaden: Jobcenter, by: audit.By, now: datetime
) -> None:
    picture = picture_of(picture_file())
    put_up(ground=Ground.LIGHT, picture=picture, by=by, now=now)
    answer = visitor.get(f"/wiesbaden/logo/{picture.digest}.png")
    assert (answer.status_code, answer["Cache-Control"]) == (404, "no-store")


def test_the_colour_is_lightened_for_dark_screens(visitor: Client) -> None:
    TenantSettings.objects.update(colour="#0b4f8a")
    assert 'fill="#0b4f8a"' in page(visitor, "/fulda/de/")
    assert '<rect class="stripe__dark" width="100%" height="100%" fill="#' in page(visitor, "/fulda/de/")
    assert page(visitor, "/fulda/de/").count('fill="#0b4f8a"') == 1


def test_the_welcome_and_the_contact_stand_where_people_look(visitor: Client, say: Say) -> None:
    say(Part.WELCOME, "Schön, dass Sie da sind.")
    say(Part.CONTACT, "**Kreis**\nWeg 1")
    start = page(visitor, "/fulda/de/")
    assert "Schön, dass Sie da sind." in start[start.index("<main") : start.index("</main>")]
    assert "<strong>Kreis</strong><br>\nWeg 1" in start[start.index("<footer>") :]
    assert "Schön, dass" not in page(visitor, "/fulda/de/buchen/")
