# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses that messages do not reach: asking the office once for each, and settling it.

A task stands only while the person still has that address: whoever corrects or removes it, the office or the person
themselves, has thereby settled it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from appointments.models import ContactTask, TaskEnd, TaskReason
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import current_tenant
from notifications import service as notifications
from notifications.service import Channel

CLOSED: Final = "contact_task_closed"
_OPENED_AGAIN: Final = (TaskEnd.CONFIRMED, TaskEnd.CORRECTED, TaskEnd.REMOVED)
"""It was right, or gone: failing anew is news. What was called done stays done."""


class TaskIsClosed(Exception):
    """Somebody else has settled it meanwhile."""


def open_task(*, customer_id: int, channel: Channel, recipient: bytes, reason: TaskReason, now: datetime) -> None:
    """Ask the office about one address, in the caller's transaction. Asking twice asks once."""
    ContactTask.objects.bulk_create(
        [
            ContactTask(
                tenant_id=current_tenant().pk,
                customer_id=customer_id,
                channel=ContactChannel(channel.value),
                recipient=recipient,
                reason=reason,
                opened_at=now,
            )
        ],
        ignore_conflicts=True,
    )
    ContactTask.objects.filter(
        customer_id=customer_id, channel=channel.value, recipient=recipient, closed_as__in=_OPENED_AGAIN
    ).update(reason=reason, opened_at=now, closed_at=None, closed_as="")


def open_tasks() -> QuerySet[ContactTask]:
    """What the office should ask about, the oldest first."""
    theirs = ContactPoint.objects.filter(
        customer_id=OuterRef("customer_id"), channel=OuterRef("channel"), address_index=OuterRef("recipient")
    )
    tasks: QuerySet[ContactTask] = ContactTask.objects.filter(Exists(theirs), closed_at__isnull=True)
    return tasks.select_related("customer").order_by("opened_at", "id")


def tasks_of(customer_ids: Iterable[int]) -> list[ContactTask]:
    """The open tasks of some people, for pages on which they stand anyway."""
    return list(open_tasks().filter(customer_id__in=set(customer_ids)))


def close_task(task: ContactTask, *, as_: TaskEnd, by: audit.By, now: datetime) -> None:
    """Settle a task. CONFIRMED lets messages go to the address again. Raises TaskIsClosed."""
    with transaction.atomic():
        locked = ContactTask.objects.select_for_update().get(pk=task.pk)
        if locked.closed_at is not None:
            raise TaskIsClosed
        locked.closed_at, locked.closed_as = now, as_
        locked.save(update_fields=["closed_at", "closed_as"])
        if as_ is TaskEnd.CONFIRMED:
            notifications.lift(Channel(locked.channel), bytes(locked.recipient))
        subject = f"customer:{locked.customer_id}"
        audit.record(by=by, action=CLOSED, subject=subject, at=now, channel=locked.channel, ended=as_.value)
