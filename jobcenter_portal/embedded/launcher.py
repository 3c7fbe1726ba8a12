# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`make run`: from an installed .venv to a portal that answers, and back to nothing running."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from types import FrameType
from typing import NoReturn

from jobcenter_portal.embedded import assets
from jobcenter_portal.embedded.bootstrap import (
    HEARTBEAT_SECONDS,
    ROOT,
    SetupError,
    die_with_parent,
    run_with_heartbeat,
    say,
    tail,
)
from jobcenter_portal.embedded.environment import (
    IN_SUITE,
    Environments,
    Ports,
    environments,
    of_this_start,
    settings_of,
)
from jobcenter_portal.embedded.places import Places
from jobcenter_portal.embedded.ports import LOOPBACK, free_port, portal_port
from jobcenter_portal.embedded.prepare import printed_by
from jobcenter_portal.embedded.processes import Program, Stage, Supervisor
from jobcenter_portal.embedded.servers import Servers, bring_up, sole_launcher
from jobcenter_portal.embedded.state import Secrets, State

STEPS = 4
READY_SECONDS = 120.0
LOOK_SECONDS = 0.3
PYTHON = sys.executable


class Stop(BaseException):
    """Ctrl-C or SIGTERM; not an Exception, so that no handler of errors swallows it."""


def run(places: Places) -> None:
    """Starts the whole portal and keeps it running until Ctrl-C or SIGTERM. SetupError when it cannot start."""
    if IN_SUITE in os.environ:
        die_with_parent(signal.SIGTERM)
    with stopping_cleanly(), sole_launcher(places) as last:
        port, notice = portal_port(os.environ)
        if notice:
            say(notice)
        state = State(pid=os.getpid(), url=f"http://{LOOPBACK}:{port}/")
        supervisor = Supervisor(places.log)
        try:
            _start(places, supervisor, state, last, port)
            state.phase = "ready"
            _remember(state, supervisor, places)
            say(f"\nReady: {state.url}")
            while True:
                if supervisor.revive():
                    _remember(state, supervisor, places)
                time.sleep(LOOK_SECONDS)
        except Stop:
            say("\nStopping …")
        finally:
            state.phase = "stopping"
            state.write(places)
            supervisor.stop()
            state.phase, state.pids = "stopped", {}
            state.write(places)
            say("Stopped.")


@contextlib.contextmanager
def stopping_cleanly() -> Iterator[None]:
    """Turns the first SIGINT, SIGTERM or SIGHUP into Stop and ignores the rest: make and terminal send several."""

    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        for number in wanted:
            signal.signal(number, signal.SIG_IGN)
        raise Stop

    wanted = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup wants us to stay
        wanted.append(signal.SIGHUP)
    for number in wanted:
        signal.signal(number, stop)
    try:
        yield
    except Stop:
        say("Stopped.")


def _start(places: Places, supervisor: Supervisor, state: State, last: State, port: int) -> None:
    step = _steps()
    say(f"{next(step)} front end")
    assets.build()
    say(f"{next(step)} servers")
    servers = bring_up(places, supervisor, last, of_this_start())
    if servers.databases is None:
        raise SetupError("There is no database.")
    ports = Ports(port, free_port(last.ports.get("smtp", 0)), free_port(last.ports.get("sms", 0)))
    state.ports = servers.ports | {"web": ports.web, "smtp": ports.smtp, "sms": ports.sms}
    secrets = Secrets.of(places)
    settings = settings_of(places, secrets, servers.databases, servers.redis_url, ports)
    state.environment = settings | {"DATABASE_SUPERUSER_URL": _in_our_database(servers)}
    _remember(state, supervisor, places)
    say(f"      {_where(servers)}")
    surroundings = environments(settings, places, secrets, servers.databases.owner, ports)
    say(f"{next(step)} database, texts and demo data")
    logins = _prepare(places, surroundings.owner)
    say(f"{next(step)} web, worker, beat, delivery loop, mail and SMS catchers")
    for program in _programs(surroundings, ports):
        supervisor.start(program)
    _remember(state, supervisor, places)
    _wait_until_ready(port, supervisor, places)
    _greet(state, places, logins)


def _steps() -> Iterator[str]:
    for number in range(1, STEPS + 1):
        yield f"[{number}/{STEPS}]"


