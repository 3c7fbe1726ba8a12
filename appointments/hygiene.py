# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Keeps the partial indexes of taken time small. Nothing depends on it: searches compare instants themselves."""

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, QuerySet

from appointments.models import Occupancy, OccupancyState
from appointments.queries import database_now

_BATCH: Final = 500
_KEPT: Final = timedelta(days=1)
"""How long time that is over still counts as taken: corrections of the day before work on it as on any other."""
_TICK: Final = timedelta(minutes=5)


def forget_rests(*, limit: int = _BATCH) -> int:
    """Time whose rest after a cancellation is over is simply free. Returns how many rows."""
    return _update(Occupancy.objects.filter(reoffer_at__lt=database_now())[:limit], reoffer_at=None)


def lay_past_time_aside(*, limit: int = _BATCH) -> int:
    """What ended more than a day ago can overlap nothing that is still to be booked. Returns how many rows.

    Whoever is moved or cancelled at this moment is locked, and is left for the next round.
    """
    before = (database_now() - _KEPT).timestamp() // _TICK.total_seconds()
    over = Occupancy.objects.filter(state=OccupancyState.BOOKED, start_tick__lt=before)
    ended = over.annotate(end_tick=F("start_tick") + F("ticks")).filter(end_tick__lte=before)
    return _update(ended.order_by("start_tick")[:limit], state=OccupancyState.PAST)


def _update(rows: QuerySet[Occupancy], **change: object) -> int:
    with transaction.atomic():
        ids = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True))
        return int(Occupancy.objects.filter(pk__in=ids).update(**change))
