# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The steps of journeys in the words of the people who take them. Buttons and fields are found by what they say."""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache
from typing import Final

from babel.messages.catalog import Catalog
from playwright.sync_api import Page, expect

from jobcenter_portal.web.catalogues import read
from jobcenter_portal.web.coverage import LOCALE_FOLDER
from jobcenter_portal.web.languages import language_by_code
from tests.journeys.portal import Portal

GERMAN_CODE: Final = "de"
_MOST_QUESTIONS: Final = 4
_EMERGENCIES: Final = ("notlage", "notfall")
_CODE: Final = re.compile(r"\b(?:[2-9A-Z]{4}-){4}[2-9A-Z]\b")
_MOMENT: Final = re.compile(r"(?:Mo|Di|Mi|Do|Fr|Sa|So) \d\d\.\d\d\.\d{4}, \d\d:\d\d")


@dataclass(frozen=True, slots=True)
class Words:
    """What a page says in one language, on buttons above all."""

    book: str
    on: str
    confirm: str
    booked: str
    move: str
    move_yes: str
    cancel: str
    cancel_yes: str
    cancelled: str
    undo: str
    later: str
    ask: str
    send: str
    withdraw: str
    withdraw_yes: str


GERMAN: Final = Words(
    book="Termin buchen",
    on="Weiter",
    confirm="Verbindlich buchen",
    booked="Ihr Termin",
    move="Verschieben",
    move_yes="Ja, Termin verschieben",
    cancel="Absagen",
    cancel_yes="Ja, Termin absagen",
    cancelled="Sie haben diesen Termin abgesagt.",
    undo="Absage rückgängig machen",
    later="Spätere Tage",
    ask="Termin anfragen",
    send="Anfrage senden",
    withdraw="Anfrage zurückziehen",
    withdraw_yes="Ja, Anfrage zurückziehen",
)


@cache
def words_of(language: str) -> Words:
    """The same in another language, from its catalogue: the steps of a journey are those of the German one.

    Raises KeyError for a sentence that the catalogue does not have: then the German above is no longer on the page.
    """
    if language == GERMAN_CODE:
        return GERMAN
    catalogue = read(LOCALE_FOLDER, language_by_code(language))
    return Words(**{each.name: _said(catalogue, getattr(GERMAN, each.name)) for each in fields(Words)})


def _said(catalogue: Catalog, german: str) -> str:
    message = catalogue.get(german)
    if message is None:
        raise KeyError(german)
    return str(message.string)


