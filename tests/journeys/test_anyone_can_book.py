# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""At each of the seven Jobcenters: who reads only Arabic, who has no JavaScript, and who has neither phone nor e-mail.

Each of them books, finds the appointment again by the code, moves it and cancels it. Where the office answers
requests, it says yes in between; where everybody has their own caseworker, the letters on the letter lead there.
"""

import re
import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from jobcenter_portal.web.languages import language_by_code
from tests.journeys.conftest import PHONE
from tests.journeys.places import BY_REQUEST, JOBCENTERS, LETTERS, PERSONAL
from tests.journeys.portal import Portal
from tests.journeys.steps import GERMAN, Visit, words_of


@pytest.fixture
def plain_page(browser: Browser) -> Iterator[Page]:
    """A browser without JavaScript."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("jobcenter", JOBCENTERS)
def test_who_reads_only_arabic(portal: Portal, page: Page, desk: Page, jobcenter: str) -> None:
    visit = Visit(portal, page, jobcenter, "ar", words_of("ar"))
    _whole_life_of_an_appointment(visit, desk, email=f"maryam-{secrets.token_hex(4)}@post.example")
    html = page.locator("html")
    assert (html.get_attribute("lang"), html.get_attribute("dir")) == ("ar", language_by_code("ar").direction)


@pytest.mark.parametrize("jobcenter", JOBCENTERS)
def test_who_has_no_javascript(portal: Portal, plain_page: Page, desk: Page, jobcenter: str) -> None:
    visit = Visit(portal, plain_page, jobcenter, "de", GERMAN)
    _whole_life_of_an_appointment(visit, desk, email=f"juergen-{secrets.token_hex(4)}@post.example")


@pytest.mark.parametrize("jobcenter", JOBCENTERS)
def test_who_has_neither_phone_nor_mail(portal: Portal, page: Page, desk: Page, jobcenter: str) -> None:
    _whole_life_of_an_appointment(Visit(portal, page, jobcenter, "de", GERMAN), desk)


def _whole_life_of_an_appointment(visit: Visit, desk: Page, email: str = "") -> None:
    name = f"Person {secrets.token_hex(4)}"
    visit.begin(letters=LETTERS if visit.jobcenter == PERSONAL else "")
    visit.answer_questions()
    visit.choose_a_far_time()
    visit.leave_contact(name, email=email)
    visit.confirm()
    code = visit.code()

    visit.find_by_code(code)
    if visit.jobcenter == BY_REQUEST:
        _says_yes(visit, desk, name)
        visit.find_by_code(code)
    booked = visit.starts_at()

    visit.move_nearer()
    assert visit.starts_at() != booked

    visit.find_by_code(code)
    visit.call_off()


def _says_yes(visit: Visit, desk: Page, name: str) -> None:
    root = f"{visit.portal.url}{visit.jobcenter}/"
    desk.goto(f"{root}anmelden/")
    desk.get_by_role("button", name=re.compile("Fachkraft|Teamleitung")).last.click()
    desk.goto(f"{root}desk/anfragen/")
    desk.get_by_role("link", name=name).click()
    desk.get_by_role("button", name="Termin zusagen").click()
    expect(desk.get_by_role("main")).to_contain_text("zugesagt", use_inner_text=True)
