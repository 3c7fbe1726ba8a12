# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A date of a group: choosing, booking, its page, another date, and every way in which it is full."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from time_machine import Traveller

from appointments.models import Appointment, Calendar, GroupSession, Hold, Seat
from appointments.seats import release, seats_of
from jobcenter_portal.tenancy.models import BookingMode, Jobcenter, TenantSettings
from tests.appointments.factories import Office
from tests.appointments.sessions import NINE, fill, make_group_office, make_session, numbers, oversold, run_out
from tests.appointments.web.visitor import NOBODY, Visitor, buttons_of, heading_of, text_of, values_of

DAY = timedelta(days=1)
DATES = "gruppen/gruppe/"


@pytest.fixture
def office(fulda: Jobcenter) -> Office:
    return make_group_office(fulda)


def now() -> datetime:
    return datetime.now(UTC)


def chosen(visitor: Visitor, session: GroupSession) -> str:
    """Hold a seat; the address of the hold, to which the steps are added."""
    response = visitor.post(DATES, session=session.public_id)
    assert response.status_code == 303, text_of(response)
    return response["Location"].removesuffix("kontakt/")


def booked(visitor: Visitor, session: GroupSession) -> str:
    """All of the journey; the address of the appointment's page."""
    hold = chosen(visitor, session)
    assert visitor.post(f"{hold}kontakt/", **NOBODY).status_code == 303
    response = visitor.post(f"{hold}pruefen/")
    assert response.status_code == 303, text_of(response)
    return response["Location"]


def test_the_dates_say_when_what_where_and_how_many_seats(office: Office, visitor: Visitor) -> None:
    make_session(office, NINE, now(), title="Bewerben mit dem Handy")
    fill(make_session(office, NINE + DAY, now()), now(), leaving=5)
    fill(make_session(office, NINE + 2 * DAY, now()), now(), leaving=1)
    fill(make_session(office, NINE + 3 * DAY, now()), now())

    page = visitor.get(DATES)
    text = text_of(page)
    assert heading_of(page) == "Welcher Termin passt Ihnen?"
    place = "60 Minuten Haus der Arbeit, Hauptstraße 1, 36037 Fulda"
    assert f"Dienstag, 24. November 2026, 09:00 Uhr Bewerben mit dem Handy · {place} Plätze frei" in text
    assert f"Mittwoch, 25. November 2026, 09:00 Uhr {place} noch 5 Plätze" in text
    assert f"Donnerstag, 26. November 2026, 09:00 Uhr {place} noch 1 Platz" in text
    assert f"Ausgebuchte Termine Freitag, 27. November 2026, 09:00 Uhr {place}" in text
    assert len(values_of(page, "session")) == 3


def test_from_the_concern_to_the_appointment_without_a_word_of_script(office: Office, visitor: Visitor) -> None:
    session = make_session(office, NINE, now(), title="Bewerben mit dem Handy")
    concern = visitor.post("buchen/", service="gruppe")
    assert visitor.client.get(concern["Location"])["Location"] == "/fulda/de/gruppen/gruppe/"

    hold = chosen(visitor, session)
    contact = text_of(visitor.get(f"{hold}kontakt/"))
    assert "Gruppentermin Bewerben mit dem Handy Dauer 60 Minuten" in contact
    assert visitor.post(f"{hold}kontakt/", **NOBODY)["Location"] == f"{hold}pruefen/"
    assert "Jürgen Größer" in text_of(visitor.get(f"{hold}pruefen/"))
    own = visitor.get(visitor.post(f"{hold}pruefen/")["Location"])

    text = text_of(own)
    assert "Ihr Termin steht fest." in text
    assert "Anliegen Gruppeninformation Gruppentermin Bewerben mit dem Handy Dauer 60 Minuten Ort" in text
    assert buttons_of(own) == ["In den Kalender eintragen", "Verschieben", "Absagen", "Sitzung beenden"]
    assert (numbers(session), oversold()) != ([], [])


