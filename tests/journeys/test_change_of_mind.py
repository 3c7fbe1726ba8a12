# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Somebody begins an answer, leaves it and gives another one: what they left keeps nobody from going on.

A browser checks addresses by itself. It would hold back a form for a field that is out of sight, and say nothing; and
where it says something, it does so in its own language instead of the page's.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.portal import Portal
from tests.journeys.steps import GERMAN, Visit, words_of


@pytest.mark.parametrize("language", ["de", "ar"])
def test_who_mistypes_an_address_and_wants_no_messages_after_all_goes_on(
    portal: Portal, page: Page, language: str
) -> None:
    words = words_of(language)
    visit = Visit(portal, page, "fulda", language, words)
    visit.begin()
    visit.answer_questions()
    visit.choose_a_far_time()
    page.locator("input[name=name]").fill("Zoë Große")
    page.locator("input[name=remind][value=email]").check()
    page.locator("input[name=email]").fill("falsch")
    page.locator("input[name=remind][value=none]").check()
    visit.press(words.on)
    expect(page.get_by_role("button", name=words.confirm, exact=True)).to_be_visible()


def test_a_mistyped_address_is_explained_in_the_language_of_the_page(portal: Portal, page: Page) -> None:
    visit = Visit(portal, page, "fulda", "de", GERMAN)
    visit.begin()
    visit.answer_questions()
    visit.choose_a_far_time()
    page.locator("input[name=name]").fill("Zoë Große")
    page.locator("input[name=remind][value=email]").check()
    page.locator("input[name=email]").fill("falsch")
    visit.press(GERMAN.on)
    example = "Diese E-Mail-Adresse stimmt nicht. Sie sieht zum Beispiel so aus: name@beispiel.de"
    expect(page.locator("#error-summary").get_by_text(example)).to_be_visible()
    expect(page.locator("input[name=email]")).to_have_value("falsch")
