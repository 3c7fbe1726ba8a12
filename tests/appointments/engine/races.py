# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What races need: many connections at one moment, a gap held open between looking and writing, and a guard taken away.

The gap is always there; by chance somebody steps into it now and then. Held open, everybody does, each time.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection, connections

from appointments import booking, changing, holding
from appointments.holding import HoldGone
from appointments.taking import Refused, SlotTaken, take_one_of
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter

WAIT = 30.0
Attempt = Callable[[], object]


def at_once(jobcenter: Jobcenter, attempts: Sequence[Attempt]) -> list[object]:
    """What became of each attempt, all released together on connections of their own; a refusal comes as its type."""
    start = threading.Barrier(len(attempts))

    def one(attempt: Attempt) -> object:
        try:
            with tenant_context(jobcenter):
                connection.ensure_connection()
                start.wait(WAIT)
                return attempt()
        except (SlotTaken, Refused, HoldGone, OperationalError) as refusal:
            return type(refusal)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(attempts)) as pool:
        return list(pool.map(one, attempts))


def elsewhere(jobcenter: Jobcenter, act: Callable[[], object]) -> object:
    """Do something on another connection and wait until it is done."""
    return at_once(jobcenter, [act])[0]


def before_the_first_write(monkeypatch: pytest.MonkeyPatch, wait: Callable[[], object]) -> None:
    """Each thread, having looked who is free, waits once before it writes."""
    waited = threading.local()

    def after_waiting(*arguments: object) -> object:
        if not getattr(waited, "once", False):
            waited.once = True
            wait()
        return take_one_of(*arguments)  # type: ignore[arg-type]

    for module in (booking, changing, holding):
        monkeypatch.setattr(module, "take_one_of", after_waiting)


def everybody_looks_first(monkeypatch: pytest.MonkeyPatch, people: int) -> None:
    barrier = threading.Barrier(people)
    before_the_first_write(monkeypatch, lambda: barrier.wait(WAIT))


@contextmanager
def without(name: str) -> Iterator[None]:
    """The table of taken time without one of its judges, which comes back afterwards; the rows go before that."""
    with connections["owner"].cursor() as owner:
        owner.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name])
        constraint = owner.fetchone()
        owner.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [name])
        (index,) = owner.fetchone()
        owner.execute(
            f"ALTER TABLE appointments_occupancy DROP CONSTRAINT {name}" if constraint else f"DROP INDEX {name}"
        )
    try:
        yield
    finally:
        with connections["owner"].cursor() as owner:
            owner.execute("TRUNCATE appointments_occupancy")
            again = f"ALTER TABLE appointments_occupancy ADD CONSTRAINT {name} {constraint[0]}" if constraint else index
            owner.execute(again)


def overlaps() -> int:
    """Pairs of active rows of one calendar that share time, counted without the help of the constraint."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM appointments_occupancy a JOIN appointments_occupancy b"
            " ON a.calendar_id = b.calendar_id AND a.id < b.id"
            " AND lower(a.period) < upper(b.period) AND lower(b.period) < upper(a.period)"
            " WHERE a.state IN (1, 2, 3) AND b.state IN (1, 2, 3)"
        )
        found: int = cursor.fetchone()[0]
        return found
