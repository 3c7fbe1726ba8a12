# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A nervous thumb on the pages of one's own appointment: each button that does something is tapped twice.

Once with JavaScript and once without. However often somebody taps, it happens once, and they are told what it is now.
"""

import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import PHONE
from tests.journeys.portal import Portal
from tests.journeys.staging import Stage
from tests.journeys.steps import GERMAN, Visit, says
from tests.journeys.thumbs import slow_line, taps_twice

STANDS = "Ihr Termin steht fest."
PROVES_ADDRESSES = "wiesbaden"
with_and_without_script = pytest.mark.parametrize("thumb", [True, False], ids=["script", "no-script"], indirect=True)


@pytest.fixture
def thumb(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, locale="de-DE", java_script_enabled=request.param)
    yield context.new_page()
    context.close()


def books(portal: Portal, page: Page, jobcenter: str, email: str = "") -> Visit:
    visit = Visit(portal, page, jobcenter, "de", GERMAN)
    visit.begin()
    visit.answer_questions()
    visit.choose_a_far_time()
    visit.leave_contact("Zoë Große", email=email)
    visit.confirm()
    return visit


def an_address() -> str:
    return f"zoe-{secrets.token_hex(4)}@post.example"


@with_and_without_script
def test_who_cancelled_by_mistake_gets_the_appointment_back_once(portal: Portal, thumb: Page) -> None:
    # Given somebody who has cancelled an appointment
    visit = books(portal, thumb, "fulda")
    own, time, made = thumb.url, visit.starts_at(), portal.appointments_at("fulda")
    visit.call_off()

    # When they tap twice to have it back
    slow_line(thumb)
    taps_twice(thumb, GERMAN.undo)

    # Then it is the same one at the same time
    visit.sees(STANDS)
    assert (thumb.url, visit.starts_at(), portal.appointments_at("fulda")) == (own, time, made)


@with_and_without_script
def test_who_wishes_for_an_earlier_one_waits_once_and_no_longer_when_they_stop(portal: Portal, thumb: Page) -> None:
    # Given somebody with an appointment who can be written to
    visit = books(portal, thumb, "stadt-offenbach", email=an_address())
    own, time = thumb.url, visit.starts_at()
    slow_line(thumb)

    # When they tap twice for an earlier one, then they wait for it
    taps_twice(thumb, "Früheren Termin wünschen")
    visit.sees("Sie warten auf einen früheren Termin seit")

    # And when they tap twice to stop, then they can wish for one again, and have what they had
    taps_twice(thumb, "Nicht mehr warten")
    visit.sees("Möchten Sie früher kommen?")
    assert (thumb.url, visit.starts_at()) == (own, time)


@with_and_without_script
def test_who_comes_later_says_it_once_and_can_take_it_back(stage: Stage, thumb: Page) -> None:
    # Given an appointment within the next hours
    thumb.goto(stage.address("coming later", "de"))
    slow_line(thumb)

    # When somebody taps twice that they will be late, then the office knows
    taps_twice(thumb, "Etwa 20 Minuten später")
    main = thumb.get_by_role("main")
    says(thumb, "Danke. Wir wissen, dass Sie später kommen.")

    # And when they tap twice that they are in time after all, then nothing is left of it
    main.get_by_role("link", name="Ich komme später").click()
    thumb.wait_for_load_state()
    taps_twice(thumb, "Ich komme doch pünktlich")
    says(thumb, STANDS)
    assert "Sie kommen später" not in main.inner_text()


@with_and_without_script
def test_a_code_that_is_sent_twice_proves_the_new_address(portal: Portal, thumb: Page) -> None:
    # Given somebody who gives another address, and the code that came there
    visit, address = books(portal, thumb, PROVES_ADDRESSES), an_address()
    thumb.goto(f"{thumb.url}nachrichten/email/")
    thumb.locator("input[type=email]").fill(address)
    visit.press("Speichern")
    visit.prove(address)

    # When they tap twice
    slow_line(thumb)
    taps_twice(thumb, GERMAN.on)

    # Then the address is theirs, and nothing speaks of a wrong code
    visit.sees("Gespeichert.")
    visit.sees("z…@post.example")
    assert thumb.get_by_role("alert").filter(has_text="Code").count() == 0
