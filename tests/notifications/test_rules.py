# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rules of delivery that no single test would miss (fault 48), and how Celery has to be set.

That no task waits inside the broker (eta, countdown, retry) stands in tests/architecture/test_tasks.py.
"""

import ast
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.db import connection, transaction

from jobcenter_portal.settings import celery_options
from tests.notifications.network_guard import NetworkInTransaction, no_network_in_transactions

NOTIFICATIONS: Final = Path(__file__).resolve().parents[2] / "notifications"
NETWORK: Final = frozenset({"smtplib", "httpx", "socket", "ssl", "urllib", "http", "requests", "redis", "anymail"})
MUST_BE: Final = {
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "task_ignore_result": True,
    "worker_prefetch_multiplier": 1,
    "worker_soft_shutdown_timeout": 20,
    "worker_cancel_long_running_tasks_on_connection_loss": True,
    "worker_max_tasks_per_child": 2000,
    "timezone": "UTC",
    "enable_utc": True,
    "task_serializer": "json",
    "accept_content": ["json"],
    "beat_scheduler": "celery.beat:Scheduler",
}
TRANSPORT_MUST_BE: Final = {
    "visibility_timeout": 300,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "unacked_mutex_expire": 30,
    "socket_timeout": 10,
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
    "health_check_interval": 20,
    "retry_on_timeout": True,
    "global_keyprefix": "jc:",
}


# --- Celery ----------------------------------------------------------------------------------------------------------
def test_celery_is_set_against_every_known_loss() -> None:
    assert {name: getattr(celery_options, name) for name in MUST_BE} == MUST_BE
    assert celery_options.broker_transport_options == TRANSPORT_MUST_BE
    assert not hasattr(celery_options, "result_backend")


def test_a_task_is_ended_before_the_broker_would_hand_it_to_somebody_else() -> None:
    visible_again: Any = celery_options.broker_transport_options["visibility_timeout"]
    assert celery_options.task_soft_time_limit < celery_options.task_time_limit < visible_again


def test_every_lane_is_one_that_workers_empty_and_has_an_exchange_of_its_own() -> None:
    queues = {queue.name: (queue.exchange.name, queue.routing_key) for queue in celery_options.task_queues}
    assert queues == {name: (name, name) for name in ("urgent", "delivery", "housekeeping")}
    routed = {route["queue"] for route in celery_options.task_routes.values()}
    assert routed | {celery_options.task_default_queue} == set(queues)


def test_a_hint_outlives_clocks_that_are_an_hour_apart() -> None:
    assert {entry["options"]["expires"] for entry in celery_options.beat_schedule.values()} == {7200}


# --- No network inside a transaction ---------------------------------------------------------------------------------
def _sources(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((NOTIFICATIONS / folder).rglob("*.py"))]
    assert found
    return found


def _imports(source: str) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def test_what_opens_transactions_knows_no_network() -> None:
    """The outbox writes rows; channels speak to providers; delivery does the one between the other."""
    speaks = {path.name: sorted(_imports(path.read_text()) & NETWORK) for path in _sources("outbox")}
    assert {name: found for name, found in speaks.items() if found} == {}


def test_what_speaks_to_providers_opens_no_transaction() -> None:
    assert [path.name for path in _sources("channels") if "atomic" in path.read_text()] == []


@pytest.mark.usefixtures("transactional_db")
def test_the_guard_of_the_delivery_tests_sees_network_inside_a_transaction_and_only_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, no_network_in_transactions():
        socket.create_connection(server.getsockname()).close()
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            with socket.socket() as caller, pytest.raises(NetworkInTransaction):
                caller.connect(server.getsockname())


# --- Fenced updates --------------------------------------------------------------------------------------------------
def fenced_by_state(source: str) -> list[str]:
    """Updates that are fenced by a lease token and look at the state too: the planner then takes the index of held
    rows, which its statistics believe empty, and walks all of them (measured: 244 times slower with 20,000 leases)."""
    found = []
    for text in _texts(ast.parse(source)):
        condition = text.rpartition("UPDATE notifications_message")[2].partition("WHERE")[2]
        if "lease_token = " in condition and _OWN_STATE.search(condition):
            found.append(condition.strip())
    return found


_OWN_STATE: Final = re.compile(r"(?:\bm\.|(?<![\w.]))state\b")


def _texts(tree: ast.AST) -> Iterator[str]:
    """String literals, f-strings without what is put into them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "?" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_no_fenced_update_looks_at_the_state() -> None:
    looks = {path.name: fenced_by_state(path.read_text()) for path in _sources("outbox", "delivery")}
    assert {name: found for name, found in looks.items() if found} == {}


def test_a_fenced_update_that_looks_at_the_state_would_be_found() -> None:
    bad = 'X = "UPDATE notifications_message SET a = 1 WHERE id = %s AND lease_token = %s AND state = %s"'
    good = 'X = "UPDATE notifications_message SET state = %s WHERE id = %s AND lease_token = %s"'
    assert (len(fenced_by_state(bad)), fenced_by_state(good)) == (1, [])
