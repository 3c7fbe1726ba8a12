# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The peer as its visitors meet it: its own page asks for one member of staff and one day at a time."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bench.common.portal import Client, gunicorn, running
from bench.common.server import Server
from bench.common.set_clock import CLOCK
from bench.common.wire import COUNT
from bench.national.plan import HORIZON_DAYS, MAX_PER_DAY, NOW, ZONE, Office
from bench.peer import environment
from bench.peer.export import exported
from jobcenter_portal.embedded.bootstrap import ROOT, SetupError, say
from jobcenter_portal.embedded.environment import plain
from jobcenter_portal.embedded.ports import free_port
from jobcenter_portal.embedded.processes import Program, Stage

DATABASE = "bench_peer"
_AJAX = {"X-Requested-With": "XMLHttpRequest"}


@dataclass(frozen=True, slots=True)
class Peer:
    """A running peer with one site in it."""

    port: int
    service: int
    staff: Mapping[int, int]
    """Its id of each of our calendars."""
    appointments: int


@dataclass(frozen=True, slots=True)
class Round:
    """One whole question, free times of everybody over the horizon, in as many requests as its page needs."""

    ms: float
    requests: int
    statements: int
    """0 where nobody counted."""
    free: Mapping[int, frozenset[datetime]]
    """By our calendar."""


@contextmanager
def peer_with(server: Server, country: str, office: Office) -> Iterator[Peer]:
    """The peer on a database of its own on the same server, with this site's staff, hours and appointments."""
    python = environment.python(server.places)
    server.drop(DATABASE)
    server.create(DATABASE)
    port = free_port()
    told = plain() | {
        "PEER_DATABASE_URL": server.url(DATABASE),
        "DJANGO_SETTINGS_MODULE": "bench.peer.settings",
        CLOCK: NOW.isoformat(),
    }
    site = exported(server.url(country), office)
    filled = subprocess.run(  # noqa: S603 -- our own module
        [python, "-m", "bench.peer.fill"],
        check=False,
        input=json.dumps(site.as_json()),
        capture_output=True,
        text=True,
        env=told,
        cwd=ROOT,
    )
    if filled.returncode != 0:
        raise SetupError(f"The peer could not be filled:\n{filled.stderr[-2000:]}")
    known = json.loads(filled.stdout.splitlines()[-1])  # it logs to the same place
    staff = dict(zip(office.sites[0].calendar_ids, known["staff"], strict=True))
    command = (str(python), *gunicorn("bench.peer.wsgi:application", port))
    with running(server, Program("peer", command, told, Stage.PORTAL, ROOT), port, "/"):
        yield Peer(port, known["service"], staff, known["appointments"])


def ask_everything(peer: Peer, *, counted: bool = False) -> Round:
    """Free times of all staff on all their working days of the horizon, as its page would ask for them one by one."""
    client = Client(peer.port)
    headers = _AJAX | ({COUNT: "1"} if counted else {})
    free: dict[int, frozenset[datetime]] = {}
    requests = statements = 0
    began = time.perf_counter()
    for calendar_id, staff_id in peer.staff.items():
        starts: set[datetime] = set()
        for day in _days():
            path = f"/ajax/available_slots/?selected_date={day}&staff_member={staff_id}&service_id={peer.service}"
            answer = client.get(path, headers)
            requests += 1
            statements += int(answer.headers.get(COUNT, 0))
            starts.update(_starts(answer.body))
        free[calendar_id] = frozenset(starts)
    ms = (time.perf_counter() - began) * 1e3
    client.close()
    return Round(ms, requests, statements, free)


def differences(peer: Round, ours: Mapping[datetime, tuple[int, ...]]) -> int:
    """How many (calendar, start) pairs only one of the two offers, of the calendars without a limit per day."""
    by_calendar: dict[int, set[datetime]] = {}
    for start, calendars in ours.items():
        for calendar_id in calendars:
            by_calendar.setdefault(calendar_id, set()).add(start)
    compared = [calendar_id for calendar_id in peer.free if calendar_id % 4]
    return sum(len(peer.free[one] ^ by_calendar.get(one, set())) for one in compared)


def tell(peer: Peer) -> None:
    say(f"the peer has {len(peer.staff)} staff, {peer.appointments:,} appointments; no limit of {MAX_PER_DAY} a day")


def _days() -> Iterator[date]:
    """Days on which nobody works are not asked for: its page does not offer them."""
    today = NOW.astimezone(ZoneInfo(ZONE)).date()
    for offset in range(HORIZON_DAYS):
        day = today + timedelta(days=offset)
        if day.isoweekday() < 6:
            yield day


def _starts(body: bytes) -> Iterator[datetime]:
    for start, _shown in json.loads(body).get("available_slots", []):
        yield datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(ZONE))
