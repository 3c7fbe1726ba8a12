# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The waiting list: people who wish an earlier time, any time, or a seat. Join, leave, and who waits for what.

Every change of a place and of its offers happens under the lock of the place's row.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import Enum, unique
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from appointments.core.lifecycle import Kind, Status
from appointments.core.modes import Mode
from appointments.core.waiting import LONGEST_WAIT, NOTICE
from appointments.links import make_known
from appointments.models import (
    Appointment,
    GroupSession,
    Location,
    OfferState,
    Service,
    WaitingEntry,
    WaitingOffer,
    WaitingState,
)
from appointments.reminders import AT_ONCE, reachable
from appointments.waiting.links import token_for_place
from appointments.writing import Person, check_limit, lock
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint
from jobcenter_portal.accounts.service import customers_with, new_customer
from jobcenter_portal.audit import service as audit
from jobcenter_portal.kernel.crypto import fingerprint
from jobcenter_portal.kernel.ids import public_id
from jobcenter_portal.tenancy.models import BookingMode, Jobcenter, TenantSettings
from notifications import service as notifications
from notifications.service import Channel, Planned, Priority

JOINED: Final = "waiting_joined"
LEFT: Final = "waiting_left"
WAITING: Final = "waiting"
"""The message that says so, with the link to the place."""


@unique
class Obstacle(Enum):
    """Why somebody cannot wait. Each value has one sentence on the screen, chosen by the page."""

    NOT_HERE = "not_here"
    """This Jobcenter keeps no waiting list, or not for this."""
    NOT_REACHABLE = "not_reachable"
    """Offers are answered within hours: without an e-mail address or mobile number nobody would learn of one."""
    TOO_LATE = "too_late"
    """The appointment is over, cancelled, or so near that nothing earlier could be offered."""
    WAITS_ALREADY = "waits_already"
    """Somebody with one of these addresses waits for the same already."""


class CannotWait(Exception):
    """There is no place on the list for this; `obstacle` is for the page to put into words."""

    def __init__(self, obstacle: Obstacle) -> None:
        super().__init__(obstacle.value)
        self.obstacle = obstacle


def wish_earlier(*, jobcenter: Jobcenter, appointment: Appointment, now: datetime) -> WaitingEntry:
    """Wait for an earlier time than that of the appointment, which stays. Wishing twice is one place.

    Raises CannotWait.
    """
    with transaction.atomic():
        locked = lock(appointment)
        if (known := place_of(locked)) is not None:
            return known
        if (obstacle := obstacle_to_wishing(locked, jobcenter.settings, now)) is not None:
            raise CannotWait(obstacle)
        place: WaitingEntry = WaitingEntry.objects.create(
            tenant_id=jobcenter.pk,
            customer_id=locked.customer_id,
            appointment=locked,
            service_id=locked.service_id,
            location_id=locked.location_id,
            mode=locked.mode,
            language=locked.language,
            not_after=locked.starts_at,
            created_at=now,
            token_hash=fingerprint(public_id()),  # the appointment's own page is the door
        )
        _record(place, audit.CUSTOMER, JOINED, now)
    return place


def wait_for_any(
    *, jobcenter: Jobcenter, service: Service, location: Location, person: Person, mode: Mode, now: datetime
) -> tuple[str, WaitingEntry]:
    """Wait for a time at a location where none is free. Returns the token that opens the place, and the place.

    Raises CannotWait, and Refused when the person has as many appointments as one may have.
    """
    if not takes_people(jobcenter.settings, service) or service.is_group or not service.modes & mode:
        raise CannotWait(Obstacle.NOT_HERE)
    place = WaitingEntry(service=service, location=location, mode=int(mode))
    return _join(jobcenter, place, person, now)


