# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The same request sent again: one booking, one answer, and nothing of it readable in the database."""

import json
import secrets
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from appointments.models import Appointment, Hold
from appointments.rest import appointments as views
from jobcenter_portal.rest.idempotency import BUSY, KEPT, forget_old
from jobcenter_portal.rest.models import SentRequest
from jobcenter_portal.rest.tasks import forget_old_answers_of_all_tenants
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.models import Message
from tests.appointments.factories import Office, make_office
from tests.appointments.rest.conftest import EIGHT
from tests.appointments.rest.program import PERSON, Program, code_of, wanted

KEY = "7f3c1a52-8e0e-4d3c-9f57-0a0f4f1c2b6d"


def test_a_booking_that_is_sent_again_gives_the_same_answer_and_books_once(program: Program) -> None:
    body = wanted(person=PERSON | {"email": "j@post.example"})
    first = program.books(body, key=KEY)
    again = program.books(body, key=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["Location"] == first.headers["Location"]
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert Appointment.objects.count() == 1
    assert Message.objects.filter(kind="confirmation").count() == 1


def test_the_order_and_the_spacing_of_a_body_do_not_matter_and_quotation_marks_neither(program: Program) -> None:
    body = wanted(person=PERSON)
    first = program.books(body, key=KEY)
    other = json.dumps(dict(reversed(body.items())), indent=3).encode()
    again = program.post("appointments/", other, idempotency_key=f'"{KEY}"')
    assert (again.content, again.headers["Idempotent-Replayed"]) == (first.content, "true")


def test_the_same_key_with_other_content_is_refused(program: Program) -> None:
    program.books(wanted(person=PERSON), key=KEY)
    other_name = program.books(wanted(person=PERSON | {"name": "Eva Beispiel"}), key=KEY)
    other_verb = program.post("holds/", wanted("2026-11-24T10:00:00+01:00"), idempotency_key=KEY)
    assert {code_of(other_name), code_of(other_verb)} == {(422, "idempotency_mismatch")}
    assert (Appointment.objects.count(), Hold.objects.count()) == (1, 0)


@pytest.mark.parametrize("key", ["short", "x" * 129, "has blanks in it, and a comma", "ä" * 20, '"' * 20])
def test_a_key_that_others_could_choose_too_is_refused(program: Program, key: str) -> None:
    answer = program.post("appointments/", wanted(person=PERSON), idempotency_key=key)
    assert code_of(answer) == (400, "idempotency_key_invalid")


def test_booking_needs_a_key_and_the_other_verbs_take_one(program: Program) -> None:
    assert code_of(program.post("appointments/", wanted(person=PERSON))) == (400, "idempotency_key_missing")
    keys = [secrets.token_urlsafe(16) for _ in range(4)]
    held = [program.post("holds/", wanted(), idempotency_key=keys[0]) for _ in range(2)]
    assert held[0].json() == held[1].json()
    key = program.books({"hold_token": held[0].json()["token"], "person": PERSON}).json()["key"]
    moved = [
        program.post(f"appointments/{key}/move/", {"starts_at": "2026-11-25T09:00:00+01:00"}, idempotency_key=keys[1])
        for _ in range(2)
    ]
    cancelled = [program.post(f"appointments/{key}/cancel/", idempotency_key=keys[2]) for _ in range(2)]
    back = [program.post(f"appointments/{key}/undo-cancel/", idempotency_key=keys[3]) for _ in range(2)]
    for first, again in (moved, cancelled, back):
        assert (first.status_code, again.content, again.headers.get("Idempotent-Replayed")) == (
            200,
            first.content,
            "true",
        )


def test_the_answer_is_the_one_that_was_given_then(program: Program) -> None:
    """Who sends the booking again after a cancellation learns what the booking was, not that it is booked now."""
    first = program.books(wanted(person=PERSON), key=KEY)
    program.post(f"appointments/{first.json()['key']}/cancel/")
    assert program.books(wanted(person=PERSON), key=KEY).content == first.content
    assert Appointment.objects.get().status == "cancelled"


def test_a_refused_request_leaves_its_key_free(program: Program) -> None:
    held = program.post("holds/", wanted()).json()["token"]
    assert code_of(program.books(wanted(person=PERSON), key=KEY)) == (409, "slot_taken")
    assert SentRequest.objects.count() == 0
    program.delete(f"holds/{held}/")
    assert program.books(wanted(person=PERSON), key=KEY).status_code == 201


def test_a_fault_after_the_booking_books_no_second_time(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine dies between booking and answering: the use case itself finds what it has done before."""

    def dies(*_args: Any) -> None:
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr(views.AppointmentView, "shown", dies)
        assert code_of(program.books(wanted(person=PERSON), key=KEY)) == (500, "server_error")
    again = program.books(wanted(person=PERSON), key=KEY)
    assert (again.status_code, Appointment.objects.count()) == (201, 1)
    assert Message.objects.filter(kind="confirmation").count() == 0, "nobody gave an address"


def test_what_somebody_died_over_is_busy_for_a_while_and_then_taken_up_once(
    program: Program, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    with monkeypatch.context() as killed:
        killed.setattr("jobcenter_portal.rest.idempotency.forget", lambda _sent: None)
        killed.setattr("jobcenter_portal.rest.idempotency.keep", lambda *_sent: None)
        first = program.books(wanted(person=PERSON), key=KEY)
    busy = program.books(wanted(person=PERSON), key=KEY)
    assert (code_of(busy), busy.headers["Retry-After"]) == ((409, "idempotency_in_progress"), "1")
    clock.shift(BUSY + timedelta(seconds=1))
    again = program.books(wanted(person=PERSON), key=KEY)
    assert (again.json()["key"], Appointment.objects.count()) == (first.json()["key"], 1)
    assert program.books(wanted(person=PERSON), key=KEY).headers["Idempotent-Replayed"] == "true"


def test_after_a_day_a_key_is_new_again(program: Program, clock: time_machine.Traveller) -> None:
    program.books(wanted(person=PERSON), key=KEY)
    clock.shift(KEPT + timedelta(seconds=1))
    other = program.books(wanted("2026-11-26T09:00:00+01:00", person=PERSON), key=KEY)
    assert (other.status_code, Appointment.objects.count(), SentRequest.objects.count()) == (201, 2, 1)


def test_the_key_of_one_jobcenter_says_nothing_at_another(program: Program, wiesbaden: Jobcenter) -> None:
    with tenant_context(wiesbaden):
        make_office(wiesbaden)
    here = program.books(wanted(person=PERSON), key=KEY)
    there = Program("/wiesbaden/api/v1/").books(wanted(person=PERSON), key=KEY)
    assert (there.status_code, "Idempotent-Replayed" in there.headers) == (201, False)
    assert here.json()["key"] != there.json()["key"]


def test_nobody_can_use_a_holds_token_as_key_to_learn_what_became_of_it(program: Program) -> None:
    token = program.post("holds/", wanted()).json()["token"]
    booked = program.books({"hold_token": token, "person": PERSON})
    guessed = program.books(wanted("2026-11-24T11:00:00+01:00", person=PERSON), key=token)
    assert guessed.json()["key"] != booked.json()["key"]


def test_neither_names_nor_keys_lie_readable_in_the_record(program: Program) -> None:
    told = program.books(wanted(person=PERSON | {"email": "j@post.example"}), key=KEY).json()
    (row,) = SentRequest.objects.all()
    stored = b" ".join(bytes(column) for column in (row.key_hash, row.content_hash, row.answer_sealed))
    for word in (KEY, told["key"], told["code"], "Jürgen", "Größer", "j@post.example"):
        assert word.encode() not in stored
    assert json.loads(row.answer_json)["document"]["key"] == told["key"]


def test_old_answers_are_forgotten_at_every_jobcenter(
    program: Program, office: Office, wiesbaden: Jobcenter, clock: time_machine.Traveller
) -> None:
    program.books(wanted(person=PERSON), key=KEY)
    assert forget_old(now=EIGHT + KEPT) == 0
    clock.shift(KEPT + timedelta(seconds=1))
    forget_old_answers_of_all_tenants()
    with tenant_context(office.jobcenter):
        assert SentRequest.objects.count() == 0
