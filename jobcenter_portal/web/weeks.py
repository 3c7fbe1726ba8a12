# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Hours of a week, said the way a door sign says them, in eight languages."""

from dataclasses import dataclass
from itertools import groupby
from typing import Final

from babel.dates import get_day_names
from django.utils.translation import gettext as _
from django.utils.translation import override

from jobcenter_portal.kernel.office_hours import Minutes, Week, understood
from jobcenter_portal.web.languages import Language

_WRITTEN_IN: Final = frozenset({"de", "de-simple"})


@dataclass(frozen=True, slots=True)
class Line:
    """Neighbouring days with the same hours."""

    days: str
    hours: str


def week_lines(week: Week, language: Language) -> tuple[Line, ...]:
    """Days that follow each other and have the same hours become one line."""
    days = sorted(week)
    runs = groupby(days, key=lambda day: (week[day], day - days.index(day)))
    return tuple(Line(_days(list(run), language), _hours(ranges)) for (ranges, _position), run in runs)


def office_hours(text: str, language: Language) -> str:
    """A sentence that an office wrote in German, in the person's language where it can be understood."""
    week = None if language.code in _WRITTEN_IN else understood(text)
    if week is None:
        return text
    between = "؛ " if language.direction == "rtl" else "; "
    return between.join(f"{line.days} {_island(line.hours, language)}" for line in week_lines(week, language))


def _days(days: list[int], language: Language) -> str:
    names = get_day_names("wide", context="stand-alone", locale=language.babel_locale)
    first, last = str(names[days[0] - 1]), str(names[days[-1] - 1])
    if len(days) == 1:
        return first
    with override(language.code):
        return _("%(first)s bis %(last)s") % {"first": first, "last": last}


def _hours(ranges: tuple[Minutes, ...]) -> str:
    return ", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in ranges)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _island(hours: str, language: Language) -> str:
    """Between right-to-left words a range would be read from its end."""
    return f"\u2066{hours}\u2069" if language.direction == "rtl" else hours
