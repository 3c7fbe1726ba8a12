# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Jobcenters that are seeded once for many tests: the seed is what is looked at, not what is set up."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.db import transaction

from jobcenter_portal.demo.seed.run import seed
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter

AWKWARD_DAYS = {
    "bergstrasse": datetime(2027, 3, 26, 9, tzinfo=UTC),  # Good Friday, two days before the clock goes forward
    "fulda": datetime(2026, 12, 24, 9, tzinfo=UTC),
    "gross-gerau": datetime(2027, 10, 31, 9, tzinfo=UTC),  # a Sunday; the clock goes back
    "kreis-offenbach": datetime(2027, 5, 5, 8, tzinfo=UTC),  # the day before Ascension; closed on Wednesdays
    "marburg-biedenkopf": datetime(2027, 1, 1, 9, tzinfo=UTC),
    "stadt-offenbach": datetime(2026, 12, 23, 9, tzinfo=UTC),  # three weeks ahead, and most of them holidays
    "wiesbaden": datetime(2026, 12, 31, 9, tzinfo=UTC),
}


@dataclass(frozen=True, slots=True)
class Example:
    """A Jobcenter seeded at a moment."""

    jobcenter: Jobcenter
    now: datetime


@pytest.fixture(scope="module", params=sorted(AWKWARD_DAYS))
def seeded(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> Iterator[Example]:
    """One Jobcenter with its demo, on a day that is difficult for it; inside its context, gone after the module."""
    now = AWKWARD_DAYS[request.param]
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        done = seed(request.param, now)
        assert done is not None
        with tenant_context(done.jobcenter):
            yield Example(done.jobcenter, now)
        transaction.set_rollback(True)
