# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Holds: a time kept for somebody who is still typing, with the sealed draft of what they typed.

Expiry is set and compared by the database's clock (two web nodes may differ). A draft outlives its time for a while:
who typed slowly is offered the nearest times and types nothing twice.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction

from appointments.availability import NO_WISHES, Wishes
from appointments.core.modes import Mode
from appointments.models import Hold, Occupancy, OccupancyState, Seat, SeatState
from appointments.models.occupancy import Holder
from appointments.queries import database_now, services_by_ids
from appointments.taking import Request, SlotTaken, nearest, rounds, take_one_of
from jobcenter_portal.audit import service as audit
from jobcenter_portal.kernel.crypto import fingerprint
from jobcenter_portal.kernel.ids import public_id
from jobcenter_portal.tenancy.models import BookingMode, Jobcenter

MAX_EXTENSIONS: Final = 10
"""WCAG 2.2.1 asks for at least ten extensions of a time limit."""
DRAFT_GRACE: Final = timedelta(minutes=30)

BOOKED: Final = "booked"
"""Under which name the bookings of a network are counted."""
_DISCARD: Final = """
WITH proofs AS (DELETE FROM appointments_proof WHERE hold_id = %s),
 gone AS (DELETE FROM appointments_hold WHERE id = %s RETURNING tenant_id, network)
INSERT INTO tenancy_counted (tenant_id, what, who, at)
SELECT tenant_id, %s, network, %s FROM gone WHERE network IS NOT NULL"""


class HoldGone(Exception):
    """There is no such hold: never was, or its draft has run out as well."""


class NotBookableOnline(Exception):
    """Where each person has their own caseworker, nobody books without saying who that is."""


def need_online_booking(jobcenter: Jobcenter, wishes: Wishes = NO_WISHES, *, is_emergency: bool = False) -> None:
    """Whoever cannot wait is met by whoever is there: of an emergency nobody is asked whose it is."""
    is_personal = jobcenter.settings.booking_mode == BookingMode.PERSONAL_CASEWORKER
    if is_personal and wishes.only_calendar is None and not is_emergency:
        raise NotBookableOnline


def hold(request: Request, *, token: str = "") -> tuple[str, Hold]:
    """Keep a time. Returns the token that opens the hold, and the hold. A token of one's own must be as hard to guess.

    Raises SlotTaken with the nearest times, Refused, NotBookableOnline.
    """
    need_online_booking(request.jobcenter, request.wishes, is_emergency=request.service.is_emergency)
    token = token or public_id()
    fresh = _hold_of(request, token)
    _take(fresh, request)
    return token, fresh


def hold_no_time(request: Request, *, token: str = "") -> tuple[str, Hold]:
    """A hold whose time is gone before it begins: it keeps what somebody typed until they have chosen another time."""
    need_online_booking(request.jobcenter, request.wishes, is_emergency=request.service.is_emergency)
    token = token or public_id()
    fresh = _hold_of(request, token)
    fresh.starts_at = request.starts_at
    set_expiry(fresh, request.jobcenter)
    fresh.save(force_insert=True)
    return token, fresh


def wishes_of_hold(held: Hold) -> Wishes:
    """What the person wanted beyond the service when they chose the time."""
    return Wishes(
        mode=Mode(held.mode),
        more_services=services_by_ids(held.more_service_ids) if held.more_service_ids else (),
        mediator_language=held.mediator_language,
        only_calendar=held.only_calendar_id,
        municipality=held.municipality_id,
    )


def request_of_hold(jobcenter: Jobcenter, held: Hold, starts_at: datetime, now: datetime) -> Request:
    """The same wish at a time: the hold's own, or another."""
    return Request(jobcenter, held.service, held.location, starts_at, now, wishes=wishes_of_hold(held))


def hold_again(*, jobcenter: Jobcenter, held: Hold, starts_at: datetime, now: datetime) -> None:
    """Another time for the same draft: the new one is taken before the old one is let go.

    Raises SlotTaken (the old time stays as it was), Refused, HoldGone.
    """
    _take(held, request_of_hold(jobcenter, held, starts_at, now))


def extend_hold(*, jobcenter: Jobcenter, held: Hold, now: datetime) -> Hold:
    """Keep the time longer, at most MAX_EXTENSIONS times. Raises SlotTaken when it is gone, HoldGone."""
    with transaction.atomic():
        locked: Hold | None = Hold.objects.select_for_update().filter(pk=held.pk).first()
        if locked is None:
            raise HoldGone
        if locked.extensions < MAX_EXTENSIONS:
            set_expiry(locked, jobcenter)
            locked.extensions += 1
            locked.save(update_fields=["expires_at", "draft_until", "extensions"])
            record_hold(locked, "hold_extended", now)
        kept = locked.occupancies.update(expires_at=locked.expires_at)
        kept += locked.seats.update(expires_at=locked.expires_at)
    if not kept:
        raise SlotTaken(nearest(request_of_hold(jobcenter, held, held.starts_at, now)))
    return locked


