# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A walk through every page that a customer comes by, with a look at each; used by the tests and by bench-pages."""

from collections.abc import Callable
from typing import Final

from playwright.sync_api import expect

from tests.journeys.places import LETTERS, PERSONAL
from tests.journeys.steps import Visit

OF_ONES_OWN: Final = ("verschieben/", "nachrichten/", "absagen/")
OF_EVERYBODY: Final = ("geraet/", "impressum/", "datenschutz/", "barrierefreiheit/", "gibt/es/nicht/")
WITH_A_FORM: Final = ("mein-termin/", "mein-termin/link/", "feedback/")


class PageMissing(AssertionError):
    """An address that the walk knows did not answer with a page."""


def walk(visit: Visit, look: Callable[[], None]) -> None:
    """Book, look at all there is of the appointment, cancel it, and look at the rest; forms once with a mistake."""
    page = visit.page
    _books(visit, look)
    own = page.url
    page.goto(f"{own}nachrichten/")
    ways = [str(link.get_attribute("href")) for link in page.locator("main a[href*='/nachrichten/']").all()]
    for address in [*(own + path for path in OF_ONES_OWN), *(visit.portal.url.rstrip("/") + way for way in ways)]:
        answer = page.goto(address)
        if answer is None or not answer.ok:
            raise PageMissing(address)
        look()
    page.goto(f"{own}absagen/")
    page.locator("main form button.kern-btn--danger").click()
    look()  # cancelled, or withdrawn
    for path in OF_EVERYBODY:
        visit.open(path)
        look()
    for path in WITH_A_FORM:
        visit.open(path)
        look()
        page.locator("main form button.kern-btn--primary").first.click()
        expect(page.get_by_role("alert")).to_be_visible()
        look()


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
    visit.choose_a_concern(letters=LETTERS if visit.jobcenter == PERSONAL else "")
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
