# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What people tell on the contact page: in which language we write and how, for whom they book, who comes along."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from appointments.models import Appointment, Hold
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint
from jobcenter_portal.tenancy.models import BookingMode, TenantSettings
from tests.appointments.factories import Office
from tests.appointments.web.visitor import NOBODY, Visitor, heading_of, text_of, values_of

TUESDAY_NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
"""09:00 in Fulda, tomorrow."""
IN_TWO_WEEKS = TUESDAY_NINE + timedelta(days=14)
ADDRESS = "Jürgen Größer\r\nAm Weg 1\r\n36037 Fulda"
BY_LETTER = {"name": "Jürgen Größer", "remind": "letter", "post": ADDRESS}
TOO_LATE = "Ein Brief kommt für diesen Termin zu spät."


@pytest.fixture
def prints_letters(office: Office) -> Office:
    TenantSettings.objects.update(letters_enabled=True)
    return office


def options_of(page: object) -> list[tuple[str, bool]]:
    """The languages to choose from, and which one is chosen."""
    html = page.content.decode()  # type: ignore[attr-defined]
    found = re.search(r'<select[^>]*name="language".*?</select>', html, re.DOTALL)
    assert found
    return [(code, bool(on)) for code, on in re.findall(r'<option value="([^"]*)"( selected)?', found[0])]


# --- The language of messages -----------------------------------------------------------------------------------------


def test_messages_come_in_every_language_of_the_jobcenter_whatever_its_pages_are_in(
    visitor: Visitor, office: Office
) -> None:
    TenantSettings.objects.update(languages=["de", "uk", "ar", "ro"])
    hold = visitor.holds(TUESDAY_NINE)
    assert options_of(visitor.get(f"{hold}kontakt/")) == [("de", True), ("uk", False), ("ar", False)]
    visitor.post(f"{hold}kontakt/", name="Olena", remind="email", email="olena@post.example", language="uk")
    assert options_of(visitor.get(f"{hold}kontakt/")) == [("de", False), ("uk", True), ("ar", False)]
    assert "Sprache der Nachrichten Українська Ändern" in text_of(visitor.get(f"{hold}pruefen/"))
    visitor.post(f"{hold}pruefen/")
    booked = Appointment.objects.get()
    assert (booked.language, booked.customer.language) == ("uk", "uk")


def test_where_there_is_one_language_nobody_is_asked(visitor: Visitor, office: Office) -> None:
    TenantSettings.objects.update(languages=["de"])
    hold = visitor.holds(TUESDAY_NINE)
    assert 'name="language"' not in visitor.get(f"{hold}kontakt/").content.decode()
    visitor.books(TUESDAY_NINE)
    assert Appointment.objects.get().language == "de"


def test_a_language_that_is_not_offered_is_refused_in_words(visitor: Visitor, office: Office) -> None:
    for code in ("ro", "klingonisch"):
        answer = visitor.post(f"{visitor.holds(TUESDAY_NINE)}kontakt/", **NOBODY, language=code)
        assert (answer.status_code, text_of(answer).count("Wählen Sie eine Sprache.")) == (422, 2)


# --- For whom, and with whom ------------------------------------------------------------------------------------------


