# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The loop: which Jobcenter has work, one batch each in turn, so that nobody's mass mailing starves the others.

Any number of these may run at once, in workers or in `manage.py deliver_due`: what one holds the others skip.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog
from django.db import DatabaseError, connection

from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.channels.base import Receipt
from notifications.delivery import ambiguity, ending
from notifications.delivery.other_ways import find_other_ways
from notifications.delivery.sending import send_batch
from notifications.delivery.sessions import Sessions
from notifications.delivery.ways import Way
from notifications.kinds import Priority
from notifications.outbox import wake
from notifications.outbox.claiming import claim
from notifications.outbox.clock import Clock
from notifications.outbox.reaping import reap
from notifications.receipts.applying import apply_due
from notifications.receipts.inbox import take_in

log = structlog.get_logger(__name__)
BATCH: Final = 100
ROUND_BUDGET: Final = timedelta(seconds=20)
"""After this a loop returns and the next tick goes on: no process stays with one thing for long."""
URGENT: Final = (Priority.CHANGE, Priority.CONFIRMATION)
"""The lanes of those who wait for a message or would travel in vain without it."""


def deliver_all(*, sessions: Sessions, clock: Clock, budget: timedelta = ROUND_BUDGET) -> int:
    """Deliver what is due at all Jobcenters, round by round, until nothing is left or the budget is used up.

    Returns how many messages were dealt with. One Jobcenter's failure is logged and does not stop the others.
    """
    end, dealt_with = clock.now() + budget, 0
    while True:
        in_round = 0
        for tenant in _tenants_with_work(clock.now()):
            if ending.asked() or clock.now() >= end:
                return dealt_with + in_round
            in_round += _safely(tenant, partial(visit, tenant, sessions=sessions, clock=clock))
        collect(sessions, now=clock.now())
        dealt_with += in_round
        if not in_round:
            return dealt_with


def _tenants_with_work(now: datetime) -> Iterator[Jobcenter]:
    ids = wake.tenants_with_work(now=now)
    known = Jobcenter.objects.in_bulk(ids)
    return (known[tenant_id] for tenant_id in ids)


def _safely(tenant: Jobcenter, work: Callable[[], int]) -> int:
    try:
        with tenant_context(tenant):
            return work()
    except Exception as error:  # noqa: BLE001 -- six Jobcenters must not wait for the seventh's trouble
        log.error("delivery failed", tenant=tenant.slug, error=type(error).__name__)  # noqa: TRY400 -- no values in logs
        connection.close_if_unusable_or_obsolete()
        return 0


def visit(tenant: Jobcenter, *, sessions: Sessions, clock: Clock) -> int:
    """Hear what providers said, free what dead workers held, settle what is unclear, send one batch. In its context.

    Returns how many messages and receipts were dealt with.
    """
    heard = apply_due(now=clock.now())
    reaped = reap(now=clock.now())
    looked_into = ambiguity.look_into(sessions=sessions, clock=clock)
    sent = _send(tenant, lanes=tuple(Priority), sessions=sessions, clock=clock)
    instead = find_other_ways(now=clock.now())
    wake.settle(now=clock.now())
    return heard + reaped.freed + looked_into + sent + instead


def hurry(tenant: Jobcenter, *, sessions: Sessions, clock: Clock) -> int:
    """One batch of what people wait for right now, and nothing else. In the tenant's context."""
    return _send(tenant, lanes=URGENT, sessions=sessions, clock=clock)


def _send(tenant: Jobcenter, *, lanes: tuple[Priority, ...], sessions: Sessions, clock: Clock) -> int:
    claimed = claim(limit=BATCH, lanes=lanes, now=clock.now())
    if claimed.messages:
        send_batch(claimed.messages, tenant=tenant, sessions=sessions, clock=clock)
    return len(claimed.messages) + claimed.closed


def collect(sessions: Sessions, *, now: datetime) -> None:
    """Put receipts that came in over open sessions into the inboxes of their Jobcenters, one context at a time."""
    for way, receipts in sessions.collect():
        tenant = Jobcenter.objects.filter(pk=way.tenant_id).first() if way.tenant_id else None
        if tenant is not None:
            with tenant_context(tenant):
                _take_in(receipts, way, sessions, now)


def _take_in(receipts: Sequence[Receipt], way: Way, sessions: Sessions, now: datetime) -> None:
    try:
        take_in(receipts, account_key=way.key, now=now)
    except DatabaseError:
        # The next look would acknowledge what nobody has written down; with a new session the provider repeats it.
        sessions.drop(way)
        raise


def reap_all(*, clock: Clock) -> int:
    """Free lapsed leases at every Jobcenter and set its wake entry anew, whatever that entry says."""
    return sum(_safely(tenant, partial(_reaped, clock)) for tenant in Jobcenter.objects.order_by("pk"))


def _reaped(clock: Clock) -> int:
    now = clock.now()
    reaped = reap(now=now)
    wake.settle(now=now)
    return reaped.freed + reaped.ambiguous
