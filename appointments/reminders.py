# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which messages an appointment should have, planned anew whenever it changes.

Every change raises the appointment's revision; what was planned for an older revision is superseded in the same
transaction. So a reminder of an old time cannot leave, not even in a race: its lease is gone before it is armed.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from appointments.core.lifecycle import Status
from appointments.core.reminder_times import QuietHours, plan
from appointments.models import Appointment, ReminderRule
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint
from jobcenter_portal.audit.service import ActorKind
from jobcenter_portal.tenancy.briefly import briefly
from jobcenter_portal.tenancy.models import TenantSettings
from notifications import service as notifications
from notifications.service import Channel, Planned, Priority

CONFIRMATION: Final = "confirmation"
REMINDER: Final = "reminder"
CHANGED: Final = "changed"
CANCELLED: Final = "cancelled"
REQUESTED: Final = "requested"
OTHER_TIME: Final = "other_time"
DECLINED: Final = "declined"
WITHDRAWN: Final = "withdrawn"
NEW_CHOICE: Final = "new_choice"
NEW_PLACE: Final = "new_place"
DEPUTY: Final = "deputy"
AT_ONCE: Final = "now"
_SOON: Final = timedelta(hours=48)
_OWED: Final = timedelta(days=7)
"""How long an answer is still owed, also when the wished time has passed meanwhile."""


def announce_booking(appointment: Appointment, settings: TenantSettings, *, now: datetime) -> None:
    """Confirm now and plan the reminders."""
    points = _points(appointment, settings)
    confirmations = [
        _at_once(appointment, point, CONFIRMATION, Priority.CONFIRMATION, now, until=appointment.starts_at)
        for point in for_confirmation(points, appointment, now)
    ]
    _replace(appointment, [*confirmations, *_reminders(appointment, points, settings, now)], now)


def announce_request(appointment: Appointment, settings: TenantSettings, *, now: datetime) -> None:
    """Say that the request has arrived and until when the office answers. It is no appointment yet: no reminders."""
    until = appointment.answer_by or appointment.starts_at
    messages = [
        _at_once(appointment, point, REQUESTED, Priority.CONFIRMATION, now, until=until)
        for point in for_confirmation(_points(appointment, settings), appointment, now)
    ]
    _replace(appointment, messages, now)


def announce_other_time(appointment: Appointment, settings: TenantSettings, *, now: datetime) -> None:
    """Tell the time that the office gave instead of the wished one, on every channel, and plan the reminders."""
    points = _points(appointment, settings)
    answers = [
        _at_once(appointment, point, OTHER_TIME, Priority.CHANGE, now, until=appointment.starts_at) for point in points
    ]
    _replace(appointment, [*answers, *_reminders(appointment, points, settings, now)], now)


def announce_decline(appointment: Appointment, settings: TenantSettings, *, now: datetime) -> None:
    """Say that the request became no appointment, and what to do instead. It is owed even after the wished time."""
    until = max(appointment.starts_at, now + _OWED)
    messages = [
        _at_once(appointment, point, DECLINED, Priority.CHANGE, now, until=until)
        for point in _points(appointment, settings)
    ]
    _replace(appointment, messages, now)


def announce_change(appointment: Appointment, settings: TenantSettings, *, now: datetime) -> None:
    """Tell the new time on every channel and plan the reminders anew."""
    points = _points(appointment, settings)
    until = max(appointment.starts_at, appointment.previous_starts_at or appointment.starts_at)
    changes = [_at_once(appointment, point, CHANGED, Priority.CHANGE, now, until=until) for point in points]
    _replace(appointment, [*changes, *_reminders(appointment, points, settings, now)], now)


def announce_new_place(appointment: Appointment, settings: TenantSettings, *, now: datetime) -> None:
    """Say that only the place is another one, and plan the reminders anew."""
    _announce_kept_time(appointment, settings, NEW_PLACE, now)


def announce_deputy(appointment: Appointment, settings: TenantSettings, *, now: datetime) -> None:
    """Say that somebody else will be there at the same time, and plan the reminders anew."""
    _announce_kept_time(appointment, settings, DEPUTY, now)


