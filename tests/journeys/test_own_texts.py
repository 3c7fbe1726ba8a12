# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""An office words a message: it sees while it types how it reads and what is wrong, tries it, and uses it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.inspection import findings
from tests.journeys.portal import Portal

OFFICE = "team@mainarbeit.example"
"""Where Stadt Offenbach's tests go."""


@pytest.fixture
def texts(portal: Portal, page: Page) -> str:
    """The address of all texts, with an administrator signed in."""
    page.goto(f"{portal.url}stadt-offenbach/anmelden/")
    page.get_by_role("button", name=re.compile("Weiß-Öhler")).first.click()
    return f"{portal.url}stadt-offenbach/desk/einstellungen/texte/"


def test_the_preview_follows_the_keys_and_says_calmly_what_is_wrong(page: Page, texts: str) -> None:
    page.goto(f"{texts}reminder/sms/de/")
    field, status = page.get_by_label("Text", exact=True), page.get_by_role("status")
    preview = page.get_by_role("region", name="So liest es sich")
    expect(status).to_contain_text("Der Text ist in Ordnung.")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    field.fill("Ihr Termin: {day_short}, {time} Uhr, gleich am Markt. {link}")
    field.press_sequentially(" Bis dann!")
    expect(preview).to_contain_text("Uhr, gleich am Markt. https://")
    expect(preview).to_contain_text("Bis dann!")
    expect(status).to_have_text(re.compile(r"^Der Text ist in Ordnung\. 1 SMS \(\d+ von 160 Zeichen\)\.$"))
    assert len(asked) < len(" Bis dann!"), "one question for each key is too many"
    field.fill("Ihr Bürgergeld: {day_short}, {tme} Uhr. {link}")
    expect(status).to_contain_text("2 Fehler. So lässt sich der Text nicht speichern.")
    expect(page.locator("#id_body_findings")).to_contain_text("Meinten Sie {time}?")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(preview).to_contain_text("Solange der Text Fehler hat")
    field.fill("Ihr Termin: {day_short}, {time} Uhr. {link} " + "x" * 160)
    expect(page.get_by_label("Ich habe die Warnungen gelesen")).to_be_visible()
    expect(field).not_to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()


def test_what_was_typed_stays_when_the_preview_cannot_be_had(page: Page, texts: str) -> None:
    page.goto(f"{texts}reminder/sms/de/")
    page.route("**/vorschau/", lambda route: route.fulfill(status=403))
    field = page.get_by_label("Text", exact=True)
    field.fill("Ihr Termin: {day_short}")
    expect(page.get_by_role("status")).to_contain_text("Die Vorschau ist gerade nicht erreichbar.")
    expect(field).to_have_value("Ihr Termin: {day_short}")


def test_a_test_mail_arrives_at_the_office_and_the_page_tells_so(portal: Portal, page: Page, texts: str) -> None:
    page.goto(f"{texts}reminder/email/tr/")
    page.get_by_label("Betreff").fill("Deneme {day_short}")
    page.get_by_label("Text", exact=True).fill("Merhaba,\n\n{day_long}, {time}.\n{link}")
    page.get_by_role("button", name="Probe senden").click()
    expect(page.get_by_role("main")).to_contain_text("Die Probe ist unterwegs.")
    caught = portal.wait_for("the test", lambda: portal.mails_to(OFFICE))
    assert caught[0].subject == "Deneme Per 31.12."

    def says_that_it_left() -> bool:
        page.get_by_role("link", name="Stand neu laden").click()
        page.wait_for_load_state()
        return "gesendet" in page.get_by_role("region", name="Proben").inner_text()

    assert portal.wait_for("the note that it left", says_that_it_left)
    page.get_by_role("button", name="Speichern und verwenden").click()
    expect(page.get_by_role("main")).to_contain_text("Gespeichert. Ab jetzt gilt dieser Text.")


def test_the_pages_of_texts_are_accessible_at_every_width(page: Page, texts: str) -> None:
    found: list[str] = []
    for path in (
        "",
        "?sprache=fa",
        "cancelled/",
        "cancelled/email/fa/",
        "cancelled/sms/uk/",
        "confirmation/letter/de/",
    ):
        page.goto(texts + path)
        found += findings(page)
    page.get_by_label("Text", exact=True).fill("Bürgergeld {time}")
    page.get_by_role("button", name="Speichern und verwenden").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found += findings(page)
    page.get_by_label("Text", exact=True).fill("Kommen Sie gern: {day_long}, {time} Uhr.\n{link}")
    page.get_by_role("button", name="Speichern und verwenden").click()
    found += findings(page)
    page.get_by_role("link", name="Wieder den Text des Portals verwenden").click()
    found += findings(page)
    assert found == []
