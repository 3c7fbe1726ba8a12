# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads one site of the data set in the peer's terms.

The peer has one range of hours a day (a break becomes an unavailability), no holds (a live one becomes an appointment),
no closures and holidays (they become days off of everybody) and no limit per day (left out; calendars that have one are
not compared).
"""

from __future__ import annotations

from datetime import timedelta
from typing import LiteralString

import psycopg

from bench.national.oracle import HOLIDAYS
from bench.national.plan import (
    AFTER_MINUTES,
    AFTERNOON,
    GRID_MINUTES,
    LAST_DAY,
    LEAD_HOURS,
    LONG_DAYS,
    MEASURED_DURATION,
    MORNING,
    REFERENCE_DAY,
    ZONE,
    Office,
)
from bench.peer.site import PeerSite, Staff, Stretch

_APPOINTMENTS: LiteralString = """
SELECT s::date::text, extract(hour FROM s)::int * 60 + extract(minute FROM s)::int,
    extract(hour FROM e)::int * 60 + extract(minute FROM e)::int
FROM (SELECT lower(period) AT TIME ZONE %(zone)s AS s,
        (upper(period) - make_interval(mins => %(after)s)) AT TIME ZONE %(zone)s AS e
    FROM appointments_occupancy WHERE tenant_id = %(tenant)s AND calendar_id = %(calendar)s
        AND (state IN (1, 3, 8) OR state = 2 AND expires_at > now())) AS stretch
ORDER BY s
"""
_ABSENCES: LiteralString = """
SELECT (starts_at AT TIME ZONE %(zone)s)::date::text, ((ends_at AT TIME ZONE %(zone)s)::date - 1)::text
FROM appointments_absence WHERE tenant_id = %(tenant)s AND calendar_id = %(calendar)s
"""
_CLOSURES: LiteralString = """
SELECT first_day::text, last_day::text FROM appointments_closure WHERE tenant_id = %(tenant)s
"""


def exported(url: str, office: Office) -> PeerSite:
    """`url` is a superuser's, in the country's database."""
    with psycopg.connect(url) as connection:
        staff = [_staff(connection, office, pk) for pk in office.sites[0].calendar_ids]
    return PeerSite(MEASURED_DURATION, GRID_MINUTES, AFTER_MINUTES, LEAD_HOURS * 60, staff)


def _staff(connection: psycopg.Connection, office: Office, calendar_id: int) -> Staff:
    names = {"zone": ZONE, "after": AFTER_MINUTES, "tenant": office.tenant_id, "calendar": calendar_id}
    long_day = (MORNING[0], AFTERNOON[1])
    return Staff(
        number=calendar_id,
        hours={weekday: long_day if weekday in LONG_DAYS else MORNING for weekday in range(1, 6)},
        # It keeps its gap around a break too, where nobody has to rest: the break is told without it.
        breaks=[Stretch(day, MORNING[1] + AFTER_MINUTES, AFTERNOON[0] - AFTER_MINUTES) for day in _long_days()],
        days_off=[
            *connection.execute(_ABSENCES, names).fetchall(),
            *connection.execute(_CLOSURES, names).fetchall(),
            *((day, day) for day in HOLIDAYS),
        ],
        appointments=[Stretch(*row) for row in connection.execute(_APPOINTMENTS, names)],
    )


def _long_days() -> list[str]:
    days = (REFERENCE_DAY + timedelta(days=offset) for offset in range((LAST_DAY - REFERENCE_DAY).days + 1))
    return [day.isoformat() for day in days if day.isoweekday() in LONG_DAYS]
