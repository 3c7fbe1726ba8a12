# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The floor under a search: the least that any search has to do, by the same role on the same rows.

A bare prepared `SELECT 1`, and one index-only scan that counts the occupancies a search must look at: those of the
site's calendars that can meet its window.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from bench.national.plan import LEAD_HOURS, NOW, ZONE, Office

_DAY_TICKS = 288
_COUNT = """
SELECT count(*) FROM appointments_occupancy WHERE calendar_id = ANY (%s) AND start_tick >= %s AND start_tick < %s
AND state IN (1, 2, 3) AND (expires_at IS NULL OR expires_at > now())
"""


class NotAFloor(RuntimeError):
    """The yardstick itself does more than it should; every ratio would look better than it is."""


@dataclass(frozen=True, slots=True)
class Floor:
    connection: psycopg.Connection[Any]
    office: Office
    days: int

    def select_1(self) -> None:
        self.connection.execute("SELECT 1", prepare=True).fetchone()

    def scan(self) -> int:
        found = self.connection.execute(_COUNT, self._parameters(), prepare=True, binary=True).fetchone()
        return int(found[0]) if found else 0

    def check(self) -> None:
        """Raises NotAFloor unless the scan reads the index alone."""
        found = self.connection.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {_COUNT}", self._parameters()).fetchone()
        scan = _leaf(found[0][0]["Plan"] if found else {})
        if scan.get("Node Type") != "Index Only Scan" or scan.get("Heap Fetches"):
            raise NotAFloor(json.dumps({key: scan.get(key) for key in ("Node Type", "Index Name", "Heap Fetches")}))

    def _parameters(self) -> tuple[list[int], int, int]:
        zone = ZoneInfo(ZONE)
        first = (NOW + timedelta(hours=LEAD_HOURS)).astimezone(zone).date()
        until = NOW.astimezone(zone).date() + timedelta(days=self.days)
        low, high = (
            int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) // 300 for day in (first, until)
        )
        # An occupancy lasts a day at most: what began the day before may still be there.
        return list(self.office.sites[0].calendar_ids), low - _DAY_TICKS, high


@contextmanager
def floor_of(url: str, office: Office, days: int) -> Iterator[Floor]:
    """`url` is jp_app's: row-level security applies as it does to the search."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT set_config('app.tenant', %s, false)", [str(office.tenant_id)])
        yield Floor(connection, office, days)


def _leaf(plan: dict[str, Any]) -> dict[str, Any]:
    while plan.get("Plans"):
        plan = plan["Plans"][0]
    return plan
