# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The values of a kind as examples: what an office sees beside its text, and the longest ones, which decide what an
SMS costs.
"""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Final

from django.utils.translation import gettext_lazy as _

from notifications.kinds import Placeholder, Value, kind_of
from notifications.texts.rendering import BY_POST
from notifications.texts.syntax import Pattern

__all__ = ["Placeholder", "every_case", "examples", "placeholders_of", "worst_case"]

_MOST_TRIED: Final = 10
"""Each further name that conditions ask about doubles what has to be tried."""
_OF_THE_WAY: Final[Mapping[str, Placeholder]] = {
    BY_POST: Placeholder(explanation=_("Es ist ein Brief auf Papier."), example=False, is_open=True)
}


def placeholders_of(kind: str) -> Mapping[str, Placeholder]:
    """The values of a kind, and what the way itself says to every text. Raises UnknownKind."""
    return {**kind_of(kind).placeholders, **_OF_THE_WAY}


def examples(kind: str, language: str, *, discreet: bool = False) -> dict[str, Value]:
    """What people could read, invented; in a discreet Jobcenter without what its messages hold back."""
    return {
        name: "" if discreet and known.is_withheld else _in(known.example, language)
        for name, known in placeholders_of(kind).items()
    }


def worst_case(kind: str, language: str, *, discreet: bool = False) -> dict[str, Value]:
    """The longest value of each name, all at once."""
    return {
        name: ""
        if discreet and known.is_withheld
        else _in(known.example if known.longest is None else known.longest, language)
        for name, known in placeholders_of(kind).items()
    }


def every_case(kind: str, pattern: Pattern, values: Mapping[str, Value]) -> Iterator[dict[str, Value]]:
    """`values` with each combination of what the text's conditions ask about there and away.

    Of very many conditions only the first ones vary; the others hold.
    """
    known = placeholders_of(kind)
    asked = sorted(pattern.asked)[:_MOST_TRIED]
    for kept in product((True, False), repeat=len(asked)):
        there = dict(zip(asked, kept, strict=True))
        chosen = [known[name].one_of for name in asked if there[name] and known[name].one_of]
        if len(chosen) == len(set(chosen)):
            yield {**values, **{name: _away(values[name]) for name in asked if not there[name]}}


def _in(sample: object, language: str) -> Value:
    found: Value = sample(language) if callable(sample) else sample  # type: ignore[assignment]
    return found


def _away(value: Value) -> Value:
    return False if isinstance(value, bool) else 0 if isinstance(value, int) else ""
