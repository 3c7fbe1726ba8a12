# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What would leave, as tables: by day and channel, by reminder, what becomes more or fewer, and what SMS would cost."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from appointments.desk.administration.reminders_words import Names, channel_name, reminder_text
from appointments.desk.message_words import KIND
from appointments.dry_run import DryRun, Leaving
from jobcenter_portal.tenancy.models import TenantSettings
from jobcenter_portal.web import dates
from notifications import service as notifications
from notifications.service import Channel, Period

_DAY: Final = timedelta(days=1)
MOST_WARNINGS: Final = 5
LISTED: Final = 200
"""So many reminders of a day are listed; more would say nothing more."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of reminders; `url` lists them, where there are some."""

    channel: str
    number: int
    url: str = ""
    before: int = 0

    @property
    def difference(self) -> str:
        """``+12``, ``−3``, ``±0``"""
        change = self.number - self.before
        return f"+{change}" if change > 0 else f"−{-change}" if change else "±0"


@dataclass(frozen=True, slots=True)
class DayRow:
    day: date
    cells: tuple[Cell, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Table:
    """By day and channel; `totals` stand below the columns."""

    channels: tuple[str, ...]
    rows: tuple[DayRow, ...]
    totals: tuple[Cell, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Sort:
    """How many of one reminder: ``Erinnerung``, ``3 Tage vorher per E-Mail``."""

    kind: str
    text: str
    number: int


@dataclass(frozen=True, slots=True)
class ListLine:
    """One reminder of a day without its person."""

    due_at: datetime
    text: str
    starts_at: datetime
    service: str


def table_of(run: DryRun, channels: Sequence[Channel], list_url: str) -> Table:
    """Every day of the range, also those without any, and every channel that the house uses or that occurs."""
    counts = Counter((one.day, one.channel) for one in run.messages)
    shown = _shown(run.messages, channels)
    rows = []
    for day in _days(run.first_day, run.last_day):
        cells = tuple(
            Cell(
                channel_name(channel),
                counts[day, channel],
                _url(list_url, run, day, channel) if counts[day, channel] else "",
            )
            for channel in shown
        )
        rows.append(DayRow(day, cells, sum(cell.number for cell in cells)))
    of_channel = Counter(one.channel for one in run.messages)
    return Table(
        channels=tuple(channel_name(channel) for channel in shown),
        rows=tuple(rows),
        totals=tuple(Cell(channel_name(channel), of_channel[channel]) for channel in shown),
        total=len(run.messages),
    )


def differences(before: DryRun, after: DryRun, channels: Sequence[Channel]) -> Table:
    """Only the days on which something becomes more or fewer."""
    old, new = (Counter((one.day, one.channel) for one in run.messages) for run in (before, after))
    shown = _shown((*before.messages, *after.messages), channels)
    rows = []
    for day in _days(after.first_day, after.last_day):
        cells = tuple(Cell(channel_name(channel), new[day, channel], before=old[day, channel]) for channel in shown)
        if any(cell.number != cell.before for cell in cells):
            rows.append(DayRow(day, cells, sum(cell.number for cell in cells)))
    totals = tuple(
        Cell(
            channel_name(channel),
            sum(one.channel == channel for one in after.messages),
            before=sum(one.channel == channel for one in before.messages),
        )
        for channel in shown
    )
    return Table(tuple(channel_name(channel) for channel in shown), tuple(rows), totals, len(after.messages))


def sorts(run: DryRun) -> list[Sort]:
    """By kind and reminder, the most frequent first."""
    counts = Counter((one.kind, one.channel, one.occasion) for one in run.messages)
    return [
        Sort(str(KIND[kind]), reminder_text(channel, occasion), number)
        for (kind, channel, occasion), number in counts.most_common()
    ]


def listed(run: DryRun, day: date, channel: Channel, names: Names) -> list[ListLine]:
    """The reminders of one day on one channel, without people."""
    return [
        ListLine(one.due_at, reminder_text(one.channel, one.occasion), one.starts_at, names.get(one.service_id, ""))
        for one in run.messages
        if (one.day, one.channel) == (day, channel)
    ]


def over_budget(run: DryRun, settings: TenantSettings, *, now: datetime) -> list[str]:
    """Days and hours in which more SMS would leave than are paid for: what has left today counts too."""
    parts: Counter[tuple[Period, datetime | date]] = Counter()
    cost: dict[str, int] = {}
    for one in run.messages:
        if one.channel is Channel.SMS:
            if one.language not in cost:
                cost[one.language] = notifications.sms_parts(one.kind, one.language)
            parts[Period.DAY, one.day] += cost[one.language]
            parts[Period.HOUR, _hour(one.due_at)] += cost[one.language]
    if not parts:
        return []
    running = {Period.DAY: now.astimezone(settings.zone).date(), Period.HOUR: _hour(now)}
    for spent in notifications.sms_spent(settings, now=now):
        if (key := running.get(spent.period)) and parts[spent.period, key]:
            parts[spent.period, key] += spent.segments
    days = sorted((key, number) for (period, key), number in parts.items() if period is Period.DAY)
    hours = sorted((key, number) for (period, key), number in parts.items() if period is Period.HOUR)
    return [
        *(_over_day(day, number, settings) for day, number in days if number > settings.sms_daily_cap),
        *(_over_hour(hour, number, settings) for hour, number in hours if number > settings.sms_hourly_cap),
    ]


def _over_day(day: datetime | date, number: int, settings: TenantSettings) -> str:
    return _(
        "%(day)s: bis zu %(number)s SMS-Teile, erlaubt sind %(cap)s am Tag. Was darüber liegt, wartet auf den nächsten"
        " Tag. Was dann zu spät käme, geht nicht hinaus."
    ) % {"day": dates.invariant_date(day), "number": number, "cap": settings.sms_daily_cap}


def _over_hour(hour: datetime | date, number: int, settings: TenantSettings) -> str:
    moment = dates.invariant_line(hour) if isinstance(hour, datetime) else ""
    return _(
        "%(moment)s bis eine Stunde später: bis zu %(number)s SMS-Teile, erlaubt sind %(cap)s in der Stunde. Was"
        " darüber liegt, wartet, vor einer Ruhezeit bis zu deren Ende. Was dann zu spät käme, geht nicht hinaus."
    ) % {"moment": moment, "number": number, "cap": settings.sms_hourly_cap}


def _hour(moment: datetime) -> datetime:
    """As budgets count them: elapsed hours."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _shown(messages: Sequence[Leaving], channels: Sequence[Channel]) -> list[Channel]:
    occurring = {one.channel for one in messages}
    return [channel for channel in Channel if channel in channels or channel in occurring]


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + number * _DAY


def _url(list_url: str, run: DryRun, day: date, channel: Channel) -> str:
    query = {"von": run.first_day, "bis": run.last_day, "tag": day, "weg": channel.value}
    return f"{list_url}?{urlencode(query)}#liste"
