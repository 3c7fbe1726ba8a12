# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The query of the slot search, in the forms that are prepared: one concern or several, mediators or not, and so on.

A row is one calendar at one location in one role. What the columns hold, `loading` unpacks.
"""

import re
from dataclasses import dataclass
from typing import Final

_PLACEHOLDER: Final = re.compile(r"%\((\w+)\)s")

# Correlated subqueries have one plan only; a grouped join was 70 times the floor at 100 calendars (occupancy trial).
# States and the look-back stand as literals: as parameters the partial index could not be proven in a generic plan.
_LOAD: Final = """
WITH site AS MATERIALIZED (SELECT l.id, l.valid_from, l.valid_until,
 (SELECT string_agg(int2send(h.weekday::int2) || int2send(h.start_minute::int2) || int2send(h.end_minute::int2)
    || int2send(1::int2) || int4send(coalesce(h.valid_from - date '1970-01-01', -999999))
    || int4send(coalesce(h.valid_until - date '1970-01-01', 999999)), ''::bytea ORDER BY h.id)
  FROM appointments_locationhours h WHERE h.location_id = l.id) AS hours,
 (SELECT string_agg(int4send(x.day - date '1970-01-01') || int2send(coalesce(x.start_minute, -1)::int2)
    || int2send(coalesce(x.end_minute, -1)::int2), ''::bytea ORDER BY x.day, x.start_minute)
  FROM appointments_openingexception x WHERE x.location_id = l.id AND x.calendar_id IS NULL
   AND x.day BETWEEN %(first_day)s::date AND %(last_day)s::date) AS exceptions,
 (SELECT string_agg(int4send(k.first_day - date '1970-01-01') || int4send(k.last_day - date '1970-01-01'), ''::bytea
    ORDER BY k.id)
  FROM appointments_closure k WHERE (k.location_id = l.id OR k.location_id IS NULL)
   AND k.last_day >= %(first_day)s::date AND k.first_day <= %(last_day)s::date) AS closures,
 {windows} AS windows,
 {catchment} AS catchment,
 EXISTS (SELECT 1 FROM appointments_openingexception x WHERE x.location_id = l.id AND x.calendar_id IS NOT NULL
  AND x.day BETWEEN %(first_day)s::date AND %(last_day)s::date) AS has_exceptions
 FROM appointments_location l WHERE l.id = ANY (%(locations)s::bigint[]))
SELECT site.id, p.role, c.id, c.schedule_version, c.max_per_day, rules.packed, exceptions.packed,
 (SELECT string_agg(int4send(floor(date_part('epoch', a.starts_at) / 300)::int)
    || int4send(ceil(date_part('epoch', a.ends_at) / 300)::int), ''::bytea)
  FROM appointments_absence a WHERE a.calendar_id = c.id AND a.ends_at > %(from)s::timestamptz
   AND a.starts_at < %(until)s::timestamptz),
 (SELECT string_agg(int4send((o.start_tick - %(low)s::int) * 512 + o.ticks), ''::bytea)
  FROM appointments_occupancy o WHERE o.calendar_id = c.id
   AND o.start_tick >= %(low)s::int AND o.start_tick < %(high)s::int
   AND o.state IN (1, 2, 3) AND (o.expires_at IS NULL OR o.expires_at > now())),
 (SELECT string_agg(int4send((o.start_tick - %(low)s::int) * 512 + o.ticks), ''::bytea)
  FROM appointments_occupancy o WHERE %(rests)s::bool AND o.calendar_id = c.id AND o.start_tick >= %(low)s::int
   AND o.start_tick < %(high)s::int AND o.reoffer_at IS NOT NULL AND o.reoffer_at > now()),
 site.valid_from, site.valid_until, site.hours, site.exceptions, site.closures, site.windows, site.catchment,
 (SELECT array_agg(DISTINCT n.role) FROM appointments_servicecalendar n
  WHERE n.service_id = ANY (%(services)s::bigint[])),
 {needs_mediator}
FROM site
CROSS JOIN ({parties}) p
JOIN appointments_calendar c ON c.id = p.calendar_id
CROSS JOIN LATERAL (SELECT string_agg(int2send(r.weekday::int2) || int2send(r.start_minute::int2)
   || int2send(r.end_minute::int2) || int2send(r.every_weeks::int2)
   || int4send(coalesce(r.valid_from - date '1970-01-01', -999999))
   || int4send(coalesce(r.valid_until - date '1970-01-01', 999999)), ''::bytea ORDER BY r.id) AS packed
  FROM appointments_openingrule r WHERE r.calendar_id = c.id AND r.location_id = site.id
   AND r.modes & %(mode)s::int2 <> 0
   AND r.is_emergency = (%(emergency)s::bool AND p.role = 1)
   AND (r.valid_until IS NULL OR r.valid_until >= %(first_day)s::date)) rules
