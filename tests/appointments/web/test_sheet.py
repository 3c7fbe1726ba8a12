# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The sheet of paper: one page, tagged for screen readers, in the person's language, with a code that scanners read."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from appointments.changing import cancel
from appointments.core.modes import Mode
from appointments.links import keys_of, readable_code
from appointments.models import Appointment, Location, Service
from appointments.web import own_sheet
from appointments.web.own_sheet import sheet_of
from jobcenter_portal.audit import service as audit
from jobcenter_portal.web.languages import LANGUAGES
from jobcenter_portal.web.throttle import Limit
from notifications.channels.letter import sheets as sheets_of_letters
from notifications.channels.letter.press import print_sheet
from notifications.service import PressFailed, Sheet, sheet_pdf
from tests.appointments.factories import Office, make_appointment, person
from tests.appointments.web.conftest import EIGHT
from tests.appointments.web.visitor import Visitor, heading_of, text_of
from tests.notifications.channels.paper import catalogue, elements, said, sheets

THURSDAY_NINE = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
"""09:00 in Fulda."""


@pytest.fixture
def booked(office: Office) -> Appointment:
    Service.objects.update(documents={"de": "Ausweis\nMietvertrag", "ar": "بطاقة الهوية"})
    Location.objects.update(
        directions={"de": "Bus 2 bis „Rathaus“."},
        barrier_free={"de": "Links ist eine Rampe."},
        entrances={"de": "Eingang B"},
    )
    office.service.refresh_from_db()
    office.location.refresh_from_db()
    return make_appointment(office, THURSDAY_NINE, EIGHT, person())


@pytest.fixture
def page(booked: Appointment) -> str:
    return f"t/{keys_of(booked).token}/"


def sheet_in(language: str, office: Office, appointment: Appointment) -> Sheet:
    with translation.override(language):
        return sheet_of(appointment, office.jobcenter)


def test_the_sheet_says_on_one_page_what_somebody_without_a_phone_needs(
    visitor: Visitor, booked: Appointment, page: str
) -> None:
    answer = visitor.get(page + "termin.pdf")
    assert (answer.status_code, answer["Content-Type"], answer["Content-Disposition"]) == (
        200,
        "application/pdf",
        'inline; filename="termin.pdf"',
    )
    assert answer["Cache-Control"] == "no-store"
    code = readable_code(keys_of(booked).code)
    facts = [
        "Donnerstag, 26. November 2026",
        "09:00–09:30 Uhr",
        "Do 26.11.2026, 09:00",
        "Haus der Arbeit, Hauptstraße 1, 36037 Fulda",
        "Eingang B",
        "Jürgen Größer",
        "Ausweis",
        "Mietvertrag",
        "Bus 2 bis „Rathaus“.",
        "Ohne Stufen: Links ist eine Rampe.",
        code,
        "http://portal.example/fulda/de/mein-termin/",
    ]
    words = said(answer.content)
    assert (len(sheets(answer.content)), [one for one in facts if "".join(one.split()) not in words]) == (1, [])
    assert keys_of(booked).token not in answer.content.decode("latin-1")


def test_a_screen_reader_is_told_what_everything_is(visitor: Visitor, booked: Appointment, page: str) -> None:
    pdf = visitor.get(page + "termin.pdf").content
    root = catalogue(pdf)
    assert (root["MarkInfo"]["Marked"], root["Lang"]) == (True, b"de")
    assert b'part="1"' in pdf or b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    tags = [(str(one["S"]).strip("/'"), one.get("Alt", b"")) for one in elements(pdf)]
    assert [tag for tag, _ in tags if tag in ("H1", "H2", "Figure")] == ["H1", "H2", "H2", "H2", "Figure"]
    [alt] = [alt for tag, alt in tags if tag == "Figure"]
    assert readable_code(keys_of(booked).code).encode() in alt.replace(b"\x00", b"")


