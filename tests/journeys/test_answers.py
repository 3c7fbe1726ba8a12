# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the running portal sends: the exact headers of each kind of answer, cookies, third parties, and the weight."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import APIResponse, Browser, BrowserContext, Page

from tests.journeys.conftest import PHONE
from tests.journeys.portal import Portal
from tests.journeys.scales import Scales
from tests.journeys.steps import GERMAN, Visit
from tests.portal.web.test_security import HEADERS, POLICY

FIRST_PAGE_KB, NEXT_PAGE_KB = 100, 30
OF_THE_SERVER = {"server", "date", "connection", "transfer-encoding", "content-length", "content-type", "vary"}
ALWAYS = {name.lower(): value for name, value in HEADERS.items() if name not in ("Cache-Control", "X-Robots-Tag")}
HIDDEN = {"x-robots-tag": "noindex, nofollow"}
NO_STORE = {"cache-control": "no-store"}
GERMAN_PAGE = {"content-language": "de"}


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport=PHONE, locale="de-DE")
    yield opened
    opened.close()


def own_page(portal: Portal, page: Page, jobcenter: str = "fulda") -> str:
    visit = Visit(portal, page, jobcenter, "de", GERMAN)
    visit.begin()
    visit.answer_questions()
    visit.choose_a_far_time()
    visit.leave_contact("Zoë Große")
    visit.confirm()
    return page.url


def headers_of(answer: APIResponse) -> dict[str, str]:
    """All but those that describe the content and the server; the policy and cookies have tests of their own."""
    left = OF_THE_SERVER | {"content-security-policy", "set-cookie"}
    return {name: value for name, value in answer.headers.items() if name not in left}


def test_each_kind_of_answer_has_exactly_these_headers(portal: Portal, context: BrowserContext) -> None:
    page = context.new_page()
    own = own_page(portal, page)
    calendar = {"content-disposition": 'attachment; filename="termin.ics"'}
    kinds: dict[str, tuple[int, dict[str, str]]] = {
        f"{portal.url}fulda/de/": (200, {**NO_STORE, **GERMAN_PAGE}),
        f"{portal.url}fulda/de/buchen/": (200, {**NO_STORE, **GERMAN_PAGE, **HIDDEN}),
        own: (200, {**NO_STORE, **GERMAN_PAGE, **HIDDEN}),
        f"{own}termin.ics": (200, {**NO_STORE, **GERMAN_PAGE, **HIDDEN, **calendar}),
        f"{portal.url}fulda/de/app.webmanifest": (200, {**NO_STORE, **GERMAN_PAGE, **HIDDEN}),
        f"{portal.url}fulda/sw.js": (200, {**NO_STORE, **GERMAN_PAGE, **HIDDEN}),
        f"{portal.url}fulda/de/gibt/es/nicht/": (404, {**NO_STORE, **GERMAN_PAGE, **HIDDEN}),
        f"{portal.url}fulda/de/t/{'x' * 43}/": (404, {**NO_STORE, **GERMAN_PAGE, **HIDDEN}),
    }
    for address, (status, more) in kinds.items():
        answer = page.request.get(address)
        assert (address, answer.status, headers_of(answer)) == (address, status, {**ALWAYS, **more})
        assert (address, set(answer.headers["content-security-policy"].split("; "))) == (address, POLICY)
    card = page.request.get(f"{own}karte/")
    assert headers_of(card).pop("expires")
    assert {name: value for name, value in headers_of(card).items() if name != "expires"} == {
        **ALWAYS,
        **NO_STORE,
        **GERMAN_PAGE,
        **HIDDEN,
    }


def test_files_may_be_kept_and_are_sent_small(portal: Portal, context: BrowserContext) -> None:
    sheet = context.request.get(f"{portal.url}static/portal.css", headers={"Accept-Encoding": "gzip"})
    assert sheet.headers["content-encoding"] == "gzip"
    assert "no-store" not in sheet.headers["cache-control"]
    assert {name: sheet.headers.get(name) for name in ALWAYS} == ALWAYS


@pytest.mark.parametrize("jobcenter", ["fulda", "stadt-offenbach"])
def test_only_these_cookies_and_no_sooner_than_needed(portal: Portal, context: BrowserContext, jobcenter: str) -> None:
    page = context.new_page()
    visit = Visit(portal, page, jobcenter, "de", GERMAN)
    visit.open()
    visit.open("datenschutz/")
    assert context.cookies() == []

    own_page(portal, page, jobcenter)
    cookies = context.cookies()
    assert {str(one["name"]) for one in cookies} <= {f"csrf_{jobcenter}", f"session_{jobcenter}"}
    for one in cookies:
        properties = (one["path"], one["httpOnly"], one["sameSite"], one["expires"])
        assert properties == (f"/{jobcenter}/", True, "Lax", -1)  # gone with the browser


def test_a_booking_asks_nobody_else_and_its_pages_are_light(portal: Portal, context: BrowserContext) -> None:
    page = context.new_page()
    scales = Scales(page)
    Visit(portal, page, "fulda", "de", GERMAN).open()
    page.wait_for_load_state("networkidle")
    own_page(portal, page)
    page.wait_for_load_state("networkidle")

    first = scales.pages.pop(f"{portal.url}fulda/de/")
    assert scales.foreign == []
    assert first <= FIRST_PAGE_KB
    assert {
        re.sub(r"/(t|halt)/[^/]+/", "/…/", page): kb for page, kb in scales.pages.items() if kb > NEXT_PAGE_KB
    } == {}
