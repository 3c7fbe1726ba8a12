# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Quotas that hold however many ask at once, and things that may be used once.

In PostgreSQL and in the caller's transaction: what cannot be counted is not done. A quota slides: never more than three
in any hour, not three before the full hour and three after it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final

from django.db import connection, transaction
from django.db.models import Count, Q

from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.counters import Counted, Tally, UsedOnce
from jobcenter_portal.tenancy.tallies import add_refusal

LONGEST: Final = timedelta(days=1)
"""No quota looks further back."""
_TALLIES_KEPT: Final = timedelta(days=9)
_BATCH: Final = 5000


@dataclass(frozen=True, slots=True)
class Quota:
    """At most `most` within any stretch of `within`."""

    most: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class Counter:
    """What is counted, for whom (a keyed hash, or nothing for the Jobcenter as a whole), and how many there may be."""

    what: str
    who: bytes
    quotas: tuple[Quota, ...]


class QuotaFull(Exception):
    """One more would be too many. Names what and how long the quota is, never for whom."""

    def __init__(self, what: str, within: timedelta) -> None:
        super().__init__(f"{what} within {within}")
        self.what = what
        self.within = within


@contextmanager
def counted(counters: Sequence[Counter], *, now: datetime) -> Iterator[None]:
    """A transaction in which one more of each is counted first: what is done inside is done only within the quotas.

    Raises QuotaFull; that it said no is tallied, so that somebody sees which limit meets whom.
    """
    try:
        with transaction.atomic():
            count(counters, now=now)
            yield
    except QuotaFull as full:
        add_refusal(full.what, now=now)
        raise


def count(counters: Sequence[Counter], *, now: datetime) -> None:
    """Count one more of each, or none of them. The caller holds the transaction. Raises QuotaFull.

    Who counts the same waits for the other to end: without that, fifty at once would each see room for one.
    """
    _lock(counters)
    for one in counters:
        _need_room(one, now)
    Counted.objects.bulk_create(
        [Counted(tenant_id=current_tenant().pk, what=one.what, who=one.who, at=now) for one in counters]
    )


def count_plainly(what: str, who: bytes = b"", *, now: datetime) -> None:
    """One more, whatever the quotas say. Nobody waits for anybody."""
    Counted.objects.create(tenant_id=current_tenant().pk, what=what, who=who, at=now)


def how_many(what: str, who: bytes = b"", *, since: datetime, until: datetime | None = None) -> int:
    found = Counted.objects.filter(what=what, who=who, at__gt=since)
    return int((found if until is None else found.filter(at__lte=until)).count())


def use_once(digest: bytes, *, until: datetime) -> bool:
    """True for the first who asks, False for everybody after them; of two at the same moment one is the first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tenancy_usedonce (tenant_id, digest, until) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            [current_tenant().pk, digest, until],
        )
        return bool(cursor.rowcount)


def forget_counts(*, now: datetime) -> int:
    """Hygiene for the current Jobcenter. Returns how many rows."""
    gone = 0
    for rows in (
        Counted.objects.filter(at__lt=now - LONGEST),
        UsedOnce.objects.filter(until__lt=now),
        Tally.objects.filter(begins_at__lt=now - _TALLIES_KEPT),
    ):
        ids = list(rows.values_list("pk", flat=True)[:_BATCH])
        gone += rows.model.objects.filter(pk__in=ids).delete()[0]
    return gone


def _need_room(one: Counter, now: datetime) -> None:
    found = Counted.objects.filter(what=one.what, who=one.who, at__gt=now - max(quota.within for quota in one.quotas))
    counts = found.aggregate(
        **{f"n{place}": Count("pk", filter=Q(at__gt=now - quota.within)) for place, quota in enumerate(one.quotas)}
    )
    for place, quota in enumerate(one.quotas):
        if counts[f"n{place}"] >= quota.most:
            raise QuotaFull(one.what, quota.within)


def _lock(counters: Sequence[Counter]) -> None:
    """In one order, or two who count the same two things could wait for each other."""
    tenant_id = current_tenant().pk
    numbers = sorted(
        int.from_bytes(
            blake2b(f"{tenant_id}/{one.what}/".encode() + one.who, digest_size=8).digest(), "big", signed=True
        )
        for one in counters
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(n) FROM unnest(%s::bigint[]) n", [numbers])
