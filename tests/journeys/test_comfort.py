# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Booking by people who see or read otherwise: enlarged, with air between lines, dark, on paper."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.journeys.comfort import cut_off, lost_in_colours_of_ones_own
from tests.journeys.conftest import PHONE
from tests.journeys.inspection import findings
from tests.journeys.portal import Portal
from tests.journeys.steps import GERMAN, Visit

TENANTS = ("fulda", "wiesbaden")


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport=PHONE, locale="de-DE")
    yield opened
    opened.close()


def each_step_of_a_booking(visit: Visit) -> Iterator[str]:
    """The screens of a booking, one after the other, until the appointment's own page."""
    visit.open()
    yield "start"
    visit.begin()
    visit.answer_questions()
    yield "times"
    visit.choose_a_far_time()
    yield "contact"
    visit.leave_contact("Zoë Große-Überall von und zu Hohenlohe-Langenburg")
    yield "check"
    visit.confirm()
    yield "own page"


@pytest.mark.parametrize("jobcenter", TENANTS)
def test_at_200_percent_and_with_air_between_the_lines_nothing_is_cut_off(
    portal: Portal, context: BrowserContext, jobcenter: str
) -> None:
    page = context.new_page()
    for step in each_step_of_a_booking(Visit(portal, page, jobcenter, "de", GERMAN)):
        assert (step, cut_off(page)) == (step, [])


@pytest.mark.parametrize("jobcenter", TENANTS)
def test_in_the_dark_every_page_has_contrast(portal: Portal, context: BrowserContext, jobcenter: str) -> None:
    page = context.new_page()
    page.emulate_media(color_scheme="dark")
    found: list[str] = []
    for _step in each_step_of_a_booking(Visit(portal, page, jobcenter, "de", GERMAN)):
        found += findings(page, axe_at=(390,))
    assert found == []


def test_with_colours_of_ones_own_choices_and_buttons_are_still_seen(portal: Portal, context: BrowserContext) -> None:
    page = context.new_page()
    for step in each_step_of_a_booking(Visit(portal, page, "fulda", "de", GERMAN)):
        assert (step, lost_in_colours_of_ones_own(page)) == (step, [])


@pytest.mark.parametrize("jobcenter", TENANTS)
def test_the_printed_page_is_one_sheet_with_all_that_is_needed(
    portal: Portal, context: BrowserContext, jobcenter: str
) -> None:
    page = context.new_page()
    visit = Visit(portal, page, jobcenter, "de", GERMAN)
    for step in each_step_of_a_booking(visit):
        assert step
    code = visit.code()
    page.emulate_media(media="print")
    for button in page.locator(".kern-btn").all():
        expect(button).to_be_hidden()
    expect(page.get_by_text(code).first).to_be_visible()
    expect(page.locator("#on-this-device")).to_be_hidden()
    sheet = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
