# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A Jobcenter changes its rules, its quiet hours or its channels: what is planned follows, what was sent stays."""

from datetime import UTC, datetime, time, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from appointments.changing import reschedule
from appointments.models import Appointment, ReminderRule, Replanning
from appointments.replanning import SETTLED, Progress, follow_plan, replan_jobcenter
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from notifications.models import Message
from notifications.service import Replanned
from tests.appointments.factories import Office, make_appointment, make_office, make_service, person
from tests.factories import make_jobcenter

MONDAY_NINE = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)  # a week ahead
THREE_DAYS, ONE_DAY = MONDAY_NINE - timedelta(days=3), MONDAY_NINE - timedelta(days=1)
SATURDAY_EVENING = datetime(2026, 11, 28, 18, 59, tzinfo=UTC)
EMAIL, PHONE = "juergen@post.example", "+4915228817386"


@pytest.fixture
def office(fulda: Jobcenter) -> Office:
    return make_office(fulda)


@pytest.fixture
def appointment(office: Office, now: datetime) -> Appointment:
    return make_appointment(office, MONDAY_NINE, now, person(email=EMAIL, phone=PHONE))


def rule(office: Office, channel: str, offset: str, **more: Any) -> ReminderRule:
    made: ReminderRule = ReminderRule.objects.create(tenant=office.jobcenter, channel=channel, offset=offset, **more)
    return made


def settle(**changes: Any) -> None:
    TenantSettings.objects.update(**changes)


def reminders() -> list[tuple[str, str, str, datetime]]:
    """Channel, offset, state and due time of every reminder there is."""
    rows = Message.objects.filter(kind="reminder").values_list("channel", "occasion", "state", "due_at")
    return sorted(rows)


def replanned(office: Office, now: datetime) -> Replanned:
    changed = Replanned()
    for progress in replan_jobcenter(office.jobcenter, now=now):
        changed = progress.changed
    return changed


def followed(office: Office, now: datetime) -> Replanned:
    """Two looks of the periodic task: one that sees the new plan, one that follows it once it has settled."""
    follow_plan(office.jobcenter, now=now)
    return follow_plan(office.jobcenter, now=now + SETTLED)


def test_new_rules_add_move_and_take_back_reminders(office: Office, appointment: Appointment, now: datetime) -> None:
    ReminderRule.objects.filter(channel="sms").delete()
    rule(office, "email", "P1B")

    rule(office, "email", "P5D")

    assert replanned(office, now) == Replanned(added=2, withdrawn=2)
    assert reminders() == [
        ("email", "P1B", "planned", THREE_DAYS),  # the working day before a Monday is the Friday,
        ("email", "P3D", "withdrawn", THREE_DAYS),  # so that this one would say the same at the same minute
        ("email", "P5D", "planned", MONDAY_NINE - timedelta(days=5)),
        ("sms", "P1D", "withdrawn", SATURDAY_EVENING),
    ]


def test_a_second_walk_finds_nothing_to_do(office: Office, appointment: Appointment, now: datetime) -> None:
    assert replanned(office, now + timedelta(hours=5)) == Replanned()


def test_quiet_hours_of_an_email_move_it_and_nothing_else(office: Office, now: datetime) -> None:
    make_appointment(office, MONDAY_NINE + timedelta(hours=2), now, person(email=EMAIL, phone=PHONE))
    settle(email_quiet_from=time(22), email_quiet_until=time(11, 30))

    assert replanned(office, now) == Replanned(moved=1)
    assert reminders()[0] == ("email", "P3D", "planned", datetime(2026, 11, 26, 20, 59, tzinfo=UTC))


def test_a_channel_switched_off_and_on_again_loses_nothing(
    office: Office, appointment: Appointment, now: datetime
) -> None:
    before = reminders()
    settle(sms_enabled=False)
    assert replanned(office, now) == Replanned(withdrawn=1)
    settle(sms_enabled=True)
    assert replanned(office, now) == Replanned(revived=1)
    assert reminders() == before


