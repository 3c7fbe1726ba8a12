# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The worlds of the isolation walk serve the contracts too."""

from datetime import UTC, datetime

import pytest

from tests.architecture.walk.world import World, make_world


@pytest.fixture
def today() -> datetime:
    """The real time: pages read the clock."""
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def own(db: None, today: datetime) -> World:
    return make_world("quelle", now=today)
