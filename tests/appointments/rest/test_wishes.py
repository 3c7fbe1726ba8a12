# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""More than a service: ways to meet, several concerns, a mediator, a town, one's own caseworker, a group."""

from typing import Any

import pytest

from appointments.core.modes import ALL_MODES, Mode
from appointments.models import (
    Appointment,
    Calendar,
    CalendarKind,
    Catchment,
    Hold,
    Location,
    Municipality,
    OpeningRule,
    Seat,
    Service,
    ServiceCalendar,
)
from jobcenter_portal.accounts.models import ContactPoint
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from tests.appointments.factories import MORNING, WEEKDAYS, Office, make_calendar, make_service
from tests.appointments.rest.conftest import EIGHT
from tests.appointments.rest.program import PERSON, Program, code_of, wanted
from tests.appointments.sessions import NINE, fill, make_group_office, make_session
from tests.factories import make_jobcenter


def faults(answer: Any) -> list[tuple[str, str]]:
    assert code_of(answer) == (422, "invalid_fields")
    return [(one.get("pointer") or one["parameter"], one["code"]) for one in answer.json()["errors"]]


def times(program: Program, query: str = "") -> dict[str, list[str]]:
    """Of Tuesday, by location."""
    answer = program.get(f"services/beratung/slots/?from=2026-11-24&days=1&{query}")
    assert answer.status_code == 200, answer.content
    return {
        one["location"]["slug"]: [slot["starts_at"][11:16] for slot in one["slots"]]
        for one in answer.json()["locations"]
    }


# --- How to meet ------------------------------------------------------------------------------------------------------
@pytest.fixture
def by_phone(office: Office) -> Office:
    """In person or on the telephone, and on the telephone until nine only."""
    Service.objects.update(modes=int(Mode.IN_PERSON | Mode.PHONE))
    OpeningRule.objects.update(modes=int(Mode.IN_PERSON))
    for weekday in WEEKDAYS:
        OpeningRule.objects.create(
            tenant=office.jobcenter, calendar=office.calendars[0], location=office.location, weekday=weekday,
            start_minute=MORNING[0], end_minute=9 * 60, modes=int(Mode.PHONE),
        )  # fmt: skip
    return office


def test_times_differ_by_the_way_of_meeting(program: Program, by_phone: Office) -> None:
    assert len(times(program)["haus"]) == 15
    assert times(program, "mode=in_person") == times(program)
    assert times(program, "mode=phone") == {"haus": ["08:00", "08:15", "08:30"]}
    assert program.get("services/").json()["services"][0]["modes"] == ["in_person", "phone"]
    assert faults(program.get("services/beratung/slots/?mode=video")) == [("mode", "not_offered")]


def test_who_is_to_be_called_says_on_which_number(program: Program, by_phone: Office) -> None:
    body = wanted("2026-11-24T08:00:00+01:00", mode="phone", person=PERSON)
    assert faults(program.books(body)) == [("#/person/phone", "required")]
    assert faults(program.books(body | {"person": PERSON | {"phone": "110"}})) == [("#/person/phone", "wrong")]
    held = program.post("holds/", wanted("2026-11-24T08:30:00+01:00", mode="phone")).json()["token"]
    assert faults(program.books({"hold_token": held, "person": PERSON})) == [("#/person/phone", "required")]
    booked = program.books(body | {"person": PERSON | {"phone": "069 90009000"}})
    assert (booked.status_code, booked.json()["mode"]) == (201, "phone")
    assert [(point.channel, point.address) for point in ContactPoint.objects.all()] == [("phone", "+496990009000")]
    assert program.books({"hold_token": held, "person": PERSON | {"phone": "069 90009000"}}).json()["mode"] == "phone"


def test_a_talk_by_video_needs_an_address_for_the_way_in(program: Program, office: Office) -> None:
    Service.objects.update(modes=int(ALL_MODES))
    OpeningRule.objects.update(modes=int(ALL_MODES))
    body = wanted(mode="video", person=PERSON)
    assert faults(program.books(body)) == [("#/person/email", "required")]
    assert program.books(body | {"person": PERSON | {"email": "j@post.example"}}).json()["mode"] == "video"


