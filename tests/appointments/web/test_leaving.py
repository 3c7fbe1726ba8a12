# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Leaving a device that others use too: what was held goes back, and the browser is told to forget."""

from datetime import UTC, datetime

from django.contrib.sessions.models import Session

from appointments.models import Appointment, Hold, Occupancy
from jobcenter_portal.accounts.permissions import Role
from tests.appointments.desk.staff import browser_of, make_member
from tests.appointments.factories import Office
from tests.appointments.web.visitor import NOBODY, Visitor, buttons_of, text_of

TUESDAY_NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
"""09:00 in Fulda."""
LEAVE = "Sitzung beenden"


def test_the_button_shows_once_there_is_a_session_and_not_before(visitor: Visitor) -> None:
    assert LEAVE not in buttons_of(visitor.get())
    visitor.holds(TUESDAY_NINE)
    assert LEAVE in buttons_of(visitor.get())
    assert LEAVE in buttons_of(visitor.get("gibt/es/nicht/"))


def test_leaving_gives_the_time_back_with_what_was_typed_and_clears_the_browser(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    visitor.post(f"{hold}kontakt/", **NOBODY)
    left = visitor.post("beenden/")
    assert (left.status_code, left["Location"]) == (303, "/fulda/de/beenden/")
    assert left["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert left.cookies["session_fulda"]["expires"] == "Thu, 01 Jan 1970 00:00:00 GMT"
    assert (Hold.objects.count(), Occupancy.objects.count(), Session.objects.count()) == (0, 0, 0)
    assert visitor.get(f"{hold}kontakt/").status_code == 410
    page = visitor.get("beenden/")
    assert "Dieses Portal hat auf diesem Gerät nichts mehr über Sie gespeichert." in text_of(page)
    assert LEAVE not in buttons_of(page)


def test_an_appointment_stays(visitor: Visitor) -> None:
    own = visitor.books(TUESDAY_NINE)
    visitor.post("beenden/")
    assert (Appointment.objects.get().status, visitor.get(own).status_code) == ("booked", 200)


def test_looking_at_the_page_ends_nothing(visitor: Visitor) -> None:
    hold = visitor.holds(TUESDAY_NINE)
    page = visitor.get("beenden/")
    assert (LEAVE in buttons_of(page), "Clear-Site-Data" in page) == (True, False)
    assert visitor.get(f"{hold}kontakt/").status_code == 200


def test_who_works_here_signs_out_in_their_own_place(office: Office) -> None:
    browser = browser_of(make_member(office.jobcenter, Role.CASEWORKER))
    assert LEAVE not in buttons_of(browser.get("/fulda/de/"))
