# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages of the waiting list: wish, join, answer, leave; what each state says, and that reading changes nothing."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine

from appointments import groups
from appointments.changing import cancel
from appointments.links import keys_of
from appointments.models import (
    Appointment,
    GroupSession,
    LinkCode,
    OfferState,
    ServiceCalendar,
    WaitingEntry,
    WaitingOffer,
    WaitingState,
)
from appointments.seats import book_seat
from appointments.waiting import offer_free_times, open_offer, token_of_offer, token_of_place
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import tenant_context
from tests.appointments.factories import Office, make_service, person
from tests.appointments.waiting_room import FIRST, SECOND, STAFF, THIRD, books, changed, make_small_office, waits
from tests.appointments.web.conftest import EIGHT
from tests.appointments.web.test_own_page import every_row
from tests.appointments.web.visitor import Visitor, buttons_of, heading_of, text_of

ANY = "warten/?service=beratung&location=haus"
CEM = {"name": "Cem Özdemir-Groß", "remind": "email", "email": "cem@post.example"}


@pytest.fixture
def office(db: None) -> Iterator[Office]:
    small = make_small_office()
    with tenant_context(small.jobcenter):
        yield small


@pytest.fixture
def visitor(office: Office) -> Visitor:
    return Visitor("/fulda/de/")


def page_of(appointment: Appointment) -> str:
    return f"t/{keys_of(appointment).token}/"


def offered(office: Office, now: datetime = EIGHT) -> str:
    """A round is made; the page of the newest offer."""
    offer_free_times(office.jobcenter, now=now)
    return f"angebot/{token_of_offer(WaitingOffer.objects.latest('id'))}/"


def full(office: Office) -> list[Appointment]:
    return [books(office, moment, EIGHT, person("Ada")) for moment in (FIRST, SECOND, THIRD)]


# --- On one's own page ------------------------------------------------------------------------------------------------
def test_who_wishes_an_earlier_appointment_presses_one_button_and_another_to_stop(
    office: Office, visitor: Visitor
) -> None:
    page = page_of(books(office, SECOND, EIGHT))
    assert buttons_of(visitor.get(page))[-1] == "Früheren Termin wünschen"
    assert visitor.post(page + "frueher/", wait="yes")["Location"] == f"/fulda/de/{page}"

    answer = visitor.get(page)
    assert "Sie warten auf einen früheren Termin seit: Montag, 23. November 2026, 08:00 Uhr." in text_of(answer)
    assert buttons_of(answer)[-1] == "Nicht mehr warten"
    for _ in range(2):
        assert visitor.post(page + "frueher/", wait="no").status_code == 303
    assert buttons_of(visitor.get(page))[-1] == "Früheren Termin wünschen"
    assert WaitingEntry.objects.get().state == WaitingState.ENDED


def test_an_open_offer_stands_on_ones_own_page(office: Office, visitor: Visitor) -> None:
    own = waits(office, SECOND, EIGHT)
    address = offered(office)
    answer = visitor.get(page_of(own))
    assert "Ein früherer Termin ist frei: Dienstag, 24. November 2026, 08:00 Uhr." in text_of(answer)
    assert f'href="/fulda/de/{address}"' in answer.content.decode()


def test_without_an_address_the_page_says_why_one_cannot_wait(office: Office, visitor: Visitor) -> None:
    page = page_of(books(office, SECOND, EIGHT, person("Ada")))
    why = "Zum Warten brauchen wir eine E-Mail-Adresse oder Handynummer von Ihnen"
    assert why in text_of(visitor.get(page))
    refused = visitor.post(page + "frueher/", wait="yes")
    assert (refused.status_code, why in text_of(refused), WaitingEntry.objects.count()) == (409, True, 0)


def test_without_a_waiting_list_nobody_is_asked(office: Office, visitor: Visitor) -> None:
    own = books(office, SECOND, EIGHT)
    changed(office, waiting_list=False)
    assert "Früheren Termin wünschen" not in text_of(visitor.get(page_of(own)))
    assert visitor.get(ANY).status_code == 404
    assert visitor.post(page_of(own) + "frueher/", wait="yes").status_code == 409