def _remember(state: State, supervisor: Supervisor, places: Places) -> None:
    state.pids = supervisor.pids
    state.write(places)


def _in_our_database(servers: Servers) -> str:
    """The superuser's way into the portal's database, for tests; empty when the server is not ours."""
    if not servers.superuser_url or servers.databases is None:
        return ""
    return f"{servers.superuser_url.rpartition('/')[0]}/{servers.databases.app.rpartition('/')[2]}"


def _where(servers: Servers) -> str:
    named = {"postgres": "PostgreSQL", "valkey": "Valkey"}
    return ", ".join(
        f"{title} on port {servers.ports[name]}" if name in servers.ports else f"{title} of your own"
        for name, title in named.items()
    )


def _prepare(places: Places, environment: Mapping[str, str]) -> str:
    """Migrates, compiles the texts and seeds, each only what is missing. Returns the table of demo logins."""
    log = places.log / "prepare.log"
    command = [PYTHON, "-m", "jobcenter_portal.embedded.prepare", "migrate,--database=owner,--no-input"]
    command += ["compile_texts", "seed_demo", "demo_logins"]
    if run_with_heartbeat("preparing", command, log, environment, ROOT) != 0:
        raise SetupError(f"The database could not be prepared; the whole output is in {log}:\n{tail(log, 15)}")
    return printed_by("demo_logins", log.read_text(encoding="utf-8", errors="replace"))


def _programs(surroundings: Environments, ports: Ports) -> list[Program]:
    celery = ("-m", "celery", "-A", "jobcenter_portal.celery")
    gunicorn = ("-m", "gunicorn", "jobcenter_portal.wsgi:application", "--bind", f"{LOOPBACK}:{ports.web}")
    commands: dict[str, tuple[Stage, tuple[str, ...], Mapping[str, str]]] = {
        "smtp": (Stage.CATCHER, ("-m", "jobcenter_portal.demo.catchers.smtp"), surroundings.smtp),
        "sms": (Stage.CATCHER, ("-m", "jobcenter_portal.demo.catchers.sms"), surroundings.sms),
        "web": (
            Stage.PORTAL,
            # No access log: its lines would hold the links that open appointments.
            (*gunicorn, "--workers=2", "--threads=2", "--graceful-timeout=5", "--no-control-socket"),
            surroundings.portal,
        ),
        "worker": (
            Stage.PORTAL,
            (*celery, "worker", "--loglevel=INFO", "--concurrency=2", "--without-gossip", "--without-mingle"),
            surroundings.portal,
        ),
        "beat": (
            Stage.PORTAL,
            (*celery, "beat", "--loglevel=WARNING", "--pidfile="),
            surroundings.portal,
        ),
        "deliver": (Stage.PORTAL, ("manage.py", "deliver_due", "--loop"), surroundings.portal),
    }
    return [
        Program(name, (PYTHON, *command), environment, stage, ROOT)
        for name, (stage, command, environment) in commands.items()
    ]


def _ask_readyz(port: int) -> tuple[HTTPStatus | None, str]:
    """Status and beginning of the answer; no status while nobody listens. Never through a proxy."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=10)
    try:
        connection.request("GET", "/readyz")
        response = connection.getresponse()
        return HTTPStatus(response.status), response.read(2000).decode(errors="replace")
    except (OSError, http.client.HTTPException, ValueError) as error:
        return None, f"{type(error).__name__}: {error}"
    finally:
        connection.close()


def _wait_until_ready(port: int, supervisor: Supervisor, places: Places) -> None:
    began = last_word = time.monotonic()
    answer = ""
    while time.monotonic() - began < READY_SECONDS:
        supervisor.revive()
        status, answer = _ask_readyz(port)
        if status is HTTPStatus.OK:
            return
        if time.monotonic() - last_word > HEARTBEAT_SECONDS:
            last_word = time.monotonic()
            say(f"      … starting the portal, {last_word - began:.0f} s ({answer[:120]})")
        time.sleep(LOOK_SECONDS)
    raise SetupError(f"The portal does not get ready. /readyz said: {answer}\n{tail(places.log / 'web.log')}")


def _greet(state: State, places: Places, logins: str) -> None:
    say(f"\nPortal        {state.url}\nDemo outbox   {state.url}demo/outbox/\nLogs          {places.log}")
    if logins:
        say(f"\n{logins}")
