# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""People who set up Fulda's face, people who only look at it, and pictures."""

import io
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from PIL import Image
from time_machine import Traveller

from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.desk.conftest import EIGHT
from tests.appointments.desk.staff import browser_of, make_member


@pytest.fixture
def clock() -> Iterator[Traveller]:
    """Monday, 23 November 2026, 08:00 in Fulda; standing still."""
    with time_machine.travel(EIGHT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def boss(fulda: Jobcenter) -> Membership:
    return make_member(fulda, Role.TENANT_ADMIN, "Stefan Groß")


@pytest.fixture
def by(boss: Membership) -> audit.By:
    return audit.staff(boss.pk)


@pytest.fixture
def admin(clock: Traveller, boss: Membership) -> Client:
    return browser_of(boss)


@pytest.fixture
def visitor(clock: Traveller, fulda: Jobcenter) -> Client:
    """Anybody's browser."""
    return Client(raise_request_exception=False)


def picture_file(kind: str = "PNG", size: tuple[int, int] = (300, 100), colour: str = "#1d5c3a") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, colour).save(target, kind)
    return target.getvalue()
