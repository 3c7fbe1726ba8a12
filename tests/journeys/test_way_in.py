# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""In a real browser, under the real policy: the code page, and the work that machines do while times are hoarded."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import PHONE
from tests.journeys.inspection import findings
from tests.journeys.portal import Portal
from tests.journeys.steps import GERMAN, Visit

JOBCENTER, SERVICE, PLACE = "wiesbaden", "neuantrag", "leistungen"
TIMES = f"{JOBCENTER}/de/buchen/{SERVICE}/{PLACE}/"
UNQUESTIONED = 30
"""What one network may keep; a program from this machine keeps as many, so that the next has to work."""


def test_the_page_for_codes_is_accessible_with_and_without_mistakes(portal: Portal, page: Page) -> None:
    visit = Visit(portal, page, JOBCENTER, "de", GERMAN)
    page.goto(portal.url + TIMES)
    page.get_by_role("radio").last.check()
    visit.press(GERMAN.on)
    page.locator("input[name=name]").fill("Zoë Große")
    page.locator("input[name=remind][value=email]").check()
    page.locator("input[name=email]").fill("zoe.grosse@post.example")
    visit.press(GERMAN.on)
    expect(page.get_by_role("heading", name="Geben Sie den Code ein")).to_be_visible()
    page.get_by_role("button", name="Neuen Code per E-Mail schicken").click()
    expect(page.get_by_text("Bitte warten Sie eine Minute.")).to_be_visible()
    found = findings(page)
    page.locator("input[autocomplete=one-time-code]").fill("12")
    visit.press(GERMAN.confirm)
    expect(page.get_by_role("alert")).to_be_visible()
    found += findings(page)
    visit.press("Ohne Nachrichten weiter")
    expect(page.get_by_role("heading", name="Geben Sie den Code ein")).to_have_count(0)
    expect(page.get_by_role("button", name=GERMAN.confirm)).to_be_visible()
    assert found == []


def test_a_browser_works_by_itself_while_times_are_hoarded_and_without_script_a_button_opens(
    portal: Portal, page: Page, browser: Browser
) -> None:
    with _hoarded(portal):
        _choose_the_last_time(portal, page)
        page.wait_for_url(re.compile("/kontakt/"))  # nobody has pressed anything since

        # The page as it stands without script; with it, it is gone within a second.
        page.route(re.compile(r"puzzle\.js"), lambda route: route.fulfill(body="", content_type="text/javascript"))
        page.context.clear_cookies()
        _choose_the_last_time(portal, page)
        expect(page.get_by_role("heading", name="Gleich geht es weiter")).to_be_visible()
        assert findings(page) == []

        context = browser.new_context(viewport=PHONE, java_script_enabled=False)
        plain = context.new_page()
        _choose_the_last_time(portal, plain)
        expect(plain.get_by_role("heading", name="Gleich geht es weiter")).to_be_visible()
        plain.get_by_role("button", name="Weiter", exact=True).click()
        plain.wait_for_load_state()
        wait = re.search(r"Bitte warten Sie noch (\d+) Sekunden", plain.get_by_role("main").inner_text())
        assert wait  # the later in the queue of this network, the longer
        plain.wait_for_timeout((int(wait[1]) + 1) * 1000)
        plain.get_by_role("button", name="Weiter", exact=True).click()
        expect(plain.get_by_role("heading", name="Wie erreichen wir Sie?")).to_be_visible()
        context.close()


def _choose_the_last_time(portal: Portal, page: Page) -> None:
    page.goto(portal.url + TIMES)
    page.get_by_role("radio").last.check()
    page.get_by_role("button", name="Weiter", exact=True).click()


@contextmanager
def _hoarded(portal: Portal) -> Iterator[None]:
    """A program keeps as many times as a network may, and lets them go again."""
    api = f"{portal.url}{JOBCENTER}/api/v1/"
    kept: list[str] = []
    try:
        for starts_at in _free(api)[::3]:  # each of them takes away its neighbours
            wanted = {"service": SERVICE, "location": PLACE, "starts_at": starts_at, "mode": "in_person"}
            status, answer = _send(f"{api}holds/", "POST", wanted)
            if status == 201:
                kept.append(answer["token"])
            if len(kept) == UNQUESTIONED or status == 429:
                break
        yield
    finally:
        for token in kept:
            _send(f"{api}holds/{token}/", "DELETE")


def _free(api: str) -> list[str]:
    with urlopen(f"{api}services/{SERVICE}/slots/?location={PLACE}&mode=in_person&days=28") as answer:  # noqa: S310 -- our own portal
        return [slot["starts_at"] for place in json.load(answer)["locations"] for slot in place["slots"]]


def _send(address: str, method: str, body: object = None) -> tuple[int, dict[str, str]]:
    data = None if body is None else json.dumps(body).encode()
    request = Request(address, data, {"Content-Type": "application/json"}, method=method)  # noqa: S310 -- our own portal
    try:
        with urlopen(request) as answer:  # noqa: S310 -- our own portal
            text = answer.read()
            return answer.status, json.loads(text) if text else {}
    except OSError as refused:
        return getattr(refused, "code", 0), {}
