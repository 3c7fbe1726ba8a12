# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Measures several things by turns, so that a busy machine disturbs all of them alike."""

import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

WARM_UP = 8
"""Rounds that are not counted: a connection prepares a statement at its fifth use, caches fill."""


@dataclass(frozen=True, slots=True)
class Times:
    """Durations of one thing in milliseconds, sorted."""

    sorted_ms: tuple[float, ...]

    @property
    def p50(self) -> float:
        return self.quantile(0.50)

    @property
    def p95(self) -> float:
        return self.quantile(0.95)

    def quantile(self, share: float) -> float:
        return self.sorted_ms[min(int(len(self.sorted_ms) * share), len(self.sorted_ms) - 1)]


def measure(
    things: Mapping[str, Callable[[], object]],
    rounds: int,
    warm_up: int = WARM_UP,
    before: Callable[[], object] = lambda: None,
) -> dict[str, Times]:
    """Runs all of them once a round and returns how long each took, without what is to be done `before` each.

    Each round begins with another one: whoever comes after a long one finds cold caches and a sleeping server process.
    """
    taken: dict[str, list[float]] = {name: [] for name in things}
    order = list(things.items())
    for number in range(-warm_up, rounds):
        order.append(order.pop(0))
        for name, thing in order:
            before()
            began = time.perf_counter_ns()
            thing()
            ended = time.perf_counter_ns()
            if number >= 0:
                taken[name].append((ended - began) / 1e6)
    return {name: Times(tuple(sorted(each))) for name, each in taken.items()}


def settle() -> None:
    """Before measuring: what lives so far will live on, and the collector need not look at it each time."""
    gc.collect()
    gc.freeze()
