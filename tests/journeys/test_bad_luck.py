# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Bad luck: a nervous thumb, a line that breaks, two windows, the back button, somebody who was quicker, a slow hand.

Whatever happens, there is exactly one appointment, the person is told which, and types nothing twice.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from tests.journeys.conftest import PHONE
from tests.journeys.portal import Portal
from tests.journeys.steps import GERMAN, Visit, says
from tests.journeys.thumbs import button, slow_line, taps_twice
from tests.notifications.proxy import Proxy

TENANTS: Final = ("fulda", "stadt-offenbach")
WITHOUT_SCRIPT: Final = "stadt-offenbach"
"""There everybody's browser runs none: each bad luck is met once with JavaScript and once without."""
TAKEN: Final = "Diese Zeit ist gerade vergeben worden"
STANDS: Final = "Ihr Termin steht fest."


@pytest.fixture
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    runs_scripts = WITHOUT_SCRIPT not in request.node.name
    opened = browser.new_context(viewport=PHONE, locale="de-DE", java_script_enabled=runs_scripts)
    yield opened
    opened.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    with somebodys_phone(browser) as opened:
        yield opened


@pytest.fixture(autouse=True)
def nobody_else_fills_in_forms(portal: Portal) -> None:
    """All journeys come from one address; times kept by many of them at once would bring the puzzle."""
    for jobcenter in TENANTS:
        portal.let_holds_run_out(jobcenter)


@contextmanager
def somebodys_phone(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport=PHONE, locale="de-DE")
    yield opened
    opened.close()


def visit_at(portal: Portal, context: BrowserContext, jobcenter: str) -> Visit:
    return Visit(portal, context.new_page(), jobcenter, "de", GERMAN)


def looks_at_times(visit: Visit) -> None:
    visit.begin()
    visit.answer_questions()


def at_the_contact_page(portal: Portal, context: BrowserContext, jobcenter: str) -> Visit:
    visit = visit_at(portal, context, jobcenter)
    looks_at_times(visit)
    visit.choose_a_far_time()
    return visit


def at_the_last_page(portal: Portal, context: BrowserContext, jobcenter: str) -> Visit:
    visit = at_the_contact_page(portal, context, jobcenter)
    visit.leave_contact("Zoë Große")
    return visit


def books(portal: Portal, context: BrowserContext, jobcenter: str) -> Visit:
    visit = at_the_last_page(portal, context, jobcenter)
    visit.confirm()
    return visit


@pytest.mark.parametrize("jobcenter", TENANTS)
def test_on_a_slow_line_a_nervous_thumb_taps_every_button_twice(
    portal: Portal, context: BrowserContext, jobcenter: str
) -> None:
    visit = visit_at(portal, context, jobcenter)
    page = visit.page
    looks_at_times(visit)
    before = portal.appointments_at(jobcenter)
    slow_line(page)
    page.get_by_role("radio").last.check()
    taps_twice(page, GERMAN.on)
    expect(page.get_by_role("heading", level=1)).to_have_text("Wie erreichen wir Sie?")
    page.locator("input[name=name]").fill("Zoë Große")
    page.locator("input[name=remind][value=none]").check()
    taps_twice(page, GERMAN.on)
    taps_twice(page, GERMAN.confirm)
    says(page, STANDS)
    assert portal.appointments_at(jobcenter) == before + 1

    own, time = page.url, visit.starts_at()
    visit.press(GERMAN.move)
    visit.choose_the_first()
    taps_twice(page, GERMAN.move_yes)
    says(page, "Ihr Termin ist verschoben.")
    assert (page.url, visit.starts_at() != time) == (own, True)

    visit.press(GERMAN.cancel)
    taps_twice(page, GERMAN.cancel_yes)
    says(page, GERMAN.cancelled)
    assert page.url == own
    page.reload()
    says(page, GERMAN.cancelled)
    assert portal.appointments_at(jobcenter) == before + 1


