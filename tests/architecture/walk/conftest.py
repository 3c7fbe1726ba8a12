# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two neighbouring Jobcenters full of canaries, and a demo outbox with a message of each."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.walk.world import Reach, World, make_world


@pytest.fixture(autouse=True)
def _without_log() -> Iterator[None]:
    """Thousands of lines, of which pytest would keep each one; what logs may say is tested in tests/contract."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def today() -> datetime:
    """The real time: pages read the clock, and free times lie ahead of it."""
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def own(db: None, today: datetime) -> World:
    """Where the actors of the walk belong."""
    return make_world("quelle", now=today)


@pytest.fixture
def foreign(own: World, today: datetime) -> World:
    """The neighbour, whose canaries nobody may see. One caseworker of `own` works here too."""
    return make_world("nachbar", now=today, visitor=own.visitor)


@pytest.fixture(autouse=True)
def _lists(tmp_path: Path, settings: Any) -> None:
    """A folder for the day lists of both."""
    folder = tmp_path / "lists"
    folder.mkdir()
    settings.EMERGENCY_LIST_DIR = str(folder)


@pytest.fixture
def outbox(own: World, tmp_path: Path, settings: Any) -> Path:
    """The demo's folder of caught messages, with one SMS that names a person of `own`."""
    settings.DEMO_OUTBOX_DIR = tmp_path
    folder = tmp_path / "sms"
    folder.mkdir()
    caught = {"to": "+4915110000000", "from": "Termin", "text": own.canary(Reach.SECRET), "foreign_id": "r1"}
    (folder / "20261122T100000.000000Z-1.json").write_text(json.dumps(caught), encoding="utf-8")
    return tmp_path