def test_what_has_been_sent_is_not_sent_again_by_a_new_rule_of_the_same_name(
    office: Office, appointment: Appointment, now: datetime
) -> None:
    sent = Message.objects.filter(kind="reminder", channel="email")
    for state in ("leased", "sending", "accepted"):
        held = (
            {"lease_token": "0" * 32, "lease_until": now}
            if state != "accepted"
            else dict.fromkeys(("lease_token", "lease_until"))
        )
        sent.update(state=state, **held)

    assert replanned(office, THREE_DAYS + timedelta(hours=1)) == Replanned()
    ReminderRule.objects.filter(channel="email").delete()
    assert replanned(office, THREE_DAYS + timedelta(hours=1)) == Replanned()
    assert reminders()[0][2] == "accepted"


def test_a_rule_whose_moment_has_passed_sends_nothing_at_once(
    office: Office, appointment: Appointment, now: datetime
) -> None:
    rule(office, "email", "P5D")
    rule(office, "email", "P2D")

    assert replanned(office, MONDAY_NINE - timedelta(days=4)) == Replanned(added=1)
    assert [row[1] for row in reminders()] == ["P2D", "P3D", "P1D"]


def test_an_overdue_reminder_that_waits_for_its_provider_stays(
    office: Office, appointment: Appointment, now: datetime
) -> None:
    before = reminders()

    assert replanned(office, THREE_DAYS + timedelta(hours=3)) == Replanned()
    assert reminders() == before


def test_who_was_told_an_hour_ago_is_not_reminded_by_a_change_of_settings(office: Office, now: datetime) -> None:
    tomorrow = now + timedelta(hours=25)  # P1D would be within the hour
    make_appointment(office, tomorrow, now, person(phone=PHONE))
    assert reminders() == []

    assert replanned(office, now + timedelta(minutes=1)) == Replanned()
    assert reminders() == []


def test_a_service_with_rules_of_its_own_follows_those_alone(office: Office, now: datetime) -> None:
    other = make_service(office.jobcenter, slug="antrag")
    rule(office, "email", "P7D", service=other)
    rule(office, "sms", "PT4H", service=office.service)
    make_appointment(office, MONDAY_NINE, now, person(email=EMAIL, phone=PHONE))

    assert [row[:2] for row in reminders()] == [("sms", "PT4H")]


def test_of_some_services_nobody_is_reminded(office: Office, now: datetime) -> None:
    rule(office, "none", "", service=office.service)
    appointment = make_appointment(office, MONDAY_NINE, now, person(email=EMAIL, phone=PHONE))

    assert reminders() == []
    ReminderRule.objects.filter(channel="none").delete()
    assert replanned(office, now) == Replanned(added=2)
    assert {row[:2] for row in reminders()} == {("email", "P3D"), ("sms", "P1D")}
    assert appointment.revision == 1


@pytest.mark.parametrize(
    ("channel", "offset", "of"),
    [
        ("none", "", "house"),
        ("none", "P1D", "service"),
        ("letter", "PT48H", "house"),
        ("email", "", "house"),
        ("email", "P1W", "house"),
        ("fax", "P1D", "house"),
    ],
)
def test_rules_that_mean_nothing_cannot_be_written(office: Office, channel: str, offset: str, of: str) -> None:
    with pytest.raises(IntegrityError, match=r"appointments_reminder_(offset|channel)"):
        rule(office, channel, offset, service=office.service if of == "service" else None)


def test_the_same_rule_cannot_stand_twice(office: Office) -> None:
    rule(office, "email", "P1B")
    with pytest.raises(IntegrityError, match="appointments_one_reminder_rule"):
        rule(office, "email", "P1B")


def test_the_periodic_task_follows_a_changed_plan_by_itself(
    office: Office, appointment: Appointment, now: datetime
) -> None:
    assert followed(office, now) == Replanned()  # the first look of all: everything is as it should be
    rule(office, "email", "P1D")

    assert follow_plan(office.jobcenter, now=now) == Replanned()  # other processes may still book by the old rules
    assert follow_plan(office.jobcenter, now=now + timedelta(seconds=4)) == Replanned()
    assert follow_plan(office.jobcenter, now=now + SETTLED) == Replanned(added=1)
    assert follow_plan(office.jobcenter, now=now + 2 * SETTLED) == Replanned()


