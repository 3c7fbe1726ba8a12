# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A list as the two files of it: a sheet to print, and a table to sort."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from appointments.core.modes import Mode
from appointments.emergency_list.day import DayList, Row
from appointments.emergency_list.words import LANGUAGE, MODES, day_in_words
from jobcenter_portal.kernel.spreadsheet import csv_bytes
from notifications.service import Table, table_pdf

COLUMNS: Final = (
    "datum",
    "beginn",
    "ende",
    "name",
    "anliegen",
    "art",
    "bei",
    "raum",
    "sprache",
    "sprachmittlung",
    "status",
    "telefon",
    "nummer",
    "standort",
    "stand_vom",
)
"""Names and order stay; what comes along is added behind, because offices build on them."""
_NOBODY: Final = "An diesem Tag ist hier niemand eingetragen."
_NOTES: Final = (
    "Diese Liste ist für den Notfall: wenn das Terminportal nicht erreichbar ist.",
    "Kreuzen Sie an, wer da war, und tragen Sie es danach im Portal nach.",
    "Die Liste enthält Daten von Menschen. Geben Sie sie nicht weiter, und vernichten Sie das Blatt am Ende des Tages.",
)


def as_csv(found: DayList, zone: ZoneInfo) -> bytes:
    rows = [
        (
            f"{found.day:%Y-%m-%d}",
            row.begins,
            row.ends,
            row.name,
            row.concern,
            row.mode,
            row.with_whom,
            row.room,
            row.language,
            row.mediator,
            row.status,
            row.phone,
            row.ticket,
            found.location,
            _minute(found.at, zone),
        )
        for row in found.rows
    ]
    return csv_bytes(COLUMNS, rows)


def as_pdf(found: DayList, zone: ZoneInfo) -> bytes:
    """Raises NoFonts, CannotBeSet, PressFailed."""
    columns = ["Zeit", "Name", "Anliegen", "Bei, Raum", "Sprache", "Status", *(["Telefon"] if found.has_phones else [])]
    table = Table(
        language=LANGUAGE,
        sender=found.jobcenter,
        title=f"{found.location}: {day_in_words(found.day)}",
        as_of=f"Stand: {_minute(found.at, zone)} Uhr",
        columns=columns,
        widths=[12, 24, 26, 24, 18, 18, *([18] if found.has_phones else [])],
        rows=[_cells(row, has_phones=found.has_phones) for row in found.rows],
        strong=2,
        tick="War da",
        empty=_NOBODY,
        notes=_NOTES,
        page="Seite",
        of="von",
    )
    return table_pdf(table, at=found.at)


def _cells(row: Row, *, has_phones: bool) -> list[str]:
    """Empty places stay to be written in: a table that skips them would shift what stands beside."""
    away = "" if row.mode == MODES[Mode.IN_PERSON] else f" ({row.mode})"
    number = f" (Nummer {row.ticket})" if row.ticket else ""
    mediator = f", Dolmetschen: {row.mediator}" if row.mediator else ""
    cells = [
        f"{row.begins}–{row.ends}",
        f"{row.name}{number}".strip(),
        row.concern + away,
        ", ".join(part for part in (row.with_whom, row.room) if part),
        row.language + mediator,
        row.status,
    ]
    return [*cells, row.phone] if has_phones else cells


def _minute(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%d.%m.%Y %H:%M}"
