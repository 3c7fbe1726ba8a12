# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`make bench-availability`: how long a search for free times takes, against what it cannot be faster than.

In one run, by turns: the portal's own `find_slots` under row-level security for 10, 30 and 100 calendars, 14 and 60
days, near-empty, half and 95 % full; a bare index-only scan of the same rows; the same site alone in a database; the
page over HTTP; and django-appointment 3.12 on the same server with the same site. Every answer is compared with the one
that set arithmetic in SQL gives, so that a fast wrong one fails. SCALE=small takes a minute, the whole country builds
its data first.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

from bench.common import django_first  # noqa: F401 -- before everything that imports models
from bench.common.report import heading, last_line, machine, ms, ratio, table
from bench.common.server import Server, measuring_server
from bench.common.timing import Times, measure, settle
from bench.national import build
from bench.national.floor import Floor, NotAFloor, floor_of
from bench.national.oracle import free_times
from bench.national.plan import HORIZON_DAYS, MEMBERS_PER_SITE, SCALES, SIZES, Fill, Office, probe
from bench.national.search import Search, forget, search_at
from bench.over_http import OverHttp, PageBroken, compare
from jobcenter_portal.embedded.bootstrap import SetupError, say
from jobcenter_portal.embedded.database import APP

DAYS = (14, 60)
FILLS = (Fill.NEAR_EMPTY, Fill.HALF, Fill.FULL)
ROUNDS = {10: 150, 30: 100, 100: 60}
GOALS = {10: 4.0, 30: 6.0, 100: 8.0}
COLD_ROUNDS = 25
GROWTH_GOAL = 1.2
ORDINARY = ((10, Fill.NEAR_EMPTY), (12, Fill.HALF), (11, Fill.FULL))
"""An ordinary Jobcenter of each fill."""
FIRST_FREE_ROUNDS = 100


class WrongAnswer(RuntimeError):
    """The search and the set arithmetic differ: there is nothing to measure."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One site, one window."""

    office: Office
    days: int
    select_1: Times
    scan: Times
    rows: int
    engine: Times
    cold_ratio: float
    """To the floor, when everything that the portal keeps between searches is thrown away before each."""
    alone: Times | None
    """The same search where the site is alone in its database."""
    slots: int
    queries: int

    @property
    def size(self) -> int:
        return len(self.office.sites[0].calendar_ids)

    @property
    def floor_ratio(self) -> float:
        return self.engine.p50 / self.scan.p50

    @property
    def growth(self) -> float | None:
        return None if self.alone is None else self.engine.p50 / self.alone.p50


def main() -> None:
    scale = SCALES.get(os.environ.get("SCALE", "national"))
    if scale is None:
        raise SetupError(f"SCALE is one of {', '.join(SCALES)}.")
    with measuring_server() as server:
        country = build.national(server, scale)
        lonely = {size: build.alone(server, scale, probe(size, Fill.HALF)) for size in SIZES}
        cells = _engine(server, country, lonely)
        first = _first_free(server, country)
        http = compare(server, scale, country)
        figures = {"bench": "availability", "scale": scale.name, **machine(), **_summary(cells)}
        last_line({**figures, **first, **_http_summary(http)})


def _engine(server: Server, country: str, lonely: dict[int, str]) -> list[Cell]:
    heading("Slot search, engine (p50/p95 in ms; floor is a bare index-only scan of the same rows)")
    cells = []
    for size in SIZES:
        for fill in FILLS:
            for days in DAYS:
                alone = lonely[size] if fill is Fill.HALF else None
                cells.append(_cell(server, country, alone, probe(size, fill), days))
    _show(cells)
    return cells


def _first_free(server: Server, country: str) -> dict[str, object]:
    """The first free time at each of the three sites of an ordinary Jobcenter, thirty calendars in one query."""
    heading("First free time at every site (3 sites, 30 calendars)")
    rows, worst = [], 0.0
    for office in (Office(number, f"jobcenter-{number}", fill, MEMBERS_PER_SITE) for number, fill in ORDINARY):
        with search_at(server.url(country, APP), office, HORIZON_DAYS) as search:
            answer = search.first_free()
            for number, site in enumerate(office.sites):
                expected = free_times(server.url(country), office, HORIZON_DAYS + 1, number)
                if answer.get(site.location_id) != min(expected, default=None):
                    raise WrongAnswer(f"{office.slug}, {site.slug}: {answer.get(site.location_id)} is not the first")
            settle()
            times = measure({"first": search.first_free}, FIRST_FREE_ROUNDS)["first"]
            queries = search.queries(search.first_free)
        rows.append([office.fill.title, ms(times.p50), ms(times.p95), queries])
        worst = max(worst, times.p50)
    table(["fill", "p50 ms", "p95 ms", "queries"], rows)
    return {"first_free_ms": round(worst, 2)}


