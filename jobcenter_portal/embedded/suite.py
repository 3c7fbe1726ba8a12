# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`make test`: the whole suite on servers of its own, browser journeys included."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from jobcenter_portal.embedded import assets, chromium
from jobcenter_portal.embedded.bootstrap import HEARTBEAT_SECONDS, ROOT, SetupError, run_with_heartbeat, say, tail
from jobcenter_portal.embedded.environment import IN_SUITE, plain
from jobcenter_portal.embedded.launcher import Stop, stopping_cleanly
from jobcenter_portal.embedded.places import Places
from jobcenter_portal.embedded.processes import Supervisor
from jobcenter_portal.embedded.servers import bring_up_throwaway, sole_launcher
from jobcenter_portal.embedded.state import State

JOURNEYS = "tests/journeys"
STOP_SECONDS = 12.0


@dataclass(frozen=True, slots=True)
class Count:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def run(places: Places, arguments: Sequence[str]) -> int:
    """Runs all tests, or pytest with `arguments` alone. Returns the exit code for make."""
    with stopping_cleanly(), sole_launcher(places) as last:
        supervisor = Supervisor(places.log)
        try:
            say("[1/4] browser")
            browser = chromium.find(os.environ) if arguments else chromium.find_or_install(places)
            say("[2/4] front end")
            assets.build()
            say("[3/4] servers and texts")
            servers = bring_up_throwaway(places, supervisor, last)
            State(pid=os.getpid(), ports=servers.ports, pids=supervisor.pids).write(places)
            _compile_texts(places)
            say("[4/4] tests")
            environment = plain() | {
                "DATABASE_SUPERUSER_URL": servers.superuser_url,
                "REDIS_URL": servers.redis_url,
                "CHROMIUM": chromium.with_system_tools(browser, places) if browser else "",
                "PYTHONUNBUFFERED": "1",
                IN_SUITE: "1",
            }
            return _pytest(environment, arguments, watched=False) if arguments else _everything(places, environment)
        except Stop:
            say("\nStopping …")
        finally:
            supervisor.stop()
    return 130


def _compile_texts(places: Places) -> None:
    """English pages would show German without; the compiled catalogues are not committed."""
    log = places.log / "compile_texts.log"
    environment = plain() | {"DJANGO_SETTINGS_MODULE": "jobcenter_portal.settings.test"}
    command = [sys.executable, str(ROOT / "manage.py"), "compile_texts"]
    if run_with_heartbeat("compiling texts", command, log, environment, ROOT) != 0:
        raise SetupError(f"The texts could not be compiled:\n{tail(log)}")


def _pytest(environment: Mapping[str, str], arguments: Sequence[str], *, watched: bool) -> int:
    """Runs pytest. `watched` tells now and then that a long test still runs, and takes the terminal from a debugger."""
    command = [sys.executable, "-m", "pytest", *arguments]
    if watched and sys.stdout.isatty():
        command.append("--color=yes")
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE if watched else None) as child:
        try:
            if child.stdout is not None:
                _pass_on(child, child.stdout)
            return child.wait()
        except BaseException:
            # Interrupted and not terminated: its fixtures stop the portals that the journeys started.
            child.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(STOP_SECONDS)
            child.kill()
            raise


def _pass_on(child: subprocess.Popen[bytes], output: IO[bytes]) -> None:
    began = time.monotonic()
    with selectors.DefaultSelector() as selector:
        selector.register(output, selectors.EVENT_READ)
        while True:
            if not selector.select(HEARTBEAT_SECONDS):
                if child.poll() is not None:
                    return  # something that a test left behind still holds the pipe
                say(f"\n      … tests run, {time.monotonic() - began:.0f} s")
            elif part := os.read(output.fileno(), 65536):
                sys.stdout.buffer.write(part)
                sys.stdout.buffer.flush()
            else:
                return


def _everything(places: Places, environment: Mapping[str, str]) -> int:
    """Two runs: the journeys start a whole portal each and would time out beside two busy workers on two cores."""
    parts = [["tests", "-n", "2", f"--ignore={JOURNEYS}"]]
    if (ROOT / JOURNEYS).is_dir():
        parts.append([JOURNEYS, "-p", "no:xdist"])
    total, codes = Count(), []
    for number, part in enumerate(parts):
        report = places.data / f"junit-{number}.xml"
        report.unlink(missing_ok=True)
        codes.append(_pytest(environment, [*part, f"--junitxml={report}"], watched=True))
        total += _count(report)
    say(f"\nsuite: {total}")
    return next((code for code in codes if code), 0)


def _count(report: Path) -> Count:
    if not report.exists():
        return Count(failed=1)  # pytest itself broke
    total = Count()
    for suite in ElementTree.parse(report).iter("testsuite"):  # noqa: S314 - written by our own pytest a moment ago
        number = {name: int(suite.get(name, "0")) for name in ("tests", "failures", "errors", "skipped")}
        failed = number["failures"] + number["errors"]
        total += Count(number["tests"] - failed - number["skipped"], failed, number["skipped"])
    return total
