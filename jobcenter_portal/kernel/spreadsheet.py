# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tables for Excel and LibreOffice, which take some of what people type for a formula and would run it."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

_BEGIN_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""The last four are the wide forms, which spreadsheets in East Asian settings read alike."""


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """As German offices open it by a double click: semicolons, a byte order mark, lines that end like Windows' own."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """The same text, never a formula: an apostrophe in front tells a spreadsheet that it is text."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_BEGIN_A_FORMULA) else cell
