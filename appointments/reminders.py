# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which messages an appointment should have, planned anew whenever it changes.

Every change raises the appointment's revision; what was planned for an older revision is superseded in the same
transaction. So a reminder of an old time cannot leave, not even in a race: its lease is gone before it is armed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from appointments.core.lifecycle import Status
from appointments.core.reminder_times import announcement, letter_is_of_use_until
from appointments.models import Appointment
from appointments.reminder_plan import current_rules, reminders_of
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint
from jobcenter_portal.audit.service import ActorKind
from jobcenter_portal.tenancy.models import TenantSettings
from jobcenter_portal.tenancy.quiet import quiet_hours
from notifications import service as notifications
from notifications.service import Channel, Planned, Priority

CONFIRMATION: Final = "confirmation"
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
_CONFIRMING: Final = frozenset({CONFIRMATION, REQUESTED})
"""What only repeats what the person has just done themselves; all else is news."""


def announce_booking(appointment: Appointment, settings: TenantSettings, *, now: datetime) -> None:
    """Confirm now and plan the reminders."""
    points = _points(appointment, settings)
    told = for_confirmation(points, appointment, now)
    confirmations = _at_once(appointment, told, CONFIRMATION, settings, now, until=appointment.starts_at)
    _replace(appointment, [*confirmations, *_reminders(appointment, points, settings, now)], now)


def announce_request(appointment: Appointment, settings: TenantSettings, *, now: datetime) -> None:
    """Say that the request has arrived and until when the office answers. It is no appointment yet: no reminders."""
    until = appointment.answer_by or appointment.starts_at
    told = for_confirmation(_points(appointment, settings), appointment, now)
    _replace(appointment, _at_once(appointment, told, REQUESTED, settings, now, until=until), now)


def announce_other_time(appointment: Appointment, settings: TenantSettings, *, now: datetime) -> None:
    """Tell the time that the office gave instead of the wished one, on every channel, and plan the reminders."""
    _announce_news(appointment, settings, OTHER_TIME, now)


def announce_decline(appointment: Appointment, settings: TenantSettings, *, now: datetime) -> None:
    """Say that the request became no appointment, and what to do instead. It is owed even after the wished time."""
    until = max(appointment.starts_at, now + _OWED)
    points = _points(appointment, settings)
    _replace(appointment, _at_once(appointment, points, DECLINED, settings, now, until=until), now)


def announce_change(appointment: Appointment, settings: TenantSettings, *, now: datetime) -> None:
    """Tell the new time on every channel and plan the reminders anew."""
    points = _points(appointment, settings)
    until = max(appointment.starts_at, appointment.previous_starts_at or appointment.starts_at)
    changes = _at_once(appointment, points, CHANGED, settings, now, until=until)
    _replace(appointment, [*changes, *_reminders(appointment, points, settings, now)], now)


def announce_new_place(appointment: Appointment, settings: TenantSettings, *, now: datetime) -> None:
    """Say that only the place is another one, and plan the reminders anew."""
    _announce_news(appointment, settings, NEW_PLACE, now)


def announce_deputy(appointment: Appointment, settings: TenantSettings, *, now: datetime) -> None:
    """Say that somebody else will be there at the same time, and plan the reminders anew."""
    _announce_news(appointment, settings, DEPUTY, now)


def announce_new_choice(appointment: Appointment, settings: TenantSettings, *, now: datetime) -> None:
    """Say that the office had to cancel, and ask for a new choice; it is of use as long as people wonder."""
    until = max(appointment.starts_at, now + _OWED)
    points = _points(appointment, settings)
    _replace(appointment, _at_once(appointment, points, NEW_CHOICE, settings, now, until=until), now)


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
    points = _points(appointment, settings)
    _replace(appointment, _at_once(appointment, points, kind, settings, now, until=appointment.starts_at), now)


def announce_to_new_address(
    appointment: Appointment, point: ContactPoint, settings: TenantSettings, *, now: datetime
) -> list[Planned]:
    """What somebody is told at an address that they have just given: what they have with us, or have asked for."""
    if not reachable([point], settings) or appointment.starts_at <= now:
        return []
    kind = {Status.BOOKED: CONFIRMATION, Status.REQUESTED: REQUESTED}.get(appointment.status_now)
    if kind is None:
        return []
    until = appointment.answer_by or appointment.starts_at
    return _at_once(appointment, [point], kind, settings, now, until=until)


