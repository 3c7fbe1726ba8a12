# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""„Ich komme später“: a person says it shortly before, changes it, takes it back; the desk sees it as a plain fact.

It changes no time and promises nothing. Nobody is told by message, so the revision stays: a reminder that waits is
still true.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from appointments.core.lifecycle import Status
from appointments.core.modes import Mode
from appointments.models import Appointment
from appointments.writing import lock, record
from jobcenter_portal.audit import service as audit

MINUTES: Final = (10, 20, 30)
"""Whoever needs longer is better off with another time."""
BEFORE: Final = timedelta(hours=3)
"""Earlier than that nobody knows yet that they will be late; until the deadline they can move it."""
_FIELDS: Final = ("late_minutes", "late_told_at")


class NobodyWaits(Exception):
    """It is too early to say so, or the person is here already, or the appointment is over or cancelled."""


def may_tell_lateness(appointment: Appointment, now: datetime) -> bool:
    """Only of a visit to the office: who is called or visited is not late, and a video talk begins with a link."""
    is_expected = appointment.status_now is Status.BOOKED and appointment.mode == Mode.IN_PERSON
    return is_expected and appointment.starts_at - BEFORE <= now < appointment.ends_at


def lateness_of(appointment: Appointment) -> int | None:
    """How many minutes later the person comes, as far as they said so about the time that the appointment has now."""
    told_at = appointment.late_told_at
    if told_at is None or told_at < appointment.starts_at - BEFORE:
        return None
    return int(appointment.late_minutes) if appointment.late_minutes else None


def tell_lateness(*, appointment: Appointment, minutes: int, by: audit.By, now: datetime) -> None:
    """`minutes` is one of MINUTES. Said again it replaces what was said; the same again changes nothing.

    Raises NobodyWaits.
    """
    if minutes not in MINUTES:
        raise ValueError("a lateness that is not on offer")
    _write(appointment, minutes, "late_told", by, now)


def take_lateness_back(*, appointment: Appointment, by: audit.By, now: datetime) -> None:
    """In time after all. Raises NobodyWaits."""
    _write(appointment, None, "late_taken_back", by, now)


def _write(appointment: Appointment, minutes: int | None, action: str, by: audit.By, now: datetime) -> None:
    with transaction.atomic():
        locked = lock(appointment)
        if not may_tell_lateness(locked, now):
            raise NobodyWaits
        if lateness_of(locked) == minutes:
            return
        locked.late_minutes, locked.late_told_at = minutes, now if minutes else None
        locked.save(update_fields=_FIELDS)
        if minutes:
            record(locked, by, action, now, minutes=str(minutes))
        else:
            record(locked, by, action, now)
