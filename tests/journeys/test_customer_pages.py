# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every page that customers see, in every language shown, at three widths, as it is and with a mistake in it.

Each page is reached once and then looked at at all widths. `make test` takes every language once and runs axe at all
widths for German and for a language that is written from right to left, elsewhere at the width of a phone; FULL=1
takes every language of every Jobcenter with axe at all widths.
"""

import os
from collections.abc import Callable
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from jobcenter_portal.web.languages import language_by_code
from tests.journeys.inspection import WIDTHS, Inspector, invalid_html
from tests.journeys.places import LETTERS, PERSONAL, each_language_once, everywhere
from tests.journeys.portal import Portal
from tests.journeys.steps import Visit, words_of

FULL: Final = bool(os.environ.get("FULL"))
PHONE: Final = (390,)
OF_ONES_OWN: Final = ("verschieben/", "nachrichten/", "absagen/")
OF_EVERYBODY: Final = (
    "geraet/",
    "impressum/",
    "datenschutz/",
    "barrierefreiheit/",
    "gibt/es/nicht/",
)
WITH_A_FORM: Final = ("mein-termin/", "mein-termin/link/", "feedback/")


@pytest.mark.parametrize(("jobcenter", "language"), everywhere() if FULL else each_language_once())
def test_every_page_of_a_customer_is_for_everybody(portal: Portal, page: Page, jobcenter: str, language: str) -> None:
    visit = Visit(portal, page, jobcenter, language, words_of(language))
    thorough = FULL or language == "de" or language_by_code(language).direction == "rtl"
    inspector = Inspector(page, axe_at=WIDTHS if thorough else PHONE)
    looked = inspector.look

    _books(visit, looked)
    own = page.url
    page.goto(f"{own}nachrichten/")
    ways = [str(link.get_attribute("href")) for link in page.locator("main a[href*='/nachrichten/']").all()]
    assert ways
    for address in [*(own + path for path in OF_ONES_OWN), *(portal.url.rstrip("/") + way for way in ways)]:
        answer = page.goto(address)
        assert answer is not None
        assert (address, answer.status) == (address, 200)
        looked()
    page.goto(f"{own}absagen/")
    page.locator("main form button.kern-btn--danger").click()
    looked()  # cancelled, or withdrawn
    for path in OF_EVERYBODY:
        visit.open(path)
        looked()
    for path in WITH_A_FORM:
        visit.open(path)
        looked()
        page.locator("main form button.kern-btn--primary").first.click()
        expect(page.get_by_role("alert")).to_be_visible()
        looked()

    assert inspector.found == []
    assert invalid_html(inspector.sources) == []
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [
        language,
        language_by_code(language).direction,
    ]


def _books(visit: Visit, look: Callable[[], None]) -> None:
    """Each step looked at as it comes, and once more with nothing filled in."""
    page, words = visit.page, visit.words
    visit.open()
    look()
    visit.open("buchen/")
    look()
    visit.press(words.on)
    expect(page.get_by_role("alert")).to_be_visible()
    look()
    if visit.jobcenter == PERSONAL:
        page.locator("main form input[type=text]").fill(LETTERS)
        visit.press(words.on)
        look()
    visit.choose_the_first()
    visit.answer_questions(look)
    look()
    visit.press(words.on)
    expect(page.get_by_role("alert")).to_be_visible()
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