def test_who_books_for_somebody_gives_their_name_and_the_appointment_knows_it(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    visitor.post(f"{hold}kontakt/", **NOBODY, helper="on", companion="on")
    check = text_of(visitor.get(f"{hold}pruefen/"))
    facts = ["Name der Person, die den Termin hat Jürgen Größer Ändern", "Begleitung Sie bringen jemanden mit. Ändern"]
    assert [fact for fact in facts if fact not in check] == []
    visitor.post(f"{hold}pruefen/")
    booked = Appointment.objects.get()
    assert (booked.customer.name, booked.booked_by_helper, booked.with_companion) == ("Jürgen Größer", True, True)


def test_who_says_nothing_about_it_comes_alone_and_booked_for_themselves(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    visitor.post(f"{hold}kontakt/", **NOBODY)
    check = text_of(visitor.get(f"{hold}pruefen/"))
    assert ("Vor- und Nachname Jürgen Größer" in check, "Begleitung" in check) == (True, False)
    visitor.post(f"{hold}pruefen/")
    booked = Appointment.objects.get()
    assert (booked.booked_by_helper, booked.with_companion) == (False, False)


def test_what_was_ticked_stays_ticked_and_in_sight_after_a_mistake(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    untouched = visitor.get(f"{hold}kontakt/").content.decode()
    answer = visitor.post(f"{hold}kontakt/", name="", remind="none", helper="on").content.decode()
    again = visitor.get(f"{hold}kontakt/").content.decode()
    assert [page.count("<details open>") for page in (untouched, answer, again)] == [0, 1, 1]
    ticked = [re.findall(r'type="checkbox" name="(\w+)"[^>]* checked', page) for page in (untouched, answer, again)]
    assert ticked == [[], ["helper"], ["helper"]]
    assert "Name der Person, die den Termin hat" in again


# --- Letters ----------------------------------------------------------------------------------------------------------


def test_a_letter_goes_to_an_address_that_is_read_back(visitor: Visitor, prints_letters: Office) -> None:
    hold = visitor.holds(IN_TWO_WEEKS)
    assert values_of(visitor.get(f"{hold}kontakt/"), "remind") == ["email", "sms", "both", "letter", "none"]
    visitor.post(f"{hold}kontakt/", **BY_LETTER)
    assert "Postadresse Jürgen Größer, Am Weg 1, 36037 Fulda Ändern" in text_of(visitor.get(f"{hold}pruefen/"))
    visitor.post(f"{hold}pruefen/")
    point = ContactPoint.objects.get()
    assert (point.channel, point.address) == (ContactChannel.LETTER, "Jürgen Größer\nAm Weg 1\n36037 Fulda")


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("", "Geben Sie Ihre Postadresse ein oder wählen Sie einen anderen Weg."),
        ("Am Weg 1, Fulda", "So kommt kein Brief an."),
        ("Jürgen\nAm Weg 1\nFulda", "So kommt kein Brief an."),
    ],
)
def test_an_address_that_no_letter_reaches_is_said_in_words(
    visitor: Visitor, prints_letters: Office, typed: str, complaint: str
) -> None:
    hold = visitor.holds(IN_TWO_WEEKS)
    answer = visitor.post(f"{hold}kontakt/", name="Jürgen", remind="letter", post=typed)
    assert (answer.status_code, text_of(answer).count(complaint)) == (422, 2)
    assert (typed.replace("\n", "\r\n") in answer.content.decode() or typed in answer.content.decode()) is True


def test_an_address_left_behind_is_neither_checked_nor_kept(visitor: Visitor, prints_letters: Office) -> None:
    hold = visitor.holds(IN_TWO_WEEKS)
    assert visitor.post(f"{hold}kontakt/", **NOBODY, post="x" * 5000).status_code == 303
    visitor.post(f"{hold}pruefen/")
    assert ContactPoint.objects.count() == 0


def test_where_no_letters_are_printed_none_is_offered(visitor: Visitor, office: Office) -> None:
    hold = visitor.holds(IN_TWO_WEEKS)
    page = visitor.get(f"{hold}kontakt/")
    assert ("letter" in values_of(page, "remind"), TOO_LATE in text_of(page)) == (False, False)
    assert visitor.post(f"{hold}kontakt/", **BY_LETTER).status_code == 422


def test_a_letter_that_would_come_too_late_is_not_promised(visitor: Visitor, prints_letters: Office) -> None:
    hold = visitor.holds(IN_TWO_WEEKS)
    visitor.post(f"{hold}kontakt/", **BY_LETTER)
    visitor.post(f"{hold}zeit/", time="20261124T0800Z")
    check = visitor.get(f"{hold}pruefen/")
    assert (check.status_code, check["Location"]) == (303, f"{hold}kontakt/")
    page = visitor.get(f"{hold}kontakt/")
    assert (TOO_LATE in text_of(page), "letter" in values_of(page, "remind")) == (True, False)
    visitor.post(f"{hold}zeit/", time="20261208T0800Z")
    assert "Am Weg 1" in text_of(visitor.get(f"{hold}pruefen/"))


# --- Consent, and what requests are told ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "allowed"),
    [
        (
            {"remind": "email", "email": "j@post.example"},
            "Sie erlauben uns, Ihnen E-Mails zu diesem Termin zu schicken.",
        ),
        ({"remind": "sms", "mobile": "0152 28817386"}, "Sie erlauben uns, Ihnen SMS zu diesem Termin zu schicken."),
        (
            {"remind": "both", "email": "j@post.example", "mobile": "0152 28817386"},
            "Sie erlauben uns, Ihnen E-Mails und SMS zu diesem Termin zu schicken.",
        ),
        ({"remind": "letter", "post": ADDRESS}, "Sie erlauben uns, Ihnen Briefe zu diesem Termin zu schicken."),
        ({"remind": "none"}, ""),
    ],
)
def test_before_anything_is_sent_the_page_says_what_one_allows(
    visitor: Visitor, prints_letters: Office, said: dict[str, str], allowed: str
) -> None:
    hold = visitor.holds(IN_TWO_WEEKS)
    visitor.post(f"{hold}kontakt/", name="Jürgen", **said)
    words = text_of(visitor.get(f"{hold}pruefen/"))
    found = re.findall(r"Sie erlauben uns.*? schicken\.", words)
    assert found == ([allowed] if allowed else [])
    assert words.count("Das ist freiwillig. Sie können es jederzeit beenden.") == len(found)
    assert ("Nachrichten keine. Sie bekommen einen Termin-Code." in words) == (not allowed)


