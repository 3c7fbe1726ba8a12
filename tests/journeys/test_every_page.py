# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages of the desk and the questions before the times: accessible and narrow enough, also with a mistake in them."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.inspection import findings
from tests.journeys.portal import Portal
from tests.journeys.steps import GERMAN

AT_LEAST_THREE = re.compile(r"\b(?:[3-9]|\d\d) Briefe warten\.")


@pytest.mark.parametrize(
    "path",
    [
        "bergstrasse/de/buchen/folgegespraech/",
        "bergstrasse/de/buchen/neuantrag/",
        "bergstrasse/de/buchen/neuantrag/?frage=sprache",
        "bergstrasse/de/buchen/neuantrag/?frage=dazu",
        "bergstrasse/de/buchen/notfall/heppenheim/",
        "gross-gerau/de/buchen/neuantrag/?wohnort=nauheim",
        "marburg-biedenkopf/de/buchen/",
    ],
)
def test_the_questions_before_the_times_are_accessible_at_every_width(portal: Portal, page: Page, path: str) -> None:
    answer = page.goto(portal.url + path)
    assert answer is not None
    assert answer.ok
    found = findings(page)
    if page.get_by_role("button", name=GERMAN.on, exact=True).count():
        page.get_by_role("button", name=GERMAN.on, exact=True).click()  # with nothing chosen, where that is a mistake
        found += findings(page)
    assert found == []


