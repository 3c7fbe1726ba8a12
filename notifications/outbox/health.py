# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Does delivery live? For /readyz, without entering any Jobcenter."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from notifications.outbox import wake
from notifications.outbox.heartbeats import Beat, last_beats


@dataclass(frozen=True, slots=True)
class DeliveryHealth:
    """Ages at `now`. None: there was no beat yet, or nothing is due.

    `beat_age`: since a tick came through the broker. `dispatcher_age`: since anything delivered, the loop without
    broker included. `oldest_due_age`: how long the longest waiting Jobcenter has been waiting for a look; what waits
    for a provider that is down is not counted until its next try. `urgent_age`: since a hint came through the queue of
    the kicks; when it grows, confirmations wait for the next tick.
    """

    beat_age: timedelta | None
    dispatcher_age: timedelta | None
    oldest_due_age: timedelta | None
    urgent_age: timedelta | None = None


def health(now: datetime) -> DeliveryHealth:
    """Three small queries on global tables."""
    beats = last_beats()
    ticks = [beats[name] for name in (Beat.TICK, Beat.REAPER) if name in beats]
    dispatcher, urgent, oldest = beats.get(Beat.DISPATCHER), beats.get(Beat.URGENT), wake.oldest_due(now=now)
    return DeliveryHealth(
        beat_age=now - max(ticks) if ticks else None,
        dispatcher_age=now - dispatcher if dispatcher else None,
        oldest_due_age=now - oldest if oldest else None,
        urgent_age=now - urgent if urgent else None,
    )
