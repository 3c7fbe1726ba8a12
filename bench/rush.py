# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`make bench-rush`: seven o'clock. Eight emergency times are released, and 500 people come within one second.

Over HTTP, through the pages, against the portal as `make run` serves it: two web processes of two threads. Each
person opens the page of times, takes one, and types name and confirms if it was still there; if not, takes one of
those that the page names instead, until there is none. PEOPLE makes it smaller.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from random import Random

from django.core.management import call_command

from bench.common import django_first  # noqa: F401 -- before everything that imports models
from bench.common.portal import SETTINGS, running, using
from bench.common.report import heading, last_line, machine, ms, table
from bench.common.server import Server, measuring_server
from bench.common.set_clock import CLOCK
from bench.crowd.browser import Browser, Page
from bench.crowd.house import booked_in, jobcenter_named, lane, location_of, offers, service_named
from bench.crowd.truth import Truth, truth
from jobcenter_portal.embedded.bootstrap import ROOT, SetupError, say
from jobcenter_portal.embedded.database import APP, OWNER, Databases
from jobcenter_portal.embedded.environment import Ports, plain, settings_of
from jobcenter_portal.embedded.ports import LOOPBACK, free_port
from jobcenter_portal.embedded.processes import Program, Stage
from jobcenter_portal.tenancy.context import tenant_context

DATABASE, SLUG = "bench_rush", "rush"
TIMES, ORDINARY = "/rush/de/buchen/notfall/haus/", "/rush/de/buchen/beratung/haus/"
SEVEN = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
EARLY = timedelta(seconds=20)
"""How long before seven the doors of the portal open, so that it stands when seven comes."""
EARLY_BIRDS = 12
"""People who book something ordinary before seven: no portal has served nobody until then."""
FREE = 8
GOAL_MS = 1500.0
_TRIES = 4
_TAKEN, _NONE_FREE = "Diese Zeit ist gerade vergeben worden", "Zurzeit ist kein Notfalltermin frei"


@dataclass(frozen=True, slots=True)
class Fate:
    """How it ended for one person, and everything the portal said to them."""

    outcome: str
    pages: tuple[Page, ...]


def main() -> None:
    people = int(os.environ.get("PEOPLE", "500"))
    with measuring_server() as server:
        _build(server)
        with _served(server) as port:
            _ordinary_morning(port)
            _until_seven(port)
            began = time.perf_counter()
            fates = asyncio.run(_rush(port, people))
            seconds = time.perf_counter() - began
        found = truth(server.url(DATABASE))
        booked = booked_in(server, DATABASE, SLUG) - EARLY_BIRDS
    figures = _figures(people, fates, booked)
    _show(fates, seconds, found)
    last_line({"bench": "rush", **machine(), **figures, "seconds": round(seconds, 1), "overlaps": found.overlaps})
    if not found.is_good or booked != FREE or figures["told"] != people - FREE or figures["server_errors"]:
        raise RushLost(f"{figures}, {found}")


class RushLost(RuntimeError):
    """Somebody was not told, or told wrongly, or a time was lost or given twice."""


def _build(server: Server) -> None:
    """One caseworker with eight emergency times this morning, and ordinary times for those who come too late."""
    server.drop(DATABASE)
    server.create(DATABASE)
    with using(server.url(DATABASE, OWNER)):
        call_command("migrate", verbosity=0)
        jobcenter = jobcenter_named(SLUG, emergency_release_minute=7 * 60)
        with tenant_context(jobcenter):
            location = location_of(jobcenter)
            emergency = service_named(
                jobcenter, "notfall", duration_minutes=30, grid_minutes=30, is_emergency=True, min_lead_hours=0
            )
            ordinary = service_named(jobcenter, "beratung", duration_minutes=30)
            clerk = lane(
                jobcenter, location, "Notdienst", weekdays=(2,), hours=(480, 480 + FREE * 30), is_emergency=True
            )
            adviser = lane(jobcenter, location, "Zimmer 1", weekdays=(1, 2, 3, 4, 5))
            offers(clerk, emergency)
            offers(adviser, ordinary)