# --- An offer ---------------------------------------------------------------------------------------------------------
def test_an_offer_shows_both_times_and_a_yes_leads_to_the_moved_appointment(office: Office, visitor: Visitor) -> None:
    own = waits(office, SECOND, EIGHT)
    address = offered(office)
    answer = visitor.get(address)
    facts = [
        "Möchten Sie diesen Termin?",
        "Antworten Sie bitte bis Montag, 23. November 2026, 10:00 Uhr.",
        "Wer zuerst Ja sagt, bekommt den Termin.",
        "Dienstag, 24. November 2026",
        "Ihr Termin jetzt Dienstag, 1. Dezember 2026, 08:00 Uhr",
    ]
    assert [fact for fact in facts if fact not in text_of(answer)] == []
    assert heading_of(answer) == "Ein früherer Termin für Sie"
    assert buttons_of(answer) == ["Ja, diesen Termin nehmen", "Nein, danke", "Nicht mehr warten", "Zu Ihrem Termin"]

    assert visitor.post(address, answer="yes")["Location"] == f"/fulda/de/{page_of(own)}"
    assert "Dienstag, 24. November 2026" in text_of(visitor.get(page_of(own)))
    assert buttons_of(visitor.get(address)) == ["Zu Ihrem Termin"]
    assert visitor.post(address, answer="yes").status_code == 303


def test_no_keeps_the_place_and_leaving_does_not(office: Office, visitor: Visitor) -> None:
    waits(office, THIRD, EIGHT)
    address = offered(office)
    visitor.post(address, answer="no")
    answer = visitor.get(address)
    assert "Danke für Ihre Antwort. Ihr bisheriger Termin bleibt bestehen. Sie warten weiter." in text_of(answer)
    assert buttons_of(answer) == ["Nicht mehr warten", "Zu Ihrem Termin"]
    visitor.post(address, answer="leave")
    assert "Sie stehen nicht mehr auf der Warteliste." in text_of(visitor.get(address))
    assert WaitingEntry.objects.get().state == WaitingState.ENDED


def test_who_is_too_late_is_told_kindly_and_keeps_appointment_and_place(office: Office, visitor: Visitor) -> None:
    own = waits(office, SECOND, EIGHT)
    address = offered(office)
    books(office, FIRST, EIGHT, person("Eve"))
    answer = visitor.post(address, answer="yes")
    assert (answer.status_code, heading_of(answer)) == (409, "Angebot von der Warteliste")
    assert (
        "Dieser Termin ist schon vergeben. Das tut uns leid: Jemand anderes hat zuerst Ja gesagt."
        " Ihr bisheriger Termin bleibt bestehen. Sie warten weiter."
    ) in text_of(answer)
    assert Appointment.objects.get(pk=own.pk).starts_at == SECOND


def test_after_its_end_an_offer_has_no_buttons_and_takes_no_yes(
    office: Office, visitor: Visitor, clock: time_machine.Traveller
) -> None:
    waits(office, SECOND, EIGHT)
    address = offered(office)
    clock.shift(timedelta(hours=2))
    answer = visitor.get(address)
    assert "Dieses Angebot gilt nicht mehr." in text_of(answer)
    assert "Ja, diesen Termin nehmen" not in buttons_of(answer)
    assert visitor.post(address, answer="yes").status_code == 409
    assert Appointment.objects.get().starts_at == SECOND


def test_after_ones_own_cancellation_the_offer_says_so(office: Office, visitor: Visitor) -> None:
    own = waits(office, SECOND, EIGHT)
    address = offered(office)
    cancel(jobcenter=office.jobcenter, appointment=own, by=audit.CUSTOMER, now=EIGHT)
    answer = visitor.post(address, answer="yes")
    assert (answer.status_code, "Ihr Termin ist abgesagt." in text_of(answer)) == (409, True)


