# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Counts what a database connection really sends, by libpq's own trace: statements of drivers and backends too.

Needs nothing but Django and psycopg: both sides of a comparison are counted alike.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection

COUNT = "X-Count-Statements"
"""A request with this header is answered with the number of statements that it took, in a header of the same name."""
_ENVIRON = "HTTP_X_COUNT_STATEMENTS"
_SENDING = (b"Execute", b"Query")


@dataclass(slots=True)
class Counted:
    statements: int = 0


@contextmanager
def on_the_wire(driver: Any) -> Iterator[Counted]:
    """Statements that a psycopg connection sends inside."""
    counted = Counted()
    with tempfile.TemporaryFile() as trace:
        driver.pgconn.trace(trace.fileno())
        try:
            yield counted
        finally:
            driver.pgconn.untrace()
            trace.seek(0)
            counted.statements = sum(map(_is_statement, trace))


def counting_statements(application: Callable[[Any, Any], Iterable[bytes]]) -> Callable[[Any, Any], Iterable[bytes]]:
    """A WSGI application that counts when it is asked to and is as fast as before when it is not."""

    def counting(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if _ENVIRON not in environ:
            return application(environ, start_response)
        connection.ensure_connection()
        answered: list[Any] = []
        with on_the_wire(connection.connection) as counted:
            body = list(application(environ, lambda *answer: answered.extend(answer)))
        status, headers = answered[:2]
        start_response(status, [*headers, (COUNT, str(counted.statements))])
        return body

    return counting


def _is_statement(line: bytes) -> bool:
    """A line of the trace: time, side, length, message."""
    parts = line.split(b"\t")
    return len(parts) > 3 and parts[1] == b"F" and parts[3].strip() in _SENDING
