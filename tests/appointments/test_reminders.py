# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which messages an appointment has, and how they follow every change of it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from appointments.changing import cancel, reschedule, undo_cancel
from appointments.models import ReminderRule
from appointments.writing import Person
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from notifications import service as notifications
from notifications.models import Message
from notifications.outbox.claiming import claim
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


# --- Quiet hours, push and post ---------------------------------------------------------------------------------------
TEN_PM = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
NEXT_MORNING = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
PUSH, POST = "https://push.example/abc", "Jürgen Größer\nAm Weg 1\n36037 Fulda"


@pytest.fixture
def generous(db: None) -> Iterator[Office]:
    """An office that sends on all four channels."""
    jobcenter = make_jobcenter("fulda", push_enabled=True, letters_enabled=True)
    with tenant_context(jobcenter):
        yield make_office(jobcenter)


def leaving(subject: str, kind: str) -> list[tuple[str, datetime, bool]]:
    """Channel and due time of one kind of message, and whether the quiet hours may still hold it back."""
    rows = Message.objects.filter(subject=subject, kind=kind).exclude(state="superseded")
    return sorted(rows.values_list("channel", "due_at", "respects_quiet"))


def test_who_books_at_night_is_confirmed_by_email_at_once_and_by_sms_in_the_morning(office: Office) -> None:
    by_mail = make_appointment(office, MONDAY_NINE, TEN_PM, person(email=EMAIL, phone=PHONE))
    by_sms = make_appointment(office, MONDAY_NINE + timedelta(hours=1), TEN_PM, person(phone=PHONE))

    assert leaving(by_mail.subject, "confirmation") == [("email", TEN_PM, True)]
    assert leaving(by_sms.subject, "confirmation") == [("sms", NEXT_MORNING, True)]


def test_at_night_nobody_is_woken_for_a_cancellation_that_can_wait(office: Office, now: datetime) -> None:
    appointment = make_appointment(office, MONDAY_NINE, now, person(phone=PHONE))
    cancel(jobcenter=office.jobcenter, appointment=appointment, by=audit.SYSTEM, now=TEN_PM)

    assert leaving(appointment.subject, "cancelled") == [("sms", NEXT_MORNING, True)]


def test_at_night_somebody_is_told_that_tomorrow_does_not_take_place(office: Office, now: datetime) -> None:
    tomorrow = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    cancelled = make_appointment(office, tomorrow, now, person(phone=PHONE))
    cancel(jobcenter=office.jobcenter, appointment=cancelled, by=audit.SYSTEM, now=TEN_PM)
    moved = make_appointment(office, tomorrow, now, person(phone=PHONE))
    reschedule(
        jobcenter=office.jobcenter,
        appointment=moved,
        starts_at=MONDAY_NINE,
        by=audit.SYSTEM,
        now=TEN_PM,
        is_offered=True,
    )

    assert leaving(cancelled.subject, "cancelled") == [("sms", TEN_PM, False)]
    assert leaving(moved.subject, "changed") == [("sms", TEN_PM, False)]


def test_a_push_reminds_shortly_before_and_confirms_only_where_no_mail_does(generous: Office, now: datetime) -> None:
    ReminderRule.objects.create(tenant=generous.jobcenter, channel="push", offset="PT2H")
    noon = MONDAY_NINE + timedelta(hours=1.5)
    both = Person("Anna", "de", {ContactChannel.EMAIL: EMAIL, ContactChannel.PUSH: PUSH})
    appointment = make_appointment(generous, noon, now, both)

    assert planned(appointment.subject) == [
        ("confirmation", "now", "email", now),
        ("reminder", "P3D", "email", noon - timedelta(days=3)),
        ("reminder", "PT2H", "push", noon - timedelta(hours=2)),
    ]


def test_a_letter_goes_to_whom_nothing_else_reaches_and_leaves_in_time_for_the_post(
    generous: Office, now: datetime
) -> None:
    ReminderRule.objects.create(
        tenant=generous.jobcenter, channel="letter", offset="P2D", only_without=["email", "sms"]
    )
    far = MONDAY_NINE + timedelta(days=7)
    by_post = make_appointment(generous, far, now, Person("Anna", "de", {ContactChannel.LETTER: POST}))
    also_mail = Person("Bert", "de", {ContactChannel.LETTER: POST, ContactChannel.EMAIL: EMAIL})
    by_mail = make_appointment(generous, far + timedelta(hours=1), now, also_mail)

    four_working_days_before = far - timedelta(days=6)
    assert planned(by_post.subject) == [
        ("confirmation", "now", "letter", now),
        ("reminder", "P2D", "letter", four_working_days_before),
    ]
    useful_until = set(Message.objects.filter(channel="letter").values_list("not_after", flat=True))
    assert useful_until == {far - timedelta(days=5)}  # three working days before a Monday
    assert {row[2] for row in planned(by_mail.subject)} == {"email"}


def test_what_no_letter_can_say_in_time_is_not_printed_and_the_office_sees_it(generous: Office, now: datetime) -> None:
    wednesday = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
    by_post = Person("Anna", "de", {ContactChannel.LETTER: POST})
    appointment = make_appointment(generous, wednesday, now, by_post)
    assert planned(appointment.subject) == []  # a confirmation repeats what the page has said

    cancel(jobcenter=generous.jobcenter, appointment=appointment, by=audit.SYSTEM, now=now)

    assert claim(limit=9, now=now).messages == []
    assert [(view.kind, view.state.value) for view in notifications.history(appointment.subject)] == [
        ("cancelled", "expired")
    ]


def test_a_time_given_back_and_booked_by_somebody_else_reminds_only_them(office: Office, now: datetime) -> None:
    first = make_appointment(office, MONDAY_NINE, now, person(email=EMAIL))
    cancel(jobcenter=office.jobcenter, appointment=first, by=audit.SYSTEM, now=now)
    second = make_appointment(office, MONDAY_NINE, now, person("Anna", email="anna@post.example"))

    assert [row[:3] for row in planned(first.subject)] == [("cancelled", "now", "email")]
    assert [row[:3] for row in planned(second.subject)] == [
        ("confirmation", "now", "email"),
        ("reminder", "P3D", "email"),
    ]