# --- Several concerns, somebody who interprets ------------------------------------------------------------------------
def test_two_concerns_take_the_time_of_both_and_are_told_together(program: Program, office: Office) -> None:
    TenantSettings.objects.update(max_concerns=2)
    rent = make_service(
        office.jobcenter,
        slug="miete",
        titles={"de": "Miete"},
        documents={"de": "Mietvertrag\nAusweis"},
        duration_minutes=15,
    )
    other = make_service(office.jobcenter, slug="anderes")
    ServiceCalendar.objects.create(tenant=office.jobcenter, service=rent, calendar=office.calendars[0])
    assert len(times(program, "more_services=miete")["haus"]) == 14, "three quarters of an hour end by noon"
    booked = program.books(wanted(more_services=["miete"], person=PERSON)).json()
    assert (booked["starts_at"][11:16], booked["ends_at"][11:16]) == ("09:00", "09:45")
    assert booked["more_services"] == [{"slug": "miete", "title": "Miete"}]
    assert booked["documents"] == ["Ausweis", "Mietvertrag"]
    for more, code in (
        (["miete", "anderes"], "too_many"),
        (["beratung"], "repeated"),
        ([other.slug], "not_together"),
        (["unbekannt"], "not_together"),
    ):
        assert faults(program.post("holds/", wanted(more_services=more))) == [("#/more_services", code)]


def test_where_one_concern_at_a_time_is_the_rule_two_are_refused(program: Program, office: Office) -> None:
    assert faults(program.post("holds/", wanted(more_services=["beratung"]))) == [("#/more_services", "too_many")]


def test_a_mediator_must_be_free_and_lengthens_the_talk(program: Program, office: Office) -> None:
    Service.objects.update(mediator_minutes=15)
    mediator = make_calendar(office.jobcenter, office.location, name="Sprachmittlung")
    Calendar.objects.filter(pk=mediator.pk).update(kind=CalendarKind.MEDIATOR, languages=["ar"])
    OpeningRule.objects.filter(calendar=mediator).update(start_minute=10 * 60)
    assert times(program, "mediator_language=ar")["haus"][0] == "10:00"
    assert faults(program.get("services/beratung/slots/?mediator_language=tlh")) == [
        ("mediator_language", "not_offered")
    ]
    booked = program.books(wanted("2026-11-24T10:00:00+01:00", mediator_language="ar", person=PERSON)).json()
    assert (booked["ends_at"][11:16], booked["mediator_language"]) == ("10:45", "ar")


# --- Where people live ------------------------------------------------------------------------------------------------
@pytest.fixture
def towns(office: Office) -> dict[str, Location]:
    """Two houses that serve a town each, and a town without a house."""
    second = Location.objects.create(
        tenant=office.jobcenter, slug="anbau", name="Anbau", street="Weg 1", town="36043 Fulda"
    )
    make_calendar(office.jobcenter, second, office.service)
    for slug, place in (("fulda", office.location), ("hünfeld", second), ("fern", None)):
        town = Municipality.objects.create(
            tenant=office.jobcenter, slug=slug.replace("ü", "ue"), name=slug.title(), postcodes=["36037"]
        )
        if place:
            Catchment.objects.create(tenant=office.jobcenter, municipality=town, location=place)
    return {"fulda": office.location, "huenfeld": second}


def test_where_a_house_serves_its_own_town_the_town_is_asked_for(program: Program, towns: dict[str, Location]) -> None:
    listed = program.get("municipalities/").json()["municipalities"]
    assert [one["slug"] for one in listed] == ["fern", "fulda", "huenfeld"]
    assert listed[1] == {"slug": "fulda", "name": "Fulda", "postcodes": ["36037"]}
    assert faults(program.get("services/beratung/slots/")) == [("municipality", "required")]
    assert faults(program.get("services/beratung/slots/?municipality=nirgends")) == [("municipality", "unknown")]
    assert set(times(program, "municipality=huenfeld")) == {"anbau"}
    assert set(times(program, "municipality=fern")) == {"haus", "anbau"}, "nobody is sent away"


