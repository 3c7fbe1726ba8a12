# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The way of a person through the interface: look, keep, book, move, cancel, take back."""

from datetime import UTC, datetime

import pytest
import time_machine

from appointments.models import Appointment, Hold, Occupancy
from jobcenter_portal.accounts.models import ContactPoint
from notifications.models import Message
from tests.appointments.factories import Office, make_service
from tests.appointments.rest.program import PERSON, Program, code_of, wanted
from tests.factories import make_jobcenter

NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
HOUSE = {"slug": "haus", "name": "Haus der Arbeit", "street": "Hauptstraße 1", "town": "36037 Fulda", "entrance": ""}


def test_services_are_listed_in_german_and_in_the_language_that_was_asked_for(program: Program, english: None) -> None:
    german = program.get("services/")
    asked = program.get("services/", accept_language="fr, en-GB;q=0.8, de;q=0.5")
    advice = {
        "slug": "beratung", "title": "Beratung", "hint": "Fragen zu Ihrem Antrag", "documents": ["Ausweis"],
        "duration_minutes": 30, "is_group": False, "modes": ["in_person"],
    }  # fmt: skip
    assert german.json() == {"booking_mode": "instant", "services": [advice]}
    assert [one["title"] for one in asked.json()["services"]] == ["Advice"]
    assert (german.headers["Content-Language"], asked.headers["Content-Language"]) == ("de", "en")


def test_free_times_of_a_day_stand_under_their_location_with_the_offset_of_the_place(program: Program) -> None:
    answer = program.get("services/beratung/slots/?from=2026-11-24&days=1")
    (place,) = answer.json()["locations"]
    assert answer.json()["service"]["title"] == "Beratung"
    assert place["location"] == HOUSE
    assert place["slots"][0] == {"starts_at": "2026-11-24T08:00:00+01:00", "ends_at": "2026-11-24T08:30:00+01:00"}
    assert [slot["starts_at"][11:16] for slot in place["slots"]] == [
        "08:00", "08:15", "08:30", "08:45", "09:00", "09:15", "09:30", "09:45", "10:00", "10:15", "10:30", "10:45",
        "11:00", "11:15", "11:30",
    ]  # fmt: skip


def test_without_a_day_the_times_of_fourteen_days_from_today_are_listed(program: Program) -> None:
    def days(query: str) -> list[str]:
        (place,) = program.get(f"services/beratung/slots/{query}").json()["locations"]
        return sorted({slot["starts_at"][:10] for slot in place["slots"]})

    assert (days("")[0], days("")[-1], len(days(""))) == ("2026-11-23", "2026-12-04", 10)
    assert days("?from=2020-01-01&days=2") == ["2026-11-23", "2026-11-24"]
    assert days("?from=2027-06-01") == []


def test_every_listed_time_can_be_held_and_no_other(program: Program) -> None:
    (place,) = program.get("services/beratung/slots/?from=2026-11-24&days=1").json()["locations"]
    for slot in place["slots"]:
        held = program.post("holds/", wanted(slot["starts_at"]))
        assert held.status_code == 201, slot
        assert program.delete(f"holds/{held.json()['token']}/").status_code == 204
    for other in ("2026-11-24T07:45:00+01:00", "2026-11-24T11:45:00+01:00", "2026-11-24T08:05:00+01:00"):
        assert code_of(program.post("holds/", wanted(other))) == (409, "slot_taken")


def test_a_held_time_is_extended_booked_and_told(program: Program, office: Office) -> None:
    held = program.post("holds/", wanted()).json()
    longer = program.post(f"holds/{held['token']}/extend/").json()
    booked = program.books({"hold_token": held["token"], "person": PERSON | {"email": "j@post.example"}})
    (appointment,) = Appointment.objects.all()
    told = booked.json()
    assert (held["extensions_left"], longer["extensions_left"]) == (10, 9)
    assert longer["expires_at"] >= held["expires_at"]
    assert booked.status_code == 201
    assert booked.headers["Location"] == f"/fulda/api/v1/appointments/{told['key']}/"
    assert told == {
        "key": told["key"],
        "code": told["code"],
        "page": f"http://portal.example/fulda/de/t/{told['key']}/",
        "status": "booked",
        "mode": "in_person",
        "mediator_language": "",
        "starts_at": "2026-11-24T09:00:00+01:00",
        "ends_at": "2026-11-24T09:30:00+01:00",
        "previous_starts_at": None,
        "cancelled_at": None,
        "answer_by": None,
        "decline_reason": "",
        "session": None,
        "service": {"slug": "beratung", "title": "Beratung"},
        "more_services": [],
        "location": HOUSE,
        "person": {"name": "Jürgen Größer", "language": "de"},
        "documents": ["Ausweis"],
    }
    assert (appointment.starts_at, Hold.objects.count()) == (NINE, 0)
    assert [point.address for point in ContactPoint.objects.all()] == ["j@post.example"]
    assert Message.objects.filter(subject=appointment.subject, kind="confirmation").count() == 1