def wait_for_seat(
    *, jobcenter: Jobcenter, session: GroupSession, person: Person, now: datetime
) -> tuple[str, WaitingEntry]:
    """Wait for a seat on a date that is full. Returns and raises like `wait_for_any`."""
    if not takes_people(jobcenter.settings, session.service):
        raise CannotWait(Obstacle.NOT_HERE)
    if session.cancelled_at is not None or session.starts_at - now <= NOTICE:
        raise CannotWait(Obstacle.TOO_LATE)
    mode = session.service.possible_modes[0]
    place = WaitingEntry(session=session, service=session.service, location=session.location, mode=int(mode))
    return _join(jobcenter, place, person, now)


def leave(*, place: WaitingEntry, by: audit.By, now: datetime) -> None:
    """Wait no longer; an open offer ends with it. Leaving twice leaves once."""
    with transaction.atomic():
        locked = lock_place(place.pk)
        if locked is not None and locked.state == WaitingState.WAITING:
            end(locked, now)
            _record(locked, by, LEFT, now)


def takes_people(settings: TenantSettings, service: Service) -> bool:
    """Whether anybody can wait for this service. Emergencies come day by day; nobody is to wait for one."""
    return settings.waiting_list and service.is_active and not service.is_emergency


def takes_strangers(settings: TenantSettings, service: Service) -> bool:
    """Whether people without an appointment can wait, which needs a way to tell them of a time.

    Where everybody has their own caseworker, nobody could say whose time to look for.
    """
    can_tell = settings.email_enabled or settings.sms_enabled
    return takes_people(settings, service) and can_tell and settings.booking_mode != BookingMode.PERSONAL_CASEWORKER


def obstacle_to_wishing(appointment: Appointment, settings: TenantSettings, now: datetime) -> Obstacle | None:
    """Why nobody can wait for something earlier than this appointment, or None."""
    if not takes_people(settings, appointment.service) or appointment.kind in (Kind.GROUP, Kind.WALK_IN):
        return Obstacle.NOT_HERE
    if appointment.status_now is not Status.BOOKED or appointment.starts_at - now <= NOTICE:
        return Obstacle.TOO_LATE
    return None if addresses_of([appointment.customer_id], settings) else Obstacle.NOT_REACHABLE


def place_of(appointment: Appointment) -> WaitingEntry | None:
    """Where somebody with this appointment waits for an earlier one, or None."""
    found: WaitingEntry | None = WaitingEntry.objects.filter(
        appointment=appointment, state=WaitingState.WAITING
    ).first()
    return found


def open_offer(place: WaitingEntry, now: datetime) -> WaitingOffer | None:
    """The offer that still waits for an answer; there is never more than one."""
    found: WaitingOffer | None = (
        place.offers.filter(state=OfferState.OPEN, expires_at__gt=now).select_related("location", "session").first()
    )
    return found


def waiting_at(location: Location) -> QuerySet[WaitingEntry]:
    """Who waits for something at a location, the longest waiting first."""
    found: QuerySet[WaitingEntry] = (
        WaitingEntry.objects.filter(location=location, state=WaitingState.WAITING)
        .select_related("customer", "service", "session", "appointment")
        .order_by("created_at", "id")
    )
    return found


def addresses_of(customer_ids: Iterable[int], settings: TenantSettings) -> dict[int, list[ContactPoint]]:
    """The addresses of these people on channels that this Jobcenter uses."""
    points = ContactPoint.objects.filter(customer_id__in=list(customer_ids)).order_by("customer_id", "channel")
    found: dict[int, list[ContactPoint]] = {}
    for point in reachable(points, settings):
        found.setdefault(point.customer_id, []).append(point)
    return found


def lock_place(pk: int, *, skip_locked: bool = False) -> WaitingEntry | None:
    """The place as it is now; until the end of the transaction nobody else changes it or its offers."""
    found: WaitingEntry | None = (
        WaitingEntry.objects.select_for_update(skip_locked=skip_locked, of=("self",))
        .select_related("customer", "service", "location", "session")
        .filter(pk=pk)
        .first()
    )
    return found


