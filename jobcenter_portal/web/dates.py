# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Dates and times as people read them, in eight languages.

Babel (CLDR) writes them, because Django's own formats take the wrong case in Ukrainian and Russian. Times are always
those of the office (Europe/Berlin) on a 24-hour clock with Western digits, as on the building and on letters.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_timedelta

from jobcenter_portal.web.languages import Language

OFFICE_ZONE: Final = ZoneInfo("Europe/Berlin")

_ALWAYS_MINUTES: Final = float("inf")
_NO_ROOM_FOR_WEEKDAYS: Final = frozenset({"uk", "ru", "ar", "fa"})
"""An SMS in their letters holds 70 characters instead of 160."""
_WEEKDAYS: Final = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")


def local(moment: datetime) -> datetime:
    """Wall-clock time at the office. Raise ValueError for a naive datetime: its zone would be a guess."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(OFFICE_ZONE)


def long_date(day: date, language: Language) -> str:
    """Weekday, day, month and year in words: ``Montag, 14. Dezember 2026``."""
    return _written(_local_day(day), "full", language.babel_locale)


def near_date(day: date, language: Language) -> str:
    """Weekday, day and month, for dates of the next weeks: ``Di., 24. November``."""
    return format_skeleton("MMMMEd", _local_day(day), locale=language.babel_locale)


def invariant_date(day: date) -> str:
    """The date as German letters write it, the same in every language: ``Mo 14.12.2026``."""
    local_day = _local_day(day)
    return f"{_WEEKDAYS[local_day.weekday()]} {local_day:%d.%m.%Y}"


def short_date(moment: datetime, language: Language) -> str:
    """Day and month, short enough for an SMS, with the weekday where there is room: ``Mo 14.12.``, ``14.12``."""
    if language.code in _NO_ROOM_FOR_WEEKDAYS:
        return f"{local(moment):%d.%m}"  # without the last point, which only German dates have
    return _written(local(moment).date(), "ccc dd.MM.", language.babel_locale)


def invariant_line(moment: datetime) -> str:
    """Date and time as German letters write them: ``Mo 14.12.2026, 08:30``."""
    return f"{invariant_date(moment)}, {clock_time(moment)}"


def clock_time(moment: datetime) -> str:
    return f"{local(moment):%H:%M}"


def clock_range(start: datetime, end: datetime) -> str:
    """``08:30–09:00``; to be set in a left-to-right island, or right-to-left pages turn it round."""
    return f"{clock_time(start)}–{clock_time(end)}"


def duration_in_words(minutes: int, language: Language) -> str:
    """``30 Minuten``, with the plural each language wants."""
    # Not babel.units.format_unit: it knows no long Persian minute and prints "45 duration-minute" instead.
    length = timedelta(minutes=minutes)
    return format_timedelta(length, granularity="minute", threshold=_ALWAYS_MINUTES, locale=language.babel_locale)


@lru_cache(maxsize=4096)
def _written(day: date, pattern: str, locale: str) -> str:
    """A mailing says few days thousands of times, and Babel reads its pattern anew each time."""
    written: str = format_date(day, format=pattern, locale=locale)
    return written


def _local_day(day: date) -> date:
    return local(day).date() if isinstance(day, datetime) else day
