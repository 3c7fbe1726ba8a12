# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Free times out of the database: one query, the same answer as a slow and simple count of minutes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from psycopg.types.range import Range

from appointments.availability import Wishes, find_slots
from appointments.models import (
    Absence,
    Appointment,
    CalendarKind,
    Closure,
    Occupancy,
    OpeningRule,
    Service,
    ServiceCalendar,
)
from jobcenter_portal.kernel.holidays import is_hessian_holiday
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.factories import Office, make_appointment, make_calendar, make_office, make_service

BERLIN_WINTER = timedelta(hours=1)
TUESDAY = date(2026, 11, 24)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Wall-clock time in Fulda in winter."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - BERLIN_WINTER


def times(office: Office, now: datetime, day: date = TUESDAY) -> list[str]:
    found = find_slots(
        service=office.service,
        location=office.location,
        settings=office.jobcenter.settings,
        now=now,
        first_day=day,
        days=1,
    )
    return [f"{slot.starts_at + BERLIN_WINTER:%H:%M}" for slot in found.slots()]


def test_a_morning_of_half_hours_on_a_grid_of_quarters(fulda: Jobcenter, now: datetime) -> None:
    office = make_office(fulda)

    assert times(office, now) == [
        *("08:00", "08:15", "08:30", "08:45", "09:00", "09:15", "09:30", "09:45"),
        *("10:00", "10:15", "10:30", "10:45", "11:00", "11:15", "11:30"),
    ]


def test_taken_time_its_buffers_and_an_absence_are_not_offered(fulda: Jobcenter, now: datetime) -> None:
    office = make_office(fulda, after_minutes=15)
    make_appointment(office, at(TUESDAY, 9), now)
    Absence.objects.create(
        tenant=fulda, calendar=office.calendars[0], starts_at=at(TUESDAY, 10, 30), ends_at=at(TUESDAY, 15)
    )

    # 09:00-09:45 is taken with its follow-up; a new one before it needs its own follow-up too: last start 08:15.
    assert times(office, now) == ["08:00", "08:15", "09:45", "10:00"]


def test_odd_minutes_take_whole_ticks_so_that_neighbours_in_the_same_five_minutes_cannot_both_be_written(
    fulda: Jobcenter, now: datetime
) -> None:
    office = make_office(fulda, duration_minutes=12, before_minutes=7, after_minutes=3, grid_minutes=5)
    make_appointment(office, at(TUESDAY, 9), now)

    assert Occupancy.objects.get().period == Range(at(TUESDAY, 8, 50), at(TUESDAY, 9, 20), "[)")
    assert times(office, now)[6:9] == ["08:30", "09:30", "09:35"]  # each with a follow-up of 5 and a preparation of 10
    with pytest.raises(IntegrityError, match="appointments_occ_whole_ticks"), transaction.atomic():
        Occupancy.objects.update(period=(at(TUESDAY, 8, 53), at(TUESDAY, 9, 15)))


def test_concerns_that_come_to_more_than_a_day_are_offered_nowhere(fulda: Jobcenter, now: datetime) -> None:
    office = make_office(fulda, duration_minutes=480)
    OpeningRule.objects.update(start_minute=0, end_minute=1440)
    more = tuple(make_service(fulda, slug=f"mehr-{number}", duration_minutes=480) for number in range(2))
    ServiceCalendar.objects.bulk_create(
        ServiceCalendar(tenant=fulda, service=one, calendar=office.calendars[0]) for one in more
    )

    def offered(*more: Service) -> bool:
        found = find_slots(
            service=office.service,
            location=office.location,
            settings=fulda.settings,
            now=now,
            wishes=Wishes(more_services=more),
        )
        return bool(found.slots())

    assert (offered(), offered(more[0]), offered(*more)) == (True, True, False)


def test_a_service_that_nobody_offers_has_no_times_even_where_somebody_interprets(
    fulda: Jobcenter, now: datetime
) -> None:
    office = make_office(fulda)
    mediator = make_calendar(fulda, office.location, name="Sprachmittlung")
    mediator.kind, mediator.languages = CalendarKind.MEDIATOR, ["ar"]
    mediator.save()
    ServiceCalendar.objects.all().delete()

    found = find_slots(
        service=office.service,
        location=office.location,
        settings=fulda.settings,
        now=now,
        wishes=Wishes(mediator_language="ar"),
    )

    assert found.slots() == []


