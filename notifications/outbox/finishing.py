# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writing down what became of messages. Fenced by id and lease token, and by nothing else (see arming)."""

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction

from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.prepared import prepared_rows
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
from notifications.kinds import MessageRef
from notifications.outbox.claiming import Claimed
from notifications.states import FINAL, State

RESOLVE_AFTER: Final[Mapping[Channel, timedelta]] = {
    Channel.EMAIL: timedelta(minutes=5),  # a server that took the mail may still say so to a slow worker
    Channel.SMS: timedelta(minutes=3),  # the gateway's journal is complete only some minutes later
    Channel.PUSH: timedelta(minutes=1),
    Channel.LETTER: timedelta(minutes=1),
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
    address_is_wrong: bool = False
    refused_by: str = ""
    needs_other_way: bool = False


@dataclass(frozen=True, slots=True)
class Finished:
    """One message that was tried: when, for how long, and with what outcome."""

    claimed: Claimed
    outcome: Outcome
    started_at: datetime | None
    milliseconds: int = 0


NOT_TRIED: Final = "not-tried"
"""Armed, and given back before its turn came: the window took too long, or the provider went away."""


def outcome_of(  # noqa: PLR0911 -- one answer for each result
    result: Result, claimed: Claimed, *, account: str = "", others: bool = False, now: datetime
) -> Outcome:
    """Translate one of the six results. `account` gave it; `others`: there is another account that could be asked.

    It is asked at once where this one is not there at all, and never where nobody knows whether the message left.
    """
    match result:
        case Accepted(reference, detail):
            return Outcome(State.ACCEPTED, "accepted", code=detail, reference=reference)
        case RejectedPermanent(code, suppress):
            if others and not suppress and not claimed.refused_by:
                return Outcome(State.RETRY, "refused", code=code, next_at=now, burns=False, refused_by=account)
            return Outcome(
                State.FAILED, "rejected", code=code, address_is_wrong=suppress, refused_by=account, needs_other_way=True
            )
        case RejectedTemporary(code, _) if others and is_unreachable(code):
            return Outcome(State.RETRY, "deferred", code=code, next_at=now, burns=False)
        case RejectedTemporary(code, retry_after):
            wait = backoff.delay(claimed.attempts + 1, seed=claimed.id, at_least=retry_after)
            return Outcome(State.RETRY, "deferred", code=code, next_at=now + wait)
        case Throttled(retry_after):
            wait = timedelta() if others else retry_after
            return Outcome(State.RETRY, "throttled", code="throttled", next_at=now + wait, burns=False)
        case AccountProblem(code):
            # The rest of the account decides when; this message has done nothing wrong.
            return Outcome(State.RETRY, "account", code=code, next_at=now, burns=False)
        case Ambiguous(phase):
            later = now + RESOLVE_AFTER[claimed.ref.channel]
            return Outcome(State.AMBIGUOUS, "ambiguous", code=phase, next_at=later)


def is_unreachable(code: str) -> bool:
    """Phases before a message is even named: the provider is not there, for any message."""
    return code.startswith(("connect", "banner", "hello", "starttls"))


def not_tried(*, now: datetime) -> Outcome:
    """For a message that was armed and surely not sent, through no fault of its own."""
    return Outcome(State.RETRY, NOT_TRIED, code=NOT_TRIED, next_at=now, burns=False)


# The server's own placeholders: the statements run for every window and are planned once per connection. The messages
# come as one JSON text, since the driver writes thirteen arrays in Python (measured: 50 µs of a mail's CPU).
_LINES: Final = """json_to_recordset($2::json) AS w (id bigint, token uuid, state text, next_at timestamptz, burnt int,
    code text, reference text, refused_by text, needs bool, finished_at timestamptz, started_at timestamptz,
    name text, ms int)"""
_FINISH: Final = f"""
UPDATE notifications_message m SET state = w.state, lease_token = NULL, lease_until = NULL,
    next_attempt_at = w.next_at, attempts = m.attempts + w.burnt, result_code = w.code,
    provider_reference = w.reference, refused_by = coalesce(nullif(w.refused_by, ''), m.refused_by),
    needs_other_way = w.needs, finished_at = w.finished_at
FROM {_LINES}
WHERE m.id = w.id AND m.tenant_id = $1 AND m.lease_token = w.token
RETURNING m.id, set_config('synchronous_commit', $3, true)"""  # noqa: S608 -- constants
# A statement of its own: what somebody else noted while the first one waited for the row is seen by a newer snapshot.
_ATTEMPTS: Final = f"""
INSERT INTO notifications_attempt
    (tenant_id, message_id, n, lease_token, started_at, outcome, code, reference, milliseconds)
SELECT $1, w.id, (SELECT coalesce(max(a.n), 0) + 1 FROM notifications_attempt a
    WHERE a.tenant_id = $1 AND a.message_id = w.id),
    w.token, w.started_at, w.name, w.code, w.reference, w.ms
FROM {_LINES} RETURNING n"""  # noqa: S608 -- as above
_SUPPRESS: Final = """
INSERT INTO notifications_suppression (tenant_id, channel, recipient, reason, only_reminders, since)
VALUES (%s, %s, %s, 'address_wrong', false, %s) ON CONFLICT DO NOTHING"""


def finish(finished: Sequence[Finished], *, now: datetime, more_follows: bool = False) -> set[int]:
    """Write outcomes and Attempts in one transaction; returns the ids whose lease was still held.

    `more_follows`: the next window is armed at once. Its commit takes this one to the disk with it, so this one need
    not wait; a server that falls over in between leaves one window unclear, as one that falls over before.
    A late answer never touches the row: somebody else owns it by now. It is kept for whoever resolves the message.
    """
    commit = "off" if more_follows else "on"
    with transaction.atomic(durable=True):
        in_time = {row[0] for row in prepared_rows(_FINISH, [*_facts(finished, now=now), commit])}
        noted = [one for one in finished if one.claimed.id in in_time]
        late = [one for one in finished if one.claimed.id not in in_time]
        if late:
            noted += [
                replace(one, outcome=replace(one.outcome, name=f"late-{one.outcome.name}")) for one in _unknown(late)
            ]
        prepared_rows(_ATTEMPTS, _facts(noted, now=now))
        for one in finished:
            if one.claimed.id in in_time and one.outcome.address_is_wrong:
                _suppress(one.claimed.ref, now)
    return in_time


def _unknown(late: Sequence[Finished]) -> list[Finished]:
    """Those that nobody has noted yet: a COMMIT whose answer got lost is tried again (see delivery/noting)."""
    ids = sorted(one.claimed.id for one in late)
    with connection.cursor() as cursor:
        # Several late answers count their attempts one after the other.
        cursor.execute("SELECT id FROM notifications_message WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE", [ids])
        cursor.execute(
            "SELECT message_id, lease_token, outcome FROM notifications_attempt "
            "WHERE tenant_id = %s AND message_id = ANY (%s)",
            [current_tenant().pk, ids],
        )
        known = set(cursor.fetchall())
    return [one for one in late if (one.claimed.id, one.claimed.token, one.outcome.name) not in known]


def _suppress(ref: MessageRef, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SUPPRESS, [current_tenant().pk, ref.channel, ref.recipient, now])


def add_attempt(
    *, message_id: int, token: uuid.UUID | None, at: datetime, name: str, code: str, reference: str = ""
) -> None:
    """Add what was learnt about a message outside of a send. In the caller's transaction, which holds the row."""
    fact = {"id": message_id, "token": token, "started_at": at, "name": name, "ms": 0}
    prepared_rows(_ATTEMPTS, _lines([fact | {"code": code[:40], "reference": reference[:128]}]))


def close_unsent(claimed: Claimed, *, into: State, code: str, now: datetime, needs_other_way: bool = False) -> None:
    """End a message of which nothing was sent."""
    outcome = Outcome(into, "", code=code, burns=False, needs_other_way=needs_other_way)
    _write(Finished(claimed, outcome, now), now=now)


def give_back(claimed: Claimed, *, code: str, until: datetime | None, failed: bool = False) -> None:
    """Let a leased message wait again, until an instant if given. `failed`: preparing it went wrong, so it retries."""
    state = State.RETRY if failed or claimed.attempts else State.PLANNED
    outcome = Outcome(state, "", code=code, next_at=until, burns=failed)
    _write(Finished(claimed, outcome, None), now=until)


_GIVE_BACK_ALL: Final = """
UPDATE notifications_message SET state = CASE WHEN attempts > 0 THEN 'retry' ELSE 'planned' END,
    lease_token = NULL, lease_until = NULL, next_attempt_at = coalesce(%s::timestamptz, next_attempt_at)
WHERE id = ANY (%s) AND tenant_id = %s AND lease_token = %s"""


def give_back_all(batch: Sequence[Claimed], *, until: datetime | None = None) -> None:
    """Let messages of one claim, none of them armed, wait as if nobody had taken them, until an instant if given."""
    if batch:
        with connection.cursor() as cursor:
            ids = [claimed.id for claimed in batch]
            cursor.execute(_GIVE_BACK_ALL, [until, ids, current_tenant().pk, batch[0].token])


def _facts(finished: Iterable[Finished], *, now: datetime | None) -> list[Any]:
    return _lines(_fact(one, now) for one in finished)


def _fact(one: Finished, now: datetime | None) -> dict[str, Any]:
    outcome = one.outcome
    return {
        "id": one.claimed.id,
        "token": one.claimed.token,
        "state": outcome.state,
        "next_at": outcome.next_at,
        "burnt": 1 if outcome.burns else 0,
        "code": outcome.code[:40],
        "reference": outcome.reference[:128],
        "refused_by": outcome.refused_by,
        "needs": outcome.needs_other_way,
        "finished_at": now if _is_closed(outcome.state) else None,
        "started_at": one.started_at,
        "name": outcome.name,
        "ms": one.milliseconds,
    }


def _lines(facts: Iterable[dict[str, Any]]) -> list[Any]:
    # str() of an instant has microseconds and its offset, which is all that PostgreSQL wants.
    return [current_tenant().pk, json.dumps(list(facts), default=str)]


def _is_closed(state: State) -> bool:
    return state in FINAL or state is State.ACCEPTED


def _write(one: Finished, *, now: datetime | None) -> None:
    prepared_rows(_FINISH, [*_facts([one], now=now), "on"])
