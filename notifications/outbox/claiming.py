# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Taking due messages for one worker: in batches, never the same one twice, given back by themselves after a crash."""

import uuid
from collections.abc import Sequence
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
    """One message in the hands of one worker. `token` is what arming and finishing are fenced by.

    `account` is where it went last, `refused_by` the account that does not want it. `is_repeated`: it was perhaps sent
    there, and its kind prefers a second one to silence.
    """

    id: int
    token: uuid.UUID
    kind: str
    ref: MessageRef
    not_after: datetime
    attempts: int
    message_id_token: str
    account: str = ""
    refused_by: str = ""
    respects_quiet: bool = True
    is_repeated: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """What one worker has taken, in the order in which it should leave, and how many were closed on the way."""

    messages: list[Claimed]
    closed: int

    def __bool__(self) -> bool:
        return bool(self.messages or self.closed)


# ANY over the lanes lets the planner walk the partial index in its order, priority by priority.
# A reminder is overtaken when a nearer one of the same appointment and channel is due as well: after an outage one of
# them is enough, and it is the nearest, waiting or gone already. Two channels or addresses are no rivals: the nearer
# one might not arrive.
_CLAIM = """
WITH due AS (
    SELECT m.id, m.not_after <= %(now)s AS late, m.priority = 2 AND EXISTS (
        SELECT FROM notifications_message n
        WHERE n.tenant_id = m.tenant_id AND n.subject = m.subject AND n.revision = m.revision AND n.kind = m.kind
        AND n.channel = m.channel AND n.recipient = m.recipient AND n.occasion <> m.occasion
        AND n.due_at > m.due_at AND n.due_at <= %(now)s
        AND (n.state IN ('leased', 'sending', 'accepted', 'delivered')
            OR n.state IN ('planned', 'retry') AND n.not_after > %(now)s)) AS overtaken
    FROM notifications_message m
    WHERE m.tenant_id = %(tenant)s AND m.state IN ('planned', 'retry')
    AND m.priority = ANY (%(lanes)s::smallint[]) AND m.due_at <= %(now)s
    AND (m.not_after <= %(now)s OR ((m.next_attempt_at IS NULL OR m.next_attempt_at <= %(now)s)
        AND NOT EXISTS (SELECT FROM notifications_channelpause p
            WHERE p.tenant_id = m.tenant_id AND p.channel = m.channel AND p.until > %(now)s)))
    ORDER BY m.priority, m.due_at, m.id LIMIT %(limit)s FOR UPDATE OF m SKIP LOCKED),
fate AS (SELECT id, CASE WHEN late THEN 'expired' WHEN overtaken THEN 'superseded' ELSE 'leased' END AS state FROM due)
UPDATE notifications_message m SET state = fate.state,
    lease_token = CASE fate.state WHEN 'leased' THEN %(token)s::uuid END,
    lease_until = CASE fate.state WHEN 'leased' THEN %(until)s::timestamptz END,
    next_attempt_at = CASE fate.state WHEN 'leased' THEN m.next_attempt_at END,
    result_code = CASE fate.state WHEN 'superseded' THEN 'nearer-reminder' ELSE m.result_code END,
    finished_at = CASE fate.state WHEN 'leased' THEN NULL ELSE %(now)s::timestamptz END
FROM fate WHERE m.id = fate.id AND m.tenant_id = %(tenant)s
RETURNING m.state, m.id, m.kind, m.subject, m.revision, m.occasion, m.channel, m.language, m.recipient, m.not_after,
    m.attempts, m.message_id_token, m.account, m.refused_by, m.respects_quiet,
    m.attempts > 0 AND EXISTS (SELECT FROM notifications_attempt a WHERE a.tenant_id = m.tenant_id
        AND a.message_id = m.id AND a.outcome = 'send-again' AND a.code = 'sent-again'), m.priority, m.due_at"""


def claim(*, limit: int, now: datetime, lanes: Sequence[int] = PRIORITIES) -> Claim:
    """Take up to `limit` due messages of the current Jobcenter for LEASE, in one short transaction.

    What came too late to be of use is closed on the way, and so is a reminder that a nearer one makes superfluous.
    Messages of a paused channel stay where they are. `lanes`: only these priorities.
    """
    tenant_id, token = current_tenant().pk, uuid.uuid4()
    facts: dict[str, Any] = {
        "tenant": tenant_id,
        "token": token,
        "until": now + LEASE,
        "now": now,
        "limit": limit,
        "lanes": list(lanes),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        # A lost claim does no harm (nothing is armed with a token that is not there), so nobody waits for the disk.
        cursor.execute("SELECT set_config('synchronous_commit', 'off', true)")
        cursor.execute(_CLAIM, facts)
        rows = cursor.fetchall()
    taken = sorted((row for row in rows if row[0] == "leased"), key=lambda row: (row[16], row[17], row[1]))
    return Claim([_claimed(row, token) for row in taken], closed=len(rows) - len(taken))


def _claimed(row: tuple[Any, ...], token: uuid.UUID) -> Claimed:
    return Claimed(
        id=row[1],
        token=token,
        kind=row[2],
        ref=MessageRef(
            subject=row[3],
            revision=row[4],
            occasion=row[5],
            channel=Channel(row[6]),
            language=row[7],
            recipient=bytes(row[8]),
        ),
        not_after=row[9],
        attempts=row[10],
        message_id_token=row[11],
        account=row[12],
        refused_by=row[13],
        respects_quiet=row[14],
        is_repeated=row[15],
    )
