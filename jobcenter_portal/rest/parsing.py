# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads JSON strictly: whatever two programs could read in two ways is refused before anything looks at it."""

import json
from collections.abc import Mapping
from math import isfinite
from typing import IO, Any, Final, NoReturn

from rest_framework.parsers import BaseParser

from jobcenter_portal.rest.problems import MALFORMED_JSON, NULL_BYTE, Problem

_DEEPEST: Final = 8
_LONGEST_NUMBER: Final = 18


class StrictJsonParser(BaseParser):
    """No names twice, no NaN, no lone surrogates, no NUL, nothing nested without end, no endless numbers.

    How long a body may be is judged earlier (web.guards). Raises Problem.
    """

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            parsed = json.loads(
                stream.read().decode("utf-8"),
                object_pairs_hook=_each_name_once,
                parse_int=_short_integer,
                parse_float=_finite,
                parse_constant=_no_constant,
            )
            _look_through(parsed, 0)
        except (ValueError, RecursionError):
            # The cause is dropped: its message repeats what was sent.
            raise Problem(MALFORMED_JSON) from None
        return parsed


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("a name stands twice in an object")
    return read


def _short_integer(digits: str) -> int:
    if len(digits.lstrip("-")) > _LONGEST_NUMBER:
        raise ValueError("the number is too long")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if not isfinite(number):
        raise ValueError("the number is too large")
    return number


def _no_constant(_name: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")


def _look_through(value: Any, depth: int) -> None:
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    if isinstance(value, str):
        _need_storable(value)
    elif isinstance(value, dict):
        for name, inner in value.items():
            _need_storable(name)
            _look_through(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _look_through(inner, depth + 1)


def _need_storable(text: str) -> None:
    """PostgreSQL stores no NUL, and a half of a surrogate pair is no character. Raises Problem, UnicodeEncodeError."""
    if "\x00" in text:
        raise Problem(NULL_BYTE)
    text.encode("utf-8")
