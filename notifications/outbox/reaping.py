# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Cleaning up after workers that died, and settling what they left unclear.

A lease that ran out before sending is harmless: the message waits again. One that ran out while sending is not: the
mail may be out. It becomes ambiguous and is looked into later, here and in delivery.ambiguity.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from jobcenter_portal.tenancy.context import current_tenant
from notifications.channels.base import Channel
from notifications.models import Attempt, Message
from notifications.outbox.finishing import RESOLVE_AFTER, add_attempt
from notifications.states import State

_BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class Reaped:
    """How many messages wait again, and how many became ambiguous."""

    freed: int
    ambiguous: int


_LAPSED: Final = """
SELECT id, state, channel, lease_token, attempts FROM notifications_message
WHERE tenant_id = %s AND state IN ('leased', 'sending') AND lease_until <= %s
ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED"""
_FREE: Final = """
UPDATE notifications_message SET state = CASE WHEN attempts > 0 THEN 'retry' ELSE 'planned' END,
    lease_token = NULL, lease_until = NULL
WHERE id = ANY (%s) AND tenant_id = %s"""
_DOUBT: Final = """
UPDATE notifications_message SET state = 'ambiguous', lease_token = NULL, lease_until = NULL, attempts = attempts + 1,
    next_attempt_at = %s, result_code = 'worker-lost'
WHERE id = %s AND tenant_id = %s"""


def reap(*, now: datetime) -> Reaped:
    """Deal with the lapsed leases of the current Jobcenter. Harmless when run twice or by many."""
    tenant_id = current_tenant().pk
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LAPSED, [tenant_id, now, _BATCH])
        rows = cursor.fetchall()
        leased = [row[0] for row in rows if row[1] == State.LEASED]
        sending = [row for row in rows if row[1] == State.SENDING]
        if leased:
            cursor.execute(_FREE, [leased, tenant_id])
        for message_id, _state, channel, token, _attempts in sending:
            cursor.execute(_DOUBT, [now + RESOLVE_AFTER[Channel(channel)], message_id, tenant_id])
            add_attempt(message_id=message_id, token=token, at=now, name="ambiguous", code="worker-lost")
    return Reaped(freed=len(leased), ambiguous=len(sending))


@dataclass(frozen=True, slots=True)
class Unclear:
    """An ambiguous message whose time for another look has come; `look_at` fences what is done about it."""

    id: int
    kind: str
    channel: Channel
    account: str
    message_id_token: str
    look_at: datetime
    not_after: datetime
    attempts: int
    overtaken: bool
    """A newer revision of its subject exists: repeating this one would tell an old time."""
    times_unclear: int
    times_looked: int
    late_answer: str
    """Outcome of an answer that came after the lease was lost ("late-accepted", …), or empty."""
    late_reference: str


def unclear_now(*, limit: int, now: datetime) -> list[Unclear]:
    """The current Jobcenter's ambiguous messages that should be looked into."""
    newer = Message.objects.filter(subject=OuterRef("subject"), revision__gt=OuterRef("revision"))
    waiting = Message.objects.filter(state=State.AMBIGUOUS, next_attempt_at__lte=now)
    found = []
    for message in waiting.annotate(overtaken=Exists(newer)).order_by("id")[:limit]:
        attempts = list(Attempt.objects.filter(message=message).order_by("n"))
        late = _late_answer(attempts)
        assert message.next_attempt_at is not None  # noqa: S101 -- the filter above
        found.append(
            Unclear(
                id=message.pk,
                kind=message.kind,
                channel=Channel(message.channel),
                account=message.account,
                message_id_token=message.message_id_token,
                look_at=message.next_attempt_at,
                not_after=message.not_after,
                attempts=message.attempts,
                overtaken=message.overtaken,
                times_unclear=sum(attempt.outcome == "ambiguous" for attempt in attempts),
                times_looked=sum(attempt.outcome == "still-unclear" for attempt in attempts),
                late_answer=late.outcome if late else "",
                late_reference=late.reference if late else "",
            )
        )
    return found


def _late_answer(attempts: Sequence[Attempt]) -> Attempt | None:
    """What a worker said after its lease was lost. That it was accepted always counts.

    That it was not sent counts only for the try that is in doubt: an earlier one says nothing about a later one.
    """
    doubted = [attempt.lease_token for attempt in attempts if attempt.outcome == "ambiguous"][-1:]
    for attempt in reversed(attempts):
        is_late = attempt.outcome.startswith("late-")
        if is_late and (attempt.outcome == "late-accepted" or attempt.lease_token in doubted):
            return attempt
    return None


_RESOLVE: Final = """
UPDATE notifications_message SET state = %(state)s, next_attempt_at = %(next_at)s, result_code = %(code)s,
    provider_reference = %(reference)s, finished_at = %(finished_at)s
WHERE id = %(id)s AND tenant_id = %(tenant)s AND next_attempt_at = %(look_at)s"""


def resolve(
    unclear: Unclear, *, into: State, code: str, reference: str = "", next_at: datetime | None, now: datetime
) -> bool:
    """Write what was found out, with an Attempt. False: somebody else was quicker, nothing is written.

    `into` AMBIGUOUS with `next_at` None means: nobody can know; the message stays listed and is left alone.
    """
    facts: dict[str, Any] = {
        "tenant": current_tenant().pk,
        "id": unclear.id,
        "look_at": unclear.look_at,
        "state": into,
        "next_at": next_at,
        "code": code,
        "reference": reference,
        "finished_at": None if next_at else now,
    }
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_RESOLVE, facts)
        if cursor.rowcount != 1:
            return False
        name = {State.RETRY: "send-again", State.AMBIGUOUS: "still-unclear"}.get(into, "found-" + into)
        add_attempt(message_id=unclear.id, token=None, at=now, name=name, code=code, reference=reference)
    return True
