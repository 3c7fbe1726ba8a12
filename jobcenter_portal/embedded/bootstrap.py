# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""From a bare Python to the project's virtual environment, then on with the command that was asked for.

The Makefile runs this file with the machine's python3, before anything is installed: standard library only, no import
from the project, and a syntax that an old Python can still parse, so that it can say what is wrong.

    python3 -I jobcenter_portal/embedded/bootstrap.py LEVEL ARGUMENT...

makes sure that the packages of LEVEL (production, local or dev) are in .venv and becomes
`.venv/bin/python ARGUMENT...`.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

OLDEST = (3, 11)
NEWER_COMMANDS = ("python3.13", "python3.12", "python3.11", "python3.14")
HEARTBEAT_SECONDS = 4.0
PR_SET_PDEATHSIG = 1
ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
STAMP = VENV / "installed.json"
# Each level contains the one before it.
LOCKS = {"production": "requirements.txt", "local": "requirements-local.txt", "dev": "requirements-dev.txt"}
OFFLINE_SIGNS = (
    "name resolution",
    "Name or service not known",
    "nodename nor servname",
    "Failed to establish a new connection",
    "ConnectTimeout",
    "Network is unreachable",
    "ProxyError",
)


class SetupError(Exception):
    """Something that only the person at the keyboard can change; the message says what."""


def say(text: str) -> None:
    print(text, flush=True)


def run_with_heartbeat(
    label: str, command: Sequence[str], log: Path, environment: Mapping[str, str], folder: Path | None = None
) -> int:
    """Runs `command` into `log` and tells every few seconds that it still works. Returns its exit code."""
    began = last_word = time.monotonic()
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            cwd=folder,
            # A pip that outlives us would write into the .venv that the next start is building.
            preexec_fn=lambda: die_with_parent(signal.SIGKILL),  # noqa: PLW1509 -- one thread only
        )
        try:
            while child.poll() is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(0.2)
                if time.monotonic() - last_word > HEARTBEAT_SECONDS:
                    last_word = time.monotonic()
                    say(f"      … {label}, {last_word - began:.0f} s{_doing(log)}")
        except BaseException:
            child.terminate()
            child.wait()
            raise
    return child.returncode


def tail(log: Path, lines: int = 20) -> str:
    text = log.read_text(errors="replace") if log.exists() else ""
    return "\n".join(f"      | {line}" for line in text.splitlines()[-lines:])


