# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Until when the office answers a request, and what it may answer when it cannot grant one.

The office promises working days: "we answer by Sunday" is a promise that nobody can keep.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum, unique
from typing import Final
from zoneinfo import ZoneInfo

from jobcenter_portal.kernel.holidays import is_hessian_holiday
from jobcenter_portal.kernel.wall_clock import local_day, midnight, same_time_days_before

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 6
_BEFORE_THE_WISH: Final = timedelta(hours=2)
"""An answer that comes later is of no use to somebody who has to find the way."""


@unique
class DeclineReason(StrEnum):
    """Why a request cannot become an appointment: a closed list, so that nothing personal can be written here.

    Each has a sentence in the message, on the person's page and at the desk, and each ends in what to do next.
    """

    CALL = "call"
    """Something has to be settled first, by telephone."""
    NO_NEED = "no_need"
    """It can be done without an appointment."""
    HAVE_ONE = "have_one"
    """The person has an appointment for it already."""
    PAPERS = "papers"
    """Papers are missing without which the talk would be of no use."""
    ELSEWHERE = "elsewhere"
    """Another office is responsible."""


def answer_deadline(asked_at: datetime, hours: int, *, starts_at: datetime, zone: ZoneInfo) -> datetime:
    """Until when the office answers: so many hours later, where each day off on the way moves it on by a day.

    Never after the wished time, and some time before it where there is any.
    """
    end = asked_at + timedelta(hours=hours)
    day = local_day(asked_at, zone)
    while day < local_day(end, zone):
        day += _DAY
        if not is_working_day(day):
            end = _a_day_later(end, zone)
    while not is_working_day(local_day(end, zone)):
        end = _a_day_later(end, zone)
    latest = max(starts_at - _BEFORE_THE_WISH, asked_at + (starts_at - asked_at) / 2)
    return min(end, latest)


def is_working_day(day: date) -> bool:
    return day.isoweekday() < _SATURDAY and not is_hessian_holiday(day)


def end_of_next_working_day(moment: datetime, zone: ZoneInfo) -> datetime:
    """What ends before this needs an answer today or tomorrow, seen from an office that is closed at weekends."""
    day = local_day(moment, zone) + _DAY
    while not is_working_day(day):
        day += _DAY
    return midnight(day + _DAY, zone)


def _a_day_later(moment: datetime, zone: ZoneInfo) -> datetime:
    return same_time_days_before(moment, -1, zone)
