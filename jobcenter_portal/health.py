# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`/healthz`: the process lives. `/readyz`: it can do its work, part by part."""

from collections.abc import Callable

import redis
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from jobcenter_portal.accounts.permissions import open_to_all
from jobcenter_portal.tenancy.safety import examine


@open_to_all("the load balancer asks whether the process lives")
@require_safe
def alive(_request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


def _database() -> str:
    problems = examine().problems
    return "ok" if not problems else "unsafe: " + "; ".join(problems)


def _migrations() -> str:
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return "ok" if not waiting else f"{len(waiting)} migrations are missing"


def _broker() -> str:
    with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1) as broker:
        broker.ping()
    return "ok"


def _answer(probe: Callable[[], str]) -> str:
    """Run one probe; a failure says which kind of error it was and nothing that could hold an address."""
    try:
        return probe()
    except (DatabaseError, redis.RedisError, OSError) as error:
        return f"unreachable: {type(error).__name__}"