@pytest.mark.parametrize("language", [language.code for language in LANGUAGES])
def test_it_is_one_page_in_every_language_and_arabic_runs_from_right_to_left(
    office: Office, booked: Appointment, language: str
) -> None:
    pdf = sheet_pdf(sheet_in(language, office, booked), at=EIGHT)
    assert (len(sheets(pdf)), catalogue(pdf)["Lang"]) == (1, language.partition("-")[0].encode())
    marks = [mark for mark in sheets(pdf)[0] if mark.text.strip()]
    name = max(mark.right for mark in marks[:20])
    assert (name > 150) is (language in ("ar", "fa")), "the first line begins at the side where reading begins"


def test_even_the_longest_words_stay_on_one_page(office: Office, booked: Appointment) -> None:
    Service.objects.update(documents={"de": "\n".join(f"Unterlage {n} mit einem langen Namen " * 3 for n in range(14))})
    Location.objects.update(
        directions={"de": "Fahren Sie mit dem Bus. " * 25}, barrier_free={"de": "Rampe links. " * 30}
    )
    whole = Appointment.objects.select_related("service", "location", "customer").get()
    assert len(sheets(sheet_pdf(sheet_in("de", office, whole), at=EIGHT))) == 1


def test_nothing_that_somebody_typed_is_a_command(office: Office) -> None:
    typed = '#read("/etc/passwd") $x$ *b* <l> @r "'
    whom = make_appointment(office, THURSDAY_NINE, EIGHT, person(typed))
    assert "".join(typed.split()) in said(sheet_pdf(sheet_in("de", office, whom), at=EIGHT))


def test_who_is_called_gets_no_way_to_a_house_and_no_picture_to_show(office: Office, booked: Appointment) -> None:
    booked.mode = int(Mode.PHONE)
    sheet = sheet_in("de", office, booked)
    assert (sheet.code_alt, [one.heading for one in sheet.lists]) == ("", ["Bitte mitbringen"])
    assert "Hauptstraße" not in said(sheet_pdf(sheet, at=EIGHT))


def test_a_sheet_of_what_is_cancelled_would_send_somebody_on_a_useless_way(
    visitor: Visitor, office: Office, booked: Appointment, page: str
) -> None:
    cancel(jobcenter=office.jobcenter, appointment=booked, by=audit.CUSTOMER, now=EIGHT)
    assert visitor.get(page + "termin.pdf").status_code == 404
    assert page + "termin.pdf" not in visitor.get(page).content.decode()


def test_when_the_typesetter_fails_the_page_says_so_kindly(
    visitor: Visitor, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_order: object, *, at: datetime) -> bytes:
        raise PressFailed("the typesetter took too long")

    monkeypatch.setattr(sheets_of_letters, "press", broken)
    answer = visitor.get(page + "termin.pdf")
    assert (answer.status_code, heading_of(answer)) == (503, "Das Portal ist gerade nicht erreichbar")


def test_nobody_keeps_the_typesetter_busy_for_everybody_else(
    visitor: Visitor, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_sheet, "SHEETS", Limit("sheets-in-test", attempts=1, seconds=600))
    assert [visitor.get(page + "termin.pdf").status_code for _ in range(2)] == [200, 429]


def test_the_page_shows_the_same_code_to_scanners_and_to_people(
    visitor: Visitor, booked: Appointment, page: str
) -> None:
    answer = visitor.get(page)
    code = readable_code(keys_of(booked).code)
    assert f'alt="QR-Code mit Ihrem Termin-Code: {code}"' in answer.content.decode()
    assert "So kommen Sie zu uns Bus 2 bis „Rathaus“. Ohne Stufen: Links ist eine Rampe." in text_of(answer)
    assert "https://www.openstreetmap.org/search?query=Hauptstra%C3%9Fe+1%2C+36037+Fulda" in answer.content.decode()


def test_a_rare_sign_becomes_a_question_mark_and_not_an_error(office: Office) -> None:
    whom = make_appointment(office, THURSDAY_NINE + timedelta(hours=1), EIGHT, person("Li 李"))
    order = sheets_of_letters._order(sheet_in("de", office, whom))
    assert "Li?" in said(print_sheet(order, EIGHT))