@contextmanager
def _served(server: Server) -> Iterator[int]:
    """The portal like `make run` serves it, its clock a little before seven."""
    port = free_port()
    databases = Databases(server.url(DATABASE, APP), "")
    settings = settings_of(server.places, server.secrets, databases, server.redis_url, Ports(port, 1, 1))
    clock = {CLOCK: (SEVEN - EARLY).isoformat(), "DJANGO_SETTINGS_MODULE": SETTINGS}
    options = ["--workers=2", "--threads=2", "--no-control-socket", "--log-level=warning"]
    command = (sys.executable, "-m", "gunicorn", "bench.common.wsgi:application", f"--bind={LOOPBACK}:{port}", *options)
    with running(server, Program("web", command, plain() | settings | clock, Stage.PORTAL, ROOT), port, "/healthz"):
        yield port


def _ordinary_morning(port: int) -> None:
    for number in range(EARLY_BIRDS):
        outcome = asyncio.run(_tries(Browser(port), ORDINARY, f"Early bird {number}", Random(number)))
        if outcome != "booked":
            raise RushLost(f"nobody can book anything: {outcome}")


def _until_seven(port: int) -> None:
    """Somebody looks at the page again and again; until seven there is nothing."""
    waited = 0
    while not asyncio.run(Browser(port).get(TIMES)).values("time"):
        waited += 1
        time.sleep(0.2)
    say(f"Seven o'clock: the times are there (the page was empty {waited} times before).")


async def _rush(port: int, people: int) -> list[Fate]:
    dice = Random(7)
    return await asyncio.gather(*(_person(port, number, dice.random(), Random(number)) for number in range(people)))


async def _person(port: int, number: int, comes_after: float, dice: Random) -> Fate:
    await asyncio.sleep(comes_after)
    browser = Browser(port)
    try:
        outcome = await _tries(browser, TIMES, f"Person {number}", dice)
    except (OSError, TimeoutError) as error:
        outcome = type(error).__name__
    return Fate(outcome, tuple(browser.pages))


async def _tries(browser: Browser, address: str, name: str, dice: Random) -> str:
    page = await browser.get(address)
    for _ in range(_TRIES):
        offered = page.values("time")
        if not offered:
            break
        page = await browser.post(address, page, time=dice.choice(offered))
        if page.status == HTTPStatus.SEE_OTHER:
            return await _types_and_confirms(browser, page.headers["location"], name)
    if _NONE_FREE in page.html or _TAKEN in page.html:
        return "told"
    return f"not told: {page.status}"


async def _types_and_confirms(browser: Browser, address: str, name: str) -> str:
    contact = await browser.get(address)
    typed = await browser.post(address, contact, name=name, remind="none")
    check = await browser.get(typed.headers.get("location", address))
    booked = await browser.post(typed.headers.get("location", address), check)
    if booked.status != HTTPStatus.SEE_OTHER:
        return f"held and not booked: {booked.status}"
    appointment = await browser.get(booked.headers["location"])
    return "booked" if appointment.status == HTTPStatus.OK else f"booked and not shown: {appointment.status}"


def _figures(people: int, fates: list[Fate], booked: int) -> dict[str, object]:
    durations = sorted(page.ms for fate in fates for page in fate.pages)
    return {
        "people": people,
        "times": FREE,
        "booked": booked,
        "told": sum(fate.outcome == "told" for fate in fates),
        "requests": len(durations),
        "server_errors": sum(page.status >= HTTPStatus.INTERNAL_SERVER_ERROR for fate in fates for page in fate.pages),
        "p50_ms": round(durations[len(durations) // 2], 1),
        "p95_ms": round(durations[len(durations) * 95 // 100], 1),
    }


def _show(fates: list[Fate], seconds: float, found: Truth) -> None:
    heading(f"{len(fates)} people in {seconds:.1f} s")
    table(["how it ended", "people"], [[name, count] for name, count in Counter(one.outcome for one in fates).items()])
    durations = sorted(page.ms for fate in fates for page in fate.pages)
    p95 = durations[len(durations) * 95 // 100]
    say(f"\n{found}\ngoal 95 % within {ms(GOAL_MS)} ms: {ms(p95)} ms, {'reached' if p95 <= GOAL_MS else 'MISSED'}")


if __name__ == "__main__":
    try:
        main()
    except (SetupError, RushLost) as error:
        sys.exit(f"\n{error}")
