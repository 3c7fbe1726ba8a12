# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The waiting list at work: look at what is free, resting time included, and offer it to those it is of use to.

The oldest place comes first. What is offered comes from the search that the booking asks too, so a yes can be kept
while nobody else was faster. Nothing here is needed for correctness: two rounds at once, or none, do no harm.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Q, QuerySet

from appointments.availability import Slot, Wishes, booking_window, find_slots
from appointments.changing import wishes_of
from appointments.core.lifecycle import Status
from appointments.core.modes import Mode
from appointments.core.waiting import LONGEST_WAIT, NOTICE, PEOPLE_PER_TIME, answer_until, is_earlier
from appointments.links import make_known
from appointments.models import GroupSession, OfferState, WaitingEntry, WaitingOffer, WaitingState
from appointments.seats import with_seats
from appointments.waiting.entries import (
    addresses_of,
    close,
    end,
    end_if_used_up,
    lock_place,
    lose,
    subject_of,
    subject_of_offer,
)
from appointments.waiting.links import token_for_offer
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint
from jobcenter_portal.audit import service as audit
from jobcenter_portal.kernel.crypto import fingerprint
from jobcenter_portal.kernel.quiet import QuietHours
from jobcenter_portal.kernel.wall_clock import local_day
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from notifications import service as notifications
from notifications.service import Channel, Planned, Priority

EARLIER_OFFER: Final = "earlier_offer"
TIME_OFFER: Final = "time_offer"
SEAT_OFFER: Final = "seat_offer"
OFFERED: Final = "waiting_offered"
RAN_OUT: Final = "waiting_offer_ran_out"
ENDED: Final = "waiting_ended"
_PAGE: Final = 500
_MOST_OFFERS: Final = 200
"""In one round of one Jobcenter; the others are served in the next."""


@dataclass(frozen=True, slots=True)
class _Chance:
    """A time or seat for somebody, and until when they can say yes."""

    slot: Slot
    until: datetime


def offer_free_times(jobcenter: Jobcenter, *, now: datetime) -> int:
    """One round for the current Jobcenter. Returns how many offers were made."""
    settings = jobcenter.settings
    _close_run_out(settings, now)
    _end_pointless(settings, now)
    market = _Market(jobcenter, now)
    market.let_go_of_lost()
    made = 0
    for place, points in _people(settings, now):
        if made >= _MOST_OFFERS:
            break
        chance = market.chance_of(place)
        if chance is not None and _make(place, chance, points, settings, now):
            market.add(place, chance.slot)
            made += 1
    return made


@dataclass(slots=True)
class _Market:
    """What is free in this round, and how many compete for it already. Each wish is searched once."""

    jobcenter: Jobcenter
    now: datetime
    _found: dict[tuple[int, int, Wishes], dict[Slot, int]] = field(default_factory=dict)
    _rivals: dict[int, list[Slot]] = field(default_factory=dict)

    def let_go_of_lost(self) -> None:
        """Who could only hear "too late" gets the place back for another offer, and nobody is written to in vain."""
        for offer in _open_offers():
            place, slot = offer.entry, Slot(offer.starts_at, offer.ends_at)
            if self._lanes(place).get(slot):
                self.add(place, slot)
            else:
                _let_go(offer, self.now)

    def add(self, place: WaitingEntry, slot: Slot) -> None:
        self._rivals.setdefault(place.location_id, []).append(slot)

    def chance_of(self, place: WaitingEntry) -> _Chance | None:
        """The first time that is of use to this person and not yet offered to as many as it should be."""
        settings, own = self.jobcenter.settings, place.appointment
        patience = timedelta(minutes=settings.waiting_offer_minutes)
        known = {offer.starts_at for offer in place.offers.all() if not _may_come_again(offer, patience, self.now)}
        for slot, lanes in self._lanes(place).items():
            if own is not None and not is_earlier(slot.starts_at, own.starts_at, settings.zone):
                return None
            until = answer_until(slot.starts_at, self.now, patience)
            if until is None or slot.starts_at in known or not _is_within(place, slot):
                continue
            if self._how_many_want(place.location_id, slot) < PEOPLE_PER_TIME * lanes:
                return _Chance(slot, until)
        return None

    def _how_many_want(self, location_id: int, slot: Slot) -> int:
        """Offers of times that overlap count too: of those only one can be taken."""
        rivals = self._rivals.get(location_id, [])
        return sum(one.starts_at < slot.ends_at and one.ends_at > slot.starts_at for one in rivals)

    def _lanes(self, place: WaitingEntry) -> dict[Slot, int]:
        """Free times in their order, and how many people could have each."""
        if place.session is not None:
            return _seats(place.session, self.jobcenter.settings, self.now)
        settings = self.jobcenter.settings
        wishes = wishes_of(place.appointment, settings) if place.appointment else Wishes(mode=Mode(place.mode))
        key = (place.service_id, place.location_id, wishes)
        if key not in self._found:
            self._found[key] = self._search(place, wishes)
        return self._found[key]

    def _search(self, place: WaitingEntry, wishes: Wishes) -> dict[Slot, int]:
        """As for staff: resting time is seen, and instead of the lead time the notice of an offer holds."""
        settings, service = self.jobcenter.settings, place.service
        today = local_day(self.now, settings.zone)
        last = booking_window(settings, service).last_day(self.now, settings.zone)
        free = find_slots(
            service=service,
            location=place.location,
            settings=settings,
            now=self.now,
            wishes=wishes,
            days=(last - today).days + 1,
            for_staff=True,
        )
        return {slot: len(free.calendars_at(slot.starts_at)) for slot in free.slots()}


