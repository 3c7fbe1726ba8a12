# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The free times once more, as set arithmetic over ranges in one SQL statement that reads the tables itself.

It shares no line with the engine: weeks are counted from their Mondays, local times by asking the database's own time
zones when a clock first shows them, holidays come from another library, and who can come together is found by trying.
"""

from datetime import date, datetime
from typing import Any

import holidays
from django.db import connection

from tests.appointments.engine.offices import Standing

Answer = dict[datetime, tuple[tuple[int, ...], ...]]

# When the clock on the wall first shows a local time or a later one, by looking at every minute around it.
_SHOWN = """(SELECT min(u) FROM generate_series(({0} AT TIME ZONE 'UTC') - interval '3 hours',
  ({0} AT TIME ZONE 'UTC') + interval '1 hour', interval '1 minute') u WHERE u AT TIME ZONE %(zone)s >= {0})"""
_DOWN = "date_bin('5 minutes', {0}, timestamptz '1970-01-01 00:00+00')"
_UP = f"({_DOWN} + CASE WHEN {_DOWN} < {{0}} THEN interval '5 minutes' ELSE interval '0' END)"


def _hours(sign: str, columns: str = "") -> str:
    """The ranges of a table of days and minutes as one multirange, by `columns`."""
    start, end = (_SHOWN.format(f"(day + make_interval(mins => {minute}))") for minute in ("opens", "closes"))
    by = f"{columns}, " if columns else ""
    ranges = f"range_agg(tstzrange({start}, {end})) FILTER (WHERE {start} < {end}) AS hours"
    return f"SELECT {by}{ranges} FROM {sign}" + (f" GROUP BY {columns}" if columns else "")  # noqa: S608


_FREE = f"""
WITH RECURSIVE
work AS (SELECT sum(s.duration_minutes + CASE WHEN %(language)s <> '' THEN s.mediator_minutes ELSE 0 END) AS minutes,
  max(s.before_minutes) AS before, max(s.after_minutes) AS after,
  max(coalesce(s.earliest_minute, 0)) AS opens, min(coalesce(s.latest_minute, 1440)) AS closes,
  bool_and(s.modes & %(mode)s > 0) AS possible
  FROM appointments_service s WHERE s.id = ANY (%(services)s)),
main AS (SELECT s.is_emergency, coalesce(s.grid_minutes, t.grid_minutes) AS grid,
  make_interval(hours => CASE WHEN %(staff)s THEN 0 WHEN s.is_emergency THEN coalesce(s.min_lead_hours, 0)
    ELSE coalesce(s.min_lead_hours, t.min_lead_hours) END) AS lead,
  CASE WHEN s.is_emergency THEN t.emergency_days_before ELSE coalesce(s.horizon_days, t.horizon_days) END AS horizon,
  CASE WHEN s.is_emergency THEN t.emergency_release_minute ELSE t.day_release_minute END AS release
  FROM appointments_service s, tenancy_tenantsettings t WHERE s.id = %(service)s AND t.tenant_id = s.tenant_id),
shape AS (SELECT make_interval(mins => 5 * ceil(minutes / 5.0)::int) AS duration,
  make_interval(mins => 5 * ceil(before / 5.0)::int) AS before,
  make_interval(mins => 5 * ceil(after / 5.0)::int) AS after,
  make_interval(mins => 5 * ceil(grid / 5.0)::int) AS grid, opens, closes FROM work, main WHERE possible),
today AS (SELECT (%(now)s AT TIME ZONE %(zone)s)::date AS today),
span AS (SELECT greatest(%(first)s::date, today) AS first,
  CASE WHEN %(staff)s THEN greatest(%(first)s::date, today) + %(days)s - 1
    ELSE least(greatest(%(first)s::date, today) + %(days)s - 1, today + horizon
      - CASE WHEN %(now)s < {_SHOWN.format("(today + make_interval(mins => release))")} THEN 1 ELSE 0 END) END AS last
  FROM today, main),
days AS (SELECT d::timestamp AS day, d::date AS date
  FROM span, generate_series(first - 1, last + 1, interval '1 day') d),
windows AS (SELECT w.day AS date, w.start_minute, w.end_minute FROM appointments_closurewindow w
  JOIN appointments_closure k ON k.id = w.closure_id JOIN main ON main.is_emergency
  WHERE k.location_id IS NULL OR k.location_id = %(location)s),
