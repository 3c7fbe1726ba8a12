# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The ways to meet, several concerns in one talk, somebody who interprets: asked only where there is a choice."""

import re
from html import unescape
from typing import Any

import pytest

from appointments.core.modes import Mode, PartyRole
from appointments.models import (
    Appointment,
    Calendar,
    CalendarKind,
    Concern,
    Hold,
    Location,
    OpeningRule,
    Service,
    ServiceCalendar,
)
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint
from jobcenter_portal.tenancy.models import TenantSettings
from notifications.models import Message
from tests.appointments.factories import MORNING, WEEKDAYS, Office, make_calendar, make_service
from tests.appointments.web.visitor import FRAME, NOBODY, Visitor, buttons_of, heading_of, path_of, text_of, values_of

TUESDAY_NINE = "20261124T0800Z"
PHONE = "069 90009123"


@pytest.fixture
def by_phone_too(office: Office) -> Office:
    office.service.modes = int(Mode.IN_PERSON | Mode.PHONE)
    office.service.save(update_fields=["modes"])
    return office


@pytest.fixture
def several_concerns(office: Office) -> Office:
    """Rent goes together with advice (one caseworker does both), debts do not; a talk has three concerns at most."""
    TenantSettings.objects.update(max_concerns=3)
    add_concern(office, "miete", "Miete", 20, led_by=office.calendars[0])
    add_concern(office, "bescheid", "Bescheid", 15, led_by=office.calendars[0])
    make_calendar(office.jobcenter, office.location, make_service(office.jobcenter, slug="schulden"))
    return office


def add_concern(office: Office, slug: str, title: str, minutes: int, *, led_by: Calendar, **values: Any) -> Service:
    made = make_service(office.jobcenter, slug=slug, titles={"de": title}, duration_minutes=minutes, **values)
    ServiceCalendar.objects.create(tenant=office.jobcenter, service=made, calendar=led_by)
    return made


def add_mediator(office: Office, *languages: str, weekdays: tuple[int, ...] = WEEKDAYS) -> Calendar:
    mediator: Calendar = Calendar.objects.create(
        tenant=office.jobcenter, name="Lotsin", kind=CalendarKind.MEDIATOR, languages=list(languages)
    )
    for weekday in weekdays:
        OpeningRule.objects.create(
            tenant=office.jobcenter,
            calendar=mediator,
            location=office.location,
            weekday=weekday,
            start_minute=MORNING[0],
            end_minute=MORNING[1],
        )
    return mediator


def ways_of(times: Any) -> dict[str, str]:
    """The links of the list "Das geht auch"."""
    found = re.search(r'<nav aria-label="Das geht auch">(.*?)</nav>', times.content.decode(), re.DOTALL)
    return {
        name: unescape(address) for address, name in re.findall(r'href="([^"]*)">(.*?)</a>', found[1] if found else "")
    }


def test_an_ordinary_choice_has_no_question_and_the_times_cost_five_queries_beside_the_frame(
    visitor: Visitor, office: Office, django_assert_max_num_queries: Any
) -> None:
    assert visitor.get("buchen/beratung/")["Location"] == "/fulda/de/buchen/beratung/haus/"
    with django_assert_max_num_queries(5 + FRAME):
        times = visitor.get("buchen/beratung/haus/")
    assert "Gespräch" not in text_of(times)
    assert "Dolmetschen" not in text_of(times)


# --- Ways to meet -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("by_phone_too")
def test_who_says_nothing_comes_and_other_ways_to_meet_are_one_touch_away(visitor: Visitor) -> None:
    in_person = visitor.get(visitor.get("buchen/beratung/")["Location"])
    assert "Gespräch Vor Ort Ändern" in text_of(in_person)
    assert ways_of(in_person) == {
        "Lieber am Telefon": "/fulda/de/buchen/beratung/?art=telefon",
        "Mit Gebärdensprache": "/fulda/de/buchen/beratung/haus/?sprache=sgn",
    }
    times = visitor.get("buchen/beratung/?art=telefon")["Location"]
    assert times == "/fulda/de/buchen/beratung/haus/?art=telefon"
    assert ways_of(visitor.get(times)) == {"Lieber vor Ort": "/fulda/de/buchen/beratung/?art=vor-ort"}
    words = text_of(visitor.get(times))
    assert "Gespräch Am Telefon Ändern : Gespräch Zuständig Haus der Arbeit" in words
    assert "Wir rufen Sie zu dieser Zeit an. Sie müssen nicht kommen." in words
    assert "Hauptstraße 1" not in words
    held = visitor.post(times, time=TUESDAY_NINE)["Location"]
    assert "Gespräch Am Telefon" in text_of(visitor.get(held))
    assert Hold.objects.get().mode == Mode.PHONE


