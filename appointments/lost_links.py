# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Somebody has lost their link and names an address: the links of what they have with us go there, and nowhere else.

Asking writes the same rows whether we know the address or not; only the worker that sends them looks, long after the
page has answered. So neither the answer nor its time tells a stranger whether somebody has an appointment here. The
rows hold a keyed hash of the address; that of a stranger is deleted with them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from appointments.core.lifecycle import Status
from appointments.links import keys_of, short_url
from appointments.message_words import moment_in_words
from appointments.messages import manage_url
from appointments.models import Appointment
from appointments.placeholders import OF_A_LINK, names_of_services
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint
from jobcenter_portal.accounts.service import address_index
from jobcenter_portal.audit import service as audit
from jobcenter_portal.kernel.ids import public_id
from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.counting import Counter, Quota, QuotaFull, counted
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.web.languages import language_by_code
from jobcenter_portal.web.weeks import office_hours
from notifications import service as notifications
from notifications.service import (
    Channel,
    Envelope,
    MessageKind,
    MessageRef,
    Placeholder,
    PlainKind,
    Planned,
    Priority,
    register,
)

OWN_LINK: Final = "own_link"
SUBJECT: Final = "links"
"""A subject is `links:<random>`: a question, and nobody's appointment."""
PER_ADDRESS: Final = (Quota(3, timedelta(hours=1)), Quota(5, timedelta(days=1)))
"""Whoever knows an address must not fill its mailbox with links."""
PER_NETWORK: Final = (Quota(20, timedelta(hours=1)),)
"""A whole waiting room may share one."""
_ADDRESS, _NETWORK = "links-address", "links-network"
_OF_USE: Final = timedelta(hours=24)
_MOST: Final = 3
"""So many links at once, the soonest first. Each is a message of its own, since an SMS has room for one."""


class TooManyQuestions(Exception):
    """This network has asked for too many links for now; who is asked about plays no part."""


def ask_for_links(*, channel: ContactChannel, address: str, language: str, network: bytes, now: datetime) -> None:
    """Plan what will be said, whoever it is. Beyond what an address may get nothing is planned, and nobody is told so.

    Raises TooManyQuestions, and NotAGermanMobile. `language` is that of the page, which whoever asks can read;
    `network` is a keyed hash.
    """
    index = address_index(channel, address)
    try:
        with counted([Counter(_ADDRESS, index, PER_ADDRESS), Counter(_NETWORK, network, PER_NETWORK)], now=now):
            subject = f"{SUBJECT}:{public_id()}"
            audit.record(by=audit.CUSTOMER, action="link_asked", subject=subject, at=now, channel=channel.value)
            messages = [_planned(place, Channel(channel), index, language, now) for place in range(1, _MOST + 1)]
            notifications.plan(subject=subject, revision=1, messages=messages, now=now)
    except QuotaFull as full:
        if full.what == _NETWORK:
            raise TooManyQuestions from full


def questions_for(points: Collection[ContactPoint]) -> list[str]:
    """The subjects of questions that named one of these addresses and nobody else's: two people may share one."""
    indexes = {bytes(one.address_index) for one in points}
    others = ContactPoint.objects.filter(address_index__in=indexes).exclude(pk__in=[one.pk for one in points])
    alone = indexes - {bytes(index) for index in others.values_list("address_index", flat=True)}
    return notifications.subjects_to(sorted(alone), kind=OWN_LINK)


def _planned(place: int, channel: Channel, recipient: bytes, language: str, now: datetime) -> Planned:
    return Planned(
        kind=OWN_LINK,
        occasion=str(place),
        channel=channel,
        recipient=recipient,
        language=language,
        due_at=now,
        not_after=now + _OF_USE,
        priority=Priority.CONFIRMATION,
        respects_quiet=False,  # somebody sits in front of the page and waits for it
    )


@dataclass(frozen=True, slots=True)
class OwnLinkMessage(PlainKind):
    """The link of the first, second or third appointment to come of whoever has this address (the `occasion` counts).

    No name: whoever typed the address may not be whose it is. It is said on no other way than the one asked for.
    """

    key: str = OWN_LINK
    resend_when_ambiguous: bool = False

    @property
    def placeholders(self) -> Mapping[str, Placeholder]:
        return OF_A_LINK

    def never_said(self) -> Collection[str]:
        return names_of_services()

    def compose(self, ref: MessageRef, *, now: datetime) -> Envelope | None:
        point, appointment = _meant(ref, now)
        if point is None or appointment is None:
            return None
        jobcenter = current_tenant()
        assert isinstance(jobcenter, Jobcenter)  # noqa: S101 -- the context holds the model itself
        office, keys = jobcenter.settings, keys_of(appointment)
        by_sms, language = ref.channel is Channel.SMS, language_by_code(ref.language)
        values = {
            **moment_in_words(appointment.starts_at, language),
            "link": short_url(keys.code) if by_sms else manage_url(appointment, jobcenter, keys),
            "phone": office.phone,
            "phone_hours": office_hours(office.phone_hours, language),
            "tenant": "" if office.discreet else jobcenter.short_name,
        }
        return Envelope(address=point.address, values=values)


def _meant(ref: MessageRef, now: datetime) -> tuple[ContactPoint | None, Appointment | None]:
    """Somebody who books twice is two rows of people with one address."""
    points = {
        one.customer_id: one
        for one in ContactPoint.objects.filter(channel=ref.channel.value, address_index=ref.recipient)
    }
    open_ones = [status.value for status in Status if status.is_open]
    coming = Appointment.objects.filter(customer_id__in=points, status__in=open_ones, ends_at__gt=now)
    place = int(ref.occasion) - 1
    for appointment in coming.order_by("starts_at", "id")[place : place + 1]:
        return points[appointment.customer_id], appointment
    return None, None


KINDS: Final[tuple[MessageKind, ...]] = (OwnLinkMessage(),)


def register_kind() -> None:
    for kind in KINDS:
        register(kind)
