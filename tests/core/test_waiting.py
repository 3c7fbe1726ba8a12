# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from appointments.core.waiting import answer_until, is_earlier

BERLIN = ZoneInfo("Europe/Berlin")
NINE = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("starts_at", "patience", "until"),
    [
        (NINE + 48 * HOUR, 2 * HOUR, NINE + 2 * HOUR),
        (NINE + 4 * HOUR, 2 * HOUR, NINE + 2 * HOUR),
        (NINE + 3 * HOUR, 2 * HOUR, NINE + HOUR),
        (NINE + 2.5 * HOUR, 2 * HOUR, NINE + 0.5 * HOUR),
        (NINE + 2.5 * HOUR - MINUTE, 2 * HOUR, None),
        (NINE + HOUR, 2 * HOUR, None),
        (NINE + 48 * HOUR, 15 * MINUTE, NINE + 15 * MINUTE),
    ],
    ids=["plenty", "just", "shorter", "half an hour", "too short", "too near", "an impatient office"],
)
def test_two_hours_stay_between_the_last_yes_and_the_start(
    starts_at: datetime, patience: timedelta, until: datetime | None
) -> None:
    assert answer_until(starts_at, NINE, patience) == until


def test_earlier_is_an_earlier_day_on_the_clock_of_the_office() -> None:
    half_past_midnight = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # Tuesday in Berlin

    assert is_earlier(NINE, half_past_midnight, BERLIN)
    assert not is_earlier(NINE, NINE + 3 * HOUR, BERLIN)
    assert not is_earlier(half_past_midnight, NINE, BERLIN)
