# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How much an account may be asked right now. Kept in PostgreSQL per Jobcenter, so that all workers know the same.

Three reasons for less than everything: it rests (something was wrong with it), it is being probed (after a rest one
message goes ahead of the others), or the office set a limit per second.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from django.db import transaction

from jobcenter_portal.tenancy.context import current_tenant
from notifications.channels.base import AccountProblem, RejectedTemporary, Result, Throttled
from notifications.models import AccountState
from notifications.outbox.finishing import is_unreachable

ACCOUNT_REST: Final = timedelta(minutes=2)
"""After a wrong password or an empty credit: staff has to act; until then one message every two minutes asks again."""
UNREACHABLE_REST: Final = timedelta(seconds=15)
BREAKER_REST: Final = timedelta(seconds=30)
SHORTLY: Final = timedelta(seconds=1)
PROBE_REST: Final = timedelta(minutes=1)
"""After a rest one message goes ahead; if nothing is heard of it, the next one goes after this."""
_MINUTE: Final = timedelta(minutes=1)
_ENOUGH_TRIES: Final = 20
"""Below that, half of them failing may be chance."""
_BURST_SECONDS: Final = 2


class Account(Protocol):
    """What is asked: its key, and its limit per second (0: none)."""

    @property
    def key(self) -> str: ...

    @property
    def max_per_s(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Rest:
    """How long, and why, an account should be left alone."""

    length: timedelta
    code: str


@dataclass(frozen=True, slots=True)
class Leave:
    """How many messages may go through an account now; with none, from when on to ask again, and why."""

    count: int
    again_at: datetime | None = None
    code: str = ""


def rest_after(result: Result) -> Rest | None:
    """The rest that a result asks for; None when only the message is concerned."""
    match result:
        case AccountProblem(code):
            return Rest(ACCOUNT_REST, f"account:{code}"[:40])
        case Throttled(retry_after):
            return Rest(retry_after, "throttled")
        case RejectedTemporary(code, _) if is_unreachable(code):
            return Rest(UNREACHABLE_REST, "provider-down")
    return None


def leave(way: Account, *, wanted: int, now: datetime) -> Leave:
    """Ask for up to `wanted` messages; what is granted counts against the limit per second."""
    state = AccountState.objects.filter(account=way.key).first()
    if state is None and not way.max_per_s:
        return Leave(wanted)
    if state is not None and state.rests_until is not None and state.rests_until > now:
        return Leave(0, state.rests_until, state.code)
    if state is not None and not state.code and not way.max_per_s:
        return Leave(wanted)
    with transaction.atomic():
        return _granted(_locked(way), way, wanted, now)


def _granted(state: AccountState, way: Account, wanted: int, now: datetime) -> Leave:
    if state.rests_until is not None and state.rests_until > now:
        return Leave(0, state.rests_until, state.code)
    if state.code:
        if state.probed_at is not None and now - state.probed_at < PROBE_REST:
            return Leave(0, state.probed_at + PROBE_REST, state.code)
        state.probed_at, wanted = now, 1
    if not way.max_per_s:
        state.save(update_fields=["probed_at"])
        return Leave(wanted)
    since = (now - state.filled_at).total_seconds() if state.filled_at else _BURST_SECONDS
    most = way.max_per_s * _BURST_SECONDS
    allowance = min(most, state.allowance + max(since, 0) * way.max_per_s)
    count = min(wanted, int(allowance))
    state.allowance, state.filled_at = allowance - count, now
    state.save(update_fields=["allowance", "filled_at", "probed_at"])
    return Leave(count) if count else Leave(0, now + timedelta(seconds=1 / way.max_per_s), "rate")


def note(way: Account, *, tried: int, failed: int, rest: Rest | None, now: datetime) -> None:
    """Count what became of a batch; open the breaker when too much failed, close it when something went through."""
    if not tried:
        return
    with transaction.atomic():
        state = _locked(way)
        if state.minute is None or now - state.minute >= _MINUTE:
            state.minute, state.tried, state.failed = now, 0, 0
        state.tried, state.failed = state.tried + tried, state.failed + failed
        if rest is None and state.tried >= _ENOUGH_TRIES and 2 * state.failed >= state.tried:
            rest = Rest(BREAKER_REST, "breaker")
            state.minute = None
        if rest is not None:
            state.rests_until, state.code, state.probed_at = now + rest.length, rest.code, None
        elif tried > failed:
            state.rests_until, state.code, state.probed_at = None, "", None
        state.save()


def _locked(way: Account) -> AccountState:
    known: AccountState | None = AccountState.objects.select_for_update().filter(account=way.key).first()
    if known is None:
        first = AccountState(tenant_id=current_tenant().pk, account=way.key)
        AccountState.objects.bulk_create([first], ignore_conflicts=True)
        known = AccountState.objects.select_for_update().get(account=way.key)
    return known
