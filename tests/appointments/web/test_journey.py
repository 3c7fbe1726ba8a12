# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""From the start page to the appointment, step by step, without JavaScript."""

from datetime import UTC, datetime, timedelta

from django.test import Client

from appointments.core.lifecycle import Status
from appointments.links import keys_of, readable_code
from appointments.models import Appointment, Hold, Location, Occupancy, OccupancyState
from tests.appointments.factories import Office, make_calendar
from tests.appointments.web.visitor import NOBODY, Visitor, buttons_of, heading_of, text_of, typed_in, values_of

TUESDAY_NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
"""09:00 in Fulda."""


def test_every_step_of_a_booking_leads_to_the_next(visitor: Visitor) -> None:
    start = visitor.get()
    assert (start.status_code, buttons_of(start)) == (200, ["Termin buchen", "Mein Termin"])
    concern = visitor.post("buchen/", service="beratung")
    assert (concern.status_code, concern["Location"]) == (303, "/fulda/de/buchen/beratung/")
    place = visitor.get(concern["Location"])
    assert (place.status_code, place["Location"]) == (303, "/fulda/de/buchen/beratung/haus/")
    times = visitor.get(place["Location"])
    assert heading_of(times) == "Wann passt es Ihnen?"
    held = visitor.post(place["Location"], time=values_of(times, "time")[0])
    contact = visitor.get(held["Location"])
    assert (held.status_code, heading_of(contact)) == (303, "Wie erreichen wir Sie?")
    typed = visitor.post(held["Location"], **NOBODY)
    check = visitor.get(typed["Location"])
    assert (typed.status_code, heading_of(check)) == (303, "Stimmt alles?")
    booked = visitor.post(typed["Location"])
    result = visitor.get(booked["Location"])
    assert (booked.status_code, heading_of(result)) == (303, "Ihr Termin")
    assert "Ihr Termin steht fest." in text_of(result)