@pytest.mark.usefixtures("by_phone_too")
@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("", "Geben Sie die Nummer ein, unter der wir Sie anrufen."),
        ("12", "Diese Telefonnummer stimmt nicht. Sie sieht zum Beispiel so aus: 069 90009000"),
        ("+1 212 555 0100", "Diese Telefonnummer stimmt nicht. Sie sieht zum Beispiel so aus: 069 90009000"),
        ("0900 1234567", "Diese Telefonnummer stimmt nicht. Sie sieht zum Beispiel so aus: 069 90009000"),
    ],
)
def test_for_a_call_a_number_is_needed_and_kindly_asked_for(visitor: Visitor, typed: str, complaint: str) -> None:
    held = visitor.post("buchen/beratung/haus/?art=telefon", time=TUESDAY_NINE)["Location"]
    answer = visitor.post(held, name="Jürgen Größer", remind="none", phone=typed)
    assert (answer.status_code, text_of(answer).count(complaint)) == (422, 2)
    assert visitor.get(held.replace("kontakt", "pruefen"))["Location"] == held


@pytest.mark.usefixtures("by_phone_too")
def test_the_number_to_call_is_read_back_kept_sealed_and_never_texted(visitor: Visitor) -> None:
    held = visitor.post("buchen/beratung/haus/?art=telefon", time=TUESDAY_NINE)["Location"]
    check = visitor.post(held, name="Jürgen Größer", remind="none", phone=PHONE)["Location"]
    assert "Telefonnummer 069 90009123" in text_of(visitor.get(check))
    assert visitor.post(check).status_code == 303
    point = ContactPoint.objects.get()
    assert (point.channel, point.address) == (ContactChannel.PHONE, "+496990009123")
    assert (Appointment.objects.get().mode, Message.objects.count()) == (Mode.PHONE, 0)


@pytest.mark.usefixtures("by_phone_too")
def test_a_mobile_number_to_call_need_not_be_typed_again_for_sms(visitor: Visitor) -> None:
    held = visitor.post("buchen/beratung/haus/?art=telefon", time=TUESDAY_NINE)["Location"]
    check = visitor.post(held, name="Jürgen", remind="sms", phone="0152 28817386")["Location"]
    assert "Telefonnummer 01522 8817386 Ändern : Telefonnummer Handynummer 01522 8817386" in text_of(visitor.get(check))
    visitor.post(check)
    assert sorted(ContactPoint.objects.values_list("channel", flat=True)) == ["phone", "sms"]


@pytest.mark.usefixtures("by_phone_too")
def test_a_landline_to_call_is_not_taken_for_sms_and_the_page_says_which_number_is_meant(visitor: Visitor) -> None:
    held = visitor.post("buchen/beratung/haus/?art=telefon", time=TUESDAY_NINE)["Location"]
    answer = visitor.post(held, name="Jürgen", remind="sms", phone=PHONE)
    assert "An die Telefonnummer oben können wir keine SMS schicken." in text_of(answer)
    assert '<details class="contact__mobile" open>' in answer.content.decode()


@pytest.mark.usefixtures("by_phone_too")
def test_who_comes_in_person_is_asked_for_no_number(visitor: Visitor) -> None:
    held = visitor.post("buchen/beratung/haus/?art=vor-ort", time=TUESDAY_NINE)["Location"]
    assert 'name="phone"' not in visitor.get(held).content.decode()
    assert visitor.post(held, **NOBODY).status_code == 303


