# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What would leave next week: the same as what then leaves, and nothing is written for knowing it."""

from datetime import UTC, date, datetime, time, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appointments.core.reminder_rules import Rule
from appointments.dry_run import effect_of, what_would_leave
from appointments.models import Appointment, ReminderRule
from appointments.reminder_plan import rules_now
from jobcenter_portal.accounts.models import ContactPoint, Customer
from jobcenter_portal.kernel.wall_clock import local_day
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from notifications.models import Message
from notifications.service import Channel
from tests.appointments.factories import Office, make_appointment, make_office, person

MONDAY_NINE = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)  # a week ahead
THIS_MONDAY, NEXT_SUNDAY = date(2026, 11, 23), date(2026, 12, 6)
FRIDAY, SATURDAY = date(2026, 11, 27), date(2026, 11, 28)


@pytest.fixture
def office(fulda: Jobcenter, now: datetime) -> Office:
    office = make_office(fulda, calendars=2)
    make_appointment(office, MONDAY_NINE, now, person(email="a@post.example", phone="+4915228817386"))
    make_appointment(office, MONDAY_NINE + timedelta(hours=1), now, person(email="b@post.example"))
    make_appointment(office, MONDAY_NINE + timedelta(days=1), now, person())
    return office


def test_it_names_day_channel_and_kind_and_each_message(office: Office, now: datetime) -> None:
    run = what_would_leave(office.jobcenter, THIS_MONDAY, NEXT_SUNDAY, now=now)

    assert run.counts == {
        (FRIDAY, Channel.EMAIL, "reminder"): 2,
        (SATURDAY, Channel.SMS, "reminder"): 1,
    }
    first = Appointment.objects.order_by("starts_at")[0]
    assert [(one.due_at, one.channel.value, one.occasion) for one in run.messages if one.subject == first.subject] == [
        (MONDAY_NINE - timedelta(days=3), "email", "P3D"),
        (datetime(2026, 11, 28, 18, 59, tzinfo=UTC), "sms", "P1D"),
    ]


def test_days_outside_are_left_out_and_both_bounds_are_in(office: Office, now: datetime) -> None:
    assert set(what_would_leave(office.jobcenter, FRIDAY, FRIDAY, now=now).counts) == {
        (FRIDAY, Channel.EMAIL, "reminder")
    }
    assert what_would_leave(office.jobcenter, THIS_MONDAY, THIS_MONDAY, now=now).messages == ()


def test_it_says_exactly_what_is_planned(office: Office, now: datetime) -> None:
    for offset in ("P1B", "P2B", "PT5H"):
        ReminderRule.objects.create(tenant=office.jobcenter, channel="email", offset=offset)
    for number in range(4):
        start = MONDAY_NINE + timedelta(days=2, minutes=30 * number)
        make_appointment(office, start, now + timedelta(minutes=number), person(email=f"{number}@post.example"))
    zone = office.jobcenter.settings.zone

    run = what_would_leave(office.jobcenter, THIS_MONDAY, date(2027, 1, 1), now=now)

    planned = Message.objects.filter(kind="reminder").values_list("due_at", "channel", "occasion", "subject")
    later = {row for row in planned if row[3] not in _first_three()}
    said = {(one.due_at, one.channel.value, one.occasion, one.subject) for one in run.messages}
    assert {row for row in said if row[3] not in _first_three()} == later
    assert all(one.day == local_day(one.due_at, zone) for one in run.messages)


def test_other_rules_show_how_many_more_and_fewer_without_being_saved(office: Office, now: datetime) -> None:
    before = (list(ReminderRule.objects.values()), list(Message.objects.values()))
    saved = what_would_leave(office.jobcenter, THIS_MONDAY, NEXT_SUNDAY, now=now)

    wished = (*(rule for rule in rules_now() if rule.channel == "email"), Rule("reminder", "email", "P2B"))
    preview = what_would_leave(office.jobcenter, THIS_MONDAY, NEXT_SUNDAY, now=now, rules=wished)

    assert preview.compared_with(saved) == {
        (date(2026, 11, 26), Channel.EMAIL, "reminder"): 2,
        (SATURDAY, Channel.SMS, "reminder"): -1,
    }
    assert saved.compared_with(saved) == {}
    assert (list(ReminderRule.objects.values()), list(Message.objects.values())) == before