def test_the_chosen_facts_are_repeated_on_every_later_step(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    visitor.post(f"{hold}kontakt/", **NOBODY)
    facts = ("Dienstag, 24. November 2026, 09:00 Uhr", "Beratung, 30 Minuten", "Haus der Arbeit")
    for step in ("kontakt/", "pruefen/"):
        page = text_of(visitor.get(hold + step))
        assert [fact for fact in facts if fact not in page] == []


def test_booking_needs_neither_address_nor_number_and_then_shows_the_code(visitor: Visitor) -> None:
    page = text_of(visitor.get(visitor.books(TUESDAY_NINE)))
    appointment = Appointment.objects.get()
    assert appointment.customer.contact_points.count() == 0
    assert readable_code(keys_of(appointment).code) in page
    assert "Sie bekommen keine Nachrichten von uns zu diesem Termin." in page


def test_what_a_person_gives_is_what_is_written_down(visitor: Visitor) -> None:
    visitor.books(TUESDAY_NINE, remind="both", email="J.Groesser@Example.org", mobile="0152 288 17386")
    appointment = Appointment.objects.get()
    points = {point.channel: point.address for point in appointment.customer.contact_points.all()}
    assert (appointment.customer.name, appointment.language, appointment.starts_at) == (
        "Jürgen Größer",
        "de",
        TUESDAY_NINE,
    )
    assert points == {"email": "j.groesser@example.org", "sms": "+4915228817386"}


def test_an_address_that_was_not_chosen_is_neither_checked_nor_kept(visitor: Visitor) -> None:
    visitor.books(TUESDAY_NINE, remind="none", email="not an address", mobile="nonsense")
    assert Appointment.objects.get().customer.contact_points.count() == 0


def test_booking_twice_leads_to_the_same_appointment(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    visitor.post(f"{hold}kontakt/", **NOBODY)
    first, second = visitor.post(f"{hold}pruefen/"), visitor.post(f"{hold}pruefen/")
    assert (second.status_code, second["Location"]) == (303, first["Location"])
    assert Appointment.objects.count() == 1


def test_choosing_again_lets_the_earlier_time_go_and_keeps_what_was_typed(visitor: Visitor) -> None:
    first = visitor.holds(TUESDAY_NINE)
    visitor.post(f"{first}kontakt/", name="Jürgen Größer", remind="email", email="falsch")
    second = visitor.holds(TUESDAY_NINE + timedelta(hours=1))
    taken = list(Occupancy.objects.filter(state=OccupancyState.HELD).values_list("period", flat=True))
    assert [period.lower for period in taken] == [TUESDAY_NINE + timedelta(hours=1)]
    page = visitor.get(f"{second}kontakt/")
    assert typed_in(page, ("name", "remind", "email")) == {
        "name": "Jürgen Größer",
        "remind": "email",
        "email": "falsch",
    }
    assert visitor.get(f"{first}kontakt/").status_code == 410


def test_going_back_and_choosing_the_same_time_is_not_refused_by_ones_own_hold(visitor: Visitor) -> None:
    visitor.holds(TUESDAY_NINE)
    again = visitor.holds(TUESDAY_NINE)
    assert (visitor.get(f"{again}kontakt/").status_code, Hold.objects.count()) == (200, 1)


def test_another_time_for_the_same_hold_keeps_the_old_one_until_it_is_taken(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    visitor.post(f"{hold}kontakt/", **NOBODY)
    offered = values_of(visitor.get(f"{hold}zeit/"), "time")
    assert "20261124T0800Z" not in offered
    moved = visitor.post(f"{hold}zeit/", time="20261124T0900Z")
    assert (moved.status_code, moved["Location"]) == (303, f"{hold}pruefen/")
    assert "24. November 2026, 10:00 Uhr" in text_of(visitor.get(f"{hold}pruefen/"))
    assert Occupancy.objects.filter(state=OccupancyState.HELD).count() == 1


def test_the_remaining_time_is_said_in_words_and_can_be_made_longer(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    visitor.post(f"{hold}kontakt/", **NOBODY)
    assert "noch 20 Minuten" in text_of(visitor.get(f"{hold}pruefen/"))
    Hold.objects.update(expires_at=Hold.objects.get().expires_at - timedelta(minutes=15, seconds=30))
    assert "noch 5 Minuten" in text_of(visitor.get(f"{hold}pruefen/"))
    assert visitor.post(f"{hold}verlaengern/")["Location"] == f"{hold}pruefen/"
    assert "noch 20 Minuten" in text_of(visitor.get(f"{hold}pruefen/"))


def test_making_it_longer_on_the_contact_page_keeps_what_was_typed(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    answer = visitor.post(f"{hold}kontakt/", name="Jürgen", remind="sms", mobile="0152", extend="1")
    page = visitor.get(answer["Location"])
    assert (answer.status_code, Hold.objects.get().extensions) == (303, 1)
    assert typed_in(page, ("name", "remind", "mobile")) == {"name": "Jürgen", "remind": "sms", "mobile": "0152"}


def test_nobody_skips_the_contact_page(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    for answer in (visitor.get(f"{hold}pruefen/"), visitor.post(f"{hold}pruefen/")):
        assert (answer.status_code, answer["Location"]) == (303, f"{hold}kontakt/")
    assert Appointment.objects.count() == 0


def test_a_place_is_proposed_and_the_others_stand_beside_it(visitor: Visitor, office: Office) -> None:
    assert "An einem anderen Standort" not in text_of(visitor.get("buchen/beratung/haus/"))
    annex = Location.objects.create(
        tenant=office.jobcenter, slug="annex", name="Nebenstelle", street="Weg 2", town="36088 Hünfeld", position=1
    )
    make_calendar(office.jobcenter, annex, office.service)
    assert visitor.get("buchen/beratung/")["Location"] == "/fulda/de/buchen/beratung/haus/"
    times = visitor.get("buchen/beratung/haus/")
    assert "An einem anderen Standort Nebenstelle" in text_of(times)
    assert 'href="/fulda/de/buchen/beratung/?frage=standort"' in times.content.decode()
    asked = visitor.get("buchen/beratung/?frage=standort")
    assert (heading_of(asked), values_of(asked, "location")) == ("Wohin möchten Sie kommen?", ["haus", "annex"])
    for address in ("buchen/beratung/?frage=standort", "buchen/beratung/"):  # the latter from a page left open
        assert visitor.post(address, location="annex")["Location"] == "/fulda/de/buchen/beratung/annex/"
    assert "An einem anderen Standort Haus der Arbeit" in text_of(visitor.get("buchen/beratung/annex/"))


def test_two_jobcenters_in_one_browser_do_not_disturb_each_other(office: Office, second_office: Office) -> None:
    browser = Client()
    at_fulda, at_wiesbaden = Visitor("/fulda/de/", browser), Visitor("/wiesbaden/de/", browser)
    fulda_hold, wiesbaden_hold = at_fulda.holds(TUESDAY_NINE), at_wiesbaden.holds(TUESDAY_NINE)
    for visitor, hold in ((at_fulda, fulda_hold), (at_wiesbaden, wiesbaden_hold)):
        assert visitor.post(f"{hold}kontakt/", **NOBODY).status_code == 303
        assert visitor.post(f"{hold}pruefen/").status_code == 303
    assert (at_fulda.get(wiesbaden_hold.replace("wiesbaden", "fulda") + "kontakt/")).status_code == 410
    assert Appointment.objects.get().status == Status.BOOKED
    paths = {name: morsel["path"] for name, morsel in browser.cookies.items()}
    assert {name: path for name, path in paths.items() if name.startswith("session")} == {
        "session_fulda": "/fulda/",
        "session_wiesbaden": "/wiesbaden/",
    }


def test_a_session_carried_over_from_another_jobcenter_releases_nothing(office: Office, second_office: Office) -> None:
    elsewhere = Visitor("/wiesbaden/de/")
    hold = elsewhere.holds(TUESDAY_NINE)
    thief = Client()
    thief.cookies["session_fulda"] = elsewhere.client.cookies["session_wiesbaden"].value
    Visitor("/fulda/de/", thief).holds(TUESDAY_NINE)
    assert elsewhere.get(f"{hold}kontakt/").status_code == 200
