# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Write the lists that are due. Lost or doubled, a round does no harm: the next one finds what is still due."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import structlog
from django.db import connection

from appointments import queries
from appointments.emergency_list import folder
from appointments.emergency_list.day import day_list, days_to_write, open_on
from appointments.emergency_list.files import as_csv, as_pdf
from appointments.emergency_list.folder import Form, Lying, NoFolder
from appointments.emergency_list.times import is_due
from appointments.models import Location
from jobcenter_portal.kernel.wall_clock import local_day
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.service import CannotBeSet, NoFonts, PressFailed

log = structlog.get_logger(__name__)
LATE: Final = timedelta(minutes=20)
"""Beat looks every five minutes; whoever has not looked for so long has stopped."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a round came to. `failed`: lists of which at least one file is missing or old."""

    written: int = 0
    failed: int = 0
    is_busy: bool = False
    """Another worker writes this Jobcenter's lists at this moment."""


@dataclass(frozen=True, slots=True)
class Health:
    """For whoever watches; names no Jobcenter. Nothing set up: all three are empty."""

    is_set_up: bool
    is_there: bool = False
    age: timedelta | None = None
    failed: int = 0


def write_lists(jobcenter: Jobcenter, *, now: datetime, only_due: bool = True) -> Written:
    """Write a Jobcenter's lists for today and the next day on which people come. Call inside its context.

    One that cannot be written leaves the one before in its place and keeps no other from being written.
    Raises NoFolder.
    """
    folder.root()
    with _alone() as is_ours:
        if not is_ours:
            return Written(is_busy=True)
        written = failed = 0
        lying = folder.lying(jobcenter.slug)
        for location in _open_locations(jobcenter, now):
            for day in _days(jobcenter, location, lying, now, only_due=only_due):
                if _write(jobcenter, location, day, now):
                    written += 1
                else:
                    failed += 1
        folder.remove_old(jobcenter.slug, today=local_day(now, jobcenter.settings.zone))
        return Written(written, failed)


def health(*, now: datetime) -> Health:
    """How the last round went, read from the folder: it also answers while the database is away."""
    if not folder.is_set_up():
        return Health(is_set_up=False)
    try:
        last = folder.last_round()
    except NoFolder:
        return Health(is_set_up=True)
    if last is None:
        return Health(is_set_up=True, is_there=True)
    return Health(is_set_up=True, is_there=True, age=now - last.at, failed=last.failed)


def _days(
    jobcenter: Jobcenter, location: Location, lying: list[Lying], now: datetime, *, only_due: bool
) -> Iterator[date]:
    hours = open_on(location, local_day(now, jobcenter.settings.zone))
    for day in days_to_write(location, jobcenter.settings, now=now):
        moments = {one.form: one.at for one in lying if (one.slug, one.day) == (location.slug, day)}
        oldest = min(moments.values()) if set(moments) == set(Form) else None
        if not only_due or is_due(written_at=oldest, now=now, zone=jobcenter.settings.zone, hours=hours):
            yield day


def _write(jobcenter: Jobcenter, location: Location, day: date, now: datetime) -> bool:
    """The table first: it needs no typesetter, and half of the help is better than none."""
    found, zone = day_list(jobcenter=jobcenter, location=location, day=day, now=now), jobcenter.settings.zone
    try:
        for form, make in ((Form.CSV, as_csv), (Form.PDF, as_pdf)):
            folder.put(jobcenter.slug, slug=location.slug, day=day, form=form, content=make(found, zone), at=now)
    except (OSError, NoFonts, PressFailed, CannotBeSet) as fault:
        log.error("emergency list not written", location=location.slug, fault=type(fault).__name__)  # noqa: TRY400 -- a traceback could repeat a name
        return False
    return True


def _open_locations(jobcenter: Jobcenter, now: datetime) -> list[Location]:
    today = local_day(now, jobcenter.settings.zone)
    return [place for place in queries.locations() if place.valid_until is None or place.valid_until >= today]


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether nobody else writes this Jobcenter's lists. Not for a transaction: the typesetter takes its time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_lock(hashtextextended('emergency-list/' || current_setting('app.tenant'), 0))"
        )
        is_ours = cursor.fetchone()[0]
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_advisory_unlock(hashtextextended('emergency-list/' || current_setting('app.tenant'), 0))"
                )
