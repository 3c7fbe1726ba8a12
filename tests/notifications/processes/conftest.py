# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Processes for these tests, and small steps of a delivery in the test's own process at a moved time."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from tests.factories import make_jobcenter
from tests.notifications.processes.own_postgres import OwnPostgres
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


@pytest.fixture(scope="module")
def killable_server(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnPostgres]:
    server = OwnPostgres(tmp_path_factory.mktemp("postgres"))
    yield server
    server.stop()


@pytest.fixture
def postgres(transactional_db: None, killable_server: OwnPostgres) -> Iterator[OwnPostgres]:
    """A database that the test may kill. The test's own queries go there too."""
    killable_server.renew()
    database = connections["default"]
    kept = database.settings_dict["PORT"]
    database.close()
    database.settings_dict["PORT"] = str(killable_server.port)
    yield killable_server
    database.close()
    database.settings_dict["PORT"] = kept


@pytest.fixture
def office(postgres: OwnPostgres) -> Iterator[Jobcenter]:
    """A Jobcenter in that database; the test runs inside its context."""
    jobcenter = make_jobcenter("fulda")
    with tenant_context(jobcenter):
        yield jobcenter