def test_where_the_office_answers_first_the_question_is_how_to_answer(visitor: Visitor, office: Office) -> None:
    TenantSettings.objects.update(booking_mode=BookingMode.REQUEST)
    times = text_of(visitor.get("buchen/beratung/haus/"))
    assert "Sie fragen eine Zeit an. Ein Termin wird es erst, wenn wir zusagen." in times
    hold = visitor.holds(TUESDAY_NINE)
    page = text_of(visitor.get(f"{hold}kontakt/"))
    words = ("Wie sollen wir Ihnen antworten?", "Unsere Antwort sehen Sie dann nur mit Ihrem Termin-Code.")
    assert [one in page for one in words] == [True, True]
    assert "Wählen Sie, wie wir Ihnen antworten sollen." in text_of(visitor.post(f"{hold}kontakt/", name="Jürgen"))


# --- Two windows ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["kontakt/", "pruefen/", "zeit/", "verlaengern/"])
def test_what_is_sent_from_a_window_left_behind_goes_on_with_the_time_that_counts_now(
    visitor: Visitor, step: str
) -> None:
    left_behind = visitor.holds(TUESDAY_NINE)
    visitor.post(f"{left_behind}kontakt/", **NOBODY)
    visitor.holds(TUESDAY_NINE + timedelta(hours=1))
    typed = {"name": "Zoë Groß", "remind": "none"} if step == "kontakt/" else {}
    answer = visitor.post(left_behind + step, **typed)
    page = visitor.get(answer["Location"])
    assert (answer.status_code, heading_of(page)) == (303, "Wie erreichen wir Sie?")
    words = text_of(page)
    assert "Sie haben inzwischen eine andere Zeit gewählt" in words
    assert "24. November 2026, 10:00 Uhr" in words
    assert f'value="{typed.get("name", "Jürgen Größer")}"' in page.content.decode()
    assert Appointment.objects.count() == 0


def test_only_ones_own_browser_leads_on_from_a_hold_that_is_gone(visitor: Visitor) -> None:
    left_behind = visitor.holds(TUESDAY_NINE)
    visitor.holds(TUESDAY_NINE + timedelta(hours=1))
    before = Hold.objects.values_list("token_hash", flat=True).get()
    stranger = Visitor("/fulda/de/")
    assert stranger.post(f"{left_behind}kontakt/", **NOBODY).status_code == 410
    assert visitor.get(f"{left_behind}kontakt/").status_code == 410
    assert Hold.objects.values_list("token_hash", flat=True).get() == before
