# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What goes wrong: pages that are not there, wrong input, times that have gone, Jobcenters that do not book online."""

from datetime import UTC, datetime, timedelta

import pytest

from appointments.models import Appointment, Hold, Occupancy
from jobcenter_portal.tenancy.models import BookingMode, Jobcenter, TenantSettings
from tests.appointments.factories import Office, make_service
from tests.appointments.web.visitor import NOBODY, Visitor, heading_of, text_of, typed_in, values_of

TUESDAY_NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
"""09:00 in Fulda."""
EMAIL = {"name": "Jürgen Größer", "remind": "email", "email": "j.groesser@example.org"}


@pytest.mark.parametrize(
    "address",
    [
        "/nirgends/de/",
        "/fulda/uk/",
        "/fulda/xx/",
        "/fulda/de/buchen/fremd/",
        "/fulda/de/buchen/fremd/haus/",
        "/fulda/de/buchen/beratung/fremd/",
        "/fulda/de/buchen/alt/",
        "/fulda/de/t/unbekannt/",
        "/fulda/de/t/unbekannt/termin.ics",
        "/fulda/de/t/unbekannt/absagen/",
        "/fulda/de/t/unbekannt/verschieben/",
        "/a/unbekannt",
    ],
)
def test_what_is_unknown_is_one_and_the_same_404(visitor: Visitor, office: Office, address: str) -> None:
    make_service(office.jobcenter, slug="alt", is_active=False)
    answer = visitor.get(address)
    assert (answer.status_code, heading_of(answer)) == (404, "Diese Seite gibt es nicht")
    if "/t/" not in address and "/a/" not in address:
        assert visitor.post(address).status_code in (404, 405)


@pytest.mark.parametrize("step", ["kontakt/", "pruefen/", "zeit/"])
def test_a_hold_that_never_was_and_one_that_ran_out_look_alike(visitor: Visitor, step: str) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    Hold.objects.update(draft_until=datetime(2026, 1, 1, tzinfo=UTC))
    never = visitor.get("buchen/halt/AAAAAAAAAAAAAAAAAAAAAA/" + step)
    over = visitor.get(hold + step)
    assert (never.status_code, heading_of(never)) == (410, "Bitte beginnen Sie noch einmal")
    assert (over.status_code, text_of(over)) == (410, text_of(never))


def test_sending_a_form_to_a_hold_that_is_not_there_writes_nothing(visitor: Visitor) -> None:
    for step in ("kontakt/", "pruefen/", "zeit/", "verlaengern/"):
        assert visitor.post("buchen/halt/AAAAAAAAAAAAAAAAAAAAAA/" + step, **NOBODY).status_code == 410
    assert (Hold.objects.count(), Appointment.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("typed", "complaints"),
    [
        ({}, ["Geben Sie Ihren Namen ein.", "Wählen Sie, wie wir Sie erinnern sollen."]),
        ({"name": " \u200b ", "remind": "none"}, ["Geben Sie Ihren Namen ein."]),
        ({"name": "x" * 81, "remind": "none"}, ["Der Name ist zu lang. Bitte kürzen Sie ihn."]),
        ({"name": "A", "remind": "brieftaube"}, ["Wählen Sie, wie wir Sie erinnern sollen."]),
        (
            {"name": "A", "remind": "email"},
            ["Geben Sie Ihre E-Mail-Adresse ein oder wählen Sie einen anderen Weg."],
        ),
        (
            {"name": "A", "remind": "email", "email": "a@b"},
            ["Diese E-Mail-Adresse stimmt nicht. Sie sieht zum Beispiel so aus: name@beispiel.de"],
        ),
        (
            {"name": "A", "remind": "both", "email": "a@b.example", "mobile": "030 123456"},
            ["Das ist keine deutsche Handynummer. Sie beginnt mit 015, 016 oder 017."],
        ),
        (
            {"name": "A", "remind": "sms"},
            ["Geben Sie Ihre Handynummer ein oder wählen Sie einen anderen Weg."],
        ),
    ],
)
def test_what_is_wrong_is_said_above_and_at_the_field(
    visitor: Visitor, typed: dict[str, str], complaints: list[str]
) -> None:
    answer = visitor.post(f"{visitor.holds(TUESDAY_NINE)}kontakt/", **typed)
    page = text_of(answer)
    assert (answer.status_code, [page.count(complaint) for complaint in complaints]) == (422, [2] * len(complaints))
    assert "<title>Fehler: " in answer.content.decode()


