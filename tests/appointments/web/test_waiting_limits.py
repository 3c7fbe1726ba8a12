# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Nobody fills strangers' mailboxes, the budget of SMS or the waiting list itself by joining it again and again."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client

from appointments import way_in
from appointments.models import WaitingEntry
from appointments.waiting import joining
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.counting import Quota
from jobcenter_portal.tenancy.models import Counted, Puzzle, TenantSettings
from jobcenter_portal.tenancy.tallies import refusals
from notifications.models import Message
from tests.appointments.factories import Office
from tests.appointments.waiting_room import changed, make_small_office
from tests.appointments.web.conftest import EIGHT
from tests.appointments.web.test_way_in import WAIT, solution_in
from tests.appointments.web.visitor import Visitor, heading_of, text_of, values_of

PAGE = "warten/?service=beratung&location=haus"
NO_MORE = "Mit dieser E-Mail-Adresse oder Handynummer geht das gerade nicht mehr. Bitte rufen Sie uns an."
BUSY_NETWORK = "Aus Ihrem WLAN oder Handy-Netz kamen gerade sehr viele Anfragen."
NO_SMS = "Wir können gerade keine SMS schicken. Geben Sie eine E-Mail-Adresse an, oder rufen Sie uns an."
PHONE = "0661 0000-0"


@pytest.fixture
def office(db: None) -> Iterator[Office]:
    small = make_small_office()
    with tenant_context(small.jobcenter):
        yield small


def by_email(number: int) -> dict[str, str]:
    return {"name": "Cem Özdemir-Groß", "remind": "email", "email": f"cem{number}@post.example"}


def by_sms(number: int) -> dict[str, str]:
    return {"name": "Cem Özdemir-Groß", "remind": "sms", "mobile": f"0151 23{number:06d}"}


def somebody(network: int) -> Visitor:
    return Visitor("/fulda/de/", Client(REMOTE_ADDR=f"192.0.2.{network}"))


def test_a_stranger_is_written_to_a_few_times_at_most_however_many_networks_ask(office: Office) -> None:
    """Leaving the list makes room for the next message; the tries are counted all the same."""
    answers = []
    for network in range(1, 8):
        answers.append(somebody(network).post(PAGE, **by_email(0)))
        WaitingEntry.objects.update(state="ended")
    assert [one.status_code for one in answers] == [303] * 5 + [429] * 2
    assert Message.objects.count() == 5
    assert refusals(since=EIGHT) == {"wait-address": 2}


def test_a_refusal_keeps_all_that_was_typed_and_names_the_telephone(
    office: Office, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joining, "PER_ADDRESS", (Quota(0, joining.PER_NETWORK[0].within),))
    refused = visitor.post(PAGE, **by_email(0))
    assert (refused.status_code, heading_of(refused)) == (429, "Auf einen Termin warten")
    assert NO_MORE in text_of(refused)
    assert PHONE in text_of(refused)
    typed = [values_of(refused, name) for name in ("name", "email")]
    assert typed == [["Cem Özdemir-Groß"], ["cem0@post.example"]]


def test_who_waits_already_cannot_be_found_out_by_trying(office: Office) -> None:
    """A second try with the same address is told that it waits already, so it must not be free."""
    answers = [somebody(network).post(PAGE, **by_email(0)).status_code for network in range(1, 8)]
    assert answers == [303, 422, 422, 422, 422, 429, 429]


def test_a_network_joins_so_often_then_works_then_is_asked_to_call(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(way_in, "UNQUESTIONED_PLACES", 2)
    monkeypatch.setattr(joining, "PER_NETWORK", (Quota(3, joining.PER_NETWORK[0].within),))
    house = somebody(1)
    answers = [house.post(PAGE, **by_email(number)).status_code for number in (1, 2)]
    page = house.post(PAGE, **by_email(3))
    assert (answers, page.status_code, heading_of(page)) == ([303, 303], 429, WAIT)
    assert values_of(page, "email") == ["cem3@post.example"]
    assert house.post(PAGE, **by_email(3), altcha=solution_in(page)).status_code == 303
    page = house.post(PAGE, **by_email(4))
    full = house.post(PAGE, **by_email(4), altcha=solution_in(page))
    assert (full.status_code, BUSY_NETWORK in text_of(full)) == (429, True)
    assert somebody(2).post(PAGE, **by_email(5)).status_code == 303
    assert WaitingEntry.objects.count() == 4


def test_under_attack_a_machine_works_before_it_joins(office: Office, visitor: Visitor) -> None:
    TenantSettings.objects.update(puzzle=Puzzle.ALWAYS)
    page = visitor.post(PAGE, **by_email(0))
    assert (page.status_code, WaitingEntry.objects.count()) == (429, 0)
    assert visitor.post(PAGE, **by_email(0), altcha=solution_in(page)).status_code == 303


def test_neighbouring_numbers_get_no_sms_by_joining_and_others_do(office: Office) -> None:
    changed(office, sms_enabled=True, sms_hourly_cap=1000)
    answers = [somebody(number).post(PAGE, **by_sms(number)) for number in range(1, 13)]
    assert [one.status_code for one in answers] == [303] * 10 + [429] * 2
    assert NO_SMS in text_of(answers[-1])
    assert somebody(99).post(PAGE, **by_sms(450_000)).status_code == 303
    assert somebody(99).post(PAGE, **by_email(0)).status_code == 303


def test_a_tenth_of_the_sms_is_all_that_joining_can_burn(office: Office) -> None:
    changed(office, sms_enabled=True, sms_hourly_cap=20)
    answers = [somebody(number).post(PAGE, **by_sms(number * 50_000)).status_code for number in (1, 2, 3)]
    assert (answers, Message.objects.filter(channel="sms").count()) == ([303, 303, 429], 2)


def test_two_jobcenters_count_apart(office: Office, second_office: Office) -> None:
    with tenant_context(second_office.jobcenter):
        TenantSettings.objects.update(waiting_list=True)
    for network in range(1, 8):
        somebody(network).post(PAGE, **by_email(0))
    elsewhere = Visitor("/wiesbaden/de/")
    assert elsewhere.post(PAGE, **by_email(0)).status_code == 303


@pytest.mark.django_db(transaction=True)
def test_where_nothing_can_be_counted_nobody_joins_and_nobody_is_written_to() -> None:
    """Somebody else holds the table of counts for longer than anybody waits."""
    small = make_small_office()
    with psycopg.connect(**_address()) as other:
        other.execute("LOCK TABLE tenancy_counted IN ACCESS EXCLUSIVE MODE")
        answer = Client(raise_request_exception=False).post(f"/fulda/de/{PAGE}", by_email(0))
        other.rollback()
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    with tenant_context(small.jobcenter):
        assert (WaitingEntry.objects.count(), Message.objects.count(), Counted.objects.count()) == (0, 0, 0)


def _address() -> dict[str, Any]:
    own = connection.settings_dict
    return {
        "host": own["HOST"],
        "port": own["PORT"],
        "dbname": own["NAME"],
        "user": own["USER"],
        "password": own["PASSWORD"],
    }