def test_a_date_without_a_title_says_that_others_come_too(office: Office, visitor: Visitor) -> None:
    own = visitor.get(booked(visitor, make_session(office, NINE, now())))
    assert "Gruppentermin zusammen mit anderen Menschen" in text_of(own)


def test_nothing_chosen_and_what_no_page_has_sent_are_told_in_a_sentence(office: Office, visitor: Visitor) -> None:
    make_session(office, NINE, now())
    for sent, said in (
        ({}, "Wählen Sie einen Termin."),
        ({"session": "never-made"}, "Diesen Termin gibt es nicht. Bitte wählen Sie einen anderen."),
        ({"session": "x" * 4000}, "Wählen Sie einen Termin."),
    ):
        answer = visitor.post(DATES, **sent)
        assert (answer.status_code, said in text_of(answer)) == (422, True)
        assert len(values_of(answer, "session")) == 1


def test_a_service_that_is_no_group_has_no_dates(office: Office, visitor: Visitor) -> None:
    office.service.is_group = False
    office.service.save()
    assert visitor.get(DATES).status_code == 404
    assert visitor.get("gruppen/gibt-es-nicht/").status_code == 404


def test_where_everybody_has_their_own_caseworker_no_date_is_offered_that_could_not_be_held(
    office: Office, visitor: Visitor
) -> None:
    session = make_session(office, NINE, now())
    TenantSettings.objects.update(booking_mode=BookingMode.PERSONAL_CASEWORKER)
    Calendar.objects.update(booking_code="HNLR")
    for answer, status in ((visitor.get(DATES), 200), (visitor.post(DATES, session=session.public_id), 409)):
        assert (answer.status_code, values_of(answer, "session")) == (status, [])
        assert heading_of(answer) == "Termin vereinbaren"
    assert Hold.objects.count() == 0


def test_without_any_date_and_with_full_ones_the_page_says_so(office: Office, visitor: Visitor) -> None:
    assert "Zurzeit gibt es keinen Termin. Schauen Sie bitte später wieder herein" in text_of(visitor.get(DATES))
    fill(make_session(office, NINE, now(), seats=1), now())
    assert "Zurzeit sind alle Termine ausgebucht." in text_of(visitor.get(DATES))


def test_a_full_date_leads_to_the_waiting_list_only_where_there_is_one(office: Office, visitor: Visitor) -> None:
    session = make_session(office, NINE, now(), seats=1)
    fill(session, now())
    assert "Auf einen Platz warten" not in text_of(visitor.get(DATES))

    TenantSettings.objects.update(waiting_list=True)
    page = visitor.get(DATES).content.decode()
    assert f'href="/fulda/de/warten/?termin={session.public_id}"' in page


def test_a_seat_taken_in_between_shows_the_other_dates_as_buttons(office: Office, visitor: Visitor) -> None:
    session, other = make_session(office, NINE, now(), seats=1), make_session(office, NINE + DAY, now(), seats=3)
    fill(session, now())

    answer = visitor.post(DATES, session=session.public_id)
    assert (answer.status_code, heading_of(answer)) == (409, "Dieser Termin ist inzwischen ausgebucht")
    assert values_of(answer, "session") == [other.public_id]
    assert "Mittwoch, 25. November 2026, 09:00 Uhr 60 Minuten Haus der Arbeit" in text_of(answer)
    assert "noch 3 Plätze" in text_of(answer)
    assert chosen(visitor, other)


