# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Everything a person does with an appointment, by the keyboard alone: no step of these journeys touches a pointer.

At every stop of the Tab key the focus is in sight and can be seen.
"""

import re
import secrets
from dataclasses import dataclass
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.places import BY_REQUEST
from tests.journeys.portal import Portal
from tests.journeys.steps import GERMAN, Visit

TENANTS: Final = ("fulda", "stadt-offenbach")
WITH_GROUPS: Final = "gross-gerau"
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


def books(keyboard: Keyboard, visit: Visit, email: str = "") -> None:
    visit.open("buchen/")
    keyboard.choose("service", value=_ahead(keyboard.page))
    keyboard.press(GERMAN.on)
    while "halt/" not in keyboard.page.url:  # questions of this Jobcenter, and at last the times
        keyboard.choose(str(keyboard.page.get_by_role("radio").first.get_attribute("name")))
        keyboard.press(GERMAN.on)
    leaves_contact(keyboard, email)
    keyboard.press(GERMAN.confirm if visit.jobcenter != BY_REQUEST else GERMAN.send)
    keyboard.page.wait_for_url(re.compile(r"/t/[^/]+/"))


def leaves_contact(keyboard: Keyboard, email: str = "") -> None:
    keyboard.type("name", "Nur Tastatur")
    keyboard.choose("remind", value="email" if email else "none")
    if email:
        keyboard.type("email", email)
    keyboard.press(GERMAN.on)


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
    visit.sees("Ihr Termin ist verschoben.")
    moved = visit.starts_at()
    assert moved != time

    keyboard.press(GERMAN.cancel)
    keyboard.press(GERMAN.cancel_yes)
    visit.sees(GERMAN.cancelled)
    keyboard.press(GERMAN.undo)
    visit.sees("Ihr Termin ist verschoben.")  # as before: it stands at the new time
    assert visit.starts_at() == moved


@pytest.mark.parametrize("jobcenter", TENANTS)
def test_somebody_stops_the_reminders_and_takes_their_address_back(portal: Portal, page: Page, jobcenter: str) -> None:
    # Given an appointment of which one is reminded by e-mail
    visit, keyboard = Visit(portal, page, jobcenter, "de", GERMAN), Keyboard(page)
    books(keyboard, visit, email=f"zoe-{secrets.token_hex(4)}@post.example")
    time = visit.starts_at()

    # When they switch the reminders off
    keyboard.press("Erinnerungen, Adresse oder Sprache ändern")
    keyboard.press("Nicht mehr erinnern")
    visit.sees("Gespeichert.")
    expect(page.get_by_role("button", name="Wieder erinnern")).to_be_visible()

    # And delete the address
    keyboard.press("Ändern oder löschen")
    keyboard.press("Adresse löschen")

    # Then nothing is written to them, and the appointment stands
    visit.sees("Gespeichert.")
    visit.sees("Nicht angegeben.")
    keyboard.press("Zurück")
    assert visit.starts_at() == time


def test_somebody_takes_a_seat_in_a_group_and_gives_it_back(portal: Portal, page: Page) -> None:
    # Given the dates of a group
    visit, keyboard = Visit(portal, page, WITH_GROUPS, "de", GERMAN), Keyboard(page)
    visit.open("gruppen/bewerbung-gruppe/")

    # When somebody takes a seat
    keyboard.choose("session")
    keyboard.press(GERMAN.on)
    leaves_contact(keyboard)
    keyboard.press(GERMAN.confirm)

    # Then it is theirs until they give it back
    visit.sees("Ihr Termin steht fest.")
    keyboard.press(GERMAN.cancel)
    keyboard.press(GERMAN.cancel_yes)
    visit.sees(GERMAN.cancelled)


def test_somebody_asks_for_a_time_and_withdraws_the_request(portal: Portal, page: Page) -> None:
    # Given a Jobcenter that answers requests
    visit, keyboard = Visit(portal, page, BY_REQUEST, "de", GERMAN), Keyboard(page)

    # When somebody asks for a time
    books(keyboard, visit)

    # Then it is a request until they withdraw it
    visit.sees("Ihre Anfrage ist bei uns.")
    keyboard.press(GERMAN.withdraw)
    keyboard.press(GERMAN.withdraw_yes)
    visit.sees("Sie haben diese Anfrage zurückgezogen.")


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
