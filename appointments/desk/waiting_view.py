# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who waits for what since when, as the desk reads it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from appointments.desk.frame import appointment_url
from appointments.models import Appointment, Location, OfferState, WaitingEntry, WaitingOffer
from appointments.waiting import open_offer, place_of
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.web import dates
from jobcenter_portal.web.languages import current_language


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One place of the list. `offered` is the time of the open offer."""

    pk: int
    name: str
    service: str
    wish: str
    since: datetime
    offers: str
    offered: datetime | None
    until: datetime | None
    url: str


def waiting_url(jobcenter: Jobcenter, location: Location) -> str:
    """The list of a location; empty where nobody can wait."""
    if not jobcenter.settings.waiting_list:
        return ""
    return reverse("desk:waiting", kwargs={"jobcenter": jobcenter.slug, "location": location.slug})


def waiting_rows(
    places: Iterable[WaitingEntry], jobcenter: Jobcenter, now: datetime, *, may_open: bool
) -> list[WaitingRow]:
    places = list(places)
    found = WaitingOffer.objects.filter(entry__in=places, state=OfferState.OPEN, expires_at__gt=now)
    open_offers = {offer.entry_id: offer for offer in found}
    return [_row(place, open_offers.get(place.pk), jobcenter, may_open=may_open) for place in places]


def waits_line(appointment: Appointment, *, now: datetime) -> str:
    """For the page of an appointment whose person wishes an earlier one; empty when they do not."""
    place = place_of(appointment)
    if place is None:
        return ""
    since = _("Wartet auf einen früheren Termin seit %(since)s.") % {"since": dates.invariant_line(place.created_at)}
    offer = open_offer(place, now)
    if offer is None:
        return since
    asked = _("Angeboten: %(time)s, Antwort bis %(until)s.")
    said = {"time": dates.invariant_line(offer.starts_at), "until": dates.invariant_line(offer.expires_at)}
    return f"{since} {asked % said}"


def _row(place: WaitingEntry, offer: WaitingOffer | None, jobcenter: Jobcenter, *, may_open: bool) -> WaitingRow:
    most = jobcenter.settings.waiting_max_offers
    return WaitingRow(
        pk=place.pk,
        name=place.customer.name,
        service=place.service.title(current_language().code),
        wish=_wish(place),
        since=place.created_at,
        offers=_("%(made)s von %(most)s") % {"made": place.offers_made, "most": most},
        offered=offer.starts_at if offer else None,
        until=offer.expires_at if offer else None,
        url=appointment_url(jobcenter.slug, place.appointment) if may_open and place.appointment else "",
    )


def _wish(place: WaitingEntry) -> str:
    if place.appointment is not None:
        return _("früher als %(time)s") % {"time": dates.invariant_line(place.appointment.starts_at)}
    if place.session is not None:
        return _("einen Platz am %(time)s") % {"time": dates.invariant_line(place.session.starts_at)}
    return _("irgendeine freie Zeit")
