# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""„Ich komme später“: said shortly before, changed, taken back; the desk sees it, and nobody promises anything."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from appointments.attendance import record_attendance
from appointments.changing import reschedule
from appointments.core.lifecycle import Verb
from appointments.core.modes import Mode
from appointments.desk.file import facts, history
from appointments.desk.present import rows
from appointments.lateness import NobodyWaits, lateness_of, tell_lateness
from appointments.links import keys_of
from appointments.models import Appointment
from jobcenter_portal.audit import service as audit
from notifications.models import Message
from tests.appointments.factories import Office, make_appointment, person
from tests.appointments.web.conftest import EIGHT
from tests.appointments.web.visitor import Visitor, buttons_of, heading_of, text_of

THURSDAY_NINE = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
"""09:00 in Fulda."""
MINUTE = timedelta(minutes=1)


@pytest.fixture
def booked(office: Office) -> Appointment:
    return make_appointment(office, THURSDAY_NINE, EIGHT, person(email="j.groesser@example.org"))


@pytest.fixture
def page(booked: Appointment) -> str:
    return f"t/{keys_of(booked).token}/"


@pytest.fixture
def on_the_way(clock: time_machine.Traveller) -> None:
    """Twenty minutes before the appointment."""
    clock.move_to(THURSDAY_NINE - 20 * MINUTE)


@pytest.mark.usefixtures("on_the_way")
def test_one_press_tells_the_office_and_the_page_says_what_happens_now(visitor: Visitor, page: str) -> None:
    question = visitor.get(page + "spaeter/")
    assert heading_of(question) == "Wie viel später kommen Sie?"
    assert buttons_of(question) == ["Etwa 10 Minuten später", "Etwa 20 Minuten später", "Etwa 30 Minuten später"]
    assert visitor.post(page + "spaeter/", minutes="20")["Location"] == f"/fulda/de/{page}"
    words = text_of(visitor.get(page))
    assert "Danke. Wir wissen, dass Sie später kommen." in words
    assert "Wir versuchen, Sie trotzdem dranzunehmen. Bitte melden Sie sich am Empfang." in words
    assert "Sie kommen später etwa 20 Minuten (gesagt um 08:40 Uhr)" in words


@pytest.mark.usefixtures("on_the_way")
def test_the_desk_reads_it_as_a_plain_fact_until_the_person_is_there(
    visitor: Visitor, booked: Appointment, page: str
) -> None:
    def in_the_list() -> str:
        now = THURSDAY_NINE + MINUTE
        [row] = rows([Appointment.objects.get()], now=now, is_today=True, is_future=False)
        return row.late

    assert in_the_list() == ""
    visitor.post(page + "spaeter/", minutes="30")
    assert in_the_list() == "kommt etwa 30 Minuten später, gesagt um 08:40"
    [row] = [fact.value for fact in facts(Appointment.objects.get()) if fact.label == "Verspätung"]
    assert row == "kommt etwa 30 Minuten später, gesagt um 08:40"
    assert [step.what for step in history(booked)][-1] == "Kommt später, etwa 30 Minuten"
    record_attendance(appointment=booked, verb=Verb.CHECK_IN, by=audit.staff(1), now=THURSDAY_NINE + MINUTE)
    assert in_the_list() == ""


@pytest.mark.usefixtures("on_the_way")
def test_it_can_be_changed_and_taken_back_and_pressed_twice_it_is_said_once(
    visitor: Visitor, booked: Appointment, page: str
) -> None:
    for minutes in ("10", "10", "20"):
        assert visitor.post(page + "spaeter/", minutes=minutes).status_code == 303
    assert buttons_of(visitor.get(page + "spaeter/")) == [
        "Etwa 10 Minuten später",
        "Etwa 30 Minuten später",
        "Ich komme doch pünktlich",
    ]
    visitor.post(page + "spaeter/", minutes="0")
    now = Appointment.objects.get()
    assert (now.late_minutes, now.late_told_at, now.revision) == (None, None, booked.revision)
    assert [(entry.action, entry.detail) for entry in audit.history(booked.subject)][1:] == [
        ("late_told", {"minutes": "10"}),
        ("late_told", {"minutes": "20"}),
        ("late_taken_back", {}),
    ]


@pytest.mark.usefixtures("on_the_way")
def test_nothing_is_sent_because_of_it_and_no_reminder_is_lost(visitor: Visitor, page: str) -> None:
    before = sorted(Message.objects.values_list("pk", "state", "revision"))
    visitor.post(page + "spaeter/", minutes="10")
    assert sorted(Message.objects.values_list("pk", "state", "revision")) == before


@pytest.mark.parametrize(
    ("moment", "offered"),
    [
        (THURSDAY_NINE - timedelta(hours=3) - MINUTE, False),
        (THURSDAY_NINE - timedelta(hours=3), True),
        (THURSDAY_NINE + 29 * MINUTE, True),
        (THURSDAY_NINE + 30 * MINUTE, False),
    ],
)
def test_it_is_offered_from_three_hours_before_until_the_end(
    visitor: Visitor, page: str, clock: time_machine.Traveller, moment: datetime, *, offered: bool
) -> None:
    clock.move_to(moment)
    assert ("Ich komme später" in buttons_of(visitor.get(page))) is offered
    assert visitor.get(page + "spaeter/").status_code == (200 if offered else 303)
    assert visitor.post(page + "spaeter/", minutes="10").status_code == (303 if offered else 409)
    assert (Appointment.objects.get().late_minutes == 10) is offered


@pytest.mark.usefixtures("on_the_way")
def test_who_is_called_cannot_be_late(visitor: Visitor, booked: Appointment, page: str) -> None:
    Appointment.objects.update(mode=int(Mode.PHONE))
    assert "Ich komme später" not in buttons_of(visitor.get(page))
    with pytest.raises(NobodyWaits):
        tell_lateness(appointment=booked, minutes=10, by=audit.CUSTOMER, now=THURSDAY_NINE)


@pytest.mark.usefixtures("on_the_way")
@pytest.mark.parametrize("minutes", ["", "5", "zehn", "-10", "1000000"])
def test_another_number_is_asked_for_again(visitor: Visitor, page: str, minutes: str) -> None:
    answer = visitor.post(page + "spaeter/", minutes=minutes)
    assert (answer.status_code, "Wählen Sie aus, wie viel später Sie kommen." in text_of(answer)) == (422, True)
    assert Appointment.objects.get().late_minutes is None


@pytest.mark.usefixtures("on_the_way")
def test_what_was_said_about_the_old_time_does_not_hold_for_a_new_one(
    visitor: Visitor, office: Office, booked: Appointment, page: str
) -> None:
    visitor.post(page + "spaeter/", minutes="20")
    now = THURSDAY_NINE - 15 * MINUTE
    later_today = THURSDAY_NINE + timedelta(hours=1)
    moved = reschedule(
        jobcenter=office.jobcenter, appointment=booked, starts_at=later_today, by=audit.staff(1), now=now
    )
    assert (lateness_of(moved), Appointment.objects.get().late_told_at) == (None, None)
