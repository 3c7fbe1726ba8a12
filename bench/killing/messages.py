# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Messages in, rows out, and time that passes for rows whose holders are dead."""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Final

import django.db
import psycopg
from django.db import connection, transaction

from bench.killing.judge import Row
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from notifications import service
from notifications.outbox.clock import database_now
from notifications.service import Channel, Planned, Priority

_TOGETHER: Final = 10
_MOVED_LATER: Final = 3
_PATIENCE_S: Final = 60.0
_SOON_USELESS: Final = timedelta(seconds=30)
_LONG_OF_USE: Final = timedelta(days=3)


@dataclass(slots=True)
class Planning:
    """Plans as features do, and remembers what was committed.

    Every tenth message is soon of no use any more. Every seventh subject is moved while the next ones are planned: its
    first revision waits, is being sent, is unclear or through by then.
    """

    jobcenters: Sequence[Jobcenter]
    chance: random.Random
    committed: set[str] = field(default_factory=set)
    to_move: deque[tuple[Jobcenter, Sequence[int]]] = field(default_factory=deque)

    def plan(self, numbers: range) -> None:
        """One transaction for a few, again and again until it is committed: planning twice plans once."""
        for first in range(numbers.start, numbers.stop, _TOGETHER):
            jobcenter = self.jobcenters[first // _TOGETHER % len(self.jobcenters)]
            some = range(first, min(first + _TOGETHER, numbers.stop))
            insisting(partial(self._plan, jobcenter, some, 1))
            self._remember(jobcenter, some, 1)
            self._move(jobcenter, [number for number in some if number % 7 == 0])

    def end(self) -> None:
        """Nothing more is planned; the last are moved."""
        while self.to_move:
            self._move_next()

    def _move(self, jobcenter: Jobcenter, numbers: Sequence[int]) -> None:
        if numbers:
            self.to_move.append((jobcenter, numbers))
        if len(self.to_move) > _MOVED_LATER:
            self._move_next()

    def _move_next(self) -> None:
        jobcenter, numbers = self.to_move.popleft()
        insisting(partial(self._plan, jobcenter, numbers, 2))
        self._remember(jobcenter, numbers, 2)

    def _remember(self, jobcenter: Jobcenter, numbers: Sequence[int], revision: int) -> None:
        self.committed |= {f"{jobcenter.pk}/{_subject(number)} r{revision}" for number in numbers}

    def _plan(self, jobcenter: Jobcenter, numbers: Sequence[int], revision: int) -> None:
        with tenant_context(jobcenter), transaction.atomic():
            now = database_now()
            for number in numbers:
                message = Planned(
                    kind="test-change" if number % 2 else "test-note",
                    occasion="now",
                    channel=Channel.EMAIL,
                    recipient=b"r" * 32,
                    language="de",
                    due_at=now + timedelta(seconds=self.chance.random()),
                    not_after=now + (_LONG_OF_USE if number % 10 else _SOON_USELESS),
                    priority=self.chance.choice(list(Priority)),
                )
                service.supersede(subject=_subject(number), below_revision=revision, now=now)
                service.plan(subject=_subject(number), revision=revision, messages=[message], now=now)


def insisting(act: Callable[[], None]) -> None:
    """Whatever happens to the database meanwhile."""
    until = time.monotonic() + _PATIENCE_S
    while True:
        try:
            act()
        except (django.db.Error, psycopg.Error):
            if time.monotonic() > until:
                raise
            connection.close()
            time.sleep(0.1)
        else:
            return


_LEASES_LAPSE: Final = "UPDATE notifications_message SET lease_until = now() - interval '1 s' WHERE lease_until > now()"
_RESTS_END: Final = """
UPDATE notifications_message SET next_attempt_at = now() - interval '1 s'
    WHERE next_attempt_at > now() AND state IN ('planned', 'retry', 'ambiguous');
UPDATE notifications_accountstate SET rests_until = rests_until - interval '10 min', probed_at = probed_at - interval
    '10 min' WHERE rests_until IS NOT NULL OR probed_at IS NOT NULL;
UPDATE notifications_outboxwake SET next_due_at = now()"""
_OPEN: Final = """SELECT count(*) FROM notifications_message WHERE state IN ('planned', 'retry', 'leased', 'sending')
    OR (state = 'ambiguous' AND next_attempt_at IS NOT NULL)"""
_ROWS: Final = """
SELECT m.tenant_id, m.subject, m.revision, m.message_id_token, m.kind, m.state, m.not_after, m.finished_at,
    m.next_attempt_at IS NOT NULL, array(SELECT a.outcome::text FROM notifications_attempt a
        WHERE a.tenant_id = m.tenant_id AND a.message_id = m.id ORDER BY a.n)
FROM notifications_message m ORDER BY m.id"""


def minutes_pass(superuser_url: str, *, nobody_lives: bool) -> None:
    """What waits is due now. Leases lapse too, but only while nobody is alive who could still hold one."""
    with psycopg.connect(superuser_url, autocommit=True) as database:
        if nobody_lives:
            database.execute(_LEASES_LAPSE)
        database.execute(_RESTS_END)


def still_open(superuser_url: str) -> int:
    with psycopg.connect(superuser_url, autocommit=True) as database:
        (count,) = database.execute(_OPEN).fetchone() or (0,)
        return int(count)


def rows(superuser_url: str, jobcenters: Sequence[Jobcenter]) -> list[Row]:
    """All messages of all Jobcenters; what the desk lists is asked as the desk does, in each one's context."""
    with psycopg.connect(superuser_url, autocommit=True) as database:
        found = database.execute(_ROWS).fetchall()
    listed: set[tuple[int, str, int]] = set()
    for jobcenter in jobcenters:
        with tenant_context(jobcenter):
            views = service.unclear_messages(limit=max(len(found), 1))
            listed |= {(jobcenter.pk, view.subject, view.revision) for view in views}
    return [
        Row(
            subject=f"{tenant}/{subject}",
            revision=revision,
            reference=token,
            kind=kind,
            state=state,
            not_after=not_after,
            closed_at=closed_at,
            is_listed=(tenant, subject, revision) in listed,
            is_waiting=waits,
            trace=tuple(trace),
        )
        for tenant, subject, revision, token, kind, state, not_after, closed_at, waits, trace in found
    ]


def _subject(number: int) -> str:
    return f"thing:{number}"
