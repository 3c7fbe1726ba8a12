# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What lies in the folder: every appointment of the day, whole files, for nobody else's eyes."""

import csv
import io
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pdfminer.high_level import extract_text
from pytest_django import DjangoAssertNumQueries

from appointments.changing import cancel
from appointments.emergency_list import folder
from appointments.emergency_list.day import day_list
from appointments.emergency_list.files import COLUMNS
from appointments.emergency_list.folder import NoFolder
from appointments.emergency_list.round import write_all, write_due
from appointments.emergency_list.writing import Health, Written, health, write_lists
from appointments.models import Appointment
from jobcenter_portal.audit import service as audit
from jobcenter_portal.settings.test import TEST_DATABASE
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from tests.appointments.factories import Office, make_appointment, make_office, person
from tests.conftest import superuser_url

SIX = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
"""06:00 on a Monday in Fulda."""
EIGHT = SIX + timedelta(hours=2)


@pytest.fixture
def lists(tmp_path: Path, settings: Any) -> Path:
    settings.EMERGENCY_LIST_DIR = str(tmp_path)
    return tmp_path


@pytest.fixture
def office(fulda: Jobcenter) -> Office:
    return make_office(fulda, calendars=3)


@pytest.fixture
def booked(office: Office) -> list[Appointment]:
    """Three on Monday, one on Tuesday."""
    before = SIX - timedelta(days=2)
    return [
        make_appointment(office, EIGHT, before, person("Jürgen Größer", phone="+4915228817386")),
        make_appointment(office, EIGHT, before, person("=HYPERLINK(1)", language="uk")),
        make_appointment(office, EIGHT + timedelta(minutes=30), before, person("Yıldız Şahin", language="tr")),
        make_appointment(office, EIGHT + timedelta(days=1), before, person("Olena Шевченко", language="ar")),
    ]


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig")), delimiter=";"))


def test_each_list_tells_who_comes_when_to_whom(lists: Path, office: Office, booked: list[Appointment]) -> None:
    cancel(jobcenter=office.jobcenter, appointment=booked[2], by=audit.CUSTOMER, now=SIX - timedelta(days=1))
    assert write_lists(office.jobcenter, now=SIX) == Written(2, 0)
    assert sorted(path.name for path in (lists / "fulda").iterdir()) == [
        "haus_2026-11-23.csv",
        "haus_2026-11-23.pdf",
        "haus_2026-11-24.csv",
        "haus_2026-11-24.pdf",
    ]
    first, second, third = table(lists / "fulda" / "haus_2026-11-23.csv")
    assert first == {
        "datum": "2026-11-23",
        "beginn": "08:00",
        "ende": "08:30",
        "name": "Jürgen Größer",
        "anliegen": "Beratung",
        "art": "vor Ort",
        "bei": first["bei"],
        "raum": "",
        "sprache": "Deutsch",
        "sprachmittlung": "",
        "status": "gebucht",
        "telefon": "01522 8817386",
        "nummer": "",
        "standort": "Haus der Arbeit",
        "stand_vom": "23.11.2026 06:00",
    }
    assert first["bei"].startswith("Zimmer ")
    assert (second["name"], second["sprache"]) == ("'=HYPERLINK(1)", "Ukrainisch")
    assert (third["name"], third["status"], third["sprache"]) == ("Yıldız Şahin", "abgesagt", "Türkisch")
    assert [row["name"] for row in table(lists / "fulda" / "haus_2026-11-24.csv")] == ["Olena Шевченко"]


def test_the_table_begins_with_a_mark_and_its_columns_keep_their_names(
    lists: Path, office: Office, booked: list[Appointment]
) -> None:
    write_lists(office.jobcenter, now=SIX)
    raw = (lists / "fulda" / "haus_2026-11-23.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf" + ";".join(COLUMNS).encode() + b"\r\n")


def test_the_sheet_says_the_same_with_its_moment_and_the_number_of_each_page(
    lists: Path, office: Office, booked: list[Appointment]
) -> None:
    write_lists(office.jobcenter, now=SIX)
    path = lists / "fulda" / "haus_2026-11-23.pdf"
    said = " ".join(extract_text(path).split())
    for expected in (
        "Haus der Arbeit: Montag, 23.11.2026",
        "Stand: 23.11.2026 06:00 Uhr",
        "Seite 1 von 1",
        "Jürgen Größer",
        "Yıldız Şahin",
        "01522 8817386",
    ):
        assert expected in said
    raw = path.read_bytes()
    assert (b"/StructTreeRoot" in raw, b"pdfuaid" in raw) == (True, True)


def test_a_day_without_anybody_says_so(lists: Path, office: Office) -> None:
    write_lists(office.jobcenter, now=SIX)
    assert table(lists / "fulda" / "haus_2026-11-23.csv") == []
    assert "niemand eingetragen" in extract_text(lists / "fulda" / "haus_2026-11-23.pdf")


