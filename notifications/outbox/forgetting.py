# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Deleting by age what delivery no longer needs: the promise of Retention.MESSAGE, kept an hour at a time.

Small batches, each a short transaction that passes over whatever somebody else holds: claims, arming and receipts
never wait for it, and what one round leaves the next one finds. Nothing open is touched.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction

from jobcenter_portal.tenancy.context import current_tenant
from notifications.models import LetterState, SuppressionReason
from notifications.states import FINAL, State

MESSAGES_KEPT: Final = timedelta(days=30)
"""After its end, and after the last moment at which it could be of use, since until then it also keeps the same
message from being planned twice. Mail servers give up after five days and receipts of unknown messages after seven, so
nothing more is heard by then; what is left to explain is why somebody was or was not told, and that is asked within
weeks of the appointment."""
UNCLEAR_KEPT: Final = timedelta(days=365)
"""Nobody knows whether it was sent, and it is listed until somebody says. As long as the audit trail and no longer:
personal data without an end are forbidden (Art. 5 (1) (e) GDPR), and by then nobody remembers the call either."""
WRONG_ADDRESS_KEPT: Final = timedelta(days=365)
"""Then it may have been given to somebody else. If not, one more message comes back and closes it again. STOP, a
complaint and a word of the office are somebody's will and have no age: forgotten, they would be broken."""
SPENDING_KEPT: Final = timedelta(days=400)
"""Nobody's personal data. So long that a month can be laid beside the same one of the year before."""
BATCH: Final = 500
BATCHES_A_ROUND: Final = 20
"""Of each kind of row for one Jobcenter: with one round an hour forty times what the largest one writes in a day."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many rows of each kind went. `unclear` messages are counted among the messages too.

    `letters`: those that waited for paper until they were of no more use; only their content goes at first.
    """

    letters: int = 0
    messages: int = 0
    unclear: int = 0
    print_batches: int = 0
    receipts: int = 0
    addresses: int = 0
    spendings: int = 0

    def __bool__(self) -> bool:
        return self != Forgotten()


def forget_old(*, now: datetime, may_go_on: Callable[[], bool] = lambda: True) -> Forgotten:
    """One round for the current Jobcenter: up to BATCHES_A_ROUND of each kind, fewer when the time is up."""
    facts = _facts(now)
    gone = Forgotten()
    for _number in range(BATCHES_A_ROUND):
        if not may_go_on():
            return gone
        batch = _messages(facts)
        gone = replace(gone, messages=gone.messages + batch.messages, unclear=gone.unclear + batch.unclear)
        if batch.messages < BATCH:
            break

    def many(statement: str) -> int:
        return _in_batches(statement, facts, may_go_on)

    return replace(
        gone,
        letters=many(_LETTERS),
        print_batches=many(_PRINT_BATCHES),
        receipts=many(_RECEIPTS),
        addresses=many(_ADDRESSES),
        spendings=many(_SPENDINGS),
    )


def _facts(now: datetime) -> dict[str, Any]:
    return {
        "tenant": current_tenant().pk,
        "now": now,
        "old": now - MESSAGES_KEPT,
        "over": sorted(FINAL | {State.ACCEPTED}),
        "long_unclear": now - UNCLEAR_KEPT,
        "wrong_before": now - WRONG_ADDRESS_KEPT,
        "wrong": SuppressionReason.ADDRESS_WRONG,
        "spent_before": now - SPENDING_KEPT,
        "waiting": LetterState.QUEUED,
        "in_print": [LetterState.QUEUED, LetterState.BATCHED],
        "dropped": LetterState.DROPPED,
        "limit": BATCH,
    }


