# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every page of the journeys, in its normal and its error state: accessible, narrow enough, and without a script."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.journeys.portal import ROOT, Portal
from tests.journeys.steps import ENGLISH, GERMAN, Visit, Words

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (320, 390, 1280)
SMALLEST_TARGET = 24
"""CSS pixels, WCAG 2.2, 2.5.8."""


def findings(page: Page) -> list[str]:
    """What axe finds, what is too wide, and what is too small to hit, at three widths."""
    found: list[str] = []
    for width in WIDTHS:
        page.set_viewport_size(ViewportSize(width=width, height=900))
        rules: list[str] = page.evaluate(
            AXE.read_text(encoding="utf-8")
            + f";axe.run(document, {{runOnly: {{type: 'tag', values: {RULES!r}}}}}).then(found =>"
            " found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.target}`)))"
        )
        found += [f"{page.url} at {width}: {rule}" for rule in rules]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{page.url} at {width}: wider than the screen")
        small = page.evaluate(
            "[...document.querySelectorAll('button, input:not([type=hidden]), select, a.kern-btn')].filter(one => {"
            " const box = one.getBoundingClientRect(); return box.width && box.height &&"
            f" (box.width < {SMALLEST_TARGET} || box.height < {SMALLEST_TARGET}) }}).map(one => one.outerHTML)"
        )
        found += [f"{page.url} at {width}: too small: {one[:80]}" for one in small]
    return found


@pytest.mark.parametrize(("jobcenter", "language", "words"), [("fulda", "de", GERMAN), ("wiesbaden", "en", ENGLISH)])
def test_customer_pages_are_accessible_at_every_width(
    portal: Portal, page: Page, jobcenter: str, language: str, words: Words
) -> None:
    visit = Visit(portal, page, jobcenter, language, words)
    found: list[str] = []

    def look() -> None:
        found.extend(findings(page))

    visit.open()
    look()
    visit.press(words.book)
    look()
    visit.press(words.on)  # nothing chosen: the error state
    expect(page.get_by_role("alert")).to_be_visible()
    look()
    visit.choose_the_first()
    visit.answer_questions(look)
    look()
    visit.choose_a_far_time()
    look()
    visit.press(words.on)
    expect(page.get_by_role("alert")).to_be_visible()
    look()
    visit.leave_contact("Zoë Große")
    look()
    visit.confirm()
    look()
    own = page.url
    for path in ("verschieben/", "absagen/"):
        page.goto(own + path)
        look()
    visit.press(words.cancel_yes)
    look()
    visit.open("mein-termin/")
    look()
    visit.open("gibt/es/nicht/")
    look()
    page.goto(f"{portal.url}marburg-biedenkopf/{language}/buchen/")
    look()
    assert found == []


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
    """Three people of the demo get letters alone; this test is the one that posts them."""
    found: list[str] = []
    page.goto(f"{portal.url}gross-gerau/desk/")
    page.get_by_role("button", name=re.compile("Empfang")).first.click()
    letters = f"{portal.url}gross-gerau/desk/briefe/"
    page.goto(letters)
    for _ in range(60):  # until the workers have brought them into the queue
        if page.get_by_text("3 Briefe warten.").count():
            break
        page.wait_for_timeout(500)
        page.reload()
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


@pytest.fixture
def plain_page(browser: Browser) -> Iterator[Page]:
    """A browser without JavaScript."""
    context = browser.new_context(viewport=ViewportSize(width=390, height=844), java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_a_person_books_moves_and_cancels_without_a_script(portal: Portal, plain_page: Page) -> None:
    visit = Visit(portal, plain_page, "bergstrasse", "de", GERMAN)
    visit.open("buchen/")
    visit.choose_the_first()
    visit.answer_questions()
    visit.choose_a_far_time()
    visit.leave_contact("Ohne Skript")
    visit.confirm()
    before = visit.starts_at()
    visit.press(GERMAN.move)
    visit.choose_the_first()
    visit.press(GERMAN.move_yes)
    assert visit.starts_at() != before
    visit.press(GERMAN.cancel)
    visit.press(GERMAN.cancel_yes)
    expect(plain_page.get_by_role("main")).to_contain_text(GERMAN.cancelled)


def test_a_person_books_with_the_keyboard_alone(portal: Portal, page: Page) -> None:
    visit = Visit(portal, page, "fulda", "de", GERMAN)
    visit.open("buchen/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("href", "#main")
    page.keyboard.press("Enter")
    _tab_to(page, "radio")
    page.keyboard.press("Space")
    _press_focused(page, GERMAN.on)
    _tab_to(page, "radio")
    page.keyboard.press("ArrowDown")
    _press_focused(page, GERMAN.on)
    _tab_to(page, "text")
    page.keyboard.type("Nur Tastatur")
    _tab_to(page, "radio")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    _press_focused(page, GERMAN.on)
    _press_focused(page, GERMAN.confirm)
    page.wait_for_url(re.compile(r"/t/[^/]+/"))


def _tab_to(page: Page, kind: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == kind:
            return
    raise AssertionError(f"no {kind} can be reached by the keyboard on {page.url}")


def _press_focused(page: Page, text: str) -> None:
    """Go on by Tab until the button has the focus, and press Enter. Every stop on the way must be visible."""
    for _ in range(60):
        page.keyboard.press("Tab")
        assert page.locator(":focus").is_visible()
        if page.evaluate("document.activeElement.innerText || ''").strip() == text:
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
    raise AssertionError(f"{text} cannot be reached by the keyboard on {page.url}")
