# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What would leave on which day, by the rules as they are or by others that nobody has saved yet. Nothing is written.

The same functions as for real planning say it, so that the preview cannot differ from what then happens.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from operator import attrgetter
from typing import Final

from appointments.core.lifecycle import Status
from appointments.core.reminder_rules import Rule
from appointments.core.reminder_times import LETTER_LEAVES, parse_offset
from appointments.models import Appointment
from appointments.reminder_plan import reminders_of, rules_now
from appointments.reminder_wishes import channels_of
from appointments.reminders import AT_ONCE
from appointments.replanning import points_by_customer, told_at
from jobcenter_portal.accounts.models import ContactPoint
from jobcenter_portal.kernel.wall_clock import local_day, midnight
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from notifications import service as notifications
from notifications.service import Batch, Channel

_BATCH: Final = 500
_READ: Final = ("tenant_id", "customer_id", "service_id", "language", "starts_at", "booked_at", "revision")
"""All that planning asks about an appointment; the rest of its forty columns cost as much as the planning itself."""
_DAY: Final = timedelta(days=1)
_REST: Final = timedelta(days=7)
"""Rest days in a row, three at most (Christmas beside a Sunday), take no more, before working days or a night."""
_IN_TIME: Final = attrgetter("due_at", "channel", "subject", "occasion")

Plan = tuple[Sequence[Rule], TenantSettings]
"""Rules and settings, saved or not, by which reminders could be planned."""


@dataclass(frozen=True, slots=True)
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
    """What another plan would change, of all coming appointments: what would leave by the one and by the other.

    So many would be `added` and `withdrawn`; `moved` are those that leave by both plans, at another time.
    """

    before: tuple[Leaving, ...]
    after: tuple[Leaving, ...]
    added: int
    withdrawn: int
    moved: int

    @property
    def total(self) -> int:
        return self.added + self.withdrawn + self.moved

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
    (leaving,) = _leaving_by([plan], now, until=midnight(last_day + _DAY, plan[1].zone) + _longest_lead(plan[0]))
    return _of_days(leaving, first_day, last_day)


def effect_of(saved: Plan, wished: Plan, *, now: datetime) -> Effect:
    """What would leave from `now` on by each of two plans; the appointments are read once for both."""
    before, after = _leaving_by([saved, wished], now)
    old, new = ({one.name: one.due_at for one in leaving} for leaving in (before, after))
    both = old.keys() & new.keys()
    moved = sum(old[name] != new[name] for name in both)
    return Effect(before, after, added=len(new) - len(both), withdrawn=len(old) - len(both), moved=moved)


def _of_days(leaving: tuple[Leaving, ...], first_day: date, last_day: date) -> DryRun:
    return DryRun(first_day, last_day, tuple(one for one in leaving if first_day <= one.day <= last_day))


def _longest_lead(rules: Sequence[Rule]) -> timedelta:
    """No reminder leaves longer before its appointment: appointments beyond it need not be looked at."""
    offsets = [parse_offset(rule.offset) for rule in rules if rule.offset]
    leads = [timedelta(days=one.days + 2 * one.workdays, hours=one.hours) for one in offsets]
    return max([*leads, 2 * LETTER_LEAVES * _DAY]) + _REST


def _leaving_by(plans: Sequence[Plan], now: datetime, *, until: datetime | None = None) -> list[tuple[Leaving, ...]]:
    """What would leave from `now` on by each plan, in the order of time, for appointments that start before `until`."""
    coming = Appointment.objects.filter(status=Status.BOOKED, starts_at__gt=now).order_by("pk").only(*_READ)
    if until is not None:
        coming = coming.filter(starts_at__lt=until)
    found: list[list[Leaving]] = [[] for _ in plans]
    rows = coming.iterator(chunk_size=_BATCH)
    while batch := list(islice(rows, _BATCH)):
        told = notifications.told([Batch(one.subject, one.revision, ()) for one in batch], occasion=AT_ONCE)
        # Read once for all plans that use the same channels: it costs as much as the planning.
        used = {channels_of(settings): settings for _rules, settings in plans}
        points = {channels: points_by_customer(batch, settings) for channels, settings in used.items()}
        for plan, leaving in zip(plans, found, strict=True):
            leaving.extend(_of_batch(batch, points[channels_of(plan[1])], plan, told, now))
    return [tuple(sorted(leaving, key=_IN_TIME)) for leaving in found]


def _of_batch(
    batch: Sequence[Appointment],
    points: Mapping[int, Sequence[ContactPoint]],
    plan: Plan,
    told: Mapping[str, notifications.Told],
    now: datetime,
) -> Iterator[Leaving]:
    rules, settings = plan
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
