# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""People change how they are reached: nothing leaves for the old way, and nothing they have to know gets lost."""

from datetime import UTC, datetime, timedelta

import pytest

from appointments.changing import cancel, reschedule
from appointments.contact_changes import (
    UnknownLanguage,
    change_address,
    change_language,
    give_reminders,
    remove_address,
    withdraw_reminders,
)
from appointments.messages import KINDS
from appointments.models import Appointment, ReminderRule
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint
from jobcenter_portal.accounts.service import address_index
from jobcenter_portal.audit import service as audit
from jobcenter_portal.kernel.phone import NotAGermanMobile
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.models import Message
from notifications.service import Channel, MessageRef
from tests.appointments.factories import Office, make_appointment, make_office, person

MONDAY_NINE = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)  # a week ahead
EMAIL, OTHER_EMAIL = "juergen@post.example", "groesser@post.example"
PHONE, OTHER_PHONE = "+4915228817386", "+4915228895456"
LATER = timedelta(hours=3)


@pytest.fixture
def office(fulda: Jobcenter) -> Office:
    return make_office(fulda)


@pytest.fixture
def appointment(office: Office, now: datetime) -> Appointment:
    return make_appointment(office, MONDAY_NINE, now, person(email=EMAIL, phone=PHONE))


def address(appointment: Appointment, channel: ContactChannel, typed: str, now: datetime) -> None:
    change_address(
        jobcenter=appointment.tenant,
        appointment=appointment,
        channel=channel,
        address=typed,
        by=audit.CUSTOMER,
        now=now,
    )


def messages(to: str | None = None) -> list[tuple[str, str, str, str]]:
    """Kind, occasion, channel and state of all messages, or of those to one address."""
    rows = Message.objects.order_by("kind", "occasion", "channel", "id")
    if to is not None:
        channel = ContactChannel.EMAIL if "@" in to else ContactChannel.SMS
        rows = rows.filter(recipient=address_index(channel, to))
    return list(rows.values_list("kind", "occasion", "channel", "state"))


def sent(**which: str) -> None:
    """These have left."""
    for state, lease in (("leased", "0" * 32), ("sending", "0" * 32), ("accepted", None)):
        until = datetime(2030, 1, 1, tzinfo=UTC) if lease else None
        Message.objects.filter(**which).update(state=state, lease_token=lease, lease_until=until)


def trail(appointment: Appointment) -> list[tuple[str, str | None]]:
    return [(entry.action, entry.detail.get("channel")) for entry in audit.history(appointment.subject)]


def test_reminders_are_no_longer_wanted_on_one_channel(appointment: Appointment, now: datetime) -> None:
    for _twice in range(2):
        withdraw_reminders(
            jobcenter=appointment.tenant,
            appointment=appointment,
            channel=ContactChannel.SMS,
            by=audit.CUSTOMER,
            now=now,
        )

    assert messages() == [
        ("confirmation", "now", "email", "planned"),
        ("reminder", "P1D", "sms", "withdrawn"),
        ("reminder", "P3D", "email", "planned"),
    ]
    assert trail(appointment) == [("booked", None), ("reminders_withdrawn", "sms")]


def test_reminders_wanted_again_wait_again(appointment: Appointment, now: datetime) -> None:
    before = messages()
    for verb in (withdraw_reminders, give_reminders):
        verb(
            jobcenter=appointment.tenant,
            appointment=appointment,
            channel=ContactChannel.EMAIL,
            by=audit.CUSTOMER,
            now=now + LATER,
        )

    assert messages() == before
    assert Message.objects.get(kind="reminder", channel="email").due_at == MONDAY_NINE - timedelta(days=3)


def test_without_email_reminders_those_for_people_without_email_begin(
    office: Office, appointment: Appointment, now: datetime
) -> None:
    ReminderRule.objects.create(tenant=office.jobcenter, channel="sms", offset="P2D", only_without=["email"])
    withdraw_reminders(
        jobcenter=office.jobcenter, appointment=appointment, channel=ContactChannel.EMAIL, by=audit.CUSTOMER, now=now
    )

    assert messages(PHONE) == [("reminder", "P1D", "sms", "planned"), ("reminder", "P2D", "sms", "planned")]


def test_a_new_address_is_told_what_there_is_and_the_old_one_nothing_more(
    appointment: Appointment, now: datetime
) -> None:
    sent(kind="confirmation")
    address(appointment, ContactChannel.EMAIL, " Groesser@post.EXAMPLE ", now + LATER)

    assert messages(EMAIL) == [("confirmation", "now", "email", "accepted"), ("reminder", "P3D", "email", "withdrawn")]
    assert messages(OTHER_EMAIL) == [
        ("confirmation", "now", "email", "planned"),
        ("reminder", "P3D", "email", "planned"),
    ]
    assert messages(PHONE) == [("reminder", "P1D", "sms", "planned")]
    assert ContactPoint.objects.get(channel="email").address == OTHER_EMAIL
    assert trail(appointment)[-1] == ("address_changed", "email")


def test_a_new_time_that_has_not_left_yet_goes_to_the_new_address_once(
    office: Office, appointment: Appointment, now: datetime
) -> None:
    reschedule(
        jobcenter=office.jobcenter,
        appointment=appointment,
        starts_at=MONDAY_NINE + timedelta(days=1),
        by=audit.CUSTOMER,
        now=now,
    )
    address(appointment, ContactChannel.EMAIL, OTHER_EMAIL, now + LATER)

    assert [row for row in messages(OTHER_EMAIL) if row[0] != "reminder"] == [("changed", "now", "email", "planned")]
    assert [row for row in messages(EMAIL) if row[3] == "planned"] == []


