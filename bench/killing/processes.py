# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Processes that deliver, and the ways in which they and their servers are killed. Linux only: it reads /proc.

Nothing is killed but what was started here, by its number. A process that led a group is left unburied (nobody waits
for it) until its whole group has been killed: so long its number cannot become somebody else's.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from jobcenter_portal.embedded import postgres, valkey
from jobcenter_portal.embedded.bootstrap import ROOT, SetupError
from jobcenter_portal.embedded.places import Places
from jobcenter_portal.embedded.postgres import Postgres
from jobcenter_portal.embedded.processes import Program, Running, Stage, Supervisor, is_alive
from jobcenter_portal.embedded.state import Secrets, State
from jobcenter_portal.embedded.valkey import Valkey

_CELERY: Final = ("-m", "celery", "-A", "jobcenter_portal.celery")
_WORKER: Final = (*_CELERY, "worker", "-c", "2", "--without-gossip", "--without-mingle", "-l", "warning")
_COMMANDS: Final[Mapping[str, tuple[str, ...]]] = {
    "worker-1": (*_WORKER, "--hostname=1@chaos"),
    "worker-2": (*_WORKER, "--hostname=2@chaos"),
    "beat": (*_CELERY, "beat", "--pidfile=", "-l", "warning"),
    "loop": ("manage.py", "deliver_due", "--loop", "--interval", "1"),
}
_GROWN_UP_S: Final = 4.0
"""A process that is only being started holds nothing; killing it shows nothing."""
_END_S: Final = 20.0


@dataclass(slots=True)
class Deliverers:
    """Workers, beat and the fallback loop."""

    environment: Mapping[str, str]
    supervisor: Supervisor
    running: dict[str, Running] = field(default_factory=dict)

    def revive(self) -> None:
        """Start whatever is not there; what is left of its group ends first."""
        for name, command in _COMMANDS.items():
            if name in self.running and not is_alive(self.running[name].pid):
                self._bury(name)
            if name not in self.running:
                program = Program(name, (sys.executable, *command), self.environment, Stage.PORTAL, ROOT)
                self.running[name] = self.supervisor.start(program)

    def grown_up(self, start: str) -> list[str]:
        """Names of those that have begun: a worker has its children, the others have had the time."""
        now = time.monotonic()
        return [
            name
            for name, one in self.running.items()
            if name.startswith(start)
            and is_alive(one.pid)
            and (children_of(one.pid) or (start != "worker" and now - one.since > _GROWN_UP_S))
        ]

    def kill_main(self, name: str) -> None:
        """Its children go on with what they have in hand until `revive`."""
        self.running[name].send(signal.SIGKILL)

    def kill_child(self, name: str, chance: random.Random) -> bool:
        children = children_of(self.running[name].pid)
        return bool(children) and kill(chance.choice(children))

    def kill_all(self) -> None:
        """When this returns, nobody who could have held a message is alive."""
        for name in list(self.running):
            self._bury(name)

    def _bury(self, name: str) -> None:
        one = self.running.pop(name)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(one.pid, signal.SIGKILL)
        _wait_until_gone(one.pid)
        if one.child is not None:
            one.child.wait(_END_S)
        self.supervisor.forget(one)


@dataclass(slots=True)
class Servers:
    """The database and the broker, which come back at the same place. Each has a supervisor of its own, as `kill` asks
    it to bury the dead.
    """

    postgres: Postgres
    valkey: Valkey
    supervisors: Mapping[str, Supervisor]
    ports: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, places: Places, secrets: Secrets) -> Servers:
        own = Postgres.of(places, secrets)
        supervisors = {name: Supervisor(places.log) for name in (postgres.NAME, valkey.NAME)}
        return cls(own, Valkey.of(places, secrets, own.identity), supervisors)

    def start(self, name: str) -> int:
        """Its port, the same as before."""
        port, supervisor = self.ports.get(name, 0), self.supervisors[name]
        if name == postgres.NAME:
            found = self.postgres.run(supervisor, port)
        else:
            found = self.valkey.run(supervisor, State(ports={name: port} if port else {}))
        if port and found != port:
            raise SetupError(f"{name} came back at another port: somebody has taken {port}.")
        self.ports[name] = found
        return found

    def kill(self, name: str, how: signal.Signals) -> None:
        supervisor = self.supervisors[name]
        pid = supervisor.pids[name]
        os.kill(pid, how)
        until = time.monotonic() + _END_S
        while is_alive(pid) and time.monotonic() < until:
            time.sleep(0.01)
        supervisor.stop()

    def kill_backend(self, chance: random.Random) -> bool:
        """One process of PostgreSQL dies: it ends all its connections and recovers by itself."""
        children = children_of(self.supervisors[postgres.NAME].pids[postgres.NAME])
        return bool(children) and kill(chance.choice(children))

    def stop(self) -> None:
        for supervisor in self.supervisors.values():
            supervisor.stop()


def children_of(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def kill(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _wait_until_gone(group: int) -> None:
    until = time.monotonic() + _END_S
    while _lives(group):
        if time.monotonic() > until:
            raise SetupError(f"Processes of group {group} do not die.")
        time.sleep(0.02)


def _lives(group: int) -> bool:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, IndexError):
            state, _parent, of_group = stat.read_text(errors="replace").rpartition(")")[2].split()[:3]
            if int(of_group) == group and state not in "ZX":
                return True
    return False
