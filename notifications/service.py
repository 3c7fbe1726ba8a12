# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The only door of notifications: plan messages, take them back, see what became of them.

`plan`, `supersede` and `withdraw` belong into the transaction that changes the subject, after everything else in it:
then a booking and its messages exist together or not at all.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import structlog
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from kombu.connection import ConnectionPool
from kombu.exceptions import KombuError

from jobcenter_portal.celery import app as celery_app
from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.tasks import HEADER
from notifications.channels.base import CalendarPart, Channel
from notifications.kinds import Envelope, MessageKind, MessageRef, Priority, register
from notifications.outbox import planning
from notifications.outbox.fates import Fate, MessageView, history, unclear_messages
from notifications.outbox.health import DeliveryHealth, health
from notifications.outbox.planning import Planned
from notifications.states import State

__all__ = [
    "KICK",
    "CalendarPart",
    "Channel",
    "DeliveryHealth",
    "Envelope",
    "Fate",
    "MessageKind",
    "MessageRef",
    "MessageView",
    "Planned",
    "Priority",
    "State",
    "health",
    "history",
    "plan",
    "register",
    "supersede",
    "unclear_messages",
    "withdraw",
]

log = structlog.get_logger(__name__)
KICK = "notifications.deliver_due"
_ALL_REVISIONS = 2**31 - 1
_KICK_EXPIRES_S = 60
_CONNECTIONS = 20
"""More than a web process has threads."""
_IMPATIENT = {"max_retries": 0, "interval_start": 0, "socket_connect_timeout": 1, "socket_timeout": 1}


def plan(*, subject: str, revision: int, messages: Sequence[Planned], now: datetime) -> None:
    """Write down messages about one revision of a subject of the current Jobcenter. Planning twice plans once.

    Raises TransactionManagementError outside a transaction. After the commit a worker is told, if the broker is there;
    nothing depends on that.
    """
    _needs_transaction()
    if not messages:
        return
    planning.insert(subject=subject, revision=revision, messages=messages, now=now)
    if any(planned.due_at <= now for planned in messages):
        kick = _Kick(current_tenant().pk)
        # Once is enough: an office that calls off six hundred appointments would ask the broker six hundred times.
        if not any(hook[1] == kick for hook in connection.run_on_commit):
            transaction.on_commit(kick, robust=True)


def supersede(*, subject: str, below_revision: int, now: datetime) -> int:
    """Take back what older revisions still wanted to say. Returns how many messages; what is being sent stays."""
    _needs_transaction()
    return planning.recall(subject=subject, below_revision=below_revision, into=State.SUPERSEDED, now=now)


def withdraw(*, subject: str, now: datetime) -> int:
    """Take back everything about a subject that has not been sent. Returns how many messages."""
    _needs_transaction()
    return planning.recall(subject=subject, below_revision=_ALL_REVISIONS, into=State.WITHDRAWN, now=now)


def _needs_transaction() -> None:
    if not connection.in_atomic_block:
        raise TransactionManagementError("messages are planned in the transaction that changes their subject")


@dataclass(frozen=True, slots=True)
class _Kick:
    """Tells a worker that a Jobcenter has work. By name, since the tasks stand above this module."""

    tenant_id: int

    def __call__(self) -> None:
        try:
            with _brokers(celery_app.conf.broker_write_url, os.getpid()).acquire(timeout=1) as broker:
                celery_app.send_task(
                    KICK, headers={HEADER: self.tenant_id}, expires=_KICK_EXPIRES_S, retry=False, connection=broker
                )
        except (KombuError, OSError) as error:
            log.warning("broker not reached, the loop will find the messages", error=type(error).__name__)


@lru_cache(maxsize=1)
def _brokers(url: str, _process: int) -> ConnectionPool:
    """Connections of this process that give up at once: kombu's own patience of 6 s would be that of a person who just
    booked. They are kept, because a new one for each booking cost as much as the booking itself (measured).
    """
    options = {**celery_app.conf.broker_transport_options, **_IMPATIENT}
    return celery_app.connection_for_write(url).clone(transport_options=options).Pool(limit=_CONNECTIONS)