def say_instead(
    appointment: Appointment, kind: str, point: ContactPoint, settings: TenantSettings, *, occasion: str, now: datetime
) -> list[Planned]:
    """The same news on another way, since the first one failed; nothing where it would come too late."""
    until = {
        CHANGED: max(appointment.starts_at, appointment.previous_starts_at or appointment.starts_at),
        REQUESTED: appointment.answer_by or appointment.starts_at,
        DECLINED: max(appointment.starts_at, now + _OWED),
        NEW_CHOICE: max(appointment.starts_at, now + _OWED),
    }.get(kind, appointment.starts_at)
    messages = _at_once(appointment, [point], kind, settings, now, until=until)
    return [replace(message, occasion=occasion) for message in messages]


def _announce_news(appointment: Appointment, settings: TenantSettings, kind: str, now: datetime) -> None:
    points = _points(appointment, settings)
    news = _at_once(appointment, points, kind, settings, now, until=appointment.starts_at)
    _replace(appointment, [*news, *_reminders(appointment, points, settings, now)], now)


def _replace(appointment: Appointment, messages: list[Planned], now: datetime) -> None:
    if appointment.revision > 1:
        notifications.supersede(subject=appointment.subject, below_revision=appointment.revision, now=now)
    notifications.plan(subject=appointment.subject, revision=appointment.revision, messages=messages, now=now)


def reachable(points: Iterable[ContactPoint], settings: TenantSettings) -> list[ContactPoint]:
    """Those addresses that stand on a channel which this Jobcenter uses; a number to call is none of them."""
    used = {
        ContactChannel.EMAIL: settings.email_enabled,
        ContactChannel.SMS: settings.sms_enabled,
        ContactChannel.PUSH: settings.push_enabled,
        ContactChannel.LETTER: settings.letters_enabled,
    }
    return [point for point in points if used.get(ContactChannel(point.channel), False)]


def _points(appointment: Appointment, settings: TenantSettings) -> list[ContactPoint]:
    """Who changes hundreds of appointments has loaded their people's addresses beforehand."""
    if Appointment._meta.get_field("customer").is_cached(appointment):
        points = sorted(appointment.customer.contact_points.all(), key=lambda point: str(point.channel))
    else:
        points = list(ContactPoint.objects.filter(customer_id=appointment.customer_id).order_by("channel"))
    return reachable(points, settings)


def for_confirmation(points: list[ContactPoint], appointment: Appointment, now: datetime) -> list[ContactPoint]:
    """What rings confirms only where no e-mail does, or when the appointment is so soon that mail may be read late."""
    has_email = any(point.channel == ContactChannel.EMAIL for point in points)
    soon = appointment.starts_at - now < _SOON
    return [point for point in points if point.channel == ContactChannel.EMAIL or not has_email or soon]


def _at_once(
    appointment: Appointment,
    points: Sequence[ContactPoint],
    kind: str,
    settings: TenantSettings,
    now: datetime,
    *,
    until: datetime,
) -> list[Planned]:
    """One message to each address, outside the quiet hours where it can wait for their end.

    By letter only to whom nothing else reaches: on top of the others it would come last and say what is known. News
    that no letter can bring in time is written down all the same: it expires, and the office sees that it has to call.
    """
    by_post = [point for point in points if point.channel == ContactChannel.LETTER]
    quicker = [point for point in points if point.channel != ContactChannel.LETTER]
    messages = [_planned(appointment, point, kind, settings, now, until) for point in quicker or by_post]
    return [one for one in messages if one.due_at < one.not_after or one.priority is Priority.CHANGE]


def _planned(
    appointment: Appointment,
    point: ContactPoint,
    kind: str,
    settings: TenantSettings,
    now: datetime,
    until: datetime,
) -> Planned:
    confirms = kind in _CONFIRMING
    if point.channel == ContactChannel.LETTER and until == appointment.starts_at:
        until = letter_is_of_use_until(until, settings.zone)
    leaving = announcement(
        now,
        quiet_hours(settings, point.channel),
        settings.zone,
        until=until,
        concerns=None if confirms else _first_concerned(appointment, now),
    )
    return Planned(
        kind=kind,
        occasion=AT_ONCE,
        channel=Channel(point.channel),
        recipient=bytes(point.address_index),
        language=appointment.language,
        due_at=leaving.due_at,
        not_after=until,
        priority=Priority.CONFIRMATION if confirms else Priority.CHANGE,
        respects_quiet=leaving.respects_quiet,
    )


def _first_concerned(appointment: Appointment, now: datetime) -> datetime:
    """The time at which somebody would first stand in front of a closed door if they had not been told."""
    before = appointment.previous_starts_at
    return min(before, appointment.starts_at) if before and before > now else appointment.starts_at


def _reminders(
    appointment: Appointment, points: list[ContactPoint], settings: TenantSettings, now: datetime
) -> list[Planned]:
    return reminders_of(appointment, points, settings, current_rules(), told_at=lambda _point: now, now=now)
