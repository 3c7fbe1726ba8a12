# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Is more going on at this Jobcenter than ever at this rate? Measured against its own last week.

What is usual is the median of the busiest ten minutes of each of the last seven days: a rush that comes every morning
is in it, one day under attack is not.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import median
from typing import Final

import structlog

from jobcenter_portal.tenancy.counters import Tally
from jobcenter_portal.tenancy.tallies import STRETCH, add, mark_unusual, stretch_of

log = structlog.get_logger(__name__)
NEVER_UNUSUAL: Final = 120
"""In ten minutes: twelve a minute are what a large office has when new days are opened, and nobody's attack."""
TIMES_THE_USUAL: Final = 3
LASTS: Final = timedelta(minutes=30)
"""How long after the last unusual stretch it still counts as one: attacks breathe."""
_DAYS: Final = 7
_DAY: Final = timedelta(days=1)


def note(what: str, *, now: datetime) -> None:
    """It happened once more."""
    tallied = add(what, now=now)
    if tallied.is_unusual or tallied.count <= NEVER_UNUSUAL or tallied.count <= (most := most_usual(what, now=now)):
        return
    if mark_unusual(what, now=now):
        log.warning("unusually many", what=what, in_ten_minutes=tallied.count, usual_at_most=most)


def declare(what: str, *, now: datetime) -> bool:
    """Something else than its number says that it is an attack. Whether that is new."""
    if is_unusual(what, now=now):
        return False
    add(what, now=now)
    return mark_unusual(what, now=now)


def is_unusual(what: str, *, now: datetime) -> bool:
    """Whether there were unusually many in this stretch or just before."""
    return bool(Tally.objects.filter(what=what, is_unusual=True, begins_at__gt=now - STRETCH - LASTS).exists())


def unusual_now(*, now: datetime) -> frozenset[str]:
    """All of which that is true, in one question."""
    found = Tally.objects.filter(is_unusual=True, begins_at__gt=now - STRETCH - LASTS)
    return frozenset(found.values_list("what", flat=True))


def how_many_now(what: str, *, now: datetime) -> int:
    """In the running ten minutes."""
    counts = Tally.objects.filter(what=what, begins_at=stretch_of(now)).values_list("count", flat=True)
    return next(iter(counts), 0)


def most_usual(what: str, *, now: datetime) -> int:
    """How many there may be in ten minutes before they are unusually many."""
    today = stretch_of(now).replace(hour=0, minute=0)
    rows = Tally.objects.filter(what=what, begins_at__gte=today - _DAYS * _DAY, begins_at__lt=today)
    return most_after(rows.values_list("begins_at", "count"), today=today)


def most_after(stretches: Iterable[tuple[datetime, int]], *, today: datetime) -> int:
    """The same, of the stretches of the seven days before `today`, in which a day without any counts as none."""
    busiest = dict.fromkeys(range(1, _DAYS + 1), 0)
    for begins_at, count in stretches:
        day = -((begins_at - today) // _DAY)
        busiest[day] = max(busiest[day], count)
    return max(NEVER_UNUSUAL, int(TIMES_THE_USUAL * median(busiest.values())))
