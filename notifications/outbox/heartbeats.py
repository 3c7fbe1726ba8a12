# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Signs of life of the loops, in the database: a worker that hangs on a dead broker connection still answers pings."""

from datetime import datetime
from enum import StrEnum

from notifications.models import Heartbeat


class Beat(StrEnum):
    """TICK, REAPER and URGENT come from beat through the broker; DISPATCHER also from the loop that needs neither."""

    TICK = "tick"
    REAPER = "reaper"
    DISPATCHER = "dispatcher"
    URGENT = "urgent"


def beat(name: Beat, *, now: datetime) -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": now})


def last_beats() -> dict[Beat, datetime]:
    known = dict(Heartbeat.objects.values_list("name", "beat_at"))
    return {name: known[name] for name in Beat if name in known}
