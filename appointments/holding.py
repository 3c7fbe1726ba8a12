# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Holds: a time kept for somebody who is still typing, with the sealed draft of what they typed.

Expiry is set and compared by the database's clock (two web nodes may differ). A draft outlives its time for a while:
who typed slowly is offered the nearest times and types nothing twice.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from appointments.models import Hold, Location, Occupancy, OccupancyState, Service
from appointments.queries import database_now
from appointments.taking import Request, SlotTaken, free_calendars, nearest, take_one_of
from jobcenter_portal.audit import service as audit
from jobcenter_portal.kernel.crypto import fingerprint
from jobcenter_portal.kernel.ids import public_id
from jobcenter_portal.tenancy.models import BookingMode, Jobcenter

MAX_EXTENSIONS: Final = 10
"""WCAG 2.2.1 asks for at least ten extensions of a time limit."""
DRAFT_GRACE: Final = timedelta(minutes=30)


class HoldGone(Exception):
    """There is no such hold: never was, or its draft has run out as well."""


class NotBookableOnline(Exception):
    """This Jobcenter does not book instantly; the page shows telephone and hours instead."""


def need_instant_booking(jobcenter: Jobcenter) -> None:
    if jobcenter.settings.booking_mode != BookingMode.INSTANT:
        raise NotBookableOnline


def hold(
    *, jobcenter: Jobcenter, service: Service, location: Location, starts_at: datetime, now: datetime
) -> tuple[str, Hold]:
    """Keep a time. Returns the token that opens the hold, and the hold.

    Raises SlotTaken with the nearest times, Refused, NotBookableOnline.
    """
    need_instant_booking(jobcenter)
    token = public_id()
    fresh = Hold(tenant_id=jobcenter.pk, token_hash=fingerprint(token), service=service, location=location)
    _take(fresh, Request(jobcenter, service, location, starts_at, now))
    return token, fresh


def hold_again(*, jobcenter: Jobcenter, held: Hold, starts_at: datetime, now: datetime) -> None:
    """Another time for the same draft: the new one is taken before the old one is let go.

    Raises SlotTaken (the old time stays as it was), Refused.
    """
    _take(held, Request(jobcenter, held.service, held.location, starts_at, now))


def extend_hold(*, jobcenter: Jobcenter, held: Hold, now: datetime) -> Hold:
    """Keep the time longer, at most MAX_EXTENSIONS times. Raises SlotTaken when it is gone, HoldGone."""
    with transaction.atomic():
        locked: Hold | None = Hold.objects.select_for_update().filter(pk=held.pk).first()
        if locked is None:
            raise HoldGone
        if locked.extensions < MAX_EXTENSIONS:
            _set_expiry(locked, jobcenter)
            locked.extensions += 1
            locked.save(update_fields=["expires_at", "draft_until", "extensions"])
            _record(locked, "hold_extended", now)
        kept = locked.occupancies.update(expires_at=locked.expires_at)
    if not kept:
        raise SlotTaken(nearest(Request(jobcenter, held.service, held.location, held.starts_at, now)))
    return locked


def keep_draft(*, held: Hold, draft_json: str) -> None:
    """Put what was typed under seal on the hold."""
    held.draft_json = draft_json
    held.save(update_fields=["draft_sealed"])


def release_hold(*, held: Hold) -> None:
    """The person gave up or chose elsewhere: time and draft are gone at once."""
    held.delete()  # its time goes with it, in one transaction


def expire_holds(*, limit: int = 500) -> int:
    """Hygiene for the current Jobcenter: remove dead time, and drafts after their grace. Returns how many rows."""
    moment = database_now()
    dead = Occupancy.objects.filter(state=OccupancyState.HELD, expires_at__lt=moment).values_list("pk", flat=True)
    removed: int = Occupancy.objects.filter(pk__in=list(dead[:limit]), expires_at__lt=moment).delete()[0]
    with transaction.atomic():
        # A hold that somebody is confirming or extending at this moment is locked, and is left for the next round.
        stale = Hold.objects.select_for_update(skip_locked=True).filter(draft_until__lt=moment)
        ids = list(stale.values_list("pk", flat=True)[:limit])
        removed += Hold.objects.filter(pk__in=ids).delete()[0]
    return removed


def _take(held: Hold, request: Request) -> None:
    free = free_calendars(request)
    with transaction.atomic():
        old = list(held.occupancies.values_list("pk", flat=True)) if held.pk else []
        held.starts_at = request.starts_at
        _set_expiry(held, request.jobcenter)
        held.save()
        taken = take_one_of(free, request, hold=held)
        if taken is None:
            transaction.set_rollback(True)
        else:
            Occupancy.objects.filter(pk__in=old).delete()
            _record(held, "held", request.now)
    if taken is None:
        raise SlotTaken(nearest(request))


def _record(held: Hold, action: str, now: datetime) -> None:
    """Nobody is known yet; the trail shows how often times are kept, which is how hoarding would be seen."""
    audit.record(by=audit.CUSTOMER, action=action, subject=f"hold:{held.pk}", at=now)


def _set_expiry(held: Hold, jobcenter: Jobcenter) -> None:
    held.expires_at = database_now() + timedelta(minutes=jobcenter.settings.hold_minutes)
    held.draft_until = held.expires_at + DRAFT_GRACE
