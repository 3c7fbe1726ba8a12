# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""An e-mail to the office itself when somebody has reported a barrier: that there is something, never what."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from django.conf import settings as django_settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jobcenter_portal.about.models import Feedback, FeedbackState
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.accounts.service import address_index
from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from notifications import service as notifications
from notifications.service import Channel, Envelope, MessageRef, Placeholder, PlainKind, Planned, Priority

OFFICE_FEEDBACK: Final = "office_feedback"
SUBJECT: Final = "feedback"
_OF_USE_FOR: Final = timedelta(days=7)


def tell_office(jobcenter: Jobcenter, number: str, *, now: datetime) -> None:
    """Plan the e-mail, in the transaction that writes the report down."""
    letter = Planned(
        kind=OFFICE_FEEDBACK,
        occasion=number,
        channel=Channel.EMAIL,
        recipient=address_index(ContactChannel.EMAIL, _address(jobcenter.settings)),
        language="de",
        due_at=now,
        not_after=now + _OF_USE_FOR,
        priority=Priority.REMINDER,
    )
    notifications.plan(subject=SUBJECT, revision=1, messages=[letter], now=now)


@dataclass(frozen=True, slots=True)
class FeedbackNotice(PlainKind):
    """The kind of message. What was settled before it left is not told any more."""

    key: str = OFFICE_FEEDBACK
    resend_when_ambiguous: bool = False

    @property
    def placeholders(self) -> Mapping[str, Placeholder]:
        return _PLACEHOLDERS

    def never_said(self) -> Collection[str]:
        return ()

    def compose(self, ref: MessageRef, *, now: datetime) -> Envelope | None:  # noqa: ARG002 -- no time in it
        jobcenter = current_tenant()
        assert isinstance(jobcenter, Jobcenter)  # noqa: S101 -- the context holds the model itself
        address = _address(jobcenter.settings)
        is_open = Feedback.objects.filter(number=ref.occasion, state=FeedbackState.OPEN).exists()
        if not is_open or address_index(ContactChannel.EMAIL, address) != ref.recipient:
            return None
        page = reverse("about:reports", kwargs={"jobcenter": jobcenter.slug})
        return Envelope(address=address, values={"link": django_settings.PUBLIC_URL + page})


def register_kind() -> None:
    notifications.register(_NOTICE)


def _address(settings: TenantSettings) -> str:
    address: str = settings.office_address or settings.email_address
    return address


_PLACEHOLDERS: Final[Mapping[str, Placeholder]] = MappingProxyType(
    {
        "link": Placeholder(
            explanation=_("Adresse der Seite mit den Rückmeldungen"),
            example="https://termin.example/musterkreis/desk/einstellungen/rueckmeldungen/",
            tells="link",
        )
    }
)
_NOTICE: Final = FeedbackNotice()
