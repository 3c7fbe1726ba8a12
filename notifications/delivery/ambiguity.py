# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Looking into messages of which nobody knows whether they were sent.

In this order: an answer that came too late is the truth; some providers can be asked by our reference; where nobody
can be asked and no receipt has come, the kind's policy decides, once: a changed time is rather told twice (with the
same Message-ID), a reminder is rather left. What stays unclear stays listed at the desk.
"""

from typing import Final

import structlog

from notifications.channels.base import Accepted, Ambiguous, BadConfig, Result
from notifications.channels.registry import driver_of
from notifications.delivery.sessions import Sessions
from notifications.delivery.ways import way_of
from notifications.kinds import UnknownKind, kind_of
from notifications.outbox.clock import Clock
from notifications.outbox.finishing import RESOLVE_AFTER
from notifications.outbox.reaping import Unclear, resolve, unclear_now
from notifications.states import State

log = structlog.get_logger(__name__)
_BATCH: Final = 20
_MOST_LOOKS: Final = 6
_LATE_NOT_SENT: Final = frozenset({"late-deferred", "late-throttled", "late-account"})


def look_into(*, sessions: Sessions, clock: Clock) -> int:
    """Settle the current Jobcenter's ambiguous messages whose time has come. Returns how many were looked into."""
    found = unclear_now(limit=_BATCH, now=clock.now())
    for unclear in found:
        _settle(unclear, sessions=sessions, clock=clock)
    return len(found)


def _settle(unclear: Unclear, *, sessions: Sessions, clock: Clock) -> None:
    if unclear.late_answer == "late-accepted":
        _accepted(unclear, unclear.late_reference, "late-answer", clock)
    elif unclear.late_answer in _LATE_NOT_SENT:
        _again_if_useful(unclear, "late-answer", clock)
    elif _can_be_asked(unclear):
        _ask_provider(unclear, sessions=sessions, clock=clock)
    elif unclear.times_unclear < 2 and _duplicate_is_better(unclear.kind):  # noqa: PLR2004 -- repeated once at most
        _again_if_useful(unclear, "sent-again", clock)
    else:
        _leave_listed(unclear, clock)


def _can_be_asked(unclear: Unclear) -> bool:
    way = way_of(unclear.channel, unclear.account)
    return way is not None and driver_of(way.driver).can_be_asked


def _ask_provider(unclear: Unclear, *, sessions: Sessions, clock: Clock) -> None:
    answer = _answer(unclear, sessions)
    match answer:
        case Accepted(reference, _):
            _accepted(unclear, reference, "found-at-provider", clock)
        case None:
            _again_if_useful(unclear, "not-at-provider", clock)
        case _ if unclear.times_looked < _MOST_LOOKS:
            now = clock.now()
            next_at = now + RESOLVE_AFTER[unclear.channel] * 2**unclear.times_looked
            resolve(unclear, into=State.AMBIGUOUS, code="provider-silent", next_at=next_at, now=now)
        case _:
            _leave_listed(unclear, clock)


def _answer(unclear: Unclear, sessions: Sessions) -> Result | None:
    way = way_of(unclear.channel, unclear.account)
    if way is None:
        return Ambiguous("account-gone")
    try:
        return sessions.of(way).ask(unclear.message_id_token)
    except BadConfig:
        return Ambiguous("config")


def _duplicate_is_better(key: str) -> bool:
    try:
        return kind_of(key).resend_when_ambiguous
    except UnknownKind:
        return False


def _accepted(unclear: Unclear, reference: str, code: str, clock: Clock) -> None:
    resolve(unclear, into=State.ACCEPTED, code=code, reference=reference, next_at=None, now=clock.now())


def _again_if_useful(unclear: Unclear, code: str, clock: Clock) -> None:
    now = clock.now()
    if unclear.overtaken or unclear.not_after <= now:
        _leave_listed(unclear, clock)
    else:
        resolve(unclear, into=State.RETRY, code=code, next_at=now, now=now)


def _leave_listed(unclear: Unclear, clock: Clock) -> None:
    resolve(unclear, into=State.AMBIGUOUS, code="unclear", next_at=None, now=clock.now())
    log.warning("message stays unclear", message=unclear.id, kind=unclear.kind)