def test_other_quiet_hours_can_be_tried_too(office: Office, now: datetime) -> None:
    wished = TenantSettings.objects.get()
    wished.email_quiet_from, wished.email_quiet_until = time(20), time(10, 30)

    preview = what_would_leave(office.jobcenter, THIS_MONDAY, NEXT_SUNDAY, now=now, settings=wished)

    assert preview.counts == {
        (date(2026, 11, 26), Channel.EMAIL, "reminder"): 2,
        (SATURDAY, Channel.SMS, "reminder"): 1,
    }


def test_no_day_misses_a_reminder_of_a_far_appointment_not_even_round_christmas(office: Office, now: datetime) -> None:
    """Appointments far behind the days in question are not looked at; whatever leaves early must not be among them."""
    TenantSettings.objects.update(letters_enabled=True)
    for offset in ("P1B", "P4B", "PT2H"):
        ReminderRule.objects.create(tenant=office.jobcenter, channel="sms", offset=offset)
    ReminderRule.objects.create(tenant=office.jobcenter, channel="letter", offset="P1D")
    everybody = list(Customer.objects.all())
    for customer in everybody:
        for channel in ("sms", "letter"):
            if not ContactPoint.objects.filter(customer=customer, channel=channel).exists():
                point = ContactPoint(tenant=office.jobcenter, customer=customer, channel=channel, given_at=now)
                point.address, point.address_index = f"{channel} {customer.pk}", f"{channel}{customer.pk}".encode()
                point.save()
    for appointment, number in zip(Appointment.objects.order_by("pk"), (28, 29, 30), strict=True):
        starts_at = datetime(2026, 12, number, 8, 0, tzinfo=UTC)
        Appointment.objects.filter(pk=appointment.pk).update(
            starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30)
        )
    plan = (rules_now(), TenantSettings.objects.get())

    everything = effect_of(plan, plan, now=now).after
    assert {one.channel for one in everything} == {Channel.EMAIL, Channel.SMS, Channel.LETTER}
    assert min(one.day for one in everything) == date(2026, 12, 21)  # four working days, with Christmas between
    for number in range(45):
        day = THIS_MONDAY + timedelta(days=number)
        run = what_would_leave(office.jobcenter, day, day, now=now, rules=plan[0], settings=plan[1])
        assert run.messages == tuple(one for one in everything if one.day == day)


def test_what_is_over_or_cancelled_or_due_already_would_not_leave(office: Office, now: datetime) -> None:
    Appointment.objects.filter(starts_at=MONDAY_NINE).update(status="cancelled")

    later = MONDAY_NINE - timedelta(days=3)  # nine o'clock on Friday: one is due at ten
    assert [
        one.channel.value for one in what_would_leave(office.jobcenter, FRIDAY, NEXT_SUNDAY, now=later).messages
    ] == ["email"]
    assert what_would_leave(office.jobcenter, FRIDAY, NEXT_SUNDAY, now=later + timedelta(hours=2)).messages == ()


def test_many_appointments_cost_as_many_queries_as_few(office: Office, now: datetime) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            what_would_leave(office.jobcenter, THIS_MONDAY, NEXT_SUNDAY, now=now)
        return len(captured)

    few = queries()
    for hours in (0.5, 1.5):
        make_appointment(office, MONDAY_NINE + timedelta(hours=hours), now, person(email=f"{hours}@post.example"))
    assert queries() == few


def test_the_command_prints_days_and_changes(office: Office) -> None:
    starts_at = datetime.now(UTC) + timedelta(days=5)
    Appointment.objects.update(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30))
    said = StringIO()
    call_command("reminders_to_come", "--jobcenter=fulda", "--rule=email:P3D", "--rule=email:P2D", stdout=said)

    lines = said.getvalue().splitlines()
    assert lines[-1] == "4 in all"
    assert any("email" in line and "(+2)" in line for line in lines)
    assert any("sms" in line and "(-1)" in line for line in lines)


@pytest.mark.parametrize("rule", ["fax:P1D", "email", "email:P1W", "none:"])
def test_the_command_refuses_rules_that_mean_nothing(office: Office, rule: str) -> None:
    with pytest.raises(CommandError, match="--rule"):
        call_command("reminders_to_come", "--jobcenter=fulda", f"--rule={rule}")


def _first_three() -> set[str]:
    """Booked before the rules of the test."""
    return {one.subject for one in Appointment.objects.order_by("pk")[:3]}