def test_the_reminder_plan_is_accessible_at_every_width(portal: Portal, page: Page) -> None:
    plan = f"{portal.url}stadt-offenbach/desk/einstellungen/erinnerungen/"
    page.goto(plan)
    page.get_by_role("button", name=re.compile("Verwaltung")).first.click()
    found: list[str] = []
    for path in ("", "vorschau/", "vorschau/?von=morgen&bis=", "regel/", "anliegen/", "ruhezeiten/"):
        page.goto(plan + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        found += findings(page)
    page.goto(plan + "regel/")
    page.get_by_role("button", name="Wirkung ansehen").click()  # nothing typed: the error state
    expect(page.get_by_role("alert")).to_be_visible()
    found += findings(page)
    page.get_by_label("Wie lange vorher").fill("2")
    page.get_by_label("per E-Mail").check()
    page.get_by_role("button", name="Wirkung ansehen").click()
    expect(page.get_by_role("button", name="Speichern")).to_be_visible()
    found += findings(page)
    assert found == []


def test_the_lists_for_an_outage_and_the_trail_are_accessible_at_every_width(portal: Portal, page: Page) -> None:
    def sign_in(role: str, path: str) -> None:
        page.goto(f"{portal.url}fulda/desk/{path}")
        page.get_by_role("button", name=re.compile(role)).first.click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()

    sign_in("Empfang", "notfall-listen/")
    found = findings(page)
    page.context.clear_cookies()
    sign_in("Datenschutz", "protokoll/")
    found += findings(page)
    page.locator("main summary").click()
    page.get_by_label("Termin-Code der Person").fill("ABCD-EFGH")
    page.get_by_role("button", name="Person suchen").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found += findings(page)
    page.goto(f"{portal.url}fulda/desk/protokoll/?wer=staff&von=2026-01-01&bis=2027-12-31")
    page.locator("tbody a").first.click()
    page.get_by_role("button", name="Namen zeigen").click()  # without a reason
    expect(page.get_by_role("alert")).to_be_visible()
    found += findings(page)
    page.get_by_label("Warum brauchen Sie den Namen?").fill("Beschwerde 14/2026")
    page.get_by_role("button", name="Namen zeigen").click()
    expect(page.get_by_text("Sie sehen den Namen eine Stunde lang")).to_be_visible()
    assert found + findings(page) == []


def test_the_pages_of_accounts_are_accessible_at_every_width(portal: Portal, page: Page) -> None:
    """The account stays switched off and goes again: the other journeys' messages leave by the platform's."""
    accounts = f"{portal.url}kreis-offenbach/desk/einstellungen/konten/"
    page.goto(accounts)
    page.get_by_role("button", name=re.compile("Verwaltung")).first.click()
    found: list[str] = []
    for path in ("", "anbieter/?weg=sms", "neu/?anbieter=http_json", "proben/", "neu/?anbieter=smtp"):
        page.goto(accounts + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        found += findings(page)
    page.get_by_role("button", name="Speichern").click()  # no server typed: the error state
    expect(page.get_by_role("alert")).to_be_visible()
    found += findings(page)
    page.get_by_label("Mailserver", exact=True).fill("127.0.0.1")
    page.get_by_label("Passwort").fill("geheim")
    page.get_by_role("button", name="Speichern").click()
    page.get_by_role("button", name="Probe senden").click()
    expect(page.get_by_text("Letzte Probe")).to_be_visible()
    found += findings(page)
    own = page.url.partition("#")[0]
    page.goto(accounts)
    found += findings(page)
    page.goto(f"{own}aendern/")
    found += findings(page)
    page.get_by_label("Mailserver", exact=True).fill("mail.example")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found += findings(page)
    page.goto(f"{own}entfernen/")
    found += findings(page)
    page.get_by_role("button", name="Konto entfernen").click()
    expect(page.get_by_text("Das Konto ist entfernt")).to_be_visible()
    assert found == []


def test_desk_pages_are_accessible_at_every_width(portal: Portal, page: Page) -> None:
    found: list[str] = []
    page.goto(f"{portal.url}stadt-offenbach/desk/")
    found += findings(page)
    page.get_by_role("button", name=re.compile("Fachkraft")).first.click()
    found += findings(page)
    while page.get_by_role("row").count() < 2:
        page.get_by_role("link", name="Vorheriger Tag").click()
        page.wait_for_load_state()
    found += findings(page)
    page.get_by_role("row").nth(1).get_by_role("link").first.click()
    found += findings(page)
    for path in ("nachrichten/", "nachrichten/?gruppe=alle", "kontakte/"):
        page.goto(f"{portal.url}stadt-offenbach/desk/{path}")
        found += findings(page)
    for path in ("", "demo/", "demo/outbox/"):
        page.goto(portal.url + path)
        found += findings(page)
    assert found == []


def test_the_pages_of_letters_are_accessible_from_the_first_look_to_one_that_came_back(
    portal: Portal, page: Page
) -> None:
    """Three people of the demo get letters alone, and so may others; this test is the one that posts them."""
    found: list[str] = []
    page.goto(f"{portal.url}gross-gerau/desk/")
    page.get_by_role("button", name=re.compile("Empfang")).first.click()
    letters = f"{portal.url}gross-gerau/desk/briefe/"
    page.goto(letters)

    def queue_is_there() -> bool:
        page.reload()
        return page.get_by_text(AT_LEAST_THREE).count() > 0

    portal.wait_for("the letters in the queue", queue_is_there)
    found += findings(page)
    page.get_by_role("button", name="Jetzt drucken").click()
    found += findings(page)
    batch = page.url.partition("?")[0]
    sheets = page.request.get(f"{batch}pdf/")
    assert (sheets.status, sheets.headers["content-type"], sheets.body()[:5]) == (200, "application/pdf", b"%PDF-")
    for link in ("Herausnehmen", "Zurücklegen", "Zur Post gegeben"):
        page.goto(batch)
        page.get_by_role("link", name=link).first.click()
        found += findings(page)
    page.get_by_role("button", name="Ja, sie sind in der Post").click()
    found += findings(page)
    page.get_by_role("link", name="Kam zurück").first.click()
    found += findings(page)
    page.get_by_role("button", name="Ja, er kam zurück").click()
    page.get_by_role("link", name="Doch nicht zurück?").click()
    found += findings(page)
    page.goto(f"{portal.url}gross-gerau/desk/kontakte/")
    page.get_by_role("main").get_by_role("link").first.click()
    page.get_by_role("button", name="Neue Adresse speichern").click()  # with nothing typed
    expect(page.get_by_role("alert")).to_be_visible()
    found += findings(page)
    page.goto(letters)
    page.get_by_role("button", name="Brief suchen").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found += findings(page)
    assert found == []


def test_the_pages_of_a_jobcenters_face_are_accessible_at_every_width(portal: Portal, page: Page) -> None:
    """Somebody reports a barrier, the office looks at it, and tries another colour and a logo without saving them."""
    page.goto(f"{portal.url}kreis-offenbach/de/feedback/")
    page.get_by_label("Was ist das Problem?").fill("Ich kann einen Knopf nicht benutzen.")
    page.get_by_role("button", name="Absenden").click()
    expect(page.get_by_role("heading", name="Danke für Ihre Meldung")).to_be_visible()
    found = findings(page)
    face = f"{portal.url}kreis-offenbach/desk/einstellungen/auftritt/"
    page.goto(face)
    page.get_by_role("button", name=re.compile("Verwaltung")).first.click()
    for path in ("", "farbe/", "logo/hell/", "logo/dunkel/", "erklaerung/", "texte/impressum/de/", "texte/kontakt/ar/"):
        page.goto(face + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        found += findings(page)
    page.goto(f"{face}farbe/")
    page.locator("#id_colour").fill("#7ab800")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found += findings(page)
    page.goto(f"{face}logo/hell/")
    page.get_by_role("button", name="Vorschau").click()  # no file chosen: the error state
    expect(page.get_by_role("alert")).to_be_visible()
    found += findings(page)
    page.goto(f"{face}texte/impressum/de/")
    page.locator("#id_text").fill("## Neu\n\n- eins\n- zwei")
    page.get_by_role("button", name="Vorschau").click()
    expect(page.get_by_role("heading", name="Neu")).to_be_visible()
    found += findings(page)
    page.goto(f"{portal.url}kreis-offenbach/desk/einstellungen/rueckmeldungen/")
    found += findings(page)
    page.get_by_role("main").get_by_role("link", name=re.compile("B-")).first.click()
    found += findings(page)
    page.get_by_role("button", name="Abschließen").click()  # nothing chosen: the error state
    expect(page.get_by_role("alert")).to_be_visible()
    found += findings(page)
    assert found == []
