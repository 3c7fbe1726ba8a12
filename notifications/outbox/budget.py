# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How many SMS a Jobcenter may still send: per hour, day and month on its own clock, counted in what is paid for.

A budget protects against a fault or an abuse that would cost thousands overnight. What it holds back waits for the
next period and says so; what would come too late by then expires as ever.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Greatest

from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.models import TenantSettings
from notifications.channels.base import Channel
from notifications.models import Spending

log = structlog.get_logger(__name__)
_WARN_AT: Final = 0.8
SMS_LOCK: Final = 7303


class Period(StrEnum):
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Stretch:
    """One hour, day or month: its name in the table, when it begins and when the next one does (aware instants)."""

    period: Period
    name: str
    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Spent:
    """What one period has used of its cap, in segments."""

    period: Period
    segments: int
    cap: int
    ends_at: datetime


def stretches(zone: ZoneInfo, *, now: datetime) -> tuple[Stretch, ...]:
    """The three periods that hold `now`. An hour is an elapsed one: the doubled hour in October counts twice."""
    local = now.astimezone(zone)
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    day = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    month = day.replace(day=1)
    next_month = (month + timedelta(days=32)).replace(day=1)
    return (
        Stretch(Period.HOUR, f"h{hour:%Y%m%d%H}", hour, hour + timedelta(hours=1)),
        Stretch(Period.DAY, f"d{day:%Y%m%d}", day, day + timedelta(days=1)),
        Stretch(Period.MONTH, f"m{month:%Y%m}", month, next_month),
    )


def lock() -> None:
    """Let the current Jobcenter's SMS be counted one after the other, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [SMS_LOCK, current_tenant().pk])


def full_until(segments: int, settings: TenantSettings, *, now: datetime) -> datetime | None:
    """None when there is room for `segments` more, else when the period that is full ends. Under the SMS lock."""
    full = [spent.ends_at for spent in spent_now(settings, now=now) if spent.segments + segments > spent.cap]
    return max(full, default=None)


def spent_now(settings: TenantSettings, *, now: datetime) -> list[Spent]:
    """The current Jobcenter's three running periods."""
    running = stretches(settings.zone, now=now)
    rows = Spending.objects.filter(channel=Channel.SMS, period__in=[one.name for one in running])
    used = dict(rows.values_list("period", "segments"))
    caps = _caps(settings)
    return [Spent(one.period, used.get(one.name, 0), caps[one.period], one.ends_at) for one in running]


def spend(segments: int, settings: TenantSettings, *, now: datetime) -> None:
    """Count an SMS that is about to leave, in the transaction that arms it and under the SMS lock."""
    tenant_id, caps = current_tenant().pk, _caps(settings)
    for one in stretches(settings.zone, now=now):
        spending, _ = Spending.objects.get_or_create(
            channel=Channel.SMS, period=one.name, defaults={"tenant_id": tenant_id, "begins_at": one.begins_at}
        )
        spending.segments += segments
        if spending.warned_at is None and spending.segments >= _WARN_AT * caps[one.period]:
            spending.warned_at = now
            log.warning("sms budget nearly used", period=one.period, segments=spending.segments, cap=caps[one.period])
        spending.save(update_fields=["segments", "warned_at"])


def refund(segments: int, settings: TenantSettings, *, armed_at: datetime) -> None:
    """Take back what was counted for an SMS that surely was not sent."""
    names = [one.name for one in stretches(settings.zone, now=armed_at)]
    Spending.objects.filter(channel=Channel.SMS, period__in=names).update(
        segments=Greatest(F("segments") - segments, Value(0))
    )


def _caps(settings: TenantSettings) -> Mapping[Period, int]:
    return {
        Period.HOUR: settings.sms_hourly_cap,
        Period.DAY: settings.sms_daily_cap,
        Period.MONTH: settings.sms_monthly_cap,
    }
