# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Seeds one Jobcenter in one transaction: it is there with everything, or not at all."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from random import Random

from django.db import transaction

from jobcenter_portal.demo.guard import demo_only
from jobcenter_portal.demo.seed.data import load
from jobcenter_portal.demo.seed.diary import book_people, fill, hold_sessions
from jobcenter_portal.demo.seed.faces import dress
from jobcenter_portal.demo.seed.office import build
from jobcenter_portal.demo.seed.outcomes import happen
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.tenancy.service import jobcenter_by_slug

demo_only()


@dataclass(frozen=True, slots=True)
class Seeded:
    """What was written for a Jobcenter."""

    jobcenter: Jobcenter
    calendars: int
    appointments: int


def seed(slug: str, now: datetime) -> Seeded | None:
    """Write a Jobcenter with its demo data around the day of `now`; None when it is there already.

    The Jobcenter's own row is the marker: it is committed together with all the rest. A seed that was killed leaves
    nothing behind and starts again from nothing.
    """
    if jobcenter_by_slug(slug) is not None:
        return None
    data = load(slug)
    chance = Random(_number(slug))  # noqa: S311 -- invented appointments, the same ones every time
    with transaction.atomic():
        jobcenter = Jobcenter.objects.create(slug=slug, name=data.name, short_name=data.short_name)
        with tenant_context(jobcenter):
            office = build(jobcenter, data, now)
            dress(office, now)
            people = [*book_people(office, now), *hold_sessions(office, now, chance)]
            appointments = fill(office, now, chance)
            happen(office, appointments, now, chance)
    return Seeded(jobcenter, len(data.lanes), len(people) + len(appointments))


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
