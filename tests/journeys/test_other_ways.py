# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The rarer ways to an appointment: the waiting list, a group, a request that is answered otherwise, a letter, today.

Each is gone once with JavaScript and once without.
"""

import re
import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import PHONE
from tests.journeys.places import BY_REQUEST
from tests.journeys.portal import Portal
from tests.journeys.steps import GERMAN, Visit

HAS_GROUPS_AND_LETTERS = "gross-gerau"
STANDS = "Ihr Termin steht fest."
NO_HARM = "Es entsteht Ihnen kein Nachteil."


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def person(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A browser with JavaScript, and one without."""
    context = browser.new_context(viewport=PHONE, locale="de-DE", java_script_enabled=request.param)
    yield context.new_page()
    context.close()


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="de-DE")
    yield context.new_page()
    context.close()


def visit_at(portal: Portal, page: Page, jobcenter: str) -> Visit:
    return Visit(portal, page, jobcenter, "de", GERMAN)


def looks_at_times(visit: Visit) -> None:
    visit.begin()
    visit.answer_questions()
    visit.choose_a_far_time()


def a_name() -> str:
    return f"Zoë Große {secrets.token_hex(4)}"


def a_letter_box() -> str:
    """Another one each time: who has an appointment already is known by it."""
    return f"Zoë Große\nHauptstraße {1 + secrets.randbelow(9999)}\n64521 Groß-Gerau"


def an_address() -> str:
    return f"zoe-{secrets.token_hex(4)}@post.example"


def test_who_waits_for_an_earlier_appointment_is_offered_one_and_takes_it(portal: Portal, person: Page) -> None:
    # Given somebody whose appointment is late
    visit, address = visit_at(portal, person, "fulda"), an_address()
    looks_at_times(visit)
    visit.leave_contact("Zoë Große", email=address)
    visit.confirm()
    own, late = person.url, visit.starts_at()

    # When they wish for an earlier one, and one is free
    visit.press("Früheren Termin wünschen")
    visit.sees("Sie warten auf einen früheren Termin seit")
    with portal.nobody_sleeps_at("fulda"):
        portal.offer_free_times()
        offers = portal.wait_for("the offer", lambda: _links(portal, address, "angebot"))

    # Then it comes by e-mail, their own stays meanwhile, and one tap takes the other
    person.goto(offers[0])
    visit.sees("Möchten Sie diesen Termin?")
    visit.sees("Ihr Termin jetzt")
    visit.press("Ja, diesen Termin nehmen")
    assert re.search(r"/t/[^/]+/$", person.url)
    person.goto(own)
    assert _day(visit.starts_at()) < _day(late)
    visit.sees("Möchten Sie früher kommen?")  # nobody waits any more


def test_who_finds_a_group_full_waits_for_a_seat_and_stops_again(portal: Portal, person: Page) -> None:
    # Given a date of a group without a free seat
    visit = visit_at(portal, person, HAS_GROUPS_AND_LETTERS)
    visit.open("gruppen/bewerbung-gruppe/")
    visit.sees("Ausgebuchte Termine")

    # When somebody waits for one, with an address to be written to
    person.get_by_role("link", name="Auf einen Platz warten").click()
    person.locator("input[name=name]").fill("Zoë Große")
    person.locator("input[name=remind][value=email]").check()
    person.locator("input[name=email]").fill(an_address())
    visit.press("Auf die Warteliste setzen")

    # Then they are on the list, and can leave it
    visit.sees("Sie stehen auf der Warteliste.")
    visit.press("Nicht mehr warten")
    visit.sees("Sie stehen nicht mehr auf der Warteliste.")


def test_who_comes_to_a_group_has_a_seat_and_gives_it_back(portal: Portal, person: Page) -> None:
    # Given the dates of a group, found among the concerns
    visit = visit_at(portal, person, HAS_GROUPS_AND_LETTERS)
    visit.open("buchen/")
    person.locator("main summary", has_text="Weitere Anliegen").click()
    person.get_by_role("radio", name="Bewerbungstraining in der Gruppe").check()
    visit.say_where_they_live()
    visit.press(GERMAN.on)
    visit.sees("Zu diesen Terminen kommen mehrere Menschen zusammen.")
    seats = _free_seats(person)

    # When somebody takes a seat
    visit.choose_the_first()
    visit.leave_contact("Zoë Große")
    visit.sees("Bewerbungstraining in der Gruppe")
    visit.confirm()

    # Then it is theirs, and one fewer is free, until they give it back
    visit.sees(STANDS)
    own = person.url
    visit.open("gruppen/bewerbung-gruppe/")
    assert _free_seats(person) == seats - 1
    person.goto(own)
    visit.call_off()
    visit.open("gruppen/bewerbung-gruppe/")
    assert _free_seats(person) == seats


