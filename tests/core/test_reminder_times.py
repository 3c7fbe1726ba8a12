# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""When reminders and announcements leave: examples a colleague could tell (for laws: test_reminder_laws.py)."""

from datetime import UTC, datetime, time

import pytest

from appointments.core.reminder_times import (
    Leaving,
    Manner,
    NoDaysForPost,
    Offset,
    PlannedReminder,
    announcement,
    letter_is_of_use_until,
    parse_offset,
    plan,
    same_time_workdays_before,
)
from jobcenter_portal.kernel.quiet import QuietHours
from tests.core.reminders import BERLIN, LONG_AGO, MINUTE, NIGHT, NIGHT_AND_REST, booked

BY_POST = Manner(by_post=True)


def berlin(text: str, year: int = 2026) -> datetime:
    """An instant as one writes it: day.month. hour:minute, local time."""
    return datetime.strptime(f"{text} {year}", "%d.%m. %H:%M %Y").replace(tzinfo=BERLIN).astimezone(UTC)


def told(reminders: list[PlannedReminder]) -> list[tuple[str, str, str]]:
    return [(reminder.offset, local(reminder.due_at), local(reminder.not_after)) for reminder in reminders]


def local(instant: datetime) -> str:
    return instant.astimezone(BERLIN).strftime("%d.%m. %H:%M")


def test_reminders_are_planned_in_the_order_in_which_they_leave() -> None:
    reminders = booked(berlin("19.02. 10:00"), ["PT2H", "P7D", "P1D", "P3D", "P2D"], NIGHT)

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
    assert [due for _, due, _ in told(booked(berlin(starts), ["P1D"]))] == [p1d]


def test_hours_before_are_elapsed_time_across_a_clock_change() -> None:
    assert told(booked(berlin("29.03. 03:30"), ["PT2H"])) == [("PT2H", "29.03. 00:30", "29.03. 03:10")]


def test_a_reminder_due_at_a_skipped_time_leaves_at_the_jump() -> None:
    assert told(booked(berlin("30.03. 02:30"), ["P1D"])) == [("P1D", "29.03. 03:00", "29.03. 22:30")]


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
    assert [at for _, at, _ in told(booked(berlin(starts), ["P1D"], NIGHT))] == [due]


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

    assert [due for _, due, _ in told(booked(start, ["P1D"], NIGHT_AND_REST))] == [by_sms]
    assert [due for _, due, _ in told(booked(start, ["P1D"], NIGHT))] == [by_email]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("16.02. 08:00", ["P3D", "P1D", "PT2H"]),
        ("16.02. 08:01", ["P1D", "PT2H"]),  # three days before has come within two hours of the confirmation
        ("17.02. 23:59", ["P1D", "PT2H"]),
        ("18.02. 00:00", ["PT2H"]),  # for tomorrow: the nearest one alone, though P1D is still ten hours away
        ("19.02. 06:00", ["PT2H"]),
        ("19.02. 06:01", []),
    ],
)
def test_who_books_at_short_notice_gets_only_what_is_still_news(now: str, expected: list[str]) -> None:
    reminders = booked(berlin("19.02. 10:00"), ["P3D", "P1D", "PT2H"], at=berlin(now))

    assert [reminder.offset for reminder in reminders] == expected


def test_who_books_for_tomorrow_after_the_last_offset_gets_no_reminder() -> None:
    assert booked(berlin("19.02. 10:00"), ["P3D", "P1D"], NIGHT_AND_REST, at=berlin("18.02. 11:00")) == []


def test_the_last_minute_of_the_evening_is_used_unless_the_confirmation_has_just_come() -> None:
    def due(at: str) -> list[tuple[str, str, str]]:
        return told(booked(berlin("19.02. 09:00"), ["PT2H"], NIGHT_AND_REST, at=berlin(at)))

    assert due("18.02. 17:59") == [("PT2H", "18.02. 19:59", "19.02. 08:40")]
    assert due("18.02. 18:00") == [("PT2H", "19.02. 08:00", "19.02. 08:40")]


def test_when_the_evening_before_has_passed_the_next_morning_is_used() -> None:
    reminders = booked(berlin("19.02. 09:00"), ["PT2H"], NIGHT_AND_REST, at=berlin("18.02. 20:30"))

    assert told(reminders) == [("PT2H", "19.02. 08:00", "19.02. 08:40")]


def test_a_moment_on_a_sunday_is_made_up_for_on_monday_if_saturday_has_passed() -> None:
    reminders = booked(berlin("17.02. 14:00"), ["P2D"], NIGHT_AND_REST, at=berlin("15.02. 09:00"))

    assert told(reminders) == [("P2D", "16.02. 08:00", "16.02. 14:00")]


