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
from notifications.service import Batch, Channel

_BATCH: Final = 500

Plan = tuple[Sequence[Rule], TenantSettings]
"""Rules and settings, saved or not, by which reminders could be planned."""


@dataclass(frozen=True, slots=True, order=True)
class Leaving:
    """One message that would leave; `subject` names the appointment, neither person nor address."""

    due_at: datetime
    day: date
    channel: Channel
    kind: str
    occasion: str
    subject: str
    language: str
    starts_at: datetime
    service_id: int

    @property
    def name(self) -> tuple[str, str, Channel, str]:
        """What it is, whenever it leaves."""
        return (self.subject, self.kind, self.channel, self.occasion)


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


@dataclass(frozen=True, slots=True)
class Effect:
    """What another plan would change, of all coming appointments: what would leave by the one and by the other."""

    before: tuple[Leaving, ...]
    after: tuple[Leaving, ...]

    @property
    def added(self) -> int:
        return len({one.name for one in self.after} - {one.name for one in self.before})

    @property
    def withdrawn(self) -> int:
        return len({one.name for one in self.before} - {one.name for one in self.after})

    @property
    def moved(self) -> int:
        """Those that leave by both plans, at another time."""
        due = {one.name: one.due_at for one in self.before}
        return sum(due.get(one.name, one.due_at) != one.due_at for one in self.after)

    def between(self, first_day: date, last_day: date) -> tuple[DryRun, DryRun]:
        """Some days of it: as it is, and as it would be."""
        return _of_days(self.before, first_day, last_day), _of_days(self.after, first_day, last_day)


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
    plan = (rules_now() if rules is None else rules, settings or jobcenter.settings)
    (leaving,) = _leaving_by([plan], now)
    return _of_days(leaving, first_day, last_day)


def effect_of(saved: Plan, wished: Plan, *, now: datetime) -> Effect:
    """What would leave from `now` on by each of two plans; the appointments are read once for both."""
    before, after = _leaving_by([saved, wished], now)
    return Effect(before, after)


def _of_days(leaving: tuple[Leaving, ...], first_day: date, last_day: date) -> DryRun:
    return DryRun(first_day, last_day, tuple(one for one in leaving if first_day <= one.day <= last_day))


def _leaving_by(plans: Sequence[Plan], now: datetime) -> list[tuple[Leaving, ...]]:
    """What would leave from `now` on by each plan, in the order of time."""
    coming = Appointment.objects.filter(status=Status.BOOKED, starts_at__gt=now).order_by("pk")
    found: list[list[Leaving]] = [[] for _ in plans]
    rows = coming.iterator(chunk_size=_BATCH)
    while batch := list(islice(rows, _BATCH)):
        told = notifications.told([Batch(one.subject, one.revision, ()) for one in batch], occasion=AT_ONCE)
        for plan, leaving in zip(plans, found, strict=True):
            leaving.extend(_of_batch(batch, plan, told, now))
    return [tuple(sorted(leaving)) for leaving in found]


def _of_batch(
    batch: Sequence[Appointment], plan: Plan, told: Mapping[str, notifications.Told], now: datetime
) -> Iterator[Leaving]:
    rules, settings = plan
    points = points_by_customer(batch, settings)
    for one in batch:
        last = told_at(one, told.get(one.subject))
        for planned in reminders_of(one, points[one.customer_id], settings, rules, told_at=last, now=now):
            if planned.due_at >= now:
                yield Leaving(
                    due_at=planned.due_at,
                    day=local_day(planned.due_at, settings.zone),
                    channel=planned.channel,
                    kind=planned.kind,
                    occasion=planned.occasion,
                    subject=one.subject,
                    language=planned.language,
                    starts_at=one.starts_at,
                    service_id=one.service_id,
                )
