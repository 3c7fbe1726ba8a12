# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The sample pages in a real browser: what people see, reach and load."""

import gzip
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.conf import settings as django_settings
from django.core.wsgi import get_wsgi_application
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

ROOT = Path(django_settings.BASE_DIR)
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FIRST_PAGE_LIMIT = 100_000
HTML_LIMIT = 30_000

pytestmark = pytest.mark.usefixtures("three_languages")


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the name in the standard library
        """A test prints nothing."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@pytest.fixture
def site(gallery: None) -> Iterator[str]:
    with make_server("127.0.0.1", 0, get_wsgi_application(), _Server, _Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser's console says, refusals of the security policy above all."""
    return []


@pytest.fixture
def page(browser: Browser, complaints: list[str]) -> Iterator[Page]:
    def listen(message: ConsoleMessage) -> None:
        # The console repeats the status of each refused form and each error page; those are meant.
        if message.type == "error" and "the server responded with a status of" not in message.text:
            complaints.append(message.text)

    context = browser.new_context(viewport={"width": 390, "height": 800})
    context.set_default_timeout(10_000)
    opened = context.new_page()
    opened.on("console", listen)
    yield opened
    context.close()


def violations(page: Page) -> list[str]:
    """Findings of axe with the WCAG 2.2 AA rules, as ``rule: element``."""
    result = page.evaluate(
        AXE.read_text(encoding="utf-8")
        + ";axe.run(document, {runOnly: {type: 'tag', values: "
        + repr(RULES)
        + "}}).then(found => found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.target}`)))"
    )
    return list(result)


@dataclass(frozen=True)
class Sample:
    """A sample page; ``refused`` sends its empty form first."""

    path: str
    refused: bool = False


PAGES = [
    Sample("/fulda/de/seite"),
    Sample("/fulda/de/formular"),
    Sample("/fulda/de/formular", refused=True),
    Sample("/fulda/ar/seite"),
    Sample("/fulda/ar/formular", refused=True),
    Sample("/fulda/desk/"),
    Sample("/fulda/en/nichts"),
    Sample("/fulda/de/kaputt"),
]
REFUSED = Sample("/fulda/de/formular", refused=True)


def visit(page: Page, site: str, sample: Sample) -> None:
    page.goto(site + sample.path)
    if sample.refused:
        page.click("main form button")
        page.wait_for_selector("#error-summary")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_stands_in_the_way_of_anybody(page: Page, site: str, complaints: list[str], scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    for sample in PAGES:
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            visit(page, site, sample)
            assert (sample, width, violations(page), complaints) == (sample, width, [], [])


def test_every_page_fits_a_small_phone_and_every_target_a_thumb(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    for sample in PAGES:
        visit(page, site, sample)
        width = page.evaluate("document.documentElement.scrollWidth")
        small = page.evaluate(
            """() => [...document.querySelectorAll("a, button, select, input:not([type=hidden])")]
              .filter(element => !element.matches(".skip"))
              .map(element => [element.outerHTML.slice(0, 90), element.getBoundingClientRect().height])
              .filter(([_, height]) => height < 32)"""
        )
        assert (sample, width, small) == (sample, 320, [])


def test_a_refused_form_puts_the_focus_on_the_summary_and_its_links_lead_to_the_fields(page: Page, site: str) -> None:
    visit(page, site, REFUSED)
    focus = [page.evaluate("document.activeElement.id")]
    for link in range(3):
        page.locator("#error-summary a").nth(link).click()
        focus.append(page.evaluate("document.activeElement.id"))
    assert focus == ["error-summary", "id_topic_0", "id_time_0_0", "id_name"]


def test_the_first_stop_of_the_keyboard_leads_past_the_header(page: Page, site: str) -> None:
    page.goto(f"{site}/fulda/de/formular")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_time_is_chosen_by_arrow_keys_and_says_its_day(page: Page, site: str) -> None:
    page.goto(f"{site}/fulda/de/formular")
    page.focus("#id_time_0_0")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == "id_time_0_1"
    assert page.get_by_role("group", name="Montag, 14. Dezember 2026").get_by_role("radio", name="09:15").is_checked()


def test_right_to_left_pages_mirror_arrows_and_keep_times_as_they_are(page: Page, site: str) -> None:
    page.goto(f"{site}/fulda/ar/seite")
    arrow = page.locator(".kern-icon--arrow-back").evaluate("element => getComputedStyle(element).transform")
    line = page.locator(".appointment-date bdi").evaluate("element => [element.textContent, element.dir]")
    assert (arrow, line) == ("matrix(-1, 0, 0, 1, 0, 0)", ["Mo 14.12.2026, 08:30", "ltr"])


def test_without_script_the_form_still_answers(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    visit(page, site, REFUSED)
    assert page.title().startswith("Fehler: ")
    context.close()


def test_the_first_page_is_light_and_asks_nobody_else(page: Page, site: str) -> None:
    loaded: dict[str, int] = {}

    def weigh(response: Any) -> None:
        body = response.body()
        is_text = response.headers.get("content-type", "").startswith(("text/", "image/svg"))
        loaded[response.url.removeprefix(site)] = len(gzip.compress(body)) if is_text else len(body)

    page.on("response", weigh)
    page.goto(f"{site}/fulda/de/formular", wait_until="networkidle")
    assert [url for url in loaded if not url.startswith("/")] == []
    assert sum(loaded.values()) <= FIRST_PAGE_LIMIT, loaded
    assert loaded["/fulda/de/formular"] <= HTML_LIMIT


def test_the_printed_page_shows_the_appointment_and_no_buttons(page: Page, site: str) -> None:
    page.goto(f"{site}/fulda/de/seite")
    page.emulate_media(media="print")
    visible = {
        name: page.locator(name).first.is_visible() for name in (".appointment-card", ".help", "nav", ".kern-btn")
    }
    assert visible == {".appointment-card": True, ".help": True, "nav": False, ".kern-btn": False}
