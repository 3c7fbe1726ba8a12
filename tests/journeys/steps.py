# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The steps of journeys in the words of the people who take them. Buttons and fields are found by what they say."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Page, expect

from tests.journeys.portal import Portal

_MOST_QUESTIONS: Final = 4


@dataclass(frozen=True, slots=True)
class Words:
    """What a page says in one language."""

    book: str
    on: str
    name: str
    email_choice: str
    sms_choice: str
    both_choice: str
    none_choice: str
    email: str
    phone: str
    confirm: str
    booked: str
    move: str
    move_yes: str
    cancel: str
    cancel_yes: str
    cancelled: str
    undo: str
    later: str


GERMAN = Words(
    book="Termin buchen",
    on="Weiter",
    name="Vor- und Nachname",
    email_choice="per E-Mail",
    sms_choice="per SMS",
    both_choice="per E-Mail und SMS",
    none_choice="gar nicht",
    email="E-Mail-Adresse",
    phone="Handynummer",
    confirm="Verbindlich buchen",
    booked="Ihr Termin",
    move="Verschieben",
    move_yes="Ja, Termin verschieben",
    cancel="Absagen",
    cancel_yes="Ja, Termin absagen",
    cancelled="abgesagt",
    undo="Absage rückgängig machen",
    later="Spätere Tage",
)
ENGLISH = Words(
    book="Book an appointment",
    on="Continue",
    name="First name and surname",
    email_choice="by email",
    sms_choice="by text message",
    both_choice="by email and text message",
    none_choice="not at all",
    email="Email address",
    phone="Mobile number",
    confirm="Book now",
    booked="Your appointment",
    move="Move",
    move_yes="Yes, move the appointment",
    cancel="Cancel",
    cancel_yes="Yes, cancel the appointment",
    cancelled="cancelled",
    undo="Undo the cancellation",
    later="Later days",
)


@dataclass(frozen=True, slots=True)
class Visit:
    """One person at one Jobcenter in one language."""

    portal: Portal
    page: Page
    jobcenter: str
    language: str
    words: Words

    def open(self, path: str = "") -> None:
        self.page.goto(f"{self.portal.url}{self.jobcenter}/{self.language}/{path}")

    def press(self, name: str, *, exact: bool = True) -> None:
        """A button or a link that looks like one."""
        button = self.page.get_by_role("button", name=name, exact=exact)
        link = self.page.get_by_role("link", name=name, exact=exact)
        button.or_(link).first.click()

    def choose_the_first(self) -> None:
        self.page.get_by_role("radio").first.check()
        self.press(self.words.on)

    def choose_service_and_place(self, service: str) -> None:
        """Service by its address, so that two visits can meet at the same one; the first place if there are several."""
        self.open()
        self.press(self.words.book)
        expect(self.page.get_by_role("radio").first).to_be_visible()
        self.page.locator(f"input[type=radio][value='{service}']").check()
        self.press(self.words.on)
        self.answer_questions()

    def answer_questions(self, look: Callable[[], None] = lambda: None) -> None:
        """What a Jobcenter has to ask between service and times: how to meet, where somebody lives, which house."""
        for _question in range(_MOST_QUESTIONS):
            if self.page.locator("input[name=time]").count():
                return
            look()
            if self.page.locator("input[name=town]").count():
                self.page.locator("details summary").click()
                self.page.locator("details").get_by_role("link").first.click()
            else:
                self.choose_the_first()

    def choose_a_far_time(self) -> None:
        """The last time some pages on: a week ahead on whatever day this runs, so that reminders are to come."""
        later = self.page.get_by_role("link", name=self.words.later)
        for _ in range(3):
            if later.count():
                later.first.click()
        self.page.get_by_role("radio").last.check()
        self.press(self.words.on)

    def leave_contact(self, name: str, *, email: str = "", phone: str = "") -> None:
        words = self.words
        choice = {
            (True, True): words.both_choice,
            (True, False): words.email_choice,
            (False, True): words.sms_choice,
            (False, False): words.none_choice,
        }[bool(email), bool(phone)]
        self.page.get_by_label(words.name).fill(name)
        exact = choice != words.none_choice  # that one has a line of explanation
        self.page.get_by_role("radio", name=choice, exact=exact).check()
        if email:
            self.page.get_by_label(words.email).fill(email)
        if phone:
            self.page.get_by_label(words.phone).fill(phone)
        self.press(words.on)

    def confirm(self) -> str:
        """Book, and return the key in the address of the appointment's page."""
        self.press(self.words.confirm)
        self.page.wait_for_url(re.compile(r"/t/[^/]+/"))
        return self.key()

    def key(self) -> str:
        found = re.search(r"/t/([^/]+)/", self.page.url)
        assert found
        return found[1]

    def starts_at(self) -> str:
        """The invariant line of the page, e.g. `Mi 25.11.2026, 10:00`."""
        found = re.search(r"(Mo|Di|Mi|Do|Fr|Sa|So) \d\d\.\d\d\.\d{4}, \d\d:\d\d", self.page.inner_text("main"))
        assert found, self.page.inner_text("main")
        return found[0]