def test_what_easter_holds_up_leaves_on_tuesday() -> None:
    reminders = booked(berlin("10.04. 10:00"), ["P5D"], NIGHT_AND_REST, at=berlin("05.04. 08:00"))

    assert told(reminders) == [("P5D", "07.04. 08:00", "07.04. 10:00")]


@pytest.mark.parametrize(("starts", "expected"), [("19.02. 08:21", 1), ("19.02. 08:20", 0), ("19.02. 08:00", 0)])
def test_a_reminder_that_could_only_come_too_late_is_dropped(starts: str, expected: int) -> None:
    reminders = booked(berlin(starts), ["PT2H"], NIGHT_AND_REST, at=berlin("18.02. 20:30"))

    assert len(reminders) == expected


def test_two_reminders_pushed_to_the_same_minute_become_the_nearer_one() -> None:
    # Monday at nine: a day before is Sunday, two hours before is night, and both fall back on Saturday evening.
    reminders = booked(berlin("16.02. 09:00"), ["P1D", "PT2H"], NIGHT_AND_REST)

    assert told(reminders) == [("PT2H", "14.02. 19:59", "16.02. 08:40")]


def test_three_days_and_a_working_day_before_a_monday_are_one_reminder_the_nearer_one() -> None:
    for rules in (["P3D", "P1B"], ["P1B", "P3D"]):
        assert told(booked(berlin("16.02. 09:00"), rules)) == [("P1B", "13.02. 09:00", "16.02. 05:00")]


def test_an_offset_named_twice_is_one_reminder() -> None:
    assert len(booked(berlin("19.02. 10:00"), ["P1D", "P1D"])) == 1


@pytest.mark.parametrize(
    "text", ["", "P0D", "PT0H", "P1", "1D", "P1W", "PT30M", "P1DT2H", "P1D ", "p1d", "P-1D", "P٣D", "P1000D"]
)
def test_an_offset_that_cannot_be_read_is_a_mistake(text: str) -> None:
    with pytest.raises(ValueError, match="written like P3D"):
        parse_offset(text)


@pytest.mark.parametrize(
    ("starts", "offset", "due", "not_after"),
    [
        ("19.02. 10:00", "P1B", "18.02. 10:00", "19.02. 06:00"),
        ("16.02. 10:00", "P1B", "13.02. 10:00", "16.02. 06:00"),  # before a Monday it is the Friday
        ("16.02. 10:00", "P2B", "12.02. 10:00", "13.02. 10:00"),
        ("07.04. 10:00", "P1B", "02.04. 10:00", "07.04. 06:00"),  # Easter: back to Maundy Thursday
        ("05.06. 10:00", "P1B", "03.06. 10:00", "05.06. 06:00"),  # Corpus Christi is a holiday here
        ("08.06. 10:00", "P5B", "29.05. 10:00", "02.06. 10:00"),
        ("22.02. 10:00", "P1B", "20.02. 10:00", "22.02. 06:00"),  # a Sunday itself, in an emergency
        ("30.03. 02:30", "P1B", "27.03. 02:30", "29.03. 22:30"),  # past a night in which 02:30 does not exist
    ],
)
def test_working_days_before_skip_weekends_and_holidays(starts: str, offset: str, due: str, not_after: str) -> None:
    assert told(booked(berlin(starts), [offset])) == [(offset, due, not_after)]


def test_working_days_reach_across_the_year_and_a_leap_day() -> None:
    after_new_year = berlin("04.01. 09:00", 2027)  # a Monday
    assert same_time_workdays_before(after_new_year, 1, BERLIN) == berlin("31.12. 09:00")
    first_of_march = berlin("01.03. 09:00", 2028)
    assert same_time_workdays_before(first_of_march, 1, BERLIN) == berlin("29.02. 09:00", 2028)
    assert told(booked(berlin("01.03. 09:00", 2028), ["P1D"])) == [("P1D", "29.02. 09:00", "01.03. 05:00")]


@pytest.mark.parametrize(
    ("starts", "due"),
    [("29.03. 03:00", "28.03. 03:00"), ("26.10. 02:30", "25.10. 02:30"), ("28.03. 02:30", "27.03. 02:30")],
)
def test_appointments_in_the_nights_of_the_clock_change_are_reminded_too(starts: str, due: str) -> None:
    assert [at for _, at, _ in told(booked(berlin(starts), ["P1D"]))] == [due]


def test_the_first_of_two_half_past_twos_is_meant() -> None:
    (reminder,) = booked(berlin("26.10. 02:30"), ["P1D"])

    assert reminder.due_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # still summer time


