# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""When the times of a new day come: against somebody who stands before the door and looks at the clock."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from appointments.core.policy import BookingWindow, Refusal

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SEVEN = 7 * 60
SPRING, AUTUMN, PLAIN = date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 24)


@cache
def released(day: date, minute: int) -> datetime:
    """The first minute of a local day at which the clock shows that time or a later one, by waiting for it."""
    instant = datetime.combine(day, time(), UTC) - 3 * 60 * MINUTE
    while (local := instant.astimezone(BERLIN)).date() != day or local.hour * 60 + local.minute < minute:
        instant += MINUTE
    return instant


def window(minute: int, horizon: int = 0) -> BookingWindow:
    return BookingWindow(timedelta(0), horizon, minute)


@pytest.mark.parametrize("around", [SPRING, AUTUMN, PLAIN])
@settings(max_examples=120, deadline=None)
@given(
    seconds=st.integers(-36 * 3600, 36 * 3600),
    minute=st.one_of(st.integers(0, 1439), st.integers(110, 190)),
    horizon=st.integers(0, 3),
)
@example(seconds=0, minute=0, horizon=0)
@example(seconds=3600, minute=150, horizon=0)
def test_a_day_can_be_booked_from_its_release_on(around: date, seconds: int, minute: int, horizon: int) -> None:
    now = datetime.combine(around, time(), UTC) + timedelta(seconds=seconds)
    days = [around + offset * DAY for offset in range(-4, 9)]

    bookable = [day for day in days if released(day - horizon * DAY, minute) <= now]

    asked = window(minute, horizon)
    assert asked.last_day(now, BERLIN) == bookable[-1]
    assert asked.end(now, BERLIN) == released(bookable[-1] + DAY, 0)


# The local clock at a release of times at 02:30, in the nights in which it jumps from two to three or back.
NIGHTS = [
    (SPRING, "03:00+02:00"),  # half past two does not take place: the release is the jump
    (AUTUMN, "02:30+02:00"),  # it comes twice: the release is the first one
    (PLAIN, "02:30+01:00"),
]


@pytest.mark.parametrize(("day", "shown"), NIGHTS)
def test_a_release_in_the_night_of_the_change_happens_once(day: date, shown: str) -> None:
    at = window(150).released_at(day, BERLIN)

    assert at.astimezone(BERLIN).isoformat(timespec="minutes") == f"{day}T{shown}"
    assert window(150).last_day(at - MINUTE, BERLIN) == window(150).last_day(at, BERLIN) - DAY


def test_emergency_times_come_at_seven_and_not_a_second_before() -> None:
    seven = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    ten = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    second = timedelta(seconds=1)

    assert window(SEVEN).refusal(ten, seven - second, BERLIN) is Refusal.TOO_FAR_AHEAD
    assert window(SEVEN).refusal(ten, seven, BERLIN) is None
    assert window(SEVEN).refusal(ten + DAY, seven, BERLIN) is Refusal.TOO_FAR_AHEAD
    assert window(SEVEN, horizon=1).refusal(ten + DAY, seven, BERLIN) is None


def test_before_the_release_the_rest_of_the_older_days_stays_bookable() -> None:
    night = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)

    assert window(SEVEN, horizon=14).last_day(night, BERLIN) == date(2026, 12, 7)
    assert window(0, horizon=14).last_day(night, BERLIN) == date(2026, 12, 8)


@pytest.mark.parametrize("minute", [-1, 1440])
def test_times_are_released_at_a_minute_of_the_day(minute: int) -> None:
    with pytest.raises(ValueError, match="minute of the day"):
        window(minute)