def keep_draft(*, held: Hold, draft_json: str) -> None:
    """Put what was typed under seal on the hold. Raises HoldGone when it has just been booked or given up."""
    held.draft_json = draft_json
    if not Hold.objects.filter(pk=held.pk).update(draft_sealed=held.draft_sealed):
        raise HoldGone


def open_anew(*, held: Hold) -> str:
    """Another token for the same hold; the earlier one opens it no more. Raises HoldGone."""
    token = public_id()
    if not Hold.objects.filter(pk=held.pk).update(token_hash=fingerprint(token)):
        raise HoldGone
    return token


def release_hold(*, held: Hold) -> None:
    """The person gave up or chose elsewhere: time and draft are gone at once."""
    held.delete()  # its time goes with it, in one transaction


def discard_hold(held: Hold, *, now: datetime) -> None:
    """Remove a hold whose time has been booked. Only proofs of addresses can still hang on it.

    That its network booked is counted in the same statement (way_in).
    """
    with connection.cursor() as cursor:
        cursor.execute(_DISCARD, [held.pk, held.pk, BOOKED, now])


def expire_holds(*, limit: int = 500) -> int:
    """Hygiene for the current Jobcenter: remove dead time and seats, and drafts after their grace.

    Returns how many rows.
    """
    moment = database_now()
    dead = Occupancy.objects.filter(state=OccupancyState.HELD, expires_at__lt=moment).values_list("pk", flat=True)
    removed: int = Occupancy.objects.filter(pk__in=list(dead[:limit]), expires_at__lt=moment).delete()[0]
    seats = Seat.objects.filter(state=SeatState.HELD, expires_at__lt=moment).values_list("pk", flat=True)
    removed += Seat.objects.filter(pk__in=list(seats[:limit]), expires_at__lt=moment).delete()[0]
    with transaction.atomic():
        # A hold that somebody is confirming or extending at this moment is locked, and is left for the next round.
        stale = Hold.objects.select_for_update(skip_locked=True).filter(draft_until__lt=moment)
        ids = list(stale.values_list("pk", flat=True)[:limit])
        removed += Hold.objects.filter(pk__in=ids).delete()[0]
    return removed


def _hold_of(request: Request, token: str) -> Hold:
    """Not written yet, and without a time."""
    wishes = request.wishes
    return Hold(
        tenant_id=request.jobcenter.pk,
        token_hash=fingerprint(token),
        service=request.service,
        location=request.location,
        mode=int(wishes.mode),
        mediator_language=wishes.mediator_language,
        more_service_ids=[one.pk for one in wishes.more_services],
        only_calendar_id=wishes.only_calendar,
        municipality_id=wishes.municipality,
    )


def _take(held: Hold, request: Request) -> None:
    is_new = held.pk is None
    for free in rounds(request):
        with transaction.atomic():
            # Two windows of one person, or a window and a confirmation: the second finds what the first has made of it.
            if not is_new and not Hold.objects.select_for_update().filter(pk=held.pk).exists():
                raise HoldGone
            old = list(held.occupancies.values_list("pk", flat=True)) if not is_new else []
            held.starts_at = request.starts_at
            set_expiry(held, request.jobcenter)
            held.save(force_insert=is_new)
            if (lead := take_one_of(free, request, Holder(hold=held))) is not None:
                held.calendar_id = lead
                held.save(update_fields=["calendar"])
                Occupancy.objects.filter(pk__in=old).delete()
                record_hold(held, "held", request.now)
                return
            transaction.set_rollback(True)
        if is_new:
            held.pk = None  # the row went with the transaction


def record_hold(held: Hold, action: str, now: datetime) -> None:
    """Nobody is known yet; the trail shows how often times are kept, which is how hoarding would be seen."""
    audit.record(by=audit.CUSTOMER, action=action, subject=f"hold:{held.pk}", at=now)


def set_expiry(held: Hold, jobcenter: Jobcenter) -> None:
    """As long as this Jobcenter keeps a time, from now on, by the database's clock."""
    held.expires_at = database_now() + timedelta(minutes=jobcenter.settings.hold_minutes)
    held.draft_until = held.expires_at + DRAFT_GRACE
