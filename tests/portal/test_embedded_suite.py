# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`make test` counts honestly, stops what it started, and keeps a journey's portal apart from its own servers."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jobcenter_portal.embedded import suite
from jobcenter_portal.embedded.bootstrap import ROOT
from jobcenter_portal.embedded.environment import of_this_start
from jobcenter_portal.embedded.places import Places
from jobcenter_portal.embedded.processes import is_alive
from jobcenter_portal.embedded.state import State

TESTS = """
import pytest
def test_good(): pass
def test_fine(): pass
def test_bad(): assert not "good"
@pytest.fixture
def broken(): raise RuntimeError
def test_without_its_fixture(broken): pass
@pytest.mark.skip(reason="shown")
def test_left_out(): pass
"""


def test_both_runs_are_counted_together_and_one_failure_fails_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr(suite, "ROOT", tmp_path)
    for folder, text in (("tests/core", TESTS), ("tests/journeys", "def test_booking(): pass\n")):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "test_it.py").write_text(text)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -p no:django -p no:cacheprovider\n")

    code = suite._everything(Places.of("test", {"JP_DATA_DIR": str(tmp_path / "data")}), dict(os.environ))

    last_line = capsysbinary.readouterr().out.decode().splitlines()[-1]
    assert (code, last_line) == (1, "suite: 3 passed, 2 failed, 1 skipped")


def test_a_run_that_broke_before_its_report_counts_as_a_failure(tmp_path: Path) -> None:
    assert suite._count(tmp_path / "missing.xml") == suite.Count(failed=1)


def test_a_portal_started_by_a_test_does_not_take_the_suites_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("DATABASE_URL", "postgresql://jp_app@127.0.0.1:1/tests")

    monkeypatch.setenv("JP_SUITE", "1")
    assert {"REDIS_URL", "DATABASE_URL"} & set(of_this_start()) == set()
    monkeypatch.delenv("JP_SUITE")
    assert {"REDIS_URL", "DATABASE_URL"} <= set(of_this_start())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_servers_stop_cleanly_when_told_to(tmp_path: Path, number: signal.Signals) -> None:
    data = tmp_path / "data"
    environment = dict(os.environ) | {"JP_DATA_DIR": str(data), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "jobcenter_portal.embedded", "servers"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        process_group=0,
    ) as launcher:
        assert launcher.stdout is not None
        assert launcher.stdout.readline().startswith("export DATABASE_SUPERUSER_URL=postgresql://postgres:")
        assert launcher.stdout.readline().startswith("export REDIS_URL=redis://:")
        pids = State.of(Places.of("servers", environment)).pids
        began = time.monotonic()
        os.killpg(launcher.pid, number)  # as a terminal does, or make
        os.killpg(launcher.pid, number)
        code = launcher.wait(timeout=20)

    assert (code, [pid for pid in pids.values() if is_alive(pid)]) == (0, [])
    assert time.monotonic() - began < 20
    assert "database system is shut down" in (data / "log" / "postgres.log").read_text()
