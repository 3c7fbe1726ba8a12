# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Nothing was sent for a day and a half: then each person gets the one reminder that still helps, or none."""

from datetime import UTC, datetime, timedelta

import pytest

from appointments.models import Appointment, ReminderRule
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.models import Message
from notifications.outbox.claiming import claim
from notifications.service import history
from tests.appointments.factories import Office, make_appointment, make_office, person

MONDAY_TEN = datetime(2026, 12, 7, 9, 0, tzinfo=UTC)
EMAIL, PHONE = "juergen@post.example", "+4915228817386"
PLAN = {"email": ("P7D", "P1B", "P1D", "PT2H"), "sms": ("P1B",)}


@pytest.fixture
def office(fulda: Jobcenter) -> Office:
    office = make_office(fulda)
    ReminderRule.objects.all().delete()
    for channel, offsets in PLAN.items():
        for offset in offsets:
            ReminderRule.objects.create(tenant=fulda, channel=channel, offset=offset)
    return office


@pytest.fixture
def appointment(office: Office, now: datetime) -> Appointment:
    """Its confirmation has left before the outage."""
    appointment = make_appointment(office, MONDAY_TEN, now, person(email=EMAIL))
    for state, token in (("leased", "0" * 32), ("sending", "0" * 32), ("accepted", None)):
        until = now if token else None
        Message.objects.filter(kind="confirmation").update(state=state, lease_token=token, lease_until=until)
    return appointment


def leaving(before: timedelta) -> list[tuple[str, str]]:
    """What a worker takes when everything works again so long before the appointment."""
    taken: list[tuple[str, str]] = []
    for _round in range(3):
        taken += [
            (one.ref.channel.value, one.ref.occasion) for one in claim(limit=50, now=MONDAY_TEN - before).messages
        ]
    return sorted(taken)


@pytest.mark.parametrize(
    ("hours", "leaves"),
    [
        (50, [("email", "P1B")]),  # seven days before is of no more use
        (23, [("email", "P1D")]),  # of two the one that is nearer to the appointment
        (4.1, [("email", "P1D")]),
        (4, []),  # a day before is of no more use, and two hours before is still to come
        (1.9, [("email", "PT2H")]),
        (0.3, []),
    ],
)
def test_after_an_outage_the_nearest_reminder_leaves_if_it_still_helps(
    appointment: Appointment, hours: float, leaves: list[tuple[str, str]]
) -> None:
    assert leaving(timedelta(hours=hours)) == leaves


def test_what_did_not_leave_and_why_is_known(appointment: Appointment) -> None:
    leaving(timedelta(hours=23))

    ends = {(view.channel.value, view.occasion): view.state.value for view in history(appointment.subject)}
    assert ends == {
        ("email", "now"): "accepted",
        ("email", "P7D"): "expired",
        ("email", "P1B"): "superseded",
        ("email", "P1D"): "leased",
        ("email", "PT2H"): "planned",
    }


def test_two_channels_of_the_same_reminder_are_no_rivals(office: Office, now: datetime) -> None:
    ReminderRule.objects.exclude(offset="P1B").delete()
    make_appointment(office, MONDAY_TEN, now, person(email=EMAIL, phone=PHONE))

    late = [row for row in leaving(timedelta(hours=23)) if row[1] != "now"]

    assert late == [("email", "P1B"), ("sms", "P1B")]


def test_no_reminder_is_ever_taken_when_it_is_useless(appointment: Appointment) -> None:
    for minutes in range(0, 8 * 24 * 60, 61):
        moment = MONDAY_TEN - timedelta(days=8) + timedelta(minutes=minutes)
        for one in claim(limit=50, now=moment).messages:
            assert moment < one.not_after <= MONDAY_TEN
