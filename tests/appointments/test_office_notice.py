# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The office is told once a day that requests wait: a number, the way to the desk, and not one name."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from appointments import tasks
from appointments.core.answers import DeclineReason
from appointments.models import Appointment
from appointments.office_notice import OFFICE_REQUESTS, SUBJECT, remind_office
from appointments.requests import decline_request
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from notifications.kinds import MessageRef, kind_of
from notifications.models import Message
from notifications.service import Channel, Envelope
from notifications.texts.rendering import render_email
from tests.appointments.factories import Office, make_appointment, make_office, person
from tests.factories import make_jobcenter

MONDAY_SEVEN = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
"""07:00 in the office, when it opens its mail."""
NEXT_MONDAY_NINE = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def asking(db: None) -> Iterator[Jobcenter]:
    jobcenter = make_jobcenter(
        "kreis", booking_mode="request", request_answer_hours=24, office_address="anfragen@kreis.example"
    )
    with tenant_context(jobcenter):
        yield jobcenter


@pytest.fixture
def office(asking: Jobcenter) -> Office:
    return make_office(asking, calendars=3)


def ask(office: Office, asked_at: datetime) -> Appointment:
    return make_appointment(office, NEXT_MONDAY_NINE, asked_at, person("Yıldız Şahin", email="y@post.example"))


def letters() -> list[tuple[str, str]]:
    """Day and channel of all that was planned for the office."""
    planned = Message.objects.filter(kind=OFFICE_REQUESTS).order_by("id")
    return [(one.occasion, one.channel) for one in planned]


def compose(now: datetime) -> Envelope | None:
    letter = Message.objects.filter(kind=OFFICE_REQUESTS).latest("id")
    ref = MessageRef(SUBJECT, letter.revision, letter.occasion, Channel.EMAIL, "de", bytes(letter.recipient))
    return kind_of(OFFICE_REQUESTS).compose(ref, now=now)


def test_a_day_has_one_letter_however_often_it_is_asked_for(office: Office) -> None:
    ask(office, MONDAY_SEVEN - HOUR)
    for minutes in range(0, 600, 10):
        remind_office(office.jobcenter, now=MONDAY_SEVEN + timedelta(minutes=minutes))
    assert letters() == [("2026-11-23", "email")]
    remind_office(office.jobcenter, now=MONDAY_SEVEN + timedelta(days=1))
    assert letters() == [("2026-11-23", "email"), ("2026-11-24", "email")]


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        (MONDAY_SEVEN - timedelta(minutes=1), False),  # before the office opens
        (MONDAY_SEVEN, True),
        (MONDAY_SEVEN + timedelta(days=5), False),  # Saturday
        (MONDAY_SEVEN + timedelta(days=6), False),
        (MONDAY_SEVEN + timedelta(days=7), True),
    ],
)
def test_it_comes_on_working_days_from_seven_on(office: Office, moment: datetime, *, told: bool) -> None:
    ask(office, MONDAY_SEVEN - HOUR)
    remind_office(office.jobcenter, now=moment)
    assert bool(letters()) is told


def test_nothing_is_sent_while_nothing_is_urgent(office: Office) -> None:
    TenantSettings.objects.update(request_answer_hours=96)
    office.jobcenter.settings.refresh_from_db()
    remind_office(office.jobcenter, now=MONDAY_SEVEN)
    ask(office, MONDAY_SEVEN)  # until Friday
    remind_office(office.jobcenter, now=MONDAY_SEVEN)
    assert letters() == []
    remind_office(office.jobcenter, now=MONDAY_SEVEN + timedelta(days=3))
    assert letters() == [("2026-11-26", "email")]


def test_what_becomes_urgent_during_the_day_is_told_that_day(office: Office) -> None:
    remind_office(office.jobcenter, now=MONDAY_SEVEN)
    ask(office, MONDAY_SEVEN + 3 * HOUR)
    remind_office(office.jobcenter, now=MONDAY_SEVEN + 4 * HOUR)
    assert letters() == [("2026-11-23", "email")]


def test_it_names_numbers_and_the_desk_and_nobody(office: Office) -> None:
    ask(office, MONDAY_SEVEN - timedelta(days=6))
    ask(office, MONDAY_SEVEN - HOUR)
    remind_office(office.jobcenter, now=MONDAY_SEVEN)
    envelope = compose(MONDAY_SEVEN)
    assert envelope is not None
    assert (envelope.address, envelope.values) == (
        "anfragen@kreis.example",
        {
            "soon": 2,
            "one_soon": False,
            "overdue": 1,
            "one_overdue": True,
            "link": "http://portal.example/kreis/desk/anfragen/",
        },
    )
    mail = render_email(OFFICE_REQUESTS, "de", envelope.values, sender="Kreis")
    assert mail.subject == "2 Anfragen warten auf Antwort"
    assert ("Eine davon ist überfällig." in mail.text, "Şahin" in mail.text) == (True, False)


def test_without_an_address_of_its_own_the_offices_sender_gets_it(office: Office) -> None:
    TenantSettings.objects.update(office_address="")
    office.jobcenter.settings.refresh_from_db()
    ask(office, MONDAY_SEVEN - HOUR)
    remind_office(office.jobcenter, now=MONDAY_SEVEN)
    envelope = compose(MONDAY_SEVEN)
    assert envelope is not None
    assert envelope.address == "termine@kreis.example"


def test_what_was_answered_before_it_left_is_not_asked_for(office: Office) -> None:
    asked = ask(office, MONDAY_SEVEN - HOUR)
    remind_office(office.jobcenter, now=MONDAY_SEVEN)
    decline_request(
        jobcenter=office.jobcenter,
        appointment=asked,
        reason=DeclineReason.CALL,
        by=audit.staff(1),
        now=MONDAY_SEVEN,
    )
    assert compose(MONDAY_SEVEN + HOUR) is None


def test_a_letter_to_an_address_that_was_changed_meanwhile_does_not_leave(office: Office) -> None:
    ask(office, MONDAY_SEVEN - HOUR)
    remind_office(office.jobcenter, now=MONDAY_SEVEN)
    TenantSettings.objects.update(office_address="neu@kreis.example")
    office.jobcenter.settings.refresh_from_db()
    assert compose(MONDAY_SEVEN) is None
    remind_office(office.jobcenter, now=MONDAY_SEVEN + HOUR)
    envelope = compose(MONDAY_SEVEN + HOUR)
    assert envelope is not None
    assert envelope.address == "neu@kreis.example"


def test_the_task_looks_at_every_jobcenter(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    monkeypatch.setattr(tasks, "remind_office", lambda jobcenter, *, now: looked.append(jobcenter.slug))
    for slug in ("kreis", "stadt"):
        make_jobcenter(slug)
    tasks.remind_offices_of_all_tenants()
    assert looked == ["kreis", "stadt"]


def test_another_jobcenters_requests_are_not_counted(office: Office, wiesbaden: Jobcenter) -> None:
    ask(office, MONDAY_SEVEN - HOUR)
    with tenant_context(wiesbaden):
        remind_office(wiesbaden, now=MONDAY_SEVEN)
        assert letters() == []
