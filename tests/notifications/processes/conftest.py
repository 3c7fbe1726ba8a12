# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Processes for these tests, and small steps of a delivery in the test's own process at a moved time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.notifications.processes.steps import MakeProxy, MakeWorkers
from tests.notifications.proxy import Proxy
from tests.notifications.servers import Catchers, Redis, Workers


@pytest.fixture
def workers(tmp_path: Path, redis: Redis) -> Iterator[MakeWorkers]:
    started: list[Workers] = []

    def make(catchers: Catchers, redis_url: str = redis.url, **changes: str) -> Workers:
        started.append(Workers(catchers, redis_url, tmp_path, **changes))
        return started[-1]

    yield make
    for one in started:
        one.__exit__(None, None, None)


@pytest.fixture
def proxied() -> Iterator[MakeProxy]:
    opened: list[Proxy] = []

    def make(target: int) -> Proxy:
        opened.append(Proxy(target).__enter__())
        return opened[-1]

    yield make
    for one in opened:
        one.__exit__(None, None, None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes minutes belongs to `make chaos`: it runs when it is asked for with -m chaos."""
    if "chaos" in config.option.markexpr:
        return
    long = [item for item in items if item.get_closest_marker("chaos") and Path(__file__).parent in item.path.parents]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]
