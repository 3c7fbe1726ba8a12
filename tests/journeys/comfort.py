# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a page is like for people who see or read otherwise: enlarged, with air between lines, dark, on paper."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import Page, ViewportSize

from tests.journeys.conftest import PHONE
from tests.journeys.inspection import AXE

TEXT_SPACING: Final = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-block-end: 2em !important; }
"""
"""WCAG 2.2, 1.4.12."""
ENLARGED: Final = ((640, ""), (1280, "html { font-size: 200% !important; }"), (390, TEXT_SPACING))
"""A screen of 1280 at 200 % is one of 640; text alone at 200 %; and the spacing."""
PAPER: Final = 718
"""CSS pixels across a sheet of A4 between its margins."""
WIDER: Final = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CUT_OFF: Final = """
[...document.querySelectorAll("main *, header *")].filter((one) => {
  const style = getComputedStyle(one);
  const isCut = style.overflow === "hidden" || style.overflowY === "hidden";
  const isForEyes = one.clientHeight > 2 && !one.matches(".kern-sr-only, .kern-sr-only *");
  return isForEyes && isCut && (one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1);
}).map((one) => one.outerHTML.slice(0, 80))
"""
_WEARS: Final = (
    "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); document.adoptedStyleSheets = [sheet]; }"
)
_CONTRAST: Final = (
    "axe.run(document, {runOnly: ['color-contrast']}).then(found =>"
    " found.violations.flatMap(rule => rule.nodes.map(node => `${node.target}: ${node.failureSummary.slice(0, 120)}`)))"
)
_BORDERLESS: Final = """
[...document.querySelectorAll("main .kern-btn, main input:not([type=hidden])")].filter((one) => {
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  return box.width && style.appearance === "none" && parseFloat(style.borderTopWidth) === 0
    && parseFloat(style.outlineWidth) === 0 && style.textDecorationLine === "none" && !one.querySelector(".kern-label");
}).map((one) => one.outerHTML.slice(0, 100))
"""
_NO_USE_ON_PAPER: Final = (
    "[...document.querySelectorAll('.kern-btn, .no-print')].filter(one => one.getClientRects().length)"
    ".map(one => one.outerHTML.slice(0, 80))"
)


def cut_off(page: Page) -> list[str]:
    """What does not fit any more when it is enlarged or has air around it."""
    found: list[str] = []
    for width, change in ENLARGED:
        page.set_viewport_size(ViewportSize(width=width, height=800))
        page.evaluate(_WEARS, change)
        if page.evaluate(WIDER):
            found.append(f"{page.url} at {width} {change[:20]}: wider than the screen")
        found += [f"{page.url} at {width} {change[:20]}: cut off: {one}" for one in page.evaluate(CUT_OFF)]
    page.evaluate(_WEARS, "")
    page.set_viewport_size(PHONE)
    return found


def faint_in_the_dark(page: Page) -> list[str]:
    with _seen(page, lambda: page.emulate_media(color_scheme="dark")):
        if page.evaluate("typeof axe") == "undefined":
            page.evaluate(AXE.read_text(encoding="utf-8"))
        return [f"{page.url} in the dark: {one}" for one in page.evaluate(_CONTRAST)]


def lost_in_colours_of_ones_own(page: Page) -> list[str]:
    """Choices and buttons whose edges cannot be seen."""
    with _seen(page, lambda: page.emulate_media(forced_colors="active")):
        return [f"{page.url} in forced colours: {one}" for one in page.evaluate(_BORDERLESS)]


def of_no_use_on_paper(page: Page) -> list[str]:
    with _seen(page, lambda: page.emulate_media(media="print")):
        page.set_viewport_size(ViewportSize(width=PAPER, height=1000))
        found = [f"{page.url} on paper: {one}" for one in page.evaluate(_NO_USE_ON_PAPER)]
        if page.evaluate(WIDER):
            found.append(f"{page.url} on paper: wider than the sheet")
        if not page.locator("h1").is_visible():
            found.append(f"{page.url} on paper: says nothing")
        page.set_viewport_size(PHONE)
        return found


def discomforts(page: Page) -> list[str]:
    """All of that on the page as it stands."""
    page.wait_for_load_state()
    return [
        *cut_off(page),
        *faint_in_the_dark(page),
        *lost_in_colours_of_ones_own(page),
        *of_no_use_on_paper(page),
    ]


@contextmanager
def _seen(page: Page, otherwise: Callable[[], None]) -> Iterator[None]:
    otherwise()
    yield
    page.emulate_media(color_scheme="light", forced_colors="none", media="screen")
