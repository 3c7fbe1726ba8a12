# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A Jobcenter's logo: put another one up, take it down, go back, and the file behind an address."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection, transaction
from django.db.models import QuerySet

from jobcenter_portal.about.models import Ground, Logo
from jobcenter_portal.about.picture import Picture
from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.service import By
from jobcenter_portal.tenancy.briefly import briefly
from jobcenter_portal.tenancy.context import current_tenant

_LOCK: Final = 7412
_NOTHING: Final = Picture(b"", 0, 0, "")


@dataclass(frozen=True, slots=True)
class ShownLogo:
    """What a page needs to show one."""

    digest: str
    width: int
    height: int


def shown_logos() -> dict[Ground, ShownLogo]:
    """The logos that are up now, by ground, at most a second old."""
    return briefly("logos", read=_shown)


def logo_file(digest: str) -> bytes | None:
    """The picture behind an address; also one that is not up any more, since pages in caches still ask for it."""
    found = Logo.objects.filter(digest=digest).order_by("-version").values_list("png", flat=True).first()
    return bytes(found) if found else None


def logo_versions(ground: Ground) -> QuerySet[Logo]:
    """All versions, newest first, without their files."""
    of_ground: QuerySet[Logo] = Logo.objects.filter(ground=ground)
    return of_ground.select_related("created_by").defer("png").order_by("-version")


def put_up(*, ground: Ground, picture: Picture, by: By, now: datetime) -> None:
    """Show this logo from now on. The same picture is not saved twice."""
    _next_version(ground, picture, by, now)


def take_down(*, ground: Ground, by: By, now: datetime) -> None:
    """Show none from now on."""
    _next_version(ground, _NOTHING, by, now)


def put_up_again(*, ground: Ground, version: int, by: By, now: datetime) -> None:
    """Show the logo of an earlier version again. Raises LookupError."""
    earlier = Logo.objects.filter(ground=ground, version=version).first()
    if earlier is None:
        raise LookupError(version)
    _next_version(ground, Picture(bytes(earlier.png), earlier.width, earlier.height, earlier.digest), by, now)


def _next_version(ground: Ground, picture: Picture, by: By, now: datetime) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK, f"{current_tenant().pk}/{ground}"])
        before = logo_versions(ground).first()
        if picture.digest == (before.digest if before else ""):
            return
        saved: Logo = Logo.objects.create(
            tenant_id=current_tenant().pk,
            ground=ground,
            version=before.version + 1 if before else 1,
            digest=picture.digest,
            png=picture.png,
            width=picture.width,
            height=picture.height,
            created_at=now,
            created_by_id=by.membership_id,
        )
        audit.record(by=by, action="logo_saved", subject=f"logo:{ground}", at=now, version=saved.version)


def _shown() -> dict[Ground, ShownLogo]:
    newest = Logo.objects.order_by("ground", "-version").distinct("ground")
    return {
        Ground(ground): ShownLogo(digest, width, height)
        for ground, digest, width, height in newest.values_list("ground", "digest", "width", "height")
        if digest
    }
