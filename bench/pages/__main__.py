# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`make bench-pages`: what the customers' pages weigh, how soon people see them, and whether everybody can use them.

Against a whole portal with demo data, as `make run` starts it, by a real browser: a booking in every language that is
shown, with axe on every page at three widths; the weight of each page on the wire; the first view on slow 3G with a
slow processor; and Lighthouse. RUNNING_PORTAL=.data/run takes a portal that runs already, LANGUAGES="de ar" some alone.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import django
from playwright.sync_api import Browser, sync_playwright

from bench.common.report import heading, last_line, machine, table
from bench.pages import lighthouse
from bench.pages.weight import Seen, on_slow_3g
from jobcenter_portal.embedded import assets, chromium
from jobcenter_portal.embedded.bootstrap import ROOT, SetupError, say
from jobcenter_portal.embedded.places import Places

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jobcenter_portal.settings.test")
django.setup()  # the languages that are shown are read as the portal reads them

from tests.journeys.conftest import FLAGS, PHONE  # noqa: E402
from tests.journeys.corners import Corners  # noqa: E402
from tests.journeys.effort import book_counting  # noqa: E402
from tests.journeys.inspection import Inspector  # noqa: E402
from tests.journeys.places import JOBCENTERS, each_language_once  # noqa: E402
from tests.journeys.portal import Portal, portal_at, running_portal  # noqa: E402
from tests.journeys.scales import FIRST_PAGE_KB, NEXT_PAGE_KB, Scales  # noqa: E402
from tests.journeys.staging import set_stage  # noqa: E402
from tests.journeys.steps import Visit, words_of  # noqa: E402
from tests.journeys.walking import walk  # noqa: E402

GOALS = {
    "first_page_kb": FIRST_PAGE_KB,
    "max_next_page_kb": NEXT_PAGE_KB,
    "lcp_slow3g_s": 2.5,
    "cls": 0.02,
    "axe_violations": 0,
    "lighthouse_accessibility": 100,
    "lighthouse_performance": 95,
    "screens": 4,
    "inputs": 6,
}
AT_LEAST = ("lighthouse_accessibility", "lighthouse_performance")
AUDITED = ("", "buchen/", "mein-termin/", "barrierefreiheit/")
SLOW = ("", "buchen/")


@dataclass
class Found:
    """What the walks came by."""

    first: dict[str, float] = field(default_factory=dict)
    following: dict[str, float] = field(default_factory=dict)
    slow: dict[str, Seen] = field(default_factory=dict)
    audits: dict[str, lighthouse.Scores] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    pages: int = 0
    languages: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Effort:
    """What one booking asks of a person: screens from the concern to the last button, things to choose or type."""

    screens: int
    inputs: int
    seconds: float


def main() -> None:
    browser_path = chromium.find_or_install(Places.of("bench-pages", os.environ))
    assets.build()
    lighthouse.install()
    found = Found()
    with _portal() as portal, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        for jobcenter, language in _visited():
            say(f"      {jobcenter}, {language}")
            _weigh(portal, browser, jobcenter, language, found)
            _inspect(portal, browser, jobcenter, language, found)
        for language in sorted({language for _jobcenter, language in _visited()}):
            say(f"      rare pages, {language}")
            _inspect_corners(portal, browser, language, found)
        effort = _effort(portal, browser)
        for jobcenter, language in _visited():
            for path in SLOW if language == "de" else ("",):
                address = f"{portal.url}{jobcenter}/{language}/{path}"
                found.slow[address] = on_slow_3g(browser, address)
        browser.close()
        for path in AUDITED:
            address = f"{portal.url}fulda/de/{path}"
            found.audits[address] = lighthouse.audit(address, browser_path)
    _report(found, effort)


def _visited() -> list[tuple[str, str]]:
    chosen = os.environ.get("LANGUAGES", "").split()
    return [
        (jobcenter, language) for jobcenter, language in each_language_once() if language in (chosen or (language,))
    ]


@contextmanager
def _portal() -> Iterator[Portal]:
    if os.environ.get("RUNNING_PORTAL"):
        yield portal_at(ROOT / os.environ["RUNNING_PORTAL"])
        return
    data = ROOT / ".data" / "bench-pages"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True, mode=0o700)
    with running_portal(data) as started:
        yield started


