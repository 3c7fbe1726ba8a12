# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The portal on a benchmark's database: inside this process, and as the web server that people would reach."""

from __future__ import annotations

import contextlib
import http.client
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from bench.common.doors import database_settings
from bench.common.server import Server
from bench.common.set_clock import CLOCK
from jobcenter_portal.embedded.bootstrap import ROOT, SetupError, tail
from jobcenter_portal.embedded.database import APP, Databases
from jobcenter_portal.embedded.environment import Ports, plain, settings_of
from jobcenter_portal.embedded.ports import LOOPBACK, free_port
from jobcenter_portal.embedded.processes import Program, Running, Stage

SETTINGS = "bench.common.settings"
READY_SECONDS = 60.0


@contextlib.contextmanager
def connected(url: str) -> Iterator[BaseDatabaseWrapper]:
    """A connection of the portal's own database backend that stays open; `through` works on it."""
    wrapper = connections.create_connection("default")
    wrapper.settings_dict = {**wrapper.settings_dict, **database_settings(url)}
    try:
        yield wrapper
    finally:
        wrapper.close()


@contextlib.contextmanager
def through(wrapper: BaseDatabaseWrapper) -> Iterator[None]:
    """Inside, Django's default connection is this one. Costs nothing that a measurement would see."""
    before = connections["default"]
    connections["default"] = wrapper
    try:
        yield
    finally:
        connections["default"] = before


@contextlib.contextmanager
def using(url: str) -> Iterator[None]:
    """Inside, Django works on that database."""
    with connected(url) as wrapper, through(wrapper):
        yield


@dataclass(slots=True)
class Answer:
    status: int
    body: bytes
    headers: Mapping[str, str]


class Client:
    """A browser that keeps its connection open and stores no cookies. Never through a proxy."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection(LOOPBACK, port, timeout=120)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        self._connection.request("GET", path, headers=dict(headers or {}))
        response = self._connection.getresponse()
        return Answer(response.status, response.read(), dict(response.getheaders()))

    def close(self) -> None:
        self._connection.close()


@contextlib.contextmanager
def served(server: Server, database: str, now: datetime) -> Iterator[int]:
    """The portal in one gunicorn worker of four threads, its clock set to `now`. Gives its port."""
    port = free_port()
    databases = Databases(server.url(database, APP), "")
    settings = settings_of(server.places, server.secrets, databases, server.redis_url, Ports(port, 1, 1))
    environment = plain() | settings | {"DJANGO_SETTINGS_MODULE": SETTINGS, CLOCK: now.isoformat()}
    command = [sys.executable, *gunicorn("bench.common.wsgi:application", port)]
    with running(server, Program("web", tuple(command), environment, Stage.PORTAL, ROOT), port, "/healthz"):
        yield port


def gunicorn(application: str, port: int) -> list[str]:
    """Both sides of a comparison are served alike: one process, kept-open connections."""
    options = ["--workers=1", "--threads=4", "--keep-alive=60", "--no-control-socket", "--log-level=warning"]
    return ["-m", "gunicorn", application, f"--bind={LOOPBACK}:{port}", *options]


@contextlib.contextmanager
def running(server: Server, program: Program, port: int, ready_path: str) -> Iterator[Running]:
    """A web server until it is no longer needed; the log's end is shown when it does not come up."""
    process = server.supervisor.start(program)
    try:
        _wait_until_ready(process, port, ready_path)
        yield process
    finally:
        process.send(program.stop_signal)
        if process.child is not None:
            process.child.wait()
        server.supervisor.forget(process)


def _wait_until_ready(process: Running, port: int, path: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    seen: Any = "no answer"
    while process.is_alive() and time.monotonic() < deadline:
        client = Client(port)
        try:
            seen = client.get(path).status
        except (OSError, http.client.HTTPException) as error:
            seen = type(error).__name__
        finally:
            client.close()
        if seen in (http.client.OK, http.client.NOT_FOUND):
            return
        time.sleep(0.2)
    raise SetupError(f"{process.program.name} does not answer ({seen}):\n{tail(process.log)}")
