# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rules that make no sense, each found with its row; and "share time" against a count of days and minutes."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from appointments.core.modes import Mode
from appointments.core.opening import OpeningRule
from appointments.core.rule_checks import Doubt, Finding, RuleDraft, doubts, first_day_of, share_time

MONDAY = date(2026, 11, 2)
HAUS, ANNEX = 1, 2


def rule(weekday: int = 1, hours: tuple[int, int] = (8, 12), location: int = HAUS, **more: object) -> RuleDraft:
    return RuleDraft(location, weekday, hours[0] * 60, hours[1] * 60, **more)  # type: ignore[arg-type]


def test_a_usual_week_raises_no_doubt() -> None:
    week = [rule(weekday) for weekday in range(1, 6)] + [rule(4, (14, 18)), rule(2, (12, 16), ANNEX)]
    assert doubts(week) == []


@pytest.mark.parametrize(
    ("wrong", "doubt"),
    [
        (rule(1, (12, 8)), Doubt.ENDS_BEFORE_START),
        (rule(1, (8, 8)), Doubt.ENDS_BEFORE_START),
        (rule(1, (8, 25)), Doubt.ENDS_BEFORE_START),
        (RuleDraft(HAUS, 1, 8 * 60 + 3, 720), Doubt.OFF_THE_GRID),
        (rule(valid_from=MONDAY, valid_until=MONDAY - timedelta(days=1)), Doubt.OVER_BEFORE_IT_STARTS),
        (rule(every_weeks=2), Doubt.NO_FIRST_DAY),
        (rule(modes=Mode(0)), Doubt.NO_MODE),
        (rule(5, valid_from=MONDAY, valid_until=MONDAY + timedelta(days=3)), Doubt.NEVER),
        (
            rule(1, valid_from=MONDAY + timedelta(days=1), valid_until=MONDAY + timedelta(days=7), every_weeks=2),
            Doubt.NEVER,
        ),
    ],
)
def test_each_rule_that_could_not_hold_is_found(wrong: RuleDraft, doubt: Doubt) -> None:
    assert doubts([rule(3), wrong]) == [Finding(doubt, 1)]
    assert doubt.is_refusal


def test_one_person_cannot_be_in_two_places() -> None:
    assert doubts([rule(1), rule(1, (11, 13), ANNEX)]) == [Finding(Doubt.SHARES_TIME, 1, 0)]
    assert doubts([rule(1), rule(1, (12, 13), ANNEX)]) == []


def test_rules_of_other_weeks_or_other_years_do_not_meet() -> None:
    even = rule(every_weeks=2, valid_from=MONDAY)
    odd = rule(every_weeks=2, valid_from=MONDAY + timedelta(weeks=1))
    assert doubts([even, odd]) == []
    assert doubts([even, rule(every_weeks=3, valid_from=MONDAY + timedelta(weeks=1))]) == [
        Finding(Doubt.SHARES_TIME, 1, 0)
    ]
    old = rule(valid_until=MONDAY - timedelta(days=1))
    assert doubts([old, rule(valid_from=MONDAY)]) == []


def test_the_hours_of_the_site_bound_a_rule() -> None:
    site = {HAUS: [OpeningRule(1, 9 * 60, 16 * 60), OpeningRule(2, 0, 1440, valid_until=MONDAY)]}
    found = doubts([rule(1), rule(1, (16, 18)), rule(1, (18, 20), ANNEX), rule(2, valid_from=MONDAY)], site)
    assert found == [
        Finding(Doubt.PARTLY_OUTSIDE_SITE_HOURS, 0),
        Finding(Doubt.OUTSIDE_SITE_HOURS, 1),
    ]
    assert not Doubt.PARTLY_OUTSIDE_SITE_HOURS.is_refusal
    late = rule(2, valid_from=MONDAY + timedelta(days=1))
    assert doubts([late], site) == [Finding(Doubt.OUTSIDE_SITE_HOURS, 0)]


def test_the_first_day_of_a_rule() -> None:
    fortnight = rule(3, every_weeks=2, valid_from=MONDAY)
    assert first_day_of(fortnight) == MONDAY + timedelta(days=2)
    assert first_day_of(fortnight, since=MONDAY + timedelta(days=3)) == MONDAY + timedelta(days=16)
    assert first_day_of(rule(3, valid_until=MONDAY), since=MONDAY) is None


# --- Against counting -------------------------------------------------------------------------------------------------
FIRST = date(2026, 1, 5)
SPAN = 26 * 7
days = st.integers(0, SPAN - 1).map(lambda offset: FIRST + timedelta(days=offset))


@st.composite
def drafts(draw: st.DrawFn) -> RuleDraft:
    start = draw(st.integers(0, 11))
    end = draw(st.integers(start + 1, 12))
    first, last = draw(st.none() | days), draw(st.none() | days)
    if first and last and last < first:
        first, last = last, first
    weeks = draw(st.integers(1, 4)) if first else 1
    return RuleDraft(
        draw(st.sampled_from([HAUS, ANNEX])), draw(st.integers(1, 3)), start * 5, end * 5, first, last, weeks
    )


def minutes_on(draft: RuleDraft, day: date) -> set[int]:
    """The sentence "holds in the week of the first day and every so many weeks after it", counted out by hand."""
    if day.isoweekday() != draft.weekday:
        return set()
    if (draft.valid_from and day < draft.valid_from) or (draft.valid_until and day > draft.valid_until):
        return set()
    if draft.valid_from:
        anchor = draft.valid_from - timedelta(days=draft.valid_from.weekday())
        monday = day - timedelta(days=day.weekday())
        if (monday - anchor).days // 7 % draft.every_weeks:
            return set()
    return set(range(draft.start_minute, draft.end_minute))


@settings(max_examples=300, deadline=None)
@given(left=drafts(), right=drafts())
@example(left=RuleDraft(1, 1, 0, 5, FIRST, FIRST, 1), right=RuleDraft(2, 1, 0, 5))
@example(left=RuleDraft(1, 1, 0, 5, None, FIRST, 1), right=RuleDraft(2, 1, 0, 5, None, FIRST + timedelta(days=40)))
def test_sharing_time_means_a_minute_of_a_day_in_both(left: RuleDraft, right: RuleDraft) -> None:
    # Before, within and long after every date that was drawn: twelve weeks hold each pattern of two rules once.
    year = [FIRST + timedelta(days=offset) for offset in range(-14, SPAN + 12 * 7 + 7)]
    expected = any(minutes_on(left, day) & minutes_on(right, day) for day in year)
    assert share_time(left, right) == share_time(right, left) == expected
