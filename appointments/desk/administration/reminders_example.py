# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two invented appointments and the reminders that they would have, by the functions that plan real ones."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils.translation import gettext as _

from appointments.core.reminder_rules import offsets_by_channel
from appointments.core.reminder_times import is_workday, parse_offset
from appointments.desk.administration.reminders_words import ADDRESS, reminder_text
from appointments.models import Appointment
from appointments.reminder_plan import REMINDER, reminders_of
from appointments.reminder_wishes import ReminderPlan, channels_of
from jobcenter_portal.accounts.models import ContactPoint
from jobcenter_portal.kernel.holidays import hessian_holidays
from jobcenter_portal.kernel.wall_clock import first_instant, local_day
from jobcenter_portal.web import dates
from notifications.service import Channel, Planned

_HALF_PAST_NINE: Final = time(9, 30)
_LONG_BEFORE: Final = timedelta(days=200)
"""Booked so early that no reminder falls away because the person has just been told."""
_NO_SERVICE: Final = 0
"""No concern has this id: what holds are the rules of the house."""
_DAY: Final = timedelta(days=1)
_TUESDAY: Final = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One reminder of an example: when it leaves (None: it does not), and why then."""

    due_at: datetime | None
    text: str
    note: str


@dataclass(frozen=True, slots=True)
class Example:
    """An appointment of somebody who can be reached in certain ways."""

    title: str
    whose: str
    lines: tuple[Line, ...]


def examples(plan: ReminderPlan, *, now: datetime) -> list[Example]:
    """By the house's rules, for each kind of people between whom these make a difference."""
    today = local_day(now, plan.settings.zone)
    holiday, first_workday = _after_a_holiday(today)
    days = (
        (_next_tuesday(today), _("Termin am %(day)s, 09:30 Uhr")),
        (first_workday, _("Termin am %(day)s, 09:30 Uhr, nach dem Feiertag (%(holiday)s)")),
    )
    return [
        Example(
            title=title % {"day": dates.invariant_date(day), "holiday": holiday},
            whose=_reachable_by(channels),
            lines=tuple(_lines(plan, day, channels)),
        )
        for day, title in days
        for channels in _kinds_of_people(plan)
    ]


def _lines(plan: ReminderPlan, day: date, channels: Sequence[Channel]) -> Iterator[Line]:
    starts_at = first_instant(day, _HALF_PAST_NINE, plan.settings.zone)
    booked_at = starts_at - _LONG_BEFORE
    appointment = Appointment(starts_at=starts_at, language="de", service_id=_NO_SERVICE)
    points = [ContactPoint(channel=channel, address_index=b"", reminders_wanted=True) for channel in channels]
    planned = reminders_of(
        appointment, points, plan.settings, plan.rules, told_at=lambda _point: booked_at, now=booked_at
    )
    for one in sorted(planned, key=lambda one: one.due_at):
        yield Line(one.due_at, reminder_text(one.channel, one.occasion), _why_then(one, starts_at, plan))
    leaving = {(one.channel, one.occasion) for one in planned}
    for channel, offset in _all_of(plan, channels):
        if (channel, offset) not in leaving:
            yield Line(
                None,
                reminder_text(channel, offset),
                _("Eine nähere Erinnerung geht zur selben Zeit hinaus, oder nach der Ruhezeit wäre es zu spät."),
            )


def _why_then(planned: Planned, starts_at: datetime, plan: ReminderPlan) -> str:
    usual = parse_offset(planned.occasion).before(starts_at, plan.settings.zone)
    if planned.due_at == usual:
        return ""
    if planned.channel is Channel.LETTER:
        return _("So früh, damit der Brief rechtzeitig ankommt.")
    moment = {"moment": dates.invariant_line(usual)}
    if planned.due_at < usual:
        return _("%(moment)s ist Ruhezeit, deshalb früher.") % moment
    return _("%(moment)s ist Ruhezeit, deshalb später.") % moment


def _all_of(plan: ReminderPlan, channels: Collection[Channel]) -> Iterator[tuple[str, str]]:
    wanted = offsets_by_channel(
        plan.own_rules(None), kind=REMINDER, service_id=_NO_SERVICE, channels={channel.value for channel in channels}
    )
    for channel, offsets in wanted.items():
        for offset in offsets:
            yield channel, offset


def _kinds_of_people(plan: ReminderPlan) -> list[tuple[Channel, ...]]:
    """Those who have everything that the house uses, and for each exception those without it."""
    rules = plan.own_rules(None)
    used = [channel for channel in channels_of(plan.settings) if any(rule.channel == channel for rule in rules)]
    spared = sorted({tuple(sorted(rule.only_without)) for rule in rules})
    found = [tuple(channel for channel in used if channel not in without) for without in [(), *spared]]
    return list(dict.fromkeys(channels for channels in found if channels))


def _reachable_by(channels: Sequence[Channel]) -> str:
    addresses = _(" und ").join(str(ADDRESS[channel]) for channel in channels)
    if len(channels) == 1:
        return _("Wer nur das angegeben hat: %(addresses)s") % {"addresses": addresses}
    return _("Wer das angegeben hat: %(addresses)s") % {"addresses": addresses}


def _next_tuesday(today: date) -> date:
    """The one of next week: this week's could be today."""
    return today + _DAY * (7 - today.isoweekday() + _TUESDAY)


def _after_a_holiday(today: date) -> tuple[str, date]:
    """The next holiday, and the first working day after it."""
    coming = {**hessian_holidays(today.year), **hessian_holidays(today.year + 1)}
    day, name = next((day, name) for day, name in coming.items() if day > today)
    while not is_workday(day):
        day += _DAY
    return name, day
