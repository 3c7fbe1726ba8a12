# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The launcher's own PostgreSQL and Valkey: started, kept, adopted, and restarted after violence."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from jobcenter_portal.embedded import postgres, valkey
from jobcenter_portal.embedded.bootstrap import ROOT, SetupError
from jobcenter_portal.embedded.places import Places
from jobcenter_portal.embedded.postgres import Postgres
from jobcenter_portal.embedded.processes import Supervisor, is_alive
from jobcenter_portal.embedded.servers import Servers, bring_up, sole_launcher
from jobcenter_portal.embedded.state import Secrets, State

STARTS_AND_DIES = """
import os, sys
from jobcenter_portal.embedded.places import Places
from jobcenter_portal.embedded.processes import Supervisor
from jobcenter_portal.embedded.servers import bring_up_throwaway
from jobcenter_portal.embedded.state import State
places = Places.of("test", os.environ)
supervisor = Supervisor(places.log)
bring_up_throwaway(places, supervisor, State())
print(*supervisor.pids.values(), flush=True)
os.kill(os.getpid(), 9)
"""
Start = Callable[[], tuple[Servers, Supervisor]]


@pytest.fixture
def places(tmp_path: Path) -> Places:
    # A deep path with spaces and umlauts, as home folders have them.
    return Places.of("test", {"JP_DATA_DIR": str(tmp_path / "Bürgerbüro Fulda" / ("x" * 120) / "data")})


@pytest.fixture
def start(places: Places) -> Iterator[Start]:
    """Starts both servers; whatever still runs is stopped at the end."""
    supervisors = []

    def go() -> tuple[Servers, Supervisor]:
        supervisor = Supervisor(places.log)
        supervisors.append(supervisor)
        last = State.of(places)
        servers = bring_up(places, supervisor, last, {})
        State(ports=servers.ports, pids=supervisor.pids).write(places)
        return servers, supervisor

    yield go
    for supervisor in supervisors:
        supervisor.stop()


