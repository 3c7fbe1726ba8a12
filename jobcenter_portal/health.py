# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`/healthz`: the process lives. `/readyz`: it can do its work, answered part by part.

A broker that is down or a beat that stopped does not make the portal unready: bookings go on, and the fallback loop
delivers. They are said as warnings, because somebody must look.
"""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Final

import redis
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from appointments import service as appointments
from jobcenter_portal.accounts.permissions import open_to_all
from jobcenter_portal.tenancy.safety import examine
from notifications import service as notifications

BEAT_AT_MOST: Final = timedelta(seconds=60)
OVERDUE_AT_MOST: Final = timedelta(seconds=120)
OK: Final = "ok"


@open_to_all("the load balancer asks whether the process lives")
@require_safe
def alive(_request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": OK})


@open_to_all("the load balancer asks whether work can be done; the answer names no tenant and no person")
@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """200 when bookings can be taken, 503 otherwise; each part in words. No secrets, no addresses."""
    needed = {"database": _answer(_database), "migrations": _answer(_migrations)}
    watched = {
        "broker": _answer(_broker),
        "emergency_lists": _answer(_emergency_lists),
        **_delivery(database_is_there=needed["database"] == OK),
    }
    is_ready = all(answer == OK for answer in needed.values())
    warnings = sorted(name for name, answer in watched.items() if answer != OK)
    status = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
    return JsonResponse({"ready": is_ready, "warnings": warnings, **needed, **watched}, status=status)


def _database() -> str:
    problems = examine().problems
    return OK if not problems else "unsafe: " + "; ".join(problems)


def _migrations() -> str:
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return OK if not waiting else f"{len(waiting)} migrations are missing"


def _broker() -> str:
    with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1) as broker:
        broker.ping()
    return OK


def _emergency_lists() -> str:
    """Whoever runs the portal without lists for an outage shall know that they do."""
    found = appointments.emergency_lists(now=timezone.now())
    if not found.is_set_up:
        return "EMERGENCY_LIST_DIR is not set"
    if not found.is_there:
        return "the folder of EMERGENCY_LIST_DIR is not there"
    if found.failed:
        return f"{found.failed} lists could not be written"
    return _age(found.age, appointments.LISTS_LATE, "none were ever written")


def _delivery(*, database_is_there: bool) -> dict[str, str]:
    if not database_is_there:
        return dict.fromkeys(("beat", "delivery", "dispatcher", "urgent_lane"), "unknown")
    found = notifications.health(timezone.now())
    return {
        "beat": _age(found.beat_age, BEAT_AT_MOST, "the beat never ticked"),
        "delivery": _age(found.oldest_due_age or timedelta(0), OVERDUE_AT_MOST, ""),
        "dispatcher": _age(found.dispatcher_age, BEAT_AT_MOST, "nothing ever delivered"),
        "urgent_lane": _age(found.urgent_age, BEAT_AT_MOST, "nobody ever looked into the urgent queue"),
    }


def _age(age: timedelta | None, limit: timedelta, never: str) -> str:
    if age is None:
        return never
    return OK if age <= limit else f"{int(age.total_seconds())} s old"


def _answer(probe: Callable[[], str]) -> str:
    """Run one probe; a failure says which kind of error it was and nothing that could hold an address."""
    try:
        return probe()
    except (DatabaseError, redis.RedisError, OSError) as error:
        return f"unreachable: {type(error).__name__}"
