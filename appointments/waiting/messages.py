# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What an offer of the waiting list says, asked anew at the moment it leaves; nothing, once it no longer stands.

Discreet like all messages: a time and a link, never the concern. A subject is `waiting-offer:<id>`, that of a
place without an appointment `waiting:<id>`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings as django_settings

from appointments.core.lifecycle import Status
from appointments.links import short_url
from appointments.message_words import moment_in_words
from appointments.models import OfferState, WaitingEntry, WaitingOffer, WaitingState
from appointments.placeholders import OF_A_PLACE, OF_AN_EARLIER_OFFER, OF_AN_OFFER, names_of_services
from appointments.waiting.entries import WAITING
from appointments.waiting.links import token_of_offer, token_of_place
from appointments.waiting.offering import EARLIER_OFFER, SEAT_OFFER, TIME_OFFER
from jobcenter_portal.accounts.models import ContactPoint, Customer
from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.web.coverage import page_language
from jobcenter_portal.web.languages import Language, language_by_code
from jobcenter_portal.web.weeks import office_hours
from notifications.service import Channel, Envelope, MessageKind, MessageRef, Placeholder, PlainKind, register


@dataclass(frozen=True, slots=True)
class OfferMessage(PlainKind):
    """A time or a seat for somebody who waits. Twice would be harmless, but it is not worth a second SMS."""

    key: str
    resend_when_ambiguous: bool = False

    @property
    def placeholders(self) -> Mapping[str, Placeholder]:
        return OF_AN_EARLIER_OFFER if self.key == EARLIER_OFFER else OF_AN_OFFER

    def never_said(self) -> Collection[str]:
        return names_of_services()

    def compose(self, ref: MessageRef, *, now: datetime) -> Envelope | None:
        offer = _offer_of(ref.subject)
        if offer is None or not _stands(offer, now):
            return None
        token = token_of_offer(offer)
        point = _point(offer.entry.customer_id, ref)
        if token is None or point is None:
            return None
        jobcenter = current_tenant()
        assert isinstance(jobcenter, Jobcenter)  # noqa: S101 -- the context holds the model itself
        return Envelope(address=point.address, values=_values(offer, point, jobcenter, token, ref))


@dataclass(frozen=True, slots=True)
class PlaceMessage(PlainKind):
    """That somebody stands on the list, for those who have no appointment whose page would say so."""

    key: str = WAITING
    resend_when_ambiguous: bool = False

    @property
    def placeholders(self) -> Mapping[str, Placeholder]:
        return OF_A_PLACE

    def never_said(self) -> Collection[str]:
        return names_of_services()

    def compose(self, ref: MessageRef, *, now: datetime) -> Envelope | None:  # noqa: ARG002 -- true while the place is
        prefix, _, number = ref.subject.partition(":")
        if prefix != "waiting" or not number.isdecimal():
            return None
        place = WaitingEntry.objects.filter(pk=int(number), state=WaitingState.WAITING).first()
        token = token_of_place(place) if place else None
        point = _point(place.customer_id, ref) if place else None
        if place is None or token is None or point is None:
            return None
        jobcenter = current_tenant()
        assert isinstance(jobcenter, Jobcenter)  # noqa: S101 -- the context holds the model itself
        values = {
            **_sender(jobcenter, language_by_code(ref.language)),
            "name": _name(place.customer, point, jobcenter),
            "link": _link("warten", jobcenter, token, ref),
        }
        return Envelope(address=point.address, values=values)


def _link(page: str, jobcenter: Jobcenter, token: str, ref: MessageRef) -> str:
    """The page of an offer or place, from the configured address, never from a request's Host."""
    if ref.channel is Channel.SMS:
        return short_url(token)
    language = page_language(jobcenter, ref.language)
    return f"{django_settings.PUBLIC_URL}/{jobcenter.slug}/{language.code}/{page}/{token}/"


def _stands(offer: WaitingOffer, now: datetime) -> bool:
    is_open = offer.state == OfferState.OPEN and now < offer.expires_at
    own = offer.entry.appointment
    betters = own is None or (own.status_now is Status.BOOKED and offer.starts_at < own.starts_at)
    return is_open and offer.entry.state == WaitingState.WAITING and betters


def _values(
    offer: WaitingOffer, point: ContactPoint, jobcenter: Jobcenter, token: str, ref: MessageRef
) -> dict[str, str | int | bool | list[str]]:
    language, office, own = language_by_code(ref.language), jobcenter.settings, offer.entry.appointment
    return {
        "name": _name(offer.entry.customer, point, jobcenter),
        **moment_in_words(offer.starts_at, language),
        **moment_in_words(own.starts_at if own else None, language, prefix="old_"),
        **moment_in_words(offer.expires_at, language, prefix="until_"),
        "location": "" if office.discreet else offer.location.name,
        "address": offer.location.address,
        "link": _link("angebot", jobcenter, token, ref),
        **_sender(jobcenter, language),
    }


def _sender(jobcenter: Jobcenter, language: Language) -> dict[str, str]:
    office = jobcenter.settings
    tenant = "" if office.discreet else jobcenter.short_name
    return {"phone": office.phone, "phone_hours": office_hours(office.phone_hours, language), "tenant": tenant}


def _name(customer: Customer, point: ContactPoint, jobcenter: Jobcenter) -> str:
    """Where addresses are proven, nothing that somebody typed goes to one that is not: no name either."""
    name: str = customer.name
    return "" if jobcenter.settings.prove_addresses and point.proven_at is None else name


def _point(customer_id: int, ref: MessageRef) -> ContactPoint | None:
    """The address this message was planned for, if the person still has it."""
    found: ContactPoint | None = ContactPoint.objects.filter(
        customer_id=customer_id, channel=ref.channel.value, address_index=ref.recipient
    ).first()
    return found


def _offer_of(subject: str) -> WaitingOffer | None:
    prefix, _, number = subject.partition(":")
    if prefix != "waiting-offer" or not number.isdecimal():
        return None
    found: WaitingOffer | None = (
        WaitingOffer.objects.select_related("location", "entry__customer", "entry__appointment")
        .filter(pk=int(number))
        .first()
    )
    return found


KINDS: Final[tuple[MessageKind, ...]] = (
    OfferMessage(EARLIER_OFFER),
    OfferMessage(TIME_OFFER),
    OfferMessage(SEAT_OFFER),
    PlaceMessage(),
)


def register_kinds() -> None:
    for kind in KINDS:
        register(kind)