def end(locked: WaitingEntry, now: datetime, state: WaitingState = WaitingState.ENDED) -> None:
    """Close a locked place, its open offer and the message about that one."""
    locked.state = state
    locked.save(update_fields=["state"])
    for offer in locked.offers.filter(state=OfferState.OPEN):
        close(offer, OfferState.DECLINED, now)


def close(offer: WaitingOffer, state: OfferState, now: datetime) -> None:
    """Close an offer under its place's lock; a message that has not left yet stays here."""
    offer.state = state
    offer.save(update_fields=["state"])
    notifications.withdraw(subject=subject_of_offer(offer), now=now)


def end_if_used_up(place: WaitingEntry, max_offers: int, now: datetime) -> bool:
    """Close a locked place that has had its last offer. Whoever waits for more would wait for nothing."""
    is_used_up = place.offers_made >= max_offers and not place.offers.filter(state=OfferState.OPEN).exists()
    if is_used_up and place.state == WaitingState.WAITING:
        end(place, now)
    return is_used_up


def lose(place: WaitingEntry, offer: WaitingOffer, now: datetime) -> None:
    """Under the lock of its place: the offered time has gone to somebody else, so the offer does not count."""
    close(offer, OfferState.LOST, now)
    place.offers_made -= 1
    place.save(update_fields=["offers_made"])


def subject_of(place: WaitingEntry) -> str:
    """Where the trail tells about a place: at its appointment, if it has one."""
    return f"appointment:{place.appointment_id}" if place.appointment_id else f"waiting:{place.pk}"


def subject_of_offer(offer: WaitingOffer) -> str:
    """How messages refer to an offer."""
    return f"waiting-offer:{offer.pk}"


def _join(jobcenter: Jobcenter, place: WaitingEntry, person: Person, now: datetime) -> tuple[str, WaitingEntry]:
    settings = jobcenter.settings
    if not takes_strangers(settings, place.service):
        raise CannotWait(Obstacle.NOT_HERE)
    with transaction.atomic():
        check_limit(jobcenter, person, now)  # who could not book would be offered something for nothing
        if _waits_already(place, person):
            raise CannotWait(Obstacle.WAITS_ALREADY)
        customer = new_customer(name=person.name, language=person.language, addresses=person.addresses, now=now)
        if not addresses_of([customer.pk], settings):
            raise CannotWait(Obstacle.NOT_REACHABLE)
        token = token_for_place(customer.pk)
        place.tenant_id, place.customer, place.language = jobcenter.pk, customer, person.language
        place.created_at, place.token_hash = now, fingerprint(token)
        place.save(force_insert=True)
        make_known(token, jobcenter.pk)
        _record(place, audit.CUSTOMER, JOINED, now)
        _acknowledge(place, settings, now)
    return token, place


def _acknowledge(place: WaitingEntry, settings: TenantSettings, now: datetime) -> None:
    """Send the link to the place: by e-mail, or by SMS where there is none. An appointment's page has its own link."""
    points = addresses_of([place.customer_id], settings)[place.customer_id]
    point = next((one for one in points if one.channel == ContactChannel.EMAIL), points[0])
    message = Planned(
        kind=WAITING,
        occasion=AT_ONCE,
        channel=Channel(point.channel),
        recipient=bytes(point.address_index),
        language=place.language,
        due_at=now,
        not_after=now + LONGEST_WAIT,
        priority=Priority.CONFIRMATION,
    )
    notifications.plan(subject=f"waiting:{place.pk}", revision=1, messages=[message], now=now)


def _waits_already(place: WaitingEntry, person: Person) -> bool:
    """Two places for one address would be two offers of what only one can take."""
    known = customers_with(person.addresses)
    same = WaitingEntry.objects.filter(
        state=WaitingState.WAITING,
        appointment__isnull=True,
        service=place.service,
        location=place.location,
        session=place.session,
    )
    return bool(same.filter(customer_id__in=known).exists())


def _record(place: WaitingEntry, by: audit.By, action: str, now: datetime) -> None:
    audit.record(by=by, action=action, subject=subject_of(place), at=now)
