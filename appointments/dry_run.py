# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What would leave on which day, by the rules as they are or by others that nobody has saved yet. Nothing is written.

The same functions as for real planning say it, so that the preview cannot differ from what then happens.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Final

from appointments.core.lifecycle import Status
from appointments.core.reminder_rules import Rule
from appointments.models import Appointment
from appointments.reminder_plan import reminders_of, rules_now
from appointments.reminders import AT_ONCE
from appointments.replanning import points_by_customer, told_at
from jobcenter_portal.kernel.wall_clock import local_day
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from notifications import service as notifications
from notifications.service import Batch, Channel, Planned

_BATCH: Final = 500


@dataclass(frozen=True, slots=True, order=True)
class Leaving:
    """One message that would leave; `subject` names the appointment, neither person nor address."""

    due_at: datetime
    day: date
    channel: Channel
    kind: str
    occasion: str
    subject: str


@dataclass(frozen=True, slots=True)
class DryRun:
    """What would leave between two local days, both included, by the time at which it would."""

    first_day: date
    last_day: date
    messages: tuple[Leaving, ...]

    @property
    def counts(self) -> Mapping[tuple[date, Channel, str], int]:
        """How many on a day, a channel, of a kind; what does not occur is left out."""
        return dict(sorted(Counter((one.day, one.channel, one.kind) for one in self.messages).items()))

    def compared_with(self, before: "DryRun") -> Mapping[tuple[date, Channel, str], int]:
        """How many more (or, below zero, fewer) than `before`; where nothing changes, nothing is said."""
        more, less = self.counts, before.counts
        differences = {key: more.get(key, 0) - less.get(key, 0) for key in sorted({*more, *less})}
        return {key: difference for key, difference in differences.items() if difference}


def what_would_leave(
    jobcenter: Jobcenter,
    first_day: date,
    last_day: date,
    *,
    now: datetime,
    rules: Sequence[Rule] | None = None,
    settings: TenantSettings | None = None,
) -> DryRun:
    """The reminders of all coming appointments that would leave on these days, by saved or by other rules and settings.

    From `now` on: what is due by then has left, or waits for its provider and is listed elsewhere.
    """
    by, plan = settings or jobcenter.settings, rules_now() if rules is None else rules
    coming = Appointment.objects.filter(status=Status.BOOKED, starts_at__gt=now).order_by("pk")
    leaving = (
        Leaving(planned.due_at, local_day(planned.due_at, by.zone), planned.channel, planned.kind, planned.occasion, of)
        for of, planned in _all_planned(coming.iterator(chunk_size=_BATCH), by, plan, now)
        if planned.due_at >= now
    )
    return DryRun(first_day, last_day, tuple(sorted(one for one in leaving if first_day <= one.day <= last_day)))


def _all_planned(
    coming: Iterator[Appointment], settings: TenantSettings, rules: Sequence[Rule], now: datetime
) -> Iterator[tuple[str, Planned]]:
    while batch := list(islice(coming, _BATCH)):
        points = points_by_customer(batch, settings)
        told = notifications.told([Batch(one.subject, one.revision, ()) for one in batch], occasion=AT_ONCE)
        for one in batch:
            last = told_at(one, told.get(one.subject))
            for planned in reminders_of(one, points[one.customer_id], settings, rules, told_at=last, now=now):
                yield one.subject, planned
