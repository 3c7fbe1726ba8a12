# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Another reminder plan that somebody wishes: what it would be, whether it makes sense, what comes along with it.

A change says which rules go, which come, and which quiet hours hold instead. It can be turned round.
"""

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import Enum, auto
from typing import Final

from appointments.core.reminder_rules import NO_CHANNEL, Rule
from appointments.core.reminder_times import parse_offset
from appointments.models import Service
from appointments.reminder_plan import REMINDER
from appointments.replanning import digest_of
from jobcenter_portal.kernel.wall_clock import local_day, midnight
from jobcenter_portal.tenancy.models import TenantSettings
from notifications.service import Channel

SHORTEST_DAY: Final = timedelta(hours=4)
"""So long must a channel be allowed to speak: in less not everything of a day gets out."""
_DAY: Final = timedelta(days=1)
QUIET_FIELDS: Final = ("quiet_from", "quiet_until", "email_quiet_from", "email_quiet_until")


class PlanChangedMeanwhile(Exception):
    """The plan is another one than the person saw."""


class Unfit(ValueError):
    """A change that makes no plan; the subclasses say why."""


class NothingChanges(Unfit):
    """The plan says this already."""


class UnknownService(Unfit):
    """There is no such concern (any more)."""


class LetterInHours(Unfit):
    """No post arrives within hours."""


@dataclass(eq=False)
class NoNight(Unfit):
    """Quiet hours begin in the evening and end in the morning."""

    is_email: bool


@dataclass(eq=False)
class HardlyADay(Unfit):
    """The quiet hours leave too little of the day."""

    is_email: bool


@dataclass(eq=False)
class RuleIsThere(Unfit):
    """The same reminder is part of the plan already, for the same people or others."""

    rule: Rule


@dataclass(eq=False)
class ChannelIsOff(Unfit):
    """The Jobcenter does not use this channel."""

    channel: str


@dataclass(eq=False)
class ReachesNobody(Unfit):
    """A reminder by this channel, for those without it."""

    channel: str


@dataclass(eq=False)
class BeyondHorizon(Unfit):
    """Nobody can book so early: the reminder would never leave."""

    days: int


@dataclass(frozen=True, slots=True)
class Quiet:
    """From when until when SMS and push stay silent, and e-mail where the house wants that."""

    start: time
    end: time
    email_start: time | None = None
    email_end: time | None = None

    @property
    def values(self) -> tuple[time | None, ...]:
        """In the order of QUIET_FIELDS."""
        return (self.start, self.end, self.email_start, self.email_end)


@dataclass(frozen=True, slots=True)
class ReminderPlan:
    """The plan of a Jobcenter, saved or wished. `settings` are never saved from here."""

    rules: tuple[Rule, ...]
    settings: TenantSettings

    @property
    def fingerprint(self) -> str:
        """A name for all that decides when whose reminders leave."""
        return digest_of(self.settings, self.rules).hex()

    @property
    def quiet(self) -> Quiet:
        return Quiet(*(getattr(self.settings, name) for name in QUIET_FIELDS))

    def own_rules(self, service_id: int | None) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if rule.service_id == service_id)

    def uses(self, channel: str) -> bool:
        return channel in channels_of(self.settings)


@dataclass(frozen=True, slots=True)
class Change:
    """Rules that go, rules that come, and quiet hours instead of those that hold."""

    removed: frozenset[Rule] = frozenset()
    added: frozenset[Rule] = frozenset()
    quiet: Quiet | None = None


class Consequence(Enum):
    """What somebody may not have meant, and should know before saving."""

    NOBODY_IS_REMINDED = auto()
    HOUSE_REMINDS_NO_MORE = auto()
    SERVICE_LEAVES_HOUSE = auto()
    SERVICE_FOLLOWS_HOUSE = auto()


def channels_of(settings: TenantSettings) -> tuple[Channel, ...]:
    """The channels that a Jobcenter uses."""
    used = {
        Channel.EMAIL: settings.email_enabled,
        Channel.SMS: settings.sms_enabled,
        Channel.PUSH: settings.push_enabled,
        Channel.LETTER: settings.letters_enabled,
    }
    return tuple(channel for channel, is_on in used.items() if is_on)


def replacing(plan: ReminderPlan, old: Rule | None, new: Rule) -> Change:
    """A new rule, or another one instead of `old`. Who was said to be reminded by nothing is reminded now."""
    silenced = Rule(REMINDER, NO_CHANNEL, "", new.service_id)
    removed = {rule for rule in plan.rules if rule in (old, silenced)} | ({old} if old else set())
    return Change(removed=frozenset(removed), added=frozenset({new}))


def silencing(plan: ReminderPlan, service_id: int) -> Change:
    """Nobody is reminded of this concern."""
    silence = Rule(REMINDER, NO_CHANNEL, "", service_id)
    return Change(removed=frozenset(plan.own_rules(service_id)) - {silence}, added=frozenset({silence}))


def following_house(plan: ReminderPlan, service_id: int) -> Change:
    """This concern is reminded of like all others."""
    return Change(removed=frozenset(plan.own_rules(service_id)))


def wished(plan: ReminderPlan, change: Change) -> ReminderPlan:
    """The plan as it would be."""
    rules = tuple(rule for rule in plan.rules if rule not in change.removed)
    settings = copy.copy(plan.settings)
    if change.quiet is not None:
        for name, value in zip(QUIET_FIELDS, change.quiet.values, strict=True):
            setattr(settings, name, value)
    return ReminderPlan((*rules, *sorted(change.added - set(rules), key=str)), settings)


def check(plan: ReminderPlan, change: Change, *, now: datetime) -> None:
    """Raises PlanChangedMeanwhile when a rule that shall go is gone, and what is below Unfit for what makes no plan."""
    if not change.removed <= set(plan.rules):
        raise PlanChangedMeanwhile
    staying = {_place(rule) for rule in plan.rules if rule not in change.removed}
    for rule in sorted(change.added, key=str):
        if _place(rule) in staying:
            raise RuleIsThere(rule)
        _check_rule(plan, rule, now)
    if change.quiet is not None:
        _check_quiet(change.quiet)
    if wished(plan, change).fingerprint == plan.fingerprint:
        raise NothingChanges


def consequences(plan: ReminderPlan, change: Change) -> list[Consequence]:
    """What the change brings along, beyond the rules that it names."""
    after = wished(plan, change)
    found = []
    if _speaks(plan.rules) and not _speaks(after.rules):
        found.append(Consequence.NOBODY_IS_REMINDED)
    elif plan.own_rules(None) and not after.own_rules(None):
        found.append(Consequence.HOUSE_REMINDS_NO_MORE)
    services = {rule.service_id for rule in change.removed | change.added} - {None}
    if any(not plan.own_rules(one) and _speaks(after.own_rules(one)) for one in services):
        found.append(Consequence.SERVICE_LEAVES_HOUSE)
    if any(plan.own_rules(one) and not after.own_rules(one) for one in services):
        found.append(Consequence.SERVICE_FOLLOWS_HOUSE)
    return found


def _check_rule(plan: ReminderPlan, rule: Rule, now: datetime) -> None:
    service = None if rule.service_id is None else Service.objects.filter(pk=rule.service_id).first()
    if rule.service_id is not None and service is None:
        raise UnknownService
    if rule.channel == NO_CHANNEL:
        return
    if not plan.uses(rule.channel):
        raise ChannelIsOff(rule.channel)
    if rule.channel in rule.only_without:
        raise ReachesNobody(rule.channel)
    offset = parse_offset(rule.offset)
    if rule.channel == Channel.LETTER and offset.hours:
        raise LetterInHours
    horizon = _horizon(plan.settings, service)
    zone = plan.settings.zone
    latest_start = midnight(local_day(now, zone) + horizon * _DAY + _DAY, zone)
    if offset.before(latest_start, zone) <= now:
        raise BeyondHorizon(horizon)


def _horizon(settings: TenantSettings, service: Service | None) -> int:
    """How many days ahead people can book this concern, or the one that can be booked furthest ahead."""
    if service is not None:
        return int(service.horizon_days or settings.horizon_days)
    own = Service.objects.filter(is_active=True, horizon_days__isnull=False).values_list("horizon_days", flat=True)
    return max(int(days) for days in (settings.horizon_days, *own))


def _check_quiet(quiet: Quiet) -> None:
    nights = ((False, quiet.start, quiet.end), (True, quiet.email_start, quiet.email_end))
    for is_email, start, end in nights:
        if start is None and end is None:
            continue
        if start is None or end is None or start <= end:
            raise NoNight(is_email)
        if timedelta(hours=start.hour - end.hour, minutes=start.minute - end.minute) < SHORTEST_DAY:
            raise HardlyADay(is_email)


def _speaks(rules: Iterable[Rule]) -> bool:
    return any(rule.channel != NO_CHANNEL for rule in rules)


def _place(rule: Rule) -> tuple[int | None, str, str, str]:
    """What the table allows once, whomever it is for."""
    return (rule.service_id, rule.kind, rule.channel, rule.offset)