def test_a_walk_that_was_interrupted_goes_on_where_it_was(
    office: Office, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed(office, now)
    for hour in range(3):
        make_appointment(office, MONDAY_NINE + timedelta(hours=hour), now, person(email=f"{hour}@post.example"))
    rule(office, "email", "P1D")
    follow_plan(office.jobcenter, now=now)
    monkeypatch.setattr("appointments.replanning.BATCH", 2)
    monkeypatch.setattr("appointments.replanning._BATCHES_A_ROUND", 1)

    done = [follow_plan(office.jobcenter, now=now + SETTLED) for _ in range(4)]

    assert done == [Replanned(added=2), Replanned(added=1), Replanned(), Replanned()]
    assert bytes(Replanning.objects.get().followed) == bytes(Replanning.objects.get().seen)


def test_a_plan_changed_during_the_walk_begins_it_anew(
    office: Office, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed(office, now)
    for hour in range(3):
        make_appointment(office, MONDAY_NINE + timedelta(hours=hour), now, person(email=f"{hour}@post.example"))
    rule(office, "email", "P1D")
    follow_plan(office.jobcenter, now=now)
    monkeypatch.setattr("appointments.replanning.BATCH", 2)
    monkeypatch.setattr("appointments.replanning._BATCHES_A_ROUND", 1)
    follow_plan(office.jobcenter, now=now + SETTLED)
    rule(office, "email", "P2D")
    monkeypatch.setattr("appointments.replanning._BATCHES_A_ROUND", 9)

    assert followed(office, now + SETTLED) == Replanned(added=4)
    assert {occasion for _, occasion, _, _ in reminders()} == {"P1D", "P2D", "P3D"}
    assert len(reminders()) == 9


def test_moving_afterwards_speaks_by_the_new_rules(office: Office, appointment: Appointment, now: datetime) -> None:
    ReminderRule.objects.filter(channel="sms").delete()
    replanned(office, now)
    reschedule(
        jobcenter=office.jobcenter,
        appointment=appointment,
        starts_at=MONDAY_NINE + timedelta(days=1),
        by=audit.CUSTOMER,
        now=now,
    )

    waiting = Message.objects.filter(kind="reminder", state="planned").values_list("channel", "revision")
    assert list(waiting) == [("email", 2)]


def test_another_jobcenters_reminders_are_not_touched(office: Office, appointment: Appointment, now: datetime) -> None:
    other = make_jobcenter("wiesbaden")
    with tenant_context(other):
        theirs = make_office(other)
        make_appointment(theirs, MONDAY_NINE, now, person(email=EMAIL))
        before = reminders()
    ReminderRule.objects.all().delete()

    assert replanned(office, now) == Replanned(withdrawn=2)
    with tenant_context(other):
        assert reminders() == before


def test_many_appointments_cost_as_many_queries_as_one(office: Office, now: datetime) -> None:
    def queries_of_a_walk() -> int:
        with CaptureQueriesContext(connection) as captured:
            replanned(office, now)
        return len(captured)

    make_appointment(office, MONDAY_NINE, now, person(email=EMAIL, phone=PHONE))
    rule(office, "email", "P1D")
    one = queries_of_a_walk()
    for hour in range(1, 3):
        make_appointment(office, MONDAY_NINE + timedelta(hours=hour), now, person(email=f"{hour}@post.example"))
    ReminderRule.objects.filter(offset="P1D", channel="email").update(offset="P2D")
    assert queries_of_a_walk() <= one + 1  # one more: something to withdraw


def test_the_command_says_how_far_it_is_and_what_it_did(
    office: Office, appointment: Appointment, now: datetime
) -> None:
    starts_at = datetime.now(UTC) + timedelta(days=9)
    Appointment.objects.update(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30))
    rule(office, "email", "P2D")
    said = StringIO()

    call_command("replan_reminders", "--jobcenter=fulda", "--wait=0", stdout=said)

    assert said.getvalue().splitlines()[0] == "1 of 1 appointments"
    assert said.getvalue().splitlines()[1].startswith("1 reminders added")
    with pytest.raises(CommandError, match="no Jobcenter nirgends"):
        call_command("replan_reminders", "--jobcenter=nirgends")


def test_progress_is_told_batch_by_batch(office: Office, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    for hour in range(3):
        make_appointment(office, MONDAY_NINE + timedelta(hours=hour), now, person(email=f"{hour}@post.example"))
    monkeypatch.setattr("appointments.replanning.BATCH", 2)

    steps = list(replan_jobcenter(office.jobcenter, now=now))

    assert steps == [Progress(2, 3, Replanned()), Progress(3, 3, Replanned())]
