# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the pages of the waiting list say: an offer in each of its states, a place, and the part on one's own page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments.core.lifecycle import Status
from appointments.links import keys_of
from appointments.models import Appointment, OfferState, WaitingEntry, WaitingOffer, WaitingState
from appointments.queries import appointment_by_id
from appointments.waiting import Obstacle, TooMany, obstacle_to_wishing, open_offer, place_of, token_of_offer
from appointments.web.notice import Notice
from appointments.web.present import Row, moment_line, place_line, service_line, url
from appointments.web.way_in import MANY_OF_NETWORK
from appointments.writing import by_idempotency_key
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.web.languages import current_language, isolated

OBSTACLES: Final[dict[Obstacle, str | Promise]] = {
    Obstacle.NOT_HERE: gettext_lazy("Eine Warteliste gibt es hier zurzeit nicht. Rufen Sie uns bitte an."),
    Obstacle.NOT_REACHABLE: gettext_lazy(
        "Zum Warten brauchen wir eine E-Mail-Adresse oder Handynummer von Ihnen: "
        "Freie Zeiten sind schnell vergeben. Rufen Sie uns an, wenn Sie früher kommen möchten."
    ),
    Obstacle.TOO_LATE: gettext_lazy("Auf eine frühere Zeit können Sie bei diesem Termin nicht mehr warten."),
    Obstacle.WAITS_ALREADY: gettext_lazy("Mit dieser E-Mail-Adresse oder Handynummer warten Sie schon darauf."),
}
TOO_MANY: Final[dict[TooMany, Promise]] = {
    TooMany.ADDRESS: gettext_lazy(
        "Mit dieser E-Mail-Adresse oder Handynummer geht das gerade nicht mehr. Bitte rufen Sie uns an."
    ),
    TooMany.NETWORK: MANY_OF_NETWORK,
    TooMany.SMS: gettext_lazy(
        "Wir können gerade keine SMS schicken. Geben Sie eine E-Mail-Adresse an, oder rufen Sie uns an."
    ),
}


@dataclass(frozen=True, slots=True)
class OfferView:
    """The page of an offer. Without `can_answer` there are no buttons; an empty address means no link."""

    title: str
    notice: Notice
    starts_at: datetime
    ends_at: datetime
    rows: tuple[Row, ...]
    can_answer: bool
    is_gone: bool
    is_waiting: bool
    yes: str
    appointment_url: str


@dataclass(frozen=True, slots=True)
class PlaceView:
    """The page of a place on the list that belongs to no appointment."""

    notice: Notice
    rows: tuple[Row, ...]
    is_waiting: bool
    offer_url: str
    book_url: str


@dataclass(frozen=True, slots=True)
class SectionView:
    """On the page of one's own appointment: wish for an earlier one, or what has become of the wish."""

    action_url: str
    is_waiting: bool
    since: str
    offer_url: str
    offered: str
    until: str
    obstacle: str


def offer_view(offer: WaitingOffer, jobcenter: Jobcenter, now: datetime) -> OfferView:
    place = offer.entry
    is_waiting = place.state == WaitingState.WAITING
    state = _state(offer, now)
    stands = state is OfferState.OPEN and is_waiting and _betters(offer)
    booked = _booked_by(offer) if state is OfferState.TAKEN else place.appointment
    own_page = url("appointment", jobcenter, key=keys_of(booked).token) if booked else ""
    return OfferView(
        title=_title(place) if stands else _("Angebot von der Warteliste"),
        notice=_open_notice(offer) if stands else _closed_notice(state, place, is_waiting=is_waiting),
        starts_at=offer.starts_at,
        ends_at=offer.ends_at,
        rows=_offer_rows(offer, is_taken=state is OfferState.TAKEN),
        can_answer=stands,
        is_gone=not stands and state is not OfferState.TAKEN,
        is_waiting=is_waiting,
        yes=_("Ja, diesen Platz nehmen") if place.session_id else _("Ja, diesen Termin nehmen"),
        appointment_url=own_page,
    )


def place_view(place: WaitingEntry, jobcenter: Jobcenter, now: datetime) -> PlaceView:
    is_waiting = place.state == WaitingState.WAITING
    rows = [*_wish_rows(place), Row(_("Name"), place.customer.name)]
    if is_waiting:
        rows.append(Row(_("Sie warten seit"), moment_line(place.created_at)))
    return PlaceView(
        notice=_place_notice(place),
        rows=tuple(rows),
        is_waiting=is_waiting,
        offer_url=_offer_url(open_offer(place, now), jobcenter) if is_waiting else "",
        book_url="" if is_waiting else url("services", jobcenter),
    )


