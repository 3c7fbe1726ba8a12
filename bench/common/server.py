# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The PostgreSQL and Valkey that benchmarks run on: their own below .data/bench, or those of the environment.

Our own server is set up as one with memory and durable commits would be; nothing in it helps the planner. On a brought
server (DATABASE_SUPERUSER_URL, REDIS_URL) we change no setting and no password.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from psycopg import sql

from jobcenter_portal.embedded import postgres, valkey
from jobcenter_portal.embedded.bootstrap import SetupError, say
from jobcenter_portal.embedded.database import OWNER, ROLES_SQL, apply_roles
from jobcenter_portal.embedded.launcher import Stop, stopping_cleanly
from jobcenter_portal.embedded.places import Places
from jobcenter_portal.embedded.ports import LOOPBACK
from jobcenter_portal.embedded.postgres import Postgres
from jobcenter_portal.embedded.processes import Supervisor
from jobcenter_portal.embedded.servers import sole_launcher
from jobcenter_portal.embedded.state import Secrets, State
from jobcenter_portal.embedded.valkey import Valkey

PROFILE = "bench"
SUPERUSER = ""
SETTINGS = {
    "shared_buffers": "2GB",
    "maintenance_work_mem": "1GB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "30min",
    "max_connections": "200",
    # A load into a table that was emptied in the same transaction needs no log then.
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


@dataclass(frozen=True, slots=True)
class Server:
    superuser_url: str
    redis_url: str
    places: Places
    secrets: Secrets
    supervisor: Supervisor
    is_ours: bool

    def url(self, database: str, role: str = SUPERUSER) -> str:
        """The way into a database: as its superuser, or as jp_owner or jp_app."""
        if not role:
            return f"{self.superuser_url.rpartition('/')[0]}/{database}"
        if not self.is_ours:
            return f"{self.url(database)}?options=-c%20role%3D{role}"
        password = self.secrets.owner_password if role == OWNER else self.secrets.app_password
        at = self.superuser_url.rpartition("@")[2].partition("/")[0]
        return f"postgresql://{role}:{password}@{at}/{database}"

    def exists(self, database: str) -> bool:
        with self._server() as server:
            return server.execute("SELECT FROM pg_database WHERE datname = %s", [database]).fetchone() is not None

    def create(self, database: str, template: str = "template1") -> None:
        with self._server() as server:
            names = sql.Identifier(database), sql.Identifier(template)
            server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
        self.grant_roles(database)

    def grant_roles(self, database: str) -> None:
        """deploy/roles.sql: roles are the server's, what they may do is each database's."""
        if self.is_ours:
            apply_roles(self.url(database), self.secrets)
            return
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(ROLES_SQL.read_bytes())

    def drop(self, database: str) -> None:
        with self._server() as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    def note(self, database: str) -> str:
        """What was written down about a database; empty when nothing was."""
        with self._server() as server:
            found = server.execute(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [database]
            ).fetchone()
        return (found and found[0]) or ""

    def write_note(self, database: str, text: str) -> None:
        with self._server() as server:
            server.execute(
                sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(database), sql.Literal(text or None))
            )

    def _server(self) -> psycopg.Connection:
        return psycopg.connect(self.superuser_url, autocommit=True)


@contextlib.contextmanager
def measuring_server() -> Iterator[Server]:
    """The server for one benchmark. Two benchmarks at once would measure each other: the second one is refused."""
    places = Places.of(PROFILE, os.environ)
    with stopping_cleanly(), sole_launcher(places) as last:
        supervisor = Supervisor(places.log)
        try:
            yield _bring_up(places, supervisor, last)
        except Stop:
            say("\nStopping …")
            raise SystemExit(130) from None
        finally:
            supervisor.stop()


def _bring_up(places: Places, supervisor: Supervisor, last: State) -> Server:
    secrets = Secrets.of(places)
    brought = os.environ.get("DATABASE_SUPERUSER_URL", "")
    own = Postgres.of(places, secrets)
    ports: dict[str, int] = {}
    if not brought:
        ports[postgres.NAME] = _tuned(own, supervisor, last)
    redis_url = os.environ.get("REDIS_URL", "")
    if not redis_url:
        broker = Valkey.of(places, secrets, own.identity)
        ports[valkey.NAME] = broker.run(supervisor, last)
        redis_url = broker.url(ports[valkey.NAME])
    State("ready", os.getpid(), ports=ports, pids=supervisor.pids).write(places)
    say(f"PostgreSQL {'of your own' if brought else f'on {LOOPBACK}:{ports[postgres.NAME]}'}")
    url = brought or own.url(ports[postgres.NAME])
    return Server(url, redis_url, places, secrets, supervisor, is_ours=not brought)


def _tuned(own: Postgres, supervisor: Supervisor, last: State) -> int:
    port = own.run(supervisor, last.ports.get(postgres.NAME, 0))
    if not _changed_settings(own.url(port)):
        return port
    supervisor.stop()
    port = own.run(supervisor, port)
    if wrong := _changed_settings(own.url(port)):
        raise SetupError(f"The server does not take the settings for benchmarks: {', '.join(wrong)}")
    return port


def _changed_settings(url: str) -> list[str]:
    """Writes down what is not as wanted yet, and names it."""
    with psycopg.connect(url, autocommit=True) as connection:
        changed = []
        for name, value in SETTINGS.items():
            found = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
            if found is None or found[0] != value:
                changed.append(name)
                statement = sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value))
                connection.execute(statement)
    return changed
