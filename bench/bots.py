# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`make bench-bots`: 10,000 attempts of bots to hoard times, while 500 people want one each.

Over HTTP, through the pages, against the portal as `make run` serves it, with the door exactly as it ships. The bots
come from many networks, with a fresh browser for each attempt, and only send forms: they do no work. The people come
evenly spread among them, each from a network of their own; every tenth has no script and waits instead. Everybody is
as fast as the machine lets them be: what counts is how many attempts meet how many people. BOTS and PEOPLE make it
smaller.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from http import HTTPStatus
from ipaddress import IPv4Address
from itertools import count
from random import Random

from altcha import Challenge, Payload, solve_challenge
from django.core.management import call_command

from bench.common import django_first  # noqa: F401 -- before everything that imports models
from bench.common.portal import SETTINGS, running, using
from bench.common.report import heading, last_line, machine, ms, table
from bench.common.server import Server, measuring_server
from bench.crowd.browser import Browser, Page
from bench.crowd.house import booked_in, jobcenter_named, lane, location_of, offers, service_named
from bench.crowd.truth import Truth, truth
from jobcenter_portal.embedded.bootstrap import ROOT, SetupError, say
from jobcenter_portal.embedded.database import APP, OWNER, Databases
from jobcenter_portal.embedded.environment import Ports, plain, settings_of
from jobcenter_portal.embedded.ports import LOOPBACK, free_port
from jobcenter_portal.embedded.processes import Program, Stage
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.unusual import NEVER_UNUSUAL

DATABASE, SLUG = "bench_bots", "andrang"
TIMES = f"/{SLUG}/de/buchen/beratung/haus/"
CASEWORKERS = 8
GOAL = 0.99
MOST_FOR_BOTS = 2 * NEVER_UNUSUAL
"""What they get before the door is closed, and what two processes let through in the second after it."""
_BOTS_OF_A_NETWORK = 40
_BOTS_AT_ONCE = 6
_TRIES = 5
_PUZZLE = re.compile(r'data-puzzle="([^"]*)"')
_WAIT = re.compile(r"Bitte warten Sie (\d+) Sekunde")


@dataclass(slots=True)
class Report:
    """What became of everybody, and everything the portal said to people."""

    people: Counter[str] = field(default_factory=Counter)
    bots: Counter[int] = field(default_factory=Counter)
    pages: list[Page] = field(default_factory=list)
    worked: int = 0
    waited: int = 0


def main() -> None:
    bots, people = int(os.environ.get("BOTS", "10000")), int(os.environ.get("PEOPLE", "500"))
    report = Report()
    with measuring_server() as server:
        _build(server)
        with _served(server) as port:
            began = time.perf_counter()
            asyncio.run(_onslaught(port, bots, people, report))
            seconds = time.perf_counter() - began
        found = truth(server.url(DATABASE))
        booked = booked_in(server, DATABASE, SLUG)
    figures = _figures(bots, people, report, booked)
    _show(report, seconds, found)
    last_line({"bench": "bots", **machine(), **figures, "seconds": round(seconds, 1), "overlaps": found.overlaps})
    shut_out = booked < GOAL * people or booked != report.people["booked"]
    if shut_out or report.bots[HTTPStatus.SEE_OTHER] > MOST_FOR_BOTS or figures["server_errors"] or not found.is_good:
        raise BotsWon(f"{figures}, {found}")


class BotsWon(RuntimeError):
    """People were shut out, or bots were not."""


def _build(server: Server) -> None:
    """A large office whose times would be enough for everybody, if nobody hoarded them."""
    server.drop(DATABASE)
    server.create(DATABASE)
    with using(server.url(DATABASE, OWNER)):
        call_command("migrate", verbosity=0)
        jobcenter = jobcenter_named(SLUG)
        with tenant_context(jobcenter):
            location, service = location_of(jobcenter), service_named(jobcenter, "beratung", duration_minutes=30)
            for number in range(CASEWORKERS):
                offers(lane(jobcenter, location, f"Zimmer {number}", weekdays=(1, 2, 3, 4, 5)), service)


@contextmanager
def _served(server: Server) -> Iterator[int]:
    """The portal like `make run` serves it, behind a proxy that tells where somebody comes from."""
    port = free_port()
    databases = Databases(server.url(DATABASE, APP), "")
    settings = settings_of(server.places, server.secrets, databases, server.redis_url, Ports(port, 1, 1))
    own = {"DJANGO_SETTINGS_MODULE": SETTINGS, "CLIENT_ADDRESS_HEADER": "HTTP_X_FORWARDED_FOR"}
    options = ["--workers=2", "--threads=2", "--no-control-socket", "--log-level=warning"]
    command = (
        sys.executable,
        "-m",
        "gunicorn",
        "jobcenter_portal.wsgi:application",
        f"--bind={LOOPBACK}:{port}",
        *options,
    )
    with running(server, Program("web", command, plain() | settings | own, Stage.PORTAL, ROOT), port, "/healthz"):
        yield port


