# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The large tables, made inside the database: a month at a time, from the plan and the variants of days."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

import psycopg
from django.db.models import GeneratedField, Model
from psycopg import sql
from psycopg.types.json import Jsonb

from appointments.core.lifecycle import Kind as AppointmentKind
from appointments.models import Appointment, Hold, Occupancy
from bench.national.bare_tables import bare
from bench.national.days import stretches
from bench.national.offices import ROOMS_FROM, has_room
from bench.national.plan import AFTER_MINUTES, DURATIONS, LAST_DAY, LONG_DAYS, REFERENCE_DAY, ZONE, Office, Scale
from jobcenter_portal.accounts.models import Customer
from jobcenter_portal.kernel.holidays import is_hessian_holiday

CUSTOMERS_RESERVED = 10_000
Say = Callable[[str], None]

_STAGING = """
CREATE TEMPORARY TABLE plan
    (calendar_id bigint, tenant_id bigint, location_id bigint, fill smallint, room_id bigint) ON COMMIT DROP;
CREATE TEMPORARY TABLE variant
    (fill smallint, is_long bool, number int, start_minute int, minutes int, kind smallint) ON COMMIT DROP;
CREATE TEMPORARY TABLE workday (day date, is_long bool) ON COMMIT DROP;
SET LOCAL work_mem = '256MB';
"""

# Ids follow time, as they would if people had booked one after the other. A hash of calendar and day chooses the
# variant; one of calendar and minute is the dice for the rest.
_MONTH = """
WITH stage AS MATERIALIZED (
    SELECT {base} + row_number() OVER (ORDER BY day, hashint8(calendar_id), start_minute, kind) AS id, *,
        day < {today} AS is_past,
        tenant_id * 10 + array_position({durations}, minutes) - 1 AS service_id,
        hashint8extended(calendar_id, (day - date '2000-01-01') * 1440 + start_minute) & 1048575 AS dice,
        (day + make_interval(mins => start_minute)) AT TIME ZONE {zone} AS starts_at,
        (day + make_interval(mins => start_minute + minutes)) AT TIME ZONE {zone} AS ends_at
    FROM (
        SELECT p.*, d.day, v.start_minute, v.minutes, v.kind
        FROM workday d CROSS JOIN plan p JOIN variant v ON v.is_long = d.is_long
            AND v.number = hashint8extended(p.calendar_id, d.day - date '2000-01-01') & 255
            AND v.fill = CASE WHEN d.day < {today} THEN 3 ELSE p.fill END
        WHERE d.day >= {first} AND d.day < {until}) AS drawn),
holds AS ({holds} FROM stage WHERE kind IN (3, 4)),
appointments AS ({appointments} FROM stage WHERE kind IN (1, 2)),
occupancies AS ({occupancies} FROM (
    SELECT * FROM stage
    UNION ALL
    SELECT id, room_id, tenant_id, location_id, fill, room_id, day, start_minute, minutes, kind, is_past, service_id,
        dice, starts_at, ends_at
    FROM stage WHERE room_id IS NOT NULL AND kind = 1 AND dice % 2 = 0) AS both_lanes)
SELECT coalesce(max(id), {base}) FROM stage
"""

_HOLD = {
    "id": "id",
    "tenant_id": "tenant_id",
    "token_hash": "sha256(int8send(id))",
    "service_id": "service_id",
    "location_id": "location_id",
    "starts_at": "starts_at",
    # By the database's clock, which nobody can set: alive in every run, or dead in every run.
    "expires_at": "CASE kind WHEN 3 THEN timestamptz '2099-12-31' ELSE timestamptz '2026-01-01' END",
    "draft_until": "timestamptz '2099-12-31'",
}
_APPOINTMENT = {
    "id": "id",
    "tenant_id": "tenant_id",
    "public_id": "left(md5(id::text), 22)",
    "kind": f"'{AppointmentKind.BOOKING.value}'",
    "status": "CASE WHEN kind = 2 THEN 'cancelled' WHEN NOT is_past THEN 'booked'"
    " WHEN dice % 33 = 0 THEN 'no_show' ELSE 'fulfilled' END",
    "service_id": "service_id",
    "location_id": "location_id",
    "calendar_id": "calendar_id",
    "customer_id": f"tenant_id * {CUSTOMERS_RESERVED} + dice % {{customers}}",
    "starts_at": "starts_at",
    "ends_at": "ends_at",
    "language": "'de'",
    "cancelled_by": "CASE kind WHEN 2 THEN 'customer' ELSE '' END",
    "cancelled_at": "CASE kind WHEN 2 THEN starts_at - interval '2 days' END",
    "status_changed_at": "starts_at - interval '2 days'",
    "booked_at": "starts_at - interval '9 days'",
}
_OCCUPANCY = {
    "tenant_id": "tenant_id",
    "calendar_id": "calendar_id",
    "period": f"tstzrange(starts_at, ends_at + make_interval(mins => {AFTER_MINUTES}))",
    "state": "CASE WHEN kind = 2 THEN 9 WHEN kind > 2 THEN 2 WHEN is_past THEN 8 ELSE 1 END",
    "expires_at": f"CASE WHEN kind > 2 THEN {_HOLD['expires_at']} END",
    "hold_id": "CASE WHEN kind > 2 THEN id END",
    "appointment_id": "CASE WHEN kind <= 2 THEN id END",
}
_CUSTOMER = {
    "id": f"tenant_id * {CUSTOMERS_RESERVED} + n",
    "tenant_id": "tenant_id",
    "public_id": f"left(md5((tenant_id * {CUSTOMERS_RESERVED} + n)::text), 22)",
    "created_at": "timestamptz '2024-11-01'",
}