# --- Without an appointment -------------------------------------------------------------------------------------------
def test_from_the_empty_list_of_times_onto_the_waiting_list_and_to_an_appointment(
    office: Office, visitor: Visitor
) -> None:
    taken = full(office)
    empty = visitor.get("buchen/beratung/haus/")
    assert 'href="/fulda/de/warten/?service=beratung&amp;location=haus' in empty.content.decode()
    page = visitor.get(ANY)
    assert (page.status_code, heading_of(page)) == (200, "Auf einen Termin warten")
    assert "Darum brauchen wir eine E-Mail-Adresse oder Handynummer von Ihnen." in text_of(page)
    assert "gar nicht" not in text_of(page)

    place = visitor.post(ANY, **CEM)["Location"]
    waiting = visitor.get(place)
    assert "Sie stehen auf der Warteliste." in text_of(waiting)
    assert "Name Cem Özdemir-Groß" in text_of(waiting)
    cancel(jobcenter=office.jobcenter, appointment=taken[1], by=audit.CUSTOMER, now=EIGHT)
    address = offered(office)
    assert f'href="/fulda/de/{address}"' in visitor.get(place).content.decode()
    booked = visitor.post(address, answer="yes")["Location"]
    assert "Ihr Termin steht fest." in text_of(visitor.get(booked))
    assert "Dienstag, 1. Dezember 2026" in text_of(visitor.get(booked))
    assert "Sie haben einen Termin genommen." in text_of(visitor.get(place))


def test_mistakes_are_named_and_nothing_typed_is_lost(office: Office, visitor: Visitor) -> None:
    full(office)
    answer = visitor.post(ANY, name="Cem", remind="none", email="cem@post.example")
    assert answer.status_code == 422
    assert "Wählen Sie, wie wir Ihnen Bescheid geben sollen." in text_of(answer)
    assert 'value="Cem"' in answer.content.decode()
    visitor.post(ANY, **CEM)
    again = visitor.post(ANY, **CEM)
    assert (again.status_code, WaitingEntry.objects.count()) == (422, 1)
    assert "Mit dieser E-Mail-Adresse oder Handynummer warten Sie schon darauf." in text_of(again)


def test_who_would_wait_for_what_is_free_is_shown_the_times(office: Office, visitor: Visitor) -> None:
    assert visitor.get(ANY)["Location"] == "/fulda/de/buchen/beratung/haus/"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?service=beratung",
        "?service=beratung&location=nirgends",
        "?service=x&location=haus",
        "?service=beratung&location=haus&art=video",
        "?termin=x",
        "?termin=",
    ],
)
def test_what_cannot_be_waited_for_is_not_found(office: Office, visitor: Visitor, query: str) -> None:
    full(office)
    assert [visitor.get("warten/" + query).status_code, visitor.post("warten/" + query).status_code] == [404, 404]


def test_leaving_is_one_button(office: Office, visitor: Visitor) -> None:
    full(office)
    place = visitor.post(ANY, **CEM)["Location"]
    assert buttons_of(visitor.get(place)) == ["Nicht mehr warten"]
    for _ in range(2):
        assert visitor.post(place).status_code == 303
    assert "Sie stehen nicht mehr auf der Warteliste." in text_of(visitor.get(place))
    assert buttons_of(visitor.get(place)) == ["Neuen Termin buchen"]


