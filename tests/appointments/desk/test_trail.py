# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The trail as whoever watches over data protection reads it: everything, and nobody's name without a reason."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from time_machine import Traveller

from appointments.links import keys_of, readable_code
from appointments.models import Appointment
from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.models import AuditEntry, Disclosure
from jobcenter_portal.tenancy.models import Jobcenter
from tests.appointments.desk.conftest import EIGHT, Morning
from tests.appointments.desk.staff import browser_of, main_text, make_member

TRAIL = "/fulda/desk/protokoll/"
WEEK = {"von": "2026-11-17", "bis": "2026-11-23"}
REASON = "Beschwerde 14/2026 vom Montag"


@pytest.fixture
def officer(fulda: Jobcenter, clock: Traveller) -> Membership:
    return make_member(fulda, Role.DATA_PROTECTION, "Ruth Abendroth")


@pytest.fixture
def reader(officer: Membership) -> Client:
    return browser_of(officer)


def of_action(action: str) -> AuditEntry:
    found: AuditEntry = AuditEntry.objects.filter(action=action).latest("id")
    return found


def test_the_desk_of_the_officer_begins_with_the_trail(reader: Client) -> None:
    answer = reader.get("/fulda/desk/")
    assert (answer.status_code, answer["Location"]) == (302, TRAIL)


def test_the_trail_tells_role_and_deed_and_neither_staff_nor_person(
    desk: Client, morning: Morning, caseworker: Membership, reader: Client
) -> None:
    desk.get(f"/fulda/desk/termin/{morning.first.public_id}/")
    text = main_text(reader.get(TRAIL))
    assert f"Angesehen , Termin {morning.first.pk}" in text
    assert "Fachkraft" in text
    assert [name for name in (caseworker.display_name, "Größer", "Ruth Abendroth") if name in text] == []


def test_nobody_reads_when_somebody_came_or_went(desk: Client, reader: Client, morning: Morning) -> None:
    desk.post("/fulda/anmelden/abmelden/")
    signed_in = of_action("signed_in")
    assert "Rolle im Haus" not in main_text(reader.get(TRAIL))
    assert reader.get(f"{TRAIL}{signed_in.pk}/").status_code == 404
    assert "signed" not in reader.post(f"{TRAIL}tabelle/", WEEK).content.decode()
    assert not AuditEntry.objects.filter(action="signed_out").exists()


def test_a_name_needs_a_reason_and_asking_is_on_the_trail(
    desk: Client, morning: Morning, caseworker: Membership, reader: Client, officer: Membership, clock: Traveller
) -> None:
    desk.get(f"/fulda/desk/termin/{morning.first.public_id}/")
    line = f"{TRAIL}{of_action('viewed').pk}/"
    assert caseworker.display_name not in reader.get(line).content.decode()
    answer = reader.post(line, {"reason": REASON})
    assert (answer.status_code, answer["Location"]) == (303, line)
    assert caseworker.display_name in reader.get(line).content.decode()
    asked = Disclosure.objects.get()
    assert (asked.membership_id, asked.reason) == (officer.pk, REASON)
    assert of_action("trail:name_asked").membership_id == officer.pk
    clock.shift(timedelta(hours=1))
    reader = browser_of(officer)
    assert caseworker.display_name not in reader.get(line).content.decode()


def test_a_name_is_shown_only_to_whoever_asked(
    desk: Client, morning: Morning, caseworker: Membership, reader: Client, fulda: Jobcenter
) -> None:
    desk.get(f"/fulda/desk/termin/{morning.first.public_id}/")
    line = f"{TRAIL}{of_action('viewed').pk}/"
    reader.post(line, {"reason": REASON})
    other = browser_of(make_member(fulda, Role.DATA_PROTECTION, "Otto Zweitschlüssel"))
    text = other.get(line).content.decode()
    assert caseworker.display_name not in text
    assert "schon gefragt" in text


@pytest.mark.parametrize("reason", ["", "weil", "x" * 501])
def test_a_reason_that_is_none_keeps_the_name_and_what_was_typed(
    desk: Client, morning: Morning, caseworker: Membership, reader: Client, reason: str
) -> None:
    desk.get(f"/fulda/desk/termin/{morning.first.public_id}/")
    answer = reader.post(f"{TRAIL}{of_action('viewed').pk}/", {"reason": reason})
    html = answer.content.decode()
    assert (answer.status_code, caseworker.display_name in html, reason in html) == (422, False, True)
    assert not Disclosure.objects.exists()


def test_a_line_of_a_customer_has_no_name_to_ask_for(reader: Client, morning: Morning) -> None:
    audit.record(by=audit.CUSTOMER, action="cancelled", subject=morning.first.subject, at=EIGHT)
    line = f"{TRAIL}{of_action('cancelled').pk}/"
    assert "Wer war das?" not in reader.get(line).content.decode()
    assert reader.post(line, {"reason": REASON}).status_code == 404


def test_a_persons_code_leads_to_the_lines_about_them_and_stands_in_no_address(
    reader: Client, morning: Morning
) -> None:
    code = readable_code(keys_of(morning.second).code)
    answer = reader.post(f"{TRAIL}suchen/", {"code": code})
    assert (answer.status_code, code.replace("-", "") in answer["Location"].replace("-", "")) == (303, False)
    text = main_text(reader.get(answer["Location"]))
    assert f"Termin {morning.second.pk}" in text
    assert f"Termin {morning.first.pk}" not in text


