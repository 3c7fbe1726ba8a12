# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Ending gently: the mail in hand is finished, everything else waits as if nobody had taken it."""

import os
import signal
import subprocess
import time
from typing import Any

import pytest

from jobcenter_portal.tenancy.models import Jobcenter
from notifications.models import Attempt
from notifications.outbox.clock import database_now
from notifications.service import Priority
from tests.notifications.factories import plan
from tests.notifications.fake_app.kinds import FakeKind
from tests.notifications.processes.steps import (
    TICK,
    MakeWorkers,
    caught,
    deliver_here,
    plan_many,
    send_hints,
    settle_everything,
    states,
)
from tests.notifications.servers import Catchers, Redis, children_of, end, wait_until

pytestmark = pytest.mark.usefixtures("transactional_db")
SLOW: dict[str, Any] = {"CATCHER_FAULT": "hang-after-dot", "CATCHER_FAULT_SECONDS": "0.7"}
"""Every mail takes most of a second."""


def to_main(process: subprocess.Popen[Any]) -> None:
    """As Docker does."""
    os.kill(process.pid, signal.SIGTERM)


def to_all(process: subprocess.Popen[Any]) -> None:
    """As systemd does: the children are told too."""
    os.killpg(process.pid, signal.SIGTERM)


def twice(process: subprocess.Popen[Any]) -> None:
    """As an impatient person does."""
    os.killpg(process.pid, signal.SIGTERM)
    time.sleep(0.2)
    os.killpg(process.pid, signal.SIGTERM)


@pytest.mark.parametrize("tell", [to_main, to_all, twice])
@pytest.mark.parametrize("program", ["worker", "loop"])
def test_told_to_end_in_the_middle_of_a_batch_it_leaves_nothing_unclear(
    fulda: Jobcenter,
    note_kind: FakeKind,
    catchers: Catchers,
    redis: Redis,
    workers: MakeWorkers,
    program: str,
    tell: Any,
) -> None:
    """Fault 47: below 30 s, and a SIGKILL after it finds nothing to spoil."""
    slow = catchers.start("smtp", **SLOW)
    processes = workers(catchers)
    plan_many(20)
    if program == "loop":
        process = processes.loop()
    else:
        process = processes.ready_worker(concurrency=2)
        send_hints(redis.url, TICK, TICK)
    wait_until("the second mail is under way", lambda: len(catchers.mails()) >= 2)
    begun = time.monotonic()
    tell(process)
    wait_until("it has ended", lambda: process.poll() is not None, seconds=30)
    assert time.monotonic() - begun < 10
    assert process.returncode == 0
    end(process, how=signal.SIGKILL)
    sent = len(catchers.mails())
    assert set(states()) <= {"accepted", "planned", "retry"}
    assert states()["accepted"] == sent < 10
    end(slow)
    catchers.start("smtp")
    settle_everything()
    assert (states(), set(caught(catchers).values())) == ({"accepted": 20}, {1})


def test_a_child_told_alone_gives_its_batch_back_and_works_on(
    fulda: Jobcenter, note_kind: FakeKind, catchers: Catchers, redis: Redis, workers: MakeWorkers
) -> None:
    """What Celery does to running tasks when it has lost the broker; their mails must not become unclear."""
    catchers.start("smtp", **SLOW)
    worker = workers(catchers).ready_worker()
    plan_many(6)
    send_hints(redis.url, TICK)
    wait_until("a mail is under way", catchers.mails)
    (child,) = children_of(worker)
    os.kill(child, signal.SIGTERM)
    wait_until("the batch is given back", lambda: states()["accepted"] and not {"leased", "sending"} & set(states()))
    assert states()["accepted"] < 6
    send_hints(redis.url, TICK)
    wait_until("the rest follows", lambda: states() == {"accepted": 6})
    assert children_of(worker) == [child]
    assert set(caught(catchers).values()) == {1}


def test_a_confirmation_does_not_wait_for_a_long_tick_while_a_child_is_free(
    fulda: Jobcenter,
    note_kind: FakeKind,
    catchers: Catchers,
    redis: Redis,
    workers: MakeWorkers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However many ticks come: one child of two does not take a backlog."""
    catchers.start("smtp", **SLOW)
    plan_many(60)
    workers(catchers).ready_worker(concurrency=2)
    send_hints(redis.url, *[TICK] * 6)
    wait_until("the backlog is on its way", lambda: len(catchers.mails()) >= 2)
    monkeypatch.setenv("CELERY_BROKER_WRITE_URL", redis.url)
    begun = time.monotonic()
    plan(database_now(), subject="booking:1", priority=Priority.CONFIRMATION)
    wait_until("the confirmation arrives", lambda: any(mail.to.startswith("booking") for mail in catchers.mails()))
    assert time.monotonic() - begun < 4
    assert states()["accepted"] < 15


def test_a_worker_for_urgent_alone_takes_kicks_and_leaves_ticks_to_others(
    fulda: Jobcenter,
    note_kind: FakeKind,
    catchers: Catchers,
    redis: Redis,
    workers: MakeWorkers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    catchers.start("smtp")
    workers(catchers).ready_worker("-Q", "urgent")
    send_hints(redis.url, TICK)
    monkeypatch.setenv("CELERY_BROKER_WRITE_URL", redis.url)
    plan(database_now(), priority=Priority.CHANGE)
    wait_until("the kick was followed", lambda: states() == {"accepted": 1})
    assert redis.client().llen("jc:delivery") == 1
    assert Attempt.objects.count() == 1
    assert deliver_here(database_now()) == 0
