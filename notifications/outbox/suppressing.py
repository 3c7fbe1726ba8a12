# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of the current Jobcenter to which nothing goes: asking for them, and lifting one by hand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from notifications.channels.base import Channel
from notifications.models import Suppression
from notifications.outbox.why import Why, why_not


@dataclass(frozen=True, slots=True)
class Suppressed:
    """Why and since when nothing, or no reminder, goes to an address."""

    why: Why
    only_reminders: bool
    since: datetime


def suppressed(recipients: Iterable[bytes]) -> Mapping[tuple[Channel, bytes], Suppressed]:
    """Which of these addresses (their keyed hashes) are closed, by channel."""
    found = Suppression.objects.filter(recipient__in=set(recipients))
    return {
        (Channel(one.channel), bytes(one.recipient)): Suppressed(
            why_not("", Channel(one.channel), suppressed_as=one.reason), one.only_reminders, one.since
        )
        for one in found
    }


def lift(channel: Channel, recipient: bytes) -> bool:
    """Let messages go to an address again; what was held back meanwhile stays so. False: it was open already."""
    count, _ = Suppression.objects.filter(channel=channel, recipient=recipient).delete()
    return bool(count)
