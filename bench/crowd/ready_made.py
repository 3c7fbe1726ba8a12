# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The rows of one booking as one prepared statement that knows every value beforehand.

No search, no rules, no encryption, no limit per person, no Python but the call: what the server alone needs for the
rows that a booking must write. No portal can be faster, so this says how much of the way is the server's.
"""

from __future__ import annotations

import time

from django.db import connection

from appointments.models import Appointment
from bench.crowd.clients import Client, Work

_NAME = "md5(random()::text || clock_timestamp())"
_HASH = "sha256((random()::text || clock_timestamp())::bytea)"
_LATER = "$2::int * interval '30 minutes'"
_SUBJECT = "'appointment:' || (SELECT id FROM a)"
_OF_MODEL = "subject = 'appointment:' || (SELECT id FROM model)"
_ROWS = (
    ("c", "accounts_customer", "id = (SELECT customer_id FROM model)", {"public_id": f"left({_NAME}, 16)"}),
    (
        "p",
        "accounts_contactpoint",
        "customer_id = (SELECT customer_id FROM model)",
        {"customer_id": "(SELECT id FROM c)"},
    ),
    (
        "a",
        "appointments_appointment",
        "id = (SELECT id FROM model)",
        {
            "customer_id": "(SELECT id FROM c)",
            "public_id": f"left({_NAME}, 16)",
            "token_hash": _HASH,
            "code_hash": _HASH,
            "starts_at": f"starts_at + {_LATER}",
            "ends_at": f"ends_at + {_LATER}",
        },
    ),
    (
        "l",
        "appointments_linkcode",
        "code_hash = (SELECT code_hash FROM model)",
        {"code_hash": "(SELECT code_hash FROM a)"},
    ),
    (
        "o",
        "appointments_occupancy",
        "appointment_id = (SELECT id FROM model)",
        {
            "appointment_id": "(SELECT id FROM a)",
            "period": f"tstzrange(lower(period) + {_LATER}, upper(period) + {_LATER})",
        },
    ),
    ("t", "audit_auditentry", _OF_MODEL, {"subject": _SUBJECT}),
    (
        "m",
        "notifications_message",
        _OF_MODEL,
        {"subject": _SUBJECT, "public_id": f"left({_NAME}, 16)", "message_id_token": _NAME},
    ),
)
_COLUMNS = """SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_identity = 'NO'
 AND is_generated = 'NEVER' ORDER BY ordinal_position"""


def ready_made(seconds: float) -> Work:
    """The client's first booking again and again, each half an hour later, a year ahead of everybody."""

    def work(client: Client) -> None:
        model = Appointment.objects.filter(service__slug=f"anliegen-{client.number}").earliest("id")
        sql, later = _statement(), 365 * 48
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            later += 1
            client.attempt("rows", lambda: _write(sql, model.pk, later), ())  # noqa: B023 -- called at once

    return work


def _write(sql: str, model: int, later: int) -> None:
    written = connection.prepared_rows(sql, [model, later])  # type: ignore[attr-defined]
    if len(written) != 1:
        raise RuntimeError("the time was taken, or the model is gone")


def _statement() -> str:
    parts = ["model AS (SELECT id, customer_id, code_hash FROM appointments_appointment WHERE id = $1::bigint)"]
    for name, table, which, values in _ROWS:
        with connection.cursor() as cursor:
            cursor.execute(_COLUMNS, [table])
            columns = [column for (column,) in cursor.fetchall()]
        selected = ", ".join(values.get(column, column) for column in columns)
        returned = "id, code_hash" if name == "a" else "id"
        parts.append(
            f"{name} AS (INSERT INTO {table} ({', '.join(columns)}) SELECT {selected} FROM {table} WHERE {which}"  # noqa: S608 -- our own catalogue
            f" ON CONFLICT DO NOTHING RETURNING {returned})"
        )
    return f"WITH {', '.join(parts)} SELECT id FROM o"  # noqa: S608 -- as above