def test_whoever_types_slowly_loses_the_seat_and_nothing_else(office: Office, visitor: Visitor) -> None:
    session, other = make_session(office, NINE, now(), seats=1), make_session(office, NINE + DAY, now())
    hold = chosen(visitor, session)
    visitor.post(f"{hold}kontakt/", **NOBODY)
    run_out(Hold.objects.get())
    Hold.objects.update(draft_until=datetime(2030, 1, 1, tzinfo=UTC))
    fill(session, now())

    for answer in (visitor.get(f"{hold}pruefen/"), visitor.post(f"{hold}pruefen/"), visitor.get(f"{hold}kontakt/")):
        assert (answer.status_code, heading_of(answer)) == (409, "Dieser Termin ist inzwischen ausgebucht")
        assert "Was Sie eingegeben haben, ist noch da." in text_of(answer)
        assert values_of(answer, "session") == [other.public_id]

    again = visitor.post(f"{hold}zeit/", session=other.public_id)
    assert again["Location"] == f"{hold}pruefen/"
    check = text_of(visitor.get(f"{hold}pruefen/"))
    assert ("Jürgen Größer" in check, "Mittwoch, 25. November 2026, 09:00 Uhr" in check) == (True, True)
    assert visitor.post(f"{hold}pruefen/").status_code == 303
    assert Appointment.objects.get(session=other).customer.name == "Jürgen Größer"


def test_a_date_that_has_come_too_near_meanwhile_is_not_called_full(
    office: Office, visitor: Visitor, clock: Traveller
) -> None:
    TenantSettings.objects.update(min_lead_hours=2)
    session, other = make_session(office, NINE, now()), make_session(office, NINE + DAY, now())
    hold = chosen(visitor, session)
    visitor.post(f"{hold}kontakt/", **NOBODY)
    Hold.objects.update(draft_until=datetime(2030, 1, 1, tzinfo=UTC))
    Seat.objects.all().delete()
    clock.move_to(NINE - timedelta(hours=1))

    answer = visitor.get(f"{hold}kontakt/")
    assert (answer.status_code, heading_of(answer)) == (409, "Diese Zeit geht leider nicht mehr")
    words = "Diese Zeit ist zu nah. Bitte wählen Sie eine spätere. Was Sie eingegeben haben, ist noch da."
    assert (words in text_of(answer), values_of(answer, "session")) == (True, [other.public_id])


def test_in_arabic_the_german_address_has_a_line_of_its_own(office: Office, visitor: Visitor) -> None:
    TenantSettings.objects.update(languages=["de", "ar"])
    make_session(office, NINE, now())
    fill(make_session(office, NINE + DAY, now()), now())
    page = visitor.get(f"/fulda/ar/{DATES}").content.decode()
    address = "\u2068Haus der Arbeit, Hauptstraße 1, 36037 Fulda\u2069"
    lines = [line.strip() for line in re.findall(r"<br>([^<]+)", page)]
    assert (address in lines, "·" in page.partition("<main")[2]) == (True, False)


def test_choosing_the_same_last_seat_again_is_not_refused_by_ones_own_hold(office: Office, visitor: Visitor) -> None:
    session, other = make_session(office, NINE, now(), seats=1), make_session(office, NINE + DAY, now())
    visitor.post(f"{chosen(visitor, session)}kontakt/", **NOBODY)
    hold = chosen(visitor, session)

    assert "Jürgen Größer" in visitor.get(f"{hold}kontakt/").content.decode()
    chosen(visitor, other)
    assert (numbers(session), len(numbers(other)), Hold.objects.count()) == ([], 1, 1)


def test_another_date_is_chosen_from_the_check_page(office: Office, visitor: Visitor) -> None:
    session, other = make_session(office, NINE, now()), make_session(office, NINE + DAY, now())
    hold = chosen(visitor, session)
    visitor.post(f"{hold}kontakt/", **NOBODY)

    page = visitor.get(f"{hold}zeit/")
    assert (heading_of(page), len(values_of(page, "session"))) == ("Welcher Termin passt Ihnen?", 2)
    assert visitor.post(f"{hold}zeit/", session=other.public_id)["Location"] == f"{hold}pruefen/"
    assert (numbers(session), len(numbers(other))) == ([], 1)


