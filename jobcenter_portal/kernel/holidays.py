# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The public holidays of Hesse, by computation: no list that somebody has to extend each year.

Source: Hessisches Feiertagsgesetz (HFeiertagsG) section 1; German Unity Day by Art. 2 of the Unification Treaty. Easter
Sunday and Whit Sunday are Sundays there, not holidays of their own. Right from 1995, the first year of today's law.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

FIRST_YEAR = 1995


def easter_sunday(year: int) -> date:
    """Easter of the Gregorian calendar, by Gauss' rule with Lichtenberg's two corrections worked in."""
    century = year // 100
    moon_correction = 15 + (3 * century + 3) // 4 - (8 * century + 13) // 25
    sun_correction = 2 - (3 * century + 3) // 4
    golden = year % 19
    seed = (19 * golden + moon_correction) % 30
    full_moon = 21 + seed - (seed + golden // 11) // 29
    first_sunday = 7 - (year + year // 4 + sun_correction) % 7
    return date(year, 3, 1) + timedelta(days=full_moon + 7 - (full_moon - first_sunday) % 7 - 1)


@lru_cache(maxsize=64)
def hessian_holidays(year: int) -> Mapping[date, str]:
    """Public holidays of a calendar year with their German names, sorted by date; read-only.

    Raises ValueError for years before 1995. Ascension on 1 May (next in 2160) is named Tag der Arbeit.
    """
    if year < FIRST_YEAR:
        raise ValueError(f"Holidays are known from {FIRST_YEAR} on.")
    easter = easter_sunday(year)
    named = {
        date(year, 1, 1): "Neujahr",
        easter - timedelta(days=2): "Karfreitag",
        easter + timedelta(days=1): "Ostermontag",
        easter + timedelta(days=39): "Christi Himmelfahrt",
        easter + timedelta(days=50): "Pfingstmontag",
        easter + timedelta(days=60): "Fronleichnam",
        date(year, 5, 1): "Tag der Arbeit",
        date(year, 10, 3): "Tag der Deutschen Einheit",
        date(year, 12, 25): "1. Weihnachtstag",
        date(year, 12, 26): "2. Weihnachtstag",
    }
    return MappingProxyType(dict(sorted(named.items())))


def is_hessian_holiday(day: date) -> bool:
    return day in hessian_holidays(day.year)