def _seats(session: GroupSession, settings: TenantSettings, now: datetime) -> dict[Slot, int]:
    """The date itself, while it can be booked and has a free seat."""
    if booking_window(settings, session.service).refusal(session.starts_at, now, settings.zone):
        return {}
    dates = with_seats(GroupSession.objects.filter(pk=session.pk, cancelled_at__isnull=True))
    return {Slot(date.session.starts_at, date.session.ends_at): date.free for date in dates if date.free}


def _may_come_again(offer: WaitingOffer, patience: timedelta, now: datetime) -> bool:
    """A time is offered once. Only one that was lost to somebody else, and has come free again, is offered anew.

    Not before the first offer would have run out: a time that others hold and let go must not become a stream of mail.
    """
    return offer.state == OfferState.LOST and offer.made_at + patience <= now


def _is_within(place: WaitingEntry, slot: Slot) -> bool:
    after = place.not_before is None or slot.starts_at >= place.not_before
    return after and (place.not_after is None or slot.ends_at <= place.not_after)


def _people(settings: TenantSettings, now: datetime) -> Iterator[tuple[WaitingEntry, Sequence[ContactPoint]]]:
    """Who can be offered something now, the longest waiting first, with the addresses that may be written to now."""
    waiting = (
        WaitingEntry.objects.filter(state=WaitingState.WAITING, offers_made__lt=settings.waiting_max_offers)
        .exclude(offers__state=OfferState.OPEN)
        .select_related("service", "location", "appointment__service", "session__service")
        .prefetch_related("offers")
        .order_by("created_at", "id")
    )
    page = list(waiting[:_PAGE])
    while page:
        points = addresses_of([place.customer_id for place in page], settings)
        for place in page:
            awake = [one for one in points.get(place.customer_id, ()) if not _is_quiet(one, settings, now)]
            if awake:
                yield place, awake
        last = page[-1]
        later = Q(created_at__gt=last.created_at) | Q(created_at=last.created_at, pk__gt=last.pk)
        page = list(waiting.filter(later)[:_PAGE])


def _is_quiet(point: ContactPoint, settings: TenantSettings, now: datetime) -> bool:
    """An offer cannot wait for the morning like a reminder: it is made when the person may be told.

    By e-mail too nobody is asked at night, whatever else may be mailed then: the answer is due within hours.
    """
    rings = point.channel != ContactChannel.EMAIL
    return QuietHours(settings.quiet_from, settings.quiet_until, rest_days=rings).are_at(now, settings.zone)


