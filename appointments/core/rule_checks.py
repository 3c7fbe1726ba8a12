# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether the weekly rules that somebody typed make sense, each doubt as a finding that a page can put into words.

One person cannot be in two places, so two rules of a calendar that share time are refused, wherever they are. A rule
outside the hours of its site is refused when nothing of it would ever be offered; when a part of it lies inside, the
office is told which part counts and may keep it: the site's hours bound the search anyway.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, unique
from itertools import combinations
from math import lcm
from typing import Final

from appointments.core.modes import Mode
from appointments.core.opening import ALL_DAY, Minutes, OpeningRule

_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(weeks=1)
_TICK_MINUTES: Final = 5
_SOME_MONDAY: Final = date(2024, 1, 1)
MOST_WEEKS: Final = 52


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """A weekly rule as it was typed: nothing about it is certain yet. Both dates are included."""

    location_id: int
    weekday: int
    start_minute: int
    end_minute: int
    valid_from: date | None = None
    valid_until: date | None = None
    every_weeks: int = 1
    modes: Mode = Mode.IN_PERSON
    is_emergency: bool = False

    @property
    def minutes(self) -> Minutes:
        return self.start_minute, self.end_minute

    def as_rule(self) -> OpeningRule:
        """Raises ValueError while `doubts` finds something about the rule alone."""
        return OpeningRule(
            self.weekday, self.start_minute, self.end_minute, self.valid_from, self.valid_until, self.every_weeks
        )


@unique
class Doubt(Enum):
    ENDS_BEFORE_START = "ends_before_start"
    OFF_THE_GRID = "off_the_grid"
    """Not on five minutes: the rest would be lost without a word."""
    OVER_BEFORE_IT_STARTS = "over_before_it_starts"
    NO_FIRST_DAY = "no_first_day"
    """Every so many weeks needs a week to count from."""
    NO_MODE = "no_mode"
    NEVER = "never"
    """No day lies between first and last on which it would hold."""
    SHARES_TIME = "shares_time"
    OUTSIDE_SITE_HOURS = "outside_site_hours"
    PARTLY_OUTSIDE_SITE_HOURS = "partly_outside_site_hours"

    @property
    def is_refusal(self) -> bool:
        return self is not Doubt.PARTLY_OUTSIDE_SITE_HOURS


@dataclass(frozen=True, slots=True)
class Finding:
    """A doubt about the rule at position `row`; `other` is the rule it quarrels with."""

    doubt: Doubt
    row: int
    other: int | None = None


def doubts(rules: Sequence[RuleDraft], site_hours: Mapping[int, Sequence[OpeningRule]] | None = None) -> list[Finding]:
    """All findings about a calendar's rules, in the order of the rules. `site_hours` by location; none is no bound."""
    alone = {row: _alone(rule) for row, rule in enumerate(rules)}
    findings = [Finding(doubt, row) for row, found in alone.items() for doubt in found]
    sound = [row for row, found in alone.items() if not found]
    for first, second in combinations(sound, 2):
        if share_time(rules[first], rules[second]):
            findings.append(Finding(Doubt.SHARES_TIME, second, first))
    for row in sound:
        doubt = _beside_the_site(rules[row], (site_hours or {}).get(rules[row].location_id, ()))
        if doubt:
            findings.append(Finding(doubt, row))
    return sorted(findings, key=lambda finding: finding.row)


def share_time(left: RuleDraft, right: RuleDraft) -> bool:
    """Whether there is a day on which both hold at the same minute. Ranges that touch share none."""
    if left.weekday != right.weekday or not _overlap(left.minutes, right.minutes):
        return False
    ours, theirs = left.as_rule(), right.as_rule()
    return any(
        ours.applies_on(day) and theirs.applies_on(day)
        for day in _weekly(_both_began(left, right), left.weekday, lcm(left.every_weeks, right.every_weeks))
    )


def first_day_of(rule: RuleDraft, since: date | None = None) -> date | None:
    """The first day on which a sound rule holds, not before `since`; None when there is none."""
    known = rule.as_rule()
    start = max((day for day in (rule.valid_from, since) if day), default=_SOME_MONDAY)
    return next((day for day in _weekly(start, rule.weekday, rule.every_weeks) if known.applies_on(day)), None)


def _alone(rule: RuleDraft) -> list[Doubt]:
    found = []
    if not 0 <= rule.start_minute < rule.end_minute <= ALL_DAY[1]:
        found.append(Doubt.ENDS_BEFORE_START)
    if rule.start_minute % _TICK_MINUTES or rule.end_minute % _TICK_MINUTES:
        found.append(Doubt.OFF_THE_GRID)
    if rule.valid_from and rule.valid_until and rule.valid_until < rule.valid_from:
        found.append(Doubt.OVER_BEFORE_IT_STARTS)
    if rule.every_weeks > 1 and rule.valid_from is None:
        found.append(Doubt.NO_FIRST_DAY)
    if not rule.modes:
        found.append(Doubt.NO_MODE)
    if not found and rule.valid_from and rule.valid_until and first_day_of(rule) is None:
        found.append(Doubt.NEVER)
    return found


def _beside_the_site(rule: RuleDraft, site: Sequence[OpeningRule]) -> Doubt | None:
    """A site's hours are compared on the weekday as a whole: those that hold at some time while the rule does."""
    if not site:
        return None
    ranges = [
        (hours.start_minute, hours.end_minute)
        for hours in site
        if hours.weekday == rule.weekday and _meet(rule, hours.valid_from, hours.valid_until)
    ]
    inside = {minute for minute in range(*rule.minutes) if any(start <= minute < end for start, end in ranges)}
    if not inside:
        return Doubt.OUTSIDE_SITE_HOURS
    return Doubt.PARTLY_OUTSIDE_SITE_HOURS if len(inside) < rule.end_minute - rule.start_minute else None


def _meet(rule: RuleDraft, since: date | None, until: date | None) -> bool:
    starts_in_time = rule.valid_from is None or until is None or rule.valid_from <= until
    return starts_in_time and (rule.valid_until is None or since is None or since <= rule.valid_until)


def _overlap(left: Minutes, right: Minutes) -> bool:
    return left[0] < right[1] and right[0] < left[1]


def _both_began(left: RuleDraft, right: RuleDraft) -> date:
    """A day from which on both hold, if ever; of two that have held forever, the last week of the shorter one."""
    if starts := [day for day in (left.valid_from, right.valid_from) if day]:
        return max(starts)
    ends = [day for day in (left.valid_until, right.valid_until) if day]
    return min(ends) - _WEEK + _DAY if ends else _SOME_MONDAY


def _weekly(start: date, weekday: int, weeks: int) -> list[date]:
    """One day a week from `start` on, for as many weeks as the pattern needs to come round."""
    first = start + (weekday - start.isoweekday()) % 7 * _DAY
    return [first + week * _WEEK for week in range(weeks + 1)]
