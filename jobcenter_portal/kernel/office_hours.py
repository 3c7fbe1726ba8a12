# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Office hours as offices write them in German, understood: so that they can be said in other languages too."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

Minutes = tuple[int, int]
Week = Mapping[int, tuple[Minutes, ...]]
"""Weekday (1 is Monday) to ranges in minutes from midnight, half-open, local wall clock."""

_DAYS: Final = {
    name: number
    for number, names in enumerate(
        (
            ("montag", "mo"),
            ("dienstag", "di"),
            ("mittwoch", "mi"),
            ("donnerstag", "do"),
            ("freitag", "fr"),
            ("samstag", "sonnabend", "sa"),
            ("sonntag", "so"),
        ),
        1,
    )
    for name in names
}
_TIMES: Final = re.compile(r"(\d{1,2})(?:[:.](\d\d))?(?: uhr)?(?:-| bis )(\d{1,2})(?:[:.](\d\d))?(?: uhr)?")
_WORD: Final = re.compile(r"[^\W\d]+")
_SILENT: Final = frozenset({"und", "auch", "uhr", "von", "hotline", "telefon", "telefonisch", "jeweils"})
_TO: Final = "bis"
_DAY: Final = 24 * 60
_DAILY: Final = frozenset({"täglich"})


def understood(text: str) -> Week | None:
    """``Montag bis Freitag 8–12 Uhr, Donnerstag auch 13–17 Uhr``; None where a single word is not understood.

    Then the sentence is shown as it was written: half of it would send somebody to a closed door.
    """
    week: dict[int, list[Minutes]] = {}
    days: list[int] = []
    hours_said = False
    for token in _joined(_tokens(text)):
        if isinstance(token, range):
            days = [*([] if hours_said else days), *token]
            hours_said = False
        elif token is not None and days and 0 <= token[0] < token[1] <= _DAY:
            for day in days:
                week.setdefault(day, []).append(token)
            hours_said = True
        else:
            return None
    return {day: tuple(sorted(ranges)) for day, ranges in sorted(week.items())} if hours_said else None


def _joined(tokens: Iterator[int | Minutes | str | None]) -> Iterator[range | Minutes | None]:
    """Days as ranges: "Montag bis Mittwoch" is one. None for days that run backwards or reach nowhere."""
    first: int | None = None
    reaches = False
    for token in tokens:
        if isinstance(token, int) and reaches and first is not None:
            yield range(first + 1, token + 1) or None
            first, reaches = None, False
        elif isinstance(token, int):
            yield range(token, token + 1)
            first = token
        elif token == _TO and first is not None and not reaches:
            reaches = True
        elif isinstance(token, tuple) and not reaches:
            yield token
            first = None
        else:
            yield None
    if reaches:
        yield None


def _tokens(text: str) -> Iterator[int | Minutes | str | None]:
    """A weekday, a range of time, the word "bis" between days, or None for what is none of them."""
    rest = text.lower().replace("–", "-").replace("—", "-")
    while rest := rest.lstrip(" ,;.:&\n"):
        if times := _TIMES.match(rest):
            yield _minute(times[1], times[2]), _minute(times[3], times[4])
            rest = rest[times.end() :]
        elif rest.startswith("-"):
            yield _TO
            rest = rest[1:]
        elif word := _WORD.match(rest):
            yield from _meaning(word[0])
            rest = rest[word.end() :]
        else:
            yield None
            return


def _meaning(word: str) -> Iterator[int | str | None]:
    if word in _DAYS:
        yield _DAYS[word]
    elif word == _TO:
        yield _TO
    elif word in _DAILY:
        yield from range(1, 6)
    elif word not in _SILENT:
        yield None


def _minute(hour: str, minute: str | None) -> int:
    return int(hour) * 60 + int(minute or 0)