# The end of a message that is still wanted (accepted, or withdrawn and perhaps wanted again) says little while its
# subject is to come: so its last moment of use has to be as long ago. A letter keeps its message until it is posted.
_OLD: Final = """
SELECT m.id, m.state FROM notifications_message m
WHERE m.tenant_id = %(tenant)s AND m.finished_at < %(old)s AND m.not_after < %(old)s AND NOT m.needs_other_way
AND (m.state = ANY (%(over)s) OR m.state = 'ambiguous' AND m.finished_at < %(long_unclear)s)
AND NOT EXISTS (SELECT FROM notifications_letter l
    WHERE l.tenant_id = m.tenant_id AND l.message_id = m.id AND l.state = ANY (%(in_print)s))
ORDER BY m.finished_at, m.id LIMIT %(limit)s FOR UPDATE OF m SKIP LOCKED"""
# A statement of its own: only now, with the rows locked, does nobody add an attempt or a receipt to them any more.
_FORGET: Final = """
WITH attempts AS (DELETE FROM notifications_attempt WHERE tenant_id = %(tenant)s AND message_id = ANY (%(ids)s)),
receipts AS (DELETE FROM notifications_providerreceipt WHERE tenant_id = %(tenant)s AND message_id = ANY (%(ids)s)),
letters AS (DELETE FROM notifications_letter WHERE tenant_id = %(tenant)s AND message_id = ANY (%(ids)s))
DELETE FROM notifications_message WHERE tenant_id = %(tenant)s AND id = ANY (%(ids)s)"""


def _messages(facts: dict[str, Any]) -> Forgotten:
    """One batch, with everything that hangs on it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_OLD, facts)
        rows = cursor.fetchall()
        if rows:
            cursor.execute(_FORGET, facts | {"ids": [row[0] for row in rows]})
    return Forgotten(messages=len(rows), unclear=sum(row[1] == State.AMBIGUOUS for row in rows))


# The batch would drop them too, but an office that prints no letters opens none, and name and address would stay.
_LETTERS: Final = """
UPDATE notifications_letter SET state = %(dropped)s, code = 'too-late', settled_at = %(now)s, content_sealed = NULL
WHERE tenant_id = %(tenant)s AND id = ANY (ARRAY(
    SELECT l.id FROM notifications_letter l
    JOIN notifications_message m ON m.tenant_id = l.tenant_id AND m.id = l.message_id
    WHERE l.tenant_id = %(tenant)s AND l.state = %(waiting)s AND m.not_after < %(old)s
    ORDER BY l.id LIMIT %(limit)s FOR UPDATE OF l SKIP LOCKED))"""
_PRINT_BATCHES: Final = """
DELETE FROM notifications_letterbatch WHERE tenant_id = %(tenant)s AND id = ANY (ARRAY(
    SELECT b.id FROM notifications_letterbatch b WHERE b.tenant_id = %(tenant)s AND b.opened_at < %(old)s
    AND NOT EXISTS (SELECT FROM notifications_letter l WHERE l.tenant_id = b.tenant_id AND l.batch_id = b.id)
    ORDER BY b.id LIMIT %(limit)s FOR UPDATE OF b SKIP LOCKED))"""
# Receipts of messages that were never found; the others go with their message.
_RECEIPTS: Final = """
DELETE FROM notifications_providerreceipt WHERE tenant_id = %(tenant)s AND id = ANY (ARRAY(
    SELECT r.id FROM notifications_providerreceipt r WHERE r.tenant_id = %(tenant)s AND r.message_id IS NULL
    AND r.look_at IS NULL AND r.received_at < %(old)s
    ORDER BY r.id LIMIT %(limit)s FOR UPDATE OF r SKIP LOCKED))"""
_ADDRESSES: Final = """
DELETE FROM notifications_suppression WHERE tenant_id = %(tenant)s AND id = ANY (ARRAY(
    SELECT s.id FROM notifications_suppression s
    WHERE s.tenant_id = %(tenant)s AND s.reason = %(wrong)s AND s.since < %(wrong_before)s
    ORDER BY s.id LIMIT %(limit)s FOR UPDATE OF s SKIP LOCKED))"""
_SPENDINGS: Final = """
DELETE FROM notifications_spending WHERE tenant_id = %(tenant)s AND id = ANY (ARRAY(
    SELECT s.id FROM notifications_spending s WHERE s.tenant_id = %(tenant)s AND s.begins_at < %(spent_before)s
    ORDER BY s.id LIMIT %(limit)s FOR UPDATE OF s SKIP LOCKED))"""


def _in_batches(statement: str, facts: dict[str, Any], may_go_on: Callable[[], bool]) -> int:
    gone = 0
    for _number in range(BATCHES_A_ROUND):
        if not may_go_on():
            break
        with connection.cursor() as cursor:
            cursor.execute(statement, facts)
            count = cursor.rowcount
        gone += count
        if count < BATCH:
            break
    return gone
