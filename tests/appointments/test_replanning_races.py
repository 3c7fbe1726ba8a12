# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rules, times and addresses change at the same moment, on real connections: then nothing is left to be planned."""

import random
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import connection, connections, transaction
from django.db.models import F

from appointments import replanning
from appointments.changing import reschedule
from appointments.contact_changes import change_address, give_reminders, withdraw_reminders
from appointments.models import Appointment, ReminderRule
from appointments.replanning import SETTLED, follow_plan, replan_jobcenter
from appointments.taking import SlotTaken
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.models import Message
from notifications.service import Replanned
from tests.appointments.factories import Office, make_appointment, make_office, person
from tests.factories import make_jobcenter

MONDAY_EIGHT = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)
HALF_AN_HOUR, DAY = timedelta(minutes=30), timedelta(days=1)
PEOPLE = 6


@pytest.fixture
def office(transactional_db: None) -> Office:
    jobcenter = make_jobcenter("fulda")
    with tenant_context(jobcenter):
        return make_office(jobcenter, calendars=2)


def at_once(jobcenter: Jobcenter, *attempts: Callable[[], None]) -> None:
    gate = threading.Barrier(len(attempts))

    def one(attempt: Callable[[], None]) -> None:
        try:
            with tenant_context(jobcenter):
                connection.ensure_connection()
                gate.wait(10)
                attempt()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(attempts)) as pool:
        list(pool.map(one, attempts))


def test_when_everything_changes_at_once_each_waiting_reminder_is_true(office: Office, now: datetime) -> None:
    booked = _everybody(office, now)

    def people_change_addresses() -> None:
        for number, appointment in enumerate(booked * 2):
            change_address(
                jobcenter=office.jobcenter,
                appointment=appointment,
                channel=ContactChannel.EMAIL,
                address=f"new-{number}@post.example",
                by=audit.CUSTOMER,
                now=now,
            )

    def people_change_their_minds() -> None:
        for verb in (withdraw_reminders, give_reminders, withdraw_reminders):
            for appointment in booked[::2]:
                verb(
                    jobcenter=office.jobcenter,
                    appointment=appointment,
                    channel=ContactChannel.EMAIL,
                    by=audit.CUSTOMER,
                    now=now,
                )

    def the_office_changes_its_plan() -> None:
        for offset in ("P2D", "P1D", "PT3H"):
            ReminderRule.objects.create(tenant=office.jobcenter, channel="email", offset=offset)
            follow_plan(office.jobcenter, now=now)
            follow_plan(office.jobcenter, now=now + SETTLED)

    at_once(
        office.jobcenter,
        partial(_move_everybody, office, booked, now),
        people_change_addresses,
        people_change_their_minds,
        the_office_changes_its_plan,
    )

    with tenant_context(office.jobcenter):
        assert _left_to_do(office, now) == Replanned()
        _only_true_reminders_wait()


def test_a_walk_waits_for_who_is_just_moving(office: Office, now: datetime) -> None:
    """Without the lock the walk would plan for the old time, after the move has taken the old reminders back."""
    with tenant_context(office.jobcenter):
        appointment = make_appointment(office, MONDAY_EIGHT, now, person(email="a@post.example"))
        ReminderRule.objects.create(tenant=office.jobcenter, channel="email", offset="P1D")
    moving, walked = threading.Event(), threading.Event()

    def move() -> None:
        with transaction.atomic():
            locked = Appointment.objects.select_for_update().get(pk=appointment.pk)
            moving.set()
            assert not walked.wait(0.7), "the walk did not wait"
            Appointment.objects.filter(pk=locked.pk).update(
                revision=2, starts_at=F("starts_at") + DAY, ends_at=F("ends_at") + DAY
            )
            Message.objects.filter(kind="reminder").update(state="superseded")

    def walk() -> None:
        moving.wait(10)
        list(replan_jobcenter(office.jobcenter, now=now))
        walked.set()

    at_once(office.jobcenter, move, walk)

    with tenant_context(office.jobcenter):
        planned = Message.objects.filter(kind="reminder", state="planned").values_list("revision", "due_at")
        assert sorted(planned) == [(2, MONDAY_EIGHT - 2 * DAY), (2, MONDAY_EIGHT)]


def _move_everybody(office: Office, booked: Sequence[Appointment], now: datetime) -> None:
    dice = random.Random(7)
    for appointment in (*booked, *booked):
        try:
            reschedule(
                jobcenter=office.jobcenter,
                appointment=Appointment.objects.get(pk=appointment.pk),
                starts_at=MONDAY_EIGHT + dice.randint(1, 3) * DAY + dice.randint(0, 7) * HALF_AN_HOUR,
                by=audit.SYSTEM,
                now=now,
                is_offered=True,
            )
        except SlotTaken:
            continue


def _everybody(office: Office, now: datetime) -> list[Appointment]:
    with tenant_context(office.jobcenter):
        return [
            make_appointment(office, MONDAY_EIGHT + number * HALF_AN_HOUR, now, person(email=f"{number}@post.example"))
            for number in range(PEOPLE)
        ]


def _only_true_reminders_wait() -> None:
    waiting = Message.objects.filter(kind="reminder", state="planned")
    revisions = dict(Appointment.objects.values_list("pk", "revision"))
    of_now = {(f"appointment:{pk}", revision) for pk, revision in revisions.items()}
    assert set(waiting.values_list("subject", "revision")) <= of_now
    theirs = set(ContactPoint.objects.filter(reminders_wanted=True).values_list("address_index", flat=True))
    assert {bytes(to) for to in waiting.values_list("recipient", flat=True)} <= {bytes(index) for index in theirs}
    assert waiting.count() > 0
    news = Message.objects.exclude(kind="reminder").filter(state="planned")
    assert set(news.values_list("subject", "revision")) == of_now  # each person is owed one word about their time


def _left_to_do(office: Office, now: datetime) -> Replanned:
    with transaction.atomic():
        everybody = list(Appointment.objects.select_for_update().order_by("pk"))
        settings, rules = replanning._plan_now(office.jobcenter)
        return replanning.replan(everybody, settings, rules, now=now)