def die_with_parent(death_signal: int) -> None:
    """Asks the kernel for `death_signal` when the parent dies, even by kill -9. Does nothing outside Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, death_signal)


def ensure(level: str) -> Path:
    """Brings .venv up to `level` and returns its python. Does nothing when the locks have not changed."""
    (ROOT / ".data" / "log").mkdir(parents=True, exist_ok=True)
    with _only_one(ROOT / ".data" / "setup.lock"):
        python = VENV / "bin" / "python"
        stamp = _read_stamp()
        version = ".".join(map(str, sys.version_info[:2]))
        if stamp.get("python") != version or stamp.get("folder") != str(VENV) or not _works(python):
            _make_venv(fresh=VENV.exists())
            stamp = {}
        if not _satisfied(stamp, level):
            _install(python, level)
            stamp = {"python": version, "folder": str(VENV), "level": level, "locks": _digest(level)}
            STAMP.write_text(json.dumps(stamp), encoding="utf-8")
    return python


def _doing(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return f" ({lines[-1][:90]})" if lines else ""


def _read_stamp() -> dict[str, str]:
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in stamp.items()} if isinstance(stamp, dict) else {}


def _satisfied(stamp: dict[str, str], level: str) -> bool:
    levels = list(LOCKS)
    installed = stamp.get("level", "")
    if installed not in levels or levels.index(installed) < levels.index(level):
        return False
    return stamp.get("locks") == _digest(installed)


def _digest(level: str) -> str:
    """Of all locks up to `level`: a higher one is a superset only as long as the lower ones are as they were."""
    levels = list(LOCKS)
    digest = hashlib.sha256()
    for name in levels[: levels.index(level) + 1]:
        digest.update((ROOT / LOCKS[name]).read_bytes())
    return digest.hexdigest()


def _works(python: Path) -> bool:
    try:
        return subprocess.run([python, "-c", "import pip"], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def _make_venv(*, fresh: bool) -> None:
    version = ".".join(map(str, sys.version_info[:3]))
    say(f"      {'renewing' if fresh else 'making'} .venv with Python {version}")
    if fresh:
        shutil.rmtree(VENV)
    # The resolved interpreter: a symbolic link in some reduced PATH may be gone tomorrow.
    base = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
    log = ROOT / ".data" / "log" / "venv.log"
    if run_with_heartbeat("making .venv", [base, "-m", "venv", str(VENV)], log, _environment()) == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if "ensurepip" in log.read_text(errors="replace") or "No module named venv" in log.read_text(errors="replace"):
        minor = ".".join(map(str, sys.version_info[:2]))
        raise SetupError(
            f"Python's module venv is incomplete on this machine. Install it once, for example with:\n"
            f"  sudo apt install python3-venv        (Debian, Ubuntu; or python{minor}-venv)"
        )
    raise SetupError(f"The virtual environment could not be made:\n{tail(log)}")


def _install(python: Path, level: str) -> None:
    lock = LOCKS[level]
    say(f"      installing the packages of {lock} (first time: one to three minutes)")
    STAMP.unlink(missing_ok=True)
    log = ROOT / ".data" / "log" / "pip.log"
    command = [str(python), "-m", "pip", "install", "--require-hashes", "--prefer-binary", "--progress-bar", "off"]
    # Not compiled ahead: that is more than half of the work, and most modules are never imported.
    command += ["--no-compile", "--no-input", "--disable-pip-version-check", "-r", str(ROOT / lock)]
    if run_with_heartbeat("installing packages", command, log, _environment()) == 0:
        return
    text = log.read_text(errors="replace")
    if any(sign in text for sign in OFFLINE_SIGNS):
        raise SetupError(
            "The package index cannot be reached. The first start needs the internet, or an index of your own\n"
            f"named by PIP_INDEX_URL (and PIP_CERT, https_proxy where needed). pip said:\n{tail(log, 4)}"
        )
    raise SetupError(f"pip could not install {lock}; the whole output is in {log.relative_to(ROOT)}:\n{tail(log)}")


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "PYTHONPATH")}


@contextlib.contextmanager
def _only_one(path: Path) -> Iterator[None]:
    """`make run` and `make test` may be started together; only one of them builds .venv."""
    began = last_word = time.monotonic()
    with path.open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                time.sleep(0.2)
            if time.monotonic() - last_word > HEARTBEAT_SECONDS:
                last_word = time.monotonic()
                say(f"      … another make in this folder is setting up, {last_word - began:.0f} s")
        yield


def _newer_python() -> str | None:
    return next((found for found in map(shutil.which, NEWER_COMMANDS) if found), None)


def main(arguments: Sequence[str]) -> NoReturn:
    if sys.version_info < OLDEST:
        newer = _newer_python()
        if newer:
            os.execv(newer, [newer, "-I", __file__, *arguments])  # noqa: S606 - this file again, newer Python
        raise SetupError(
            f"Python {'.'.join(map(str, OLDEST))} or newer is needed; {sys.executable} is {sys.version.split()[0]}.\n"
            "Where a newer one is installed under another name:  make run PYTHON=/path/of/python3.13"
        )
    if "MAKELEVEL" in os.environ:
        # Only below make: somebody who starts us from a shell and closes it with nohup means us to stay.
        die_with_parent(signal.SIGTERM)
    level, rest = arguments[0], list(arguments[1:])
    python = ensure(level)
    if not rest:
        sys.exit(0)
    os.chdir(ROOT)
    os.execve(python, [str(python), *rest], _environment())  # noqa: S606 - becomes the command; keeps the process id


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
    except PermissionError as error:
        sys.exit(f"\n{error}\nIt belongs to another user. Become that user, or remove .venv and .data and start again.")
    except SetupError as error:
        sys.exit(f"\n{error}")
