# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the tables say, read by a superuser without the help of any constraint: every number should be 0."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import psycopg

_OVERLAPS = """SELECT count(*) FROM appointments_occupancy a JOIN appointments_occupancy b
 ON a.calendar_id = b.calendar_id AND a.id < b.id AND a.period && b.period
 WHERE a.state IN (1, 2, 3) AND b.state IN (1, 2, 3)"""
_SEATS_TWICE = """SELECT count(*) FROM (SELECT FROM appointments_seat WHERE state IN (1, 2)
 GROUP BY session_id, seat_no HAVING count(*) > 1) t"""
_TOO_MANY_SEATS = """SELECT count(*) FROM (SELECT FROM appointments_seat t JOIN appointments_groupsession s
 ON s.id = t.session_id WHERE t.state IN (1, 2) GROUP BY s.id HAVING count(*) > max(s.seats)) t"""
_DAYS_OVER_THE_LIMIT = """SELECT count(*) FROM (SELECT FROM appointments_occupancy o JOIN appointments_calendar c
 ON c.id = o.calendar_id WHERE o.state IN (1, 2, 3) AND c.max_per_day IS NOT NULL
 GROUP BY c.id, (lower(o.period) AT TIME ZONE 'Europe/Berlin')::date HAVING count(*) > max(c.max_per_day)) t"""
# As many calendars as the service has roles while booked, none afterwards; all of them at the appointment's own time.
_WRONG_TIME = """SELECT count(*) FROM (SELECT a.id FROM appointments_appointment a
 JOIN appointments_service s ON s.id = a.service_id
 LEFT JOIN appointments_occupancy o ON o.appointment_id = a.id AND o.state = 1
 WHERE a.session_id IS NULL
 GROUP BY a.id, s.id HAVING count(o.id) <> CASE WHEN a.status = 'booked' THEN (SELECT count(DISTINCT k.role)
   FROM appointments_servicecalendar k WHERE k.service_id = s.id) ELSE 0 END
  OR count(o.id) FILTER (WHERE o.period <> tstzrange(a.starts_at - make_interval(mins => s.before_minutes),
   a.ends_at + make_interval(mins => s.after_minutes))) > 0) t"""
_WRONG_SEATS = """SELECT count(*) FROM (SELECT FROM appointments_appointment a
 LEFT JOIN appointments_seat t ON t.appointment_id = a.id AND t.state = 1
 WHERE a.session_id IS NOT NULL GROUP BY a.id HAVING count(t.id) <> (a.status = 'booked')::int) t"""
_ORPHANS = """SELECT count(*) FROM appointments_occupancy
 WHERE state = 1 AND appointment_id IS NULL OR state = 2 AND hold_id IS NULL"""


@dataclass(frozen=True, slots=True)
class Truth:
    overlaps: int
    seats_twice: int
    sessions_too_full: int
    days_over_the_limit: int
    wrong_time: int
    """Appointments that have more or less time than they should, or another."""
    wrong_seats: int
    orphans: int

    @property
    def oversold(self) -> int:
        return self.seats_twice + self.sessions_too_full + self.days_over_the_limit

    @property
    def is_good(self) -> bool:
        return not any(asdict(self).values())


def truth(url: str) -> Truth:
    queries = (_OVERLAPS, _SEATS_TWICE, _TOO_MANY_SEATS, _DAYS_OVER_THE_LIMIT, _WRONG_TIME, _WRONG_SEATS, _ORPHANS)
    with psycopg.connect(url) as connection:
        return Truth(*(_number(connection, query) for query in queries))


def deadlocks(url: str) -> int:
    """How many the server has resolved in this database."""
    with psycopg.connect(url) as connection:
        return _number(connection, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")


def _number(connection: psycopg.Connection, query: str) -> int:
    found = connection.execute(query).fetchone()  # type: ignore[arg-type]
    return int(found[0]) if found else 0