def test_a_video_talk_needs_an_address_for_the_way_in(visitor: Visitor, office: Office) -> None:
    Service.objects.update(modes=int(Mode.VIDEO))
    held = visitor.post("buchen/beratung/haus/", time=TUESDAY_NINE)["Location"]
    assert values_of(visitor.get(held), "remind") == ["email", "both"]
    assert visitor.post(held, name="Jürgen", remind="none").status_code == 422
    TenantSettings.objects.update(email_enabled=False)
    assert 'name="phone"' in visitor.get(held).content.decode()


@pytest.mark.usefixtures("by_phone_too")
@pytest.mark.parametrize("mode", ["video", "besuch", "brieftaube", "1"])
def test_a_way_that_is_not_offered_is_asked_for_again_and_holds_nothing(visitor: Visitor, mode: str) -> None:
    assert visitor.post("buchen/beratung/?frage=art", mode=mode).status_code == 422
    answer = visitor.post(f"buchen/beratung/haus/?art={mode}", time=TUESDAY_NINE)
    assert (answer.status_code, path_of(answer["Location"])) == (303, "/fulda/de/buchen/beratung/")
    assert heading_of(visitor.get(answer["Location"])) == "Wie möchten Sie mit uns sprechen?"
    assert Hold.objects.count() == 0


def test_only_houses_that_offer_the_way_are_shown(visitor: Visitor, by_phone_too: Office) -> None:
    annex = Location.objects.create(
        tenant=by_phone_too.jobcenter,
        slug="annex",
        name="Nebenstelle",
        street="Weg 2",
        town="36088 Hünfeld",
        position=1,
    )
    make_calendar(by_phone_too.jobcenter, annex, by_phone_too.service)
    OpeningRule.objects.filter(location=annex).update(modes=int(Mode.IN_PERSON))
    asked = visitor.get("buchen/beratung/?art=vor-ort&frage=standort")
    assert values_of(asked, "location") == ["haus", "annex"]
    assert visitor.get("buchen/beratung/?art=telefon")["Location"] == "/fulda/de/buchen/beratung/haus/?art=telefon"
    astray = visitor.get("buchen/beratung/annex/?art=telefon")
    assert path_of(astray["Location"]) == "/fulda/de/buchen/beratung/"


@pytest.mark.usefixtures("by_phone_too")
def test_the_way_can_be_changed_and_the_place_stays(visitor: Visitor) -> None:
    again = visitor.get("buchen/beratung/?art=telefon&standort=haus&frage=art")
    assert heading_of(again) == "Wie möchten Sie mit uns sprechen?"
    answer = visitor.post("buchen/beratung/?art=telefon&standort=haus&frage=art", mode="vor-ort")
    assert answer["Location"] == "/fulda/de/buchen/beratung/haus/?art=vor-ort"


# --- Several concerns -------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("several_concerns")
def test_a_second_concern_makes_one_longer_appointment(visitor: Visitor) -> None:
    assert buttons_of(visitor.get("buchen/")) == ["Weiter", "Noch ein Anliegen dazu"]
    asked = visitor.post("buchen/", service="beratung", dazu="1")["Location"]
    page = visitor.get(asked)
    assert (heading_of(page), values_of(page, "more")) == ("Noch ein Anliegen dazu?", ["miete", "bescheid"])
    times = visitor.client.post(asked, {"more": ["miete", "bescheid"]})["Location"]
    assert times == "/fulda/de/buchen/beratung/haus/?dazu=miete,bescheid"
    assert "Anliegen Beratung + Miete + Bescheid, 65 Minuten" in text_of(visitor.get(times))
    held = visitor.post(times, time=TUESDAY_NINE)["Location"]
    check = visitor.post(held, **NOBODY)["Location"]
    assert "Anliegen Beratung + Miete + Bescheid, 65 Minuten" in text_of(visitor.get(check))
    visitor.post(check)
    booked = Appointment.objects.get()
    assert (booked.ends_at - booked.starts_at).total_seconds() == 65 * 60
    assert list(Concern.objects.order_by("position").values_list("service__slug", flat=True)) == ["miete", "bescheid"]


