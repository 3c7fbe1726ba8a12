# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Opening hours on the local clock, drawn for the two nights in which it jumps."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from appointments.core.opening import OpeningPlan, OpeningRule, open_ticks
from appointments.core.slots import CalendarLoad, ServiceShape, instant_of, offer, tick_at_or_after
from jobcenter_portal.kernel.wall_clock import epoch_second, first_instant, local_day, midnight, same_time_days_before
from tests.core.timeline import draw_starts, drawn_ranges

BERLIN = ZoneInfo("Europe/Berlin")
HALF_HOUR = 6
MONDAY = date(2026, 2, 2)

# One character is half an hour of elapsed time from local midnight. `clock` shows the hour the local clock reads
# (and is itself checked), `open` what the rule makes of the day, `free` the starts of a service of one hour.
NIGHTS = {
    "an ordinary night": """
        2026-03-28  01:30-04:30
        clock  0.1.2.3.4.5.
        open   ...######...
        free   ...^.^.^....
    """,
    "spring: the hour from two to three does not take place": """
        2026-03-29  00:00-06:00
        clock  0.1.3.4.5.6.
        open   ##########..
        free   ^.^.^.^.^...
    """,
    "spring: opening at a skipped time is opening at the jump": """
        2026-03-29  02:30-04:30
        clock  0.1.3.4.5.6.
        open   ....###.....
        free   ....^.......
    """,
    "spring: closing at a skipped time is closing at the jump": """
        2026-03-29  00:30-02:30
        clock  0.1.3.4.5.6.
        open   .###........
        free   .^..........
    """,
    "spring: a range wholly in the skipped hour does not take place": """
        2026-03-29  02:00-03:00
        clock  0.1.3.4.5.6.
        open   ............
        free   ............
    """,
    "spring: after the jump the hours are those of the clock": """
        2026-03-29  03:30-05:30
        clock  0.1.3.4.5.6.
        open   .....####...
        free   .....^.^....
    """,
    "autumn: the hour from two to three takes place twice": """
        2026-10-25  01:00-04:00
        clock  0.1.2.2.3.4.
        open   ..########..
        free   ..^.^.^.^...
    """,
    "autumn: opening at a repeated time is its first occurrence": """
        2026-10-25  02:30-03:30
        clock  0.1.2.2.3.4.
        open   .....####...
        free   .....^.^....
    """,
    "autumn: closing at a repeated time is its first occurrence": """
        2026-10-25  01:00-02:30
        clock  0.1.2.2.3.4.
        open   ..###.......
        free   ..^.........
    """,
}


@pytest.mark.parametrize("drawing", NIGHTS.values(), ids=NIGHTS)
def test_the_nights_in_which_the_clock_jumps(drawing: str) -> None:
    (day_text, hours), *rows = [line.split() for line in drawing.strip().splitlines()]
    drawn = dict(rows)
    day = date.fromisoformat(day_text)
    opens, closes = (time.fromisoformat(text) for text in hours.split("-"))
    rule = OpeningRule(day.isoweekday(), opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute)
    origin = tick_at_or_after(midnight(day, BERLIN))
    window = (origin, origin + len(drawn["open"]) * HALF_HOUR)
    hour = ServiceShape(duration_ticks=12, before_ticks=0, after_ticks=0, grid_ticks=12)

    for index, hour_shown in enumerate(drawn["clock"]):
        if hour_shown != ".":
            assert instant_of(origin + index * HALF_HOUR).astimezone(BERLIN).time() == time(int(hour_shown))
    open_now = open_ticks(OpeningPlan([rule]), [day], BERLIN)
    assert list(open_now) == drawn_ranges(drawn["open"], origin, HALF_HOUR)
    assert (
        draw_starts(offer([[CalendarLoad(1, open_now)]], hour, window, 0).starts(), window, HALF_HOUR) == drawn["free"]
    )


def opened(
    rules: list[OpeningRule], days: list[date], closed: Collection[date] = ()
) -> list[tuple[datetime, datetime]]:
    ranges = open_ticks(OpeningPlan(tuple(rules)), days, BERLIN, closed)
    return [(instant_of(start), instant_of(end)) for start, end in ranges]


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)])
def test_a_whole_day_is_as_long_as_it_is(day: date, hours: int) -> None:
    (whole,) = opened([OpeningRule(day.isoweekday(), 0, 1440)], [day])

    assert whole == (midnight(day, BERLIN), midnight(day + timedelta(days=1), BERLIN))
    assert whole[1] - whole[0] == timedelta(hours=hours)


