# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A program proves addresses as people do: it asks for a code, and gives what came."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from appointments import proving
from appointments.models import Appointment, Proof
from jobcenter_portal.accounts.models import ContactPoint
from jobcenter_portal.tenancy.models import Puzzle, TenantSettings
from notifications.models import Message
from tests.appointments.factories import Office
from tests.appointments.rest.conftest import EIGHT
from tests.appointments.rest.program import PERSON, Program, code_of, wanted
from tests.appointments.rest.test_way_in import solved

EMAIL = "j.groesser@post.example"
MAIL = {**PERSON, "email": EMAIL}


@pytest.fixture
def hold(program: Program, office: Office) -> str:
    """The address of a held time, at a Jobcenter that wants addresses proven."""
    TenantSettings.objects.update(prove_addresses=True)
    return f"holds/{program.post('holds/', wanted()).json()['token']}/"


def asks(program: Program, hold: str, *, key: str = "", **address: str) -> Any:
    headers = {"idempotency_key": key} if key else {}
    return program.post(f"{hold}codes/", {**(address or {"email": EMAIL}), "language": "de"}, **headers)


def gives(program: Program, hold: str, code: str, **address: str) -> Any:
    return program.post(f"{hold}proofs/", {**(address or {"email": EMAIL}), "code": code})


def right_code() -> str:
    return proving.code_of(Proof.objects.get())


def wrong_code() -> str:
    return f"{(int(right_code()) + 1) % 10**6:06d}"


def books(program: Program, hold: str, person: dict[str, str]) -> Any:
    return program.books({"hold_token": hold.split("/")[1], "person": person})


def test_a_code_is_sent_and_given_and_the_address_is_proven_with_the_booking(program: Program, hold: str) -> None:
    assert code_of(books(program, hold, MAIL)) == (409, "address_not_proven")
    sent = asks(program, hold)
    assert (sent.status_code, sent.json()) == (
        202,
        {"channel": "email", "is_proven": False, "expires_at": sent.json()["expires_at"], "guesses_left": 3},
    )
    given = gives(program, hold, right_code())
    assert (given.status_code, given.json()["is_proven"]) == (200, True)
    assert books(program, hold, MAIL).status_code == 201
    assert ContactPoint.objects.get().proven_at == EIGHT


def test_who_gives_no_address_books_without_a_code(program: Program, hold: str) -> None:
    assert books(program, hold, PERSON).status_code == 201


def test_without_a_hold_there_is_nothing_to_which_a_code_could_belong(program: Program, hold: str) -> None:
    at_once = {**wanted("2026-11-24T10:00:00+01:00"), "person": MAIL}
    assert (code_of(program.books(at_once)), Appointment.objects.count()) == ((409, "address_not_proven"), 0)


def test_three_guesses_are_judged_and_no_answer_names_the_code_or_the_address(program: Program, hold: str) -> None:
    sent, code = asks(program, hold), right_code()
    answers = [gives(program, hold, wrong_code()) for _guess in range(3)]
    answers.append(gives(program, hold, code))
    assert [code_of(one) for one in answers] == [(409, "code_wrong")] * 2 + [(409, "code_void")] * 2
    assert [one.json().get("guesses_left") for one in answers] == [2, 1, None, None]
    said = b"".join(one.content for one in (sent, *answers))
    assert (code.encode() in said, EMAIL.encode() in said) == (False, False)


def test_a_slip_of_the_finger_is_no_guess(program: Program, hold: str) -> None:
    asks(program, hold)
    answers = [gives(program, hold, typed) for typed in ("12345", "12 345", "abcdef", "\u0661" * 6)]
    assert [(code_of(one), one.json()["errors"][0]["pointer"]) for one in answers] == [
        ((422, "invalid_fields"), "#/code")
    ] * 4
    assert Proof.objects.get().attempts == 0


def test_one_address_is_named_and_it_has_to_be_one(program: Program, hold: str) -> None:
    both = asks(program, hold, email=EMAIL, mobile="0171 3920000")
    none = program.post(f"{hold}codes/", {"language": "de"})
    abroad = asks(program, hold, mobile="+44 7911 123456")
    assert [code_of(one) for one in (both, none, abroad)] == [(422, "invalid_fields")] * 3
    assert [one.json()["errors"][0]["pointer"] for one in (both, none, abroad)] == ["#/email", "#/email", "#/mobile"]
    assert Message.objects.count() == 0


def test_the_limits_of_the_pages_hold_and_say_when_to_come_again(
    program: Program, hold: str, clock: time_machine.Traveller
) -> None:
    answers = [asks(program, hold), asks(program, hold)]
    for _code in range(3):
        clock.shift(timedelta(seconds=61))
        answers.append(asks(program, hold))
    told = [one.status_code if one.status_code == 202 else code_of(one)[1] for one in answers]
    assert told == [202, "code_just_sent", 202, 202, "too_many_codes"]
    assert [one.headers.get("Retry-After") for one in answers] == [None, "60", None, None, "3600"]


def test_where_the_budget_is_used_up_a_mail_still_goes(program: Program, hold: str) -> None:
    TenantSettings.objects.update(sms_hourly_cap=4)
    answers = [asks(program, hold, mobile=f"0171 39200{number}0") for number in (0, 1)]
    answers.append(asks(program, hold))
    assert ([one.status_code for one in answers], code_of(answers[1])) == ([202, 429, 202], (429, "no_codes_now"))


def test_the_same_request_sent_again_sends_no_second_code(program: Program, hold: str) -> None:
    first, again = (asks(program, hold, key="the-same-request-again") for _time in range(2))
    assert (first.json(), again.headers["Idempotent-Replayed"]) == (again.json(), "true")
    assert Message.objects.filter(kind="proof_code").count() == 1


def test_a_proven_address_is_sent_no_further_code(program: Program, hold: str) -> None:
    asks(program, hold)
    gives(program, hold, right_code())
    again = asks(program, hold)
    assert (again.status_code, again.json()["is_proven"]) == (200, True)
    assert Message.objects.filter(kind="proof_code").count() == 1


def test_a_code_opens_nothing_for_another_hold(program: Program, hold: str) -> None:
    asks(program, hold)
    other = f"holds/{program.post('holds/', wanted('2026-11-24T10:00:00+01:00')).json()['token']}/"
    assert code_of(gives(program, other, right_code())) == (409, "code_void")
    assert code_of(gives(program, "holds/Zm9yZWlnbi1vci11bmtub3du/", "000000")) == (410, "hold_gone")


def test_where_nobody_wants_proofs_no_code_is_sent_to_anybody(program: Program, hold: str) -> None:
    TenantSettings.objects.update(prove_addresses=False)
    answers = [asks(program, hold), gives(program, hold, "000000")]
    assert [code_of(one) for one in answers] == [(409, "no_proof_needed")] * 2
    assert Message.objects.count() == 0


def test_under_attack_a_program_works_for_its_code(program: Program, hold: str) -> None:
    TenantSettings.objects.update(puzzle=Puzzle.ALWAYS)
    refused = asks(program, hold)
    assert (code_of(refused), Message.objects.count()) == ((429, "work_needed"), 0)
    work = {"X_Altcha_Solution": solved(refused)}
    assert program.post(f"{hold}codes/", {"email": EMAIL, "language": "de"}, **work).status_code == 202
