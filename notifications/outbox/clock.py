# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""One clock for all workers: the database's, read once per use case and carried on by a stopwatch.

The wall clock of a worker may jump; if it decided about leases, two workers could hold one message.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection


@dataclass(frozen=True, slots=True)
class Clock:
    """Starts at an aware instant and goes on by itself."""

    started_at: datetime
    stopwatch: Callable[[], float] = time.monotonic
    _started: float = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_started", self.stopwatch())

    def now(self) -> datetime:
        return self.started_at + timedelta(seconds=self.stopwatch() - self._started)


def database_now() -> datetime:
    """The database's clock at this moment (not the transaction's start), aware, UTC."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
    assert isinstance(now, datetime)  # noqa: S101 -- what the driver makes of timestamptz
    return now
