# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""When a message leaves: reminders by offsets before the start, everything else at once, both outside the quiet hours.

Times are computed when something changes, never when a message leaves; sending early or late is decided here and
nowhere else. A reminder is a courtesy: it is better dropped than sent when it can no longer help, or when it says only
what the person has just been told.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from jobcenter_portal.kernel.holidays import is_hessian_holiday
from jobcenter_portal.kernel.quiet import QuietHours
from jobcenter_portal.kernel.wall_clock import first_instant, local_day, same_time_days_before

JUST_TOLD: Final = timedelta(hours=2)
"""For so long after a confirmation or a new time a reminder would say the same once more."""
LETTER_LEAVES: Final = 4
LETTER_IS_USELESS: Final = 3
"""Working days before the start: a letter is printed on one day and is on its way for the rest."""
WORTH_WAITING: Final = timedelta(hours=2)
"""What waits for the morning must still leave so much time before it is of no use."""
_OFFSET: Final = re.compile(
    r"P(?:(?P<days>[1-9][0-9]{0,2})D|(?P<workdays>[1-9][0-9]{0,2})B|T(?P<hours>[1-9][0-9]{0,2})H)", re.ASCII
)
_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 6
_DAYS_LEFT: Final = 3
_SHARE_LEFT: Final = 6


class NoDaysForPost(ValueError):
    """A letter is planned in days; no post arrives within hours."""


@dataclass(frozen=True, slots=True)
class Offset:
    """How long before the start: calendar days or working days (the same time of day), or hours (elapsed time).

    Exactly one of the three is above zero; `parse_offset` makes them. Working days are Monday to Friday without
    Hessian holidays: one before a Monday is the Friday.
    """

    days: int = 0
    workdays: int = 0
    hours: int = 0

    def before(self, starts_at: datetime, zone: ZoneInfo) -> datetime:
        if self.days:
            return same_time_days_before(starts_at, self.days, zone)
        if self.workdays:
            return same_time_workdays_before(starts_at, self.workdays, zone)
        return starts_at - timedelta(hours=self.hours)

    def not_after(self, starts_at: datetime, zone: ZoneInfo) -> datetime:
        """From when on a reminder of this offset is of no more use.

        It must leave the time to act that the office meant by choosing the offset: of days all but one, three at most
        (P7D three days, P3D two, P2D one); of a day or of hours a sixth (P1D four hours, PT2H twenty minutes). Later
        than that the next, nearer reminder says it better.
        """
        if self.days > 1:
            return same_time_days_before(starts_at, min(self.days - 1, _DAYS_LEFT), zone)
        if self.workdays > 1:
            return same_time_workdays_before(starts_at, min(self.workdays - 1, _DAYS_LEFT), zone)
        return starts_at - timedelta(hours=(self.days + self.workdays) * 24 + self.hours) / _SHARE_LEFT


@dataclass(frozen=True, slots=True)
class Manner:
    """What a channel needs: hours in which it stays silent, and whether it goes by post."""

    quiet: QuietHours | None = None
    by_post: bool = False


@dataclass(frozen=True, slots=True)
class PlannedReminder:
    """One reminder on one channel: `offset` as configured, when it is due and until when it may still leave (UTC)."""

    offset: str
    due_at: datetime
    not_after: datetime


@dataclass(frozen=True, slots=True)
class Leaving:
    """When an announcement leaves, and whether the quiet hours may still hold it back then."""

    due_at: datetime
    respects_quiet: bool


def parse_offset(text: str) -> Offset:
    """`P3D` is three calendar days, `P1B` one working day, `PT2H` two hours (1 to 999 of each).

    Raises ValueError for all else.
    """
    match = _OFFSET.fullmatch(text)
    if match is None:
        raise ValueError("An offset is written like P3D (days), P1B (working days) or PT2H (hours).")
    return Offset(**{unit: int(count) for unit, count in match.groupdict(default="0").items()})


def is_workday(day: date) -> bool:
    return day.isoweekday() < _SATURDAY and not is_hessian_holiday(day)


def same_time_workdays_before(instant: datetime, count: int, zone: ZoneInfo) -> datetime:
    """The same wall-clock time `count` working days earlier."""
    local = instant.astimezone(zone)
    day = local.date()
    for _ in range(count):
        day -= _DAY
        while not is_workday(day):
            day -= _DAY
    return first_instant(day, local.time(), zone)