@dataclass(frozen=True, slots=True)
class _Month:
    first: date
    until: date

    @classmethod
    def each(cls, first: date, last: date) -> Iterator[_Month]:
        while first <= last:
            until = min((first.replace(day=1) + timedelta(days=32)).replace(day=1), last + timedelta(days=1))
            yield cls(first, until)
            first = until


def write_mass(url: str, scale: Scale, offices: Sequence[Office], say: Say) -> None:
    """Fills the large tables of a database whose small ones stand. `url` is a superuser's."""
    tables = [model._meta.db_table for model in (Customer, Hold, Appointment, Occupancy)]
    with psycopg.connect(url, cursor_factory=psycopg.ClientCursor) as connection, bare(connection, tables, say):
        # Emptied in this transaction, so that their rows need no write-ahead log.
        connection.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(map(sql.Identifier, tables))))
        _stage(connection, scale, offices)
        connection.execute(
            sql.SQL("{} FROM (SELECT DISTINCT tenant_id FROM plan) AS t, generate_series(0, {}) AS n").format(
                _insert(Customer, _CUSTOMER), scale.customers - 1
            )
        )
        last_id = 0
        for month in _Month.each(scale.first_day, LAST_DAY):
            last_id = _write(connection, month, scale, last_id)
            say(f"{month.first:%B %Y}: {last_id:,} rows")
        for table in tables:
            connection.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"  # noqa: S608
            )


def _stage(connection: psycopg.Connection, scale: Scale, offices: Iterable[Office]) -> None:
    connection.execute(_STAGING)
    with connection.cursor() as cursor:
        with cursor.copy("COPY plan FROM STDIN") as copy:
            for office in offices:
                for site in office.sites:
                    for pk in site.calendar_ids:
                        room = ROOMS_FROM + pk if has_room(pk) else None
                        copy.write_row((pk, office.tenant_id, site.location_id, int(office.fill), room))
        with cursor.copy("COPY variant FROM STDIN") as copy:
            for one in stretches():
                row = (int(one.fill), one.is_long, one.variant, one.start_minute, one.minutes, int(one.kind))
                copy.write_row(row)
        with cursor.copy("COPY workday FROM STDIN") as copy:
            for offset in range((LAST_DAY - scale.first_day).days + 1):
                day = scale.first_day + timedelta(days=offset)
                if day.isoweekday() < 6 and not is_hessian_holiday(day):
                    copy.write_row((day, day.isoweekday() in LONG_DAYS))
        cursor.execute("ANALYZE plan; ANALYZE variant; ANALYZE workday")


def _write(connection: psycopg.Connection, month: _Month, scale: Scale, last_id: int) -> int:
    statement = sql.SQL(_MONTH).format(
        base=last_id,
        today=REFERENCE_DAY,
        zone=ZONE,
        durations=list(DURATIONS),
        first=month.first,
        until=month.until,
        holds=_insert(Hold, _HOLD),
        appointments=_insert(Appointment, _APPOINTMENT, customers=scale.customers),
        occupancies=_insert(Occupancy, _OCCUPANCY),
    )
    found = connection.execute(statement).fetchone()
    return int(found[0]) if found else last_id


def _insert(model: type[Model], given: Mapping[str, str], **numbers: int) -> sql.Composed:
    """INSERT … SELECT with what is given and, for every other column, the default that the model names.

    A column that needs a value and has no default is an error here, not a row that no portal would write.
    """
    columns: dict[str, sql.Composable] = {}
    for field in model._meta.concrete_fields:
        column = str(field.column)
        if column in given:
            columns[column] = sql.SQL(given[column]).format(**numbers)
        elif not field.null and not field.primary_key and not isinstance(field, GeneratedField):
            columns[column] = _literal(field.get_default())
    if unknown := set(given) - set(columns):
        raise LookupError(f"{model.__name__} has no column {', '.join(sorted(unknown))}")
    return sql.SQL("INSERT INTO {} ({}) SELECT {}").format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join(columns.values()),
    )


def _literal(default: object) -> sql.Composable:
    if default is None:
        raise LookupError("a column without a default needs a value")
    if isinstance(default, Enum):
        default = default.value
    return sql.Literal(Jsonb(default) if isinstance(default, dict) else default)