site_days AS (SELECT d.* FROM days d, appointments_location l WHERE l.id = %(location)s
  AND (l.valid_from IS NULL OR l.valid_from <= d.date) AND (l.valid_until IS NULL OR l.valid_until >= d.date)
  AND (d.date IN (SELECT date FROM windows) OR d.date <> ALL (%(holidays)s::date[]) AND NOT EXISTS (
    SELECT FROM appointments_closure k WHERE (k.location_id IS NULL OR k.location_id = l.id)
     AND d.date BETWEEN k.first_day AND k.last_day))
  AND (%(town)s::bigint IS NULL OR EXISTS (SELECT FROM appointments_catchment g
    WHERE g.municipality_id = %(town)s AND g.location_id = l.id
     AND coalesce(g.valid_from, d.date) <= d.date AND coalesce(g.valid_until, d.date) >= d.date))),
site_exceptions AS (SELECT x.* FROM appointments_openingexception x
  WHERE x.location_id = %(location)s AND x.calendar_id IS NULL),
site_sign AS (
  SELECT d.day, w.start_minute AS opens, w.end_minute AS closes FROM site_days d JOIN windows w USING (date)
  UNION ALL SELECT d.day, x.start_minute, x.end_minute FROM site_days d JOIN site_exceptions x ON x.day = d.date
   WHERE x.start_minute IS NOT NULL AND d.date NOT IN (SELECT date FROM windows)
  UNION ALL SELECT d.day, h.start_minute, h.end_minute FROM site_days d
   JOIN appointments_locationhours h ON h.location_id = %(location)s AND h.weekday = extract(isodow FROM d.day)
    AND coalesce(h.valid_from, d.date) <= d.date AND coalesce(h.valid_until, d.date) >= d.date
   WHERE d.date NOT IN (SELECT date FROM windows) AND d.date NOT IN (SELECT x.day FROM site_exceptions x)
  UNION ALL SELECT d.day, 0, 1440 FROM site_days d
   WHERE d.date NOT IN (SELECT date FROM windows) AND d.date NOT IN (SELECT x.day FROM site_exceptions x)
    AND NOT EXISTS (SELECT FROM appointments_locationhours h WHERE h.location_id = %(location)s)),
site AS ({_hours("site_sign")}),
service_sign AS (SELECT d.day, s.opens, s.closes FROM days d, shape s WHERE s.opens < s.closes),
service_hours AS ({_hours("service_sign")}),
needed AS (SELECT array_agg(DISTINCT role ORDER BY role) AS roles FROM (
  SELECT n.role FROM appointments_servicecalendar n
   WHERE n.service_id = ANY (%(services)s) AND (n.role <> 3 OR %(mode)s = 1)
  UNION ALL SELECT 1 UNION ALL SELECT 4 FROM appointments_calendar c
   WHERE c.kind = 'mediator' AND %(language)s = ANY (c.languages) AND %(location)s IN (
    SELECT r.location_id FROM appointments_openingrule r WHERE r.calendar_id = c.id
    UNION ALL SELECT x.location_id FROM appointments_openingexception x WHERE x.calendar_id = c.id)) r),
able AS (
  SELECT DISTINCT n.role::int AS role, n.calendar_id FROM appointments_servicecalendar n
   WHERE n.service_id = ANY (%(services)s) AND (n.role <> 3 OR %(mode)s = 1)
    AND (n.role <> 1 OR %(only)s::bigint IS NULL OR n.calendar_id = %(only)s)
    AND NOT EXISTS (SELECT FROM appointments_servicecalendar o WHERE o.service_id = ANY (%(services)s)
     AND o.role = n.role AND NOT EXISTS (SELECT FROM appointments_servicecalendar k
      WHERE k.service_id = o.service_id AND k.role = n.role AND k.calendar_id = n.calendar_id))
  UNION SELECT 4, c.id FROM appointments_calendar c WHERE c.kind = 'mediator' AND %(language)s = ANY (c.languages)),
exceptions AS (SELECT x.* FROM appointments_openingexception x
  WHERE x.location_id = %(location)s AND x.calendar_id IS NOT NULL),
sign AS (
  SELECT a.role, a.calendar_id, d.day, x.start_minute AS opens, x.end_minute AS closes FROM able a
   JOIN exceptions x USING (calendar_id) JOIN days d ON d.date = x.day WHERE x.start_minute IS NOT NULL
  UNION ALL SELECT a.role, a.calendar_id, d.day, r.start_minute, r.end_minute FROM main, able a
   JOIN appointments_openingrule r USING (calendar_id) JOIN days d ON extract(isodow FROM d.day) = r.weekday
   WHERE r.location_id = %(location)s AND r.modes & %(mode)s > 0
    AND CASE WHEN main.is_emergency AND a.role = 1 THEN r.is_emergency ELSE NOT r.is_emergency END
    AND coalesce(r.valid_from, d.date) <= d.date AND coalesce(r.valid_until, d.date) >= d.date
    AND (r.every_weeks = 1
     OR (date_trunc('week', d.day)::date - date_trunc('week', r.valid_from)::date) %% (7 * r.every_weeks) = 0)
    AND NOT EXISTS (SELECT FROM exceptions x WHERE x.calendar_id = a.calendar_id AND x.day = d.date)),
