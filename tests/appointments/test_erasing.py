# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Somebody asks to be erased: nothing more leaves for them, and nothing here says who they were."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from appointments.erasing import Erased, erase_person
from appointments.links import appointment_of_key, jobcenter_of_code, keys_of
from appointments.lost_links import OWN_LINK, ask_for_links
from appointments.models import Appointment, ContactTask, Occupancy, OccupancyState, TaskReason, WaitingEntry
from appointments.service import Status
from appointments.waiting import wish_earlier
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint, Customer
from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.models import AuditEntry
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from notifications.channels.base import Accepted
from notifications.delivery import dispatch
from notifications.delivery.sessions import Sessions
from notifications.models import Letter, Message, Suppression
from notifications.outbox.arming import Armed
from notifications.outbox.clock import Clock
from tests.appointments.factories import Office, make_appointment, make_office, person
from tests.notifications.factories import arm_all, claim_all, finish_one
from tests.notifications.servers import Catchers

MONDAY_NINE = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)  # a week ahead
EMAIL, PHONE = "juergen@post.example", "+4915228817386"
STAFF = audit.staff(7)
ONE_DAY_BEFORE = MONDAY_NINE - timedelta(days=1)


@pytest.fixture
def office(fulda: Jobcenter) -> Office:
    return make_office(fulda)


@pytest.fixture
def appointment(office: Office, now: datetime) -> Appointment:
    return make_appointment(office, MONDAY_NINE, now, person(email=EMAIL, phone=PHONE))


def erase(appointment: Appointment, now: datetime) -> Erased:
    return erase_person(jobcenter=appointment.tenant, customer_id=appointment.customer_id, by=STAFF, now=now)


def messages() -> list[tuple[str, str, str]]:
    rows = Message.objects.order_by("kind", "channel", "id").values_list("kind", "channel", "state")
    return list(rows)


def addresses_known() -> set[bytes]:
    """Keyed hashes of addresses wherever they are kept."""
    in_messages = {bytes(one.recipient) for one in Message.objects.all()}
    return {one for one in in_messages if len(one) == 32} | {
        bytes(one.address_index) for one in ContactPoint.objects.all()
    }


def test_nothing_says_who_they_were_and_the_time_is_free_again(
    office: Office, appointment: Appointment, now: datetime
) -> None:
    keys = keys_of(appointment)
    other = make_appointment(
        office, MONDAY_NINE + timedelta(hours=1), now, person("Ayşe Yılmaz", email="a@post.example")
    )
    point = ContactPoint.objects.get(customer=appointment.customer, channel="email")
    ContactTask.objects.create(
        tenant=appointment.tenant,
        customer=appointment.customer,
        channel="email",
        recipient=point.address_index,
        reason=TaskReason.UNKNOWN,
        opened_at=now,
    )

    assert erase(appointment, now) == Erased(cancelled=1, taken_back=3)
    appointment.refresh_from_db()
    assert (appointment.status_now, appointment.customer.name) == (Status.CANCELLED, "")
    assert (ContactPoint.objects.get().customer_id, ContactTask.objects.count()) == (other.customer_id, 0)
    assert addresses_known() == {bytes(ContactPoint.objects.get().address_index)}
    assert set(Occupancy.objects.filter(appointment=appointment).values_list("state", flat=True)) == {
        OccupancyState.RELEASED
    }
    assert (appointment_of_key(keys.token), appointment_of_key(keys.code), jobcenter_of_code(keys.code)) == (None,) * 3
    assert appointment_of_key(keys_of(other).token) == other


def test_everything_that_waits_for_them_is_taken_back_and_nobody_elses(
    office: Office, appointment: Appointment, now: datetime
) -> None:
    make_appointment(office, MONDAY_NINE + timedelta(hours=1), now, person(email="other@post.example"))
    erase(appointment, now)
    assert sorted(Message.objects.filter(subject=appointment.subject).values_list("channel", "state")) == [
        ("email", "withdrawn"),
        ("email", "withdrawn"),
        ("sms", "withdrawn"),
    ]
    assert set(Message.objects.exclude(subject=appointment.subject).values_list("state", flat=True)) == {"planned"}


def test_a_question_for_a_lost_link_does_not_keep_the_address(appointment: Appointment, now: datetime) -> None:
    ask_for_links(channel=ContactChannel.EMAIL, address=EMAIL, language="de", network=b"library", now=now)
    erase(appointment, now)
    assert addresses_known() == set()
    assert {state for kind, _channel, state in messages() if kind == OWN_LINK} == {"withdrawn"}


def test_a_question_under_an_address_that_two_share_is_still_answered_for_the_other(
    office: Office, appointment: Appointment, now: datetime
) -> None:
    make_appointment(office, MONDAY_NINE + timedelta(hours=1), now, person("Ayşe Yılmaz", email=EMAIL))
    ask_for_links(channel=ContactChannel.EMAIL, address=EMAIL, language="de", network=b"library", now=now)
    erase(appointment, now)
    assert {state for kind, _channel, state in messages() if kind == OWN_LINK} == {"planned"}
    assert addresses_known() == {bytes(ContactPoint.objects.get().address_index)}


def test_what_a_worker_has_claimed_is_not_sent(appointment: Appointment, now: datetime) -> None:
    claimed = claim_all(MONDAY_NINE - timedelta(days=3))
    erase(appointment, now)
    assert {*(arm_all([one], now)[0] for one in claimed)} == {Armed.GONE}
    assert {state for _kind, _channel, state in messages()} == {"withdrawn"}


