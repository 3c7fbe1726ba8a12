# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where lists lie: one folder for each Jobcenter, closed to everybody else, and every file in it whole or not there.

The folder itself must exist before: it is an encrypted volume of its own, and one that is not mounted must be noticed
rather than replaced by a folder on a disk that nobody encrypted.
"""

import contextlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from django.conf import settings

KEPT: Final = timedelta(days=2)
_OPEN_TO_US: Final = 0o700
_OURS: Final = 0o600
_LAST_ROUND: Final = ".letzter-lauf.json"
_PART: Final = ".part"
_NAME: Final = re.compile(r"(?P<slug>[a-z0-9_-]{1,40})_(?P<day>\d{4}-\d{2}-\d{2})\.(?P<form>pdf|csv)")


class Form(StrEnum):
    PDF = "pdf"
    CSV = "csv"


class NoFolder(RuntimeError):
    """EMERGENCY_LIST_DIR is not set, or nothing is there: a volume that is not mounted."""


@dataclass(frozen=True, slots=True)
class Lying:
    """One file that lies there. `at` is the moment that it tells of."""

    slug: str
    day: date
    form: Form
    at: datetime


@dataclass(frozen=True, slots=True)
class Round:
    """The last time that somebody looked whether lists are due, and how many could not be written then."""

    at: datetime
    failed: int


def is_set_up() -> bool:
    return bool(settings.EMERGENCY_LIST_DIR)


def root() -> Path:
    """Raises NoFolder."""
    folder = Path(settings.EMERGENCY_LIST_DIR)
    if not is_set_up() or not folder.is_dir():
        raise NoFolder
    return folder


def put(jobcenter: str, *, slug: str, day: date, form: Form, content: bytes, at: datetime) -> None:
    """Write a file beside and rename it into its place: a reader sees the old list or the new one, never half of it.

    Raises NoFolder, OSError (the disk is full, or read-only).
    """
    folder = root() / jobcenter
    folder.mkdir(mode=_OPEN_TO_US, exist_ok=True)
    folder.chmod(_OPEN_TO_US)
    _write(folder / f"{slug}_{day:%Y-%m-%d}.{form}", content, at)


def lying(jobcenter: str) -> list[Lying]:
    """What lies there for a Jobcenter; nothing, where nothing was ever written. Raises NoFolder."""
    return [found for found, _path in _files(root() / jobcenter)]


def content(jobcenter: str, *, slug: str, day: date, form: Form) -> tuple[bytes, datetime] | None:
    """A file and the moment it tells of; None where there is none. Raises NoFolder."""
    for found, path in _files(root() / jobcenter):
        if (found.slug, found.day, found.form) == (slug, day, form):
            with contextlib.suppress(FileNotFoundError):  # gone by age meanwhile
                return path.read_bytes(), found.at
    return None


def remove_old(jobcenter: str, *, today: date) -> int:
    """Remove lists of days that are over, and what a killed writer left; how many files. Raises NoFolder."""
    folder, gone = root() / jobcenter, 0
    for found, path in _files(folder):
        if found.day < today - KEPT:
            path.unlink(missing_ok=True)
            gone += 1
    for left in folder.glob(f".*{_PART}"):
        left.unlink(missing_ok=True)
    return gone


def note_round(*, at: datetime, failed: int) -> None:
    """Leave word for whoever watches. Raises NoFolder, OSError."""
    _write(root() / _LAST_ROUND, json.dumps({"at": at.isoformat(), "failed": failed}).encode(), at)


def last_round() -> Round | None:
    """Raises NoFolder."""
    try:
        told = json.loads((root() / _LAST_ROUND).read_bytes())
    except FileNotFoundError:
        return None
    return Round(datetime.fromisoformat(told["at"]), told["failed"])


def _files(folder: Path) -> Sequence[tuple[Lying, Path]]:
    return sorted(_found(folder), key=lambda pair: pair[1]) if folder.is_dir() else []


def _found(folder: Path) -> Iterator[tuple[Lying, Path]]:
    for path in folder.iterdir():
        if named := _NAME.fullmatch(path.name):
            at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            yield Lying(named["slug"], date.fromisoformat(named["day"]), Form(named["form"]), at), path


def _write(path: Path, content: bytes, at: datetime) -> None:
    part = path.with_name(f".{path.name}{_PART}")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OURS), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.utime(part, (at.timestamp(), at.timestamp()))
        part.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Let the renaming itself be on the disk: the power may go the next moment, and that is what lists are for."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