@pytest.mark.usefixtures("several_concerns")
@pytest.mark.parametrize(
    "dazu",
    [
        "schulden",
        "nirgends",
        "beratung",
        "miete,miete",
        "miete,bescheid,schulden",
        "a,b,c,d,e,f,g",
        "miete," * 200,
        "'; --",
    ],
)
def test_concerns_that_do_not_go_together_are_asked_for_again(visitor: Visitor, dazu: str) -> None:
    answer = visitor.client.post(f"/fulda/de/buchen/beratung/haus/?dazu={dazu}", {"time": TUESDAY_NINE})
    assert (answer.status_code, Hold.objects.count()) == (303, 0)
    assert heading_of(visitor.get(answer["Location"])) == "Noch ein Anliegen dazu?"


@pytest.mark.usefixtures("several_concerns")
def test_too_many_concerns_and_strange_ones_are_said_in_words(visitor: Visitor, office: Office) -> None:
    add_concern(office, "vierte", "Viertes", 10, led_by=office.calendars[0])
    address = "/fulda/de/buchen/beratung/?frage=dazu"
    many = visitor.client.post(address, {"more": ["miete", "bescheid", "vierte"]})
    strange = visitor.client.post(address, {"more": ["schulden"]})
    assert (many.status_code, strange.status_code) == (422, 422)
    assert "Wählen Sie höchstens 2 weitere Anliegen." in text_of(many)
    assert text_of(strange).count("Wählen Sie nur Anliegen, die hier stehen.") == 2


@pytest.mark.usefixtures("several_concerns")
def test_concerns_that_nobody_handles_together_are_refused_in_words(visitor: Visitor, office: Office) -> None:
    second = make_calendar(office.jobcenter, office.location, office.service)
    add_concern(office, "ausbildung", "Ausbildung", 20, led_by=second)
    answer = visitor.client.post("/fulda/de/buchen/beratung/?frage=dazu", {"more": ["miete", "ausbildung"]})
    assert (answer.status_code, "bearbeitet bei uns niemand gemeinsam" in text_of(answer)) == (422, True)
    assert visitor.get("buchen/beratung/haus/?dazu=miete,ausbildung").status_code == 303


@pytest.mark.usefixtures("several_concerns")
def test_no_further_concern_is_an_answer_too(visitor: Visitor) -> None:
    answer = visitor.client.post("/fulda/de/buchen/beratung/?frage=dazu&dazu=miete", {})
    assert answer["Location"] == "/fulda/de/buchen/beratung/haus/"


def test_where_one_concern_is_the_rule_none_can_be_added(visitor: Visitor, office: Office) -> None:
    add_concern(office, "miete", "Miete", 20, led_by=office.calendars[0])
    assert buttons_of(visitor.get("buchen/")) == ["Weiter"]
    assert visitor.post("buchen/beratung/haus/?dazu=miete", time=TUESDAY_NINE).status_code == 303
    assert Hold.objects.count() == 0


# --- Interpreting -----------------------------------------------------------------------------------------------------


def test_somebody_who_interprets_is_free_at_every_time_that_is_shown(visitor: Visitor, office: Office) -> None:
    Service.objects.update(mediator_minutes=15)
    mediator = add_mediator(office, "ar", "bg", weekdays=(3,))
    OpeningRule.objects.filter(calendar=mediator).update(end_minute=10 * 60)  # so that a page takes three days
    times = visitor.get("buchen/beratung/haus/")
    assert "Dolmetschen Nein Ändern : Dolmetschen" in text_of(times)
    asked = visitor.get("buchen/beratung/?standort=haus&frage=sprache")
    assert heading_of(asked) == "Brauchen Sie jemanden, der dolmetscht?"
    assert values_of(asked, "language") == ["nein", "en", "ar", "bg", "sgn"]
    assert "العربية · Arabisch" in text_of(asked)
    answer = visitor.post("buchen/beratung/?standort=haus&frage=sprache", language="ar")
    assert answer["Location"] == "/fulda/de/buchen/beratung/haus/?sprache=ar"
    page = visitor.get(answer["Location"])
    words = text_of(page)
    facts = [
        "Anliegen Beratung, 45 Minuten",
        "Dolmetschen Arabisch",
        "Jemand ist dabei und dolmetscht: Arabisch.",
        "Dafür planen wir 15 Minuten mehr ein.",
    ]
    assert [fact for fact in facts if fact not in words] == []
    assert {value[:8] for value in values_of(page, "time")} == {"20261125", "20261202", "20261209"}
    held = visitor.post(answer["Location"], time="20261125T0800Z")["Location"]
    assert "Dolmetschen Arabisch" in text_of(visitor.get(held))
    kept = Hold.objects.get()
    assert (kept.mediator_language, kept.occupancies.count()) == ("ar", 2)


