# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The list of a day."""

import re
from collections.abc import Callable
from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from time_machine import Traveller

from appointments.attendance import record_attendance
from appointments.core.lifecycle import Verb
from appointments.models import Appointment, Location, OpeningRule
from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.audit import service as audit
from tests.appointments.desk.conftest import EIGHT, Morning
from tests.appointments.desk.staff import main_text
from tests.appointments.factories import Office

LIST = "/fulda/desk/haus/"


def rows_of(html: str) -> list[tuple[str, str]]:
    """Time and name of each row."""
    return re.findall(r'<th scope="row"><time datetime="[^"]*T(\d\d:\d\d).*?>([^<>]+)</a>', html)


def test_the_day_is_listed_by_time_with_names_services_and_languages(desk: Client, morning: Morning) -> None:
    html = desk.get(LIST).content.decode()
    assert rows_of(html) == [("08:00", "Jürgen Größer"), ("08:30", "Yıldız Şahin"), ("09:00", "Olena Шевченко")]
    text = main_text(desk.get(LIST))
    assert "Heute, Montag, 23. November 2026" in text
    assert "3 Termine · 3 gebucht" in text
    assert re.search(r"Yıldız Şahin Beratung Zimmer \d Türkçe gebucht Ist da", text)


def test_the_next_person_is_marked_and_moves_on_with_the_day(
    desk: Client, morning: Morning, caseworker: Membership, clock: Traveller
) -> None:
    def marked() -> list[str]:
        html = desk.get(LIST).content.decode()
        rows = re.findall(r"<tr id=.*?</tr>", html, re.DOTALL)
        return [name for row in rows if "Als Nächstes" in row for _time, name in rows_of(row)]

    assert marked() == ["Jürgen Größer"]
    clock.shift(timedelta(minutes=15))  # 08:35: the first appointment is over and nobody came
    assert marked() == ["Yıldız Şahin"]
    now = EIGHT + timedelta(minutes=35)
    record_attendance(appointment=morning.third, verb=Verb.CHECK_IN, by=audit.staff(caseworker.pk), now=now)
    assert marked() == ["Olena Шевченко"]  # who is here goes before who is not


def test_the_days_beside_it_are_one_link_away_and_an_empty_day_says_so(desk: Client, morning: Morning) -> None:
    html = desk.get(LIST).content.decode()
    assert f'href="{LIST}?tag=2026-11-22"' in html
    assert f'href="{LIST}?tag=2026-11-24"' in html
    text = main_text(desk.get(f"{LIST}?tag=2026-11-24"))
    assert "Dienstag, 24. November 2026" in text
    assert "An diesem Tag gibt es hier keine Termine." in text


def test_a_day_to_come_offers_no_attendance(desk: Client, make: Callable[..., Appointment]) -> None:
    make(24 * 60, "Jürgen Größer")
    text = main_text(desk.get(f"{LIST}?tag=2026-11-24"))
    assert "Jürgen Größer" in text
    assert "erst am Tag selbst" in text
    assert "Ist da" not in text


def test_the_list_can_be_narrowed_to_one_calendar_and_keeps_it_when_a_button_is_pressed(
    desk: Client, morning: Morning, make: Callable[..., Appointment]
) -> None:
    other = make(30, "Ömer Aydın")
    assert other.calendar_id != morning.second.calendar_id
    address = f"{LIST}?kalender={other.calendar_id}"
    assert [name for _time, name in rows_of(desk.get(LIST).content.decode())].count("Yıldız Şahin") == 1
    narrowed = [name for _time, name in rows_of(desk.get(address).content.decode())]
    assert "Ömer Aydın" in narrowed
    assert "Yıldız Şahin" not in narrowed
    pressed = desk.post(
        f"/fulda/desk/stand/{other.public_id}/",
        {"verb": "check_in", "seen": "booked", "kalender": other.calendar_id},
    )
    assert pressed["Location"] == f"{address}#termin-{other.public_id}"


def test_more_than_one_location_is_chosen_first(desk: Client, morning: Morning, office: Office) -> None:
    Location.objects.create(tenant=office.jobcenter, slug="sued", name="Außenstelle Süd", street="B 2", town="Fulda")
    text = main_text(desk.get("/fulda/desk/"))
    assert "Haus der Arbeit Außenstelle Süd" in text
    assert "keine Termine" in main_text(desk.get("/fulda/desk/sued/"))


def test_a_jobcenter_without_a_location_says_so(desk: Client) -> None:
    assert "noch kein Standort eingerichtet" in main_text(desk.get("/fulda/desk/"))


def test_the_front_desk_sees_names_without_links_to_the_appointment(
    desk: Client, caseworker: Membership, morning: Morning
) -> None:
    assert "/desk/termin/" in desk.get(LIST).content.decode()
    Membership.objects.filter(pk=caseworker.pk).update(role="front_desk")
    html = desk.get(LIST).content.decode()
    assert "Jürgen Größer" in html
    assert "/desk/termin/" not in html


def test_thirty_appointments_cost_as_many_queries_as_one(
    desk: Client, office: Office, make: Callable[..., Appointment]
) -> None:
    make(0, "Jürgen Größer")
    with CaptureQueriesContext(connection) as one:
        assert len(rows_of(desk.get(LIST).content.decode())) == 1
    OpeningRule.objects.update(end_minute=20 * 60)
    for number in range(29):
        make(30 + 15 * (number // 3) * 2, f"Person {number}")
    with CaptureQueriesContext(connection) as thirty:
        assert len(rows_of(desk.get(LIST).content.decode())) == 30
    assert len(thirty) == len(one)
    assert len(one) <= 13


def test_the_desk_speaks_english_to_who_wants_it(desk: Client, morning: Morning, compiled_texts: None) -> None:
    chosen = desk.post("/fulda/anmelden/sprache/", {"language": "en", "next": LIST})
    assert (chosen.status_code, chosen["Location"]) == (303, LIST)
    page = desk.get(LIST)
    assert page["Content-Language"] == "en"
    assert "Today, Monday, 23 November 2026" in main_text(page)
    assert re.search(r"Yıldız Şahin Advice Zimmer \d Türkçe booked Is here", main_text(page))
