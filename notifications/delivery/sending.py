# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A claimed batch on its way: write, choose accounts, arm a window, hand it over, note what came of it."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

import structlog

from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from notifications.channels.base import (
    AccountProblem,
    Ambiguous,
    BadConfig,
    Channel,
    RejectedPermanent,
    RejectedTemporary,
    Result,
)
from notifications.channels.registry import UnknownDriver
from notifications.delivery import ending
from notifications.delivery.noting import note
from notifications.delivery.routing import Routed, route
from notifications.delivery.sessions import Sessions
from notifications.delivery.ways import Way
from notifications.delivery.writing import Written, write_all
from notifications.outbox import breaker, budget
from notifications.outbox.arming import SEND_LEASE, Armed, Intent, arm
from notifications.outbox.breaker import Rest
from notifications.outbox.claiming import LEASE, Claimed
from notifications.outbox.clock import Clock
from notifications.outbox.finishing import Finished, Outcome, give_back_all, not_tried, outcome_of
from notifications.states import State

log = structlog.get_logger(__name__)
_CLAIM_BUDGET: Final = LEASE / 2
"""From here on nothing more of a claim is armed: another worker may take it soon."""
_WINDOW_BUDGET: Final = SEND_LEASE / 2
"""From here on nothing more of a window is sent: the reaper may call it unclear soon."""
_SLOW: Final = timedelta(seconds=10)
"""Whoever takes so long for one message makes everybody else wait."""
_SLOW_REST: Final = Rest(breaker.UNREACHABLE_REST, "provider-slow")


def send_batch(batch: Sequence[Claimed], *, tenant: Jobcenter, sessions: Sessions, clock: Clock) -> None:
    """Bring one claim out. Whatever is not sent waits again or is closed, and its row says why."""
    until = clock.now() + _CLAIM_BUDGET
    written = sorted(write_all(batch, tenant=tenant, now=clock.now()), key=lambda one: one.claimed.ref.channel)
    for channel, group in groupby(written, key=lambda one: one.claimed.ref.channel):
        for routed in route(channel, list(group), now=clock.now()):
            _Sending(routed, tenant, sessions, clock, until).run()


@dataclass(frozen=True, slots=True)
class _Try:
    """`result` None: armed, but its turn never came."""

    written: Written
    result: Result | None
    started_at: datetime
    milliseconds: int = 0

    @property
    def rest(self) -> Rest | None:
        """What this try means for the account."""
        if self.result is None:
            return None
        slow = timedelta(milliseconds=self.milliseconds) > _SLOW
        return breaker.rest_after(self.result) or (_SLOW_REST if slow else None)


@dataclass(slots=True)
class _Sending:
    """The messages of one claim that go through one account."""

    routed: Routed
    tenant: Jobcenter
    sessions: Sessions
    clock: Clock
    until: datetime
    rest: Rest | None = None
    tried: int = 0
    failed: int = 0

    def run(self) -> None:
        left: list[Claimed] = []
        windows = list(self.routed.windows())
        for window in windows:
            if self.rest is None and self.clock.now() < self.until and not ending.asked():
                self._send_window(window, more_follows=window is not windows[-1])
            else:
                left += [one.claimed for one in window]
        give_back_all(left)
        breaker.note(self.routed.way, tried=self.tried, failed=self.failed, rest=self.rest, now=self.clock.now())
        if self.rest is not None:
            log.warning("account rests", tenant=self.tenant.slug, account=self.routed.way.key, code=self.rest.code)

    def _send_window(self, window: Sequence[Written], *, more_follows: bool) -> None:
        intents = [Intent(one.claimed, self.routed.way.key, one.segments, one.text_version) for one in window]
        armed = arm(intents, settings=self.tenant.settings, now=self.clock.now())
        going = [one for one, fate in zip(window, armed, strict=True) if fate is Armed.YES]
        if going:
            tries = self._hand_over(going)
            self._note(tries, more_follows=more_follows and self.rest is None)

    def _hand_over(self, going: Sequence[Written]) -> list[_Try]:
        """Outside any transaction: a slow provider must hold neither locks nor a snapshot."""
        until, tries = self.clock.now() + _WINDOW_BUDGET, list[_Try]()
        for one in going:
            now = self.clock.now()
            if self.rest is not None or now >= until or (tries and ending.asked()):
                tries.append(_Try(one, None, now))
                continue
            stopwatch = time.monotonic()
            result = _through(self.routed.way, one, sessions=self.sessions, now=now)
            tries.append(_Try(one, result, now, round((time.monotonic() - stopwatch) * 1000)))
            self.rest = tries[-1].rest
        return tries

    def _outcome(self, one: _Try, now: datetime) -> Outcome:
        if one.result is None:
            return not_tried(now=now)
        claimed = one.written.claimed
        others = self.routed.others and not claimed.is_repeated
        return outcome_of(one.result, claimed, account=self.routed.way.key, others=others, now=now)

    def _note(self, tries: Sequence[_Try], *, more_follows: bool) -> None:
        now, way = self.clock.now(), self.routed.way
        finished = [
            Finished(
                one.written.claimed,
                self._outcome(one, now),
                one.started_at,
                one.milliseconds,
            )
            for one in tries
        ]
        note(finished, now=now, more_follows=more_follows)
        if way.channel is Channel.SMS:
            _refund(tries, finished, self.tenant.settings)
        self.tried += sum(one.result is not None for one in tries)
        self.failed += sum(one.result is not None and _is_the_accounts_fault(one.result) for one in tries)
        # One line a window: what became of each message stands in its attempts.
        results = Counter(type(one.result).__name__ for one in tries)
        log.info("messages handed over", tenant=self.tenant.slug, account=way.key, **results)


def _through(way: Way, one: Written, *, sessions: Sessions, now: datetime) -> Result:
    try:
        session = sessions.of(way)
    except (BadConfig, UnknownDriver) as error:
        return AccountProblem(f"config-{getattr(error, 'field_name', 'driver')}"[:40])
    try:
        return session.send(one.outgoing, now=now)
    except ValueError:
        return RejectedPermanent("unsendable", suppress=False)
    except Exception as error:  # noqa: BLE001 -- a fault in a driver must not look like "not sent"
        log.error("driver failed", error=type(error).__name__)  # noqa: TRY400 -- its text could repeat an address
        sessions.drop(way)
        return Ambiguous("driver-fault")


def _is_the_accounts_fault(result: Result) -> bool:
    """What counts for the breaker: not a mailbox that is full, nor a number that does not exist."""
    match result:
        case RejectedTemporary(code, _):
            return not code.startswith("rcpt")
        case Ambiguous() | AccountProblem():
            return True
    return False


def _refund(tries: Sequence[_Try], finished: Sequence[Finished], settings: TenantSettings) -> None:
    """An SMS that surely did not leave costs nothing. Lost with the worker, the budget is merely a little stricter."""
    for one, end in zip(tries, finished, strict=True):
        if end.outcome.state in {State.RETRY, State.FAILED}:
            budget.refund(one.written.segments, settings, armed_at=one.started_at)
