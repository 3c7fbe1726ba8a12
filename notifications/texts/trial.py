# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A text sent to the office itself, with invented values, through the whole way that messages take.

Only to addresses that stand in the Jobcenter's settings: the outbox holds no address, so one that somebody types
could not be kept until the message leaves, and a portal that mails to typed addresses is a tool for strangers.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.accounts.service import address_index
from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from notifications.channels.base import Channel
from notifications.kinds import Envelope, MessageRef, PlainKind, Planned, Priority
from notifications.models import TextVersion
from notifications.texts.overrides import text_of
from notifications.texts.placeholders import examples

TEST_TEXT: Final = "test_text"
_PREFIX: Final = "text-test:"
_USEFUL: Final = timedelta(minutes=30)
"""Whoever tests sits before the screen; later it would only surprise."""


class NoTestAddress(LookupError):
    """The settings hold no address of the office for this channel."""


def subject_of_test(version: TextVersion) -> str:
    return f"{_PREFIX}{version.pk}"


def planned_test(version: TextVersion, *, now: datetime) -> Planned:
    """The message that brings these words to the office. Raises NoTestAddress."""
    channel = Channel(version.channel)
    return Planned(
        kind=TEST_TEXT,
        occasion=f"{now:%Y%m%dT%H%M%S}",
        channel=channel,
        recipient=address_index(ContactChannel(channel.value), address_for_tests(channel)),
        language=version.language,
        due_at=now,
        not_after=now + _USEFUL,
        priority=Priority.CONFIRMATION,
        respects_quiet=False,
    )


@dataclass(frozen=True, slots=True)
class Trial(PlainKind):
    """The kind of message. Twice would be harmless; nobody waits for the second."""

    key: str = TEST_TEXT
    resend_when_ambiguous: bool = False

    def compose(self, ref: MessageRef, *, now: datetime) -> Envelope | None:  # noqa: ARG002 -- true as long as it is there
        prefix, _, number = ref.subject.partition(":")
        if f"{prefix}:" != _PREFIX or not number.isdecimal():
            return None
        version = TextVersion.objects.filter(pk=int(number)).first()
        text = text_of(version) if version else None
        if version is None or text is None:
            return None
        address = address_for_tests(ref.channel)
        if address_index(ContactChannel(ref.channel.value), address) != ref.recipient:
            return None
        return Envelope(
            address=address,
            values=examples(version.kind, version.language, discreet=_office().discreet),
            own_words={(TEST_TEXT, ref.channel, ref.language): text},
        )


def address_for_tests(channel: Channel) -> str:
    """Where tests of this channel go. Raises NoTestAddress."""
    office = _office()
    match channel:
        case Channel.EMAIL:
            address: str = office.office_address or office.email_address
        case Channel.SMS:
            address = office.test_mobile
        case _:
            address = ""
    if not address:
        raise NoTestAddress(channel)
    return address


def _office() -> TenantSettings:
    jobcenter = current_tenant()
    assert isinstance(jobcenter, Jobcenter)  # noqa: S101 -- the context holds the model itself
    return jobcenter.settings
