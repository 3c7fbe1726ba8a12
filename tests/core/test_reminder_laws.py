# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""When reminders and announcements leave: laws that hold for any time, any offset and any quiet hours."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from appointments.core.reminder_times import (
    JUST_TOLD,
    Manner,
    PlannedReminder,
    announcement,
    is_workday,
    plan,
    same_time_workdays_before,
)
from jobcenter_portal.kernel.holidays import is_hessian_holiday
from jobcenter_portal.kernel.quiet import QuietHours
from jobcenter_portal.kernel.wall_clock import local_day
from tests.core.reminders import BERLIN, MINUTE, NIGHT_AND_REST, booked

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


offsets = st.sampled_from(["P7D", "P3D", "P2D", "P1D", "P1B", "P2B", "P5B", "PT24H", "PT2H", "PT1H"])


def is_quiet(quiet: QuietHours, instant: datetime) -> bool:
    local = instant.astimezone(BERLIN)
    rest = quiet.rest_days and (local.weekday() == 6 or is_hessian_holiday(local.date()))
    return rest or local.time() >= quiet.start or local.time() < quiet.end


@given(starts_at=st.one_of(instants, around_changes), offset=offsets, quiet=quiets, notice=st.integers(0, 14 * 24 * 60))
def test_a_planned_reminder_leaves_in_time_and_never_in_quiet_hours(
    starts_at: datetime, offset: str, quiet: QuietHours, notice: int
) -> None:
    now = starts_at - notice * MINUTE
    undisturbed = booked(starts_at, [offset], at=now)

    planned = booked(starts_at, [offset], quiet, at=now)

    if not undisturbed:
        assert planned == []
        return
    (wished,) = undisturbed
    # Walk minute by minute: back to the last that is not quiet, else forward to the first, within what is useful.
    minute, earliest = wished.due_at, now + JUST_TOLD
    while minute >= earliest and is_quiet(quiet, minute):
        minute -= MINUTE
    if minute < earliest:
        minute = wished.due_at
        while is_quiet(quiet, minute):
            minute += MINUTE
    expected = [PlannedReminder(offset, minute, wished.not_after)] if minute < wished.not_after else []
    assert planned == expected
    assert earliest <= wished.due_at < wished.not_after < starts_at


@given(starts_at=st.one_of(instants, around_changes), count=st.integers(1, 12))
def test_between_a_moment_and_its_working_days_before_lie_so_many_working_days(starts_at: datetime, count: int) -> None:
    before = same_time_workdays_before(starts_at, count, BERLIN)

    first, last = local_day(before, BERLIN), local_day(starts_at, BERLIN)
    days = [first + timedelta(days=n) for n in range((last - first).days)]
    assert is_workday(first)
    assert sum(map(is_workday, days)) == count
    wall = starts_at.astimezone(BERLIN).time()
    assert before.astimezone(BERLIN).time() == wall or (first.month, wall.hour) in {(3, 2), (10, 2)}


@given(
    starts_at=st.one_of(instants, around_changes),
    rules=st.lists(offsets, max_size=5, unique=True),
    quiet=st.none() | quiets,
    notice=st.integers(0, 14 * 24 * 60),
    later=st.integers(0, 14 * 24 * 60),
)
def test_planning_anew_under_the_same_rules_changes_nothing_that_is_still_to_come(
    starts_at: datetime, rules: list[str], quiet: QuietHours | None, notice: int, later: int
) -> None:
    told_at = starts_at - notice * MINUTE
    now = min(told_at + later * MINUTE, starts_at)
    first = booked(starts_at, rules, quiet, at=told_at)

    anew = plan(starts_at, rules, Manner(quiet), BERLIN, told_at=told_at, now=now)

    to_come = {one.offset: one for one in first if one.due_at >= now}
    again = {one.offset: one for one in anew}
    assert again.keys() == {one.offset for one in first}
    assert {offset: again[offset] for offset in to_come} == to_come
    assert all(now <= one.due_at < one.not_after or one.due_at < now for one in anew)


@given(
    starts_at=st.one_of(instants, around_changes),
    rules=st.lists(offsets, min_size=1, max_size=5, unique=True),
    hours=st.integers(0, 24),
)
def test_who_is_told_on_the_day_before_or_later_gets_one_reminder_at_most(
    starts_at: datetime, rules: list[str], hours: int
) -> None:
    at = starts_at - timedelta(hours=hours)

    assert len(booked(starts_at, rules, NIGHT_AND_REST, at=at)) <= 1


@given(starts_at=st.one_of(instants, around_changes), quiet=st.none() | quiets, notice=st.integers(1, 20 * 24 * 60))
def test_an_announcement_is_never_planned_for_when_it_is_useless(
    starts_at: datetime, quiet: QuietHours | None, notice: int
) -> None:
    now = starts_at - notice * MINUTE

    leaving = announcement(now, quiet, BERLIN, until=starts_at, concerns=None)

    assert now <= leaving.due_at < starts_at
    assert leaving.due_at == now or (quiet is not None and quiet.are_at(now, BERLIN))
    held_back_in_vain = quiet is not None and quiet.are_at(leaving.due_at, BERLIN) and leaving.respects_quiet
    assert not held_back_in_vain
