# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who came: facts that staff record. The system counts nothing and decides nothing; every step can be taken back."""

from datetime import datetime

from django.db import transaction

from appointments.core.lifecycle import Actor, NotAllowed, Status, Verb, next_status
from appointments.models import Appointment
from jobcenter_portal.audit import service as audit

RECORDABLE = frozenset({Verb.CHECK_IN, Verb.START, Verb.FULFIL, Verb.RECORD_NO_SHOW, Verb.UNDO})


class ChangedMeanwhile(Exception):
    """Somebody else recorded something since this page was loaded; nothing was changed."""


class TooEarly(Exception):
    """Nobody can have stayed away from an appointment that has not begun."""


def record_attendance(
    *, appointment: Appointment, verb: Verb, by: audit.By, now: datetime, seen: Status | None = None
) -> Appointment:
    """Record check-in, start, end, absence, or take the last step back.

    `seen` is the status on the page that the button stood on: if it has changed since, nothing happens.
    Raises ChangedMeanwhile, TooEarly, NotAllowed; ValueError for a verb that is not about attendance.
    """
    if verb not in RECORDABLE:
        raise ValueError(f"{verb} is not about attendance")
    with transaction.atomic():
        locked: Appointment = Appointment.objects.select_for_update().get(pk=appointment.pk)
        if seen is not None and locked.status_now is not seen:
            raise ChangedMeanwhile
        if verb is Verb.RECORD_NO_SHOW and now < locked.starts_at:
            raise TooEarly
        if verb is Verb.UNDO and not locked.previous_status:
            raise NotAllowed(locked.status_now, verb, Actor.OFFICE)  # who walked in was never anything but here
        previous = Status(locked.previous_status) if locked.previous_status else None
        target = next_status(locked.status_now, verb, by=Actor.OFFICE, previous=previous)
        if verb is Verb.UNDO and locked.status_now is Status.CANCELLED:
            raise ValueError("a cancellation is undone by booking.undo_cancel, which takes the time back")
        locked.change_status(target, now)
        locked.save(update_fields=Appointment.STATUS_FIELDS)
        audit.record(by=by, action=f"attendance:{verb}", subject=locked.subject, at=now, status=target.value)
    return locked