def _weigh(portal: Portal, browser: Browser, jobcenter: str, language: str, found: Found) -> None:
    """The start page with nothing in the cache, then each further page of a booking."""
    page = browser.new_context(viewport=PHONE).new_page()
    visit, scales = Visit(portal, page, jobcenter, language, words_of(language)), Scales(page)
    visit.open()
    page.wait_for_load_state("networkidle")
    first = page.url
    visit.begin()
    visit.answer_questions()
    visit.choose_a_far_time()
    visit.leave_contact("Zoë Große")
    visit.confirm()
    page.wait_for_load_state("networkidle")
    found.first[first] = scales.pages.pop(first)
    found.following |= scales.pages
    found.foreign += scales.foreign
    page.context.close()


def _inspect(portal: Portal, browser: Browser, jobcenter: str, language: str, found: Found) -> None:
    with _inspector(browser, found) as inspector:
        walk(Visit(portal, inspector.page, jobcenter, language, words_of(language)), inspector.look)
    found.languages.add(language)


def _inspect_corners(portal: Portal, browser: Browser, language: str, found: Found) -> None:
    with _inspector(browser, found) as inspector:
        Corners(set_stage(portal), inspector.page, language, portal.database, inspector.look).walk()


@contextmanager
def _inspector(browser: Browser, found: Found) -> Iterator[Inspector]:
    inspector = Inspector(browser.new_context(viewport=PHONE).new_page())
    yield inspector
    found.pages += len(inspector.sources)
    found.violations += inspector.all_found()
    found.foreign += inspector.scales.foreign
    inspector.page.context.close()


def _effort(portal: Portal, browser: Browser) -> Effort:
    """A booking with reminders by e-mail at each Jobcenter, whose person knows what they want; the largest of them."""
    found = []
    for jobcenter in JOBCENTERS:
        page = browser.new_context(viewport=PHONE).new_page()
        began = time.monotonic()
        counted = book_counting(Visit(portal, page, jobcenter, "de", words_of("de")))
        found.append(Effort(len(counted.screens), len(counted.inputs), time.monotonic() - began))
        page.context.close()
    return Effort(
        screens=max(one.screens for one in found),
        inputs=max(one.inputs for one in found),
        seconds=max(one.seconds for one in found),
    )


def _report(found: Found, effort: Effort) -> None:
    figures = {
        "first_page_kb": round(max(found.first.values()), 1),
        "max_next_page_kb": round(max(found.following.values()), 1),
        "lcp_slow3g_s": round(max(seen.lcp_s for seen in found.slow.values()), 2),
        "cls": round(max(seen.cls for seen in found.slow.values()), 4),
        "axe_violations": len(found.violations),
        "lighthouse_accessibility": min(each.accessibility for each in found.audits.values()),
        "lighthouse_performance": min(each.performance for each in found.audits.values()),
        "screens": effort.screens,
        "inputs": effort.inputs,
    }
    heading("Pages")
    table(["figure", "goal", "measured"], [[name, goal, figures[name]] for name, goal in GOALS.items()])
    _show("heaviest first pages, KB", {page: f"{each:.1f}" for page, each in _worst(found.first)})
    _show("heaviest further pages, KB", {page: f"{each:.1f}" for page, each in _worst(found.following)})
    slowest = sorted(found.slow.items(), key=lambda item: -item[1].lcp_s)[:4]
    _show("slowest first views", {page: f"{seen.lcp_s:.2f} s, shift {seen.cls:.4f}" for page, seen in slowest})
    audits = found.audits.items()
    _show(
        "Lighthouse", {page: f"{one.accessibility}, {one.performance} {' '.join(one.failed)}" for page, one in audits}
    )
    for line in [*found.violations[:20], *found.foreign[:20]]:
        say(line)
    more = {
        "pages": found.pages,
        "languages": len(found.languages),
        "third_party_requests": len(found.foreign),
        "booking_s": round(effort.seconds, 1),
    }
    missed = [name for name, goal in GOALS.items() if _is_missed(name, figures[name], goal)]
    say(f"\n{'missed: ' + ', '.join(missed) if missed else 'all goals reached'}")
    last_line({"bench": "pages", **machine(), **figures, **more})


def _is_missed(name: str, value: float, goal: float) -> bool:
    return value < goal if name in AT_LEAST else value > goal


def _worst(weights: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(weights.items(), key=lambda item: -item[1])[:4]


def _show(title: str, lines: dict[str, str]) -> None:
    heading(title)
    table(["page", ""], [[page.partition("//")[2].partition("/")[2] or "/", line] for page, line in lines.items()])


if __name__ == "__main__":
    try:
        main()
    except SetupError as error:
        sys.exit(f"\n{error}")