def _make(
    place: WaitingEntry, chance: _Chance, points: Sequence[ContactPoint], settings: TenantSettings, now: datetime
) -> bool:
    """Write the offer and its messages down, unless the place has changed since it was read."""
    with transaction.atomic():
        locked = lock_place(place.pk, skip_locked=True)
        if locked is None or not _may_get(locked, chance.slot, settings):
            return False
        token = token_for_offer(locked.pk, chance.slot.starts_at)
        offer, _is_new = WaitingOffer.objects.update_or_create(
            tenant_id=locked.tenant_id,
            entry=locked,
            starts_at=chance.slot.starts_at,
            defaults={
                "location_id": locked.location_id,
                "session_id": locked.session_id,
                "ends_at": chance.slot.ends_at,
                "state": OfferState.OPEN,
                "made_at": now,
                "expires_at": chance.until,
                "token_hash": fingerprint(token),
            },
        )
        make_known(token, locked.tenant_id)
        locked.offers_made += 1
        locked.save(update_fields=["offers_made"])
        starts_at = chance.slot.starts_at.isoformat()
        audit.record(by=audit.SYSTEM, action=OFFERED, subject=subject_of(locked), at=now, starts_at=starts_at)
        messages = [_message(locked, offer, point) for point in points]
        notifications.plan(subject=subject_of_offer(offer), revision=1, messages=messages, now=now)
    return True


def _may_get(locked: WaitingEntry, slot: Slot, settings: TenantSettings) -> bool:
    known = locked.offers.filter(Q(state=OfferState.OPEN) | Q(starts_at=slot.starts_at) & ~Q(state=OfferState.LOST))
    waits = locked.state == WaitingState.WAITING and locked.offers_made < settings.waiting_max_offers
    return waits and not known.exists()


def _message(place: WaitingEntry, offer: WaitingOffer, point: ContactPoint) -> Planned:
    kind = EARLIER_OFFER if place.appointment_id else SEAT_OFFER if place.session_id else TIME_OFFER
    return Planned(
        kind=kind,
        occasion=f"{offer.made_at:%Y%m%dT%H%M}",  # a lost time that is offered anew is told anew
        channel=Channel(point.channel),
        recipient=bytes(point.address_index),
        language=place.language,
        due_at=offer.made_at,
        not_after=offer.expires_at,
        priority=Priority.CONFIRMATION,
    )


def _open_offers() -> QuerySet[WaitingOffer]:
    found: QuerySet[WaitingOffer] = WaitingOffer.objects.filter(state=OfferState.OPEN).select_related(
        "entry__service", "entry__location", "entry__appointment__service", "entry__session__service"
    )
    return found


def _let_go(offer: WaitingOffer, now: datetime) -> None:
    with transaction.atomic():
        locked = lock_place(offer.entry_id, skip_locked=True)
        if locked is not None and locked.offers.filter(pk=offer.pk, state=OfferState.OPEN).exists():
            lose(locked, offer, now)


def _close_run_out(settings: TenantSettings, now: datetime) -> None:
    """Offers that nobody answered; the place stays, unless that was the last one."""
    for offer in _open_offers().filter(expires_at__lte=now).order_by("expires_at")[:_PAGE]:
        with transaction.atomic():
            locked = lock_place(offer.entry_id, skip_locked=True)
            if locked is not None and locked.offers.filter(pk=offer.pk, state=OfferState.OPEN).exists():
                close(offer, OfferState.EXPIRED, now)
                audit.record(by=audit.SYSTEM, action=RAN_OUT, subject=subject_of(locked), at=now)
                end_if_used_up(locked, settings.waiting_max_offers, now)


def _end_pointless(settings: TenantSettings, now: datetime) -> None:
    """Places whose appointment is over, cancelled or earlier by now, whose date is near, or which nobody remembers."""
    near = now + NOTICE
    own = Q(appointment__isnull=False) & (
        ~Q(appointment__status=Status.BOOKED.value)
        | Q(appointment__starts_at__lte=near)
        | Q(appointment__starts_at__lt=F("not_after"))
    )
    date = Q(session__isnull=False) & (Q(session__cancelled_at__isnull=False) | Q(session__starts_at__lte=near))
    forgotten = Q(appointment__isnull=True, session__isnull=True, created_at__lte=now - LONGEST_WAIT)
    used_up = Q(offers_made__gte=settings.waiting_max_offers) & ~Q(offers__state=OfferState.OPEN)
    pointless = WaitingEntry.objects.filter(own | date | forgotten | used_up, state=WaitingState.WAITING)
    for pk in list(pointless.order_by("created_at", "id").values_list("pk", flat=True)[:_PAGE]):
        with transaction.atomic():
            locked = lock_place(pk, skip_locked=True)
            if locked is not None and locked.state == WaitingState.WAITING:
                end(locked, now)
                audit.record(by=audit.SYSTEM, action=ENDED, subject=subject_of(locked), at=now)
