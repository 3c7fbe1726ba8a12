# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""When people can come without an appointment, said the way a door sign says it."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from babel.dates import get_day_names
from django.utils.translation import gettext as _

from appointments.core.opening import Minutes
from appointments.walk_in import site_hours
from jobcenter_portal.web.languages import current_language, isolated


@dataclass(frozen=True, slots=True)
class Line:
    """Neighbouring days with the same hours."""

    days: str
    hours: str


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    address: str
    lines: tuple[Line, ...]


def visiting_places(today: date) -> tuple[Place, ...]:
    """Every site that is open these weeks."""
    return tuple(
        Place(isolated(location.name), isolated(location.address), _lines(week))
        for location, week in site_hours(today)
        if week
    )


def _lines(week: dict[int, tuple[Minutes, ...]]) -> tuple[Line, ...]:
    """Days that follow each other and have the same hours become one line."""
    runs = groupby(sorted(week), key=lambda day: (week[day], day - sorted(week).index(day)))
    return tuple(Line(_days(list(days)), _hours(ranges)) for (ranges, _run), days in runs)


def _days(days: list[int]) -> str:
    names = get_day_names("wide", context="stand-alone", locale=current_language().babel_locale)
    if len(days) == 1:
        return str(names[days[0] - 1])
    return _("%(first)s bis %(last)s") % {"first": names[days[0] - 1], "last": names[days[-1] - 1]}


def _hours(ranges: tuple[Minutes, ...]) -> str:
    return ", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in ranges)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
