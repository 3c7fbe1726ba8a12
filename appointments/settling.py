# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What came of asking somebody about an address that messages do not reach."""

from datetime import datetime

from django.db import transaction

from appointments.contact_changes import change_address, remove_address
from appointments.contact_tasks import close_task
from appointments.core.lifecycle import Status
from appointments.models import Appointment, ContactTask, TaskEnd
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.models import Jobcenter


class NothingToChange(Exception):
    """The person has no appointment left, so there is nobody whose address could be changed."""


def appointment_for(task: ContactTask, *, now: datetime) -> Appointment | None:
    """The person's next appointment, or the last one."""
    theirs = Appointment.objects.filter(customer_id=task.customer_id).select_related("location")
    coming = theirs.filter(starts_at__gt=now).exclude(status=Status.CANCELLED).order_by("starts_at", "id").first()
    found: Appointment | None = coming or theirs.order_by("-starts_at", "-id").first()
    return found


def settle_task(
    *, jobcenter: Jobcenter, task: ContactTask, as_: TaskEnd, address: str, by: audit.By, now: datetime
) -> None:
    """Settle a task, and with CORRECTED (`address` is the new one) or REMOVED the address itself.

    Of two colleagues one settles it, the other gets TaskIsClosed. Raises NothingToChange, and NotAGermanMobile for a
    number that can get no SMS.
    """
    channel = ContactChannel(task.channel)
    with transaction.atomic():
        close_task(task, as_=as_, by=by, now=now)
        if as_ not in (TaskEnd.CORRECTED, TaskEnd.REMOVED):
            return
        appointment = appointment_for(task, now=now)
        if appointment is None:
            raise NothingToChange
        if as_ is TaskEnd.CORRECTED:
            change_address(
                jobcenter=jobcenter, appointment=appointment, channel=channel, address=address, by=by, now=now
            )
        else:
            remove_address(jobcenter=jobcenter, appointment=appointment, channel=channel, by=by, now=now)