@pytest.mark.parametrize(
    ("jobcenter", "way"),
    [
        ("fulda", "loads it again"),
        ("stadt-offenbach", "loads it again"),
        ("fulda", "goes back"),
        ("stadt-offenbach", "opens the page again"),
    ],
)
def test_the_line_breaks_after_the_booking_was_sent(
    portal: Portal, context: BrowserContext, jobcenter: str, way: str
) -> None:
    """The office has booked, and the person sees the browser's own page of an error. What they then do leads on."""
    port = urlsplit(portal.url).port
    assert port
    with Proxy(port) as line:
        visit = at_the_last_page(replace(portal, url=line.instead_of(portal.url)), context, jobcenter)
        page, check = visit.page, visit.page.url
        before = portal.appointments_at(jobcenter)
        snare = line.snare(f"POST {urlsplit(check).path}".encode(), b"csrfmiddlewaretoken=", swallow=True)
        button(page, GERMAN.confirm).click(no_wait_after=True)
        snare.wait()
        portal.wait_for("the booking", lambda: portal.appointments_at(jobcenter) > before)
        line.cut()
        page.wait_for_timeout(1000)  # the browser may send it again by itself, and may show a page of its own
        if way == "opens the page again":
            page.goto(check)
        elif "/t/" not in page.url:
            _again(page, way)
        says(page, STANDS)
        assert portal.appointments_at(jobcenter) == before + 1


def _again(page: Page, way: str) -> None:
    try:
        page.reload() if way == "loads it again" else page.go_back()
    except Error:
        page.reload()
    page.wait_for_load_state()


@pytest.mark.parametrize("jobcenter", TENANTS)
def test_back_and_reload_after_booking_moving_and_cancelling_repeat_nothing(
    portal: Portal, context: BrowserContext, jobcenter: str
) -> None:
    before = portal.appointments_at(jobcenter)
    visit = books(portal, context, jobcenter)
    page, own = visit.page, visit.page.url
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if one.method == "POST" else None)
    page.reload()
    says(page, STANDS)
    page.go_back()
    says(page, STANDS)  # not: begin again
    assert (page.url, sent) == (own, [])

    visit.press(GERMAN.cancel)
    visit.press(GERMAN.cancel_yes)
    says(page, GERMAN.cancelled)
    sent.clear()
    page.reload()
    says(page, GERMAN.cancelled)
    page.go_back()
    says(page, GERMAN.cancelled)  # not: really cancel?
    assert (page.url, sent) == (own, [])

    visit.press(GERMAN.undo)
    says(page, STANDS)
    sent.clear()
    page.reload()
    says(page, STANDS)
    assert (sent, portal.appointments_at(jobcenter)) == ([], before + 1)


@pytest.mark.parametrize("jobcenter", TENANTS)
def test_the_same_held_time_in_two_windows_is_booked_once(
    portal: Portal, context: BrowserContext, jobcenter: str
) -> None:
    before = portal.appointments_at(jobcenter)
    visit = at_the_last_page(portal, context, jobcenter)
    other = context.new_page()
    other.goto(visit.page.url)
    key = visit.confirm()
    assert replace(visit, page=other).confirm() == key
    assert portal.appointments_at(jobcenter) == before + 1


def test_two_times_in_two_windows_the_later_choice_counts_and_the_words_come_along(
    portal: Portal, context: BrowserContext
) -> None:
    first = at_the_contact_page(portal, context, "fulda")
    first.page.locator("input[name=name]").fill("Jürgen Größer")
    second = visit_at(portal, context, "fulda")
    looks_at_times(second)
    second.choose_the_first()
    first.leave_contact("Jürgen Größer")
    says(first.page, "Sie haben inzwischen eine andere Zeit gewählt")
    expect(first.page.locator("input[name=name]")).to_have_value("Jürgen Größer")