def test_moving_offers_the_other_dates_and_moves_once(office: Office, visitor: Visitor) -> None:
    session, other = make_session(office, NINE, now()), make_session(office, NINE + DAY, now(), seats=2)
    own = booked(visitor, session)

    page = visitor.get(f"{own}verschieben/")
    assert values_of(page, "session") == [other.public_id]
    assert "Bisher Dienstag, 24. November 2026, 09:00 Uhr" in text_of(page)
    assert buttons_of(page) == ["Auf diesen Termin verschieben", "Sitzung beenden"]
    for _pressed_twice in range(2):
        assert visitor.post(f"{own}verschieben/", session=other.public_id)["Location"] == own
    text = text_of(visitor.get(own))
    assert "Ihr Termin ist verschoben. Die neue Zeit steht unten." in text
    assert (numbers(session), len(numbers(other)), oversold()) == ([], 1, [])
    assert Appointment.objects.get().reschedules == 1


def test_moving_to_a_date_that_is_full_by_then_keeps_the_old_one(office: Office, visitor: Visitor) -> None:
    session, full = make_session(office, NINE, now()), make_session(office, NINE + DAY, now(), seats=1)
    own = booked(visitor, session)
    fill(full, now())

    answer = visitor.post(f"{own}verschieben/", session=full.public_id)
    assert answer.status_code == 409
    assert "Ihr bisheriger Termin bleibt bestehen." in text_of(answer)
    assert Appointment.objects.filter(session=session).count() == 1


def test_the_rules_of_moving_are_said_and_kept(office: Office, visitor: Visitor, clock: Traveller) -> None:
    session, other = make_session(office, NINE + DAY, now()), make_session(office, NINE + 2 * DAY, now())
    own = booked(visitor, session)
    clock.move_to(NINE + timedelta(hours=1))

    assert visitor.get(f"{own}verschieben/")["Location"] == own
    answer = visitor.post(f"{own}verschieben/", session=other.public_id)
    assert (answer.status_code, "Zum Verschieben ist es jetzt zu spät." in text_of(answer)) == (409, True)
    assert Appointment.objects.get().session_id == session.pk


def test_a_cancellation_taken_back_too_late_shows_where_there_is_room(office: Office, visitor: Visitor) -> None:
    session, other = make_session(office, NINE, now(), seats=1), make_session(office, NINE + DAY, now())
    own = booked(visitor, session)
    visitor.post(f"{own}absagen/")
    assert visitor.post(f"{own}absage-zuruecknehmen/")["Location"] == own
    assert numbers(session) == [1]

    visitor.post(f"{own}absagen/")
    (other_person,) = fill(session, now())
    answer = visitor.post(f"{own}absage-zuruecknehmen/")
    assert (answer.status_code, values_of(answer, "session")) == (409, [other.public_id])
    release(seats_of(other_person))


def test_dates_stay_in_their_jobcenter(office: Office, wiesbaden: Jobcenter, visitor: Visitor) -> None:
    session = make_session(office, NINE, now())
    stranger = Visitor("/wiesbaden/de/")
    assert stranger.get(DATES).status_code == 404
    assert stranger.post(DATES, session=session.public_id).status_code == 404


def test_who_typed_longer_than_everything_lasts_gets_the_same_date_or_is_shown_the_others(
    office: Office, visitor: Visitor
) -> None:
    session = make_session(office, NINE, now(), seats=1)
    make_session(office, NINE + DAY, now())
    contact = f"{chosen(visitor, session)}kontakt/"
    (what,) = values_of(visitor.get(contact), "chosen")
    Hold.objects.all().delete()  # swept away, with the words on it
    free = visitor.post(visitor.post(contact, **NOBODY, chosen=what)["Location"], **NOBODY, chosen=what)
    assert (free.status_code, free["Location"].endswith("/pruefen/")) == (303, True)
    Hold.objects.all().delete()
    fill(session, now())
    full = visitor.post(visitor.post(contact, **NOBODY, chosen=what)["Location"], **NOBODY, chosen=what)
    assert (full.status_code, heading_of(full)) == (409, "Dieser Termin ist inzwischen ausgebucht")
    assert "Was Sie eingegeben haben, ist noch da." in text_of(full)