@pytest.mark.parametrize(
    ("starts", "offset", "due", "not_after"),
    [
        ("19.02. 10:00", "P10D", "09.02. 10:00", "16.02. 10:00"),
        ("19.02. 10:00", "P3D", "13.02. 10:00", "16.02. 10:00"),  # three days would leave the post none
        ("16.02. 10:00", "P6D", "10.02. 10:00", "11.02. 10:00"),  # six, of which two are a weekend
        ("07.04. 10:00", "P1B", "30.03. 10:00", "31.03. 10:00"),  # over Easter
    ],
)
def test_a_letter_leaves_while_the_post_still_has_three_working_days(
    starts: str, offset: str, due: str, not_after: str
) -> None:
    planned = plan(berlin(starts), [offset], BY_POST, BERLIN, told_at=LONG_AGO, now=LONG_AGO)

    assert told(planned) == [(offset, due, not_after)]
    assert letter_is_of_use_until(berlin(starts), BERLIN) == berlin(not_after)


def test_no_post_arrives_within_hours() -> None:
    with pytest.raises(NoDaysForPost):
        plan(berlin("19.02. 10:00"), ["PT48H"], BY_POST, BERLIN, told_at=LONG_AGO, now=LONG_AGO)


def test_planned_anew_what_was_due_is_said_to_be_past_and_the_rest_stays_where_it_was() -> None:
    starts, rules = berlin("19.02. 10:00"), ["P3D", "P1D", "PT2H"]
    first = booked(starts, rules, NIGHT_AND_REST, at=berlin("10.02. 09:00"))

    anew = plan(
        starts, rules, Manner(NIGHT_AND_REST), BERLIN, told_at=berlin("10.02. 09:00"), now=berlin("17.02. 12:00")
    )

    assert anew == first
    assert [one.offset for one in anew if one.due_at > berlin("17.02. 12:00")] == ["P1D", "PT2H"]


def test_quiet_hours_that_begin_earlier_move_the_evening_to_the_morning_and_not_into_the_past() -> None:
    starts, earlier = berlin("20.02. 21:00"), QuietHours(time(18))

    (anew,) = plan(starts, ["P1D"], Manner(earlier), BERLIN, told_at=berlin("10.02. 09:00"), now=berlin("19.02. 19:00"))

    assert told([anew]) == [("P1D", "20.02. 08:00", "20.02. 17:00")]


def test_planning_anew_does_not_bring_back_what_the_confirmation_had_said() -> None:
    starts, told_at = berlin("19.02. 10:00"), berlin("18.02. 08:30")
    rules = ["P1D", "PT2H"]

    assert plan(starts, rules, Manner(), BERLIN, told_at=told_at, now=told_at + MINUTE) == booked(
        starts, ["PT2H"], at=told_at
    )


FAR = berlin("27.02. 10:00")


@pytest.mark.parametrize(
    ("now", "concerns", "until", "leaving"),
    [
        ("18.02. 12:00", FAR, FAR, ("18.02. 12:00", True)),
        ("18.02. 22:00", FAR, FAR, ("19.02. 08:00", True)),
        ("18.02. 22:00", None, FAR, ("19.02. 08:00", True)),
        ("14.02. 22:00", FAR, FAR, ("16.02. 08:00", True)),  # not on Sunday
        # What no longer holds tomorrow is said tonight.
        ("18.02. 22:00", berlin("19.02. 14:00"), berlin("19.02. 14:00"), ("18.02. 22:00", False)),
        ("18.02. 22:00", berlin("20.02. 14:00"), berlin("20.02. 14:00"), ("19.02. 08:00", True)),
        # A confirmation waits for the morning as long as that leaves two hours.
        ("18.02. 22:00", None, berlin("19.02. 10:00"), ("19.02. 08:00", True)),
        ("18.02. 22:00", None, berlin("19.02. 09:59"), ("18.02. 22:00", False)),
    ],
)
def test_news_waits_for_the_morning_unless_somebody_would_come_for_nothing(
    now: str, concerns: datetime | None, until: datetime, leaving: tuple[str, bool]
) -> None:
    said = announcement(berlin(now), NIGHT_AND_REST, BERLIN, until=until, concerns=concerns)

    assert said == Leaving(berlin(leaving[0]), respects_quiet=leaving[1])


def test_a_channel_without_quiet_hours_speaks_at_any_time() -> None:
    assert announcement(berlin("18.02. 23:00"), None, BERLIN, until=FAR, concerns=FAR) == Leaving(
        berlin("18.02. 23:00"), respects_quiet=True
    )


def test_an_offset_is_days_or_working_days_or_hours() -> None:
    assert [parse_offset(text) for text in ("P3D", "P1B", "PT2H")] == [
        Offset(days=3),
        Offset(workdays=1),
        Offset(hours=2),
    ]
