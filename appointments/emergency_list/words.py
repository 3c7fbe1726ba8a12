# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The list's words. German whoever has it written: it lies ready for the house, which speaks German."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from babel import Locale

from appointments.core.lifecycle import Status
from appointments.core.modes import Mode

LANGUAGE: Final = "de"
STATUS: Final[Mapping[Status, str]] = MappingProxyType(
    {
        Status.REQUESTED: "angefragt",
        Status.BOOKED: "gebucht",
        Status.CHECKED_IN: "da",
        Status.IN_SERVICE: "im Gespräch",
        Status.FULFILLED: "fertig",
        Status.CANCELLED: "abgesagt",
        Status.NO_SHOW: "nicht erschienen",
    }
)
MODES: Final[Mapping[Mode, str]] = MappingProxyType(
    {Mode.IN_PERSON: "vor Ort", Mode.PHONE: "am Telefon", Mode.VIDEO: "per Video", Mode.OUTREACH: "bei der Person"}
)
_WEEKDAYS: Final = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
_OWN_NAMES: Final = MappingProxyType({"de-simple": "Deutsch (Leichte Sprache)", "sgn": "Deutsche Gebärdensprache"})


def language(code: str) -> str:
    """A language in German: the person at the counter looks for somebody who speaks it."""
    return _OWN_NAMES.get(code) or str(Locale.parse(LANGUAGE).languages.get(code, code))


def day_in_words(day: date) -> str:
    return f"{_WEEKDAYS[day.weekday()]}, {day:%d.%m.%Y}"