CROSS JOIN LATERAL (SELECT string_agg(int4send(x.day - date '1970-01-01')
   || int2send(coalesce(x.start_minute, -1)::int2) || int2send(coalesce(x.end_minute, -1)::int2), ''::bytea
   ORDER BY x.day, x.start_minute) AS packed
  FROM appointments_openingexception x WHERE site.has_exceptions AND x.calendar_id = c.id AND x.location_id = site.id
   AND x.day BETWEEN %(first_day)s::date AND %(last_day)s::date) exceptions
WHERE rules.packed IS NOT NULL OR exceptions.packed IS NOT NULL
ORDER BY site.id, p.role, c.id"""

# Only emergencies ask for windows, only people of a known town for catchments: a subquery that finds nothing costs too.
_WINDOWS: Final = """(SELECT string_agg(int4send(w.day - date '1970-01-01') || int2send(w.start_minute::int2)
    || int2send(w.end_minute::int2), ''::bytea ORDER BY w.day, w.start_minute)
  FROM appointments_closurewindow w JOIN appointments_closure k ON k.id = w.closure_id
  WHERE (k.location_id = l.id OR k.location_id IS NULL)
   AND w.day BETWEEN %(first_day)s::date AND %(last_day)s::date)"""
_CATCHMENT: Final = """(SELECT string_agg(int4send(coalesce(g.valid_from - date '1970-01-01', -999999))
    || int4send(coalesce(g.valid_until - date '1970-01-01', 999999)), ''::bytea ORDER BY g.id)
  FROM appointments_catchment g WHERE g.location_id = l.id
   AND g.municipality_id = %(municipality)s::bigint)"""
_NOTHING: Final = "NULL::bytea"

_ABLE: Final = """
SELECT s.calendar_id, s.role FROM appointments_servicecalendar s
 WHERE s.service_id = ANY (%(services)s::bigint[]) AND (s.role <> 3 OR %(mode)s::int2 = 1)
  AND (s.role <> 1 OR %(only)s::bigint IS NULL OR s.calendar_id = %(only)s::bigint)"""
# Of several concerns, each role's calendar must know all those that need the role.
_IN_ALL_OF_THEM: Final = """
 GROUP BY s.calendar_id, s.role
 HAVING count(*) = (SELECT count(DISTINCT n.service_id) FROM appointments_servicecalendar n
  WHERE n.service_id = ANY (%(services)s::bigint[]) AND n.role = s.role)"""
_MEDIATORS: Final = """
 UNION ALL SELECT k.id, 4::smallint FROM appointments_calendar k
 WHERE k.kind = 'mediator' AND %(language)s::text = ANY (k.languages)"""

# Where a site has mediators for a language, one of them must be free, whatever their hours; elsewhere one is phoned.
_HAS_MEDIATORS: Final = """EXISTS (SELECT 1 FROM appointments_calendar k
  WHERE k.kind = 'mediator' AND %(language)s::text = ANY (k.languages)
   AND site.id IN (SELECT r.location_id FROM appointments_openingrule r WHERE r.calendar_id = k.id
    UNION ALL SELECT x.location_id FROM appointments_openingexception x WHERE x.calendar_id = k.id))"""


@dataclass(frozen=True, slots=True)
class Query:
    """A query with the server's own placeholders, and the names of their values in order."""

    sql: str
    names: tuple[str, ...]

    @staticmethod
    def of(named: str) -> "Query":
        names = tuple(dict.fromkeys(_PLACEHOLDER.findall(named)))
        return Query(_PLACEHOLDER.sub(lambda match: f"${names.index(match[1]) + 1}", named), names)


def _query(*, is_several: bool, wants_mediator: bool, is_emergency: bool, has_town: bool) -> Query:
    parties = _ABLE + (_IN_ALL_OF_THEM if is_several else "") + (_MEDIATORS if wants_mediator else "")
    parts = {
        "{parties}": parties,
        "{needs_mediator}": _HAS_MEDIATORS if wants_mediator else "false",
        "{windows}": _WINDOWS if is_emergency else _NOTHING,
        "{catchment}": _CATCHMENT if has_town else _NOTHING,
    }
    named = _LOAD
    for place, part in parts.items():
        named = named.replace(place, part)
    return Query.of(named)


QUERIES: Final = {
    (is_several, wants_mediator, is_emergency, has_town): _query(
        is_several=is_several, wants_mediator=wants_mediator, is_emergency=is_emergency, has_town=has_town
    )
    for is_several in (False, True)
    for wants_mediator in (False, True)
    for is_emergency in (False, True)
    for has_town in (False, True)
}
