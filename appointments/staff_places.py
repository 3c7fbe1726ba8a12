# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Naming the places that somebody works for. What follows from it at the desk says appointments/desk/scope.py."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from appointments.models import Location, MembershipLocation
from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.audit import service as audit


def unknown_places(slugs: Collection[str]) -> list[str]:
    """Those of which the current Jobcenter has no location."""
    known = set(Location.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    return sorted(set(slugs) - known)


def reach_everywhere(*, member: Membership, by: audit.By, now: datetime) -> None:
    """Let somebody's work reach every place. Said again it changes nothing."""
    with transaction.atomic():
        locked = Membership.objects.select_for_update().get(pk=member.pk)
        if locked.every_location:
            return
        MembershipLocation.objects.filter(membership=locked).delete()
        _write(locked, member, every_location=True)
        _record(member, by, now, places="all")


def reach_places(*, member: Membership, slugs: Collection[str], by: audit.By, now: datetime) -> None:
    """Let somebody's work end with these places. Said again it changes nothing.

    A place that is gone is passed over: whoever had only that one reaches none, and not all of them.
    """
    with transaction.atomic():
        locked = Membership.objects.select_for_update().get(pk=member.pk)
        wanted = dict(Location.objects.filter(slug__in=slugs).values_list("pk", "slug"))
        named = MembershipLocation.objects.filter(membership=locked)
        before = set(named.values_list("location_id", flat=True))
        if not locked.every_location and before == set(wanted):
            return
        named.exclude(location_id__in=wanted).delete()
        MembershipLocation.objects.bulk_create(
            MembershipLocation(tenant_id=locked.tenant_id, membership=locked, location_id=pk)
            for pk in sorted(set(wanted) - before)
        )
        _write(locked, member, every_location=False)
        _record(member, by, now, places=", ".join(sorted(wanted.values())) or "none")


def _write(locked: Membership, member: Membership, *, every_location: bool) -> None:
    locked.every_location = member.every_location = every_location
    locked.save(update_fields=["every_location"])


def _record(member: Membership, by: audit.By, now: datetime, *, places: str) -> None:
    audit.record(by=by, action="places_named", subject=f"membership:{member.pk}", at=now, places=places)
