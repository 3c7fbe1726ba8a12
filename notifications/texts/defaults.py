# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The texts that the portal brings along: `<app>/templates/messages/<kind>/<channel>.<language>.txt`.

The first line of an e-mail's text is `Subject: …`, that of a letter's its heading in the same way. A file is read
once per process.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from django.apps import apps

from notifications.channels.base import Channel
from notifications.texts.syntax import Pattern, TextFault, parse

SUBJECT: Final = "Subject: "
_KEY: Final = re.compile(r"[a-z0-9_-]{1,32}")
_FILE: Final = re.compile(r"(?P<channel>[a-z]+)\.(?P<language>[a-z-]+)\.txt")
_SUBJECT_MISSING: Final = "Die erste Zeile muss mit „Subject: “ beginnen."

Key = tuple[str, Channel, str]
"""Kind, channel, language."""


class NoText(LookupError):
    """Nobody wrote a text for this kind and channel, not even a German one."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text that was read. `version` is 0 for what the portal brings along; SMS have no subject."""

    subject: Pattern | None
    body: Pattern
    language: str
    version: int = 0


def default(kind: str, channel: Channel, language: str) -> Text | None:
    """The text of exactly this language, if there is one. Raises TextFault, and NoText for a key that is none."""
    if not _KEY.fullmatch(kind) or not _KEY.fullmatch(language):
        raise NoText("kind or language malformed")
    return _read(kind, channel, language)


def all_defaults() -> Mapping[Key, Text]:
    """Every text there is. Raises TextFault."""
    found = {}
    for folder in _folders():
        for path in sorted(folder.glob("messages/*/*.txt")):
            name = _FILE.fullmatch(path.name)
            if name is None:
                raise TextFault(1, f"{path.name} ist kein Name für einen Text.")
            kind, channel, language = path.parent.name, Channel(name["channel"]), name["language"]
            text = default(kind, channel, language)
            assert text is not None  # noqa: S101 -- its file was just seen
            found[kind, channel, language] = text
    return found


def read_text(words: str, channel: Channel, language: str) -> Text:
    """Read the content of a file. Raises TextFault."""
    if channel is Channel.SMS:
        return Text(None, parse(words), language)
    first, _, rest = words.lstrip().partition("\n")
    if not first.startswith(SUBJECT):
        raise TextFault(1, _SUBJECT_MISSING)
    return Text(parse(first.removeprefix(SUBJECT).strip()), parse(rest), language)


@cache
def _read(kind: str, channel: Channel, language: str) -> Text | None:
    for folder in _folders():
        path = folder / "messages" / kind / f"{channel}.{language}.txt"
        if path.is_file():
            return read_text(path.read_text(encoding="utf-8"), channel, language)
    return None


def _folders() -> tuple[Path, ...]:
    return (*_also, *(Path(app.path) / "templates" for app in apps.get_app_configs()))


_also: list[Path] = []


@contextmanager
def also_from(folder: Path) -> Iterator[None]:
    """Read texts of this folder too, before those of the apps: for tests, which bring their own kinds."""
    _also.insert(0, folder)
    _read.cache_clear()
    try:
        yield
    finally:
        _also.remove(folder)
        _read.cache_clear()
