# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Steps that the tests of changed hours share: preview a change, choose for everybody, apply it, look at what came."""

from datetime import UTC, date, datetime, timedelta

from appointments.availability import Wishes
from appointments.booking import book
from appointments.models import (
    Appointment,
    Occupancy,
    OccupancyState,
)
from appointments.schedule_changes import (
    Away,
    Case,
    Change,
    Choice,
    Done,
    Way,
    apply,
    preview,
)
from jobcenter_portal.audit import service as audit
from notifications.models import Message
from tests.appointments.factories import Office, person

NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
TUESDAY = date(2026, 11, 24)
HALF_HOUR = timedelta(minutes=30)
DAY = timedelta(days=1)
LEAD = audit.staff(7)


def with_first(
    office: Office, starts_at: datetime, now: datetime, name: str = "Jürgen", **addresses: str
) -> Appointment:
    return book(
        jobcenter=office.jobcenter,
        service=office.service,
        location=office.location,
        starts_at=starts_at,
        person=person(name, **addresses),
        now=now,
        wishes=Wishes(only_calendar=office.calendars[0].pk),
        by=LEAD,
    )


def ill(office: Office, day: datetime = NINE) -> Away:
    return Away(office.calendars[0].pk, day - timedelta(hours=2), day + timedelta(hours=8))


def everybody(case: Case) -> Choice:
    return case.default


def carry_out(office: Office, change: Change, now: datetime, choose: object = None, **ways: Way) -> Done:
    """Preview and apply at once, as proposed or as `choose` says."""
    impact = preview(jobcenter=office.jobcenter, change=change, now=now)
    pick = choose if callable(choose) else everybody
    return apply(
        jobcenter=office.jobcenter,
        change=change,
        choices={case.key: pick(case) for case in impact.cases},
        fingerprint=impact.fingerprint,
        by=LEAD,
        now=now,
    )


def going(way: Way) -> object:
    return lambda case: next(choice for choice in case.choices if choice.way is way)


def kinds_of(appointment: Appointment) -> list[tuple[str, str]]:
    messages = Message.objects.filter(subject=appointment.subject).order_by("id")
    return [(message.kind, message.state) for message in messages if message.kind != "reminder"]


def booked_time() -> list[tuple[datetime, int]]:
    rows = Occupancy.objects.exclude(state=OccupancyState.RELEASED).order_by("start_tick", "calendar_id")
    return [(row.period.lower, row.calendar_id) for row in rows]


# --- What is shown ----------------------------------------------------------------------------------------------------
