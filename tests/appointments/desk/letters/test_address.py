# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A caseworker writes down where somebody gets their letters, and from then on they do."""

import pytest
from django.test import Client

from appointments.models import Appointment
from jobcenter_portal.accounts.models import ContactPoint, Membership
from jobcenter_portal.tenancy.models import TenantSettings
from notifications.models import Letter, Message
from tests.appointments.desk.conftest import EIGHT, booked
from tests.appointments.desk.letters.conftest import BRIEFE, IN_TIME, deliver
from tests.appointments.desk.staff import main_text
from tests.appointments.factories import Office, person


@pytest.fixture
def one(house: Office, caseworker: Membership) -> Appointment:
    """Somebody whom nothing reaches yet."""
    return booked(house, EIGHT + IN_TIME, person("Yıldız Şahin"), caseworker)


def path(one: Appointment) -> str:
    return f"/fulda/desk/termin/{one.public_id}/postadresse/"


def test_an_address_is_typed_as_on_the_envelope_and_the_confirmation_waits_for_paper(
    desk: Client, one: Appointment
) -> None:
    assert f'href="{path(one)}"' in desk.get(f"/fulda/desk/termin/{one.public_id}/").content.decode()
    assert "Yıldız Şahin\n</textarea>" in desk.get(path(one)).content.decode()
    done = desk.post(path(one), {"address": "Yıldız Şahin\r\n  Am  Weg 1\r\n\r\n36037 Fulda\r\n"})
    text = main_text(desk.get(done["Location"]))
    assert "Die Postadresse ist gespeichert." in text
    assert "Brief Adresse in 36037 Fulda" in text
    assert ContactPoint.objects.get(channel="letter").address == "Yıldız Şahin\nAm Weg 1\n36037 Fulda"
    deliver()
    assert "1 Brief wartet." in main_text(desk.get(BRIEFE))
    assert Letter.objects.get().message.subject == one.subject


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Geben Sie die Postadresse ein."),
        (" \r\n ", "Geben Sie die Postadresse ein."),
        ("Yıldız Şahin", "Geben Sie zwei bis fünf kurze Zeilen ein"),
        ("Yıldız Şahin\r\nAm Weg 1\r\nFulda", "unten Postleitzahl und Ort"),
        ("Yıldız\r\na\r\nb\r\nc\r\nd\r\n36037 Fulda", "Geben Sie zwei bis fünf kurze Zeilen ein"),
        ("Y" * 51 + "\r\n36037 Fulda", "Geben Sie zwei bis fünf kurze Zeilen ein"),
    ],
)
def test_what_the_post_could_not_use_is_named_and_kept(
    desk: Client, one: Appointment, typed: str, sentence: str
) -> None:
    answer = desk.post(path(one), {"address": typed})
    html = answer.content.decode()
    assert (answer.status_code, sentence in html) == (422, True)
    assert typed.strip().replace("\r\n", "\n") in html.replace("\r\n", "\n")
    assert ContactPoint.objects.filter(channel="letter").count() == 0


def test_a_known_one_shows_in_part_and_can_be_removed(desk: Client, one: Appointment) -> None:
    desk.post(path(one), {"address": "Yıldız Şahin\nAm Geheimweg 1\n36037 Fulda"})
    html = desk.get(path(one)).content.decode()
    assert ("Wir kennen schon eine: Adresse in 36037 Fulda." in html, "Geheimweg" in html) == (True, False)
    done = desk.post(path(one), {"step": "entfernen"})
    assert "Die Postadresse ist gelöscht." in main_text(desk.get(done["Location"]))
    assert ContactPoint.objects.filter(channel="letter").count() == 0
    assert set(Message.objects.filter(channel="letter").values_list("state", flat=True)) <= {"withdrawn"}


def test_where_no_letters_are_sent_there_is_no_such_page(desk: Client, one: Appointment) -> None:
    TenantSettings.objects.update(letters_enabled=False)
    assert desk.get(path(one)).status_code == 404
    assert "postadresse" not in desk.get(f"/fulda/desk/termin/{one.public_id}/").content.decode()
