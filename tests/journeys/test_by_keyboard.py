# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Everything a person does with an appointment, by the keyboard alone: no step of these journeys touches a pointer.

At every stop of the Tab key the focus is in sight and can be seen.
"""

import re
from dataclasses import dataclass
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.portal import Portal
from tests.journeys.steps import GERMAN, Visit

TENANTS: Final = ("fulda", "stadt-offenbach")
MOST_STOPS: Final = 90
SEEN: Final = """
() => {
  const one = document.activeElement;
  const box = one.getBoundingClientRect(), style = getComputedStyle(one);
  const around = getComputedStyle(one.closest("label, .kern-form-check, summary, li") ?? one);
  const isMarked = [style, around].some((each) =>
    (each.outlineStyle !== "none" && parseFloat(each.outlineWidth) > 0) || each.boxShadow !== "none");
  return one !== document.body && box.width > 0 && box.height > 0 && isMarked;
}
"""


@dataclass(frozen=True, slots=True)
class Keyboard:
    page: Page

    def tab_to(self, script: str, what: str) -> None:
        """On by Tab until the focused element is the one; every stop on the way can be seen."""
        for _stop in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("document.activeElement === document.body"):
                continue  # the end of the page; the next one begins at the top
            stop = self.page.evaluate("document.activeElement.outerHTML.slice(0, 120)")
            assert (self.page.evaluate(SEEN), stop) == (True, stop)
            if self.page.evaluate(f"(() => {{ const one = document.activeElement; return {script}; }})()"):
                return
        raise AssertionError(f"{what} cannot be reached by the keyboard on {self.page.url}")

    def press(self, text: str) -> None:
        """A button or a link."""
        self.tab_to(f"one.innerText?.trim() === {text!r}", text)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def choose(self, name: str, value: str = "") -> None:
        """A radio button: the first of its group, or one further down by the arrow keys."""
        self.tab_to(f"one.name === {name!r} && one.type === 'radio'", name)
        self.page.keyboard.press("Space")
        while value and self.page.evaluate("document.activeElement.value") != value:
            self.page.keyboard.press("ArrowDown")

    def type(self, name: str, text: str) -> None:
        self.tab_to(f"one.name === {name!r}", name)
        self.page.keyboard.type(text)


def books(keyboard: Keyboard, visit: Visit) -> None:
    visit.open("buchen/")
    keyboard.choose("service", value=_ahead(keyboard.page))
    keyboard.press(GERMAN.on)
    while "halt/" not in keyboard.page.url:  # questions of this Jobcenter, and at last the times
        keyboard.choose(str(keyboard.page.get_by_role("radio").first.get_attribute("name")))
        keyboard.press(GERMAN.on)
    keyboard.type("name", "Nur Tastatur")
    keyboard.choose("remind", value="none")
    keyboard.press(GERMAN.on)
    keyboard.press(GERMAN.confirm)
    keyboard.page.wait_for_url(re.compile(r"/t/[^/]+/"))


def _ahead(page: Page) -> str:
    """The first concern that is no emergency: it can be moved."""
    ahead = page.locator("input[name=service]:not([value=notlage], [value=notfall])").first
    return str(ahead.get_attribute("value"))


@pytest.mark.parametrize("jobcenter", TENANTS)
def test_somebody_books_finds_moves_cancels_and_takes_it_back(portal: Portal, page: Page, jobcenter: str) -> None:
    visit, keyboard = Visit(portal, page, jobcenter, "de", GERMAN), Keyboard(page)
    books(keyboard, visit)
    time, code = visit.starts_at(), visit.code()

    page.context.clear_cookies()
    visit.open("mein-termin/")
    keyboard.type("code", code)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/t/[^/]+/$"))

    keyboard.press(GERMAN.move)
    keyboard.choose("time")
    keyboard.press(GERMAN.on)
    keyboard.press(GERMAN.move_yes)
    expect(page.get_by_role("main")).to_contain_text("Ihr Termin ist verschoben.")
    assert visit.starts_at() != time

    keyboard.press(GERMAN.cancel)
    keyboard.press(GERMAN.cancel_yes)
    expect(page.get_by_role("main")).to_contain_text(GERMAN.cancelled)
    keyboard.press(GERMAN.undo)
    expect(page.get_by_role("main")).not_to_contain_text(GERMAN.cancelled)


@pytest.mark.parametrize("jobcenter", TENANTS)
def test_the_first_stop_leaps_to_the_content(portal: Portal, page: Page, jobcenter: str) -> None:
    Visit(portal, page, jobcenter, "de", GERMAN).open("buchen/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("href", "#main")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("jobcenter", TENANTS)
def test_after_a_mistake_the_focus_is_on_what_is_wrong_and_each_line_leads_to_its_field(
    portal: Portal, page: Page, jobcenter: str
) -> None:
    visit, keyboard = Visit(portal, page, jobcenter, "de", GERMAN), Keyboard(page)
    visit.begin()
    visit.answer_questions()
    visit.choose_a_far_time()
    keyboard.press(GERMAN.on)  # nothing was filled in
    expect(page.locator(":focus")).to_have_attribute("id", "error-summary")
    for name in ("name", "remind"):
        page.locator("#error-summary").focus()
        keyboard.tab_to("one.closest('#error-summary') !== null", "the first line")
        if name == "remind":
            keyboard.tab_to("one.closest('#error-summary') !== null", "the second line")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.name") == name
