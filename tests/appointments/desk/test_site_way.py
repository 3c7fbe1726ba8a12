# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The office says how people find a house and get in, in each of its languages."""

import re

import pytest
from django.test import Client

from appointments.models import Location
from appointments.places import Way, way_of
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.audit.models import AuditEntry
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from tests.appointments.desk.staff import browser_of, main_text, make_member
from tests.appointments.factories import make_office

SITE = "/fulda/desk/standort/haus/"
GERMAN = Way("Eingang B, bitte klingeln.", "Bus 2 bis „Rathaus“.", "Links ist eine Rampe.")
TYPED = {"entrance": GERMAN.entrance, "directions": GERMAN.directions, "without_steps": GERMAN.without_steps}
NOTHING = Way().seal


@pytest.fixture
def house(fulda: Jobcenter) -> Location:
    TenantSettings.objects.update(languages=["de", "en", "ar"])
    return make_office(fulda).location


@pytest.fixture
def lead(fulda: Jobcenter, house: Location) -> Client:
    return browser_of(make_member(fulda, Role.TEAM_LEAD))


def said(language: str = "de") -> Way:
    return way_of(Location.objects.get(), language)


def test_what_is_saved_stands_on_the_pages_and_the_site_says_what_is_missing(lead: Client) -> None:
    saved = lead.post(f"{SITE}weg/de/", {**TYPED, "seen": NOTHING})
    assert (saved.status_code, saved["Location"], said()) == (303, f"{SITE}?getan=weg", GERMAN)
    text = main_text(lead.get(saved["Location"]))
    assert "Weg und Eingang sind gespeichert. Ab jetzt steht es so auf den Seiten." in text
    assert "Deutsch : vorhanden English : fehlt العربية : fehlt" in text
    [entry] = AuditEntry.objects.filter(action="way_told")
    assert (entry.subject, entry.detail) == (f"location:{Location.objects.get().pk}", {"language": "de"})


def test_a_language_stands_beside_the_german_words_and_changes_nothing_else(lead: Client) -> None:
    lead.post(f"{SITE}weg/de/", {**TYPED, "seen": NOTHING})
    page = lead.get(f"{SITE}weg/ar/")
    assert "Der deutsche Text zum Vergleich Eingang Eingang B, bitte klingeln." in main_text(page)
    [field] = re.findall(r'<textarea [^>]*name="entrance"[^>]*>', page.content.decode())
    assert 'lang="ar" dir="rtl"' in field
    lead.post(f"{SITE}weg/ar/", {"entrance": " المدخل\r\nB ", "directions": "", "without_steps": "", "seen": NOTHING})
    assert (said("ar"), said("de")) == (Way("المدخل B"), GERMAN)
    assert Location.objects.get().way_there("ar") == GERMAN.directions


def test_words_that_are_taken_off_leave_the_german_ones(lead: Client) -> None:
    lead.post(f"{SITE}weg/de/", {**TYPED, "seen": NOTHING})
    lead.post(f"{SITE}weg/en/", {"entrance": "Door B", "seen": NOTHING})
    lead.post(f"{SITE}weg/en/", {"entrance": "", "seen": Way("Door B").seal})
    place = Location.objects.get()
    assert (place.entrances, place.way_in("en")) == ({"de": GERMAN.entrance}, GERMAN.entrance)


def test_two_people_who_save_at_once_are_told_and_nothing_typed_is_lost(lead: Client) -> None:
    lead.post(f"{SITE}weg/de/", {"entrance": "Tor 1", "seen": NOTHING})
    refused = lead.post(f"{SITE}weg/de/", {"entrance": "Tor 2", "directions": "Bus 7", "seen": NOTHING})
    text = main_text(refused)
    assert (refused.status_code, said().entrance) == (422, "Tor 1")
    assert "Jemand hat das gerade geändert. Ihre Eingaben stehen noch hier." in text
    assert "Das steht jetzt auf den Seiten Eingang Tor 1" in text
    html = refused.content.decode()
    assert ("Tor 2</textarea>" in html, "Bus 7</textarea>" in html) == (True, True)
    again = lead.post(f"{SITE}weg/de/", {"entrance": "Tor 2", "directions": "Bus 7", "seen": Way("Tor 1").seal})
    assert (again.status_code, said()) == (303, Way("Tor 2", "Bus 7"))


@pytest.mark.parametrize(
    ("field", "length", "sentence"),
    [
        ("entrance", 201, "Der Text ist zu lang: höchstens 200 Zeichen."),
        ("directions", 401, "Der Text ist zu lang: höchstens 400 Zeichen."),
        ("without_steps", 401, "Der Text ist zu lang: höchstens 400 Zeichen."),
    ],
)
def test_too_many_words_are_refused_and_stay_in_their_field(
    lead: Client, field: str, length: int, sentence: str
) -> None:
    refused = lead.post(f"{SITE}weg/de/", {**TYPED, field: "ü" * length, "seen": NOTHING})
    assert (refused.status_code, said()) == (422, Way())
    assert sentence in main_text(refused)
    assert "ü" * length in refused.content.decode()


@pytest.mark.parametrize("address", ["weg/tr/", "weg/xx/", "weg/DE/"])
def test_a_language_that_this_jobcenter_does_not_speak_has_no_page(lead: Client, address: str) -> None:
    assert lead.get(SITE + address).status_code == 404


def test_markup_is_text(lead: Client) -> None:
    lead.post(f"{SITE}weg/de/", {"entrance": "<b>Tor</b>", "seen": NOTHING})
    assert "&lt;b&gt;Tor&lt;/b&gt;" in lead.get(f"{SITE}weg/de/").content.decode()
