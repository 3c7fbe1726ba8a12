# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The figures of all Jobcenters, one context at a time; kept for ten seconds, whoever asks and how often."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.core.cache import caches

from appointments import service as appointments
from appointments.service import Pressure
from jobcenter_portal.tenancy.briefly import CONFIGURATION
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.tenancy.service import all_jobcenters, serve_each_tenant
from notifications import service as notifications
from notifications.service import Figures

KEPT_S: Final = 10
_KEY: Final = "figures-of-all-jobcenters"


@dataclass(frozen=True, slots=True)
class OfOne:
    """One Jobcenter's figures."""

    slug: str
    name: str
    figures: Figures
    pressure: Pressure


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everybody's. `unread`: how many Jobcenters could not be asked; the log says why."""

    at: datetime
    jobcenters: tuple[OfOne, ...]
    beats: Mapping[str, timedelta]
    unread: int
    took_s: float


def gather(*, now: datetime) -> Gathered:
    """The figures as they were within the last ten seconds: two scrapers and a page do not ask three times."""
    kept: Gathered | None = caches[CONFIGURATION].get(_KEY)
    if kept is None:
        kept = _ask(now)
        caches[CONFIGURATION].set(_KEY, kept, KEPT_S)
    return kept


def _ask(now: datetime) -> Gathered:
    started, found = time.perf_counter(), []

    def ask(jobcenter: Jobcenter) -> None:
        figures = notifications.figures(jobcenter.settings, now=now)
        pressure = appointments.pressure(jobcenter, now=now)
        found.append(OfOne(jobcenter.slug, jobcenter.name, figures, pressure))

    serve_each_tenant(ask)
    return Gathered(
        at=now,
        jobcenters=tuple(found),
        beats=notifications.beat_ages(now=now),
        unread=len(all_jobcenters()) - len(found),
        took_s=time.perf_counter() - started,
    )
