# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The life of Celery's processes: places are made before children are forked, a watchdog starts, an end is told."""

import signal
from typing import Any, Final

from celery.signals import (
    beat_init,
    before_task_publish,
    task_postrun,
    task_prerun,
    task_received,
    task_revoked,
    worker_init,
    worker_process_init,
    worker_ready,
    worker_shutting_down,
)
from django.conf import settings

from notifications.delivery import ending
from notifications.slots import Slots
from notifications.watchdog import Watchdog

_WATCHED: Final = frozenset({"urgent", "delivery"})
"""Queues to which beat sends at least every ten seconds."""
_places = Slots(1)
_between_tasks: Any = signal.SIG_DFL


def places() -> Slots:
    """For ticks: one child of this worker remains for what is urgent."""
    return _places


@worker_init.connect
def make_places(sender: Any, **_signal: object) -> None:
    """`sender` is the worker, before it forks."""
    global _places  # noqa: PLW0603 -- children inherit it
    _places = Slots(max(1, sender.concurrency - 1))


@worker_ready.connect
def watch_worker(sender: Any, **_signal: object) -> None:
    queues = sorted(_WATCHED.intersection(sender.app.amqp.queues.consume_from))
    if not queues:
        return
    watchdog = Watchdog(limit=settings.WORKER_SILENCE_LIMIT_S)
    # An expired hint is a sign of life as well.
    for taken in (task_received, task_revoked):
        taken.connect(watchdog.heard, weak=False)
    watchdog.watch_worker(sender.app, queues)


@beat_init.connect
def watch_beat(**_signal: object) -> None:
    watchdog = Watchdog(limit=settings.WORKER_SILENCE_LIMIT_S)
    before_task_publish.connect(watchdog.heard, weak=False)
    watchdog.watch_beat()


@worker_shutting_down.connect
def end_soon(**_signal: object) -> None:
    """In the main process, on SIGTERM: the children finish the message in their hands and return."""
    ending.ask_all()


@worker_process_init.connect
def end_children_gently(**_signal: object) -> None:
    """systemd sends SIGTERM to a worker's children too, and Celery itself after a lost connection to the broker.

    Their default is to die at once; in the middle of a mail that would make it ambiguous. So it holds only between two
    tasks. It cannot be changed once and for all: the pool sets it again after this.
    """
    task_prerun.connect(_finish_first)
    task_postrun.connect(_die_at_once)


def _finish_first(**_signal: object) -> None:
    global _between_tasks  # noqa: PLW0603 -- this process has one thread
    ending.begin()
    _between_tasks = signal.signal(signal.SIGTERM, lambda *_told: ending.ask_this())


def _die_at_once(**_signal: object) -> None:
    signal.signal(signal.SIGTERM, _between_tasks)
