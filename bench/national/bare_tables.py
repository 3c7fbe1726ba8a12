# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Takes indexes, keys and references off tables for a load and puts them back exactly as they stood."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql

# References first, since they lean on keys; whatever leans on our tables from elsewhere too.
_CONSTRAINTS = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid), contype::text
FROM pg_constraint
WHERE contype IN ('p', 'u', 'x', 'f') AND (conrelid = ANY (%(tables)s::regclass[])
    OR contype = 'f' AND confrelid = ANY (%(tables)s::regclass[]))
ORDER BY contype <> 'f', contype <> 'x', conrelid::regclass::text, conname
"""
_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
FROM pg_index i
WHERE indrelid = ANY (%(tables)s::regclass[])
    AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))
ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    drop: str
    create: str


@contextmanager
def bare(connection: psycopg.Connection, tables: Sequence[str], say: Callable[[str], None]) -> Iterator[None]:
    """Inside, the tables are heaps with checks. Commits before building what was taken off, then after each part.

    Needs a role that sees all rows: under FORCE ROW LEVEL SECURITY a reference would be checked against nothing.
    """
    before = _parts(connection, tables)
    for part in before:
        connection.execute(_trusted(part.drop))
    yield
    connection.commit()
    for part in reversed(before):
        began = time.monotonic()
        connection.execute(_trusted(part.create))
        connection.commit()
        if time.monotonic() - began > 1:
            say(f"{part.name}, {time.monotonic() - began:.0f} s")
    if _parts(connection, tables) != before:
        raise RuntimeError("the schema is not what it was before the load")


def _parts(connection: psycopg.Connection, tables: Sequence[str]) -> list[_Part]:
    names = {"tables": list(tables)}
    constraints = [
        _Part(name, f"ALTER TABLE {table} DROP CONSTRAINT {name}", f"ALTER TABLE {table} ADD CONSTRAINT {name} {text}")
        for table, name, text, _kind in connection.execute(_CONSTRAINTS, names)
    ]
    indexes = [_Part(name, f"DROP INDEX {name}", text) for name, text in connection.execute(_INDEXES, names)]
    return [*constraints, *indexes]


def _trusted(text: str) -> sql.SQL:
    """Text that the catalogue itself gave us."""
    return sql.SQL(text)
