# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fake kinds, real catchers, and small steps through the outbox."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from notifications import kinds
from notifications.delivery.sessions import Sessions
from notifications.texts.defaults import also_from
from tests.notifications.fake_app.kinds import FakeKind, change, note
from tests.notifications.network_guard import no_network_in_transactions
from tests.notifications.servers import Catchers, Redis

FAKE_TEXTS = Path(__file__).parent / "fake_app" / "templates"


@pytest.fixture
def note_kind(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeKind]:
    """Both fake kinds with their texts; gives the one that is not repeated when unclear."""
    kind = note()
    monkeypatch.setitem(kinds._kinds, kind.key, kind)
    monkeypatch.setitem(kinds._kinds, "test-change", change())
    with also_from(FAKE_TEXTS):
        yield kind


@pytest.fixture
def catchers(tmp_path: Path, settings: pytest.FixtureRequest) -> Iterator[Catchers]:
    """Starts catchers on demand and points the settings at them."""
    with Catchers(tmp_path, settings) as started:
        yield started


@pytest.fixture
def spare(tmp_path: Path, settings: pytest.FixtureRequest) -> Iterator[Catchers]:
    """Catchers of a second provider."""
    with Catchers(tmp_path / "spare", settings) as started:
        yield started


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    """A Valkey of the test's own, which it may stop."""
    with Redis(tmp_path) as server:
        yield server


@pytest.fixture
def sessions() -> Iterator[Sessions]:
    with Sessions() as opened:
        yield opened


@pytest.fixture(autouse=True)
def network_guard() -> Iterator[None]:
    """No provider is spoken to while a transaction holds locks and a snapshot."""
    with no_network_in_transactions():
        yield
