# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every page that customers see, in every language shown, at three widths, as it is and with a mistake in it.

Each page is reached once and then looked at at all widths. `make test` takes every language once and runs axe at all
widths for German and for a language that is written from right to left, elsewhere at the width of a phone; FULL=1
takes every language of every Jobcenter with axe at all widths. Of each page, in both: exactly the headers, policy and
cookies that it should have, nothing in the browser's stores, nobody else asked, its weight, and valid HTML. Each of the
rare pages is also enlarged and aired, and in one language dark, in colours of one's own, and on paper.
"""

import os
from typing import Final

import pytest
from playwright.sync_api import Page

from jobcenter_portal.web.languages import LANGUAGES, language_by_code
from tests.journeys.comfort import cut_off, discomforts
from tests.journeys.corners import Corners
from tests.journeys.inspection import WIDTHS, Inspector
from tests.journeys.places import each_language_once, everywhere
from tests.journeys.portal import Portal
from tests.journeys.routes import pages_of_customers
from tests.journeys.staging import Stage
from tests.journeys.steps import Visit, words_of
from tests.journeys.walking import walk

FULL: Final = bool(os.environ.get("FULL"))
PHONE: Final = (390,)
NARROWEST: Final = (320,)
CORNERS_IN: Final = tuple(one.code for one in LANGUAGES) if FULL else ("de", "ar")
"""Languages in which rare pages are looked at: `make test` takes one for each direction of writing, FULL=1 all."""


@pytest.mark.parametrize(("jobcenter", "language"), everywhere() if FULL else each_language_once())
def test_every_page_of_a_customer_is_for_everybody(portal: Portal, page: Page, jobcenter: str, language: str) -> None:
    visit = Visit(portal, page, jobcenter, language, words_of(language))
    thorough = FULL or language == "de" or language_by_code(language).direction == "rtl"
    inspector = Inspector(page, axe_at=WIDTHS if thorough else PHONE)
    walk(visit, inspector.look)

    assert inspector.all_found() == []
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [
        language,
        language_by_code(language).direction,
    ]


@pytest.mark.parametrize("language", CORNERS_IN)
def test_so_is_every_page_that_people_come_by_rarely_and_no_page_is_left_out(
    portal: Portal, stage: Stage, page: Page, language: str
) -> None:
    axe_at = WIDTHS if FULL else PHONE if language == "de" else ()
    inspector = Inspector(page, axe_at=axe_at, widths=WIDTHS if FULL else axe_at or NARROWEST)
    is_left_to_right = language_by_code(language).direction == "ltr"

    def look() -> None:
        inspector.look()
        inspector.found += discomforts(page) if is_left_to_right else cut_off(page)  # colours do not depend on it

    Corners(stage, page, language, portal.database, look).walk()

    assert inspector.all_found() == []
    assert sorted(pages_of_customers() - inspector.routes) == []