def test_ranges_that_touch_or_overlap_are_one_even_over_midnight() -> None:
    rules = [
        OpeningRule(1, 8 * 60, 10 * 60),
        OpeningRule(1, 10 * 60, 12 * 60),
        OpeningRule(1, 22 * 60, 24 * 60),
        OpeningRule(2, 0, 60),
        OpeningRule(2, 30, 90),
    ]

    assert opened(rules, [MONDAY, MONDAY + timedelta(days=1)]) == [
        (datetime(2026, 2, 2, 7, tzinfo=UTC), datetime(2026, 2, 2, 11, tzinfo=UTC)),
        (datetime(2026, 2, 2, 21, tzinfo=UTC), datetime(2026, 2, 3, 0, 30, tzinfo=UTC)),
    ]


def test_a_closed_day_has_no_opening_time() -> None:
    days = [MONDAY, MONDAY + timedelta(days=7)]

    assert opened([OpeningRule(1, 480, 720)], days, {MONDAY}) == [
        (datetime(2026, 2, 9, 7, tzinfo=UTC), datetime(2026, 2, 9, 11, tzinfo=UTC))
    ]


def test_a_rule_holds_from_its_first_to_its_last_day() -> None:
    rule = OpeningRule(1, 480, 720, valid_from=MONDAY, valid_until=MONDAY + timedelta(days=14))
    mondays = [MONDAY + timedelta(weeks=week) for week in (-1, 0, 1, 2, 3)]

    assert [local_day(start, BERLIN) for start, _ in opened([rule], mondays)] == [
        MONDAY,
        MONDAY + timedelta(days=7),
        MONDAY + timedelta(days=14),
    ]
    assert not rule.applies_on(MONDAY + timedelta(days=1))


def test_the_same_hours_are_earlier_in_utc_in_summer() -> None:
    thursdays = [date(2026, 3, 26), date(2026, 4, 2)]

    assert [start.hour for start, _ in opened([OpeningRule(4, 480, 720)], thursdays)] == [7, 6]


def test_minutes_that_are_not_on_the_tick_are_rounded_inwards() -> None:
    start = tick_at_or_after(midnight(MONDAY, BERLIN))
    rules = [OpeningRule(1, 7, 18), OpeningRule(1, 31, 34)]

    assert open_ticks(OpeningPlan(rules), [MONDAY], BERLIN) == ((start + 2, start + 3),)


@pytest.mark.parametrize("numbers", [(0, 0, 60), (8, 0, 60), (1, -1, 60), (1, 60, 60), (1, 90, 60), (1, 0, 1441)])
def test_a_rule_that_is_no_range_of_a_day_is_refused(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"weekday|opening range"):
        OpeningRule(*numbers)


def test_a_rule_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="last day"):
        OpeningRule(1, 0, 60, valid_from=MONDAY, valid_until=MONDAY - timedelta(days=1))


@pytest.mark.parametrize(
    ("day", "wall", "instant"),
    [
        (date(2026, 3, 29), time(1, 59), datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
        (date(2026, 3, 29), time(2, 0), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (date(2026, 3, 29), time(2, 59), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (date(2026, 3, 29), time(3, 0), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (date(2026, 10, 25), time(2, 0), datetime(2026, 10, 25, 0, 0, tzinfo=UTC)),
        (date(2026, 10, 25), time(2, 59), datetime(2026, 10, 25, 0, 59, tzinfo=UTC)),
        (date(2026, 10, 25), time(3, 0), datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
    ],
)
def test_a_wall_clock_time_is_the_first_instant_the_clock_has_reached_it(
    day: date, wall: time, instant: datetime
) -> None:
    assert first_instant(day, wall, BERLIN) == instant
    assert epoch_second(day, wall.hour * 60 + wall.minute, BERLIN) == instant.timestamp()


def test_a_day_may_begin_after_a_jump() -> None:
    # In Beirut the clock jumps at midnight: 29.03.2026 begins at 01:00.
    beirut = ZoneInfo("Asia/Beirut")

    assert midnight(date(2026, 3, 29), beirut) == datetime(2026, 3, 28, 22, tzinfo=UTC)
    assert midnight(date(2026, 3, 29), beirut).astimezone(beirut).time() == time(1)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 6, 1)])
def test_seconds_since_1970_tell_the_same_as_instants_for_each_minute_of_a_day(day: date) -> None:
    assert [epoch_second(day, minute, BERLIN) for minute in range(1440)] == [
        first_instant(day, time(minute // 60, minute % 60), BERLIN).timestamp() for minute in range(1440)
    ]
    assert epoch_second(day, 1440, BERLIN) == midnight(day + timedelta(days=1), BERLIN).timestamp()


def test_three_days_before_is_the_same_time_of_day_across_a_change() -> None:
    tuesday_nine = datetime(2026, 3, 31, 7, tzinfo=UTC)

    assert same_time_days_before(tuesday_nine, 3, BERLIN) == datetime(2026, 3, 28, 8, tzinfo=UTC)