async def _onslaught(port: int, bots: int, people: int, report: Report) -> None:
    """A person comes each time so and so many bots have knocked, however fast the machine is."""
    numbers, coming = count(), []

    async def knock() -> None:
        while (number := next(numbers)) < bots:
            if number % max(bots // people, 1) == 0 and len(coming) < people:
                coming.append(asyncio.create_task(_person(port, len(coming), report)))
            await _bot(port, number, report)

    await asyncio.gather(*(knock() for _ in range(_BOTS_AT_ONCE)))
    await asyncio.gather(*coming)


async def _bot(port: int, number: int, report: Report) -> None:
    """Looks at the page like anybody, and sends its form. Its network has a few dozen like it."""
    browser = Browser(port, comes_from=str(IPv4Address("198.18.0.1") + number // _BOTS_OF_A_NETWORK))
    try:
        page = await browser.get(TIMES)
        answer = await browser.post(TIMES, page, time=Random(number).choice(page.values("time") or [""]))
    except (OSError, TimeoutError):
        report.bots[0] += 1
        return
    report.bots[answer.status] += 1


async def _person(port: int, number: int, report: Report) -> None:
    browser = Browser(port, comes_from=str(IPv4Address("10.0.0.1") + number))
    try:
        outcome = await _books(browser, number, report)
    except (OSError, TimeoutError) as error:
        outcome = type(error).__name__
    report.people[outcome] += 1
    report.pages += browser.pages


async def _books(browser: Browser, number: int, report: Report) -> str:
    page, dice = await browser.get(TIMES), Random(number)
    for _ in range(_TRIES):
        wanted = dice.choice(page.values("time"))
        page = await browser.post(TIMES, page, time=wanted)
        if page.status == HTTPStatus.TOO_MANY_REQUESTS:
            page = await _gets_in(browser, page, wanted, number, report)
        if page.status == HTTPStatus.SEE_OTHER:
            return await _types_and_confirms(browser, page.headers["location"], number)
    return f"no time: {page.status}"


async def _gets_in(browser: Browser, page: Page, wanted: str, number: int, report: Report) -> Page:
    """What the script of the page does, or somebody without script."""
    if number % 10 == 0 and (seconds := _WAIT.search(page.html)):
        report.waited += 1
        await asyncio.sleep(int(seconds[1]))
        return await browser.post(TIMES, page, time=wanted, ticket=page.values("ticket")[0])
    report.worked += 1
    found = _PUZZLE.search(page.html)
    challenge = Challenge.from_dict(json.loads(unescape(found[1] if found else "")))
    solution = await asyncio.to_thread(solve_challenge, challenge)
    return await browser.post(TIMES, page, time=wanted, altcha=Payload(challenge, solution).to_base64())


async def _types_and_confirms(browser: Browser, address: str, number: int) -> str:
    contact = await browser.get(address)
    typed = await browser.post(address, contact, name=f"Person {number}", remind="none")
    check = await browser.get(typed.headers.get("location", address))
    booked = await browser.post(typed.headers.get("location", address), check)
    return "booked" if booked.status == HTTPStatus.SEE_OTHER else f"held and not booked: {booked.status}"


def _figures(bots: int, people: int, report: Report, booked: int) -> dict[str, object]:
    durations = sorted(page.ms for page in report.pages)
    return {
        "bots": bots,
        "bots_got": report.bots[HTTPStatus.SEE_OTHER],
        "people": people,
        "people_booked": booked,
        "people_ratio": round(booked / people, 4),
        "worked": report.worked,
        "waited": report.waited,
        "server_errors": sum(page.status >= HTTPStatus.INTERNAL_SERVER_ERROR for page in report.pages)
        + sum(number for status, number in report.bots.items() if status >= HTTPStatus.INTERNAL_SERVER_ERROR),
        "p50_ms": round(durations[len(durations) // 2], 1),
        "p95_ms": round(durations[len(durations) * 95 // 100], 1),
    }


def _show(report: Report, seconds: float, found: Truth) -> None:
    heading(f"Bots against people, {seconds:.0f} s")
    table(["how it ended for people", "people"], [[name, number] for name, number in report.people.most_common()])
    table(["what bots were answered", "attempts"], [[name, number] for name, number in report.bots.most_common()])
    slow = sorted(page.ms for page in report.pages)
    say(f"\n{found}\npeople waited {ms(slow[len(slow) * 95 // 100])} ms for 95 % of their pages")


if __name__ == "__main__":
    try:
        main()
    except (SetupError, BotsWon) as error:
        sys.exit(f"\n{error}")
