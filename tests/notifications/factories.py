# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Plans messages through the service, as features do."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.models import TenantSettings
from notifications import service
from notifications.channels.base import Result
from notifications.delivery import dispatch
from notifications.delivery.sessions import Sessions
from notifications.models import Attempt, Message, ProviderAccount
from notifications.outbox.arming import Armed, Intent, arm
from notifications.outbox.claiming import Claimed, claim
from notifications.outbox.clock import Clock
from notifications.outbox.finishing import Finished, finish, outcome_of
from notifications.service import Channel, Planned, Priority


def planned(now: datetime, **changes: Any) -> Planned:
    """An e-mail of the fake kind, due now and useful for a day."""
    values: dict[str, Any] = {
        "kind": "test-note",
        "occasion": "now",
        "channel": Channel.EMAIL,
        "recipient": b"r" * 32,
        "language": "de",
        "due_at": now,
        "not_after": now + timedelta(days=1),
        "priority": Priority.REMINDER,
    }
    return Planned(**(values | changes))


def plan(now: datetime, *, subject: str = "thing:1", revision: int = 1, **changes: Any) -> None:
    with transaction.atomic():
        service.plan(subject=subject, revision=revision, messages=[planned(now, **changes)], now=now)


def supersede(now: datetime, *, subject: str = "thing:1", below_revision: int) -> int:
    with transaction.atomic():
        return service.supersede(subject=subject, below_revision=below_revision, now=now)


def make_account(
    channel: Channel, config: Mapping[str, str], *, driver: str = "smtp", rank: int = 0, **changes: Any
) -> ProviderAccount:
    """An account of the current Jobcenter's own."""
    account = ProviderAccount(
        tenant_id=current_tenant().pk,
        channel=channel,
        driver=driver,
        name=f"Konto {rank}",
        rank=rank,
        changed_at=datetime.now(UTC),
        **changes,
    )
    account.config = json.dumps(dict(config))
    account.save()
    return account


def claim_all(now: datetime, *, limit: int = 50) -> list[Claimed]:
    return claim(limit=limit, now=now).messages


def claim_one(now: datetime) -> Claimed:
    (claimed,) = claim_all(now)
    return claimed


def arm_all(batch: Sequence[Claimed], now: datetime, *, account: str = "") -> list[Armed]:
    """In one window, through the platform's account unless another is named. An SMS has one part."""
    intents = [
        Intent(one, account or f"platform-{one.ref.channel}", int(one.ref.channel is Channel.SMS)) for one in batch
    ]
    return arm(intents, settings=TenantSettings.objects.get(), now=now)


def arm_one(claimed: Claimed, now: datetime) -> Armed:
    (armed,) = arm_all([claimed], now)
    return armed


def finish_one(claimed: Claimed, result: Result, now: datetime, *, started_at: datetime | None = None) -> bool:
    """What the only account of the channel said. False: the lease was lost."""
    outcome = outcome_of(result, claimed, now=now)
    return claimed.id in finish([Finished(claimed, outcome, started_at or now)], now=now)


def deliver(at: datetime, sessions: Sessions | None = None) -> int:
    """The whole loop, at an instant that stands still, with sessions of its own if none are given."""
    clock = Clock(at, stopwatch=lambda: 0.0)
    if sessions is not None:
        return dispatch.deliver_all(sessions=sessions, clock=clock)
    with Sessions() as opened:
        return dispatch.deliver_all(sessions=opened, clock=clock)


def states() -> dict[str, str]:
    """State of every message, by subject and occasion."""
    rows = Message.objects.order_by("id").values_list("subject", "occasion", "state")
    return {f"{subject} {occasion}": state for subject, occasion, state in rows}


def outcomes(message: Message | None = None) -> list[tuple[str, str]]:
    """(outcome, code) of the attempts, in order."""
    attempts = Attempt.objects.all() if message is None else Attempt.objects.filter(message=message)
    return list(attempts.order_by("message_id", "n").values_list("outcome", "code"))
