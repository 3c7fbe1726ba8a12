# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Knowing which Jobcenter has work without entering it: the wake table and its keeper in the database.

The promise: a Jobcenter's entry is never later than its earliest message that needs a look. Three things keep it.
A trigger lowers the entry in the very transaction that makes a message wait (planned, postponed, ambiguous), whoever
wrote it and however. Only `settle` raises it, and only under an exclusive advisory lock for which every writer holds
the shared one until its commit: so no message can slip in unseen between looking and writing. `settle` never waits
for that lock; leaving the entry too early costs one look.
"""

from datetime import datetime
from typing import Final

from django.db import connection, transaction

from jobcenter_portal.tenancy.context import current_tenant
from notifications.models import PRIORITIES, OutboxWake

_LOCK: Final = 7301
"""First half of the advisory lock's name, as in `wake_sql`; the second is the tenant."""


def wake_sql() -> str:
    """The trigger functions that lower a Jobcenter's entry. They run with the rights of whoever writes."""
    return """
CREATE OR REPLACE FUNCTION notifications_wake_by(tenant bigint, look_at timestamptz) RETURNS void
LANGUAGE plpgsql AS $wake$
BEGIN
    IF look_at IS NULL THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(7301, tenant::integer);
    UPDATE notifications_outboxwake SET next_due_at = look_at
        WHERE tenant_id = tenant AND (next_due_at IS NULL OR next_due_at > look_at);
    -- An entry may have been committed since the UPDATE looked: that it is there is not enough, it must be early too.
    IF NOT FOUND AND NOT EXISTS (SELECT FROM notifications_outboxwake
            WHERE tenant_id = tenant AND next_due_at <= look_at) THEN
        INSERT INTO notifications_outboxwake AS wake (tenant_id, next_due_at) VALUES (tenant, look_at)
        ON CONFLICT (tenant_id) DO UPDATE SET next_due_at = least(wake.next_due_at, EXCLUDED.next_due_at);
    END IF;
END $wake$;
CREATE OR REPLACE FUNCTION notifications_message_wake() RETURNS trigger LANGUAGE plpgsql AS $wake$
BEGIN
    PERFORM notifications_wake_by(NEW.tenant_id, CASE NEW.state WHEN 'ambiguous' THEN NEW.next_attempt_at
        ELSE greatest(NEW.due_at, NEW.next_attempt_at) END);
    RETURN NULL;
END $wake$;
CREATE OR REPLACE FUNCTION notifications_receipt_wake() RETURNS trigger LANGUAGE plpgsql AS $wake$
BEGIN
    PERFORM notifications_wake_by(NEW.tenant_id, NEW.look_at);
    RETURN NULL;
END $wake$;
"""


_SETTLE: Final = """
UPDATE notifications_outboxwake SET next_due_at = least(
    (SELECT min(greatest(m.due_at, m.next_attempt_at, p.until)) FROM notifications_message m
        LEFT JOIN notifications_channelpause p ON p.tenant_id = m.tenant_id AND p.channel = m.channel
        WHERE m.tenant_id = %(tenant)s AND m.state IN ('planned', 'retry')
        AND m.priority = ANY (%(priorities)s::smallint[]) AND m.due_at <= %(now)s),
    (SELECT min(first.due_at) FROM unnest(%(priorities)s::smallint[]) AS priority, LATERAL (
        SELECT m.due_at FROM notifications_message m WHERE m.tenant_id = %(tenant)s
        AND m.state IN ('planned', 'retry') AND m.priority = priority.priority AND m.due_at > %(now)s
        ORDER BY m.due_at LIMIT 1) AS first),
    (SELECT min(m.lease_until) FROM notifications_message m
        WHERE m.tenant_id = %(tenant)s AND m.state IN ('leased', 'sending')),
    (SELECT min(m.next_attempt_at) FROM notifications_message m
        WHERE m.tenant_id = %(tenant)s AND m.state = 'ambiguous'),
    (SELECT min(r.look_at) FROM notifications_providerreceipt r WHERE r.tenant_id = %(tenant)s),
    (SELECT %(now)s::timestamptz WHERE EXISTS (SELECT FROM notifications_message m
        WHERE m.tenant_id = %(tenant)s AND m.needs_other_way)))
WHERE tenant_id = %(tenant)s"""


def settle(*, now: datetime) -> None:
    """Write down when the current Jobcenter needs the next look. Does nothing while somebody is planning."""
    tenant_id = current_tenant().pk
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_LOCK, tenant_id])
        (alone,) = cursor.fetchone()
        if alone:
            cursor.execute(_SETTLE, {"tenant": tenant_id, "now": now, "priorities": list(PRIORITIES)})


def tenants_with_work(*, now: datetime) -> list[int]:
    """Ids of the Jobcenters that need a look, the longest waiting first."""
    waiting = OutboxWake.objects.filter(next_due_at__lte=now).order_by("next_due_at", "tenant_id")
    return list(waiting.values_list("tenant_id", flat=True))


def oldest_due(*, now: datetime) -> datetime | None:
    """Since when somebody waits for a look, or None when nobody does."""
    first = OutboxWake.objects.filter(next_due_at__lte=now).order_by("next_due_at").first()
    return first.next_due_at if first else None
