# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""One e-mail a day to the office itself, when requests need an answer: a number and the way to the desk, no names."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from django.conf import settings as django_settings
from django.db import transaction
from django.urls import reverse

from appointments.core.answers import end_of_next_working_day, is_working_day
from appointments.placeholders import OF_THE_DESK
from appointments.queries import open_requests
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.accounts.service import address_index
from jobcenter_portal.kernel.wall_clock import local_day, midnight
from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from notifications import service as notifications
from notifications.service import Channel, Envelope, MessageRef, Placeholder, PlainKind, Planned, Priority

OFFICE_REQUESTS: Final = "office_requests"
SUBJECT: Final = "requests"
FROM: Final = time(7)
"""The hour at which offices open their mail; what becomes urgent later in the day is told then."""
_A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many requests need an answer before the next working day is over, and how many should have had one."""

    soon: int
    overdue: int


def waiting(settings: TenantSettings, *, now: datetime) -> Waiting:
    end = end_of_next_working_day(now, settings.zone)
    requests = open_requests()
    return Waiting(requests.filter(answer_by__lt=end).count(), requests.filter(answer_by__lt=now).count())


def remind_office(jobcenter: Jobcenter, *, now: datetime) -> None:
    """Plan today's e-mail, once something needs an answer. Called often: a day has one, whoever asks how many times."""
    settings = jobcenter.settings
    today = local_day(now, settings.zone)
    if not is_working_day(today) or now.astimezone(settings.zone).time() < FROM:
        return
    if not waiting(settings, now=now).soon:
        return
    letter = Planned(
        kind=OFFICE_REQUESTS,
        occasion=today.isoformat(),
        channel=Channel.EMAIL,
        recipient=address_index(ContactChannel.EMAIL, _address(settings)),
        language="de",
        due_at=now,
        not_after=midnight(today + _A_DAY, settings.zone),
        priority=Priority.REMINDER,
    )
    with transaction.atomic():
        notifications.plan(subject=SUBJECT, revision=1, messages=[letter], now=now)


@dataclass(frozen=True, slots=True)
class OfficeNotice(PlainKind):
    """The kind of message. It counts again when it leaves: what was answered meanwhile is not asked for."""

    key: str = OFFICE_REQUESTS
    resend_when_ambiguous: bool = False

    @property
    def placeholders(self) -> Mapping[str, Placeholder]:
        return OF_THE_DESK

    def never_said(self) -> Collection[str]:
        return ()

    def compose(self, ref: MessageRef, *, now: datetime) -> Envelope | None:
        jobcenter = current_tenant()
        assert isinstance(jobcenter, Jobcenter)  # noqa: S101 -- the context holds the model itself
        address, left = _address(jobcenter.settings), waiting(jobcenter.settings, now=now)
        if not left.soon or address_index(ContactChannel.EMAIL, address) != ref.recipient:
            return None
        desk = reverse("desk:requests", kwargs={"jobcenter": jobcenter.slug})
        values: dict[str, int | str] = {
            "soon": left.soon,
            "one_soon": left.soon == 1,
            "overdue": left.overdue,
            "one_overdue": left.overdue == 1,
            "link": django_settings.PUBLIC_URL + desk,
        }
        return Envelope(address=address, values=values)


def register_kind() -> None:
    notifications.register(_NOTICE)


def _address(settings: TenantSettings) -> str:
    address: str = settings.office_address or settings.email_address
    return address


_NOTICE: Final = OfficeNotice()
