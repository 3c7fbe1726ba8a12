# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Statements that run very often: planned once per connection instead of each time (docs/adr/0010)."""

from collections.abc import Sequence
from typing import Any

from django.db import connection


def prepared_rows(sql: str, params: Sequence[Any]) -> Sequence[tuple[Any, ...]]:
    """All rows of a statement with the server's own placeholders ($1 and so on), in the transaction if there is one.

    For the same `sql` thousands of times; each different text is kept by the server as long as the connection lives.
    """
    rows: Sequence[tuple[Any, ...]] = connection.prepared_rows(sql, params)  # type: ignore[attr-defined]
    return rows
