# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Plans messages through the service, as features do."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from notifications import service
from notifications.models import Attempt, Message
from notifications.outbox.claiming import Claimed, claim
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


def claim_one(now: datetime) -> Claimed:
    (claimed,) = claim(limit=10, now=now).messages
    return claimed


def states() -> dict[str, str]:
    """State of every message, by subject and occasion."""
    rows = Message.objects.order_by("id").values_list("subject", "occasion", "state")
    return {f"{subject} {occasion}": state for subject, occasion, state in rows}


def outcomes(message: Message | None = None) -> list[tuple[str, str]]:
    """(outcome, code) of the attempts, in order."""
    attempts = Attempt.objects.all() if message is None else Attempt.objects.filter(message=message)
    return list(attempts.order_by("message_id", "n").values_list("outcome", "code"))
