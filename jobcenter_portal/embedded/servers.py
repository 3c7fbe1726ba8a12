# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""One profile's database and broker: our own, or those that the person brought by DATABASE_URL and REDIS_URL."""

from __future__ import annotations

import contextlib
import fcntl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jobcenter_portal.embedded import postgres, valkey
from jobcenter_portal.embedded.bootstrap import HEARTBEAT_SECONDS, ROOT, SetupError, say
from jobcenter_portal.embedded.database import Databases, brought, brought_redis, create
from jobcenter_portal.embedded.places import Places
from jobcenter_portal.embedded.postgres import Postgres
from jobcenter_portal.embedded.processes import Supervisor, is_alive, working_folder
from jobcenter_portal.embedded.state import Secrets, State
from jobcenter_portal.embedded.valkey import Valkey

STOPPING_SECONDS = 40.0
RUNNING_SECONDS = 3.0
LEFTOVER_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Servers:
    databases: Databases | None
    """None where only a bare server was asked for (tests make their own databases)."""
    superuser_url: str
    """Empty when the database is not ours."""
    redis_url: str
    ports: dict[str, int]


def bring_up(places: Places, supervisor: Supervisor, last: State, environment: Mapping[str, str]) -> Servers:
    """Starts or adopts what was not brought, and makes database and roles where the server is ours."""
    secrets = Secrets.of(places)
    databases, redis_url = brought(environment), brought_redis(environment)
    ports: dict[str, int] = {}
    superuser_url = ""
    server = Postgres.of(places, secrets)
    if databases is None:
        port = ports[postgres.NAME] = server.run(supervisor, last.ports.get(postgres.NAME, 0))
        superuser_url = server.url(port)
        databases = create(superuser_url, port, secrets)
    if redis_url is None:
        broker = Valkey.of(places, secrets, server.identity)
        ports[valkey.NAME] = broker.run(supervisor, last)
        redis_url = broker.url(ports[valkey.NAME])
    return Servers(databases, superuser_url, redis_url, ports)


def bring_up_throwaway(places: Places, supervisor: Supervisor, last: State) -> Servers:
    """Empty servers for a test run, faster than safe; whatever the environment names is left alone."""
    secrets = Secrets.of(places)
    server = Postgres.of(places, secrets, throwaway=True)
    broker = Valkey.of(places, secrets, server.identity)
    port = server.run(supervisor, last.ports.get(postgres.NAME, 0))
    broker_port = broker.run(supervisor, last)
    ports = {postgres.NAME: port, valkey.NAME: broker_port}
    return Servers(None, server.url(port), broker.url(broker_port), ports)


@contextlib.contextmanager
def sole_launcher(places: Places) -> Iterator[State]:
    """Holds the profile's lock and gives its last state. One that is just stopping is waited for."""
    began = last_word = time.monotonic()
    with places.lock.open("a") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                last = State.of(places)
            waited = time.monotonic() - began
            if waited > (STOPPING_SECONDS if last.phase == "stopping" else RUNNING_SECONDS):
                at = f" at {last.url}" if last.url else ""
                raise SetupError(
                    f"This folder's portal runs already{at} (profile {places.profile}, process {last.pid}).\n"
                    "Stop it with Ctrl-C where it was started, or start a second one:  make run JP_PROFILE=second"
                )
            if time.monotonic() - last_word > HEARTBEAT_SECONDS:
                last_word = time.monotonic()
                say(f"      … waiting for the last start to stop (process {last.pid}), {waited:.0f} s")
            time.sleep(0.1)
        last = State.of(places)
        _wait_for_leftovers(last)
        yield last


def _wait_for_leftovers(last: State) -> None:
    """After a kill -9 of the launcher its children are told by the kernel and need a moment; they hold our ports."""
    own = {name: pid for name, pid in last.pids.items() if name not in (postgres.NAME, valkey.NAME)}
    began = last_word = time.monotonic()
    while left := [name for name, pid in own.items() if is_alive(pid) and working_folder(pid) == ROOT]:
        if time.monotonic() - began > LEFTOVER_SECONDS:
            pids = ", ".join(f"{name} ({own[name]})" for name in left)
            raise SetupError(f"Still running from an earlier start, end them first: {pids}")
        if time.monotonic() - last_word > HEARTBEAT_SECONDS:
            last_word = time.monotonic()
            say(f"      … waiting for an earlier start to end: {', '.join(left)}")
        time.sleep(0.1)
