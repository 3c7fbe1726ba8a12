# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The reminders of one appointment, by the Jobcenter's rules. Booking, planning anew and the dry run all ask here.

Nothing is written and, once the rules are at hand, nothing is read: so a preview cannot differ from what happens.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

from appointments.core.reminder_rules import Rule, offsets_by_channel
from appointments.core.reminder_times import Manner, plan
from appointments.models import Appointment, ReminderRule
from jobcenter_portal.accounts.models import ContactPoint
from jobcenter_portal.tenancy.briefly import briefly
from jobcenter_portal.tenancy.models import TenantSettings
from jobcenter_portal.tenancy.quiet import quiet_hours
from notifications.service import Channel, Planned, Priority

REMINDER: Final = "reminder"


def current_rules() -> tuple[Rule, ...]:
    """As they were within the last second."""
    return briefly("reminder rules", read=rules_now)


def rules_now() -> tuple[Rule, ...]:
    """As they are at this moment, for whoever compares or has just changed them."""
    return tuple(
        Rule(rule.kind, rule.channel, rule.offset, rule.service_id, frozenset(rule.only_without))
        for rule in ReminderRule.objects.order_by("channel", "id")
    )


def reminders_of(
    appointment: Appointment,
    points: Iterable[ContactPoint],
    settings: TenantSettings,
    rules: Sequence[Rule],
    *,
    told_at: Callable[[ContactPoint], datetime],
    now: datetime,
) -> list[Planned]:
    """What reminds of an appointment; `told_at` says when an address was last told about it.

    `points` stand on channels that the Jobcenter uses; of those the ones count on which reminders are wanted.
    """
    channels = {point.channel: point for point in points if point.reminders_wanted}
    wanted = offsets_by_channel(rules, kind=REMINDER, service_id=appointment.service_id, channels=channels)
    return [
        Planned(
            kind=REMINDER,
            occasion=reminder.offset,
            channel=Channel(channel),
            recipient=bytes(channels[channel].address_index),
            language=appointment.language,
            due_at=reminder.due_at,
            not_after=reminder.not_after,
            priority=Priority.REMINDER,
        )
        for channel, offsets in wanted.items()
        for reminder in plan(
            appointment.starts_at,
            offsets,
            manner(channel, settings),
            settings.zone,
            told_at=told_at(channels[channel]),
            now=now,
        )
    ]


def manner(channel: str, settings: TenantSettings) -> Manner:
    return Manner(quiet_hours(settings, channel), by_post=channel == Channel.LETTER)
