# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""As whom the servers run. PostgreSQL refuses root, so root has to become somebody without making a system user.

Tried in this order, each probed before it is used:
1. not root: as we are;
2. whoever owns the data already (the last start was not root's);
3. a user namespace without a mapping: the process looks unprivileged to itself and stays the files' owner to the
   kernel, so nothing has to be copied and closed folders above do not matter;
4. nobody, with copies of programs and data below /var/tmp, because nobody cannot pass through a home of mode 0700.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from jobcenter_portal.embedded.bootstrap import ROOT, SetupError

CLONE_NEWUSER = 0x10000000
NOBODY = 65534
SHARED = Path("/var/tmp")  # noqa: S108 - checked for its owner below


@dataclass(frozen=True, slots=True)
class Identity:
    name: str
    become: Callable[[], None]
    """Called in the new process between fork and exec."""
    owner: int | None = None
    """Files of the server must belong to this user; None: they are ours already."""
    base: Path | None = None
    """Where programs and data have to lie instead of in the project."""

    def hand_over(self, path: Path) -> None:
        if self.owner is not None:
            os.chown(path, self.owner, self.owner)

    def data_folder(self, data: Path) -> Path:
        """`data`, or its stand-in where this identity can reach it; made, and closed to others."""
        folder = data if self.base is None else self.base / "data" / _short(data)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.hand_over(folder)
        return folder

    def programs(self, site: Path, names: Sequence[str]) -> Path:
        """A folder that has `names` of `site` in it, at the same relative paths: `site` itself, or one with copies.

        The paths count: a wheel's programs find its libraries by relative ones.
        """
        if self.base is None:
            return site
        found = [name for name in names if (site / name).exists()]
        newest = max(path.stat().st_mtime_ns for name in found for path in (site / name).rglob("*") if path.is_file())
        copies = self.base / f"{_short(site / found[0])}-{newest}"
        if not copies.exists():
            unfinished = copies.with_name(f"{copies.name}.{os.getpid()}")
            for name in found:
                shutil.copytree(site / name, unfinished / name, symlinks=True, ignore=shutil.ignore_patterns("include"))
            for path in (unfinished, *unfinished.rglob("*")):
                if not path.is_symlink():
                    path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
            unfinished.rename(copies)
        return copies


OURSELVES = Identity("ourselves", lambda: None)


def choose(program: Path, data: Path) -> Identity:
    """The first identity that can run `program` and write below `data`."""
    if os.geteuid() != 0:
        return OURSELVES
    owner = data.stat().st_uid
    candidates = [_user(owner)] if owner else [Identity("user namespace", _enter_user_namespace)]
    if os.environ.get("JP_IDENTITY") == "nobody":
        candidates = []
    for candidate in candidates:
        if _can_use(candidate, program, data):
            return candidate
    return _user(NOBODY, base=_shared_base())


def _enter_user_namespace() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if not sys.platform.startswith("linux") or libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "no user namespace")


def _user(number: int, base: Path | None = None) -> Identity:
    def become() -> None:
        os.setgroups([])
        os.setgid(number)
        os.setuid(number)

    return Identity(f"user {number}", become, owner=number, base=base)


def _can_use(identity: Identity, program: Path, data: Path) -> bool:
    trial = data / f".trial.{os.getpid()}"

    def become_and_write() -> None:
        identity.become()
        trial.touch()
        trial.unlink()

    try:
        done = subprocess.run(
            [program, "--version"],
            check=False,
            capture_output=True,
            cwd="/",
            preexec_fn=become_and_write,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def _shared_base() -> Path:
    """A folder of this clone that everybody may pass through and only root may change."""
    base = SHARED / f"jobcenter-portal-{_short(ROOT)}"
    for folder in (base, base / "data"):
        folder.mkdir(mode=0o755, exist_ok=True)
        found = folder.lstat()
        # /var/tmp is open to all: somebody else's folder or link of this name would get our data.
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise SetupError(f"{folder} belongs to somebody else; remove it, or start as a normal user.")
        folder.chmod(0o755)
    return base


def _short(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]