def test_both_keys_open_the_appointment_and_its_page(program: Program) -> None:
    booked = program.books(wanted(person=PERSON)).json()
    for key in (booked["key"], booked["code"], booked["code"].lower().replace("-", "")):
        assert program.get(f"appointments/{key}/").json() == booked
    assert program.client.get(booked["page"].removeprefix("http://portal.example")).status_code == 200


def test_a_time_is_booked_at_once_whatever_offset_the_program_writes(program: Program) -> None:
    booked = program.books(wanted("2026-11-24T08:00:00Z", person=PERSON)).json()
    other = program.books(wanted("2026-11-24t13:30:00+04:00", person=PERSON)).json()
    assert (booked["starts_at"], other["starts_at"]) == ("2026-11-24T09:00:00+01:00", "2026-11-24T10:30:00+01:00")


def test_a_taken_time_is_a_problem_with_the_nearest_free_ones(program: Program) -> None:
    program.books(wanted(person=PERSON))
    late = program.books(wanted(person=PERSON))
    assert code_of(late) == (409, "slot_taken")
    assert late.json()["nearest"] == [
        {"starts_at": "2026-11-24T08:15:00+01:00", "ends_at": "2026-11-24T08:45:00+01:00"},
        {"starts_at": "2026-11-24T08:30:00+01:00", "ends_at": "2026-11-24T09:00:00+01:00"},
        {"starts_at": "2026-11-24T09:30:00+01:00", "ends_at": "2026-11-24T10:00:00+01:00"},
    ]
    assert Appointment.objects.count() == 1


def test_moving_takes_the_new_time_and_lets_the_old_one_go(program: Program) -> None:
    key = program.books(wanted(person=PERSON)).json()["key"]
    moved = program.post(f"appointments/{key}/move/", {"starts_at": "2026-11-25T10:00:00+01:00"})
    again = program.post(f"appointments/{key}/move/", {"starts_at": "2026-11-25T10:00:00+01:00"})
    assert moved.status_code == 200
    assert (moved.json()["starts_at"], moved.json()["previous_starts_at"]) == (
        "2026-11-25T10:00:00+01:00",
        "2026-11-24T09:00:00+01:00",
    )
    assert again.json() == moved.json()
    assert Appointment.objects.get().reschedules == 1


def test_a_move_to_a_taken_time_keeps_the_old_one(program: Program) -> None:
    program.books(wanted("2026-11-25T10:00:00+01:00", person=PERSON))
    key = program.books(wanted(person=PERSON)).json()["key"]
    refused = program.post(f"appointments/{key}/move/", {"starts_at": "2026-11-25T10:00:00+01:00"})
    assert code_of(refused) == (409, "slot_taken")
    assert program.get(f"appointments/{key}/").json()["starts_at"] == "2026-11-24T09:00:00+01:00"


def test_the_rules_of_the_jobcenter_say_no_with_a_reason(program: Program) -> None:
    soon = program.books(wanted("2026-11-23T09:00:00+01:00", person=PERSON))
    far = program.books(wanted("2027-06-01T09:00:00+02:00", person=PERSON))
    crowd = [
        program.books(wanted(f"2026-11-24T{hour}:00:00+01:00", person=PERSON | {"email": "j@post.example"}))
        for hour in ("08", "09", "10")
    ]
    assert [(code_of(answer), answer.json()["reason"]) for answer in (soon, far, crowd[2])] == [
        ((409, "refused"), "too_soon"),
        ((409, "refused"), "too_far_ahead"),
        ((409, "refused"), "too_many_open_bookings"),
    ]
    assert [answer.status_code for answer in crowd[:2]] == [201, 201]


