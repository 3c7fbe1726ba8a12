# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appointments.core.holidays import is_hessian_holiday
from appointments.core.reminder_times import (
    QUIET_FOR_EMAIL,
    QUIET_FOR_SMS,
    PlannedReminder,
    QuietHours,
    parse_offset,
    plan,
)

BERLIN = ZoneInfo("Europe/Berlin")
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def berlin(text: str) -> datetime:
    """An instant as one writes it: day.month. hour:minute of 2026, local time."""
    return datetime.strptime(f"{text} 2026", "%d.%m. %H:%M %Y").replace(tzinfo=BERLIN).astimezone(UTC)


def told(reminders: list[PlannedReminder]) -> list[tuple[str, str, str]]:
    def local(instant: datetime) -> str:
        return instant.astimezone(BERLIN).strftime("%d.%m. %H:%M")

    return [(reminder.offset, local(reminder.due_at), local(reminder.not_after)) for reminder in reminders]


def test_reminders_are_planned_in_the_order_in_which_they_leave() -> None:
    reminders = plan(berlin("19.02. 10:00"), ["PT2H", "P7D", "P1D", "P3D", "P2D"], QUIET_FOR_EMAIL, BERLIN, LONG_AGO)

    assert told(reminders) == [
        ("P7D", "12.02. 10:00", "16.02. 10:00"),
        ("P3D", "16.02. 10:00", "17.02. 10:00"),
        ("P2D", "17.02. 10:00", "18.02. 10:00"),
        ("P1D", "18.02. 10:00", "19.02. 06:00"),
        ("PT2H", "19.02. 08:00", "19.02. 09:40"),
    ]


@pytest.mark.parametrize(
    ("starts", "p1d"),
    [("29.03. 09:00", "28.03. 09:00"), ("30.03. 09:00", "29.03. 09:00"), ("25.10. 09:00", "24.10. 09:00")],
)
def test_days_before_are_the_same_time_of_day_across_a_clock_change(starts: str, p1d: str) -> None:
    assert [due for _, due, _ in told(plan(berlin(starts), ["P1D"], None, BERLIN, LONG_AGO))] == [p1d]


def test_hours_before_are_elapsed_time_across_a_clock_change() -> None:
    assert told(plan(berlin("29.03. 03:30"), ["PT2H"], None, BERLIN, LONG_AGO)) == [
        ("PT2H", "29.03. 00:30", "29.03. 03:10")
    ]


def test_a_reminder_due_at_a_skipped_time_leaves_at_the_jump() -> None:
    assert told(plan(berlin("30.03. 02:30"), ["P1D"], None, BERLIN, LONG_AGO)) == [
        ("P1D", "29.03. 03:00", "29.03. 22:30")
    ]


@pytest.mark.parametrize(
    ("starts", "due"),
    [
        ("19.02. 07:30", "17.02. 19:59"),
        ("19.02. 08:00", "18.02. 08:00"),
        ("19.02. 19:59", "18.02. 19:59"),
        ("19.02. 20:00", "18.02. 19:59"),
        ("19.02. 23:30", "18.02. 19:59"),
    ],
)
def test_the_night_is_quiet_and_the_evening_before_is_used_instead(starts: str, due: str) -> None:
    assert [at for _, at, _ in told(plan(berlin(starts), ["P1D"], QUIET_FOR_EMAIL, BERLIN, LONG_AGO))] == [due]


@pytest.mark.parametrize(
    ("starts", "by_sms", "by_email"),
    [
        ("16.02. 10:00", "14.02. 19:59", "15.02. 10:00"),  # Monday: not on Sunday
        ("07.04. 10:00", "04.04. 19:59", "06.04. 10:00"),  # Tuesday after Easter: Saturday, the last day that is none
        ("05.06. 10:00", "03.06. 19:59", "04.06. 10:00"),  # the day after Corpus Christi
        ("28.12. 10:00", "24.12. 19:59", "27.12. 10:00"),  # two holidays and a Sunday in a row
    ],
)
def test_sms_rest_on_sundays_and_holidays_and_email_does_not(starts: str, by_sms: str, by_email: str) -> None:
    start = berlin(starts)

    assert [due for _, due, _ in told(plan(start, ["P1D"], QUIET_FOR_SMS, BERLIN, LONG_AGO))] == [by_sms]
    assert [due for _, due, _ in told(plan(start, ["P1D"], QUIET_FOR_EMAIL, BERLIN, LONG_AGO))] == [by_email]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("15.02. 10:00", ["P3D", "P1D", "PT2H"]),
        ("16.02. 10:00", ["P3D", "P1D", "PT2H"]),
        ("16.02. 10:01", ["P1D", "PT2H"]),
        ("18.02. 10:01", ["PT2H"]),
        ("19.02. 08:01", []),
    ],
)
def test_a_booking_at_short_notice_drops_what_would_be_in_the_past(now: str, expected: list[str]) -> None:
    reminders = plan(berlin("19.02. 10:00"), ["P3D", "P1D", "PT2H"], QUIET_FOR_EMAIL, BERLIN, berlin(now))

    assert [reminder.offset for reminder in reminders] == expected


def test_the_last_minute_of_the_evening_is_used_as_long_as_it_lasts() -> None:
    reminders = plan(berlin("19.02. 09:00"), ["PT2H"], QUIET_FOR_SMS, BERLIN, berlin("18.02. 19:59"))

    assert told(reminders) == [("PT2H", "18.02. 19:59", "19.02. 08:40")]


