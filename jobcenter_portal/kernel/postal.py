# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Postal addresses as they stand in the window of an envelope: two to five lines, the last one postcode and town."""

import re
import unicodedata
from enum import Enum, unique
from typing import Final

FEWEST_LINES: Final = 2
MOST_LINES: Final = 5
LONGEST_LINE: Final = 50
"""What the window shows in letters that a sorting machine still reads."""
_TOWN = re.compile(r"\d{5} \S.*")
_NOT_FOR_PAPER: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@unique
class AddressFault(Enum):
    TOO_SHORT = "too_short"
    TOO_MANY_LINES = "too_many_lines"
    LINE_TOO_LONG = "line_too_long"
    NO_TOWN = "no_town"


class NotAPostalAddress(ValueError):
    """The text is no address that the post could use. Names the fault, never the text."""

    def __init__(self, fault: AddressFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def parse_address(raw: str) -> tuple[str, ...]:
    """The lines of a German address (`Anna Beispiel`, `Am Weg 1`, `36037 Fulda`), or raise NotAPostalAddress."""
    lines = tuple(filter(None, map(_line, raw.splitlines())))
    if len(lines) < FEWEST_LINES:
        raise NotAPostalAddress(AddressFault.TOO_SHORT)
    if len(lines) > MOST_LINES:
        raise NotAPostalAddress(AddressFault.TOO_MANY_LINES)
    if any(len(line) > LONGEST_LINE for line in lines):
        raise NotAPostalAddress(AddressFault.LINE_TOO_LONG)
    if not _TOWN.fullmatch(lines[-1]):
        raise NotAPostalAddress(AddressFault.NO_TOWN)
    return lines


def _line(typed: str) -> str:
    """Without signs that paper does not show: one that turns the direction of writing would spoil the address.

    Digits of any script become those that sorting machines read; people type with the keyboard they have.
    """
    digits = (str(unicodedata.decimal(sign, sign)) for sign in unicodedata.normalize("NFC", typed))
    shown = (" " if sign.isspace() else sign for sign in digits)
    return " ".join("".join(sign for sign in shown if unicodedata.category(sign) not in _NOT_FOR_PAPER).split())
