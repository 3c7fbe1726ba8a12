# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What beat and bookings trigger. Each message on the broker is a hint: lost or doubled, it does no harm."""

import threading
import time
from dataclasses import asdict
from typing import Final

import structlog
from celery import shared_task

from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.tenancy.service import serve_each_tenant
from jobcenter_portal.tenancy.tasks import PlatformTask, TenantTask
from notifications import worker_life
from notifications.delivery import dispatch
from notifications.delivery.sessions import Sessions
from notifications.outbox.clock import Clock, database_now
from notifications.outbox.forgetting import forget_old
from notifications.outbox.heartbeats import Beat, beat

log = structlog.get_logger(__name__)
_ENOUGH_FOR_ONE_ROUND: Final = 100
"""Seconds of deleting by age: half of what a task may take."""
_of_thread = threading.local()


def _sessions() -> Sessions:
    """Connections to providers stay open from task to task; every thread has its own."""
    if not hasattr(_of_thread, "sessions"):
        _of_thread.sessions = Sessions()
    sessions: Sessions = _of_thread.sessions
    return sessions


@shared_task(name="notifications.deliver_due_of_all_tenants", base=PlatformTask)
def deliver_due_of_all_tenants() -> None:
    """Every two seconds from beat. Does nothing when that would leave no child of this worker for a confirmation."""
    now = database_now()
    beat(Beat.TICK, now=now)
    beat(Beat.DISPATCHER, now=now)
    with worker_life.places().one() as is_free:
        if is_free:
            dispatch.deliver_all(sessions=_sessions(), clock=Clock(now))


@shared_task(name="notifications.reap_of_all_tenants", base=PlatformTask)
def reap_of_all_tenants() -> None:
    """Every fifteen seconds from beat."""
    now = database_now()
    beat(Beat.REAPER, now=now)
    dispatch.reap_all(clock=Clock(now))


@shared_task(name="notifications.deliver_due", base=TenantTask)
def deliver_due() -> None:
    """After a booking: what people wait for right now, so that a confirmation does not wait for the next tick."""
    tenant = Jobcenter.objects.get(pk=current_tenant().pk)
    dispatch.hurry(tenant, sessions=_sessions(), clock=Clock(database_now()))


@shared_task(name="notifications.urgent_lane_of_all_tenants", base=PlatformTask)
def urgent_lane_of_all_tenants() -> None:
    """Every ten seconds from beat: shows that somebody empties the queue of the kicks, even while nobody books."""
    beat(Beat.URGENT, now=database_now())


@shared_task(name="notifications.forget_old_of_all_tenants", base=PlatformTask)
def forget_old_of_all_tenants() -> None:
    """Every hour from beat. Whom one round does not reach the next one does: those before have nothing left then."""
    ends_at = time.monotonic() + _ENOUGH_FOR_ONE_ROUND

    def forget(jobcenter: Jobcenter) -> None:
        gone = forget_old(now=database_now(), may_go_on=lambda: time.monotonic() < ends_at)
        if gone:
            log.info("forgotten by age", jobcenter=jobcenter.slug, **asdict(gone))

    serve_each_tenant(forget)
