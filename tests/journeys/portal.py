# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A whole portal, started by the same command as `make run`, seen from outside: pages, outbox folder, and one clock.

Journeys are black box. They use no ORM; all they change behind the portal's back is when a message is due, and that the
time to fill in a form is over.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import psycopg

from jobcenter_portal.demo.outbox_files import CaughtMessage, Kind, list_messages

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 300
PATIENCE = 90.0
"""Seconds that a running worker may take on a busy machine; it usually takes two."""

PUSH, ORIGIN = "push-service", "origin"

_RAN_OUT: Final = """
WITH house AS (SELECT id FROM tenancy_jobcenter WHERE slug = %(jobcenter)s),
 times AS (UPDATE appointments_occupancy SET expires_at = now() - interval '1 hour'
  WHERE tenant_id = (SELECT id FROM house) AND state = 2),
 seats AS (UPDATE appointments_seat SET expires_at = now() - interval '1 hour'
  WHERE tenant_id = (SELECT id FROM house) AND state = 2)
UPDATE appointments_hold SET expires_at = now() - interval '1 hour', draft_until = now() - interval '1 minute'
 WHERE tenant_id = (SELECT id FROM house)"""

_NIGHT: Final = """
SELECT quiet_from, quiet_until FROM tenancy_tenantsettings
 WHERE tenant_id = (SELECT id FROM tenancy_jobcenter WHERE slug = %(jobcenter)s)"""
_SLEEPS: Final = """
UPDATE tenancy_tenantsettings SET quiet_from = %(from)s, quiet_until = %(until)s
 WHERE tenant_id = (SELECT id FROM tenancy_jobcenter WHERE slug = %(jobcenter)s)"""
_OFFERING: Final = "appointments.offer_free_times_of_all_tenants"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Portal:
    url: str
    outbox: Path
    database: str
    push: str = ""
    """Origin of the push service that the portal may knock at."""

    def mails_to(self, address: str) -> list[CaughtMessage]:
        """Mails that really arrived over SMTP, newest first."""
        return [caught for caught in list_messages(self.outbox) if caught.kind is Kind.EMAIL and caught.to == address]

    def sms_to(self, number: str) -> list[CaughtMessage]:
        return [caught for caught in list_messages(self.outbox) if caught.kind is Kind.SMS and caught.to == number]

    def knocks_at(self, device: str) -> list[Path]:
        """What the push service was given for a device."""
        files = (self.outbox.parent / PUSH / "push").glob("*.json")
        return [file for file in files if json.loads(file.read_bytes())["device"] == device]

    def wait_for(self, what: str, look: Callable[[], T | None]) -> T:
        """Look until there is something, at most PATIENCE seconds."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = look()
            if found:
                return found
            time.sleep(0.2)
        raise AssertionError(f"{what} did not come within {PATIENCE:.0f} s")

    def make_due(self, public_id: str, kind: str) -> int:
        """Move the waiting messages of one kind of an appointment to now; how many there were.

        The tests' only hand inside: it moves `due_at` and lifts the quiet hours, since this may run at night or on a
        Sunday; the database's own trigger tells the worker.
        """
        with psycopg.connect(self.database, autocommit=True) as database:
            return database.execute(
                "UPDATE notifications_message m SET due_at = now() - interval '1 second', respects_quiet = false"
                " FROM appointments_appointment a"
                " WHERE a.public_id = %s AND m.subject = 'appointment:' || a.id AND m.tenant_id = a.tenant_id"
                " AND m.kind = %s AND m.state IN ('planned', 'retry')",
                [public_id, kind],
            ).rowcount

    def let_holds_run_out(self, jobcenter: str) -> int:
        """As if everybody who is filling in a form there had done so for hours; how many they were."""
        with psycopg.connect(self.database, autocommit=True) as database:
            return database.execute(_RAN_OUT, {"jobcenter": jobcenter}).rowcount

    @contextmanager
    def nobody_sleeps_at(self, jobcenter: str) -> Iterator[None]:
        """No night there meanwhile: people are asked by day alone, and this may run at any hour."""
        with psycopg.connect(self.database, autocommit=True) as database:
            (night,) = database.execute(_NIGHT, {"jobcenter": jobcenter}).fetchall()
            database.execute(_SLEEPS, {"jobcenter": jobcenter, "from": "23:59:59", "until": "00:00:00"})
            try:
                yield
            finally:
                database.execute(_SLEEPS, {"jobcenter": jobcenter, "from": night[0], "until": night[1]})

    def offer_free_times(self) -> None:
        """What the clock asks of the workers each minute, asked now."""
        state = json.loads((self.outbox.parent / "state.json").read_text(encoding="utf-8"))
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "REDIS_"))}
        subprocess.run(  # noqa: S603 -- our own
            [sys.executable, "-m", "celery", "-A", "jobcenter_portal.celery", "call", _OFFERING],
            cwd=ROOT,
            env={**ours, **state["environment"]},
            check=True,
            capture_output=True,
        )

    def appointments_at(self, jobcenter: str) -> int:
        """All that were ever made there, whatever became of them."""
        with psycopg.connect(self.database, autocommit=True) as database:
            found = database.execute(
                "SELECT count(*) FROM appointments_appointment a JOIN tenancy_jobcenter t ON t.id = a.tenant_id"
                " WHERE t.slug = %s",
                [jobcenter],
            ).fetchone()
            assert found
            return int(found[0])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running_portal(data: Path) -> Iterator[Portal]:
    """Start a portal with servers, ports and data of its own, as `make run` does, and stop it again."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "REDIS_"))}
    for inherited in ("DJANGO_SETTINGS_MODULE", "SECRET_KEY", "FIELD_KEYS", "LINK_KEYS", "PUBLIC_URL", "SMTP_URL"):
        environment.pop(inherited, None)
    log = data / "launcher.log"
    with push_service(data) as push, log.open("wb") as output:
        environment |= {"JP_DATA_DIR": str(data), "PORT": str(free_port()), "PUSH_HOSTS": push}
        launcher = subprocess.Popen(
            [sys.executable, "-m", "jobcenter_portal.embedded", "run", "--profile", "journeys"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            yield _wait_until_ready(launcher, data, log)
        finally:
            _stop(launcher)


@contextmanager
def push_service(data: Path) -> Iterator[str]:
    """The push service of all browsers in the journeys: takes knocks and keeps them. Gives its origin."""
    folder, port = data / PUSH, free_port()
    folder.mkdir()
    (folder / ORIGIN).write_text(f"http://127.0.0.1:{port}", encoding="ascii")
    service = subprocess.Popen(
        [sys.executable, "-m", "jobcenter_portal.demo.catchers.push"],
        cwd=ROOT,
        env=os.environ | {"CATCHER_DIR": str(folder), "CATCHER_PORT": str(port)},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        _stop(service)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def portal_at(data: Path) -> Portal:
    """The one that runs with its data in this folder."""
    state = json.loads((data / "state.json").read_text())
    origin = data / PUSH / ORIGIN
    push = origin.read_text(encoding="ascii") if origin.exists() else ""
    return Portal(state["url"], data / "outbox", state["environment"]["DATABASE_SUPERUSER_URL"], push)


def _wait_until_ready(launcher: "subprocess.Popen[bytes]", data: Path, log: Path) -> Portal:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if launcher.poll() is not None:
            raise AssertionError(f"the portal did not start:\n{log.read_text()[-3000:]}")
        if "Ready: http" in log.read_text():
            return portal_at(data)
        time.sleep(0.3)
    raise AssertionError(f"the portal was not ready in {START_SECONDS} s:\n{log.read_text()[-3000:]}")