lanes AS ({_hours("sign", "role, calendar_id")}),
opening AS (SELECT l.role, l.calendar_id, range_agg(tstzrange({_UP.format("lower(h)")}, {_DOWN.format("upper(h)")}))
   FILTER (WHERE {_UP.format("lower(h)")} < {_DOWN.format("upper(h)")}) AS hours
  FROM lanes l, site, service_hours v, unnest(l.hours * site.hours * v.hours) h GROUP BY 1, 2),
away AS (SELECT calendar_id, range_agg(tstzrange({_DOWN.format("starts")}, {_UP.format("ends")})) AS ranges FROM (
  SELECT calendar_id, starts_at AS starts, ends_at AS ends FROM appointments_absence
  UNION ALL SELECT calendar_id, lower(period), upper(period) FROM appointments_occupancy
   WHERE reoffer_at > now() AND NOT %(resting)s) a GROUP BY 1),
taken AS (SELECT calendar_id, tstzrange({_DOWN.format("lower(period)")}, {_UP.format("upper(period)")}) AS period,
  (lower(period) AT TIME ZONE %(zone)s)::date AS day FROM appointments_occupancy
  WHERE state IN (1, 3) OR state = 2 AND expires_at > now()),
starts AS (SELECT o.*, s FROM opening o, shape, unnest(o.hours) h, generate_series(lower(h), upper(h), shape.grid) s),
free AS (SELECT p.role, p.calendar_id, p.s FROM starts p CROSS JOIN shape CROSS JOIN main CROSS JOIN span
   JOIN appointments_calendar c ON c.id = p.calendar_id LEFT JOIN away ON away.calendar_id = p.calendar_id
  WHERE p.s >= %(now)s + main.lead AND (p.s AT TIME ZONE %(zone)s)::date BETWEEN span.first AND span.last
   AND tstzrange(p.s, p.s + shape.duration) <@ p.hours - coalesce(away.ranges, '{{}}')
   AND NOT EXISTS (SELECT FROM taken t WHERE t.calendar_id = p.calendar_id
    AND t.period && tstzrange(p.s - shape.before, p.s + shape.duration + shape.after))
   AND (c.max_per_day IS NULL OR c.max_per_day > (SELECT count(*) FROM taken t WHERE t.calendar_id = p.calendar_id
    AND t.day = ((p.s - shape.before) AT TIME ZONE %(zone)s)::date))),
party AS (
  SELECT f.s, ARRAY[f.calendar_id] AS members FROM free f, needed WHERE f.role = needed.roles[1]
  UNION SELECT p.s, p.members || f.calendar_id FROM party p CROSS JOIN needed
   JOIN free f ON f.s = p.s AND f.role = needed.roles[cardinality(p.members) + 1] AND f.calendar_id <> ALL (p.members))
SELECT s, role, array_agg(calendar_id ORDER BY calendar_id) FROM free
 WHERE s IN (SELECT p.s FROM party p, needed WHERE cardinality(p.members) = cardinality(needed.roles))
 GROUP BY s, role ORDER BY s, role"""  # noqa: S608 -- put together from the pieces above


def free_by_sets(office: Standing, *, first: date, days: int, for_staff: bool, sees_resting: bool) -> Answer:
    """Each free start, and for each role the calendars that are free then."""
    wishes, service = office.wishes, office.services[0]
    years = range(first.year - 1, first.year + 2)
    parameters: dict[str, Any] = {
        "zone": "Europe/Berlin",
        "service": service.pk,
        "services": [service.pk, *(one.pk for one in wishes.more_services)],
        "location": office.location.pk,
        "mode": int(wishes.mode),
        "language": wishes.mediator_language,
        "only": wishes.only_calendar,
        "town": wishes.municipality,
        "now": office.now,
        "first": first,
        "days": days,
        "staff": for_staff,
        "resting": sees_resting or for_staff,
        "holidays": list(holidays.country_holidays("DE", subdiv="HE", years=years)),
    }
    found: dict[datetime, list[tuple[int, ...]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_FREE, parameters)
        for start, _role, calendars in cursor.fetchall():
            found.setdefault(start, []).append(tuple(calendars))
    return {start: tuple(roles) for start, roles in found.items()}
