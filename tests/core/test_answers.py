# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Until when the office answers: working days count, and nobody is promised an answer after the wished time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from appointments.core.answers import answer_deadline, end_of_next_working_day, is_working_day

BERLIN = ZoneInfo("Europe/Berlin")
FAR = timedelta(days=20)


def at(text: str) -> datetime:
    """Local time at the office."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("asked", "hours", "answered"),
    [
        ("2026-11-23T08:00", 48, "2026-11-25T08:00"),  # Monday to Wednesday
        ("2026-11-27T15:00", 48, "2026-12-01T15:00"),  # Friday afternoon: the weekend does not count
        ("2026-11-28T14:00", 48, "2026-12-01T14:00"),  # Saturday: like Friday's end
        ("2026-11-28T14:00", 4, "2026-11-30T18:00"),
        ("2026-11-27T23:00", 1, "2026-11-30T00:00"),
        ("2026-12-23T10:00", 48, "2026-12-28T10:00"),  # over Christmas Day, Boxing Day and a Sunday
        ("2026-12-24T10:00", 24, "2026-12-28T10:00"),
        ("2027-03-25T10:00", 48, "2027-03-31T10:00"),  # Good Friday, Easter Monday, and the clock goes forward
    ],
)
def test_days_off_move_the_answer_on_by_a_day_each(asked: str, hours: int, answered: str) -> None:
    found = answer_deadline(at(asked), hours, starts_at=at(asked) + FAR, zone=BERLIN)
    assert found.astimezone(BERLIN).isoformat()[:16] == answered


@pytest.mark.parametrize(
    ("wished", "answered"),
    [
        ("2026-11-30T15:00", "2026-11-30T13:00"),  # asked on Friday for Monday: two hours before
        ("2026-11-27T16:00", "2026-11-27T15:30"),  # in an hour: half of it
        ("2026-12-01T16:59", "2026-12-01T14:59"),
        ("2026-12-01T17:01", "2026-12-01T15:00"),
    ],
)
def test_the_answer_comes_before_the_wished_time(wished: str, answered: str) -> None:
    found = answer_deadline(at("2026-11-27T15:00"), 48, starts_at=at(wished), zone=BERLIN)
    assert found.astimezone(BERLIN).isoformat()[:16] == answered


def test_every_answer_falls_on_a_working_day_and_never_before_the_question() -> None:
    for hour in range(24 * 40):
        asked = at("2026-11-20T00:30") + timedelta(hours=hour)
        for hours in (1, 24, 48, 96):
            found = answer_deadline(asked, hours, starts_at=asked + FAR, zone=BERLIN)
            assert is_working_day(found.astimezone(BERLIN).date())
            assert found - asked >= timedelta(hours=hours)


def test_the_office_looks_ahead_to_the_end_of_its_next_working_day() -> None:
    found = {
        text: end_of_next_working_day(at(text), BERLIN).astimezone(BERLIN).date().isoformat()
        for text in ("2026-11-23T07:00", "2026-11-27T07:00", "2026-12-24T07:00")
    }
    assert found == {
        "2026-11-23T07:00": "2026-11-25",
        "2026-11-27T07:00": "2026-12-01",
        "2026-12-24T07:00": "2026-12-29",
    }
    assert [is_working_day(date(2026, 12, day)) for day in (24, 25, 26, 27, 28)] == [True, False, False, False, True]
