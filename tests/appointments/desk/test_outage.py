# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page with the lists for an outage: when each was written, both files to fetch, and that somebody fetched one."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from time_machine import Traveller

from appointments.emergency_list.writing import write_lists
from appointments.models import Location
from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.audit.models import AuditEntry
from tests.appointments.desk.conftest import EIGHT, Morning
from tests.appointments.desk.staff import main_text

LISTS = "/fulda/desk/notfall-listen/"


@pytest.fixture(autouse=True)
def lists(tmp_path: Path, settings: Any) -> Path:
    settings.EMERGENCY_LIST_DIR = str(tmp_path)
    return tmp_path


def test_each_location_shows_when_its_lists_were_written(desk: Client, morning: Morning) -> None:
    write_lists(morning.office.jobcenter, now=EIGHT)
    text = main_text(desk.get(LISTS))
    assert "Haus der Arbeit" in text
    assert (text.count("08:00"), text.count("PDF zum Drucken"), text.count("Tabelle (CSV)")) == (2, 2, 2)
    assert "veraltet" not in text


def test_a_file_is_fetched_as_it_lies_and_that_is_written_down(
    desk: Client, morning: Morning, lists: Path, caseworker: Membership
) -> None:
    write_lists(morning.office.jobcenter, now=EIGHT)
    for form, kind in (("pdf", "application/pdf"), ("csv", "text/csv; charset=utf-8")):
        answer = desk.get(f"{LISTS}haus/2026-11-23-{form}/")
        assert answer.content == (lists / "fulda" / f"haus_2026-11-23.{form}").read_bytes()
        assert (answer["Content-Type"], answer["Cache-Control"]) == (kind, "no-store")
    seen = AuditEntry.objects.get(subject=f"emergency-list:{morning.office.location.pk}:2026-11-23")
    assert (seen.action, seen.membership_id) == ("viewed", caseworker.pk)


@pytest.mark.parametrize(
    "listed", ["haus/2026-11-25-pdf", "haus/2026-11-23-exe", "haus/2026-13-40-pdf", "anderswo/2026-11-23-pdf", "haus/x"]
)
def test_what_does_not_lie_there_is_a_404(desk: Client, morning: Morning, listed: str) -> None:
    write_lists(morning.office.jobcenter, now=EIGHT)
    assert desk.get(f"{LISTS}{listed}/").status_code == 404


def test_old_lists_are_called_old(desk: Client, morning: Morning, lists: Path, clock: Traveller) -> None:
    write_lists(morning.office.jobcenter, now=EIGHT.replace(hour=1))
    assert "veraltet" in main_text(desk.get(LISTS))


def test_without_a_folder_and_without_lists_the_page_says_so(desk: Client, morning: Morning, settings: Any) -> None:
    assert "Hier liegt noch keine Liste" in main_text(desk.get(LISTS))
    settings.EMERGENCY_LIST_DIR = ""
    assert "Es gibt keine Listen für den Notfall" in main_text(desk.get(LISTS))


def test_thirty_locations_cost_no_more_questions_than_one(desk: Client, morning: Morning) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(LISTS).status_code == 200
        return len(asked)

    desk.get(LISTS)
    few = questions()
    house = morning.office.location
    for number in range(29):
        Location.objects.create(tenant_id=house.tenant_id, slug=f"h{number}", name="Haus", street="Weg 1", town="Ort")
    assert questions() == few
