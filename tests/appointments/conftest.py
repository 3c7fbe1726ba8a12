# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The house in which most changes of plan are told; a file that needs another one makes its own."""

import pytest

from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.factories import Office, make_office


@pytest.fixture
def office(fulda: Jobcenter) -> Office:
    """Two people in one house; what is booked first goes to the first of them."""
    return make_office(fulda, calendars=2)