def test_an_unknown_code_is_said_and_kept(reader: Client, morning: Morning) -> None:
    answer = reader.post(f"{TRAIL}suchen/", {"code": "ABCD-EFGH"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Zu diesem Code gibt es hier keinen Termin" in html
    assert 'value="ABCD-EFGH"' in html


@pytest.mark.parametrize(
    ("chosen", "seen"),
    [
        ({}, ["cancelled", "viewed", "row_changed"]),
        ({"was": "angesehen"}, ["viewed"]),
        ({"was": "geaendert"}, ["cancelled", "row_changed"]),
        ({"was": "vorbei"}, ["row_changed"]),
        ({"wer": "customer"}, ["cancelled"]),
        ({"wer": "database"}, ["row_changed"]),
        ({"von": "2026-11-20", "bis": "2026-11-22"}, []),
    ],
)
def test_each_filter_leaves_what_it_says(reader: Client, chosen: dict[str, str], seen: list[str]) -> None:
    audit.record(by=audit.CUSTOMER, action="cancelled", subject="appointment:1", at=EIGHT)
    audit.viewed("appointment:1", by=audit.staff(1), at=EIGHT)
    nobody = audit.By(audit.ActorKind.DATABASE)
    audit.record(by=nobody, action="row_changed", subject="appointment:1", at=EIGHT, columns="status")
    found = csv.DictReader(
        io.StringIO(reader.post(f"{TRAIL}tabelle/", WEEK | chosen).content.decode("utf-8-sig")), delimiter=";"
    )
    lines = [row for row in found if row["woran"] == "appointment:1"]
    assert sorted(row["vorgang"] for row in lines) == sorted(seen)
    listed = main_text(reader.get(TRAIL, chosen))
    assert ("Termin 1" in listed) == bool(seen)


def test_the_table_has_named_columns_no_names_and_is_itself_recorded(
    desk: Client, reader: Client, morning: Morning, caseworker: Membership, officer: Membership
) -> None:
    desk.get(f"/fulda/desk/termin/{morning.first.public_id}/")
    answer = reader.post(f"{TRAIL}tabelle/", WEEK)
    text = answer.content.decode("utf-8-sig")
    assert text.splitlines()[0] == "zeile;zeit;was;vorgang;woran;wer;rolle;angaben"
    assert "Fachkraft" in text
    assert caseworker.display_name not in text
    told = of_action("trail:exported")
    assert (told.membership_id, told.detail["lines"] > 0) == (officer.pk, True)


def test_reading_is_written_down_once_for_a_while(reader: Client, officer: Membership) -> None:
    for _look in range(3):
        reader.get(TRAIL)
    assert AuditEntry.objects.filter(action="viewed", subject="trail", membership_id=officer.pk).count() == 1


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("von=gestern", 422),
        ("von=2026-11-23&bis=2026-11-01", 422),
        ("von=2000-01-01&bis=2026-11-01", 422),
        ("von=9999-12-31&bis=9999-12-31", 422),
        ("was=alles", 422),
        ("wer=nsa", 422),
        ("ab=0", 422),
        ("ab=99999999999999999999", 422),
        ("termin=AAAAAAAAAAAAAAAAAAAAAA", 404),
        ("getan=x", 200),
    ],
)
def test_what_cannot_be_meant_is_said(reader: Client, query: str, status: int) -> None:
    assert reader.get(f"{TRAIL}?{query}").status_code == status


def test_older_lines_are_a_page_further(reader: Client, morning: Morning) -> None:
    for number in range(60):
        audit.record(by=audit.SYSTEM, action="let_stand", subject=f"appointment:{number}", at=EIGHT)
    html = reader.get(TRAIL).content.decode()
    assert (html.count("Trotz geänderter Zeiten"), "Ältere Zeilen" in html) == (49, True)  # the first is this look
    following = html.split("Ältere Zeilen")[0].rpartition('href="')[2].partition('"')[0]
    further = reader.get(following.replace("&amp;", "&")).content.decode()
    assert further.count("Trotz geänderter Zeiten") == 11


def test_many_lines_cost_no_more_questions_than_one(
    reader: Client, fulda: Jobcenter, make: Callable[..., Appointment]
) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert reader.get(TRAIL).status_code == 200
        return len(asked)

    make(30, "Änne Groß")
    reader.get(TRAIL)
    few = questions()
    for number in range(30):
        member = make_member(fulda, Role.CASEWORKER, f"Kraft {number}")
        audit.viewed(f"appointment:{number}", by=audit.staff(member.pk), at=EIGHT)
    assert questions() == few


def test_another_jobcenters_line_is_no_line(reader: Client, wiesbaden: Jobcenter, fulda: Jobcenter) -> None:
    audit.record(by=audit.staff(1), action="cancelled", subject="appointment:1", at=EIGHT)
    foreign = browser_of(make_member(wiesbaden, Role.DATA_PROTECTION))
    line = of_action("cancelled").pk
    assert foreign.get(f"/wiesbaden/desk/protokoll/{line}/").status_code == 404
    assert foreign.post(f"/wiesbaden/desk/protokoll/{line}/", {"reason": REASON}).status_code == 404
