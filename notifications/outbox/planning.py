# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writing down what is to be sent, and taking it back. Both in the transaction of whoever changes the subject."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from jobcenter_portal.tenancy.context import current_tenant
from notifications.kinds import Planned
from notifications.models import Message
from notifications.states import RECALLABLE, State, sources


@dataclass(frozen=True, slots=True)
class Batch:
    """The messages of one revision of one subject."""

    subject: str
    revision: int
    messages: Sequence[Planned]


def insert(batches: Sequence[Batch], *, now: datetime) -> None:
    """Add rows; one that exists already (same subject, revision, kind, occasion, channel, recipient) stays as it is."""
    tenant_id = current_tenant().pk
    Message.objects.bulk_create(
        [
            Message(
                tenant_id=tenant_id,
                subject=batch.subject,
                revision=batch.revision,
                kind=planned.kind,
                occasion=planned.occasion,
                channel=planned.channel,
                recipient=planned.recipient,
                language=planned.language,
                priority=planned.priority,
                respects_quiet=planned.respects_quiet,
                due_at=planned.due_at,
                not_after=planned.not_after,
                message_id_token=_token(tenant_id, batch.subject, batch.revision, planned),
                created_at=now,
            )
            for batch in batches
            for planned in batch.messages
        ],
        ignore_conflicts=True,
    )


def _token(tenant_id: int, subject: str, revision: int, planned: Planned) -> str:
    """The name of the message at the provider: made from what it is, so that every attempt carries the same."""
    parts = (str(tenant_id), subject, str(revision), planned.kind, planned.occasion, planned.channel)
    digest = hashlib.sha256(b"\0".join([*(part.encode() for part in parts), planned.recipient]))
    return digest.hexdigest()[:32]


# Rows are locked in the order of their ids, as everywhere, so that two of these never wait for each other.
# A row that is being sent stays: it cannot be recalled. Clearing the token makes the worker's arming find nothing.
_RECALL = """
WITH recalled AS (
    SELECT old.id FROM unnest(%(subjects)s::text[], %(below)s::int[]) AS w (subject, below)
    JOIN notifications_message old ON old.tenant_id = %(tenant)s AND old.subject = w.subject AND old.revision < w.below
        AND old.state = ANY (%(recallable)s)
    ORDER BY old.id FOR UPDATE OF old)
UPDATE notifications_message m SET state = %(state)s, lease_token = NULL, lease_until = NULL, next_attempt_at = NULL,
    finished_at = %(now)s
FROM recalled WHERE m.id = recalled.id AND m.tenant_id = %(tenant)s"""


def recall(below: Mapping[str, int], *, into: State, now: datetime) -> int:
    """Take back what has not been sent, of each subject for all revisions below one. Returns how many messages."""
    with connection.cursor() as cursor:
        cursor.execute(
            _RECALL,
            {
                "tenant": current_tenant().pk,
                "subjects": list(below.keys()),
                "below": list(below.values()),
                "recallable": sorted(RECALLABLE & set(sources(into))),
                "state": into,
                "now": now,
            },
        )
        return int(cursor.rowcount)
