# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What holds for every page: languages, direction, cookies, headers, size."""

from datetime import UTC, datetime

import pytest
from django.contrib.sessions.backends.db import SessionStore

from appointments.models import Appointment, Hold
from tests.appointments.factories import Office
from tests.appointments.web.visitor import NOBODY, Visitor, buttons_of, heading_of, text_of

TUESDAY_NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
"""09:00 in Fulda."""


@pytest.mark.usefixtures("english")
def test_the_whole_journey_speaks_english_and_so_does_the_appointment(office: Office) -> None:
    visitor = Visitor("/fulda/en/")
    hold = visitor.holds(TUESDAY_NINE)
    contact = visitor.get(f"{hold}kontakt/")
    visitor.post(f"{hold}kontakt/", **NOBODY)
    check = visitor.get(f"{hold}pruefen/")
    result = visitor.get(visitor.post(f"{hold}pruefen/")["Location"])
    assert [heading_of(page) for page in (contact, check, result)] == [
        "How can we reach you?",
        "Is everything right?",
        "Your appointment",
    ]
    assert "Tuesday, 24 November 2026" in text_of(check)
    assert "Advice, 30 minutes" in text_of(check)
    assert buttons_of(result)[:3] == ["Add to calendar", "Move", "Cancel"]
    assert "Identity card" in text_of(result)
    assert Appointment.objects.get().language == "en"


@pytest.mark.parametrize("language", ["ar", "fa"])
def test_right_to_left_languages_mirror_the_page_and_keep_numbers_straight(
    office: Office, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setattr("jobcenter_portal.web.coverage.coverage", lambda: {language: 1.0})
    office.jobcenter.settings.languages = ["de", language]
    office.jobcenter.settings.save(update_fields=["languages"])
    visitor = Visitor(f"/fulda/{language}/")
    hold = visitor.holds(TUESDAY_NINE)
    visitor.post(f"{hold}kontakt/", name="Jürgen", remind="sms", mobile="0152 28817386")
    check = visitor.get(f"{hold}pruefen/")
    assert f'<html lang="{language}" dir="rtl">' in check.content.decode()
    assert "\u206801522 8817386\u2069" in text_of(check)


def test_looking_at_the_start_page_and_at_an_appointment_sets_no_session(visitor: Visitor) -> None:
    for page in ("", "buchen/beratung/haus/", visitor.books(TUESDAY_NINE)):
        fresh = Visitor("/fulda/de/")
        fresh.get(page)
        assert [name for name in fresh.client.cookies if name.startswith("session")] == []


def test_the_session_cookie_is_closed_to_scripts_and_bound_to_the_jobcenter(visitor: Visitor) -> None:
    visitor.holds(TUESDAY_NINE)
    cookie = visitor.client.cookies["session_fulda"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"], cookie["max-age"]) == ("/fulda/", True, "Lax", "")


def test_a_session_knows_a_number_and_nothing_of_the_person(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    visitor.post(f"{hold}kontakt/", name="Jürgen Größer", remind="sms", mobile="0152 28817386")
    assert session_of(visitor) == {"hold": [Hold.objects.get().tenant_id, Hold.objects.get().pk]}
    visitor.post(f"{hold}pruefen/")
    assert session_of(visitor) == {"booked": [Appointment.objects.get().tenant_id, Appointment.objects.get().pk]}


def session_of(visitor: Visitor) -> dict[str, object]:
    return dict(SessionStore(visitor.client.cookies["session_fulda"].value).items())


def test_every_page_is_closed_to_scripts_and_frames_of_others(visitor: Visitor) -> None:
    answer = visitor.get("buchen/beratung/haus/")
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert (answer["X-Frame-Options"], answer["Referrer-Policy"]) == ("DENY", "same-origin")


def test_no_page_is_larger_than_thirty_kilobytes(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    pages = ["", "buchen/", "buchen/beratung/haus/", f"{hold}kontakt/"]
    assert [page for page in pages if len(visitor.get(page).content) > 30_000] == []
