# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Child processes that die with the launcher, write to log files, and are started again when they die alone."""

from __future__ import annotations

import enum
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jobcenter_portal.embedded.bootstrap import die_with_parent, say
from jobcenter_portal.embedded.identity import OURSELVES, Identity

LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
LOG_BYTES = 20_000_000


class Stage(enum.IntEnum):
    """Started upwards, stopped downwards: nobody loses a server while it still works."""

    SERVER = 0
    CATCHER = 1
    PORTAL = 2


# Together below the 20 s in which Ctrl-C has to be done.
STOP_SECONDS = {Stage.PORTAL: 8.0, Stage.CATCHER: 2.0, Stage.SERVER: 7.0}


@dataclass(frozen=True, slots=True)
class Program:
    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    stage: Stage
    folder: Path
    stop_signal: signal.Signals = signal.SIGTERM
    identity: Identity = OURSELVES


@dataclass(slots=True)
class Running:
    program: Program
    log: Path
    pid: int
    child: subprocess.Popen[bytes] | None = None
    """None: adopted from an earlier launcher, which was killed."""
    since: float = field(default_factory=time.monotonic)

    def is_alive(self) -> bool:
        return is_alive(self.pid) if self.child is None else self.child.poll() is None

    def send(self, number: signal.Signals) -> None:
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            return


def is_alive(pid: int) -> bool:
    """Whether a process of this number runs; a zombie whose parent has not looked yet does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state != "Z"


def working_folder(pid: int) -> Path | None:
    """Tells our processes from others that got their number later; None where the system does not show it."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink()
    except OSError:
        return None


def start(program: Program, log_folder: Path) -> Running:
    """Starts it in a session of its own, so that Ctrl-C reaches the launcher alone, which then stops all in order."""
    launcher = os.getpid()

    def settle() -> None:
        program.identity.become()
        # After become: changing the user clears the wish. PostgreSQL shuts down cleanly even on this one.
        die_with_parent(program.stop_signal)
        if os.getppid() != launcher:
            os._exit(1)  # the launcher died before the wish was in place

    log = log_folder / f"{program.name}.log"
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))
    with log.open("ab") as out:
        child = subprocess.Popen(
            program.command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=dict(program.environment),
            cwd=program.folder,
            start_new_session=True,
            preexec_fn=settle,  # noqa: PLW1509 -- the launcher has one thread
        )
    return Running(program, log, child.pid, child)


class Supervisor:
    """Keeps programs running and stops them in order."""

    def __init__(self, log_folder: Path) -> None:
        self._log_folder = log_folder
        self._running: list[Running] = []
        self._failures: dict[str, int] = {}
        self._due: dict[str, float] = {}

    @property
    def pids(self) -> dict[str, int]:
        return {each.program.name: each.pid for each in self._running}

    def start(self, program: Program) -> Running:
        running = start(program, self._log_folder)
        self._running.append(running)
        return running

    def adopt(self, program: Program, pid: int) -> Running:
        running = Running(program, self._log_folder / f"{program.name}.log", pid)
        self._running.append(running)
        return running

    def forget(self, running: Running) -> None:
        self._running.remove(running)

    def revive(self) -> bool:
        """Starts what has died again, after 1, 2, 4 … 30 s. Returns whether a process id has changed."""
        changed = False
        now = time.monotonic()
        for number, each in enumerate(self._running):
            name = each.program.name
            if each.is_alive():
                if now - each.since > STEADY_SECONDS:
                    self._failures.pop(name, None)
            elif name not in self._due:
                failures = self._failures[name] = self._failures.get(name, 0) + 1
                pause = min(2.0 ** (failures - 1), LONGEST_PAUSE_SECONDS)
                self._due[name] = now + pause
                say(f"      {name} ended ({_how(each)}); starting it again in {pause:.0f} s. Its log: {each.log}")
            elif now >= self._due[name]:
                del self._due[name]
                self._running[number] = start(each.program, self._log_folder)
                changed = True
                say(f"      {name} started again")
        return changed

    def stop(self) -> None:
        """Stops all, the portal first and the servers last; what does not end in time is killed."""
        for stage in sorted(Stage, reverse=True):
            mine = [each for each in self._running if each.program.stage is stage and each.is_alive()]
            for each in mine:
                each.send(each.program.stop_signal)
            deadline = time.monotonic() + STOP_SECONDS[stage]
            while any(each.is_alive() for each in mine) and time.monotonic() < deadline:
                time.sleep(0.05)
            for each in mine:
                if each.is_alive():
                    say(f"      {each.program.name} did not stop within {STOP_SECONDS[stage]:.0f} s; killing it")
                    each.send(signal.SIGKILL)
                    if each.child is not None:
                        each.child.wait()
        self._running.clear()


def _how(running: Running) -> str:
    code = None if running.child is None else running.child.returncode
    if code is None:
        return "it was adopted"
    return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"