def test_nobody_is_booked_into_the_wrong_house(program: Program, towns: dict[str, Location]) -> None:
    assert faults(program.books(wanted(person=PERSON))) == [("#/municipality", "required")]
    assert faults(program.books(wanted(municipality="huenfeld", person=PERSON))) == [("#/location", "unknown")]
    assert program.books(wanted(municipality="fulda", person=PERSON)).status_code == 201


# --- One's own caseworker ---------------------------------------------------------------------------------------------
@pytest.fixture
def kaethe(office: Office) -> Calendar:
    """Käthe, whose letters are KSS 4 and whom Tobias stands in for."""
    TenantSettings.objects.update(booking_mode="personal_caseworker")
    tobias = make_calendar(office.jobcenter, office.location, office.service, name="Tobias Abel")
    Calendar.objects.filter(pk=tobias.pk).update(booking_code="TA7")
    calendar = office.calendars[0]
    calendar.name, calendar.booking_code, calendar.deputy = "Käthe Schneider-Süß", "KSS 4", tobias
    calendar.save()
    return calendar


def test_letters_name_the_caseworker_who_alone_is_booked(program: Program, kaethe: Calendar) -> None:
    found = program.post("caseworkers/", {"code": "kss-4"}).json()
    assert (found["name"], found["deputy"]) == ("Käthe Schneider-Süß", "Tobias Abel")
    assert [one["slug"] for one in found["services"]] == ["beratung"]
    ticket = found["caseworker"]
    booked = program.books(wanted(caseworker=ticket, person=PERSON))
    assert booked.status_code == 201
    assert Appointment.objects.get().calendar == kaethe
    assert "09:00" not in times(program, f"caseworker={ticket}")["haus"]
    assert "09:00" in times(program, f"caseworker={ticket}&deputy=true")["haus"]
    deputy = program.books(wanted(caseworker=ticket, deputy=True, person=PERSON))
    assert Appointment.objects.latest("id").calendar == kaethe.deputy
    moved = program.post(f"appointments/{deputy.json()['key']}/move/", {"starts_at": "2026-11-25T09:00:00+01:00"})
    assert moved.status_code == 200


def test_without_ones_caseworker_nothing_is_listed_held_or_booked(program: Program, kaethe: Calendar) -> None:
    answers = [
        program.get("services/beratung/slots/"),
        program.post("holds/", wanted()),
        program.books(wanted(person=PERSON)),
    ]
    assert {code_of(answer) for answer in answers} == {(409, "not_bookable_online")}
    assert {answer.json()["booking_mode"] for answer in answers} == {"personal_caseworker"}


def test_letters_that_nobody_has_and_made_up_tickets_open_nothing(program: Program, kaethe: Calendar) -> None:
    assert faults(program.post("caseworkers/", {"code": "KSS 5"})) == [("#/code", "unknown")]
    ticket = program.post("caseworkers/", {"code": "KSS4"}).json()["caseworker"]
    other = f"{kaethe.deputy_id}-{ticket.partition('-')[2]}"
    for made_up in (other, "x", f"{kaethe.pk}-", "KSS 4"):
        assert faults(program.post("holds/", wanted(caseworker=made_up))) == [("#/caseworker", "unknown")]
    tobias = program.post("caseworkers/", {"code": "TA7"}).json()["caseworker"]
    assert faults(program.post("holds/", wanted(caseworker=tobias, deputy=True))) == [("#/deputy", "not_offered")]


def test_letters_cannot_be_tried_by_the_hundred(program: Program, kaethe: Calendar) -> None:
    answers = [program.post("caseworkers/", {"code": f"XX{number}"}) for number in range(22)]
    assert [code_of(answer)[1] for answer in answers] == ["invalid_fields"] * 20 + ["throttled"] * 2
    assert int(answers[-1].headers["Retry-After"]) == 600


# --- Requests ---------------------------------------------------------------------------------------------------------
def test_where_the_office_answers_a_booking_begins_as_a_request(program: Program, office: Office) -> None:
    TenantSettings.objects.update(booking_mode="request")
    asked = program.books(wanted(person=PERSON)).json()
    assert (asked["status"], asked["answer_by"][:10]) == ("requested", "2026-11-24")
    withdrawn = program.post(f"appointments/{asked['key']}/cancel/")
    assert withdrawn.json()["status"] == "cancelled"
    back = program.post(f"appointments/{asked['key']}/undo-cancel/")
    again = program.post(f"appointments/{asked['key']}/undo-cancel/")
    assert (back.json()["status"], again.json()) == ("requested", back.json())
    moved = program.post(f"appointments/{asked['key']}/move/", {"starts_at": "2026-11-25T09:00:00+01:00"})
    assert code_of(moved) == (409, "not_allowed")