def plan(
    starts_at: datetime, rules: Iterable[str], manner: Manner, zone: ZoneInfo, *, told_at: datetime, now: datetime
) -> list[PlannedReminder]:
    """The reminders of one channel, by due time, for an appointment that the person was told about at `told_at`.

    `rules` are offsets like P3D and PT2H. What would fall into the two hours after `told_at`, or before it, is dropped:
    who books for tomorrow is not told three days before, nor the same thing twice. Who was told no earlier than the day
    before gets the one reminder that is nearest to the appointment. A moment in the quiet hours is moved to the last
    allowed minute before them; if that has passed, to the first one after, if it comes before `not_after`; else it is
    dropped. Where two end up at the same minute (a holiday swallowed the time between) only the nearest one leaves.

    Planned anew later, `now` is after `told_at`. What was due by then is among the answers with its time in the past:
    it may stay if it still waits, and is not written again. Raises ValueError for an offset that cannot be read, and
    NoDaysForPost for a letter in hours.
    """
    found: dict[datetime, PlannedReminder] = {}
    moments = sorted(_moments(starts_at, rules, manner, zone), key=lambda one: (one.due_at, one.not_after))
    for moment in moments:
        due_at = _due_at(moment, manner.quiet, zone, told_at + JUST_TOLD)
        if due_at is not None:
            found[due_at] = moment
    if local_day(starts_at, zone) - local_day(told_at, zone) <= _DAY:
        found = {due_at: found[due_at] for due_at in sorted(found)[-1:]}
    reminders = [
        PlannedReminder(moment.offset, _due_by_now(moment, due_at, manner.quiet, zone, now), moment.not_after)
        for due_at, moment in found.items()
    ]
    return sorted(reminders, key=lambda one: one.due_at)


def announcement(
    now: datetime, quiet: QuietHours | None, zone: ZoneInfo, *, until: datetime, concerns: datetime | None
) -> Leaving:
    """When to say something that has just happened; it is of use until `until`.

    It waits for the morning unless it would hardly be of use then. What keeps somebody from a useless way today or
    tomorrow (`concerns`: the time that no longer holds) does not wait for any morning.
    """
    if concerns is not None and concerns > now and local_day(concerns, zone) - local_day(now, zone) <= _DAY:
        return Leaving(now, respects_quiet=False)
    if quiet is None or not quiet.are_at(now, zone):
        return Leaving(now, respects_quiet=True)
    morning = quiet.first_allowed_after(now, zone)
    if morning + WORTH_WAITING <= until:
        return Leaving(morning, respects_quiet=True)
    return Leaving(now, respects_quiet=False)


def letter_is_of_use_until(starts_at: datetime, zone: ZoneInfo) -> datetime:
    """Until when a letter about an appointment may still be printed: later it would arrive after it."""
    return same_time_workdays_before(starts_at, LETTER_IS_USELESS, zone)


def _moments(starts_at: datetime, rules: Iterable[str], manner: Manner, zone: ZoneInfo) -> list[PlannedReminder]:
    """Each offset's own moment, before anything is said about when the channel may speak."""
    offsets = {text: parse_offset(text) for text in rules}
    if not manner.by_post:
        return [
            PlannedReminder(text, offset.before(starts_at, zone), offset.not_after(starts_at, zone))
            for text, offset in offsets.items()
        ]
    if any(offset.hours for offset in offsets.values()):
        raise NoDaysForPost("A letter is planned in days.")
    latest = same_time_workdays_before(starts_at, LETTER_LEAVES, zone)
    not_after = letter_is_of_use_until(starts_at, zone)
    return [
        PlannedReminder(text, min(offset.before(starts_at, zone), latest), not_after)
        for text, offset in offsets.items()
    ]


def _due_at(moment: PlannedReminder, quiet: QuietHours | None, zone: ZoneInfo, earliest: datetime) -> datetime | None:
    if moment.due_at < earliest:
        return None
    if quiet is None or not quiet.are_at(moment.due_at, zone):
        return moment.due_at
    earlier = quiet.last_allowed_before(moment.due_at, zone)
    if earlier >= earliest:
        return earlier
    later = quiet.first_allowed_after(moment.due_at, zone)
    return later if later < moment.not_after else None


def _due_by_now(
    moment: PlannedReminder, due_at: datetime, quiet: QuietHours | None, zone: ZoneInfo, now: datetime
) -> datetime:
    """`due_at`, unless it has passed while the moment itself has not: new quiet hours may begin in between."""
    if due_at >= now:
        return due_at
    return _due_at(moment, quiet, zone, now) or due_at
