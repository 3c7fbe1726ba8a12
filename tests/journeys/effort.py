# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What one booking asks of a person, counted in the browser; used by the tests and by bench-pages."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from playwright.sync_api import Locator, Page

from tests.journeys.places import LETTERS
from tests.journeys.steps import Visit

MOST_SCREENS, MOST_INPUTS = 4, 6
_MISSED: Final = 8
"""More screens than any booking can have: the walk is lost."""
_AHEAD: Final = "input[name=service]:not([value='notlage'], [value='notfall'])"


@dataclass(slots=True)
class Effort:
    screens: list[str] = field(default_factory=list)
    inputs: list[str] = field(default_factory=list)

    @property
    def is_small(self) -> bool:
        return len(self.screens) <= MOST_SCREENS and len(self.inputs) <= MOST_INPUTS


def book_counting(visit: Visit, look: Callable[[], None] = lambda: None) -> Effort:
    """A booking with reminders by e-mail, whose person knows what they want; `look` at each screen as it comes."""
    page, effort = visit.page, Effort()
    email = f"zoe-{secrets.token_hex(4)}@post.example"
    visit.open("buchen/")
    while "/t/" not in page.url:
        effort.screens.append(page.locator("h1").inner_text())
        assert len(effort.screens) < _MISSED, effort
        look()
        effort.inputs += _fill_in(visit, email)
        page.locator("main form button[type=submit]:not([name])").first.click()
        page.wait_for_load_state()
    return effort


def _fill_in(visit: Visit, email: str) -> list[str]:
    """What this screen asks for and shows: chosen, picked or typed, and named."""
    page = visit.page
    answers: dict[str, tuple[Locator, Callable[[Locator], object]]] = {
        "service": (page.locator(_AHEAD).first, Locator.check),
        "letters": (page.locator("input[name=letters]"), lambda one: one.fill(LETTERS)),
        "town": (page.locator("select[name=town]"), lambda one: one.select_option(index=1)),
        "time": (page.locator("input[name=time]").last, Locator.check),
        "name": (page.locator("input[name=name]:not([type=hidden])"), lambda one: one.fill("Zoë Große")),
        "remind": (page.locator("input[name=remind][value=email]"), Locator.check),
        "email": (page.locator("input[name=email]:not([type=hidden])"), lambda one: one.fill(email)),
        "code": (page.locator("input[autocomplete=one-time-code]"), lambda _one: visit.prove(email)),
    }
    filled = []
    for name, (found, fill) in answers.items():
        if found.count() and found.is_visible():
            fill(found)
            filled.append(name)
    return filled


def first_time_ends_at(page: Page) -> float:
    """How far down the page the first free time reaches, in CSS pixels."""
    box = page.locator("input[name=time]").first.locator("xpath=..").bounding_box()
    assert box is not None
    return box["y"] + box["height"]