def remember(servers: Servers, word: str) -> None:
    with psycopg.connect(servers.superuser_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT %s::text AS word", [word])
    with redis.Redis.from_url(servers.redis_url) as broker:
        broker.set("kept", word)


def remembered(servers: Servers) -> tuple[str, str]:
    with psycopg.connect(servers.superuser_url) as connection:
        row = connection.execute("SELECT word FROM kept").fetchone()
    with redis.Redis.from_url(servers.redis_url, decode_responses=True) as broker:
        return (row[0] if row else ""), str(broker.get("kept"))


def wait_until_dead(pids: list[int]) -> list[int]:
    """Those that still live after ten seconds."""
    deadline = time.monotonic() + 10
    while any(map(is_alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return [pid for pid in pids if is_alive(pid)]


def test_the_second_start_keeps_data_and_ports(start: Start) -> None:
    servers, supervisor = start()
    remember(servers, "Schließtag")
    supervisor.stop()

    again, _ = start()

    assert remembered(again) == ("Schließtag", "Schließtag")
    assert again.ports == servers.ports


def test_running_servers_are_adopted_and_stopped_by_the_adopter(start: Start) -> None:
    servers, first = start()
    pids = first.pids

    again, second = start()

    assert (again, second.pids) == (servers, pids)
    second.stop()
    first.revive()  # reaps: the first launcher is their parent here
    assert wait_until_dead(list(pids.values())) == []


def test_servers_die_with_a_launcher_that_is_killed(places: Places) -> None:
    done = subprocess.run(  # noqa: S603 -- our own text
        [sys.executable, "-c", STARTS_AND_DIES],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=dict(os.environ) | {"JP_DATA_DIR": str(places.data)},
    )

    assert done.returncode == -signal.SIGKILL, done.stderr
    pids = [int(word) for word in done.stdout.split()]
    assert len(pids) == 2
    assert wait_until_dead(pids) == []


def test_a_start_right_after_kill_9_of_launcher_and_servers_keeps_the_data(start: Start) -> None:
    servers, supervisor = start()
    remember(servers, "Termin")
    with redis.Redis.from_url(servers.redis_url) as broker:
        broker.execute_command("WAITAOF", 1, 0, 2000)  # its file is written every second
    for pid in supervisor.pids.values():
        os.kill(pid, signal.SIGKILL)

    again, _ = start()

    assert remembered(again) == ("Termin", "Termin")


def test_a_pid_file_whose_number_somebody_else_got_is_no_obstacle(places: Places, start: Start) -> None:
    servers, supervisor = start()
    remember(servers, "Termin")
    pid_file = Postgres.of(places, Secrets.of(places)).data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    supervisor.stop()
    stranger = subprocess.Popen(["/bin/sleep", "60"])
    try:
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")

        again, _ = start()

        assert remembered(again) == ("Termin", "Termin")
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_an_interrupted_first_start_leaves_nothing_that_looks_like_data(places: Places, start: Start) -> None:
    data = Postgres.of(places, Secrets.of(places)).data
    half = data.with_name("postgres.unfinished")
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")

    servers, _ = start()

    assert not half.exists()
    with psycopg.connect(servers.superuser_url) as connection:
        row = connection.execute(
            "SELECT current_setting('server_encoding'), datlocprovider, datlocale "
            "FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    assert row == ("UTF8", "b", "C.UTF-8")


def test_nobody_gets_in_without_the_password(start: Start) -> None:
    servers, _ = start()

    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"postgresql://postgres@127.0.0.1:{servers.ports[postgres.NAME]}/postgres")
    stranger = redis.Redis(port=servers.ports[valkey.NAME])
    with stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()


def test_the_broker_never_evicts_and_writes_everything_down(start: Start) -> None:
    servers, _ = start()

    with redis.Redis.from_url(servers.redis_url, decode_responses=True) as broker:
        settings = broker.config_get("maxmemory-policy", "appendonly", "bind")

    assert settings == {"maxmemory-policy": "noeviction", "appendonly": "yes", "bind": "127.0.0.1"}


def test_what_a_failed_statement_said_does_not_reach_the_log(places: Places, start: Start) -> None:
    servers, _ = start()
    remember(servers, "Termin")
    with psycopg.connect(servers.superuser_url, autocommit=True) as connection:
        connection.execute("CREATE UNIQUE INDEX ON kept (word)")
        for insert in (
            "INSERT INTO kept VALUES ('Termin')",
            "INSERT INTO kept VALUES ('Termin'), ('geheim@example.org')",
        ):
            with pytest.raises(psycopg.errors.UniqueViolation):
                connection.execute(insert)

    log = (places.log / "postgres.log").read_text()

    assert "duplicate key" in log
    assert "geheim@example.org" not in log
    assert "Termin" not in log


def test_secrets_are_private_and_never_made_anew_for_old_data(places: Places) -> None:
    secrets = Secrets.of(places)
    assert Secrets.of(places) == secrets
    assert places.secrets.stat().st_mode & 0o777 == 0o600

    (places.data / "postgres").mkdir()
    places.secrets.unlink()
    with pytest.raises(SetupError, match="rm -r"):
        Secrets.of(places)


def test_a_second_launcher_of_the_same_folder_is_told_where_the_first_one_is(places: Places) -> None:
    with sole_launcher(places):
        State("ready", 4711, "http://127.0.0.1:8000/").write(places)
        with (
            pytest.raises(SetupError, match=r"at http://127\.0\.0\.1:8000/ .*process 4711") as refusal,
            sole_launcher(places),
        ):
            pass
    assert "JP_PROFILE=second" in str(refusal.value)


@pytest.mark.parametrize("name", ["", "..", "a/b", "Ä", "-x"])
def test_a_profile_cannot_lead_out_of_its_folder(name: str) -> None:
    with pytest.raises(SetupError, match="profile"):
        Places.of(name, {})
