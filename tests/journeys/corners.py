# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A look at every page that people come by rarely, in one language: the scenes of the stage, refusals, what went wrong.

Scenes are opened by their addresses and not by a way of clicks: they cost no booking, and they are the same in each
language.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import psycopg
from playwright.sync_api import Page, expect

from tests.journeys.staging import Stage

PRIMARY: Final = "main form button.kern-btn--primary"
WITH_NOTHING: Final = (
    "code for a new address",
    "held with a code",
    "wait for a seat",
    "wait for a time",
    "group",
    "letters",
)
"""Forms that are sent once without anything in them."""
_WORKS_FOR_EVER: Final = "window.Worker = class { addEventListener() {} postMessage() {} }"
_NOBODYS_CODE: Final = "2" * 17
_MORE_THAN_ANYBODY_MAY: Final = 130
_DRAFTS: Final = """
SELECT h.draft_sealed, h.id FROM appointments_hold h JOIN tenancy_jobcenter j ON j.id = h.tenant_id WHERE j.slug = %s"""
_SPOIL: Final = """
UPDATE appointments_hold SET draft_sealed = 'spoilt'
 WHERE draft_sealed IS NOT NULL AND tenant_id = (SELECT id FROM tenancy_jobcenter WHERE slug = %s)"""
REFUSED: Final = {"lost time": 409, "lost seat": 409, "no such page": 404, "wrong method": 405, "hold run out": 410}
"""Scenes that are answered with another status than 200."""


class SceneMissing(AssertionError):
    """An address of the stage, or a step on its pages, did not answer as it has to."""


@dataclass(frozen=True, slots=True)
class Corners:
    """One person who sees everything that can happen, in one language."""

    stage: Stage
    page: Page
    language: str
    database: str
    look: Callable[[], None]

    def walk(self) -> None:
        for scene in self.stage.paths:
            self._open(scene)
            self.look()
            if scene in WITH_NOTHING:
                self._sends_nothing()
        self._tells_no_lateness_that_is_none()
        self._switches_reminders_off_and_on()
        self._wants_what_others_took()
        self._has_to_wait_under_attack()
        self._left_a_page_open_over_night()
        self._tries_codes_too_often()
        self._meets_a_busy_portal()
        self._meets_a_mistake_of_ours()

    def _open(self, scene: str) -> None:
        answer = self.page.goto(self.stage.address(scene, self.language))
        if answer is None or answer.status != REFUSED.get(scene, 200):
            raise SceneMissing(f"{scene}: {answer and answer.status} {self.page.url}")

    def _sends_nothing(self) -> None:
        self.page.locator(PRIMARY).first.click()
        expect(self.page.get_by_role("alert").first).to_be_visible()
        self.look()

    def _tells_no_lateness_that_is_none(self) -> None:
        self._open("coming later")
        self._sends_with("main form button[name=minutes]", "45", 422)

    def _switches_reminders_off_and_on(self) -> None:
        self._open("reminders")
        for _press in range(2):
            self.page.locator("main form button").first.click()
            self.look()

    def _wants_what_others_took(self) -> None:
        for scene, field, value in (("times", "time", "taken time"), ("group", "session", "full date")):
            self._open(scene)
            radio = self.page.locator(f"input[name={field}]").first
            radio.check()
            radio.evaluate("(one, value) => { one.value = value }", self.stage.values[value])
            self._press(self.page.locator(PRIMARY).first.click, 409)

    def _has_to_wait_under_attack(self) -> None:
        """With a machine that works for ever: with a real one the page goes on within a second."""
        self.page.add_init_script(_WORKS_FOR_EVER)
        self._open("under attack")
        self.page.locator("input[name=time]").first.check()
        for _too_early in range(2):
            self._press(self.page.locator(PRIMARY).first.click, 429)

    def _left_a_page_open_over_night(self) -> None:
        self._open("feedback")
        self.page.context.clear_cookies()
        self._press(self.page.locator(PRIMARY).first.click, 403)

    def _tries_codes_too_often(self) -> None:
        nobodys = f"{self.stage.address('start', self.language)}t/{_NOBODYS_CODE}/"
        for _guess in range(_MORE_THAN_ANYBODY_MAY):
            if self.page.request.get(nobodys).status == HTTPStatus.TOO_MANY_REQUESTS:
                break
        answer = self.page.goto(nobodys)
        if answer is None or answer.status != HTTPStatus.TOO_MANY_REQUESTS:
            raise SceneMissing(f"too many codes: {answer and answer.status}")
        self.look()

    def _meets_a_mistake_of_ours(self) -> None:
        """A draft that cannot be opened. Fetched beside the page: a browser would call it an error, and rightly."""
        address = self.stage.address("held", self.language)
        with self._spoilt_drafts():
            answer = self.page.request.get(address)
        if answer.status != HTTPStatus.INTERNAL_SERVER_ERROR:
            raise SceneMissing(f"a mistake of ours: {answer.status}")
        self.page.set_content(answer.text())
        self.look()

    def _meets_a_busy_portal(self) -> None:
        self._open("held")
        with self._locked_holds():
            self._press(self.page.locator(PRIMARY).first.click, 503)

    def _sends_with(self, button: str, value: str, status: int) -> None:
        one = self.page.locator(button).first
        one.evaluate("(one, value) => { one.value = value }", value)
        self._press(one.click, status)

    def _press(self, click: Callable[[], None], status: int) -> None:
        with self.page.expect_navigation() as loading:
            click()
        if loading.value.status != status:
            raise SceneMissing(f"{loading.value.status} in place of {status}: {self.page.url}")
        self.look()

    @contextmanager
    def _locked_holds(self) -> Iterator[None]:
        """Somebody else's transaction has the rows of this stage and does not let them go."""
        with psycopg.connect(self.database) as other:
            other.execute(
                "SELECT 1 FROM appointments_hold h JOIN tenancy_jobcenter j ON j.id = h.tenant_id"
                " WHERE j.slug = %s FOR UPDATE OF h",
                [self.stage.values["house"]],
            )
            yield
            other.rollback()

    @contextmanager
    def _spoilt_drafts(self) -> Iterator[None]:
        """What people have typed on this stage lies there as if with a key that nobody has; then as before."""
        house = [self.stage.values["house"]]
        with psycopg.connect(self.database, autocommit=True) as other:
            drafts = other.execute(_DRAFTS, house).fetchall()
            other.execute(_SPOIL, house)
            yield
            with other.cursor() as cursor:
                cursor.executemany("UPDATE appointments_hold SET draft_sealed = %s WHERE id = %s", drafts)
