# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The demo's own pages: what it is, the outbox, and the table of logins."""

import io
import json
import re
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.desk.staff import main_text, make_member


@pytest.fixture
def outbox(tmp_path: Path, settings: Settings) -> Path:
    settings.DEMO_OUTBOX_DIR = tmp_path
    (tmp_path / "mail").mkdir()
    (tmp_path / "sms").mkdir()
    return tmp_path


def catch_mail(folder: Path, second: int, subject: str) -> None:
    mail = EmailMessage()
    mail["To"], mail["From"] = "juergen@example.org", "Termine <termine@fulda.example>"
    mail["Subject"], mail["Message-ID"] = subject, f"<m{second}@fulda.example>"
    mail.set_content("Ihr Termin:\nhttp://portal.example/fulda/de/t/geheim/\n<b>kein HTML</b>")
    mail.add_alternative("<p style='color:red'>Ihr <script>alert(1)</script>Termin</p>", subtype="html")
    mail.add_attachment(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", maintype="text", subtype="calendar")
    (folder / "mail" / f"20261123T0700{second:02}.000000Z-{second}.eml").write_bytes(mail.as_bytes())


def catch_sms(folder: Path, second: int, text: str) -> None:
    message = {"to": "+4915228817386", "from": "Fulda", "text": text, "foreign_id": f"s{second}"}
    (folder / "sms" / f"20261123T0700{second // 2:02}.{second:06}Z-{second}.json").write_text(json.dumps(message))


def test_the_outbox_lists_mails_and_sms_newest_first(db: None, outbox: Path) -> None:
    catch_mail(outbox, 1, "Bestätigung Ihres Termins")
    catch_sms(outbox, 2, "Termin am Mo 23.11. um 08:30")
    catch_mail(outbox, 3, "Neue Zeit für Ihren Termin")
    text = main_text(Client().get("/demo/outbox/"))
    assert "Die neuesten 3 von 3 Nachrichten." in text
    order = [text.index(what) for what in ("Neue Zeit für", "SMS an +4915228817386 Termin am Mo", "Bestätigung Ihres")]
    assert order == sorted(order)


def test_a_mail_shows_text_with_links_source_of_its_html_and_calendar_entry(db: None, outbox: Path) -> None:
    catch_mail(outbox, 1, "Bestätigung Ihres Termins")
    listed = Client().get("/demo/outbox/").content.decode()
    address = listed[listed.index("/demo/outbox/") :].split('"')[0]
    response = Client().get(address)
    html = response.content.decode()
    assert '<a href="http://portal.example/fulda/de/t/geheim/"' in html
    assert "&lt;b&gt;kein HTML&lt;/b&gt;" in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script>alert" not in html
    assert "BEGIN:VCALENDAR" in html
    assert "unsafe" not in response["Content-Security-Policy"]


def test_a_full_outbox_shows_the_newest_and_opens_the_oldest(db: None, outbox: Path) -> None:
    for number in range(99):
        catch_sms(outbox, number, f"Nachricht Nummer {number}.")
    text = main_text(Client().get("/demo/outbox/"))
    assert "Die neuesten 60 von 99 Nachrichten." in text
    assert ("Nummer 98." in text, "Nummer 39." in text, "Nummer 38." in text) == (True, True, False)
    oldest = Client().get("/demo/outbox/20261123T070000_000000Z-0_json/")
    assert "Nachricht Nummer 0." in main_text(oldest)


def test_an_sms_shows_its_text(db: None, outbox: Path) -> None:
    catch_sms(outbox, 2, "Termin am Mo 23.11. um 08:30")
    listed = Client().get("/demo/outbox/").content.decode()
    address = listed[listed.index("/demo/outbox/") :].split('"')[0]
    text = main_text(Client().get(address))
    assert "SMS An +4915228817386 Von Fulda Eingegangen Mo 23.11.2026, 08:00" in text
    assert "Text Termin am Mo 23.11. um 08:30" in text


@pytest.mark.parametrize("folder", ["", "not-there"])
def test_an_empty_outbox_says_what_to_do(db: None, outbox: Path, settings: Settings, folder: str) -> None:
    settings.DEMO_OUTBOX_DIR = outbox / folder
    assert "Noch ist keine Nachricht hinausgegangen." in main_text(Client().get("/demo/outbox/"))


@pytest.mark.parametrize("key", ["20261123T070001_000000Z-2_eml", "nothing", "..", "%2e%2e%2fsms", "passwd"])
def test_an_unknown_message_is_a_404(db: None, outbox: Path, key: str) -> None:
    catch_mail(outbox, 1, "Bestätigung")
    assert Client().get(f"/demo/outbox/{key}/").status_code == 404


def test_the_demo_names_its_jobcenters_with_booking_door_and_people(fulda: Jobcenter, wiesbaden: Jobcenter) -> None:
    make_member(fulda, Role.CASEWORKER, "Änne Großmann")
    html = Client().get("/demo/").content.decode()
    assert "Änne Großmann, Fachkraft" in main_text(Client().get("/demo/"))
    for slug in ("fulda", "wiesbaden"):
        assert f'href="/{slug}/"' in html
        assert f'href="/{slug}/anmelden/"' in html


def test_the_pages_of_the_demo_only_read(db: None, outbox: Path) -> None:
    for path in ("/demo/", "/demo/outbox/"):
        assert Client().post(path).status_code == 405


def test_the_table_of_logins_names_one_person_of_each_role(fulda: Jobcenter, wiesbaden: Jobcenter) -> None:
    make_member(fulda, Role.CASEWORKER, "Änne Großmann")
    make_member(fulda, Role.CASEWORKER, "Zoë Zander")
    make_member(fulda, Role.TEAM_LEAD, "Olga Öhler")
    make_member(wiesbaden, Role.FRONT_DESK, "Ömer Aydın")
    out = io.StringIO()
    call_command("demo_logins", stdout=out)
    assert [re.split(" {2,}", line) for line in out.getvalue().splitlines()] == [
        ["Anmeldung", "Wer (ohne Passwort, ein Knopf je Person)"],
        ["http://portal.example/fulda/anmelden/", "Fachkraft: Änne Großmann, Teamleitung: Olga Öhler"],
        ["http://portal.example/wiesbaden/anmelden/", "Empfang: Ömer Aydın"],
    ]