@pytest.mark.parametrize("jobcenter", TENANTS)
def test_moved_in_one_window_and_cancelled_in_the_other(
    portal: Portal, context: BrowserContext, jobcenter: str
) -> None:
    visit = books(portal, context, jobcenter)
    other = replace(visit, page=context.new_page())
    other.page.goto(visit.page.url)
    other.press(GERMAN.move)
    other.choose_the_first()  # and leaves the question standing
    visit.call_off()
    other.press(GERMAN.move_yes)
    says(other.page, GERMAN.cancelled)

    visit.press(GERMAN.undo)
    says(visit.page, STANDS)
    visit.press(GERMAN.cancel)
    other.page.goto(visit.page.url.removesuffix("absagen/"))
    other.move_nearer()
    moved = other.starts_at()
    visit.press(GERMAN.cancel_yes)
    says(visit.page, GERMAN.cancelled)
    assert visit.starts_at() == moved


@pytest.mark.parametrize("jobcenter", TENANTS)
def test_of_two_people_with_the_same_time_one_is_told_kindly_and_goes_on_with_a_near_one(
    portal: Portal, browser: Browser, phone: BrowserContext, jobcenter: str
) -> None:
    quick = visit_at(portal, phone, jobcenter)
    looks_at_times(quick)
    with somebodys_phone(browser) as theirs:
        slow = replace(quick, page=theirs.new_page())
        slow.page.goto(quick.page.url)
        wanted = str(quick.page.locator("input[name=time]").last.get_attribute("value"))
        for visit in (quick, slow):
            visit.page.locator(f"input[name=time][value='{wanted}']").check()
        _take_all(browser, quick, wanted)
        slow.press(GERMAN.on)
        says(slow.page, TAKEN)
        near = slow.page.locator("button[name=time]")
        expect(near).to_have_count(3)
        near.first.click()
        expect(slow.page.get_by_role("heading", level=1)).to_have_text("Wie erreichen wir Sie?")


def _take_all(browser: Browser, visit: Visit, wanted: str) -> None:
    """Take the time as often as somebody is free to meet people; each for a browser of its own."""
    address = visit.page.url
    visit.press(GERMAN.on)
    for _other in range(20):
        with somebodys_phone(browser) as theirs:
            page = theirs.new_page()
            page.goto(address)
            same = page.locator(f"input[name=time][value='{wanted}']")
            if not same.count():
                return
            same.check()
            button(page, GERMAN.on).click()
    raise AssertionError("the time never ran out")


@pytest.mark.parametrize("jobcenter", TENANTS)
def test_who_fills_in_the_form_for_hours_types_nothing_twice(
    portal: Portal, context: BrowserContext, jobcenter: str
) -> None:
    before = portal.appointments_at(jobcenter)
    visit = at_the_contact_page(portal, context, jobcenter)
    assert portal.let_holds_run_out(jobcenter)
    visit.leave_contact("Jürgen Größer")
    says(visit.page, "Jürgen Größer")
    assert portal.let_holds_run_out(jobcenter)  # and rests before the last button
    visit.press(GERMAN.confirm)
    if "/t/" not in visit.page.url:  # what had run out is tidied away each minute; then everything is shown once more
        says(visit.page, "Jürgen Größer")
        visit.confirm()
    says(visit.page, STANDS)
    says(visit.page, "Jürgen Größer")
    assert portal.appointments_at(jobcenter) == before + 1


def test_who_fills_in_the_form_for_hours_while_others_take_the_time_is_offered_near_ones(
    portal: Portal, browser: Browser, context: BrowserContext
) -> None:
    visit = visit_at(portal, context, "fulda")
    looks_at_times(visit)
    address = visit.page.url
    wanted = str(visit.page.get_by_role("radio").last.get_attribute("value"))
    visit.page.get_by_role("radio").last.check()
    visit.press(GERMAN.on)
    portal.let_holds_run_out("fulda")
    with somebodys_phone(browser) as theirs:
        quick = visit_at(portal, theirs, "fulda")
        quick.page.goto(address)
        quick.page.locator(f"input[name=time][value='{wanted}']").check()
        _take_all(browser, quick, wanted)
    visit.leave_contact("Jürgen Größer")
    says(visit.page, TAKEN)
    says(visit.page, "Was Sie eingegeben haben, ist noch da.")
    visit.page.locator("button[name=time]").first.click()
    says(visit.page, "Jürgen Größer")
    visit.confirm()
    says(visit.page, STANDS)
    assert re.search(r"/t/[^/]+/$", visit.page.url)