def test_cancelling_frees_the_time_and_twice_changes_nothing(program: Program) -> None:
    key = program.books(wanted(person=PERSON)).json()["key"]
    cancelled = program.post(f"appointments/{key}/cancel/")
    again = program.post(f"appointments/{key}/cancel/", {})
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert again.json() == cancelled.json()
    assert program.books(wanted(person=PERSON)).status_code == 201


def test_a_cancellation_is_taken_back_within_half_an_hour(program: Program, clock: time_machine.Traveller) -> None:
    key = program.books(wanted(person=PERSON)).json()["key"]
    program.post(f"appointments/{key}/cancel/")
    back = program.post(f"appointments/{key}/undo-cancel/")
    twice = program.post(f"appointments/{key}/undo-cancel/")
    assert (back.json()["status"], twice.json()) == ("booked", back.json())
    program.post(f"appointments/{key}/cancel/")
    clock.shift(31 * 60)
    assert code_of(program.post(f"appointments/{key}/undo-cancel/")) == (409, "not_allowed")


def test_what_is_over_is_neither_moved_nor_cancelled(program: Program, clock: time_machine.Traveller) -> None:
    key = program.books(wanted(person=PERSON)).json()["key"]
    clock.move_to(datetime(2026, 11, 24, 12, 0, tzinfo=UTC))
    assert program.get(f"appointments/{key}/").json()["status"] == "over"
    assert code_of(program.post(f"appointments/{key}/cancel/")) == (409, "not_allowed")
    moved = program.post(f"appointments/{key}/move/", {"starts_at": "2026-11-25T10:00:00+01:00"})
    assert code_of(moved) == (409, "refused")


@pytest.mark.parametrize("status", ["no_show", "fulfilled"])
def test_whether_somebody_came_is_not_told(program: Program, status: str) -> None:
    key = program.books(wanted(person=PERSON)).json()["key"]
    Appointment.objects.update(status=status)
    assert program.get(f"appointments/{key}/").json()["status"] == "over"


# --- Doors that stay closed -------------------------------------------------------------------------------------------
def test_a_hold_that_is_over_and_one_that_never_was_look_alike(program: Program) -> None:
    held = program.post("holds/", wanted()).json()["token"]
    assert program.delete(f"holds/{held}/").status_code == 204
    for token in (held, "Zm9yZWlnbi1vci11bmtub3du", "x", "%00"):
        gone = [
            program.post(f"holds/{token}/extend/"),
            program.delete(f"holds/{token}/"),
            program.books({"hold_token": token, "person": PERSON}),
        ]
        codes = {code_of(answer) for answer in gone}
        assert codes <= {(410, "hold_gone"), (400, "bad_request")} | ({(410, "hold_gone")} if token != "%00" else set())
    assert Occupancy.objects.count() == 0


def test_wrong_keys_are_not_found(program: Program) -> None:
    for key in ("AAAABBBBCCCCDDDDE", "dW5rbm93bi11bmtub3duLXVua25vd24tdW5rbm93bi0", "x", "1"):
        answers = [
            program.get(f"appointments/{key}/"),
            program.post(f"appointments/{key}/move/", {"starts_at": "2026-11-25T10:00:00+01:00"}),
            program.post(f"appointments/{key}/cancel/"),
            program.post(f"appointments/{key}/undo-cancel/"),
        ]
        assert {code_of(answer) for answer in answers} == {(404, "not_found")}


def test_where_nothing_is_booked_online_the_interface_says_how_it_is_done(office: Office) -> None:
    make_jobcenter("offenbach", booking_mode="personal_caseworker")
    program = Program("/offenbach/api/v1/")
    assert program.get("services/").json() == {"booking_mode": "personal_caseworker", "services": []}


def test_unknown_services_and_places_are_named(program: Program, office: Office) -> None:
    make_service(office.jobcenter, slug="zweites")
    assert code_of(program.get("services/unbekannt/slots/")) == (404, "not_found")
    for body, pointer in (
        (wanted(service="unbekannt"), "#/service"),
        (wanted(location="unbekannt"), "#/location"),
        (wanted(service="zweites"), "#/location"),
    ):
        answer = program.post("holds/", body)
        assert code_of(answer) == (422, "invalid_fields")
        assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [(pointer, "unknown")]