def announce_new_choice(appointment: Appointment, settings: TenantSettings, *, now: datetime) -> None:
    """Say that the office had to cancel, and ask for a new choice; it is of use as long as people wonder."""
    until = max(appointment.starts_at, now + _OWED)
    messages = [
        _at_once(appointment, point, NEW_CHOICE, Priority.CHANGE, now, until=until)
        for point in _points(appointment, settings)
    ]
    _replace(appointment, messages, now)


def announce_cancellation(appointment: Appointment, settings: TenantSettings, *, now: datetime) -> None:
    """Say that the appointment will not take place, on every channel that could have reminded of it.

    A request is no appointment yet and is not called so: the person has taken it back, or the office declines it.
    """
    if appointment.starts_at <= now:
        _replace(appointment, [], now)
        return
    kind = CANCELLED
    if appointment.previous_status == Status.REQUESTED:
        kind = WITHDRAWN if appointment.cancelled_by == ActorKind.CUSTOMER else DECLINED
    _replace(
        appointment,
        [
            _at_once(appointment, point, kind, Priority.CHANGE, now, until=appointment.starts_at)
            for point in _points(appointment, settings)
        ],
        now,
    )


def _announce_kept_time(appointment: Appointment, settings: TenantSettings, kind: str, now: datetime) -> None:
    points = _points(appointment, settings)
    news = [_at_once(appointment, point, kind, Priority.CHANGE, now, until=appointment.starts_at) for point in points]
    _replace(appointment, [*news, *_reminders(appointment, points, settings, now)], now)


def _replace(appointment: Appointment, messages: list[Planned], now: datetime) -> None:
    if appointment.revision > 1:
        notifications.supersede(subject=appointment.subject, below_revision=appointment.revision, now=now)
    notifications.plan(subject=appointment.subject, revision=appointment.revision, messages=messages, now=now)


def reachable(points: Iterable[ContactPoint], settings: TenantSettings) -> list[ContactPoint]:
    """Those addresses that stand on a channel which this Jobcenter uses; a number to call is none of them."""
    used = {ContactChannel.EMAIL: settings.email_enabled, ContactChannel.SMS: settings.sms_enabled}
    return [point for point in points if used.get(ContactChannel(point.channel), False)]


def _points(appointment: Appointment, settings: TenantSettings) -> list[ContactPoint]:
    """Who changes hundreds of appointments has loaded their people's addresses beforehand."""
    if Appointment._meta.get_field("customer").is_cached(appointment):
        points = sorted(appointment.customer.contact_points.all(), key=lambda point: str(point.channel))
    else:
        points = list(ContactPoint.objects.filter(customer_id=appointment.customer_id).order_by("channel"))
    return reachable(points, settings)


def for_confirmation(points: list[ContactPoint], appointment: Appointment, now: datetime) -> list[ContactPoint]:
    """An SMS confirms only where no e-mail does, or when the appointment is so soon that mail may be read too late."""
    has_email = any(point.channel == ContactChannel.EMAIL for point in points)
    soon = appointment.starts_at - now < _SOON
    return [point for point in points if point.channel == ContactChannel.EMAIL or not has_email or soon]


def _at_once(
    appointment: Appointment, point: ContactPoint, kind: str, priority: Priority, now: datetime, *, until: datetime
) -> Planned:
    return Planned(
        kind=kind,
        occasion=AT_ONCE,
        channel=Channel(point.channel),
        recipient=bytes(point.address_index),
        language=appointment.language,
        due_at=now,
        not_after=until,
        priority=priority,
    )


def _reminders(
    appointment: Appointment, points: list[ContactPoint], settings: TenantSettings, now: datetime
) -> list[Planned]:
    channels = {point.channel: point for point in points if point.reminders_wanted}
    rules = briefly("reminder rules", read=lambda: list(ReminderRule.objects.order_by("channel", "id")))
    wanted: dict[str, list[str]] = {}
    for rule in rules:
        if rule.channel in channels and not (rule.only_without_email and ContactChannel.EMAIL in channels):
            wanted.setdefault(rule.channel, []).append(rule.offset)
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
        for reminder in plan(appointment.starts_at, offsets, _quiet(channel, settings), settings.zone, now)
    ]


def _quiet(channel: str, settings: TenantSettings) -> QuietHours:
    return QuietHours(settings.quiet_from, settings.quiet_until, rest_days=channel == ContactChannel.SMS)
