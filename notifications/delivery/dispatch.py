# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The loop: which Jobcenter has work, one batch each in turn, so that nobody's mass mailing starves the others.

Any number of these may run at once, in workers or in `manage.py deliver_due`: what one holds the others skip.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import connection

from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.tenancy.service import for_each_tenant
from notifications.delivery import ambiguity
from notifications.delivery.sending import deliver
from notifications.delivery.sessions import Sessions
from notifications.outbox import pauses, wake
from notifications.outbox.claiming import LEASE, Claimed, claim
from notifications.outbox.clock import Clock
from notifications.outbox.finishing import give_back_all
from notifications.outbox.reaping import reap

log = structlog.get_logger(__name__)
BATCH: Final = 25
ROUND_BUDGET: Final = timedelta(seconds=20)
"""After this a loop returns and the next tick goes on: no process stays with one thing for long."""
_BATCH_BUDGET: Final = LEASE / 2


def deliver_all(*, sessions: Sessions, clock: Clock, budget: timedelta = ROUND_BUDGET) -> int:
    """Deliver what is due at all Jobcenters, round by round, until nothing is left or the budget is used up.

    Returns how many messages were dealt with. One Jobcenter's failure is logged and does not stop the others.
    """
    end, dealt_with = clock.now() + budget, 0
    while clock.now() < end:
        in_round = sum(_safely(tenant, sessions, clock) for tenant in _tenants_with_work(clock.now()))
        dealt_with += in_round
        if not in_round:
            break
    return dealt_with


def _tenants_with_work(now: datetime) -> Iterator[Jobcenter]:
    ids = wake.tenants_with_work(now=now)
    known = Jobcenter.objects.in_bulk(ids)
    return (known[tenant_id] for tenant_id in ids)


def _safely(tenant: Jobcenter, sessions: Sessions, clock: Clock) -> int:
    try:
        with tenant_context(tenant):
            return visit(tenant, sessions=sessions, clock=clock)
    except Exception as error:  # noqa: BLE001 -- six Jobcenters must not wait for the seventh's trouble
        log.error("delivery failed", tenant=tenant.slug, error=type(error).__name__)  # noqa: TRY400 -- no values in logs
        connection.close_if_unusable_or_obsolete()
        return 0


def visit(tenant: Jobcenter, *, sessions: Sessions, clock: Clock) -> int:
    """Free what dead workers held, look into unclear messages, send one batch. In the tenant's context."""
    reaped = reap(now=clock.now())
    looked_into = ambiguity.look_into(sessions=sessions, clock=clock)
    batch = claim(limit=BATCH, now=clock.now())
    _send(batch, tenant=tenant, sessions=sessions, clock=clock)
    wake.settle(now=clock.now())
    return len(batch) + looked_into + reaped.freed


def _send(batch: list[Claimed], *, tenant: Jobcenter, sessions: Sessions, clock: Clock) -> None:
    """Send a claimed batch; give the rest back when the lease grows old or a channel turns out to be closed."""
    end, left = clock.now() + _BATCH_BUDGET, []
    closed = set()
    for claimed in batch:
        channel = claimed.ref.channel
        if channel in closed or clock.now() >= end:
            left.append(claimed)
            continue
        result = deliver(claimed, tenant=tenant, sessions=sessions, clock=clock)
        rest = pauses.pause_after(result) if result is not None else None
        if rest is not None:
            length, code = rest
            pauses.pause(channel, until=clock.now() + length, code=code)
            closed.add(channel)
            log.warning("channel rests", tenant=tenant.slug, channel=channel, code=code)
    give_back_all(left)


def reap_all(*, clock: Clock) -> int:
    """Free lapsed leases at every Jobcenter and set its wake entry anew, whatever that entry says."""
    freed = 0
    for _tenant in for_each_tenant():
        now = clock.now()
        reaped = reap(now=now)
        freed += reaped.freed + reaped.ambiguous
        wake.settle(now=now)
    return freed
