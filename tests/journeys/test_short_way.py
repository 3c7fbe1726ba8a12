# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""At each of the seven Jobcenters a booking takes few screens and inputs, and the first free time is in sight."""

import pytest
from playwright.sync_api import Page

from tests.journeys.effort import book_counting, first_time_ends_at
from tests.journeys.places import JOBCENTERS, LETTERS, PERSONAL
from tests.journeys.portal import Portal
from tests.journeys.steps import GERMAN, Visit, words_of

PHONE_ACROSS, PHONE_DOWN = 390, 844


@pytest.mark.parametrize("jobcenter", JOBCENTERS)
def test_a_booking_takes_four_screens_and_six_inputs(portal: Portal, page: Page, jobcenter: str) -> None:
    effort = book_counting(Visit(portal, page, jobcenter, "de", GERMAN))
    assert effort.is_small, effort


@pytest.mark.parametrize("language", ["de", "ar"])
@pytest.mark.parametrize("jobcenter", JOBCENTERS)
def test_the_first_free_time_is_in_sight_on_a_phone(portal: Portal, page: Page, jobcenter: str, language: str) -> None:
    page.set_viewport_size({"width": PHONE_ACROSS, "height": PHONE_DOWN})
    visit = Visit(portal, page, jobcenter, language, words_of(language))
    visit.open("buchen/")
    visit.choose_a_concern(LETTERS if jobcenter == PERSONAL else "")
    assert first_time_ends_at(page) <= PHONE_DOWN
