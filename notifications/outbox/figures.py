# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How delivery does at one Jobcenter: counted from the rows whenever somebody asks, so that no worker keeps counters.

Workers come and go, and several of them serve one Jobcenter; the rows are the one place that knows. The price: figures
are those of the last hour and the last day, not totals since a start. Numbers only, never a person or an address.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.models import TenantSettings
from notifications.models import PRIORITIES
from notifications.outbox.budget import Spent, spent_now
from notifications.outbox.heartbeats import last_beats

BUCKETS: Final = (1, 2, 5, 10, 30, 60, 120, 300, 900, 3600)
"""Upper bounds in seconds of the time between due and accepted."""
LATE_AFTER: Final = timedelta(minutes=2)
"""As /readyz calls delivery late."""
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_LISTED: Final = 20


@dataclass(frozen=True, slots=True)
class Latency:
    """From due to accepted, of what was accepted within the last hour. `buckets`: how many took up to each bound."""

    buckets: tuple[int, ...]
    count: int
    total_s: float
    p50_s: float | None
    p95_s: float | None


@dataclass(frozen=True, slots=True)
class ChannelFigures:
    """One channel. `due` and `unclear` are of this moment; accepted, late, failed and expired of the last day.

    `late` were accepted more than LATE_AFTER after their time; `expired` never left, since it was of no more use.
    """

    channel: str
    due: int
    oldest_due: timedelta | None
    unclear: int
    accepted: int
    late: int
    failed: int
    expired: int
    latency: Latency


@dataclass(frozen=True, slots=True)
class Resting:
    """A provider account that is left alone, and why; a channel without any account stands under its own name."""

    account: str
    until: datetime
    code: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything about one Jobcenter. `unclear` are public ids, the newest first, of the first _LISTED messages."""

    channels: tuple[ChannelFigures, ...]
    resting: tuple[Resting, ...]
    budget: tuple[Spent, ...]
    receipts: int
    oldest_receipt: timedelta | None
    unclear: tuple[str, ...]


_BOUNDED: Final = ", ".join(f"count(*) FILTER (WHERE took <= {bound})" for bound in BUCKETS)
# One statement and one walk over the rows, because the page asks for four hundred Jobcenters: each round trip and each
# walk counts as often.
_ASK: Final = f"""
WITH ended AS MATERIALIZED (
    SELECT channel, state, finished_at, greatest(extract(epoch FROM finished_at - due_at), 0)::float8 AS took,
        state IN ('accepted', 'delivered', 'bounced') AS is_sent
    FROM notifications_message WHERE tenant_id = %(tenant)s AND finished_at > %(day_ago)s)
SELECT
    (SELECT coalesce(json_agg(r), '[]') FROM (
        SELECT channel, count(*) AS due, extract(epoch FROM %(now)s - min(due_at))::float8 AS oldest
        FROM notifications_message WHERE tenant_id = %(tenant)s AND state IN ('planned', 'retry')
        AND priority = ANY (%(priorities)s) AND due_at <= %(now)s GROUP BY channel) r),
    (SELECT coalesce(json_agg(r), '[]') FROM (
        SELECT channel, public_id FROM notifications_message
        WHERE tenant_id = %(tenant)s AND state = 'ambiguous' ORDER BY id DESC) r),
    (SELECT coalesce(json_agg(r), '[]') FROM (
        SELECT channel, count(*) FILTER (WHERE is_sent) AS accepted,
            count(*) FILTER (WHERE is_sent AND took > %(late)s) AS late,
            count(*) FILTER (WHERE state IN ('failed', 'bounced')) AS failed,
            count(*) FILTER (WHERE state = 'expired') AS expired
        FROM ended GROUP BY channel) r),
    (SELECT coalesce(json_agg(r), '[]') FROM (
        SELECT channel, count(*) AS count, sum(took) AS total, json_build_array({_BOUNDED}) AS buckets,
            percentile_disc(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY took) AS percentiles
        FROM ended WHERE is_sent AND finished_at > %(hour_ago)s GROUP BY channel) r),
    (SELECT json_build_array(count(*), extract(epoch FROM %(now)s - min(received_at))::float8)
        FROM notifications_providerreceipt WHERE tenant_id = %(tenant)s AND look_at IS NOT NULL),
    (SELECT coalesce(json_agg(r), '[]') FROM (
        SELECT account, extract(epoch FROM rests_until - %(now)s)::float8 AS rest, code
        FROM notifications_accountstate WHERE tenant_id = %(tenant)s AND rests_until > %(now)s
        UNION ALL SELECT channel, extract(epoch FROM until - %(now)s)::float8, code FROM notifications_channelpause
        WHERE tenant_id = %(tenant)s AND until > %(now)s AND code = 'account:none' ORDER BY 1) r)"""  # noqa: S608 -- put together from numbers above


def figures(settings: TenantSettings, *, now: datetime) -> Figures:
    """Ask for the current Jobcenter; `settings` are its own."""
    facts: dict[str, Any] = {
        "tenant": current_tenant().pk,
        "now": now,
        "hour_ago": now - _HOUR,
        "day_ago": now - _DAY,
        "late": LATE_AFTER.total_seconds(),
        "priorities": list(PRIORITIES),
    }
    with connection.cursor() as cursor:
        cursor.execute(_ASK, facts)
        due, unclear, finished, took, (receipts, oldest_receipt), resting = cursor.fetchone()
    return Figures(
        channels=_channels(due, unclear, finished, took),
        resting=tuple(Resting(one["account"], now + timedelta(seconds=one["rest"]), one["code"]) for one in resting),
        budget=tuple(spent_now(settings, now=now)) if settings.sms_enabled else (),
        receipts=receipts,
        oldest_receipt=_seconds(oldest_receipt),
        unclear=tuple(one["public_id"] for one in unclear[:_LISTED]),
    )


def beat_ages(*, now: datetime) -> Mapping[str, timedelta]:
    """How long ago each loop of the platform last ran; one that never did is missing."""
    return {beat.value: now - at for beat, at in last_beats().items()}


def _channels(
    due: Sequence[dict[str, Any]],
    unclear: Sequence[dict[str, Any]],
    finished: Sequence[dict[str, Any]],
    took: Sequence[dict[str, Any]],
) -> tuple[ChannelFigures, ...]:
    waiting = {one["channel"]: one for one in due}
    ended = {one["channel"]: one for one in finished}
    latencies = {one["channel"]: _latency(one) for one in took}
    in_doubt = [one["channel"] for one in unclear]
    return tuple(
        ChannelFigures(
            channel=channel,
            due=waiting.get(channel, {}).get("due", 0),
            oldest_due=_seconds(waiting.get(channel, {}).get("oldest")),
            unclear=in_doubt.count(channel),
            accepted=ended.get(channel, {}).get("accepted", 0),
            late=ended.get(channel, {}).get("late", 0),
            failed=ended.get(channel, {}).get("failed", 0),
            expired=ended.get(channel, {}).get("expired", 0),
            latency=latencies.get(channel, _NONE),
        )
        for channel in sorted({*waiting, *ended, *latencies, *in_doubt})
    )


_NONE: Final = Latency(buckets=(0,) * len(BUCKETS), count=0, total_s=0.0, p50_s=None, p95_s=None)


def _latency(row: dict[str, Any]) -> Latency:
    p50, p95 = row["percentiles"]
    return Latency(buckets=tuple(row["buckets"]), count=row["count"], total_s=row["total"], p50_s=p50, p95_s=p95)


def _seconds(number: float | None) -> timedelta | None:
    return None if number is None else timedelta(seconds=number)
