# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A Monday at 08:00 in Fulda's office, and somebody with a browser in front of its pages."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.web import coverage
from jobcenter_portal.web.catalogues import compile_all
from tests.appointments.factories import Office, make_office
from tests.appointments.web.visitor import Visitor

EIGHT = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
"""08:00 in Fulda."""


@pytest.fixture(scope="session", autouse=True)
def compiled_texts() -> None:
    compile_all(coverage.LOCALE_FOLDER.parent.parent, coverage.LOCALE_FOLDER)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """08:00, standing still; `shift` moves it."""
    with time_machine.travel(EIGHT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def office(fulda: Jobcenter) -> Office:
    return make_office(fulda)


@pytest.fixture
def visitor(office: Office) -> Visitor:
    return Visitor("/fulda/de/")


@pytest.fixture
def second_office(wiesbaden: Jobcenter) -> Office:
    """The same in Wiesbaden."""
    with tenant_context(wiesbaden):
        return make_office(wiesbaden)


@pytest.fixture
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if English were complete, while a new text still waits for its translation."""
    monkeypatch.setattr("jobcenter_portal.web.coverage.coverage", lambda: {"en": 1.0})
