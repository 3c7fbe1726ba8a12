# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where people live, as they name it, and which site serves them there on which days (Zuständigkeit)."""

import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Final

from appointments.models import Catchment, Municipality

_SPELLINGS: Final = (("ae", "a"), ("oe", "o"), ("ue", "u"))
"""Who has no umlauts on the keyboard writes Buerstadt; both sides are folded alike."""


def municipalities() -> list[Municipality]:
    """All places of the district, as a person looks for them: Mörlenbach between Moers and Mossau."""
    return sorted(Municipality.objects.all(), key=lambda one: (folded(one.name), one.pk))


def is_divided() -> bool:
    """Whether several sites serve some places each, so that for some concern it matters where people live."""
    return bool(Catchment.objects.values("location_id").distinct()[:2].count() > 1)


def municipality_by_slug(slug: str) -> Municipality | None:
    found: Municipality | None = Municipality.objects.filter(slug=slug).first()
    return found


def matching(typed: str, towns: Iterable[Municipality]) -> list[Municipality]:
    """The places somebody may mean: by postcode, else by the whole name, its beginning or a part of it."""
    towns = list(towns)
    postcode = "".join(typed.split())
    if postcode.isdecimal():
        return [town for town in towns if postcode in town.postcodes]
    wanted = folded(typed)
    if not wanted:
        return []
    names = [(folded(town.name), town) for town in towns]
    tests = (str.__eq__, str.startswith, str.__contains__)
    found = ([town for name, town in names if test(name, wanted)] for test in tests)
    return next((towns for towns in found if towns), [])


def catchments_of(municipality: Municipality, first: date, last: date) -> list[Catchment]:
    """Which sites serve a place on some of these days, in the order in which they do."""
    rows = Catchment.objects.filter(municipality=municipality).select_related("location")
    serving = [row for row in rows if _overlaps(row, first, last)]
    return sorted(serving, key=lambda row: (row.valid_from or date.min, row.location.position, row.pk))


def folded(name: str) -> str:
    """A name without case, accents, blanks and hyphens."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(sign for sign in plain if sign.isalnum())
    for spelling, letter in _SPELLINGS:
        letters = letters.replace(spelling, letter)
    return letters


def _overlaps(row: Catchment, first: date, last: date) -> bool:
    return (row.valid_from or date.min) <= last and (row.valid_until or date.max) >= first
