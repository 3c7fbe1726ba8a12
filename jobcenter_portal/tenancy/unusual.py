# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Is more going on at this Jobcenter than ever at this rate? Measured against its own last week.

What is usual is the median of the busiest ten minutes of each of the last seven days: a rush that comes every morning
is in it, one day under attack is not.
"""

from datetime import datetime, timedelta
from statistics import median
from typing import Final

import structlog
from django.db import connection

from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.counters import Tally

log = structlog.get_logger(__name__)
STRETCH: Final = timedelta(minutes=10)
NEVER_UNUSUAL: Final = 120
"""In ten minutes: twelve a minute are what a large office has when new days are opened, and nobody's attack."""
TIMES_THE_USUAL: Final = 3
LASTS: Final = timedelta(minutes=30)
"""How long after the last unusual stretch it still counts as one: attacks breathe."""
_DAYS: Final = 7

_ADD = """
INSERT INTO tenancy_tally (tenant_id, what, begins_at, count, is_unusual) VALUES (%s, %s, %s, 1, false)
ON CONFLICT (tenant_id, what, begins_at) DO UPDATE SET count = tenancy_tally.count + 1
RETURNING count, is_unusual"""


def note(what: str, *, now: datetime) -> None:
    """It happened once more."""
    begins_at = _stretch(now)
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [current_tenant().pk, what, begins_at])
        count, is_unusual = cursor.fetchone()
    if is_unusual or count <= NEVER_UNUSUAL or count <= (most := most_usual(what, now=now)):
        return
    if Tally.objects.filter(what=what, begins_at=begins_at, is_unusual=False).update(is_unusual=True):
        log.warning("unusually many", what=what, in_ten_minutes=count, usual_at_most=most)


def is_unusual(what: str, *, now: datetime) -> bool:
    """Whether there were unusually many in this stretch or just before."""
    return bool(Tally.objects.filter(what=what, is_unusual=True, begins_at__gt=now - STRETCH - LASTS).exists())


def how_many_now(what: str, *, now: datetime) -> int:
    """In the running ten minutes."""
    counts = Tally.objects.filter(what=what, begins_at=_stretch(now)).values_list("count", flat=True)
    return next(iter(counts), 0)


def most_usual(what: str, *, now: datetime) -> int:
    """How many there may be in ten minutes before they are unusually many."""
    today = _stretch(now).replace(hour=0, minute=0)
    peaks = dict.fromkeys(range(1, _DAYS + 1), 0)
    rows = Tally.objects.filter(what=what, begins_at__gte=today - timedelta(days=_DAYS), begins_at__lt=today)
    for begins_at, count in rows.values_list("begins_at", "count"):
        day = -((begins_at - today) // timedelta(days=1))
        peaks[day] = max(peaks[day], count)
    return max(NEVER_UNUSUAL, int(TIMES_THE_USUAL * median(peaks.values())))


def _stretch(now: datetime) -> datetime:
    return now.replace(minute=now.minute - now.minute % (STRETCH.seconds // 60), second=0, microsecond=0)
