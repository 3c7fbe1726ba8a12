# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writing down what became of a message. Fenced by id and lease token, and by nothing else (see arming)."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction

from jobcenter_portal.tenancy.context import current_tenant
from notifications import backoff
from notifications.channels.base import (
    Accepted,
    AccountProblem,
    Ambiguous,
    Channel,
    RejectedPermanent,
    RejectedTemporary,
    Result,
    Throttled,
)
from notifications.outbox.claiming import Claimed
from notifications.states import FINAL, State

RESOLVE_AFTER: Final[Mapping[Channel, timedelta]] = {
    Channel.EMAIL: timedelta(minutes=5),  # a server that took the mail may still say so to a slow worker
    Channel.SMS: timedelta(minutes=3),  # the gateway's journal is complete only some minutes later
}
"""How long an ambiguous message rests before somebody looks into it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a result means for the row. `burns`: it counts as a failure of this message, so the next wait is longer."""

    state: State
    name: str
    code: str = ""
    reference: str = ""
    next_at: datetime | None = None
    burns: bool = True
    refused_address: bool = False


def outcome_of(result: Result, claimed: Claimed, *, now: datetime) -> Outcome:
    """Translate one of the six results."""
    match result:
        case Accepted(reference, detail):
            return Outcome(State.ACCEPTED, "accepted", code=detail, reference=reference)
        case RejectedPermanent(code, suppress):
            return Outcome(State.FAILED, "rejected", code=code, refused_address=suppress)
        case RejectedTemporary(code, retry_after):
            wait = backoff.delay(claimed.attempts + 1, seed=claimed.id, at_least=retry_after)
            return Outcome(State.RETRY, "deferred", code=code, next_at=now + wait)
        case Throttled(retry_after):
            return Outcome(State.RETRY, "throttled", code="throttled", next_at=now + retry_after, burns=False)
        case AccountProblem(code):
            # The pause of the account decides when; this message has done nothing wrong.
            return Outcome(State.RETRY, "account", code=code, next_at=now, burns=False)
        case Ambiguous(phase):
            later = now + RESOLVE_AFTER[claimed.ref.channel]
            return Outcome(State.AMBIGUOUS, "ambiguous", code=phase, next_at=later)


_FINISH: Final = """
UPDATE notifications_message SET state = %(state)s, lease_token = NULL, lease_until = NULL,
    next_attempt_at = %(next_at)s, attempts = attempts + %(burnt)s, result_code = %(code)s,
    provider_reference = %(reference)s, segments = %(segments)s,
    finished_at = %(finished_at)s
WHERE id = %(id)s AND tenant_id = %(tenant)s AND lease_token = %(token)s"""
_SUPPRESS: Final = """
INSERT INTO notifications_suppression (tenant_id, channel, recipient, reason, only_reminders, since)
VALUES (%(tenant)s, %(channel)s, %(recipient)s, 'address_wrong', false, %(finished_at)s) ON CONFLICT DO NOTHING"""
_ATTEMPT: Final = """
INSERT INTO notifications_attempt
    (tenant_id, message_id, n, lease_token, started_at, outcome, code, reference, milliseconds)
SELECT %(tenant)s, %(id)s, coalesce(max(n), 0) + 1, %(token)s, %(started_at)s, %(name)s, %(code)s, %(reference)s, %(ms)s
FROM notifications_attempt WHERE tenant_id = %(tenant)s AND message_id = %(id)s"""


def finish(
    claimed: Claimed, outcome: Outcome, *, started_at: datetime, milliseconds: int = 0, segments: int = 0, now: datetime
) -> bool:
    """Write outcome and Attempt in one transaction. False: the lease was lost, and only the Attempt was added.

    A late answer never touches the row: somebody else owns it by now. It is kept for whoever resolves the message.
    """
    facts = _facts(claimed, outcome, now=now) | {
        "segments": segments,
        "started_at": started_at,
        "ms": milliseconds,
        "name": outcome.name,
    }
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_FINISH, facts)
        in_time = bool(cursor.rowcount == 1)
        if in_time and outcome.refused_address:
            cursor.execute(_SUPPRESS, facts)
        if not in_time:
            # Several late answers count their attempts one after the other.
            cursor.execute("SELECT id FROM notifications_message WHERE id = %(id)s FOR NO KEY UPDATE", facts)
            facts["name"] = f"late-{outcome.name}"
        cursor.execute(_ATTEMPT, facts)
    return in_time


def add_attempt(
    *, message_id: int, token: uuid.UUID | None, at: datetime, name: str, code: str, reference: str = ""
) -> None:
    """Add what was learnt about a message outside of a send. In the caller's transaction, which holds the row."""
    with connection.cursor() as cursor:
        cursor.execute(
            _ATTEMPT,
            {
                "tenant": current_tenant().pk,
                "id": message_id,
                "token": token,
                "started_at": at,
                "name": name,
                "code": code[:40],
                "reference": reference[:128],
                "ms": 0,
            },
        )


def close_unsent(claimed: Claimed, *, into: State, code: str, now: datetime) -> None:
    """End a message of which nothing was sent."""
    _write(_facts(claimed, Outcome(into, "", code=code, burns=False), now=now))


def give_back(claimed: Claimed, *, code: str, until: datetime | None, failed: bool = False) -> None:
    """Let a leased message wait again, until an instant if given. `failed`: preparing it went wrong, so it retries."""
    state = State.RETRY if failed or claimed.attempts else State.PLANNED
    outcome = Outcome(state, "", code=code, next_at=until, burns=failed)
    _write(_facts(claimed, outcome, now=until))


_GIVE_BACK_ALL: Final = """
UPDATE notifications_message SET state = CASE WHEN attempts > 0 THEN 'retry' ELSE 'planned' END,
    lease_token = NULL, lease_until = NULL
WHERE id = ANY (%s) AND tenant_id = %s AND lease_token = %s"""


def give_back_all(batch: Sequence[Claimed]) -> None:
    """Let messages of one claim, none of them armed, wait as if nobody had taken them."""
    if batch:
        with connection.cursor() as cursor:
            ids = [claimed.id for claimed in batch]
            cursor.execute(_GIVE_BACK_ALL, [ids, current_tenant().pk, batch[0].token])


def _facts(claimed: Claimed, outcome: Outcome, *, now: datetime | None) -> dict[str, Any]:
    closed = outcome.state in FINAL or outcome.state is State.ACCEPTED
    return {
        "tenant": current_tenant().pk,
        "id": claimed.id,
        "token": claimed.token,
        "state": outcome.state,
        "next_at": outcome.next_at,
        "burnt": 1 if outcome.burns else 0,
        "code": outcome.code[:40],
        "reference": outcome.reference[:128],
        "channel": claimed.ref.channel,
        "recipient": claimed.ref.recipient,
        "finished_at": now if closed else None,
        "segments": 0,
    }


def _write(facts: Mapping[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_FINISH, facts)
