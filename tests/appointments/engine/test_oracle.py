# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The engine and the sets of SQL give the same times with the same calendars, for offices that nobody thought of."""

from datetime import timedelta

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from appointments.availability import find_slots
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.engine.dice import offices
from tests.appointments.engine.offices import DAYS, Drawn, Standing, opened
from tests.appointments.engine.oracle import Answer, free_by_sets


def free_by_bitmaps(office: Standing, drawn: Drawn, first: int, days: int) -> Answer:
    found = find_slots(
        service=office.services[0],
        location=office.location,
        settings=office.jobcenter.settings,
        now=office.now,
        wishes=office.wishes,
        first_day=drawn.day(first),
        days=days,
        for_staff=drawn.wish.for_staff,
        sees_resting=drawn.wish.sees_resting,
    )
    return {slot.starts_at: found.calendars_by_role(slot.starts_at) for slot in found.slots()}


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=offices, first=st.integers(-1, 4), days=st.sampled_from((DAYS, 3, 1)))
def test_bitmaps_and_sets_find_the_same_times_and_calendars(
    fulda: Jobcenter, drawn: Drawn, first: int, days: int
) -> None:
    with opened(drawn, fulda) as office:
        expected = free_by_sets(
            office,
            first=drawn.monday + timedelta(days=first),
            days=days,
            for_staff=drawn.wish.for_staff,
            sees_resting=drawn.wish.sees_resting,
        )

        event(f"roles of a free time: {max(map(len, expected.values()), default='nothing free')}")
        assert free_by_bitmaps(office, drawn, first, days) == expected
