# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Ends a worker that lives and does nothing, and a beat that no longer beats; whoever supervises them starts anew.

A connection that is half dead leaves a worker waiting for a message that never comes while it answers every ping
(seen with Celery 5.5 and 5.6). Kombu 5.7 drops such a connection by itself after about 40 seconds; this is for all
other ways of falling asleep. Delivery does not depend on it: the loop goes on (docs/delivery-guarantees.md).
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog
from celery import Celery
from celery.worker import state
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)
PATIENCE_S: Final = 5
"""From SIGTERM to SIGKILL. It has nothing in hand, and its way to end gently waits for the line it fell asleep on."""
_LOOKS: Final = 6
"""Looks within one limit."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a worker shows. `waiting`: hints that lie at the broker in the queues it should empty."""

    silent_for: float
    is_at_work: bool
    waiting: int


def is_stalled(look: Look, *, limit: float) -> bool:
    """Hints lie there, nothing keeps it from taking them, and it has taken none for `limit` seconds.

    An empty queue proves nothing: beat may be down, or other workers were faster. A new start would help neither.
    """
    return look.silent_for >= limit and not look.is_at_work and look.waiting > 0


class Watchdog:
    """A thread beside the worker's main loop, or beside beat's."""

    def __init__(self, *, limit: float, stopwatch: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._stopwatch = limit, stopwatch
        self._heard_at = stopwatch()

    def heard(self, **_signal: Any) -> None:
        """A sign of life: a hint was taken (worker) or sent (beat)."""
        self._heard_at = self._stopwatch()

    def silent_for(self) -> float:
        return self._stopwatch() - self._heard_at

    def watch_worker(self, app: Celery, queues: Sequence[str]) -> None:
        """From when the worker is ready."""
        self.heard()
        self._start(lambda: is_stalled(self._look(app, queues), limit=self._limit), then=_end_worker)

    def watch_beat(self) -> None:
        """Beat tries to send every two seconds, broker or not. One that does not is caught, for example, by a clock
        that was set back: it waits until the time at which it sent last comes again.
        """
        self.heard()
        self._start(lambda: self.silent_for() >= self._limit, then=_end_beat)

    def _look(self, app: Celery, queues: Sequence[str]) -> Look:
        at_work = bool(state.reserved_requests or state.active_requests)
        silent_for = self.silent_for()
        if at_work or silent_for < self._limit / _LOOKS:
            return Look(silent_for, at_work, waiting=0)
        waiting = _waiting(app, queues)
        if waiting is None:
            # Without a broker nobody hears anything. Once it is back a worker may pause for half a minute before it
            # knocks again, so the whole limit begins anew; measured: after ten minutes without, it was ended for it.
            self.heard()
            return Look(silent_for=0, is_at_work=False, waiting=0)
        return Look(silent_for, at_work, waiting)

    def _start(self, is_asleep: Callable[[], bool], then: Callable[[], None]) -> None:
        threading.Thread(target=self._run, args=(is_asleep, then), name="watchdog", daemon=True).start()

    def _run(self, is_asleep: Callable[[], bool], then: Callable[[], None]) -> None:
        while not is_asleep():
            time.sleep(self._limit / _LOOKS)
        log.error("asleep, ending so that the supervisor starts anew", silent_for_s=round(self.silent_for()))
        then()


def _end_worker() -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE_S)
    os.kill(os.getpid(), signal.SIGKILL)


def _end_beat() -> None:
    """At once: it holds nothing, and its way to end gently would wait for the line on which it fell asleep."""
    os._exit(os.EX_TEMPFAIL)


def _waiting(app: Celery, queues: Sequence[str]) -> int | None:
    """How many hints lie at the broker; None when it cannot be asked."""
    try:
        with app.connection_for_read() as broker:
            broker.ensure_connection(max_retries=1, timeout=5)
            channel: Any = broker.channel()
            # Not passively: kombu forgets its own key prefix when it asks whether a queue is there (5.7).
            waiting: list[int] = [channel.queue_declare(queue=name).message_count for name in queues]
            return sum(waiting)
    except (KombuError, RedisError, OSError):
        return None
