# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Taking due messages for one worker: in batches, never the same one twice, given back by themselves after a crash."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction

from jobcenter_portal.tenancy.context import current_tenant
from notifications.channels.base import Channel
from notifications.kinds import MessageRef
from notifications.models import PRIORITIES

LEASE: Final = timedelta(seconds=90)
"""How long a worker may keep a message that it has not begun to send."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """One message in the hands of one worker. `token` is what arming and finishing are fenced by."""

    id: int
    token: uuid.UUID
    kind: str
    ref: MessageRef
    not_after: datetime
    attempts: int
    message_id_token: str


_EXPIRE = """
UPDATE notifications_message SET state = 'expired', next_attempt_at = NULL, finished_at = %(now)s
WHERE id IN (SELECT id FROM notifications_message
    WHERE tenant_id = %(tenant)s AND state IN ('planned', 'retry') AND priority = ANY (%(priorities)s::smallint[])
    AND due_at <= %(now)s AND not_after <= %(now)s ORDER BY id FOR UPDATE SKIP LOCKED)"""

# ANY over the priorities lets the planner walk the partial index in its order, priority by priority.
_CLAIM = """
WITH due AS (
    SELECT m.id FROM notifications_message m
    WHERE m.tenant_id = %(tenant)s AND m.state IN ('planned', 'retry')
    AND m.priority = ANY (%(priorities)s::smallint[]) AND m.due_at <= %(now)s
    AND (m.next_attempt_at IS NULL OR m.next_attempt_at <= %(now)s) AND m.not_after > %(now)s
    AND NOT EXISTS (SELECT FROM notifications_channelpause p
        WHERE p.tenant_id = m.tenant_id AND p.channel = m.channel AND p.until > %(now)s)
    ORDER BY m.priority, m.due_at, m.id LIMIT %(limit)s FOR UPDATE OF m SKIP LOCKED)
UPDATE notifications_message m SET state = 'leased', lease_token = %(token)s, lease_until = %(until)s
FROM due WHERE m.id = due.id AND m.tenant_id = %(tenant)s
RETURNING m.id, m.kind, m.subject, m.revision, m.occasion, m.channel, m.language, m.recipient, m.not_after,
    m.attempts, m.message_id_token, m.priority, m.due_at"""


def claim(*, limit: int, now: datetime) -> list[Claimed]:
    """Take up to `limit` due messages of the current Jobcenter for LEASE, in one short transaction.

    What came too late to be of use is closed as expired on the way. Messages of a paused channel stay where they are.
    """
    tenant_id, token = current_tenant().pk, uuid.uuid4()
    facts: dict[str, Any] = {
        "tenant": tenant_id,
        "token": token,
        "until": now + LEASE,
        "now": now,
        "limit": limit,
        "priorities": list(PRIORITIES),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_EXPIRE, facts)
        cursor.execute(_CLAIM, facts)
        rows = sorted(cursor.fetchall(), key=lambda row: (row[11], row[12], row[0]))  # UPDATE returns in any order
    return [
        Claimed(
            id=row[0],
            token=token,
            kind=row[1],
            ref=MessageRef(
                subject=row[2],
                revision=row[3],
                occasion=row[4],
                channel=Channel(row[5]),
                language=row[6],
                recipient=bytes(row[7]),
            ),
            not_after=row[8],
            attempts=row[9],
            message_id_token=row[10],
        )
        for row in rows
    ]
