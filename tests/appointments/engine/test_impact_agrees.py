# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the slot search offers and what counts as unaffected by a change are the same hours, read in two ways."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from appointments.availability import find_slots
from appointments.core.impact import Stretch
from appointments.core.modes import PartyRole
from appointments.schedule_changes.finding import load_schedule
from jobcenter_portal.kernel.wall_clock import midnight
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.engine.dice import offices
from tests.appointments.engine.offices import BERLIN, DAYS, Drawn, Wish, opened

FIVE_MINUTES = timedelta(minutes=5)
STEP = 7 * FIVE_MINUTES
"""Not every five minutes, but in the course of the days at every one of them."""


def untaken(drawn: Drawn) -> Drawn:
    """The same hours, absences and closures with nothing else to decide: no booking, no limit, no wish but the mode."""
    work = replace(drawn.services[0], grid=5, hours=(None, None), before=0, after=0, modes=15)
    lanes = tuple(
        replace(lane, roles=((0, PartyRole.LEAD),), taken=(), max_per_day=None, languages=()) for lane in drawn.lanes
    )
    wish = Wish(mode=drawn.wish.mode, for_staff=True)
    return replace(drawn, services=(work, work), lanes=lanes, wish=wish, settings=(), now_minute=0)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=offices.map(untaken), offset=st.integers(0, 6))
def test_a_time_is_offered_exactly_where_an_appointment_would_stand(
    fulda: Jobcenter, drawn: Drawn, offset: int
) -> None:
    with opened(drawn, fulda) as office:
        service, location = office.services[0], office.location
        found = find_slots(
            service=service,
            location=location,
            settings=office.jobcenter.settings,
            now=office.now,
            wishes=office.wishes,
            first_day=drawn.monday,
            days=DAYS,
            for_staff=True,
        )
        length = timedelta(minutes=service.duration_minutes)
        calendars = [calendar.pk for calendar in office.calendars]
        schedule = load_schedule(calendars, [location.pk], drawn.monday, BERLIN)
        start = midnight(drawn.monday, BERLIN) + offset * FIVE_MINUTES
        end, stand = midnight(drawn.monday + timedelta(days=DAYS), BERLIN), 0
        while start < end:
            expected = [
                pk
                for pk in calendars
                if not schedule.obstacles(
                    Stretch(pk, location.pk, start, start + length, office.wishes.mode, service.is_emergency)
                )
            ]
            assert sorted(found.calendars_at(start)) == expected, start
            stand += len(expected)
            start += STEP
        event("nothing is open" if not stand else "some hours are open")