def _cell(server: Server, country: str, alone: str | None, office: Office, days: int) -> Cell:
    url = server.url(country, APP)
    with search_at(url, office, days) as search, floor_of(url, office, days) as floor:
        slots = _compare(search, server.url(country), office)
        _need_floor(floor, server, country)
        things = {"select": floor.select_1, "scan": floor.scan, "engine": search.slots}
        size = len(office.sites[0].calendar_ids)
        if alone is None:
            settle()
            times = measure(things, ROUNDS[size])
        else:
            with search_at(server.url(alone, APP), office, days) as by_itself:
                _compare(by_itself, server.url(alone), office)
                settle()
                times = measure({**things, "alone": by_itself.slots}, ROUNDS[size])
        cold = measure({"scan": floor.scan, "engine": search.slots}, COLD_ROUNDS, before=forget)
        return Cell(
            office=office,
            days=days,
            select_1=times["select"],
            scan=times["scan"],
            rows=floor.scan(),
            engine=times["engine"],
            cold_ratio=cold["engine"].p50 / cold["scan"].p50,
            alone=times.get("alone"),
            slots=slots,
            queries=search.queries(search.slots),
        )


def _need_floor(floor: Floor, server: Server, country: str) -> None:
    """What was written since the last vacuum makes the scan look into the table; once more, and it has to be bare."""
    try:
        floor.check()
    except NotAFloor:
        build.vacuum(server, country)
        floor.check()


def _compare(search: Search, superuser_url: str, office: Office) -> int:
    """How many times there are. Raises WrongAnswer when the two ways do not agree on times and calendars."""
    ours, theirs = search.answer(), free_times(superuser_url, office, search.days)
    if ours != theirs:
        missing, extra = sorted(theirs.keys() - ours.keys()), sorted(ours.keys() - theirs.keys())
        other = [start for start in ours.keys() & theirs.keys() if ours[start] != theirs[start]]
        raise WrongAnswer(
            f"{office.slug}, {search.days} days: {len(ours)} starts against {len(theirs)}; missing {missing[:3]}, "
            f"not free {extra[:3]}, other calendars at {sorted(other)[:3]}"
        )
    return len(ours)


def _http_summary(http: OverHttp) -> dict[str, object]:
    page = next(page for page in http.pages if page.name.startswith("page"))
    return {
        "peer_speedup_http": round(http.speedup),
        "peer_query_ratio": round(http.query_ratio),
        "peer_ms": round(http.peer_ms),
        "peer_queries": http.peer_statements,
        "http_p50_ms": round(http.chosen.times.p50, 2),
        "http_p95_ms": round(http.chosen.times.p95, 2),
        "http_queries": http.chosen.statements,
        "page_p50_ms": round(page.times.p50, 2),
        "page_p95_ms": round(page.times.p95, 2),
    }


def _show(cells: list[Cell]) -> None:
    table(
        [
            "calendars, fill, days",
            "rows",
            "times",
            "SELECT 1",
            "floor",
            "search",
            "to floor",
            "cold",
            "alone",
            "growth",
            "queries",
        ],
        [
            [
                f"{cell.size} {cell.office.fill.title} {cell.days}",
                f"{cell.rows:,}",
                f"{cell.slots:,}",
                ms(cell.select_1.p50),
                f"{ms(cell.scan.p50)}/{ms(cell.scan.p95)}",
                f"{ms(cell.engine.p50)}/{ms(cell.engine.p95)}",
                ratio(cell.floor_ratio),
                ratio(cell.cold_ratio),
                ms(cell.alone.p50) if cell.alone else "",
                ratio(cell.growth) if cell.growth else "",
                cell.queries,
            ]
            for cell in cells
        ],
    )


def _summary(cells: list[Cell]) -> dict[str, object]:
    worst = {size: max(cell.floor_ratio for cell in cells if cell.size == size) for size in SIZES}
    growth = max(cell.growth for cell in cells if cell.growth is not None)
    say("")
    for size in SIZES:
        verdict = "reached" if worst[size] <= GOALS[size] else "MISSED"
        say(f"goal {ratio(GOALS[size])} of the floor at {size} calendars: {ratio(worst[size])}, {verdict}")
    verdict = "reached" if growth <= GROWTH_GOAL else "MISSED"
    say(f"goal {ratio(GROWTH_GOAL)} of the same site alone in a database: {ratio(growth)}, {verdict}")
    return {
        **{f"floor_ratio_{size}": round(value, 2) for size, value in worst.items()},
        **{f"cold_ratio_{size}": round(max(c.cold_ratio for c in cells if c.size == size), 2) for size in SIZES},
        "growth_ratio": round(growth, 2),
        "queries": max(cell.queries for cell in cells),
    }


if __name__ == "__main__":
    try:
        main()
    except (SetupError, WrongAnswer, NotAFloor, PageBroken) as error:
        sys.exit(f"\n{error}")