def says(page: Page, what: str | re.Pattern[str]) -> None:
    """To eyes: what stands there hidden until a script shows it does not count."""
    expect(page.get_by_role("main")).to_contain_text(what, use_inner_text=True)


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
        """A button or a link that looks like one; what it leads to is there as a whole afterwards."""
        button = self.page.get_by_role("button", name=name, exact=exact)
        link = self.page.get_by_role("link", name=name, exact=exact)
        button.or_(link).first.click()
        self.page.wait_for_load_state()

    def sees(self, what: str | re.Pattern[str]) -> None:
        says(self.page, what)

    def choose_the_first(self) -> None:
        self.page.get_by_role("radio").first.check()
        self.press(self.words.on)

    def begin(self, letters: str = "") -> None:
        """From the start page; with the letters of one's own caseworker where everybody has one."""
        self.open()
        book, ask = (self.page.get_by_role("link", name=name, exact=True) for name in (self.words.book, self.words.ask))
        book.or_(ask).first.click()
        self.page.wait_for_load_state()
        self.choose_a_concern(letters)

    def choose_a_concern(self, letters: str = "") -> None:
        """The first that is booked ahead: an emergency is for today, and cannot be moved."""
        ahead = ", ".join(f"[value='{service}']" for service in _EMERGENCIES)
        self.page.locator(f"input[name=service]:not({ahead})").first.check()
        if letters:
            self.page.locator("input[name=letters]").fill(letters)
        self.say_where_they_live()
        self.press(self.words.on)

    def say_where_they_live(self) -> None:
        """Where it matters, it is asked beside the concern."""
        towns = self.page.locator("select[name=town]")
        if towns.count():
            towns.select_option(index=1)

    def choose_service_and_place(self, service: str) -> None:
        """Service by its address, so that two visits can meet at the same one; the first place if there are several."""
        self.open()
        self.press(self.words.book)
        expect(self.page.get_by_role("radio").first).to_be_visible()
        self.page.locator(f"input[type=radio][value='{service}']").check()
        self.say_where_they_live()
        self.press(self.words.on)
        self.answer_questions()

    def answer_questions(self, look: Callable[[], None] = lambda: None) -> None:
        """What is still open between concern and times; of who begins on the first screen, mostly nothing."""
        for _question in range(_MOST_QUESTIONS):
            if self.page.locator("input[name=time]").count():
                return
            look()
            if self.page.locator("input[name=town]").count():
                self.page.locator("main details summary").click()
                self.page.locator("main details").get_by_role("link").first.click()
                self.page.wait_for_load_state()
            else:
                self.choose_the_first()

    def choose_a_far_time(self) -> None:
        """The last time some pages on: a week ahead on whatever day this runs, so that reminders are to come."""
        later = self.page.get_by_role("link", name=self.words.later)
        for _ in range(3):
            if later.count():
                later.first.click()
                self.page.wait_for_load_state()
        self.page.get_by_role("radio").last.check()
        self.press(self.words.on)

    def leave_contact(self, name: str, *, email: str = "", phone: str = "") -> None:
        """Type name and addresses, and say by which of them to be reminded: by what was given, or not at all."""
        remind = {(True, True): "both", (True, False): "email", (False, True): "sms", (False, False): "none"}
        self.page.locator("input[name=name]").fill(name)
        if self.page.locator("input[name=remind]").count():
            self.page.locator(f"input[name=remind][value={remind[bool(email), bool(phone)]}]").check()
        if email:
            self.page.locator("input[name=email]").fill(email)
        if phone:
            self.page.locator("input[name=mobile]").fill(phone)
        self.press(self.words.on)
        if self.page.locator("input[autocomplete=one-time-code]").count():
            self.prove(email)

    def prove(self, email: str) -> None:
        """Where a Jobcenter wants to know that its messages arrive: type the code that has come by e-mail.

        It stands beside the summary; the button that books judges it.
        """
        (mail,) = self.portal.wait_for("the code", lambda: self.portal.mails_to(email)[:1])
        code = re.search(r"\b\d{6}\b", mail.text.replace("\u00a0", "")) or re.search(r"\d{3}[ \u00a0]\d{3}", mail.text)
        assert code, mail.text
        self.page.locator("input[autocomplete=one-time-code]").fill(code[0])

    def confirm(self) -> str:
        """Book, and return the key in the address of the appointment's page."""
        self.page.locator("main form button[type=submit]:not([name])").first.click()
        self.page.wait_for_url(re.compile(r"/t/[^/]+/"))
        return self.key()

    def key(self) -> str:
        found = re.search(r"/t/([^/]+)/", self.page.url)
        assert found
        return found[1]

    def code(self) -> str:
        """As it stands on the page, to be written down."""
        self.sees(_CODE)
        found = _CODE.search(self.page.inner_text("main"))
        assert found, self.page.inner_text("main")
        return found[0]

    def find_by_code(self, code: str) -> None:
        """Days later, at another computer: nothing is left but the code on a piece of paper."""
        self.page.context.clear_cookies()
        self.open("mein-termin/")
        self.page.locator("input[name=code]").fill(code.lower().replace("-", " "))
        self.page.locator("main form:has(input[name=code]) button").first.click()
        self.page.wait_for_url(re.compile(r"/t/[^/]+/$"))

    def move_nearer(self) -> None:
        """To the last time of the next days: the very first may be too near to be cancelled a moment later."""
        self.press(self.words.move)
        self.page.get_by_role("radio").last.check()
        self.press(self.words.on)
        self.press(self.words.move_yes)
        self.page.wait_for_url(re.compile(r"/t/[^/]+/$"))

    def call_off(self) -> None:
        self.press(self.words.cancel)
        self.press(self.words.cancel_yes)
        self.sees(self.words.cancelled)

    def starts_at(self) -> str:
        """The invariant line of the page, e.g. `Mi 25.11.2026, 10:00`."""
        self.sees(_MOMENT)
        found = _MOMENT.search(self.page.inner_text("main"))
        assert found, self.page.inner_text("main")
        return found[0]
