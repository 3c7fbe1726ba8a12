# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The supervisor: what dies is started again, what is stopped is stopped in order and in time."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobcenter_portal.embedded import processes
from jobcenter_portal.embedded.identity import NOBODY, OURSELVES, choose
from jobcenter_portal.embedded.processes import Program, Running, Stage, Supervisor, is_alive


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    supervisor = Supervisor(tmp_path)
    yield supervisor
    supervisor.stop()


def shell(name: str, text: str, folder: Path, stage: Stage = Stage.PORTAL) -> Program:
    return Program(name, ("/bin/sh", "-c", text), {"PATH": "/usr/bin:/bin"}, stage, folder)


def wait_for(path: Path, text: str) -> None:
    deadline = time.monotonic() + 10
    while text not in (path.read_text() if path.exists() else ""):
        assert time.monotonic() < deadline, f"{text!r} did not appear"
        time.sleep(0.02)


def wait_for_end(running: Running) -> None:
    deadline = time.monotonic() + 10
    while running.is_alive() and time.monotonic() < deadline:
        time.sleep(0.02)


def test_what_dies_is_started_again_after_a_pause_and_it_is_said(
    supervisor: Supervisor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    running = supervisor.start(shell("worker", "echo here; exec sleep 60", tmp_path))
    assert supervisor.revive() is False
    running.send(signal.SIGKILL)
    wait_for_end(running)

    assert supervisor.revive() is False  # the pause of one second begins
    assert "worker ended (signal SIGKILL); starting it again in 1 s" in capsys.readouterr().out
    time.sleep(1.1)
    assert supervisor.revive() is True
    assert "worker started again" in capsys.readouterr().out
    assert supervisor.pids["worker"] != running.pid
    assert is_alive(supervisor.pids["worker"])


def test_what_keeps_dying_waits_longer_each_time(
    supervisor: Supervisor, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    supervisor.start(shell("beat", "exit 7", tmp_path))
    pauses = []
    for _ in range(7):
        time.sleep(0.1)
        supervisor.revive()
        pauses.append(int(capsys.readouterr().out.split("again in ")[1].split(" s")[0]))
        clock[0] += 31
        supervisor.revive()
        capsys.readouterr()

    assert pauses == [1, 2, 4, 8, 16, 30, 30]


def test_the_portal_stops_before_the_servers_and_the_stubborn_are_killed(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "STOP_SECONDS", dict.fromkeys(Stage, 0.5))
    diary = tmp_path / "diary"
    careful = 'trap "echo {0} >> diary; exit 0" TERM; echo up; while :; do sleep 0.05; done'
    stubborn = 'trap "" TERM; echo up; while :; do sleep 0.05; done'
    started = [
        supervisor.start(shell("server", careful.format("server"), tmp_path, Stage.SERVER)),
        supervisor.start(shell("catcher", careful.format("catcher"), tmp_path, Stage.CATCHER)),
        supervisor.start(shell("web", careful.format("web"), tmp_path)),
        supervisor.start(shell("stubborn", stubborn, tmp_path)),
    ]
    for running in started:
        wait_for(running.log, "up")

    supervisor.stop()

    assert diary.read_text().split() == ["web", "catcher", "server"]
    assert [running.is_alive() for running in started] == [False] * 4


def test_all_stages_together_stop_within_twenty_seconds() -> None:
    assert sum(processes.STOP_SECONDS.values()) < 20


def test_children_do_not_hear_ctrl_c_themselves(supervisor: Supervisor, tmp_path: Path) -> None:
    running = supervisor.start(shell("web", "exec sleep 60", tmp_path))
    assert os.getpgid(running.pid) == running.pid != os.getpgid(0)


def test_servers_never_run_as_root(supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Started by root: as somebody else to themselves, by namespace or, where that is forbidden, as nobody."""
    (tmp_path / "data").mkdir()
    script = tmp_path / "program"
    script.write_text("#!/bin/sh\nexit 0\n")
    script.chmod(0o755)
    first = choose(script, tmp_path / "data")
    identities = [first]
    if os.geteuid() == 0:
        monkeypatch.setenv("JP_IDENTITY", "nobody")
        identities.append(choose(script, tmp_path / "data"))
        assert identities[1].name == f"user {NOBODY}"
    else:
        assert first == OURSELVES
    for number, identity in enumerate(identities):
        command = ("/bin/sh", "-c", "id -u; exec sleep 60")
        program = Program(
            f"server{number}", command, {"PATH": "/usr/bin:/bin"}, Stage.SERVER, Path("/"), identity=identity
        )
        running = supervisor.start(program)
        wait_for(running.log, "\n")
        assert running.log.read_text().strip() != "0"
