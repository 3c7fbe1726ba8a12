# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How often something happened in ten minutes, of everybody together: one row for each, which all of them meet at.

So it must not wait for the disk while others wait for it: 64 clients at one row got 500 a second through when each
waited, and 8,600 when none did, because its lock ends with its transaction. Whoever pulls the plug loses the tallies
of a fifth of a second, and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.db.models import Sum

from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.counters import Tally

STRETCH: Final = timedelta(minutes=10)
REFUSED: Final = "full:"
"""Before the name of a limit: so often it said no."""
_ADD: Final = """
INSERT INTO tenancy_tally (tenant_id, what, begins_at, count, is_unusual)
SELECT %s, %s, %s, 1, false FROM (SELECT set_config('synchronous_commit', {how}, true)) AS how
ON CONFLICT (tenant_id, what, begins_at) DO UPDATE SET count = tenancy_tally.count + 1
RETURNING count, is_unusual"""
_AS_IT_IS: Final = _ADD.format(how="current_setting('synchronous_commit')")
_WITHOUT_WAITING: Final = _ADD.format(how="'off'")


@dataclass(frozen=True, slots=True)
class Tallied:
    """The running ten minutes, this one included."""

    count: int
    is_unusual: bool


def add(what: str, *, now: datetime) -> Tallied:
    """It happened once more. Inside a transaction the caller's own rows decide whether the disk is waited for."""
    with connection.cursor() as cursor:
        statement = _AS_IT_IS if connection.in_atomic_block else _WITHOUT_WAITING
        cursor.execute(statement, [current_tenant().pk, what, stretch_of(now)])
        return Tallied(*cursor.fetchone())


def mark_unusual(what: str, *, now: datetime) -> bool:
    """Whether this is the first to say so of the running ten minutes."""
    found = Tally.objects.filter(what=what, begins_at=stretch_of(now), is_unusual=False)
    return bool(found.update(is_unusual=True))


def add_refusal(limit: str, *, now: datetime) -> None:
    """A limit said no, to whom is nobody's business. Never inside a transaction that the refusal rolls back."""
    add(REFUSED + limit, now=now)


def refusals(*, since: datetime) -> Mapping[str, int]:
    """By limit, those that said no at all. Of the stretch in which `since` lies too."""
    found = Tally.objects.filter(what__startswith=REFUSED, begins_at__gt=since - STRETCH)
    rows = found.values_list("what").annotate(times=Sum("count"))
    return {what.removeprefix(REFUSED): times for what, times in rows}


def stretch_of(now: datetime) -> datetime:
    return now.replace(minute=now.minute - now.minute % (STRETCH.seconds // 60), second=0, microsecond=0)