def test_when_the_evening_before_has_passed_the_next_morning_is_used() -> None:
    reminders = plan(berlin("19.02. 09:00"), ["PT2H"], QUIET_FOR_SMS, BERLIN, berlin("18.02. 20:30"))

    assert told(reminders) == [("PT2H", "19.02. 08:00", "19.02. 08:40")]


def test_a_moment_on_a_sunday_is_made_up_for_on_monday_if_saturday_has_passed() -> None:
    reminders = plan(berlin("17.02. 14:00"), ["P2D"], QUIET_FOR_SMS, BERLIN, berlin("15.02. 09:00"))

    assert told(reminders) == [("P2D", "16.02. 08:00", "16.02. 14:00")]


def test_what_easter_holds_up_leaves_on_tuesday() -> None:
    reminders = plan(berlin("10.04. 10:00"), ["P5D"], QUIET_FOR_SMS, BERLIN, berlin("05.04. 09:00"))

    assert told(reminders) == [("P5D", "07.04. 08:00", "07.04. 10:00")]


@pytest.mark.parametrize(("starts", "expected"), [("19.02. 08:21", 1), ("19.02. 08:20", 0), ("19.02. 08:00", 0)])
def test_a_reminder_that_could_only_come_too_late_is_dropped(starts: str, expected: int) -> None:
    reminders = plan(berlin(starts), ["PT2H"], QUIET_FOR_SMS, BERLIN, berlin("18.02. 20:30"))

    assert len(reminders) == expected


def test_two_reminders_pushed_to_the_same_minute_become_the_nearer_one() -> None:
    # Monday at nine: a day before is Sunday, two hours before is night, and both fall back on Saturday evening.
    reminders = plan(berlin("16.02. 09:00"), ["P1D", "PT2H"], QUIET_FOR_SMS, BERLIN, LONG_AGO)

    assert told(reminders) == [("PT2H", "14.02. 19:59", "16.02. 08:40")]


def test_an_offset_named_twice_is_one_reminder() -> None:
    assert len(plan(berlin("19.02. 10:00"), ["P1D", "P1D"], None, BERLIN, LONG_AGO)) == 1


@pytest.mark.parametrize(
    "text", ["", "P0D", "PT0H", "P1", "1D", "P1W", "PT30M", "P1DT2H", "P1D ", "p1d", "P-1D", "P٣D", "P1000D"]
)
def test_an_offset_that_cannot_be_read_is_a_mistake(text: str) -> None:
    with pytest.raises(ValueError, match="written like P3D"):
        parse_offset(text)


@pytest.mark.parametrize(("start", "end"), [(time(8), time(20)), (time(8), time(8))])
def test_quiet_hours_last_over_midnight(start: time, end: time) -> None:
    with pytest.raises(ValueError, match="over midnight"):
        QuietHours(start, end)


def is_quiet(quiet: QuietHours, instant: datetime) -> bool:
    local = instant.astimezone(BERLIN)
    rest = quiet.rest_days and (local.weekday() == 6 or is_hessian_holiday(local.date()))
    return rest or local.time() >= quiet.start or local.time() < quiet.end


instants = st.integers(0, 365 * 24 * 60).map(lambda minute: datetime(2026, 1, 1, tzinfo=UTC) + minute * MINUTE)
around_changes = st.sampled_from([date(2026, 3, 29), date(2026, 10, 25), date(2026, 4, 5), date(2026, 12, 26)]).flatmap(
    lambda day: st.integers(-3000, 5000).map(
        lambda minute: datetime(day.year, day.month, day.day, tzinfo=UTC) + minute * MINUTE
    )
)
quiets = st.builds(
    QuietHours,
    start=st.times(time(12), time(23, 59)).map(lambda at: at.replace(second=0, microsecond=0)),
    end=st.times(time(0), time(11, 59)).map(lambda at: at.replace(second=0, microsecond=0)),
    rest_days=st.booleans(),
)


@given(
    starts_at=st.one_of(instants, around_changes),
    offset=st.sampled_from(["P7D", "P3D", "P2D", "P1D", "PT24H", "PT2H", "PT1H"]),
    quiet=quiets,
    notice=st.integers(0, 10 * 24 * 60),
)
def test_a_planned_reminder_leaves_in_time_and_never_in_quiet_hours(
    starts_at: datetime, offset: str, quiet: QuietHours, notice: int
) -> None:
    now = starts_at - notice * MINUTE
    undisturbed = plan(starts_at, [offset], None, BERLIN, now)

    planned = plan(starts_at, [offset], quiet, BERLIN, now)

    if not undisturbed:
        assert planned == []
        return
    (wished,) = undisturbed
    # Walk minute by minute: back to the last that is not quiet, else forward to the first, within what is useful.
    minute = wished.due_at
    while minute >= now and is_quiet(quiet, minute):
        minute -= MINUTE
    if minute < now:
        minute = wished.due_at
        while is_quiet(quiet, minute):
            minute += MINUTE
    expected = [PlannedReminder(offset, minute, wished.not_after)] if minute < wished.not_after else []
    assert planned == expected
    assert now <= wished.due_at < wished.not_after < starts_at
