# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a page asks of a Jobcenter's set-up may be a second old, and never another Jobcenter's."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import caches
from django.test import Client
from pytest_django import Settings
from time_machine import Traveller

from appointments.models import Service
from appointments.queries import service_by_slug
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from jobcenter_portal.tenancy.service import open_jobcenter
from tests.appointments.factories import make_service
from tests.factories import make_jobcenter

EIGHT = datetime(2026, 11, 24, 7, tzinfo=UTC)
KEPT = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "TIMEOUT": 1}


@pytest.fixture(autouse=True)
def kept(settings: Settings, time_machine: Traveller) -> Traveller:
    time_machine.move_to(EIGHT, tick=False)
    settings.CACHES = {**settings.CACHES, "configuration": KEPT}
    caches["configuration"].clear()
    return time_machine


def minutes_of(jobcenter: Jobcenter) -> int:
    with tenant_context(jobcenter):
        found = service_by_slug("beratung")
        assert found is not None
        return int(found.duration_minutes)


def test_two_jobcenters_with_one_name_for_a_service_get_their_own(fulda: Jobcenter) -> None:
    other = make_jobcenter("wiesbaden")
    make_service(fulda, duration_minutes=30)
    with tenant_context(other):
        make_service(other, duration_minutes=45)

    assert [minutes_of(one) for one in (fulda, other, fulda, other)] == [30, 45, 30, 45]


def test_a_change_is_seen_after_a_second(fulda: Jobcenter, kept: Traveller) -> None:
    make_service(fulda, duration_minutes=30)

    assert minutes_of(fulda) == 30
    Service.objects.update(duration_minutes=60)
    assert minutes_of(fulda) == 30
    kept.shift(timedelta(seconds=1.01))
    assert minutes_of(fulda) == 60


def test_what_one_request_does_to_its_jobcenter_no_other_sees(fulda: Jobcenter) -> None:
    mine, another = open_jobcenter("fulda"), open_jobcenter("fulda")
    assert mine is not None
    assert another is not None

    mine.settings.phone = "0661 1"

    assert another.settings.phone == TenantSettings.objects.get().phone != mine.settings.phone


def test_an_unknown_jobcenter_is_unknown_for_a_second_and_a_page_of_a_new_one_opens_then(
    db: None, kept: Traveller
) -> None:
    assert Client().get("/neu/de/").status_code == 404
    make_jobcenter("neu")
    kept.shift(timedelta(seconds=1.01))
    assert Client().get("/neu/de/").status_code == 200
