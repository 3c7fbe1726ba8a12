# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What to do about a message that will not arrive: say the same on another way that the person gave, and ask the office
about the address.

A way is tried once: what has gone out on it, or is about to, has said it already.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from appointments.contact_tasks import open_task
from appointments.core.reminder_times import (
    LETTER_LEAVES,
    announcement,
    letter_is_of_use_until,
    parse_offset,
    same_time_workdays_before,
)
from appointments.models import Appointment, TaskReason
from appointments.reminder_plan import REMINDER
from appointments.reminders import reachable, say_instead
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint
from jobcenter_portal.tenancy.models import TenantSettings
from jobcenter_portal.tenancy.quiet import quiet_hours
from notifications import service as notifications
from notifications.service import ADDRESS_WRONG, Channel, MessageRef, Planned, Priority, State, Suppressed

_ORDER: Final = (ContactChannel.EMAIL, ContactChannel.SMS, ContactChannel.PUSH, ContactChannel.LETTER)
"""Quick ways before slow ones; a knock says only that there is something to read."""
_HAS_SAID_IT: Final = frozenset(
    {State.PLANNED, State.RETRY, State.LEASED, State.SENDING, State.AMBIGUOUS, State.ACCEPTED, State.DELIVERED}
)
_AS_LATE_AS: Final = parse_offset("P1D")
"""A reminder instead of one that failed is of use as long as one of the day before would be."""
_NO_TASK: Final = frozenset({Channel.PUSH, Channel.LETTER})
"""A device that was given away needs no correcting, and of a letter that came back `letters_back` asks at once."""


def instead_of(
    appointment: Appointment, ref: MessageRef, kind: str, settings: TenantSettings, *, now: datetime
) -> Sequence[Planned]:
    """The same message on the next way that has not carried it, if any is left; and a task about the address that
    failed. In the transaction that plans the messages: both or none.
    """
    closed = notifications.suppressed([ref.recipient]).get((ref.channel, ref.recipient))
    has_said_it = {
        view.channel
        for view in notifications.history(appointment.subject, now=now)
        if view.kind == kind and view.revision == appointment.revision and view.state in _HAS_SAID_IT
    }
    planned = _planned(appointment, ref, kind, settings, has_said_it, now)
    _ask_about(appointment, ref, closed, is_told=bool(planned or has_said_it), now=now)
    return planned


def _planned(
    appointment: Appointment,
    ref: MessageRef,
    kind: str,
    settings: TenantSettings,
    has_said_it: set[Channel],
    now: datetime,
) -> Sequence[Planned]:
    if has_said_it - {Channel.PUSH}:
        return ()
    for point in _ways(appointment, kind, settings):
        channel = Channel(point.channel)
        if channel is ref.channel or channel in has_said_it:
            continue
        # Whatever plans reminders by rules must not take this one for one of its own.
        occasion = f"{ref.occasion.partition('/')[0]}/{ref.channel}"
        if kind == REMINDER:
            messages = _reminder(appointment, point, settings, occasion, now)
        else:
            messages = say_instead(appointment, kind, point, settings, occasion=occasion, now=now)
        if messages:
            return messages
    return ()


def _ways(appointment: Appointment, kind: str, settings: TenantSettings) -> list[ContactPoint]:
    """The person's open addresses that this Jobcenter uses, in the order in which they are tried."""
    points = reachable(ContactPoint.objects.filter(customer_id=appointment.customer_id), settings)
    closed = notifications.suppressed(bytes(point.address_index) for point in points)
    wanted = [
        point
        for point in points
        if not _is_closed(closed.get((Channel(point.channel), bytes(point.address_index))), kind)
        and (kind != REMINDER or point.reminders_wanted)
    ]
    return sorted(wanted, key=lambda point: _ORDER.index(ContactChannel(point.channel)))


def _is_closed(found: Suppressed | None, kind: str) -> bool:
    return found is not None and (not found.only_reminders or kind == REMINDER)


def _reminder(
    appointment: Appointment, point: ContactPoint, settings: TenantSettings, occasion: str, now: datetime
) -> list[Planned]:
    starts_at, zone = appointment.starts_at, settings.zone
    by_post = point.channel == ContactChannel.LETTER
    if by_post and now >= same_time_workdays_before(starts_at, LETTER_LEAVES, zone):
        return []
    until = letter_is_of_use_until(starts_at, zone) if by_post else _AS_LATE_AS.not_after(starts_at, zone)
    leaving = announcement(now, quiet_hours(settings, point.channel), zone, until=until, concerns=None)
    if leaving.due_at >= until:
        return []
    return [
        Planned(
            kind=REMINDER,
            occasion=occasion,
            channel=Channel(point.channel),
            recipient=bytes(point.address_index),
            language=appointment.language,
            due_at=leaving.due_at,
            not_after=until,
            priority=Priority.REMINDER,
            respects_quiet=leaving.respects_quiet,
        )
    ]


def _ask_about(
    appointment: Appointment, ref: MessageRef, closed: Suppressed | None, *, is_told: bool, now: datetime
) -> None:
    """A wrong address always; one that only failed this time when nothing else tells the person."""
    if ref.channel in _NO_TASK:
        return
    if closed is None:
        if is_told:
            return
        reason = TaskReason.UNREACHED
    elif closed.why in ADDRESS_WRONG:
        reason = TaskReason.UNKNOWN
    else:
        return  # the person, or the office, wished it so
    open_task(customer_id=appointment.customer_id, channel=ref.channel, recipient=ref.recipient, reason=reason, now=now)
