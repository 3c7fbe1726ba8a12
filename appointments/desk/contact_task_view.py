# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A task about an address, in words: what is wrong with it, how to reach the person, and when they come next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from appointments.contact_tasks import tasks_of
from appointments.core.lifecycle import Status
from appointments.desk.file import Fact, channel_name, masked
from appointments.desk.scope import Scope
from appointments.models import Appointment, ContactTask, TaskReason
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint
from jobcenter_portal.kernel import phone
from jobcenter_portal.web import dates

_EMAIL, _SMS, _LETTER = ContactChannel.EMAIL.value, ContactChannel.SMS.value, ContactChannel.LETTER.value
_SENTENCES: Final[Mapping[tuple[str, str], Promise]] = MappingProxyType(
    {
        (_EMAIL, TaskReason.UNKNOWN): lazy("Diese E-Mail-Adresse gibt es nicht."),
        (_SMS, TaskReason.UNKNOWN): lazy("Diese Handynummer gibt es nicht, oder sie empfängt keine SMS."),
        (_LETTER, TaskReason.UNKNOWN): lazy("Ein Brief an diese Adresse kam zurück."),
        (_EMAIL, TaskReason.UNREACHED): lazy("E-Mails an diese Adresse kommen nicht an."),
        (_SMS, TaskReason.UNREACHED): lazy("SMS an diese Nummer kommen nicht an."),
    }
)
_OTHER: Final = lazy("Nachrichten an diese Adresse kommen nicht an.")


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A line of the list."""

    url: str
    name: str
    sentence: str
    address: str
    since: datetime
    comes_at: datetime | None


@dataclass(frozen=True, slots=True)
class TaskNote:
    """What stands beside the person on other pages."""

    sentence: str
    url: str


def sentence(task: ContactTask) -> str:
    return str(_SENTENCES.get((task.channel, task.reason), _OTHER))


def task_url(jobcenter: str, task: ContactTask) -> str:
    return reverse("desk:contact-task", kwargs={"jobcenter": jobcenter, "task": task.public_id})


def task_rows(tasks: Sequence[ContactTask], jobcenter: str, reach: Scope, *, now: datetime) -> list[TaskRow]:
    ids = [task.customer_id for task in tasks]
    addresses = {
        (point.customer_id, point.channel): masked(point) for point in ContactPoint.objects.filter(customer_id__in=ids)
    }
    coming = _next_of(ids, reach, now)
    return [
        TaskRow(
            url=task_url(jobcenter, task),
            name=task.customer.name,
            sentence=sentence(task),
            address=addresses.get((task.customer_id, task.channel), ""),
            since=task.opened_at,
            comes_at=coming.get(task.customer_id),
        )
        for task in tasks
    ]


def facts(task: ContactTask, appointment: Appointment | None) -> list[Fact]:
    """All addresses in part; a number to call whole, since somebody may call right now."""
    points = ContactPoint.objects.filter(customer_id=task.customer_id).order_by("channel")
    rows = [Fact(channel_name(point), _whole_if_it_can_be_called(point, task)) for point in points]
    if appointment is not None:
        rows.append(Fact(_("Termin"), dates.invariant_line(appointment.starts_at)))
    return [*rows, Fact(_("Bekannt seit"), dates.invariant_line(task.opened_at))]


def notes(customer_ids: Iterable[int], jobcenter: str) -> dict[int, TaskNote]:
    """By person: that something is to be asked, for pages on which they stand anyway."""
    return {task.customer_id: TaskNote(sentence(task), task_url(jobcenter, task)) for task in tasks_of(customer_ids)}


def _next_of(customer_ids: Iterable[int], reach: Scope, now: datetime) -> dict[int, datetime]:
    coming = reach.at(Appointment.objects.filter(customer_id__in=set(customer_ids), starts_at__gt=now))
    in_time = coming.exclude(status=Status.CANCELLED).order_by("-starts_at").values_list("customer_id", "starts_at")
    return dict(in_time)  # the earliest one is written last


def _whole_if_it_can_be_called(point: ContactPoint, task: ContactTask) -> str:
    is_in_doubt = point.channel == task.channel
    if point.channel == ContactChannel.SMS and not is_in_doubt:
        return phone.readable(point.address)
    return masked(point)
