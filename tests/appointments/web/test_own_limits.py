# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whoever holds one link can press its buttons all day and has little to show for it; giving way is always possible."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from time_machine import Traveller

from appointments.links import keys_of
from appointments.models import Appointment, WaitingEntry
from appointments.own_limits import QUOTAS
from appointments.unsubscribe_links import unsubscribe_token
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint
from jobcenter_portal.tenancy.models import Puzzle, TenantSettings
from jobcenter_portal.tenancy.tallies import refusals
from notifications.models import Message
from tests.appointments.factories import Office, make_appointment, person
from tests.appointments.rest.program import Program, code_of
from tests.appointments.web.conftest import EIGHT
from tests.appointments.web.test_way_in import WAIT, solution_in
from tests.appointments.web.visitor import Visitor, heading_of, text_of, values_of

MONDAY_NINE = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
AN_HOUR, DAILY = (quota.most for quota in QUOTAS)
WHY = "Heute geht das nicht mehr. Rufen Sie uns an, dann ändern wir es für Sie."


@pytest.fixture
def booked(office: Office) -> Appointment:
    TenantSettings.objects.update(waiting_list=True)
    return make_appointment(office, MONDAY_NINE, EIGHT, person(email="j.groesser@example.org"))


@pytest.fixture
def page(booked: Appointment) -> str:
    return f"t/{keys_of(booked).token}/"


def test_cancelling_and_taking_back_all_day_sends_a_dozen_messages_and_no_more(visitor: Visitor, page: str) -> None:
    told = []
    for _again in range(AN_HOUR + 1):
        assert visitor.post(page + "absagen/").status_code == 303
        told.append(visitor.post(page + "absage-zuruecknehmen/"))
    assert [one.status_code for one in told] == [303] * AN_HOUR + [429]
    assert WHY in text_of(told[-1])
    assert "Sie haben diesen Termin abgesagt." in text_of(told[-1])
    assert Appointment.objects.get().status == "cancelled"
    assert Message.objects.filter(kind="cancelled").count() == AN_HOUR + 1
    assert refusals(since=EIGHT) == {"own-undo": 1}


def test_after_an_hour_it_goes_on_and_for_a_day_there_is_an_end(visitor: Visitor, page: str, clock: Traveller) -> None:
    def takes_back() -> int:
        visitor.post(page + "absagen/")
        return visitor.post(page + "absage-zuruecknehmen/").status_code

    for _hour in range(DAILY // AN_HOUR):
        assert [takes_back() for _again in range(AN_HOUR)] == [303] * AN_HOUR
        clock.shift(timedelta(hours=1, minutes=1))
    assert takes_back() == 429


def test_programs_and_pages_count_together(visitor: Visitor, page: str, booked: Appointment) -> None:
    program = Program("/fulda/api/v1/")
    address = f"appointments/{keys_of(booked).token}"
    for _again in range(AN_HOUR - 1):
        program.post(f"{address}/cancel/")
        assert program.post(f"{address}/undo-cancel/").status_code == 200
    visitor.post(page + "absagen/")
    assert visitor.post(page + "absage-zuruecknehmen/").status_code == 303
    assert program.post(f"{address}/cancel/").status_code == 200
    assert code_of(program.post(f"{address}/undo-cancel/")) == (429, "too_often")


def test_another_appointment_is_not_disturbed(visitor: Visitor, office: Office, page: str) -> None:
    other = make_appointment(office, MONDAY_NINE + timedelta(hours=1), EIGHT, person("Ada"))
    for _again in range(AN_HOUR + 1):
        visitor.post(page + "absagen/")
        visitor.post(page + "absage-zuruecknehmen/")
    own = f"t/{keys_of(other).token}/"
    assert visitor.post(own + "absagen/").status_code == 303
    assert visitor.post(own + "absage-zuruecknehmen/").status_code == 303


def test_wishing_for_an_earlier_time_has_an_end_and_giving_up_the_wish_has_none(visitor: Visitor, page: str) -> None:
    told = []
    for _again in range(AN_HOUR + 1):
        told.append(visitor.post(page + "frueher/", wait="yes").status_code)
        assert visitor.post(page + "frueher/", wait="no").status_code == 303
    assert told == [303] * AN_HOUR + [429]
    assert WaitingEntry.objects.count() == AN_HOUR


def test_saying_that_one_comes_later_has_an_end_and_being_in_time_has_none(
    visitor: Visitor, page: str, clock: Traveller
) -> None:
    clock.move_to(MONDAY_NINE - timedelta(minutes=20))
    minutes = ["10", "20"] * AN_HOUR
    told = [visitor.post(page + "spaeter/", minutes=said).status_code for said in minutes[: AN_HOUR + 1]]
    assert told == [303] * AN_HOUR + [429]
    assert visitor.post(page + "spaeter/", minutes="0").status_code == 303


def test_wanting_reminders_has_an_end_and_wanting_none_has_none(
    visitor: Visitor, page: str, booked: Appointment
) -> None:
    """The link in a reminder and one's own page count together; a mail program's one click is never refused."""
    link = f"erinnerungen/{unsubscribe_token(booked, ContactChannel.EMAIL)}/"
    told = []
    for turn in range(AN_HOUR + 1):
        assert Client().post(f"/fulda/de/{link}", {"List-Unsubscribe": "One-Click"}).status_code == 200
        if turn % 2:
            told.append(visitor.post(link, erinnern="on").status_code == 200)
        else:
            told.append(visitor.post(page + "nachrichten/", erinnern="an", weg="email").status_code == 303)
    assert told == [True] * AN_HOUR + [False]
    assert visitor.post(link, erinnern="on").status_code == 429
    assert ContactPoint.objects.get().reminders_wanted is False


def test_changing_the_language_of_messages_has_an_end(visitor: Visitor, page: str) -> None:
    languages = ["en", "de"] * AN_HOUR
    told = [visitor.post(page + "nachrichten/", language=said).status_code for said in languages[: AN_HOUR + 1]]
    assert told == [303] * AN_HOUR + [429]


def test_under_attack_a_machine_works_before_a_code_goes_to_a_new_address(visitor: Visitor, page: str) -> None:
    TenantSettings.objects.update(puzzle=Puzzle.ALWAYS, prove_addresses=True)
    way, typed = page + "nachrichten/email/", {"address": "new@post.example"}
    asked = visitor.post(way, **typed)
    assert (asked.status_code, heading_of(asked), values_of(asked, "address")) == (429, WAIT, ["new@post.example"])
    answer = visitor.post(way, **typed, altcha=solution_in(asked))
    assert (answer.status_code, answer["Location"]) == (303, f"/fulda/de/{way}code/")
    assert Message.objects.filter(kind="proof_code").count() == 1


def test_many_links_in_one_hand_write_to_ten_neighbouring_numbers_and_no_more(visitor: Visitor, office: Office) -> None:
    def gives(number: int) -> int:
        start = MONDAY_NINE + timedelta(days=number // 4, minutes=30 * (number % 4))
        own = make_appointment(office, start, EIGHT, person(f"P{number}"))
        return visitor.post(f"t/{keys_of(own).token}/nachrichten/sms/", address=f"0151 23{number:06d}").status_code

    TenantSettings.objects.update(sms_enabled=True)
    assert [gives(number) for number in range(11)] == [303] * 10 + [422]
    assert Message.objects.filter(channel="sms", kind="confirmation").count() == 10
