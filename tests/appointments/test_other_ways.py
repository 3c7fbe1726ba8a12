# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What happens when a message will not arrive: another way says it, and the office is asked about the address."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from appointments.contact_tasks import TaskIsClosed, close_task, open_tasks
from appointments.messages import KINDS
from appointments.models import Appointment, ContactTask, TaskEnd
from appointments.settling import settle_task
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint
from jobcenter_portal.accounts.service import address_index
from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.models import AuditEntry
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from notifications.models import Message, Suppression
from notifications.service import Channel, MessageRef, Planned
from notifications.states import State
from tests.appointments.factories import Office, make_appointment, make_office, person
from tests.notifications.steps import brought_to

BY = audit.staff(7)
DAYS_AHEAD = timedelta(days=8)
EMAIL, SMS = "olena@example.org", "+4915228817386"


@pytest.fixture
def office(fulda: Jobcenter) -> Office:
    return make_office(fulda)


@pytest.fixture
def both(office: Office, now: datetime) -> Appointment:
    """Somebody with e-mail and SMS who comes in eight days."""
    return make_appointment(office, now + DAYS_AHEAD, now, person("Olena Шевченко", email=EMAIL, phone=SMS))


def failed(one: Appointment, channel: Channel, *, kind: str, now: datetime, is_wrong: bool = True) -> Message:
    """The message that cannot arrive; its address is wrong, or it only failed this time."""
    message = Message.objects.get(subject=one.subject, kind=kind, channel=channel)
    if is_wrong:
        Suppression.objects.get_or_create(
            tenant_id=one.tenant_id,
            channel=channel,
            recipient=message.recipient,
            defaults={"reason": "address_wrong", "since": now},
        )
    return brought_to(State.BOUNCED, now=now, message=message)


def other_ways(message: Message, now: datetime) -> list[Planned]:
    """Ask as delivery does."""
    kind = next(kind for kind in KINDS if kind.key == message.kind)
    ref = MessageRef(
        message.subject,
        message.revision,
        message.occasion,
        Channel(message.channel),
        message.language,
        bytes(message.recipient),
    )
    with transaction.atomic():
        return list(kind.other_ways(ref, now=now))


def tasks() -> list[tuple[str, str]]:
    return list(open_tasks().values_list("channel", "reason"))


def test_a_confirmation_that_bounced_is_sent_by_sms(both: Appointment, now: datetime) -> None:
    (message,) = other_ways(failed(both, Channel.EMAIL, kind="confirmation", now=now), now)
    assert message == Planned(
        kind="confirmation",
        occasion="now/email",
        channel=Channel.SMS,
        recipient=address_index(ContactChannel.SMS, SMS),
        language="de",
        due_at=now,
        not_after=both.starts_at,
        priority=message.priority,
    )
    assert tasks() == [("email", "unknown")]


def test_a_reminder_is_not_doubled_where_another_one_comes_anyway(both: Appointment, now: datetime) -> None:
    assert other_ways(failed(both, Channel.EMAIL, kind="reminder", now=now), now) == []
    assert tasks() == [("email", "unknown")]


def test_a_reminder_whose_only_way_failed_goes_the_other_way(office: Office, both: Appointment, now: datetime) -> None:
    later = both.starts_at - timedelta(hours=22)
    message = failed(both, Channel.SMS, kind="reminder", now=later)
    Message.objects.filter(kind="reminder", channel="email").update(state="expired")
    (instead,) = other_ways(message, later)
    assert (instead.channel, instead.occasion, instead.not_after) == (
        Channel.EMAIL,
        "P1D/sms",
        both.starts_at - timedelta(hours=4),
    )


def test_it_waits_for_the_morning_unless_that_is_too_late(both: Appointment, now: datetime) -> None:
    night = both.starts_at - timedelta(hours=12)  # 20:00 the evening before
    Message.objects.filter(kind="reminder", channel="sms").update(state="expired")
    message = failed(both, Channel.EMAIL, kind="reminder", now=night)
    (instead,) = other_ways(message, night)
    assert (instead.channel, instead.due_at, instead.respects_quiet) == (Channel.SMS, night, False)


def test_the_reminders_stop_four_hours_before(both: Appointment) -> None:
    late = both.starts_at - timedelta(hours=4)
    Message.objects.filter(kind="reminder", channel="sms").update(state="expired")
    assert other_ways(failed(both, Channel.EMAIL, kind="reminder", now=late), late) == []


def test_each_way_is_tried_once(both: Appointment, now: datetime) -> None:
    other_ways(failed(both, Channel.EMAIL, kind="confirmation", now=now), now)
    first = Message.objects.get(subject=both.subject, kind="confirmation", channel="email")
    first.pk, first.public_id, first.channel, first.occasion = None, "S" * 22, "sms", "now/email"
    first.recipient, first.state, first.finished_at = address_index(ContactChannel.SMS, SMS), "planned", None
    first.save(force_insert=True)
    bounced = failed(both, Channel.SMS, kind="confirmation", now=now)
    assert other_ways(bounced, now) == []
    assert sorted(tasks()) == [("email", "unknown"), ("sms", "unknown")]


def gave_a_postal_address(one: Appointment, office: Office, now: datetime) -> None:
    point = ContactPoint(tenant_id=one.tenant_id, customer_id=one.customer_id, channel="letter", given_at=now)
    point.address, point.address_index = "Olena Шевченко\nHauptstraße 1\n36037 Fulda", b"l" * 32
    point.save()
    TenantSettings.objects.update(letters_enabled=True)
    office.jobcenter.__dict__.pop("settings", None)