def test_what_was_owed_about_an_appointment_that_is_over_does_not_leave_either(
    appointment: Appointment, now: datetime
) -> None:
    afterwards = MONDAY_NINE + timedelta(days=1)
    assert erase(appointment, afterwards) == Erased(cancelled=0, taken_back=3)
    assert {state for _kind, _channel, state in messages()} == {"withdrawn"}


def test_what_is_armed_may_leave_its_answer_counts_and_nothing_leaves_after_it(
    appointment: Appointment, now: datetime
) -> None:
    (claimed,) = claim_all(now)
    assert arm_all([claimed], now) == [Armed.YES]
    erase(appointment, now)
    assert finish_one(claimed, Accepted("their-7"), now)
    assert messages() == [
        ("confirmation", "email", "accepted"),
        ("reminder", "email", "withdrawn"),
        ("reminder", "sms", "withdrawn"),
    ]
    assert addresses_known() == set()
    assert claim_all(ONE_DAY_BEFORE) == []


@pytest.mark.django_db(transaction=True)
def test_erasing_and_arming_at_the_same_moment_have_one_winner(office: Office, now: datetime) -> None:
    """Either it is armed and leaves, or it never does: ten people, each erased while a worker arms."""
    people = [
        make_appointment(
            office, MONDAY_NINE + timedelta(days=day, minutes=30 * half), now, person(email=f"{day}{half}@post.example")
        )
        for day in range(5)
        for half in range(2)
    ]
    batch = {one.ref.subject: one for one in claim_all(now)}
    armed: dict[str, Armed] = {}
    start = threading.Barrier(2 * len(people))

    def run(work: Callable[[Appointment], None], appointment: Appointment) -> threading.Thread:
        def body() -> None:
            start.wait(20)
            try:
                with tenant_context(office.jobcenter):
                    work(appointment)
            finally:
                connection.close()

        thread = threading.Thread(target=body)
        thread.start()
        return thread

    def arm(appointment: Appointment) -> None:
        armed[appointment.subject] = arm_all([batch[appointment.subject]], now)[0]

    threads = [run(work, one) for one in people for work in (lambda who: (erase(who, now), None)[1], arm)]
    for thread in threads:
        thread.join()
    states = dict(Message.objects.filter(kind="confirmation").values_list("subject", "state"))
    expected = {Armed.YES: "sending", Armed.GONE: "withdrawn"}
    assert len(armed) == len(people)
    assert states == {subject: expected[answer] for subject, answer in armed.items()}


def test_the_catcher_gets_nothing_for_somebody_erased(
    appointment: Appointment, now: datetime, tmp_path: Path, settings: pytest.FixtureRequest
) -> None:
    erase(appointment, now)
    with Catchers(tmp_path, settings) as catchers, Sessions() as sessions:
        catchers.start("smtp")
        for moment in (now, MONDAY_NINE - timedelta(days=3), ONE_DAY_BEFORE):
            dispatch.deliver_all(sessions=sessions, clock=Clock(moment, stopwatch=lambda: 0.0))
        assert catchers.mails() == []


def test_a_letter_that_waits_for_paper_loses_its_words(appointment: Appointment, now: datetime) -> None:
    message = Message.objects.filter(kind="confirmation").get()
    row = Letter(tenant=appointment.tenant, message=message, queued_at=now)
    row.content = "An Jürgen Größer"
    row.save()
    erase(appointment, now)
    row.refresh_from_db()
    assert (row.state, row.content_sealed) == ("dropped", None)


def test_who_waits_waits_no_longer(office: Office, appointment: Appointment, now: datetime) -> None:
    TenantSettings.objects.update(waiting_list=True)
    wish_earlier(jobcenter=Jobcenter.objects.get(), appointment=appointment, now=now)
    erase(appointment, now)
    assert WaitingEntry.objects.count() == 0


def test_stop_is_remembered_and_the_trail_tells_without_a_name(appointment: Appointment, now: datetime) -> None:
    number = bytes(ContactPoint.objects.get(channel="sms").address_index)
    Suppression.objects.create(tenant=appointment.tenant, channel="sms", recipient=number, reason="stopped", since=now)
    for _twice in range(2):
        erase(appointment, now)
    assert bytes(Suppression.objects.get().recipient) == number
    trail = AuditEntry.objects.filter(subject=f"customer:{appointment.customer_id}").order_by("id")
    assert [(entry.action, entry.membership_id, entry.detail) for entry in trail] == [
        ("person_erased", 7, {"cancelled": 1, "taken_back": 3}),
        ("person_erased", 7, {"cancelled": 0, "taken_back": 0}),
    ]


def test_the_command_says_what_it_did_and_refuses_what_is_not_there(appointment: Appointment, now: datetime) -> None:
    said = StringIO()
    with pytest.raises(CommandError, match="no such appointment"):
        call_command("erase_person", jobcenter="fulda", appointment="nobody")
    with pytest.raises(CommandError, match="no Jobcenter nowhere"):
        call_command("erase_person", jobcenter="nowhere", appointment=appointment.public_id)
    assert Customer.objects.get().name
    call_command("erase_person", jobcenter="fulda", appointment=appointment.public_id, stdout=said)
    assert said.getvalue() == "Erased. Appointments cancelled: 1. Messages that do not leave: 3.\n"
    assert not Customer.objects.get().name
