# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A Monday at 08:00 in Fulda's office, and a program in front of its interface."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.factories import Office, make_office
from tests.appointments.rest.program import Program

EIGHT = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
"""08:00 in Fulda."""


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """08:00, standing still; `shift` moves it."""
    with time_machine.travel(EIGHT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def office(fulda: Jobcenter) -> Office:
    return make_office(fulda)


@pytest.fixture
def program(office: Office) -> Program:
    return Program("/fulda/api/v1/")


@pytest.fixture
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if English were complete, while a new text still waits for its translation."""
    monkeypatch.setattr("jobcenter_portal.web.coverage.coverage", lambda: {"en": 1.0})