def test_a_seat_of_a_full_date(office: Office, visitor: Visitor) -> None:
    talk = make_service(office.jobcenter, slug="info", is_group=True, titles={"de": "Gruppe", "en": "Group"})
    ServiceCalendar.objects.create(tenant=office.jobcenter, service=talk, calendar=office.calendars[0])
    session: GroupSession = groups.create_session(
        jobcenter=office.jobcenter,
        service=talk,
        location=office.location,
        calendar=office.calendars[0],
        starts_at=SECOND,
        seat_count=1,
        titles={},
        by=STAFF,
        now=EIGHT,
    )
    address = f"warten/?termin={session.public_id}"
    assert visitor.get(address)["Location"] == "/fulda/de/gruppen/info/"
    seat = book_seat(jobcenter=office.jobcenter, session=session, person=person("Ada"), now=EIGHT)
    assert f'href="/fulda/de/{address}"' in visitor.get("gruppen/info/").content.decode()

    assert heading_of(visitor.get(address)) == "Auf einen Platz warten"
    visitor.post(address, **CEM)
    cancel(jobcenter=office.jobcenter, appointment=seat, by=audit.CUSTOMER, now=EIGHT)
    offer = visitor.get(offered(office))
    assert heading_of(offer) == "Ein freier Platz für Sie"
    assert buttons_of(offer)[0] == "Ja, diesen Platz nehmen"
    booked = visitor.post(offered(office), answer="yes")["Location"]
    assert "Ihr Termin steht fest." in text_of(visitor.get(booked))


# --- Doors ------------------------------------------------------------------------------------------------------------
def test_no_get_answers_and_another_jobcenter_knows_nothing(
    office: Office, visitor: Visitor, second_office: Office
) -> None:
    own = waits(office, THIRD, EIGHT)
    books(office, SECOND, EIGHT, person("Ada"))
    address = offered(office)
    before = every_row()
    for query in ("", "?answer=yes", "?answer=no", "?answer=leave"):
        assert visitor.get(address + query).status_code == 200
    assert visitor.get(page_of(own) + "frueher/?wait=yes").status_code == 405
    assert every_row() == before

    elsewhere = Visitor("/wiesbaden/de/")
    assert elsewhere.get(address).status_code == 404
    assert [elsewhere.post(address, answer=said).status_code for said in ("yes", "no", "leave")] == [404] * 3
    assert elsewhere.post(page_of(own) + "frueher/", wait="yes").status_code == 404
    assert every_row() == before


def test_nonsense_for_an_answer_changes_nothing(office: Office, visitor: Visitor) -> None:
    waits(office, SECOND, EIGHT)
    address = offered(office)
    assert visitor.post(address, answer="vielleicht").status_code == 303
    assert WaitingOffer.objects.get().state == OfferState.OPEN


def test_the_short_links_of_an_sms_lead_to_offer_and_place_in_the_language_of_whom_they_are_for(
    office: Office, visitor: Visitor
) -> None:
    full(office)
    place_url = visitor.post(ANY, **CEM)["Location"]
    place_code = place_url.rstrip("/").rpartition("/")[2]
    cancel(jobcenter=office.jobcenter, appointment=Appointment.objects.latest("id"), by=audit.CUSTOMER, now=EIGHT)
    offer_url = f"/fulda/de/{offered(office)}"
    offer_code = offer_url.rstrip("/").rpartition("/")[2]

    assert visitor.client.get(f"/a/{place_code}")["Location"] == place_url
    assert visitor.client.get(f"/a/{offer_code.lower()}")["Location"] == offer_url
    assert LinkCode.objects.count() == Appointment.objects.count() + 2
    assert visitor.client.get(f"/a/{offer_code[::-1]}").status_code == 404


def test_links_open_after_a_change_of_keys(office: Office, visitor: Visitor, settings: pytest.FixtureRequest) -> None:
    full(office)
    place_url = visitor.post(ANY, **CEM)["Location"]
    place = WaitingEntry.objects.get()
    old = settings.LINK_KEYS  # type: ignore[attr-defined]
    settings.LINK_KEYS = "l2:bTJtMm0ybTJtMm0ybTJtMm0ybTJtMm0ybTJtMm0ybTI=," + old  # type: ignore[attr-defined]
    assert place_url == f"/fulda/de/warten/{token_of_place(place)}/"
    assert open_offer(place, EIGHT) is None
    settings.LINK_KEYS = settings.LINK_KEYS.split(",")[0]  # type: ignore[attr-defined]
    assert token_of_place(place) is None
