# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Client processes, each with one connection of the application's role, all let go at the same moment."""

from __future__ import annotations

import contextlib
import multiprocessing
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from threading import BrokenBarrierError
from typing import Any

from django.db import connection, connections

from bench.common.portal import using
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter

_FORK = multiprocessing.get_context("fork")
_PATIENCE = 7200.0

Work = Callable[["Client"], None]


@dataclass(slots=True)
class Client:
    """One process of a crowd. It counts what became of its attempts and how long each took."""

    number: int
    jobcenter: Jobcenter
    outcomes: Counter[str] = field(default_factory=Counter)
    ms: list[float] = field(default_factory=list)

    def attempt(self, kind: str, act: Callable[[], object], refusals: tuple[type[Exception], ...]) -> object:
        """What `act` returned; None for a refusal, which is an answer like any other and is counted by its name."""
        began = time.perf_counter()
        try:
            return self._counted(f"{kind}: done", act())
        except refusals as refusal:
            self._counted(f"{kind}: {type(refusal).__name__}")
            return None
        finally:
            self.ms.append((time.perf_counter() - began) * 1000)

    def _counted(self, outcome: str, result: object = None) -> object:
        self.outcomes[outcome] += 1
        return result


@dataclass(frozen=True, slots=True)
class Crowd:
    """What a crowd did, in all."""

    outcomes: Counter[str]
    sorted_ms: list[float]
    seconds: float
    cpu_ms: float
    """What an attempt costs a client, whatever else the machine does."""

    @property
    def attempts(self) -> int:
        return self.outcomes.total()

    def done(self, *kinds: str) -> int:
        return sum(self.outcomes[f"{kind}: done"] for kind in kinds)

    def quantile(self, share: float) -> float:
        return self.sorted_ms[int(len(self.sorted_ms) * share)] if self.sorted_ms else 0.0


class ClientFailed(RuntimeError):
    """An attempt ended in something that is neither success nor refusal."""


def crowd(url: str, slug: str, clients: int, work: Work, warm_up: Work | None = None) -> Crowd:
    """Let so many processes do the same work; what they do to warm up is over before the clock starts.

    Raises ClientFailed when one of them stumbles.
    """
    connections.close_all()  # a connection must not be in two processes
    start, answers = _FORK.Barrier(clients + 1), _FORK.SimpleQueue()
    processes = [
        _FORK.Process(target=_run, args=(url, slug, number, work, warm_up, start, answers)) for number in range(clients)
    ]
    for process in processes:
        process.start()
    with contextlib.suppress(BrokenBarrierError):  # one stumbled while warming up: it says so below
        start.wait(_PATIENCE)
    began = time.perf_counter()
    outcomes: Counter[str] = Counter()
    durations: list[float] = []
    cpu_seconds = 0.0
    for _ in processes:
        found = answers.get()
        if isinstance(found, str):
            for process in processes:
                process.terminate()
            raise ClientFailed(found)
        outcomes += found[0]
        durations += found[1]
        cpu_seconds += found[2]
    seconds = time.perf_counter() - began
    for process in processes:
        process.join()
    return Crowd(outcomes, sorted(durations), seconds, cpu_seconds * 1000 / max(outcomes.total(), 1))


def _run(
    url: str,
    slug: str,
    number: int,
    work: Work,
    warm_up: Work | None,
    start: Barrier,
    answers: SimpleQueue[Any],
) -> None:
    try:
        with using(url):
            jobcenter = Jobcenter.objects.get(slug=slug)
            client = Client(number, jobcenter)
            with tenant_context(jobcenter):
                jobcenter.settings  # noqa: B018 -- read once before the start
                connection.ensure_connection()
                if warm_up is not None:
                    warm_up(Client(number, jobcenter))
                start.wait(_PATIENCE)
                began = time.process_time()
                work(client)
                spent = time.process_time() - began
        answers.put((client.outcomes, client.ms, spent))
    except BaseException as error:  # noqa: BLE001 -- the parent must hear of it, whatever it is
        start.abort()
        answers.put(f"client {number}: {type(error).__name__}: {error}")
