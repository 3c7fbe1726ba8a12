# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Times cannot be hoarded: one for each browser, so many for each network, and work before each under attack."""

import base64
import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from altcha import Challenge, Payload, solve_challenge
from django.http import HttpResponse
from django.test import Client
from time_machine import Traveller

from appointments import way_in
from appointments.models import Hold
from appointments.web.times import slot_value
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter, Puzzle, Tally, TenantSettings
from tests.appointments.factories import Office, make_calendar
from tests.appointments.web.visitor import Visitor, buttons_of, heading_of, text_of, values_of

TUESDAY_NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
TIMES = "buchen/beratung/haus/"
WAIT = "Gleich geht es weiter"


@pytest.fixture
def attacked(office: Office) -> None:
    TenantSettings.objects.update(puzzle=Puzzle.ALWAYS)


def somebody(network: str = "192.0.2.1") -> Visitor:
    """With a browser of their own."""
    return Visitor("/fulda/de/", Client(REMOTE_ADDR=network))


def solution_in(response: HttpResponse) -> str:
    """What the script would send, computed from what stands on the page."""
    found = re.search(r'data-puzzle="([^"]*)"', response.content.decode())
    assert found, text_of(response)
    challenge = Challenge.from_dict(json.loads(unescape(found[1])))
    solution = solve_challenge(challenge)
    assert solution is not None
    return Payload(challenge, solution).to_base64()


def wanted(starts_at: datetime = TUESDAY_NINE) -> dict[str, str]:
    return {"time": slot_value(starts_at)}


def ticket_in(response: HttpResponse) -> dict[str, str]:
    return {"ticket": values_of(response, "ticket")[0]}


def test_in_quiet_times_nobody_notices_anything(visitor: Visitor) -> None:
    page = visitor.get(TIMES).content.decode()
    assert ("data-puzzle" in page, "puzzle.js" in page) == (False, False)
    assert visitor.chooses(TUESDAY_NINE).status_code == 303


@pytest.mark.usefixtures("attacked")
def test_under_attack_a_machine_that_has_worked_gets_its_time(visitor: Visitor) -> None:
    solved = solution_in(visitor.get(TIMES))
    answer = visitor.post(TIMES, **wanted(), altcha=solved)
    assert (answer.status_code, Hold.objects.count()) == (303, 1)


@pytest.mark.usefixtures("attacked")
def test_under_attack_whoever_sends_no_work_gets_a_page_that_goes_on_and_no_time(visitor: Visitor) -> None:
    page = visitor.chooses(TUESDAY_NINE)
    assert (page.status_code, heading_of(page), Hold.objects.count()) == (429, WAIT, 0)
    assert buttons_of(page)[0] == "Weiter"
    assert values_of(page, "time") == [slot_value(TUESDAY_NINE)]
    assert "0661 0000-0" in text_of(page)
    assert visitor.post(TIMES, **wanted(), altcha=solution_in(page)).status_code == 303


@pytest.mark.usefixtures("attacked")
def test_without_script_waiting_twenty_seconds_opens_the_door(visitor: Visitor, clock: Traveller) -> None:
    page = visitor.chooses(TUESDAY_NINE)
    assert "Bitte warten Sie 20 Sekunden." in text_of(page)
    clock.shift(timedelta(seconds=13))
    early = visitor.post(TIMES, **wanted(), **ticket_in(page))
    assert (early.status_code, "Bitte warten Sie noch 7 Sekunden." in text_of(early)) == (429, True)
    assert ticket_in(early) == ticket_in(page)
    clock.shift(timedelta(seconds=7))
    assert visitor.post(TIMES, **wanted(), **ticket_in(early)).status_code == 303


@pytest.mark.usefixtures("attacked")
def test_a_solution_and_a_ticket_open_the_door_once(clock: Traveller) -> None:
    page = somebody().get(TIMES)
    solved, ticket = {"altcha": solution_in(page)}, ticket_in(somebody().chooses(TUESDAY_NINE))
    clock.shift(timedelta(seconds=20))
    answers = [somebody().post(TIMES, **wanted(), **ticket).status_code for _again in range(2)]
    later = wanted(TUESDAY_NINE + timedelta(hours=1))
    answers += [somebody().post(TIMES, **later, **solved).status_code for _again in range(2)]
    assert answers == [303, 429, 303, 429]


@pytest.mark.usefixtures("attacked")
def test_the_same_solution_spelled_otherwise_is_the_same(visitor: Visitor) -> None:
    solved = solution_in(visitor.get(TIMES))
    said = json.loads(base64.b64decode(solved))
    said["solution"]["time"] = 1
    otherwise = base64.b64encode(json.dumps(said, indent=1).encode()).decode()
    answers = [visitor.post(TIMES, **wanted(), altcha=text).status_code for text in (solved, otherwise)]
    assert answers == [303, 429]


