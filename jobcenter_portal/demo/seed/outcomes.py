# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What became of the appointments: most people came, some did not, some cancelled or moved."""

from datetime import datetime, timedelta
from random import Random

from appointments.models import Appointment
from appointments.service import Refused, SlotTaken, Verb, cancel, find_slots, record_attendance, reschedule
from jobcenter_portal.audit import service as audit
from jobcenter_portal.demo.seed.diary import actor
from jobcenter_portal.demo.seed.office import Office

_CANCELLED = 0.05
_MOVED = 0.04
_NOT_THERE = 0.1
_WAITS = timedelta(minutes=20)
_EARLY = timedelta(minutes=25)
_DAY = timedelta(days=1)


def happen(office: Office, appointments: list[Appointment], now: datetime, chance: Random) -> None:
    """Cancel and move a few, then record attendance up to `now`."""
    for appointment in sorted(appointments, key=lambda one: one.starts_at):
        fate = chance.random()
        if fate < _CANCELLED:
            moment = _between(appointment.booked_at, min(appointment.starts_at, now), chance)
            cancel(jobcenter=office.jobcenter, appointment=appointment, by=actor(office, chance), now=moment)
        elif fate < _CANCELLED + _MOVED and appointment.starts_at > now + _DAY:
            _move(office, appointment, _between(appointment.booked_at, now, chance), now, chance)
        elif appointment.starts_at <= now + _EARLY:
            _attend(office, appointment, now, chance)


def _move(office: Office, appointment: Appointment, moment: datetime, now: datetime, chance: Random) -> None:
    """To some day of the week after; it stays where it is when the rules or others are in the way."""
    free = find_slots(
        service=appointment.service,
        location=appointment.location,
        settings=office.settings,
        now=moment,
        first_day=(max(appointment.starts_at, now) + _DAY).date(),
        days=7,
    ).slots()
    if not free:
        return
    try:
        reschedule(
            jobcenter=office.jobcenter,
            appointment=appointment,
            starts_at=chance.choice(free).starts_at,
            by=actor(office, chance),
            now=moment,
        )
    except (Refused, SlotTaken):
        return


def _attend(office: Office, appointment: Appointment, now: datetime, chance: Random) -> None:
    steps: list[tuple[Verb, datetime]] = []
    if appointment.ends_at <= now:
        stays_away = chance.random() < _NOT_THERE
        steps = [
            (Verb.RECORD_NO_SHOW, appointment.starts_at + _WAITS) if stays_away else (Verb.FULFIL, appointment.ends_at)
        ]
    elif appointment.starts_at <= now:
        steps = [(Verb.CHECK_IN, appointment.starts_at), (Verb.START, appointment.starts_at)]
    elif chance.random() < 1 / 2:
        steps = [(Verb.CHECK_IN, now)]
    for verb, moment in steps:
        record_attendance(appointment=appointment, verb=verb, by=_somebody_here(office, chance), now=min(moment, now))


def _somebody_here(office: Office, chance: Random) -> audit.By:
    return audit.staff(chance.choice(list(office.memberships.values())).pk)


def _between(first: datetime, last: datetime, chance: Random) -> datetime:
    return first + (last - first) * chance.random()
