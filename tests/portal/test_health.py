# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`/healthz` and `/readyz`, each part with the real fault: a server that is away, a migration that is missing."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from appointments.emergency_list.folder import note_round
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.models import Heartbeat, OutboxWake

WELL = {
    "ready": True,
    "warnings": [],
    "database": "ok",
    "migrations": "ok",
    "broker": "ok",
    "emergency_lists": "ok",
    "beat": "ok",
    "delivery": "ok",
    "dispatcher": "ok",
    "urgent_lane": "ok",
}


@pytest.fixture(autouse=True)
def lists(tmp_path: Path, settings: Any) -> Path:
    """The folder of the day lists, where a round has just been."""
    settings.EMERGENCY_LIST_DIR = str(tmp_path)
    note_round(at=datetime.now(UTC), failed=0)
    return tmp_path


@pytest.fixture
def ticking(db: None) -> datetime:
    """Beat has just ticked in both lanes, and somebody has delivered. The real time: the page reads the clock."""
    now = datetime.now(UTC)
    Heartbeat.objects.bulk_create(Heartbeat(name=name, beat_at=now) for name in ("tick", "dispatcher", "urgent"))
    return now


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port of this machine at which nobody can listen as long as the test runs."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def _ask() -> tuple[int, dict[str, Any]]:
    answer = Client().get("/readyz")
    return answer.status_code, answer.json()


def test_all_is_well(ticking: datetime) -> None:
    assert _ask() == (200, WELL)


def test_a_broker_that_is_down_is_said_and_bookings_go_on(ticking: datetime, closed_port: int, settings: Any) -> None:
    settings.REDIS_URL = f"redis://:a-password@127.0.0.1:{closed_port}/0"
    status, answer = _ask()
    assert (status, answer) == (200, WELL | {"warnings": ["broker"], "broker": "unreachable: ConnectionError"})


def test_a_missing_migration_makes_the_portal_unready(ticking: datetime) -> None:
    last = MigrationRecorder.Migration.objects.filter(app="audit").latest("id")
    last.delete()
    status, answer = _ask()
    assert (status, answer) == (503, WELL | {"ready": False, "migrations": "1 migrations are missing"})


@pytest.mark.parametrize(("seconds", "is_said"), [(50, False), (70, True)])
@pytest.mark.parametrize(("name", "part"), [("tick", "beat"), ("dispatcher", "dispatcher"), ("urgent", "urgent_lane")])
def test_a_beat_that_stopped_is_said(ticking: datetime, name: str, part: str, seconds: int, *, is_said: bool) -> None:
    Heartbeat.objects.filter(name=name).update(beat_at=ticking - timedelta(seconds=seconds))
    status, answer = _ask()
    assert (status, answer["warnings"]) == (200, [part] if is_said else [])
    assert answer[part].endswith(" s old") == is_said


def test_beats_that_never_came_are_said(db: None) -> None:
    assert _ask() == (
        200,
        WELL
        | {
            "warnings": ["beat", "dispatcher", "urgent_lane"],
            "beat": "the beat never ticked",
            "dispatcher": "nothing ever delivered",
            "urgent_lane": "nobody ever looked into the urgent queue",
        },
    )


@pytest.mark.parametrize(("seconds", "is_said"), [(110, False), (130, True), (-60, False)])
def test_a_message_that_waits_too_long_is_said(
    fulda: Jobcenter, ticking: datetime, seconds: int, *, is_said: bool
) -> None:
    OutboxWake.objects.create(tenant=fulda, next_due_at=ticking - timedelta(seconds=seconds))
    status, answer = _ask()
    assert (status, answer["warnings"]) == (200, ["delivery"] if is_said else [])
    assert answer["delivery"].endswith(" s old") == is_said


def test_lists_for_an_outage_that_are_not_written_are_said(ticking: datetime, lists: Path, settings: Any) -> None:
    def said() -> tuple[list[str], str]:
        answer = _ask()[1]
        return answer["warnings"], answer["emergency_lists"]

    note_round(at=ticking - timedelta(minutes=21), failed=0)
    assert said()[0] == ["emergency_lists"]
    note_round(at=ticking, failed=3)
    assert said() == (["emergency_lists"], "3 lists could not be written")
    for path in lists.iterdir():
        path.unlink()
    assert said() == (["emergency_lists"], "none were ever written")
    settings.EMERGENCY_LIST_DIR = str(lists / "not-mounted")
    assert said() == (["emergency_lists"], "the folder of EMERGENCY_LIST_DIR is not there")
    settings.EMERGENCY_LIST_DIR = ""
    assert said() == (["emergency_lists"], "EMERGENCY_LIST_DIR is not set")


@pytest.fixture
def no_database(django_db_setup: None, django_db_blocker: Any, closed_port: int) -> Iterator[int]:
    """The portal's database connection leads to a port where nobody is."""
    database = connections["default"]
    kept = database.settings_dict["PORT"]
    with django_db_blocker.unblock():
        database.close()
        database.settings_dict["PORT"] = str(closed_port)
        yield closed_port
        database.close()
        database.settings_dict["PORT"] = kept


def test_without_database_the_portal_lives_and_is_not_ready(no_database: int) -> None:
    assert Client().get("/healthz").json() == {"status": "ok"}
    status, answer = _ask()
    assert (status, answer) == (
        503,
        WELL
        | {
            "ready": False,
            "warnings": ["beat", "delivery", "dispatcher", "urgent_lane"],
            "database": "unreachable: OperationalError",
            "migrations": "unreachable: OperationalError",
            "beat": "unknown",
            "delivery": "unknown",
            "dispatcher": "unknown",
            "urgent_lane": "unknown",
        },
    )


def test_the_answer_tells_neither_address_nor_secret_nor_role(no_database: int, settings: Any) -> None:
    settings.REDIS_URL = f"redis://:a-password@127.0.0.1:{no_database}/0"
    text = Client().get("/readyz").content.decode()
    assert [word for word in ("127.0.0.1", str(no_database), "a-password", "jp_app") if word in text] == []
