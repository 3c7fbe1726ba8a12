# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The same question as two web servers answer it: when is anybody of these ten free in the next sixty days?

The portal answers in one request, its own process in front of the whole country. The peer is asked as its own page asks
it, one member of staff and one day a request, with nothing but this site in its database.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Final

from appointments.rest.bodies import MOST_DAYS
from bench.common.portal import Answer, Client, served
from bench.common.report import heading, ms, ratio, table
from bench.common.server import Server
from bench.common.timing import Times, measure
from bench.common.wire import COUNT
from bench.national.oracle import free_times
from bench.national.plan import HORIZON_DAYS, MEASURED_DURATION, NOW, REFERENCE_DAY, Fill, Office, Scale, probe
from bench.peer.compare import ask_everything, differences, peer_with, tell
from jobcenter_portal.embedded.bootstrap import say

ROUNDS: Final = 150
PEER_ROUNDS: Final = {"small": 1, "national": 3}
SPEEDUP_GOAL, QUERY_GOAL = 200, 1_000


class PageBroken(RuntimeError):
    """An answer that is not one: there is nothing to measure."""


@dataclass(frozen=True, slots=True)
class Served:
    name: str
    requests: int
    times: Times
    statements: int
    bytes: int


@dataclass(frozen=True, slots=True)
class OverHttp:
    pages: tuple[Served, ...]
    peer_ms: float
    peer_requests: int
    peer_statements: int
    peer_differences: int

    @property
    def chosen(self) -> Served:
        """What stands against the peer: an answer with all times, where there is one."""
        return self.pages[0]

    @property
    def speedup(self) -> float:
        return self.peer_ms / self.chosen.times.p50

    @property
    def query_ratio(self) -> float:
        return self.peer_statements / self.chosen.statements


def compare(server: Server, scale: Scale, country: str) -> OverHttp:
    office = probe(10, Fill.HALF)
    heading(f"Over HTTP: 10 calendars, half full, {HORIZON_DAYS} days")
    pages = _portal(server, country, office)
    with peer_with(server, country, office) as peer:
        tell(peer)
        counted = ask_everything(peer, counted=True)
        peer_ms = statistics.median(ask_everything(peer).ms for _ in range(PEER_ROUNDS[scale.name]))
    found = differences(counted, free_times(server.url(country), office, HORIZON_DAYS))
    result = OverHttp(pages, peer_ms, counted.requests, counted.statements, found)
    _show(result)
    return result


def _portal(server: Server, country: str, office: Office) -> tuple[Served, ...]:
    site, service = office.sites[0].slug, f"anliegen-{MEASURED_DURATION}"
    interface = f"/{office.slug}/api/v1/services/{service}/slots/?location={site}"
    questions = {
        # As many days at a time as the interface tells.
        "interface, all times": [f"{interface}&from={first}&days={days}" for first, days in _windows()],
        "page for people": [f"/{office.slug}/de/buchen/{service}/{site}/"],
        "nothing (/healthz)": ["/healthz"],
    }
    with served(server, country, NOW) as port:
        client = Client(port)
        answers = {name: [_checked(client, path) for path in paths] for name, paths in questions.items()}
        _compare_with_oracle(answers["interface, all times"], server.url(country), office)
        times = measure({name: partial(_ask, client, paths) for name, paths in questions.items()}, ROUNDS)
        client.close()
    return tuple(
        Served(
            name=name,
            requests=len(of_name),
            times=times[name],
            statements=sum(int(answer.headers.get(COUNT, 0)) for answer in of_name),
            bytes=sum(len(answer.body) for answer in of_name),
        )
        for name, of_name in answers.items()
    )


def _windows() -> Iterator[tuple[date, int]]:
    first, left = REFERENCE_DAY, HORIZON_DAYS
    while left:
        days = min(left, MOST_DAYS)
        yield first, days
        first, left = first + timedelta(days=days), left - days


def _ask(client: Client, paths: Sequence[str]) -> None:
    for path in paths:
        client.get(path)


def _checked(client: Client, path: str) -> Answer:
    """Asked twice: at the first time a process still connects and prepares."""
    client.get(path)
    answer = client.get(path, {COUNT: "1"})
    if answer.status != HTTPStatus.OK:
        raise PageBroken(f"{path} was answered with {answer.status}: {answer.body[:300]!r}")
    return answer


def _compare_with_oracle(answers: Sequence[Answer], superuser_url: str, office: Office) -> None:
    told = [
        datetime.fromisoformat(slot["starts_at"])
        for answer in answers
        for location in json.loads(answer.body)["locations"]
        for slot in location["slots"]
    ]
    found = list(free_times(superuser_url, office, HORIZON_DAYS))
    if told != found:
        other = sorted(set(told) ^ set(found))
        raise PageBroken(f"the interface tells other times than set arithmetic finds, {len(other)}: {other[:3]}")


def _show(result: OverHttp) -> None:
    table(
        ["", "requests", "queries", "p50 ms", "p95 ms", "bytes"],
        [
            *(
                [page.name, page.requests, page.statements, ms(page.times.p50), ms(page.times.p95), f"{page.bytes:,}"]
                for page in result.pages
            ),
            ["django-appointment", result.peer_requests, f"{result.peer_statements:,}", ms(result.peer_ms), "", ""],
        ],
    )
    say(f"times that only one of the two offers: {result.peer_differences:,}")
    for text, value, goal in (
        ("faster", result.speedup, SPEEDUP_GOAL),
        ("fewer queries", result.query_ratio, QUERY_GOAL),
    ):
        verdict = "reached" if value >= goal else "MISSED"
        say(f"goal {goal:,} times {text} than the peer: {ratio(value)}, {verdict}")
