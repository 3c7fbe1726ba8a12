# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who is in the data set: ordinary Jobcenters for the mass, and probes, sites of known size and fill, to measure at.

Everything is laid around one fixed day, and every choice is a hash of what it is about: two builds are equal, and a
probe alone in a database has exactly the rows that it has in the country.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

REFERENCE_DAY: Final = date(2026, 11, 23)
NOW: Final = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
"""Monday before the doors open: what is free a day ahead stays the same while a benchmark runs."""
LAST_DAY: Final = date(2027, 1, 29)
HORIZON_DAYS: Final = 60
GRID_MINUTES: Final = 15
LEAD_HOURS: Final = 24
AFTER_MINUTES: Final = 5
DURATIONS: Final = (15, 30, 45, 60)
MEASURED_DURATION: Final = 30
MAX_PER_DAY: Final = 8
MEMBERS_PER_SITE: Final = (5, 10, 15)
CALENDARS_RESERVED: Final = 100
"""Ids that each Jobcenter has to itself: no probe is larger."""
SIZES: Final = (10, 30, 100)
ZONE: Final = "Europe/Berlin"

LONG_DAYS: Final = (2, 4)
MORNING: Final = (480, 720)
AFTERNOON: Final = (780, 960)


class Fill(enum.IntEnum):
    NEAR_EMPTY = 0
    HALF = 1
    FULL = 2
    PAST = 3
    """Days before the reference day, everywhere: what is kept of them is thinner."""

    @property
    def title(self) -> str:
        return {0: "near-empty", 1: "half", 2: "95 %", 3: "past"}[self.value]


@dataclass(frozen=True, slots=True)
class Site:
    location_id: int
    slug: str
    calendar_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Office:
    """A Jobcenter of the data set. Ids are counted out, so that they are the same in every database."""

    tenant_id: int
    slug: str
    fill: Fill
    members: tuple[int, ...]
    """Calendars of each site."""

    @property
    def sites(self) -> tuple[Site, ...]:
        first = self.tenant_id * CALENDARS_RESERVED
        sites = []
        for number, size in enumerate(self.members):
            calendars = tuple(range(first, first + size))
            sites.append(Site(self.tenant_id * 10 + number, f"ort-{number + 1}", calendars))
            first += size
        return tuple(sites)

    def service_id(self, minutes: int) -> int:
        return self.tenant_id * 10 + DURATIONS.index(minutes)


@dataclass(frozen=True, slots=True)
class Scale:
    name: str
    database: str
    offices: int
    first_day: date
    customers: int
    """People of each Jobcenter."""


NATIONAL: Final = Scale("national", "bench_national", 405, date(2024, 11, 25), 2_000)
SMALL: Final = Scale("small", "bench_small", 20, date(2026, 9, 28), 200)
SCALES: Final = {scale.name: scale for scale in (NATIONAL, SMALL)}


def ordinary(scale: Scale) -> Iterator[Office]:
    """Eight of ten half full, one nearly empty, one full."""
    for tenant_id in range(1, scale.offices + 1):
        fill = {0: Fill.NEAR_EMPTY, 1: Fill.FULL}.get(tenant_id % 10, Fill.HALF)
        yield Office(tenant_id, f"jobcenter-{tenant_id}", fill, MEMBERS_PER_SITE)


def probe(size: int, fill: Fill) -> Office:
    number = SIZES.index(size) * 3 + fill
    return Office(1_000 + number, f"probe-{size}-{fill.name.lower().replace('_', '-')}", fill, (size,))


def probes() -> list[Office]:
    return [probe(size, fill) for size in SIZES for fill in (Fill.NEAR_EMPTY, Fill.HALF, Fill.FULL)]


def alone_database(scale: Scale, office: Office) -> str:
    """The database in which a probe lives alone; with the same past as in its country."""
    return f"{scale.database}_alone_{office.tenant_id}"
