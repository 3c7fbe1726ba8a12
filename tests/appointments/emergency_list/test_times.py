# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""When a list is due, and which day comes next."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from appointments.emergency_list.times import Open, is_due, next_day

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 11, 23)
EIGHT_TO_TWELVE = Open(8 * 60, 12 * 60)


def at(clock: str, day: date = MONDAY) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("written", "now", "due"),
    [
        (None, at("23:00"), True),
        (at("03:05"), at("06:55"), False),
        (at("03:05"), at("07:00"), True),
        (at("07:00"), at("07:59"), False),
        (at("07:00"), at("08:00"), True),
        (at("11:00"), at("12:00"), False),
        (at("11:05"), at("23:59"), False),
        (at("11:05"), at("02:59", MONDAY + timedelta(days=1)), False),
        (at("11:05"), at("03:00", MONDAY + timedelta(days=1)), True),
    ],
)
def test_a_list_is_due_every_night_and_every_hour_from_an_hour_before_opening(
    written: datetime | None, now: datetime, *, due: bool
) -> None:
    assert is_due(written_at=written, now=now, zone=BERLIN, hours=EIGHT_TO_TWELVE) is due


def test_a_place_without_hours_that_day_has_its_list_from_the_night() -> None:
    assert not is_due(written_at=at("03:05"), now=at("10:00"), zone=BERLIN, hours=None)


@pytest.mark.parametrize(
    ("today", "booked", "following"),
    [
        (MONDAY, None, date(2026, 11, 24)),
        (date(2026, 11, 27), None, date(2026, 11, 30)),
        (date(2026, 11, 27), date(2026, 11, 28), date(2026, 11, 28)),
        (date(2026, 12, 24), None, date(2026, 12, 28)),
        (MONDAY, date(2026, 11, 30), date(2026, 11, 24)),
    ],
)
def test_the_next_list_is_of_the_next_working_day_or_of_a_saturday_on_which_people_come(
    today: date, booked: date | None, following: date
) -> None:
    assert next_day(today, is_closed=lambda _day: False, booked=booked) == following


def test_a_closed_day_is_passed_over() -> None:
    closed = {MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)}
    assert next_day(MONDAY, is_closed=closed.__contains__, booked=None) == MONDAY + timedelta(days=3)