def test_who_asked_is_given_another_time_by_the_desk(portal: Portal, person: Page, desk: Page) -> None:
    # Given a request
    visit, name = visit_at(portal, person, BY_REQUEST), a_name()
    wished = _asks(visit, name)

    # When the desk has no time then, and gives another
    _opens_request(portal, desk, name)
    desk.get_by_role("link", name="Andere Zeit wählen").click()
    desk.get_by_role("radio").first.check()
    desk.get_by_role("button", name="Diese Zeit geben").click()
    expect(desk.get_by_role("heading", name="Andere Zeit")).to_have_count(0)

    # Then the appointment stands at the other time, and the page says which one it no longer is
    person.reload()
    visit.sees("Ihr Termin steht fest, zu einer anderen Zeit.")
    visit.sees(re.compile(rf"Nicht mehr: .*, {wished[-5:]}\sUhr"))
    assert visit.starts_at() != wished


def test_who_asked_in_vain_reads_why_and_that_it_does_no_harm(portal: Portal, person: Page, desk: Page) -> None:
    # Given a request
    visit, name = visit_at(portal, person, BY_REQUEST), a_name()
    _asks(visit, name)

    # When the desk declines it with a reason
    _opens_request(portal, desk, name)
    desk.get_by_role("link", name="Anfrage ablehnen").click()
    desk.get_by_role("radio").first.check()
    desk.get_by_role("button", name="Anfrage ablehnen").click()
    expect(desk.get_by_role("heading", name="ablehnen?")).to_have_count(0)

    # Then the person is told so kindly, and can ask for another
    person.reload()
    visit.sees("Diesen Termin können wir Ihnen leider nicht geben.")
    visit.sees(NO_HARM)
    expect(person.get_by_role("link", name="Neuen Termin anfragen")).to_be_visible()


def test_who_has_only_a_letter_box_is_written_to_on_paper(portal: Portal, person: Page) -> None:
    # Given somebody who has no phone and no e-mail, but an address
    visit = visit_at(portal, person, HAS_GROUPS_AND_LETTERS)
    looks_at_times(visit)
    person.locator("input[name=name]").fill("Zoë Große")
    person.locator("input[name=remind][value=letter]").check()

    # When they forget to write it down, nothing is lost; when they do, they book
    visit.press(GERMAN.on)
    expect(person.get_by_role("alert").first).to_be_visible()
    expect(person.locator("input[name=name]")).to_have_value("Zoë Große")
    person.locator("textarea[name=post]").fill(a_letter_box())
    visit.press(GERMAN.on)
    visit.sees("Sie erlauben uns, Ihnen Briefe zu diesem Termin zu schicken.")
    visit.confirm()

    # Then the page names the letter, and the settings know the town
    visit.sees("Bestätigung · Brief")
    person.goto(f"{person.url}nachrichten/")
    visit.sees("eine Adresse in 64521 Groß-Gerau")


def test_who_cannot_wait_gets_a_time_today_or_reads_what_else_helps(portal: Portal, person: Page) -> None:
    # Given an emergency
    visit = visit_at(portal, person, "bergstrasse")
    visit.open("buchen/")
    person.locator("input[name=service][value=notfall]").check()
    visit.say_where_they_live()
    visit.press(GERMAN.on)

    # When times of this day are left, then one of them is booked with a name alone
    if person.locator("input[name=time]").count():
        visit.choose_the_first()
        visit.leave_contact("Zoë Große")
        visit.confirm()
        visit.sees(STANDS)
        return

    # And when none are, then the page says when new ones come, and two ways that need none
    visit.sees("Zurzeit ist kein Notfalltermin frei.")
    visit.sees(re.compile(r"Neue Zeiten gibt es am \w+, \d+\. \w+ \d{4} ab \d\d:\d\d\sUhr\."))
    visit.sees("Können Sie nicht warten? Rufen Sie uns bitte an.")
    visit.sees("Sie können auch ohne Termin kommen, solange wir geöffnet haben.")


def _asks(visit: Visit, name: str) -> str:
    """Ask for a time, which is returned as the page says it."""
    looks_at_times(visit)
    visit.leave_contact(name)
    visit.confirm()
    visit.sees("Ihre Anfrage ist bei uns.")
    return visit.starts_at()


def _opens_request(portal: Portal, desk: Page, name: str) -> None:
    root = f"{portal.url}{BY_REQUEST}/"
    desk.goto(f"{root}anmelden/")
    desk.get_by_role("button", name=re.compile("Fachkraft|Teamleitung")).last.click()
    desk.wait_for_load_state()
    desk.goto(f"{root}desk/anfragen/")
    desk.get_by_role("link", name=name).click()


def _links(portal: Portal, address: str, path: str) -> list[str]:
    texts = " ".join(mail.text for mail in portal.mails_to(address))
    return re.findall(rf"{re.escape(portal.url)}\S+/{path}/\S+/", texts)


def _free_seats(page: Page) -> int:
    found = re.search(r"noch (\d+) Pl", page.get_by_role("main").inner_text())
    assert found
    return int(found[1])


def _day(moment: str) -> str:
    """The day of the invariant line, as it sorts."""
    day, month, year = moment[3:13].split(".")
    return f"{year}-{month}-{day}"
