# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""One appointment on one sheet of paper, for who has neither e-mail nor phone: tagged for screen readers (PDF/UA-1).

The caller says it all in the person's language; this module only hands it to the typesetter, as text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from notifications.channels.letter.typesetting import press, qr, visible


@dataclass(frozen=True, slots=True)
class SheetList:
    """A heading with a list below it; `with_boxes` to tick with a pen."""

    heading: str
    lines: Sequence[str]
    with_boxes: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Sheet:
    """`language` is a code of the portal; `when` the large lines, `invariant` the same as German letters write it.

    `code` is printed in large letters and, where `code_alt` says what the picture is, as a QR code. No repr: the code
    opens the appointment.
    """

    language: str
    sender: str
    title: str
    day: str
    time: str
    invariant: str
    rows: Sequence[tuple[str, str]]
    lists: Sequence[SheetList]
    code_heading: str
    code: str
    code_alt: str
    code_lines: Sequence[str]
    foot: Sequence[str]

    def __repr__(self) -> str:
        return "Sheet()"


def sheet_pdf(sheet: Sheet, *, at: datetime) -> bytes:
    """`at` (aware) is the date of the file. Raises NoFonts, CannotBeSet, PressFailed."""
    return press({"sheet": _order(sheet)}, at=at)


def _order(sheet: Sheet) -> dict[str, object]:
    return {
        # Leichte Sprache is German to a screen reader; the typesetter takes codes of two or three letters.
        "language": sheet.language.partition("-")[0],
        "sender": visible(sheet.sender),
        "title": visible(sheet.title),
        "day": visible(sheet.day),
        "time": visible(sheet.time),
        "invariant": visible(sheet.invariant),
        "rows": [[visible(label), visible(value)] for label, value in sheet.rows],
        "lists": [
            {
                "heading": visible(one.heading),
                "lines": [visible(line) for line in one.lines],
                "with_boxes": one.with_boxes,
            }
            for one in sheet.lists
        ],
        "code_heading": visible(sheet.code_heading),
        "code": sheet.code,
        "qr": qr(sheet.code) if sheet.code_alt else "",
        "code_alt": visible(sheet.code_alt),
        "code_lines": [visible(line) for line in sheet.code_lines],
        "foot": [visible(line) for line in sheet.foot],
    }
