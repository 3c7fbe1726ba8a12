# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which messages an appointment has, and how they follow every change of it."""

from datetime import UTC, datetime, timedelta

import pytest

from appointments.changing import cancel, reschedule, undo_cancel
from appointments.models import ReminderRule
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from notifications import service as notifications
from tests.appointments.factories import Office, make_appointment, make_office, person
from tests.factories import make_jobcenter

MONDAY_NINE = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)  # a week ahead
EMAIL = "juergen@post.example"
PHONE = "+4915228817386"


@pytest.fixture
def office(fulda: Jobcenter) -> Office:
    return make_office(fulda)


def planned(subject: str) -> list[tuple[str, str, str, datetime]]:
    """Kind, occasion, channel and due time of what has not been sent yet."""
    views = notifications.history(subject)
    waiting = [view for view in views if view.state == notifications.State.PLANNED]
    return sorted((view.kind, view.occasion, view.channel.value, view.due_at) for view in waiting)


def test_with_an_address_a_booking_is_confirmed_at_once_and_reminded_three_days_before(
    office: Office, now: datetime
) -> None:
    appointment = make_appointment(office, MONDAY_NINE, now, person(email=EMAIL))

    assert planned(appointment.subject) == [
        ("confirmation", "now", "email", now),
        ("reminder", "P3D", "email", MONDAY_NINE - timedelta(days=3)),
    ]


def test_with_both_addresses_the_text_message_only_reminds_and_keeps_sunday_quiet(
    office: Office, now: datetime
) -> None:
    appointment = make_appointment(office, MONDAY_NINE, now, person(email=EMAIL, phone=PHONE))

    saturday_evening = datetime(2026, 11, 28, 18, 59, tzinfo=UTC)  # the last minute before 20:00 and before Sunday
    assert planned(appointment.subject) == [
        ("confirmation", "now", "email", now),
        ("reminder", "P1D", "sms", saturday_evening),
        ("reminder", "P3D", "email", MONDAY_NINE - timedelta(days=3)),
    ]


def test_a_soon_appointment_is_confirmed_on_both_ways_and_nobody_is_reminded_of_what_was_just_said(
    office: Office, now: datetime
) -> None:
    tomorrow = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)  # a day before is within the hour
    ReminderRule.objects.create(tenant=office.jobcenter, channel="sms", offset="PT2H")
    appointment = make_appointment(office, tomorrow, now, person(email=EMAIL, phone=PHONE))

    assert planned(appointment.subject) == [
        ("confirmation", "now", "email", now),
        ("confirmation", "now", "sms", now),
        ("reminder", "PT2H", "sms", datetime(2026, 11, 23, 18, 59, tzinfo=UTC)),  # before the night, not in it
    ]


def test_nobody_is_written_to_who_left_no_address(office: Office, now: datetime) -> None:
    assert planned(make_appointment(office, MONDAY_NINE, now).subject) == []


def test_where_text_messages_are_switched_off_none_is_planned(db: None, now: datetime) -> None:
    jobcenter = make_jobcenter("gross-gerau", sms_enabled=False)
    with tenant_context(jobcenter):
        office = make_office(jobcenter)
        appointment = make_appointment(office, MONDAY_NINE, now, person(phone=PHONE))
        assert planned(appointment.subject) == []


def test_a_reminder_for_people_without_mail_is_for_them_alone(office: Office, now: datetime) -> None:
    ReminderRule.objects.filter(channel="sms").update(only_without=["email"])
    with_mail = make_appointment(office, MONDAY_NINE, now, person(email=EMAIL, phone=PHONE))
    without = make_appointment(office, MONDAY_NINE + timedelta(hours=1), now, person(phone=PHONE))

    assert [row[:3] for row in planned(with_mail.subject)] == [
        ("confirmation", "now", "email"),
        ("reminder", "P3D", "email"),
    ]
    assert [row[:3] for row in planned(without.subject)] == [("confirmation", "now", "sms"), ("reminder", "P1D", "sms")]


def test_moving_replaces_everything_that_was_planned(office: Office, now: datetime) -> None:
    appointment = make_appointment(office, MONDAY_NINE, now, person(email=EMAIL))
    tuesday = MONDAY_NINE + timedelta(days=1)
    reschedule(jobcenter=office.jobcenter, appointment=appointment, starts_at=tuesday, by=audit.CUSTOMER, now=now)

    assert planned(appointment.subject) == [
        ("changed", "now", "email", now),
        ("reminder", "P3D", "email", tuesday - timedelta(days=3)),
    ]


def test_cancelling_leaves_one_message_and_undoing_plans_anew(office: Office, now: datetime) -> None:
    appointment = make_appointment(office, MONDAY_NINE, now, person(email=EMAIL))
    cancelled = cancel(jobcenter=office.jobcenter, appointment=appointment, by=audit.CUSTOMER, now=now)
    assert planned(appointment.subject) == [("cancelled", "now", "email", now)]

    undo_cancel(jobcenter=office.jobcenter, appointment=cancelled, by=audit.CUSTOMER, now=now)
    assert [row[:3] for row in planned(appointment.subject)] == [
        ("confirmation", "now", "email"),
        ("reminder", "P3D", "email"),
    ]


def test_no_message_of_a_booking_that_did_not_happen(office: Office, now: datetime) -> None:
    first = make_appointment(office, MONDAY_NINE, now, person(email=EMAIL))
    with pytest.raises(Exception, match="taken"):
        make_appointment(office, MONDAY_NINE, now, person(email="other@post.example"))

    assert {view.subject for view in notifications.unclear_messages()} == set()
    assert len(planned(first.subject)) == 2