def section_view(appointment: Appointment, jobcenter: Jobcenter, key: str, now: datetime) -> SectionView | None:
    """None where there is nothing to wish: no waiting list here, or too late for this appointment."""
    place = place_of(appointment)
    obstacle = None if place else obstacle_to_wishing(appointment, jobcenter.settings, now)
    if obstacle not in (None, Obstacle.NOT_REACHABLE) or appointment.status_now is not Status.BOOKED:
        return None
    offer = open_offer(place, now) if place else None
    return SectionView(
        action_url=url("wish-earlier", jobcenter, key=key),
        is_waiting=place is not None,
        since=moment_line(place.created_at) if place else "",
        offer_url=_offer_url(offer, jobcenter),
        offered=moment_line(offer.starts_at) if offer else "",
        until=moment_line(offer.expires_at) if offer else "",
        obstacle=str(OBSTACLES[obstacle]) if obstacle else "",
    )


def wish_rows(place: WaitingEntry) -> tuple[Row, ...]:
    """What somebody would wait for, before they do."""
    return tuple(_wish_rows(place))


def _state(offer: WaitingOffer, now: datetime) -> OfferState:
    state = OfferState(offer.state)
    return OfferState.EXPIRED if state is OfferState.OPEN and offer.expires_at <= now else state


def _betters(offer: WaitingOffer) -> bool:
    own = offer.entry.appointment
    return own is None or (own.status_now is Status.BOOKED and offer.starts_at < own.starts_at)


def _booked_by(offer: WaitingOffer) -> Appointment | None:
    """The appointment that a yes has moved or made."""
    if offer.entry.appointment_id is not None:
        return appointment_by_id(offer.entry.appointment_id)
    return by_idempotency_key(bytes(offer.token_hash))


def _title(place: WaitingEntry) -> str:
    if place.appointment_id is not None:
        return _("Ein früherer Termin für Sie")
    return _("Ein freier Platz für Sie") if place.session_id else _("Ein freier Termin für Sie")


def _open_notice(offer: WaitingOffer) -> Notice:
    until = _("Antworten Sie bitte bis %(until)s.") % {"until": moment_line(offer.expires_at)}
    first = _("Wir haben auch andere gefragt. Wer zuerst Ja sagt, bekommt den Termin.")
    return Notice("info", _("Möchten Sie diesen Termin?"), f"{until} {first}")


def _closed_notice(state: OfferState, place: WaitingEntry, *, is_waiting: bool) -> Notice:
    own = place.appointment
    if own is not None and own.status_now is Status.CANCELLED:
        return Notice("info", _("Dieses Angebot gilt nicht mehr."), _("Ihr Termin ist abgesagt."))
    if state is OfferState.TAKEN:
        return Notice("success", _("Sie haben diesen Termin genommen."))
    stays = _("Ihr bisheriger Termin bleibt bestehen.") if own is not None else ""
    goes_on = (
        _("Sie warten weiter. Wird wieder eine Zeit frei, schreiben wir Ihnen.")
        if is_waiting
        else _("Sie stehen nicht mehr auf der Warteliste.")
    )
    text = " ".join(filter(None, [stays, goes_on]))
    if state is OfferState.LOST:
        sorry = _("Das tut uns leid: Jemand anderes hat zuerst Ja gesagt.")
        return Notice("warning", _("Dieser Termin ist schon vergeben."), f"{sorry} {text}")
    if state is OfferState.DECLINED:
        return Notice("info", _("Danke für Ihre Antwort."), text)
    return Notice("info", _("Dieses Angebot gilt nicht mehr."), text)


def _place_notice(place: WaitingEntry) -> Notice:
    if place.state == WaitingState.SERVED:
        return Notice("success", _("Sie haben einen Termin genommen. Sie warten nicht mehr."))
    if place.state == WaitingState.ENDED:
        return Notice("info", _("Sie stehen nicht mehr auf der Warteliste."))
    text = _("Wird etwas frei, schreiben wir Ihnen. Dann antworten Sie bitte schnell: Wer zuerst Ja sagt, bekommt es.")
    return Notice("success", _("Sie stehen auf der Warteliste."), text)


def _offer_rows(offer: WaitingOffer, *, is_taken: bool) -> tuple[Row, ...]:
    place = offer.entry
    own = place.appointment
    rows = [Row(_("Ihr Termin jetzt"), moment_line(own.starts_at))] if own is not None and not is_taken else []
    return (*rows, *_wish_rows(place), Row(_("Name"), place.customer.name))


def _wish_rows(place: WaitingEntry) -> list[Row]:
    if place.session is None:
        return [Row(_("Anliegen"), service_line(place.service)), Row(_("Ort"), place_line(place.location))]
    language = current_language().code
    title = place.session.title(language) or place.service.title(language)
    return [
        Row(_("Anliegen"), isolated(title)),
        Row(_("Wann"), moment_line(place.session.starts_at)),
        Row(_("Ort"), place_line(place.location)),
    ]


def _offer_url(offer: WaitingOffer | None, jobcenter: Jobcenter) -> str:
    token = token_of_offer(offer) if offer else None
    return url("offer", jobcenter, offer=token) if token else ""
