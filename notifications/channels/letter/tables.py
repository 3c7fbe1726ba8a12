# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A table on as many sheets as it takes, its head on each of them: tagged for screen readers (PDF/UA-1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from notifications.channels.letter.typesetting import press, visible


@dataclass(frozen=True, slots=True, repr=False)
class Table:
    """`widths` are shares. The first `strong` cells of a row stand out; each row ends with a box under `tick`.

    `page` and `of` are the words around page numbers. No repr: the rows name people.
    """

    language: str
    sender: str
    title: str
    as_of: str
    columns: Sequence[str]
    widths: Sequence[int]
    rows: Sequence[Sequence[str]]
    strong: int
    tick: str
    empty: str
    notes: Sequence[str]
    page: str
    of: str

    def __repr__(self) -> str:
        return "Table()"


def table_pdf(table: Table, *, at: datetime) -> bytes:
    """`at` (aware) is the date of the file. Raises NoFonts, CannotBeSet, PressFailed."""
    return press({"table": _order(table)}, at=at)


def _order(table: Table) -> dict[str, object]:
    return {
        "language": table.language,
        "sender": visible(table.sender),
        "title": visible(table.title),
        "as_of": visible(table.as_of),
        "columns": [visible(column) for column in table.columns],
        "widths": list(table.widths),
        "rows": [[visible(cell) for cell in row] for row in table.rows],
        "strong": table.strong,
        "tick": visible(table.tick),
        "empty": visible(table.empty),
        "notes": [visible(note) for note in table.notes],
        "page": table.page,
        "of": table.of,
    }
