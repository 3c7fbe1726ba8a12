# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The nearest times are looked for in growing windows, and not beyond the last day on which there can be any."""

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from appointments.models import OpeningRule
from appointments.taking import Request, nearest
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.factories import make_appointment, make_office

TODAY_TEN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_for_todays_emergencies_one_look_is_enough(fulda: Jobcenter, now: datetime) -> None:
    office = make_office(fulda, is_emergency=True, min_lead_hours=0)
    OpeningRule.objects.update(is_emergency=True, end_minute=9 * 60)
    wanted = Request(fulda, office.service, office.location, now + timedelta(minutes=15), now)

    with CaptureQueriesContext(connection) as looked:
        times = [slot.starts_at for slot in nearest(wanted)]

    assert times == [now, now + timedelta(minutes=15), now + timedelta(minutes=30)]
    for starts_at in (now, now + timedelta(minutes=30)):
        make_appointment(office, starts_at, now)
    with CaptureQueriesContext(connection) as looked:
        assert nearest(wanted) == []
    assert len(looked) == 1


def test_a_window_grows_until_there_are_three_or_no_more_to_come(fulda: Jobcenter, now: datetime) -> None:
    office = make_office(fulda)
    OpeningRule.objects.exclude(weekday=4).delete()
    OpeningRule.objects.update(end_minute=8 * 60 + 30)
    wanted = Request(fulda, office.service, office.location, TODAY_TEN, now)

    thursdays = [datetime(2026, 11, 26, 7, 0, tzinfo=UTC) + weeks * timedelta(days=7) for weeks in range(3)]
    assert [slot.starts_at for slot in nearest(wanted)] == thursdays
