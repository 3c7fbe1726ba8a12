# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The demo's Jobcenters and what each of them shows, read as the portal itself reads it."""

import tomllib
from functools import cache
from typing import Final

from jobcenter_portal.web.coverage import ENOUGH, coverage
from jobcenter_portal.web.languages import LANGUAGES
from tests.journeys.portal import ROOT

JOBCENTERS: Final = (
    "fulda",
    "wiesbaden",
    "marburg-biedenkopf",
    "kreis-offenbach",
    "stadt-offenbach",
    "bergstrasse",
    "gross-gerau",
)
BY_REQUEST: Final = "kreis-offenbach"
PERSONAL: Final = "marburg-biedenkopf"
LETTERS: Final = "KTSM"
"""On the letters of Käthe Schneider-Süß in Marburg."""


@cache
def languages_of(jobcenter: str) -> tuple[str, ...]:
    """Those that a Jobcenter wishes and whose pages are complete; a new catalogue makes the matrix grow by itself."""
    data = tomllib.loads((ROOT / "jobcenter_portal" / "demo" / "data" / f"{jobcenter}.toml").read_text("utf-8"))
    wished, complete = (
        set(data["settings"]["languages"]),
        {code for code, share in coverage().items() if share >= ENOUGH},
    )
    return tuple(one.code for one in LANGUAGES if one.code == "de" or one.code in wished & complete)


def everywhere() -> list[tuple[str, str]]:
    """Every language of every Jobcenter."""
    return [(jobcenter, language) for jobcenter in JOBCENTERS for language in languages_of(jobcenter)]


def each_language_once() -> list[tuple[str, str]]:
    """German at two Jobcenters, every other language at one, spread over those where anybody books at once."""
    found = [("fulda", "de"), ("wiesbaden", "de")]
    hosts = ("wiesbaden", "stadt-offenbach", "fulda", "bergstrasse", "gross-gerau")
    for number, language in enumerate(one.code for one in LANGUAGES if one.code != "de"):
        showing = [host for host in hosts if language in languages_of(host)]
        if showing:
            found.append((showing[number % len(showing)], language))
    return found
