# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""At each of the seven Jobcenters a booking takes few screens and inputs, and the first free time is in sight."""

import pytest
from playwright.sync_api import Page

from tests.journeys.effort import book_counting, first_time_ends_at
from tests.journeys.places import JOBCENTERS, languages_of
from tests.journeys.portal import Portal
from tests.journeys.steps import Visit, words_of

PHONE_ACROSS, PHONE_DOWN = 390, 844


@pytest.mark.parametrize("language", ["de", "ar"])
@pytest.mark.parametrize("jobcenter", JOBCENTERS)
def test_four_screens_six_inputs_and_the_first_time_in_sight(
    portal: Portal, page: Page, jobcenter: str, language: str
) -> None:
    if language not in languages_of(jobcenter):
        pytest.skip("the pages are not translated yet")
    page.set_viewport_size({"width": PHONE_ACROSS, "height": PHONE_DOWN})
    reaches: list[float] = []

    def look() -> None:
        if page.locator("input[name=time]").count():
            reaches.append(first_time_ends_at(page))

    effort = book_counting(Visit(portal, page, jobcenter, language, words_of(language)), look)
    assert effort.is_small, effort
    assert [reach <= PHONE_DOWN for reach in reaches] == [True], reaches
