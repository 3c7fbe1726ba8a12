# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The free times of a site once more, by another way: ranges and set arithmetic in one SQL statement.

It shares nothing with the portal's computation, reads as a superuser with the tenant written out, and knows the public
holidays of the data set as dates. A fast wrong answer, or one that row-level security cut short, differs from it.
"""

from __future__ import annotations

from datetime import datetime

import psycopg

from bench.national.plan import (
    AFTER_MINUTES,
    GRID_MINUTES,
    HORIZON_DAYS,
    LEAD_HOURS,
    MEASURED_DURATION,
    NOW,
    ZONE,
    Office,
)

HOLIDAYS = ("2026-12-25", "2026-12-26", "2027-01-01")

_FREE = """
WITH lane AS (
    SELECT c.id, c.max_per_day FROM appointments_calendar c
    JOIN appointments_servicecalendar s ON s.calendar_id = c.id
    WHERE c.tenant_id = %(tenant)s AND s.service_id = %(service)s),
opening AS (
    SELECT r.calendar_id, range_agg(tstzrange(
        (d + make_interval(mins => r.start_minute)) AT TIME ZONE %(zone)s,
        (d + make_interval(mins => r.end_minute)) AT TIME ZONE %(zone)s)) AS hours
    FROM appointments_openingrule r
    JOIN generate_series(timestamp '2026-11-20', timestamp '2027-02-05', interval '1 day') AS d
        ON extract(isodow FROM d) = r.weekday
    WHERE r.tenant_id = %(tenant)s AND r.location_id = %(location)s AND d <> ALL (%(holidays)s::timestamp[])
        AND NOT EXISTS (SELECT FROM appointments_closure k WHERE k.tenant_id = r.tenant_id
            AND (k.location_id IS NULL OR k.location_id = r.location_id) AND d BETWEEN k.first_day AND k.last_day)
    GROUP BY 1),
away AS (
    SELECT calendar_id, range_agg(tstzrange(starts_at, ends_at)) AS absent FROM appointments_absence
    WHERE tenant_id = %(tenant)s GROUP BY 1),
taken AS (
    SELECT calendar_id, period, lower(period) AT TIME ZONE %(zone)s AS local_start FROM appointments_occupancy
    WHERE tenant_id = %(tenant)s AND (state IN (1, 3) OR state = 2 AND expires_at > now())
        AND lower(period) > timestamptz '2026-11-20'),
per_day AS (SELECT calendar_id, local_start::date AS day, count(*) AS many FROM taken GROUP BY 1, 2),
candidate AS (
    SELECT o.calendar_id, s, o.hours FROM opening o, unnest(o.hours) AS h,
        generate_series(lower(h), upper(h), make_interval(mins => %(grid)s)) AS s)
SELECT c.s, array_agg(c.calendar_id ORDER BY c.calendar_id)
FROM candidate c JOIN lane ON lane.id = c.calendar_id LEFT JOIN away USING (calendar_id)
LEFT JOIN per_day p ON p.calendar_id = c.calendar_id AND p.day = (c.s AT TIME ZONE %(zone)s)::date
WHERE c.s >= %(now)s + make_interval(hours => %(lead)s)
    AND (c.s AT TIME ZONE %(zone)s)::date BETWEEN %(today)s AND %(today)s + least(%(days)s - 1, %(horizon)s)
    AND tstzrange(c.s, c.s + make_interval(mins => %(minutes)s)) <@ c.hours - coalesce(away.absent, '{}')
    AND NOT EXISTS (SELECT FROM taken t WHERE t.calendar_id = c.calendar_id
        AND t.period && tstzrange(c.s, c.s + make_interval(mins => %(minutes)s + %(after)s)))
    AND (lane.max_per_day IS NULL OR coalesce(p.many, 0) < lane.max_per_day)
GROUP BY 1 ORDER BY 1
"""


def free_times(url: str, office: Office, days: int, site: int = 0) -> dict[datetime, tuple[int, ...]]:
    """Each free start with the calendars free at it, as a search over `days` days from the reference day must say."""
    parameters = {
        "tenant": office.tenant_id,
        "service": office.service_id(MEASURED_DURATION),
        "location": office.sites[site].location_id,
        "zone": ZONE,
        "holidays": list(HOLIDAYS),
        "grid": GRID_MINUTES,
        "now": NOW,
        "lead": LEAD_HOURS,
        "today": NOW.date(),
        "days": days,
        "horizon": HORIZON_DAYS,
        "minutes": MEASURED_DURATION,
        "after": AFTER_MINUTES,
    }
    with psycopg.connect(url) as connection:
        return {start: tuple(calendars) for start, calendars in connection.execute(_FREE, parameters)}
