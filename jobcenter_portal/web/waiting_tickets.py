# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The way round the puzzle for browsers without script: some seconds of waiting, with a ticket that says since when.

Each further ticket of one network ripens later, so one network gets at most three a minute through this door, however
many it asks for at once: waiting alone costs a program nothing, a queue does.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.core import signing
from django.http import HttpRequest

from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.counting import Counter, Quota, QuotaFull, counted, how_many, use_once
from jobcenter_portal.tenancy.sealed import blind_index
from jobcenter_portal.web.throttle import network_of

FIELD: Final = "ticket"
WAIT: Final = timedelta(seconds=20)
MOST: Final = 15
"""Tickets of one network that ripen one after the other: the last one waits five minutes."""
LASTS: Final = timedelta(minutes=10)
"""After it is ripe."""
_WHAT: Final = "ticket"
_SALT: Final = "waiting-ticket"
_LONGEST: Final = 400


@dataclass(frozen=True, slots=True)
class Ticket:
    """What the form carries, and when it opens."""

    text: str
    ripe_at: datetime

    def seconds_left(self, now: datetime) -> int:
        return max(0, -int(-(self.ripe_at - now).total_seconds() // 1))


class QueueFull(Exception):
    """Too many of this network are waiting already."""


def make_ticket(request: HttpRequest, *, now: datetime) -> Ticket:
    """A place in the queue of the caller's network. Raises QueueFull. Only for answers to a POST: it is counted."""
    who = blind_index(str(network_of(request)), tenant_id=current_tenant().pk, purpose="waiting-ticket")
    queue = MOST * WAIT
    try:
        with counted([Counter(_WHAT, who, (Quota(MOST, queue),))], now=now):
            place = how_many(_WHAT, who, since=now - queue)
    except QuotaFull as full:
        raise QueueFull from full
    ripe_at = now + WAIT * place
    said: dict[str, Any] = {"t": current_tenant().pk, "n": secrets.token_urlsafe(16), "r": int(ripe_at.timestamp())}
    return Ticket(signing.dumps(said, salt=_SALT), datetime.fromtimestamp(said["r"], UTC))


def read_ticket(text: str) -> Ticket | None:
    """A ticket of ours for this Jobcenter; None for anything else."""
    try:
        said: Any = signing.loads(text, salt=_SALT) if len(text) <= _LONGEST else None
    except signing.BadSignature:
        return None
    if not said or said["t"] != current_tenant().pk:
        return None
    return Ticket(text, datetime.fromtimestamp(said["r"], UTC))


def opens(ticket: Ticket, *, now: datetime) -> bool:
    """Whether it is ripe, not too old, and shown for the first time."""
    if not ticket.ripe_at <= now < ticket.ripe_at + LASTS:
        return False
    return use_once(hashlib.sha256(ticket.text.encode()).digest(), until=ticket.ripe_at + LASTS)
