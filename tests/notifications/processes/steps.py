# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What these tests do themselves while real processes deliver."""

import os
from collections import Counter
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from django.db import connection

from jobcenter_portal.celery import app as celery_app
from notifications.delivery import dispatch
from notifications.delivery.sessions import Sessions
from notifications.models import Message
from notifications.outbox.clock import Clock, database_now
from tests.notifications.factories import plan
from tests.notifications.proxy import Proxy
from tests.notifications.servers import Catchers, Workers

CLAIMED: Final = (b"FOR UPDATE OF m SKIP LOCKED", b"COMMIT")
ARMED: Final = (b"state = 'sending'", b"COMMIT")
FINISHED: Final = (b"INSERT INTO notifications_attempt", b"COMMIT")
"""What a worker says to the database when it takes, arms and finishes a message."""
DAYS: Final = timedelta(days=3)
REST: Final = timedelta(minutes=6)
"""Longer than an ambiguous message rests."""
LEASES: Final = timedelta(minutes=5)
"""Longer than any lease."""
TICK: Final = "notifications.deliver_due_of_all_tenants"
URGENT: Final = "notifications.urgent_lane_of_all_tenants"


class MakeWorkers(Protocol):
    """workers(catchers): processes that use what the catchers are at now."""

    def __call__(self, catchers: Catchers, redis_url: str = ..., **changes: str) -> Workers: ...


class MakeProxy(Protocol):
    """proxied(port): a line to a server on this machine."""

    def __call__(self, target: int) -> Proxy: ...


def deliver_here(at: datetime) -> int:
    """One loop in the test's own process."""
    with Sessions() as sessions:
        return dispatch.deliver_all(sessions=sessions, clock=Clock(at))


def settle_everything() -> None:
    """Go on in this process until nothing can happen any more, through leases, rests and waits of several hours."""
    now = database_now()
    for _look in range(20):
        now += REST
        deliver_here(now)
        if not Message.objects.filter(state__in=["planned", "retry", "leased", "sending"]).exists():
            break
    deliver_here(now + REST)


def plan_many(count: int, *, first: int = 0, about: str = "thing", **changes: Any) -> None:
    """Messages about `count` different things, due now."""
    now = database_now()
    for number in range(first, first + count):
        plan(now, subject=f"{about}:{number}", not_after=now + DAYS, **changes)


def states() -> Counter[str]:
    return Counter(Message.objects.values_list("state", flat=True))


def caught(catchers: Catchers) -> Counter[str]:
    """How often each message arrived, by its name for life."""
    return Counter(mail.reference for mail in catchers.mails())


def send_hints(redis_url: str, *names: str) -> None:
    """What a beat sends, at once."""
    with celery_app.connection_for_write(redis_url) as broker:
        for name in names:
            celery_app.send_task(name, connection=broker)


def let_leases_lapse() -> None:
    """Four minutes pass for the rows: what a worker holds is no longer its own."""
    held = Message.objects.filter(lease_until__isnull=False)
    held.update(lease_until=database_now() - timedelta(seconds=1))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notifications_outboxwake SET next_due_at = now() - interval '1 second'")


def database_port() -> int:
    port = urlsplit(os.environ["DATABASE_URL"]).port
    assert port is not None
    return port
