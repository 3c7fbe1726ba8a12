# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The links of the waiting list: one to an offer, one to a place on the list that belongs to no appointment.

As with appointments, only the hash is kept and the link is made again when a message leaves. A token is a short code
like that of an appointment, so that an SMS can hold it: `/a/<code>` finds its Jobcenter.
"""

from datetime import datetime
from functools import cache
from typing import Final

from django.conf import settings

from appointments.links import code_from
from appointments.models import WaitingEntry, WaitingOffer
from jobcenter_portal.kernel.crypto import KeyRing, fingerprint
from jobcenter_portal.tenancy.context import current_tenant

_RELATED: Final = ("customer", "service", "location", "session", "appointment__service", "appointment__location")


def token_for_place(customer_id: int) -> str:
    """What opens the place of somebody without an appointment; there is one place for each such person."""
    return _token("waiting-place", _of_place(customer_id), _ring(settings.LINK_KEYS).current)


def token_for_offer(entry_id: int, starts_at: datetime) -> str:
    """What opens an offer; a time is offered to a place on the list only once."""
    return _token("waiting-offer", _of_offer(entry_id, starts_at), _ring(settings.LINK_KEYS).current)


def token_of_place(entry: WaitingEntry) -> str | None:
    return _again("waiting-place", _of_place(entry.customer_id), bytes(entry.token_hash))


def token_of_offer(offer: WaitingOffer) -> str | None:
    """The token that was made with the offer; None when the key of that time is no longer on the ring."""
    return _again("waiting-offer", _of_offer(offer.entry_id, offer.starts_at), bytes(offer.token_hash))


def place_of_token(token: str) -> WaitingEntry | None:
    """The current Jobcenter's place on the list that a token opens, or None."""
    found: WaitingEntry | None = (
        WaitingEntry.objects.filter(token_hash=fingerprint(token)).select_related(*_RELATED).first()
    )
    return found


def offer_of_token(token: str) -> WaitingOffer | None:
    """The current Jobcenter's offer that a token opens, or None."""
    related = ("location", "session", "entry", *(f"entry__{name}" for name in _RELATED))
    found: WaitingOffer | None = (
        WaitingOffer.objects.filter(token_hash=fingerprint(token)).select_related(*related).first()
    )
    return found


def _of_place(customer_id: int) -> str:
    return f"{current_tenant().pk}:{customer_id}"


def _of_offer(entry_id: int, starts_at: datetime) -> str:
    return f"{current_tenant().pk}:{entry_id}:{int(starts_at.timestamp())}"


def _again(purpose: str, what: str, kept: bytes) -> str | None:
    """Links that were sent before a change of keys go on working: the hash says which key made them."""
    made = (_token(purpose, what, key) for key in _ring(settings.LINK_KEYS).keys)
    return next((token for token in made if fingerprint(token) == kept), None)


def _token(purpose: str, what: str, key: str) -> str:
    return code_from(_ring(settings.LINK_KEYS).digest(what, purpose=purpose, key=key))


@cache
def _ring(text: str) -> KeyRing:
    return KeyRing.from_text(text)