@pytest.mark.usefixtures("attacked")
def test_old_work_foreign_work_and_nonsense_open_nothing(
    visitor: Visitor, wiesbaden: Jobcenter, second_office: Office, clock: Traveller
) -> None:
    with tenant_context(wiesbaden):
        TenantSettings.objects.update(puzzle=Puzzle.ALWAYS)
    there = Visitor("/wiesbaden/de/")
    foreign = {"altcha": solution_in(there.get(TIMES))}
    foreign_ticket = ticket_in(there.chooses(TUESDAY_NINE))
    old = {"altcha": solution_in(visitor.get(TIMES))}
    tampered = {"altcha": old["altcha"][:-8] + "AAAAAAA="}
    clock.shift(timedelta(minutes=5))
    attempts = [foreign, foreign_ticket, tampered, {"altcha": "x"}, {"altcha": "9" * 9000}, {"ticket": "a:b:c"}]
    answers = [visitor.post(TIMES, **wanted(), **attempt).status_code for attempt in attempts]
    clock.shift(timedelta(minutes=16))
    answers.append(visitor.post(TIMES, **wanted(), **old).status_code)
    assert (answers, Hold.objects.count()) == ([429] * 7, 0)


@pytest.mark.usefixtures("attacked")
def test_of_one_network_each_further_ticket_ripens_later_and_others_wait_no_longer() -> None:
    def seconds(network: str) -> int:
        found = re.search(r"Bitte warten Sie (\d+) Sekunden", text_of(somebody(network).chooses(TUESDAY_NINE)))
        return int(found[1]) if found else 0

    assert [seconds("192.0.2.1") for _one in range(16)] == [20 * place for place in range(1, 16)] + [0]
    assert seconds("192.0.2.2") == 20


@pytest.mark.usefixtures("attacked")
def test_a_time_that_goes_while_somebody_waits_is_answered_with_the_nearest(visitor: Visitor, clock: Traveller) -> None:
    page = visitor.chooses(TUESDAY_NINE)
    other = somebody()
    other.post(TIMES, **wanted(), altcha=solution_in(page))
    clock.shift(timedelta(seconds=20))
    answer = visitor.post(TIMES, **wanted(), **ticket_in(page))
    assert (answer.status_code, heading_of(answer)) == (409, "Diese Zeit ist gerade vergeben worden")


def test_a_browser_keeps_one_time_however_many_it_asks_for(visitor: Visitor) -> None:
    for number in range(4):
        visitor.holds(TUESDAY_NINE + timedelta(minutes=30) * number)
    assert Hold.objects.count() == 1


def test_a_network_keeps_so_many_times_then_works_then_gets_no_more(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(way_in, "UNQUESTIONED", 3)
    monkeypatch.setattr(way_in, "MOST_OF_A_NETWORK", 5)
    half_hours = [TUESDAY_NINE + timedelta(minutes=30) * number for number in range(-2, 5)]
    answers: list[Any] = []
    for starts_at in half_hours:
        page = somebody().chooses(starts_at)
        if page.status_code == 429 and heading_of(page) == WAIT:
            answers.append("works")
            page = somebody().post(TIMES, **wanted(starts_at), altcha=solution_in(page))
        answers.append(page.status_code)
    assert answers == [303, 303, 303, "works", 303, "works", 303, 429, 429]
    assert "sehr viele Termine gebucht" in text_of(page)
    assert somebody("198.51.100.9").chooses(half_hours[-1]).status_code == 303  # others are not disturbed


def test_times_that_ran_out_are_no_longer_counted(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(way_in, "UNQUESTIONED", 1)
    somebody().holds(TUESDAY_NINE)
    later = TUESDAY_NINE + timedelta(hours=1)
    assert somebody().chooses(later).status_code == 429
    Hold.objects.update(expires_at=datetime(2026, 11, 22, tzinfo=UTC))
    assert somebody().chooses(later).status_code == 303


def test_two_jobcenters_see_two_different_networks(
    visitor: Visitor, second_office: Office, wiesbaden: Jobcenter
) -> None:
    visitor.holds(TUESDAY_NINE)
    Visitor("/wiesbaden/de/").holds(TUESDAY_NINE)
    with tenant_context(wiesbaden):
        there = bytes(Hold.objects.get().network)
    assert bytes(Hold.objects.get().network) != there


def test_unusually_many_times_switch_the_work_on_and_quiet_switches_it_off(
    office: Office, clock: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobcenter_portal.tenancy.unusual.NEVER_UNUSUAL", 3)
    make_calendar(office.jobcenter, office.location, office.service, name="Zimmer 2")
    answers = [somebody(f"192.0.2.{one}").chooses(TUESDAY_NINE + timedelta(minutes=30) * one) for one in range(6)]
    assert [answer.status_code for answer in answers] == [303] * 4 + [429] * 2
    assert Tally.objects.get(what="holds").is_unusual
    clock.shift(timedelta(minutes=41))
    assert somebody("192.0.2.77").chooses(TUESDAY_NINE + timedelta(minutes=30)).status_code == 303


def test_an_office_that_says_never_is_left_in_peace(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    TenantSettings.objects.update(puzzle=Puzzle.NEVER)
    monkeypatch.setattr("jobcenter_portal.tenancy.unusual.NEVER_UNUSUAL", 0)
    answers = [somebody().chooses(TUESDAY_NINE + timedelta(minutes=30) * one).status_code for one in range(3)]
    assert answers == [303] * 3
