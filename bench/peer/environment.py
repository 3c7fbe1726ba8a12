# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The peer's own virtual environment, .venv-bench, from its own lock: the portal's stays what its locks say."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

from jobcenter_portal.embedded.bootstrap import ROOT, SetupError, run_with_heartbeat, say, tail
from jobcenter_portal.embedded.environment import plain
from jobcenter_portal.embedded.places import Places

VENV = ROOT / ".venv-bench"
LOCK = ROOT / "requirements-bench.txt"
_STAMP = VENV / "installed"


def python(places: Places) -> Path:
    """Its interpreter, with the packages of the lock; made at first use."""
    wanted = hashlib.sha256(LOCK.read_bytes() + str((VENV, sys.version_info[:2])).encode()).hexdigest()
    found = VENV / "bin" / "python"
    if _STAMP.exists() and _STAMP.read_text(encoding="ascii") == wanted and found.exists():
        return found
    say(f"installing the packages of {LOCK.name} into {VENV.name}")
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)  # noqa: S603 -- our own Python
    command = [str(found), "-m", "pip", "install", "--require-hashes", "--no-input", "--disable-pip-version-check"]
    log = places.log / "pip-bench.log"
    if run_with_heartbeat("installing", [*command, "--progress-bar=off", "-r", str(LOCK)], log, plain()) != 0:
        raise SetupError(f"pip could not install {LOCK.name}:\n{tail(log)}")
    _STAMP.write_text(wanted, encoding="ascii")
    return found
