# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Many programs at the same moment, each on a connection of its own."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections

from appointments.models import Appointment, Occupancy
from jobcenter_portal.accounts.models import Customer
from jobcenter_portal.rest.models import SentRequest
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.factories import make_office
from tests.appointments.rest.program import PERSON, Program, code_of, wanted
from tests.factories import make_jobcenter

PROGRAMS = 20
NEAREST = ["2026-11-24T08:15:00+01:00", "2026-11-24T08:30:00+01:00", "2026-11-24T09:30:00+01:00"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def crowded() -> Jobcenter:
    jobcenter = make_jobcenter("fulda")
    with tenant_context(jobcenter):
        make_office(jobcenter)
    return jobcenter


def at_the_same_moment(ask: Callable[[Program, int], Any]) -> list[Any]:
    start = threading.Barrier(PROGRAMS)

    def one(number: int) -> Any:
        program = Program("/fulda/api/v1/")
        try:
            connection.ensure_connection()
            start.wait(timeout=60)
            return ask(program, number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(PROGRAMS) as pool:
        return list(pool.map(one, range(PROGRAMS)))


def test_of_twenty_programs_one_books_and_the_others_are_told_the_nearest_times(crowded: Jobcenter) -> None:
    answers = at_the_same_moment(lambda program, _number: program.books(wanted(person=PERSON)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: PROGRAMS - 1}
    for late in (answer for answer in answers if answer.status_code != 201):
        assert code_of(late) == (409, "slot_taken")
        assert [slot["starts_at"] for slot in late.json()["nearest"]] == NEAREST
    with tenant_context(crowded):
        assert (Appointment.objects.count(), Occupancy.objects.count(), Customer.objects.count()) == (1, 1, 1)
        assert SentRequest.objects.count() == 1, "keys of those who were refused are free"


def test_of_twenty_programs_one_holds(crowded: Jobcenter) -> None:
    answers = at_the_same_moment(lambda program, _number: program.post("holds/", wanted()))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: PROGRAMS - 1}


def test_one_request_sent_twenty_times_at_once_books_once(crowded: Jobcenter) -> None:
    key = "7f3c1a52-8e0e-4d3c-9f57-0a0f4f1c2b6d"
    answers = at_the_same_moment(lambda program, _number: program.books(wanted(person=PERSON), key=key))
    done = [answer for answer in answers if answer.status_code == 201]
    assert len({answer.content for answer in done}) == 1
    assert {code_of(answer) for answer in answers if answer not in done} <= {(409, "idempotency_in_progress")}
    assert Program("/fulda/api/v1/").books(wanted(person=PERSON), key=key).content == done[0].content
    with tenant_context(crowded):
        assert (Appointment.objects.count(), SentRequest.objects.count()) == (1, 1)


def test_a_hold_that_is_confirmed_twenty_times_at_once_becomes_one_appointment(crowded: Jobcenter) -> None:
    token = Program("/fulda/api/v1/").post("holds/", wanted()).json()["token"]
    answers = at_the_same_moment(lambda program, _number: program.books({"hold_token": token, "person": PERSON}))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["key"] for answer in answers}) == 1


def test_an_appointment_that_is_moved_from_everywhere_has_one_time_in_the_end(crowded: Jobcenter) -> None:
    key = Program("/fulda/api/v1/").books(wanted(person=PERSON)).json()["key"]

    def move(program: Program, number: int) -> Any:
        starts_at = f"2026-11-25T{8 + number % 3:02}:00:00+01:00"
        return program.post(f"appointments/{key}/move/", {"starts_at": starts_at})

    answers = at_the_same_moment(move)
    assert {answer.status_code for answer in answers} <= {200, 409}
    with tenant_context(crowded):
        (appointment,) = Appointment.objects.all()
        active = Occupancy.objects.filter(state__in=[1, 2, 3])
        assert [one.period.lower for one in active] == [appointment.starts_at]
