# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A PostgreSQL that a test may kill: a server of its own with a copy of the test database."""

import contextlib
import os
import resource
import signal
import subprocess
from pathlib import Path
from typing import Final

import psycopg
from django.db import connections
from psycopg import sql

from jobcenter_portal.embedded.places import Places
from jobcenter_portal.embedded.postgres import CLEAN, Postgres
from jobcenter_portal.embedded.processes import Running, Supervisor
from jobcenter_portal.embedded.state import Secrets
from jobcenter_portal.settings.test import TEST_DATABASE
from tests.conftest import PASSWORDS, ROLES, superuser_url

_TEMPLATE: Final = "jp_template"
_UNLIMITED: Final = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


class OwnPostgres:
    """As durable as the portal's: what it said to have committed is there after a kill."""

    def __init__(self, folder: Path) -> None:
        self._places = Places.of("killable", {"JP_DATA_DIR": str(folder)})
        self._supervisor = Supervisor(self._places.log)
        self._server = Postgres.of(self._places, Secrets.of(self._places))
        self.port = self._server.run(self._supervisor, 0)
        self._copy()

    @property
    def url(self) -> str:
        """For the portal's processes."""
        here = os.environ["DATABASE_URL"]
        return here.replace(f":{connections['owner'].settings_dict['PORT']}/", f":{self.port}/")

    def superuser(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(self._server.url(self.port, database), autocommit=True)

    def renew(self) -> None:
        """The database as it was copied."""
        with self.superuser() as server:
            name, template = sql.Identifier(TEST_DATABASE), sql.Identifier(_TEMPLATE)
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
            server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, template))

    def kill(self) -> None:
        """An immediate shutdown: no checkpoint, connections are gone, the next start recovers from the log."""
        self._running.send(signal.SIGQUIT)
        self._wait_for_end()

    def start(self) -> None:
        self._wait_for_end()
        self._supervisor = Supervisor(self._places.log)
        self.port = self._server.run(self._supervisor, self.port)

    def restart_immediately(self) -> None:
        self.kill()
        self.start()

    def comes_back(self) -> bool:
        """Whether it answers; started anew if it has given up meanwhile."""
        if not self._running.is_alive():
            self.start()
        return self._server.answers(self.port)

    def fill_disk(self) -> None:
        """From now on no file grows: to PostgreSQL as good as a full disk (EFBIG instead of ENOSPC)."""
        self._limit_files((0, resource.RLIM_INFINITY))

    def free_disk(self) -> None:
        self._limit_files(_UNLIMITED)

    def stop(self) -> None:
        self._supervisor.stop()

    @property
    def _running(self) -> Running:
        (running,) = self._supervisor._running
        return running

    def _wait_for_end(self) -> None:
        assert self._running.child is not None
        self._running.child.wait(20)

    def _limit_files(self, limit: tuple[int, int]) -> None:
        for pid in self._pids():
            with contextlib.suppress(ProcessLookupError):  # a backend that has gone meanwhile
                resource.prlimit(pid, resource.RLIMIT_FSIZE, limit)

    def _pids(self) -> list[int]:
        """The server and all its processes; those to come inherit from the first."""
        pid = self._running.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [pid, *map(int, children)]

    def _copy(self) -> None:
        with self.superuser() as server:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_TEMPLATE)))
        here = self._server.url(self.port, _TEMPLATE)
        with psycopg.connect(here, options=PASSWORDS, autocommit=True) as database:
            database.execute(ROLES.read_bytes())
        there = f"{superuser_url().rpartition('/')[0]}/{TEST_DATABASE}"
        programs = self._server.programs
        dump = self._places.data / "dump.sql"
        for command in (
            [programs / "pg_dump", "--file", dump, there],
            [programs / "psql", "--quiet", "--no-psqlrc", "--output", os.devnull, "--file", dump, here],
        ):
            subprocess.run(list(map(str, command)), check=True, env=CLEAN, capture_output=True)  # noqa: S603 -- our own server's programs
