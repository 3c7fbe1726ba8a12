# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from appointments.core.policy import (
    BookingWindow,
    Cancellation,
    Refusal,
    may_book_another,
    may_cancel,
    may_reschedule,
)

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 2, 2, 9, 0, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DAY_AHEAD = BookingWindow(min_lead=timedelta(hours=24), horizon_days=14)


@pytest.mark.parametrize(
    ("starts_at", "refusal"),
    [
        (NOW + timedelta(hours=24) - SECOND, Refusal.TOO_SOON),
        (NOW + timedelta(hours=24), None),
        (datetime(2026, 2, 16, 22, 59, 59, tzinfo=UTC), None),
        (datetime(2026, 2, 16, 23, 0, tzinfo=UTC), Refusal.TOO_FAR_AHEAD),
    ],
)
def test_the_window_is_exact_at_both_ends(starts_at: datetime, refusal: Refusal | None) -> None:
    assert DAY_AHEAD.refusal(starts_at, NOW, BERLIN) == refusal


def test_lead_time_is_elapsed_time_when_the_clock_jumps() -> None:
    saturday_noon = datetime(2026, 3, 28, 11, tzinfo=UTC)

    assert DAY_AHEAD.earliest(saturday_noon).astimezone(BERLIN).isoformat() == "2026-03-29T13:00:00+02:00"


@pytest.mark.parametrize(
    ("now", "last_day"),
    [
        (datetime(2026, 2, 2, 22, 59, tzinfo=UTC), date(2026, 2, 16)),
        (datetime(2026, 2, 2, 23, 0, tzinfo=UTC), date(2026, 2, 17)),
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), date(2026, 11, 8)),
    ],
)
def test_the_horizon_counts_local_days(now: datetime, last_day: date) -> None:
    assert DAY_AHEAD.last_day(now, BERLIN) == last_day


def test_the_window_ends_with_the_last_local_day_also_after_the_change() -> None:
    assert DAY_AHEAD.end(datetime(2026, 3, 20, 12, tzinfo=UTC), BERLIN) == datetime(2026, 4, 3, 22, tzinfo=UTC)


def test_a_horizon_of_no_days_is_today_only() -> None:
    today = BookingWindow(min_lead=timedelta(0), horizon_days=0)

    assert today.refusal(NOW, NOW, BERLIN) is None
    assert today.refusal(datetime(2026, 2, 2, 23, tzinfo=UTC), NOW, BERLIN) is Refusal.TOO_FAR_AHEAD


@pytest.mark.parametrize(("lead", "horizon"), [(timedelta(seconds=-1), 1), (timedelta(0), -1)])
def test_a_window_into_the_past_is_a_mistake(lead: timedelta, horizon: int) -> None:
    with pytest.raises(ValueError, match="not negative"):
        BookingWindow(lead, horizon)


@pytest.mark.parametrize(
    ("open_bookings", "refusal"),
    [(0, None), (1, None), (2, Refusal.TOO_MANY_OPEN_BOOKINGS), (3, Refusal.TOO_MANY_OPEN_BOOKINGS)],
)
def test_a_person_has_at_most_so_many_open_bookings(open_bookings: int, refusal: Refusal | None) -> None:
    assert may_book_another(open_bookings, max_open_bookings=2) == refusal


START = datetime(2026, 2, 10, 9, 0, tzinfo=UTC)
END = START + timedelta(minutes=30)
FOUR_HOURS = timedelta(hours=4)


@pytest.mark.parametrize(
    ("now", "reschedules", "refusal"),
    [
        (START - FOUR_HOURS, 0, None),
        (START - FOUR_HOURS, 1, None),
        (START - FOUR_HOURS, 2, Refusal.TOO_MANY_RESCHEDULES),
        (START - FOUR_HOURS + SECOND, 0, Refusal.TOO_LATE_TO_RESCHEDULE),
        (START - FOUR_HOURS + SECOND, 2, Refusal.TOO_LATE_TO_RESCHEDULE),
    ],
)
def test_moving_is_possible_until_the_deadline_and_only_so_often(
    now: datetime, reschedules: int, refusal: Refusal | None
) -> None:
    answer = may_reschedule(
        starts_at=START, reschedules=reschedules, max_reschedules=2, cancel_until=FOUR_HOURS, now=now
    )

    assert answer == refusal


@pytest.mark.parametrize(
    ("now", "counts_as"),
    [
        (START - timedelta(days=3), Cancellation.IN_TIME),
        (START - FOUR_HOURS, Cancellation.IN_TIME),
        (START - FOUR_HOURS + SECOND, Cancellation.LATE_NOTICE),
        (START, Cancellation.LATE_NOTICE),
        (END - SECOND, Cancellation.LATE_NOTICE),
        (END, Cancellation.OVER),
    ],
)
def test_a_person_can_say_that_they_will_not_come_until_the_appointment_is_over(
    now: datetime, counts_as: Cancellation
) -> None:
    assert may_cancel(starts_at=START, ends_at=END, cancel_until=FOUR_HOURS, now=now) is counts_as


def test_only_a_cancellation_in_time_frees_the_time_by_itself() -> None:
    assert {answer: (answer.is_possible, answer.is_in_time) for answer in Cancellation} == {
        Cancellation.IN_TIME: (True, True),
        Cancellation.LATE_NOTICE: (True, False),
        Cancellation.OVER: (False, False),
    }