def test_what_one_way_says_no_further_one_repeats(office: Office, both: Appointment, now: datetime) -> None:
    gave_a_postal_address(both, office, now)
    assert other_ways(failed(both, Channel.EMAIL, kind="reminder", now=now), now) == []


def test_a_letter_goes_where_nothing_else_does_while_the_post_is_quick_enough(
    office: Office, both: Appointment, now: datetime
) -> None:
    ContactPoint.objects.filter(customer_id=both.customer_id, channel="sms").delete()
    Message.objects.filter(channel="sms").update(state="withdrawn")
    gave_a_postal_address(both, office, now)
    message = failed(both, Channel.EMAIL, kind="reminder", now=now)
    (instead,) = other_ways(message, now)
    assert (instead.channel, instead.occasion) == (Channel.LETTER, "P3D/email")
    assert instead.not_after < both.starts_at - timedelta(days=3)
    assert other_ways(message, both.starts_at - timedelta(days=3)) == []


def test_a_mailbox_that_is_full_today_is_asked_about_only_where_nobody_is_told(
    office: Office, both: Appointment, now: datetime
) -> None:
    assert other_ways(failed(both, Channel.EMAIL, kind="confirmation", now=now, is_wrong=False), now) != []
    assert tasks() == []
    alone = make_appointment(
        office, now + DAYS_AHEAD + timedelta(hours=1), now, person("Yıldız Şahin", email="y@example.org")
    )
    assert other_ways(failed(alone, Channel.EMAIL, kind="confirmation", now=now, is_wrong=False), now) == []
    assert tasks() == [("email", "unreached")]


def test_who_unsubscribed_is_no_task_and_gets_no_reminder_elsewhere_on_that_way(
    both: Appointment, now: datetime
) -> None:
    message = failed(both, Channel.EMAIL, kind="confirmation", now=now, is_wrong=False)
    Suppression.objects.create(
        tenant_id=both.tenant_id, channel="email", recipient=message.recipient, reason="stopped", since=now
    )
    other_ways(message, now)
    assert tasks() == []


@pytest.mark.parametrize("change", [{"status": "cancelled"}, {"revision": 2}])
def test_what_is_no_longer_true_is_said_nowhere(both: Appointment, now: datetime, change: dict[str, object]) -> None:
    message = failed(both, Channel.EMAIL, kind="confirmation", now=now)
    Appointment.objects.filter(pk=both.pk).update(**change)
    assert (other_ways(message, now), tasks()) == ([], [])


def test_an_address_is_asked_about_once_however_many_messages_fail(both: Appointment, now: datetime) -> None:
    message = failed(both, Channel.EMAIL, kind="confirmation", now=now)
    other_ways(message, now)
    other_ways(message, now + timedelta(hours=1))
    (task,) = ContactTask.objects.all()
    assert task.opened_at == now


def task_about(both: Appointment, now: datetime) -> ContactTask:
    other_ways(failed(both, Channel.EMAIL, kind="confirmation", now=now), now)
    task: ContactTask = ContactTask.objects.get()
    return task


def test_a_corrected_address_gets_what_was_missed_and_ends_the_task(both: Appointment, now: datetime) -> None:
    task = task_about(both, now)
    jobcenter = Jobcenter.objects.get(pk=both.tenant_id)
    settle_task(jobcenter=jobcenter, task=task, as_=TaskEnd.CORRECTED, address="neu@example.org", by=BY, now=now)
    assert tasks() == []
    new = address_index(ContactChannel.EMAIL, "neu@example.org")
    assert {message.kind for message in Message.objects.filter(recipient=new, state="planned")} == {
        "confirmation",
        "reminder",
    }
    with pytest.raises(TaskIsClosed):
        settle_task(jobcenter=jobcenter, task=task, as_=TaskEnd.REMOVED, address="", by=BY, now=now)
    assert ContactPoint.objects.get(customer_id=both.customer_id, channel="email").address == "neu@example.org"


def test_an_address_that_is_right_after_all_is_open_again_and_asked_about_when_it_fails_anew(
    both: Appointment, now: datetime
) -> None:
    task = task_about(both, now)
    close_task(task, as_=TaskEnd.CONFIRMED, by=BY, now=now)
    assert (tasks(), Suppression.objects.count()) == ([], 0)
    assert AuditEntry.objects.get(action="contact_task_closed").detail == {"channel": "email", "ended": "confirmed"}
    message = Message.objects.get(subject=both.subject, kind="confirmation", channel="email")
    Suppression.objects.create(
        tenant_id=both.tenant_id, channel="email", recipient=message.recipient, reason="address_wrong", since=now
    )
    other_ways(message, now + timedelta(days=1))
    assert tasks() == [("email", "unknown")]


def test_what_was_called_done_is_not_asked_again(both: Appointment, now: datetime) -> None:
    close_task(task_about(both, now), as_=TaskEnd.DONE, by=BY, now=now)
    message = Message.objects.get(subject=both.subject, kind="confirmation", channel="email")
    other_ways(message, now + timedelta(days=1))
    assert tasks() == []


def test_whoever_corrects_it_ends_the_task_the_person_too(both: Appointment, now: datetime) -> None:
    task_about(both, now)
    ContactPoint.objects.filter(customer_id=both.customer_id, channel="email").delete()
    assert tasks() == []