def test_a_jobcenter_may_keep_telephone_numbers_off_its_lists(
    lists: Path, office: Office, booked: list[Appointment]
) -> None:
    TenantSettings.objects.update(emergency_phones=False)
    write_lists(Jobcenter.objects.get(), now=SIX)
    assert table(lists / "fulda" / "haus_2026-11-23.csv")[0]["telefon"] == ""
    assert "Telefon" not in extract_text(lists / "fulda" / "haus_2026-11-23.pdf")


def test_files_are_ours_alone_and_bear_the_moment_they_tell_of(lists: Path, office: Office) -> None:
    write_lists(office.jobcenter, now=SIX)
    assert stat.S_IMODE((lists / "fulda").stat().st_mode) == 0o700
    for path in (lists / "fulda").iterdir():
        assert (stat.S_IMODE(path.stat().st_mode), path.stat().st_mtime) == (0o600, SIX.timestamp())


def test_only_what_is_due_is_written_again(lists: Path, office: Office) -> None:
    write_lists(office.jobcenter, now=SIX)
    assert write_lists(office.jobcenter, now=SIX + timedelta(minutes=59)) == Written(0, 0)
    assert write_lists(office.jobcenter, now=SIX + timedelta(hours=1)) == Written(2, 0)
    assert write_lists(office.jobcenter, now=SIX + timedelta(hours=1), only_due=False) == Written(2, 0)


def test_lists_go_after_two_days_and_so_does_what_a_killed_writer_left(lists: Path, office: Office) -> None:
    write_lists(office.jobcenter, now=SIX)
    (lists / "fulda" / ".haus_2026-11-23.pdf.part").write_bytes(b"half")
    write_lists(office.jobcenter, now=SIX + timedelta(days=3))
    assert sorted(path.name for path in (lists / "fulda").glob("*.csv")) == [
        "haus_2026-11-24.csv",
        "haus_2026-11-26.csv",
        "haus_2026-11-27.csv",
    ]
    assert not list((lists / "fulda").glob(".*"))


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process grows any more: to whoever writes as good as a full disk (EFBIG instead of ENOSPC)."""
    kept = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, kept[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, kept)


def test_a_full_disk_leaves_the_list_before_and_is_said(lists: Path, office: Office, booked: list[Appointment]) -> None:
    write_all(now=SIX)
    before = {path.name: path.read_bytes() for path in (lists / "fulda").iterdir()}
    with full_disk():
        assert write_lists(office.jobcenter, now=EIGHT) == Written(0, 2)
    assert {path.name: path.read_bytes() for path in (lists / "fulda").iterdir()} == before
    with full_disk():
        write_due(now=EIGHT)
    assert health(now=EIGHT) == Health(is_set_up=True, is_there=True, age=timedelta(0), failed=2)


def test_a_folder_that_is_not_mounted_is_not_made(tmp_path: Path, settings: Any, office: Office) -> None:
    settings.EMERGENCY_LIST_DIR = str(tmp_path / "not-mounted")
    with pytest.raises(NoFolder):
        write_lists(office.jobcenter, now=SIX)
    write_due(now=SIX)
    with pytest.raises(CommandError, match="mounted"):
        call_command("write_emergency_lists")
    assert (list(tmp_path.iterdir()), health(now=SIX)) == ([], Health(is_set_up=True))


def test_without_a_typesetter_the_table_is_there_all_the_same(
    lists: Path, office: Office, booked: list[Appointment], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr("notifications.channels.letter.typesetting.sys.executable", "/bin/false")
    assert write_lists(office.jobcenter, now=SIX) == Written(0, 2)
    assert len(table(lists / "fulda" / "haus_2026-11-23.csv")) == 3
    assert not list((lists / "fulda").glob("*.pdf"))


def test_one_writer_at_a_time(lists: Path, office: Office) -> None:
    with psycopg.connect(superuser_url(), dbname=TEST_DATABASE, autocommit=True) as other:
        other.execute(
            "SELECT pg_advisory_lock(hashtextextended('emergency-list/' || %s, 0))", [str(office.jobcenter.pk)]
        )
        assert write_lists(office.jobcenter, now=SIX) == Written(is_busy=True)
    assert not (lists / "fulda").exists()
    assert write_lists(office.jobcenter, now=SIX) == Written(2, 0)


def test_the_lock_is_given_back(lists: Path, office: Office) -> None:
    write_lists(office.jobcenter, now=SIX)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        assert cursor.fetchone() == (0,)


def test_many_people_cost_no_more_questions_than_one(
    office: Office, booked: list[Appointment], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    day = booked[0].starts_at.date()
    for moment in (day, day + timedelta(days=1)):
        with django_assert_num_queries(4):
            day_list(jobcenter=office.jobcenter, location=office.location, day=moment, now=SIX)


def test_all_jobcenters_have_folders_of_their_own(
    lists: Path, office: Office, wiesbaden: Jobcenter, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("write_emergency_lists")
    said = capsys.readouterr().out.splitlines()
    assert said == ["fulda: 2 written, 0 not", "wiesbaden: 0 written, 0 not", "2 lists are written."]
    assert [path.name for path in lists.iterdir() if path.is_dir()] == ["fulda"]
    written = folder.lying("fulda")
    assert [folder.content("fulda", slug=one.slug, day=one.day, form=one.form) is not None for one in written] == (
        [True] * 4
    )
