# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The drill: a worker writes the lists, then everything is stopped, and they are read with plain tools."""

import csv
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from pdfminer.high_level import extract_text

from appointments.emergency_list.times import next_day
from jobcenter_portal.kernel.wall_clock import local_day, midnight
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.outbox.clock import database_now
from tests.appointments.factories import make_appointment, make_office, person
from tests.notifications.processes.own_postgres import OwnPostgres
from tests.notifications.processes.steps import MakeWorkers, send_hints
from tests.notifications.servers import Catchers, Redis, end, wait_until

NAMES = [f"Größer-{number:02}, Änne" for number in range(1, 13)]
HINT = "appointments.write_emergency_lists_of_all_tenants"


def test_with_everything_stopped_the_lists_of_the_day_are_there(
    office: Jobcenter,
    postgres: OwnPostgres,
    redis: Redis,
    catchers: Catchers,
    workers: MakeWorkers,
    tmp_path: Path,
) -> None:
    lists = tmp_path / "lists"
    lists.mkdir()
    tomorrow = _book_everybody(office)
    processes = workers(catchers, EMERGENCY_LIST_DIR=str(lists), DATABASE_URL=postgres.url)
    worker = processes.ready_worker()
    send_hints(redis.url, HINT)
    sheet, rows = (lists / "fulda" / f"haus_{tomorrow}.{form}" for form in ("pdf", "csv"))
    wait_until("both files of tomorrow lie there", lambda: sheet.exists() and rows.exists())

    end(worker)
    redis.stop()
    connection.close()
    postgres.kill()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(postgres.url, connect_timeout=1)

    with rows.open(encoding="utf-8-sig", newline="") as file:
        assert sorted(row["name"] for row in csv.DictReader(file, delimiter=";")) == NAMES
    said = " ".join(extract_text(sheet).split())
    assert [name for name in NAMES if name not in said] == []


def _book_everybody(office: Jobcenter) -> str:
    """Twelve on the next working day; returns that day."""
    house, now = make_office(office, calendars=3), database_now()
    day = next_day(local_day(now, office.settings.zone), is_closed=lambda _day: False, booked=None)
    begin = midnight(day, office.settings.zone) + timedelta(hours=8)
    for place, name in enumerate(NAMES):
        starts_at = begin + timedelta(minutes=30 * (place // 3))
        make_appointment(house, starts_at, now - timedelta(days=1), person(name))
    return f"{day}"
