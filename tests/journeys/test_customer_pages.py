# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every page that customers see, in every language shown, at three widths, as it is and with a mistake in it.

Each page is reached once and then looked at at all widths. `make test` takes every language once and runs axe at all
widths for German and for a language that is written from right to left, elsewhere at the width of a phone; FULL=1
takes every language of every Jobcenter with axe at all widths.
"""

import os
from typing import Final

import pytest
from playwright.sync_api import Page

from jobcenter_portal.web.languages import language_by_code
from tests.journeys.inspection import WIDTHS, Inspector, invalid_html
from tests.journeys.places import each_language_once, everywhere
from tests.journeys.portal import Portal
from tests.journeys.steps import Visit, words_of
from tests.journeys.walking import walk

FULL: Final = bool(os.environ.get("FULL"))
PHONE: Final = (390,)


@pytest.mark.parametrize(("jobcenter", "language"), everywhere() if FULL else each_language_once())
def test_every_page_of_a_customer_is_for_everybody(portal: Portal, page: Page, jobcenter: str, language: str) -> None:
    visit = Visit(portal, page, jobcenter, language, words_of(language))
    thorough = FULL or language == "de" or language_by_code(language).direction == "rtl"
    inspector = Inspector(page, axe_at=WIDTHS if thorough else PHONE)
    walk(visit, inspector.look)

    assert inspector.found == []
    assert invalid_html(inspector.sources) == []
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [
        language,
        language_by_code(language).direction,
    ]