def test_a_language_that_nobody_in_the_house_speaks_comes_by_telephone(visitor: Visitor, office: Office) -> None:
    add_mediator(office, "ar")
    page = visitor.get("buchen/beratung/haus/?sprache=en")
    assert "Für Englisch ist hier niemand im Haus. Wir holen jemanden am Telefon dazu." in text_of(page)
    assert values_of(page, "time") != []


def test_when_no_mediator_is_free_other_ways_are_named(visitor: Visitor, office: Office) -> None:
    mediator = add_mediator(office, "ar")
    OpeningRule.objects.filter(calendar=mediator).update(valid_until="2026-11-20")
    page = visitor.get("buchen/beratung/haus/?sprache=ar")
    words = text_of(page)
    assert values_of(page, "time") == []
    assert "Eine Person, die dolmetscht (Arabisch), ist da nicht frei." in words
    assert "Vielleicht kann jemand am Telefon dolmetschen." in words
    assert "Ohne Dolmetschen erster freier Termin: Mo., 23. November, 10:00 Uhr" in words


@pytest.mark.parametrize("language", ["xx", "de", "de-simple", "klingonisch", "ar,en"])
def test_a_language_that_is_not_offered_is_asked_for_again(visitor: Visitor, office: Office, language: str) -> None:
    add_mediator(office, "ar")
    assert visitor.post("buchen/beratung/?frage=sprache", language=language).status_code == 422
    answer = visitor.post(f"buchen/beratung/haus/?sprache={language}", time=TUESDAY_NINE)
    assert (answer.status_code, Hold.objects.count()) == (303, 0)
    assert heading_of(visitor.get(answer["Location"])) == "Brauchen Sie jemanden, der dolmetscht?"


def test_a_mediators_language_without_a_code_is_called_as_it_was_entered(visitor: Visitor, office: Office) -> None:
    add_mediator(office, "Dari", "prs")
    assert "Dari" in text_of(visitor.get("buchen/beratung/?frage=sprache"))
    assert "Dolmetschen Dari" in text_of(visitor.get("buchen/beratung/haus/?sprache=Dari"))


@pytest.mark.usefixtures("several_concerns", "by_phone_too")
def test_all_wishes_together_are_still_there_on_the_last_page(visitor: Visitor, office: Office) -> None:
    Service.objects.update(mediator_minutes=10, modes=int(Mode.IN_PERSON | Mode.PHONE))
    add_mediator(office, "ar")
    held = visitor.post("buchen/beratung/haus/?dazu=miete&art=telefon&sprache=ar", time=TUESDAY_NINE)["Location"]
    check = visitor.post(held, name="Jürgen", remind="none", phone=PHONE)["Location"]
    words = text_of(visitor.get(check))
    facts = ["Beratung + Miete, 70 Minuten", "Gespräch Am Telefon", "Dolmetschen Arabisch", "Zuständig Haus der Arbeit"]
    assert [fact for fact in facts if fact not in words] == []
    moved = visitor.post(held.replace("kontakt", "zeit"), time="20261124T0930Z")
    assert (moved.status_code, Hold.objects.get().mediator_language) == (303, "ar")
    visitor.post(check)
    booked = Appointment.objects.get()
    assert (booked.mode, booked.mediator_language) == (Mode.PHONE, "ar")


def test_a_room_is_no_caseworker_and_makes_no_place(visitor: Visitor, office: Office) -> None:
    """A room that a talk needs is open at a house where nobody leads such talks."""
    annex = Location.objects.create(
        tenant=office.jobcenter, slug="annex", name="Nebenstelle", street="Weg 2", town="36088 Hünfeld", position=1
    )
    room = make_calendar(office.jobcenter, annex, office.service)
    ServiceCalendar.objects.filter(calendar=room).update(role=PartyRole.ROOM)
    assert visitor.get("buchen/beratung/")["Location"] == "/fulda/de/buchen/beratung/haus/"