def test_a_cancellation_that_waits_is_not_lost_with_the_address(
    office: Office, appointment: Appointment, now: datetime
) -> None:
    cancel(jobcenter=office.jobcenter, appointment=appointment, by=audit.SYSTEM, now=now)
    address(appointment, ContactChannel.SMS, OTHER_PHONE, now + LATER)

    assert messages(OTHER_PHONE) == [("cancelled", "now", "sms", "planned")]
    assert ("cancelled", "now", "sms", "withdrawn") in messages(PHONE)


def test_an_address_given_later_is_told_and_reminded_and_the_others_stay_as_they_were(
    office: Office, now: datetime
) -> None:
    appointment = make_appointment(office, MONDAY_NINE, now, person(email=EMAIL))
    address(appointment, ContactChannel.SMS, "0152 28817386", now + LATER)

    assert messages(EMAIL) == [("confirmation", "now", "email", "planned"), ("reminder", "P3D", "email", "planned")]
    assert messages(PHONE) == [("confirmation", "now", "sms", "planned"), ("reminder", "P1D", "sms", "planned")]
    assert trail(appointment)[-1] == ("address_given", "sms")


def test_an_address_given_shortly_before_a_reminder_is_told_once(office: Office, now: datetime) -> None:
    appointment = make_appointment(office, MONDAY_NINE + timedelta(days=2), now, person(email=EMAIL))
    an_hour_before = MONDAY_NINE + timedelta(days=1, hours=-1)  # P1D is due an hour later

    address(appointment, ContactChannel.SMS, PHONE, an_hour_before)

    assert messages(PHONE) == [("confirmation", "now", "sms", "planned")]


def test_the_same_address_typed_again_changes_nothing(appointment: Appointment, now: datetime) -> None:
    before = messages()
    address(appointment, ContactChannel.EMAIL, EMAIL.upper(), now + LATER)

    assert messages() == before
    assert trail(appointment) == [("booked", None)]


def test_back_at_the_first_address_everything_waits_there_and_nothing_is_said_twice(
    appointment: Appointment, now: datetime
) -> None:
    sent(kind="confirmation")
    address(appointment, ContactChannel.EMAIL, OTHER_EMAIL, now + LATER)
    address(appointment, ContactChannel.EMAIL, EMAIL, now + 2 * LATER)

    assert messages(EMAIL) == [("confirmation", "now", "email", "accepted"), ("reminder", "P3D", "email", "planned")]
    assert {row[3] for row in messages(OTHER_EMAIL)} == {"withdrawn"}


def test_a_number_that_gets_no_sms_is_refused_and_nothing_changes(appointment: Appointment, now: datetime) -> None:
    before = messages()
    with pytest.raises(NotAGermanMobile):
        address(appointment, ContactChannel.SMS, "0661 12345", now)

    assert messages() == before
    assert ContactPoint.objects.get(channel="sms").address == PHONE


def test_a_removed_address_is_forgotten_and_gets_nothing_more(appointment: Appointment, now: datetime) -> None:
    remove_address(
        jobcenter=appointment.tenant, appointment=appointment, channel=ContactChannel.EMAIL, by=audit.CUSTOMER, now=now
    )

    assert {row[3] for row in messages(EMAIL)} == {"withdrawn"}
    assert messages(PHONE) == [("reminder", "P1D", "sms", "planned")]
    assert [point.channel for point in ContactPoint.objects.all()] == ["sms"]
    assert trail(appointment)[-1] == ("address_removed", "email")


def test_a_number_to_call_is_written_down_and_never_written_to(office: Office, now: datetime) -> None:
    appointment = make_appointment(office, MONDAY_NINE, now, person())
    address(appointment, ContactChannel.PHONE, "0661 12345", now)
    address(appointment, ContactChannel.PHONE, "0661 54321", now)

    assert messages() == []
    assert ContactPoint.objects.get().address == "+4966154321"


def test_another_language_speaks_in_all_that_is_still_to_come(appointment: Appointment, now: datetime) -> None:
    sent(kind="confirmation")
    change_language(appointment=appointment, language="uk", by=audit.CUSTOMER, now=now + LATER)

    languages = Message.objects.order_by("kind", "channel").values_list("kind", "language")
    assert list(languages) == [("confirmation", "de"), ("reminder", "uk"), ("reminder", "uk")]
    appointment.refresh_from_db()
    assert (appointment.language, appointment.customer.language) == ("uk", "uk")
    with pytest.raises(UnknownLanguage):
        change_language(appointment=appointment, language="fr", by=audit.CUSTOMER, now=now)


def test_at_the_moment_of_sending_only_the_address_of_now_counts(appointment: Appointment, now: datetime) -> None:
    """A worker that took a message just before would ask its kind for the old address and get none."""
    reminder = next(kind for kind in KINDS if kind.key == "reminder")

    def ask(to: str) -> bool:
        index = address_index(ContactChannel.EMAIL, to)
        ref = MessageRef(appointment.subject, 1, "P3D", Channel.EMAIL, "de", index)
        return reminder.compose(ref, now=now) is not None

    address(appointment, ContactChannel.EMAIL, OTHER_EMAIL, now)

    assert (ask(EMAIL), ask(OTHER_EMAIL)) == (False, True)


def test_another_persons_messages_are_left_alone(office: Office, appointment: Appointment, now: datetime) -> None:
    neighbour = make_appointment(office, MONDAY_NINE + timedelta(hours=1), now, person("Anna", email=EMAIL))
    remove_address(
        jobcenter=office.jobcenter, appointment=appointment, channel=ContactChannel.EMAIL, by=audit.CUSTOMER, now=now
    )

    theirs = Message.objects.filter(subject=neighbour.subject).values_list("kind", "state")
    assert sorted(theirs) == [("confirmation", "planned"), ("reminder", "planned")]
