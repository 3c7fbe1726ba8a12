# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How much one network may ask, and what happens when nobody can count."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from pytest_django import Settings

from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.factories import make_office
from tests.appointments.rest.program import Program, code_of, wanted

NOBODY_LISTENS = "redis://127.0.0.1:1/0"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Standing still: windows of a minute must not end in the middle of a test."""
    with time_machine.travel(datetime(2026, 11, 23, 7, 0, 30, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def program(fulda: Jobcenter, settings: Settings) -> Program:
    settings.REST_READS_PER_MINUTE, settings.REST_WRITES_PER_MINUTE = 3, 2
    make_office(fulda)
    return Program("/fulda/api/v1/")


def test_reading_and_writing_are_counted_apart_and_per_network(program: Program) -> None:
    reads = [program.get("services/") for _ in range(4)]
    writes = [program.post("holds/", {}) for _ in range(3)]
    assert [answer.status_code for answer in reads] == [200, 200, 200, 429]
    assert [answer.status_code for answer in writes] == [422, 422, 429]
    assert code_of(reads[-1]) == (429, "throttled")
    assert reads[-1].headers["Retry-After"] == "30"
    assert Program("/fulda/api/v1/").get("services/").status_code == 200


def test_who_was_stopped_at_one_jobcenter_is_not_stopped_at_the_next(program: Program, wiesbaden: Jobcenter) -> None:
    with tenant_context(wiesbaden):
        make_office(wiesbaden)
    for _ in range(4):
        program.get("services/")
    assert program.get("/fulda/api/v1/services/").status_code == 429
    assert program.get("/wiesbaden/api/v1/services/").status_code == 200


def test_when_nobody_can_count_reading_goes_on_and_writing_stops(program: Program, settings: Settings) -> None:
    settings.REDIS_URL = NOBODY_LISTENS
    assert program.get("services/").status_code == 200
    stopped = program.post("holds/", wanted())
    assert (code_of(stopped), stopped.headers["Retry-After"]) == ((503, "busy"), "60")