def test_closures_and_holidays_offer_nothing(fulda: Jobcenter, now: datetime) -> None:
    office = make_office(fulda)
    Closure.objects.create(tenant=fulda, first_day=TUESDAY, last_day=TUESDAY, reasons={"de": "Personalversammlung"})

    assert times(office, now) == []
    assert times(office, datetime(2026, 12, 20, 7, tzinfo=UTC), date(2026, 12, 25)) == []


def test_one_start_is_offered_once_however_many_are_free(fulda: Jobcenter, now: datetime) -> None:
    office = make_office(fulda, calendars=3)

    assert len(times(office, now)) == len(set(times(office, now))) == 15


def test_lead_time_is_exact_and_the_horizon_counts_local_days(fulda: Jobcenter) -> None:
    office = make_office(fulda)
    early = at(TUESDAY, 6)

    assert times(office, early)[0] == "08:00"  # two hours of lead, exactly reached
    assert times(office, early + timedelta(seconds=1))[0] == "08:15"
    assert times(office, early, TUESDAY + timedelta(days=21)) != []
    assert times(office, early, TUESDAY + timedelta(days=22)) == []


def test_a_search_is_one_query(fulda: Jobcenter, now: datetime, django_assert_num_queries: Any) -> None:
    office = make_office(fulda, calendars=3)
    settings = fulda.settings

    with django_assert_num_queries(1):
        find_slots(service=office.service, location=office.location, settings=settings, now=now).slots()


def brute_force(office: Office, now: datetime, day: date) -> list[datetime]:
    """Minute by minute and calendar by calendar, straight from the rules of time in docs/architecture.md."""
    if is_hessian_holiday(day):
        return []
    settings, service, zone = office.jobcenter.settings, office.service, office.jobcenter.settings.zone
    free: set[datetime] = set()
    for calendar in office.calendars:
        for rule in OpeningRule.objects.filter(calendar=calendar, weekday=day.isoweekday()):
            for minute in range(
                rule.start_minute, rule.end_minute - service.duration_minutes + 1, settings.grid_minutes
            ):
                start = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone).astimezone(UTC)
                end = start + timedelta(minutes=service.duration_minutes)
                before, after = timedelta(minutes=service.before_minutes), timedelta(minutes=service.after_minutes)
                others = Appointment.objects.filter(calendar=calendar).select_related("service")
                collides = any(
                    start - before < other.ends_at + timedelta(minutes=other.service.after_minutes)
                    and other.starts_at - timedelta(minutes=other.service.before_minutes) < end + after
                    for other in others
                )
                absent = Absence.objects.filter(calendar=calendar, starts_at__lt=end, ends_at__gt=start).exists()
                if not collides and not absent and start >= now + timedelta(hours=settings.min_lead_hours):
                    free.add(start)
    return sorted(free)


@pytest.mark.parametrize("duration", [10, 20, 45, 60])
@pytest.mark.parametrize(("before", "after"), [(0, 0), (5, 10)])
def test_the_search_agrees_with_a_count_by_hand(
    fulda: Jobcenter, now: datetime, duration: int, before: int, after: int
) -> None:
    office = make_office(fulda, calendars=2, duration_minutes=duration, before_minutes=before, after_minutes=after)
    other = make_service(fulda, slug="kurz", duration_minutes=25, after_minutes=5)
    third = make_calendar(fulda, office.location, office.service, other)
    office = Office(fulda, office.location, office.service, [*office.calendars, third])
    short = Office(fulda, office.location, other, [third])
    for hour, minute in ((8, 0), (9, 15), (11, 0)):
        make_appointment(short, at(TUESDAY, hour, minute), now)
    for hour in (8, 10):
        make_appointment(office, at(TUESDAY, hour), now)
    Absence.objects.create(
        tenant=fulda, calendar=office.calendars[1], starts_at=at(TUESDAY, 9, 40), ends_at=at(TUESDAY, 10, 50)
    )

    for day in (TUESDAY, TUESDAY + timedelta(days=1), date(2026, 11, 28)):
        found = find_slots(
            service=office.service, location=office.location, settings=fulda.settings, now=now, first_day=day, days=1
        )
        assert [slot.starts_at for slot in found.slots()] == brute_force(office, now, day)
