# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The interface is no way round what the pages ask for: proven addresses, and work under attack."""

from typing import Any

import pytest
from altcha import Challenge, Payload, solve_challenge

from appointments import way_in
from appointments.models import Appointment, Hold
from jobcenter_portal.tenancy.models import Puzzle, TenantSettings
from tests.appointments.factories import Office
from tests.appointments.rest.program import PERSON, Program, code_of, wanted


def solved(answer: Any) -> str:
    challenge = Challenge.from_dict(answer.json()["challenge"])
    solution = solve_challenge(challenge)
    assert solution is not None
    return Payload(challenge, solution).to_base64()


def test_under_attack_a_program_works_too_and_once_for_each_time(program: Program, office: Office) -> None:
    TenantSettings.objects.update(puzzle=Puzzle.ALWAYS)
    refused = program.post("holds/", wanted())
    assert (code_of(refused), Hold.objects.count()) == ((429, "work_needed"), 0)
    work = solved(refused)
    assert program.post("holds/", wanted(), X_Altcha_Solution=work).status_code == 201
    again = program.post("holds/", wanted("2026-11-24T10:00:00+01:00"), X_Altcha_Solution=work)
    assert code_of(again) == (429, "work_needed")


def test_booking_at_once_is_no_way_round(program: Program, office: Office) -> None:
    TenantSettings.objects.update(puzzle=Puzzle.ALWAYS)
    assert code_of(program.books({**wanted(), "person": PERSON})) == (429, "work_needed")
    assert Appointment.objects.count() == 0


def test_times_held_by_pages_and_programs_of_a_network_count_together(
    program: Program, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(way_in, "MOST_OF_A_NETWORK", 2)
    times = [f"2026-11-24T{hour}:00:00+01:00" for hour in ("09", "10", "11")]
    answers = [program.post("holds/", wanted(time)) for time in times]
    assert ([one.status_code for one in answers], code_of(answers[-1])) == ([201, 201, 429], (429, "network_full"))


def test_bookings_without_a_hold_are_counted_for_their_network_too(
    program: Program, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(way_in, "UNQUESTIONED_BOOKINGS", 2)
    times = [f"2026-11-24T{hour}:00:00+01:00" for hour in ("09", "10", "11")]
    answers = [program.books({**wanted(time), "person": PERSON}) for time in times]
    assert ([one.status_code for one in answers], code_of(answers[-1])) == ([201, 201, 429], (429, "work_needed"))
    assert Program(program.root).books({**wanted(times[-1]), "person": PERSON}).status_code == 201


def test_a_held_time_that_was_booked_still_counts_for_its_network(
    program: Program, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(way_in, "UNQUESTIONED_BOOKINGS", 2)
    for hour in ("09", "10"):
        held = program.post("holds/", wanted(f"2026-11-24T{hour}:00:00+01:00")).json()
        assert program.books({"hold_token": held["token"], "person": PERSON}).status_code == 201
    refused = program.post("holds/", wanted("2026-11-24T11:00:00+01:00"))
    assert (code_of(refused), Hold.objects.count()) == ((429, "work_needed"), 0)