# --- Groups -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def group(db: None) -> Any:
    """A group in Hersfeld, on Tuesday and Wednesday at nine, with two seats each."""
    jobcenter = make_jobcenter("hersfeld", max_open_bookings=9)
    with tenant_context(jobcenter):
        office = make_group_office(jobcenter)
        first = make_session(office, NINE, EIGHT, seats=2, title="Erste Schritte")
        second = make_session(office, NINE.replace(day=25), EIGHT, seats=2)
        yield Program("/hersfeld/api/v1/"), first, second


def test_a_seat_is_listed_held_booked_moved_and_given_back(group: Any) -> None:
    program, first, second = group
    listed = program.get("services/gruppe/slots/").json()
    assert listed["service"]["is_group"] is True
    assert [(one["session"], one["title"], one["free_seats"]) for one in listed["dates"]] == [
        (first.public_id, "Erste Schritte", 2),
        (second.public_id, "", 2),
    ]
    held = program.post("holds/", {"session": first.public_id}).json()
    assert held["starts_at"] == "2026-11-24T09:00:00+01:00"
    assert program.post(f"holds/{held['token']}/extend/").status_code == 200
    booked = program.books({"hold_token": held["token"], "person": PERSON}).json()
    assert (booked["session"], booked["ends_at"][11:16]) == (first.public_id, "10:00")
    key = booked["key"]
    assert faults(program.post(f"appointments/{key}/move/", {"starts_at": "2026-11-25T09:00:00+01:00"})) == [
        ("#/session", "required")
    ]
    assert faults(program.post(f"appointments/{key}/move/", {"session": "x"})) == [("#/session", "unknown")]
    moved = program.post(f"appointments/{key}/move/", {"session": second.public_id})
    assert (moved.status_code, moved.json()["session"]) == (200, second.public_id)
    program.post(f"appointments/{key}/cancel/")
    assert Seat.objects.filter(state__in=[1, 2]).count() == 0
    assert program.post(f"appointments/{key}/undo-cancel/").json()["status"] == "booked"


def test_the_last_seat_is_gone_with_the_nearest_dates(group: Any) -> None:
    program, first, second = group
    fill(first, EIGHT)
    full = [
        program.post("holds/", {"session": first.public_id}),
        program.books({"session": first.public_id, "person": PERSON}),
    ]
    assert {code_of(answer) for answer in full} == {(409, "slot_taken")}
    assert full[0].json()["nearest"] == [
        {
            "starts_at": "2026-11-25T09:00:00+01:00",
            "ends_at": "2026-11-25T10:00:00+01:00",
            "session": second.public_id,
        }
    ]
    assert Hold.objects.count() == 0


def test_a_seat_that_is_booked_twice_with_one_key_is_one_seat(group: Any) -> None:
    program, first, _second = group
    key = "7f3c1a52-8e0e-4d3c-9f57-0a0f4f1c2b6d"
    answers = [program.books({"session": first.public_id, "person": PERSON}, key=key) for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert Seat.objects.count() == 1


def test_a_group_is_not_booked_by_the_clock_and_a_date_needs_no_more(group: Any, wiesbaden: Jobcenter) -> None:
    program, first, _second = group
    by_clock = program.post("holds/", wanted(service="gruppe"))
    twice = program.post("holds/", {"session": first.public_id, "service": "gruppe"})
    unknown = program.post("holds/", {"session": "dW5rbm93bi11bmtub3du"})
    abroad = Program("/wiesbaden/api/v1/").post("holds/", {"session": first.public_id})
    assert faults(by_clock) == [("#/service", "needs_session")]
    assert faults(twice) == [("#/service", "said_twice")]
    assert faults(unknown) == faults(abroad) == [("#/session", "unknown")]