def test_what_was_typed_is_still_there_after_a_mistake_and_lies_sealed(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    typed = {"name": "Jürgen <b>Größer", "remind": "sms", "mobile": "0152"}
    assert visitor.post(f"{hold}kontakt/", **typed).status_code == 422
    assert typed_in(visitor.get(f"{hold}kontakt/"), typed) == typed
    assert "Größer".encode() not in bytes(Hold.objects.get().draft_sealed)


@pytest.mark.parametrize(
    "value", ["", "morgen", "20261124T0800", "99991231T2359Z", "20261124T080000Z", "²0261124T0800Z"]
)
def test_a_time_that_no_page_offered_is_asked_for_again(visitor: Visitor, value: str) -> None:
    answer = visitor.post("buchen/beratung/haus/", time=value)
    assert (answer.status_code, Hold.objects.count()) == (422, 0)
    assert text_of(answer).count("Wählen Sie eine Zeit.") == 2


def test_times_outside_lead_time_and_horizon_are_refused_in_words(visitor: Visitor) -> None:
    soon = visitor.chooses(datetime(2026, 11, 23, 8, 0, tzinfo=UTC))
    far = visitor.chooses(datetime(2027, 2, 1, 8, 0, tzinfo=UTC))
    assert (soon.status_code, far.status_code, Hold.objects.count()) == (422, 422, 0)
    assert "Diese Zeit ist zu nah." in text_of(soon)
    assert "So weit im Voraus" in text_of(far)


def test_a_concern_that_was_not_chosen_is_asked_for_again(visitor: Visitor) -> None:
    for typed in ({}, {"service": "fremd"}):
        answer = visitor.post("buchen/", **typed)
        assert (answer.status_code, text_of(answer).count("Wählen Sie aus, worum es geht.")) == (422, 2)


def test_a_time_that_has_gone_leads_to_the_nearest_three_by_one_click(visitor: Visitor) -> None:
    Visitor("/fulda/de/").holds(TUESDAY_NINE)
    answer = visitor.chooses(TUESDAY_NINE)
    assert (answer.status_code, heading_of(answer)) == (409, "Diese Zeit ist gerade vergeben worden")
    assert values_of(answer, "time") == ["20261124T0715Z", "20261124T0730Z", "20261124T0830Z"]
    again = visitor.post("buchen/beratung/haus/", time="20261124T0730Z")
    assert again.status_code == 303


def someone_else_takes(visitor: Visitor) -> None:
    """The hold runs out and another person books its time."""
    past = datetime(2026, 1, 1, tzinfo=UTC)
    Occupancy.objects.update(expires_at=past)
    Hold.objects.update(expires_at=past)
    Visitor("/fulda/de/").books(TUESDAY_NINE)


@pytest.mark.parametrize("how", ["reading", "typing", "booking", "extending"])
def test_a_lost_hold_says_so_and_one_click_goes_on_with_everything_typed(visitor: Visitor, how: str) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    visitor.post(f"{hold}kontakt/", **EMAIL)
    someone_else_takes(visitor)
    answer = {
        "reading": lambda: visitor.get(f"{hold}pruefen/"),
        "typing": lambda: visitor.post(f"{hold}kontakt/", **EMAIL),
        "booking": lambda: visitor.post(f"{hold}pruefen/"),
        "extending": lambda: visitor.post(f"{hold}verlaengern/"),
    }[how]()
    assert (answer.status_code, heading_of(answer)) == (409, "Diese Zeit ist gerade vergeben worden")
    assert "Was Sie eingegeben haben, ist noch da." in text_of(answer)
    assert values_of(answer, "time") == ["20261124T0715Z", "20261124T0730Z", "20261124T0830Z"]
    again = visitor.post(f"{hold}zeit/", time="20261124T0830Z")
    assert (again.status_code, again["Location"]) == (303, f"{hold}pruefen/")
    check = text_of(visitor.get(again["Location"]))
    assert [fact in check for fact in ("09:30 Uhr", "Jürgen Größer", "j.groesser@example.org")] == [True] * 3
    assert visitor.post(f"{hold}pruefen/").status_code == 303


def test_a_hold_that_ran_out_is_honoured_as_long_as_nobody_took_the_time(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    visitor.post(f"{hold}kontakt/", **NOBODY)
    past = datetime(2026, 1, 1, tzinfo=UTC)
    Occupancy.objects.update(expires_at=past)
    Hold.objects.update(expires_at=past)
    assert "Die Zeit zum Ausfüllen ist um. Noch ist diese Zeit frei" in text_of(visitor.get(f"{hold}pruefen/"))
    assert visitor.post(f"{hold}pruefen/").status_code == 303


def test_typing_into_a_hold_that_was_booked_in_another_tab_loses_nothing_and_breaks_nothing(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page was opened while the hold was there; when its form arrives, the hold has just become an appointment."""
    hold = visitor.holds(TUESDAY_NINE)
    stale = Hold.objects.get()
    visitor.post(f"{hold}kontakt/", **NOBODY)
    own = visitor.post(f"{hold}pruefen/")["Location"]
    monkeypatch.setattr("appointments.web.holds.living_hold", lambda _token: stale)
    answer = visitor.post(f"{hold}kontakt/", **NOBODY)
    assert (answer.status_code, answer["Location"]) == (303, own)
    assert Appointment.objects.count() == 1


def test_one_address_books_as_often_as_the_jobcenter_allows_and_then_hears_why(visitor: Visitor) -> None:
    for hours in range(2):
        visitor.books(TUESDAY_NINE + timedelta(hours=hours), **EMAIL)
    hold = visitor.holds(TUESDAY_NINE + timedelta(hours=2))
    visitor.post(f"{hold}kontakt/", **EMAIL)
    answer = visitor.post(f"{hold}pruefen/")
    assert (answer.status_code, Appointment.objects.count()) == (422, 2)
    assert "können Sie gerade keinen weiteren Termin buchen" in text_of(answer)


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        (BookingMode.PERSONAL_CASEWORKER, "Termine vereinbaren Sie hier direkt mit Ihrer Ansprechperson."),
    ],
)
def test_where_nothing_is_booked_online_every_door_gives_telephone_and_hours(
    fulda: Jobcenter, visitor: Visitor, mode: BookingMode, words: str
) -> None:
    TenantSettings.objects.update(booking_mode=mode)
    doors = ["", "buchen/", "buchen/beratung/", "buchen/beratung/haus/", "buchen/halt/AAAAAAAAAAAAAAAAAAAAAA/kontakt/"]
    for door in doors:
        page = visitor.get(door)
        assert (page.status_code, heading_of(page)) == (200, "Termin vereinbaren")
        assert [text in text_of(page) for text in (words, "0661 0000-0", "Mo bis Fr 8 bis 12 Uhr")] == [True] * 3
        assert "Termin buchen" not in page.content.decode()
    refused = [visitor.chooses(TUESDAY_NINE), *(visitor.post(door, service="beratung") for door in doors[1:])]
    assert [answer.status_code for answer in refused] == [409] * 5
    assert (Hold.objects.count(), Occupancy.objects.count()) == (0, 0)


@pytest.mark.parametrize("page", ["buchen/", "buchen/beratung/", "buchen/beratung/haus/", "mein-termin/"])
def test_other_methods_are_refused(visitor: Visitor, page: str) -> None:
    assert visitor.client.put("/fulda/de/" + page).status_code == 405
    assert visitor.client.delete("/fulda/de/" + page).status_code == 405


def test_a_nul_byte_and_a_huge_body_are_refused_and_write_nothing(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    assert visitor.post(f"{hold}kontakt/", name="a\x00b", remind="none").status_code == 400
    assert visitor.post(f"{hold}kontakt/", name="a" * 70_000, remind="none").status_code == 413
    assert Hold.objects.get().draft_sealed is None


def test_control_characters_and_line_breaks_in_a_name_become_one_line(visitor: Visitor) -> None:
    visitor.books(TUESDAY_NINE, name="Jürgen\r\nBcc: x\x1b Größer")
    assert Appointment.objects.get().customer.name == "Jürgen Bcc: x Größer"
