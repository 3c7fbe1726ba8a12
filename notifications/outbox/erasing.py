# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A person is erased: what waits about them never leaves, and what has left no longer knows to whom.

The rows themselves stay until their time is over (see forgetting): they say that something was sent, to nobody.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection

from jobcenter_portal.tenancy.context import current_tenant
from notifications.models import LetterState, Message
from notifications.outbox.planning import recall
from notifications.states import State

_ALL_REVISIONS: Final = 2**31 - 1
TAKEN_OUT: Final = "taken-out"
# Instead of the keyed hash the row's own number: different for each, as the key of what is planned once needs it.
_TO_NOBODY: Final = """
WITH theirs AS (
    SELECT id FROM notifications_message WHERE tenant_id = %(tenant)s AND subject = ANY (%(subjects)s)
    ORDER BY id FOR UPDATE)
UPDATE notifications_message m SET recipient = int8send(m.id)
FROM theirs WHERE m.tenant_id = %(tenant)s AND m.id = theirs.id"""
# Also out of a batch that is open: the sheet is in somebody's hands and theirs to destroy, the words here are ours.
_WORDS: Final = """
UPDATE notifications_letter l SET state = %(dropped)s, code = %(code)s, settled_at = %(now)s, content_sealed = NULL
FROM notifications_message m
WHERE l.tenant_id = %(tenant)s AND l.state = ANY (%(in_print)s)
AND m.tenant_id = l.tenant_id AND m.id = l.message_id AND m.subject = ANY (%(subjects)s)"""


def subjects_to(recipients: Sequence[bytes], *, kind: str) -> list[str]:
    """What messages of a kind were about that went, or are to go, to one of these keyed hashes."""
    found = Message.objects.filter(kind=kind, recipient__in=recipients)
    return list(found.order_by("subject").values_list("subject", flat=True).distinct())


def erase(subjects: Sequence[str], *, now: datetime) -> int:
    """Take back everything about these subjects and forget their addresses, in the caller's transaction.

    Returns how many messages will not leave. One that a worker has claimed is not armed any more; one that is armed
    has left or is leaving, and nothing after it.
    """
    taken_back = recall(dict.fromkeys(subjects, _ALL_REVISIONS), into=State.WITHDRAWN, now=now)
    facts: dict[str, Any] = {
        "tenant": current_tenant().pk,
        "subjects": list(subjects),
        "now": now,
        "dropped": LetterState.DROPPED,
        "code": TAKEN_OUT,
        "in_print": [LetterState.QUEUED, LetterState.BATCHED],
    }
    with connection.cursor() as cursor:
        cursor.execute(_TO_NOBODY, facts)
        cursor.execute(_WORDS, facts)
    return taken_back
