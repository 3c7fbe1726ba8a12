# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The durable mark "about to send", set milliseconds before the first byte leaves.

Everything that may have changed since the claim is looked at once more, in the same transaction: is the message still
wanted (superseding took its token away), still of use, still alone (no other message of its subject may be in
flight), and may the Jobcenter still spend an SMS. What is not armed is not sent.

Mails are armed a few at a time, since each arming waits for the disk; SMS one by one. A worker that dies leaves at
most one such window unclear.
"""

import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any, Final

from django.db import transaction

from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.models import TenantSettings
from jobcenter_portal.tenancy.prepared import prepared_rows
from notifications.channels.base import Channel
from notifications.outbox import budget
from notifications.outbox.claiming import Claimed
from notifications.outbox.finishing import close_unsent, give_back
from notifications.states import State

SEND_LEASE: Final = timedelta(seconds=240)
"""Longer than a provider call can take (a task is ended after 240 s): what is silent for so long is ambiguous."""
_ORDER_PAUSE: Final = timedelta(seconds=5)
_SUBJECT_LOCK: Final = 7302


class Armed(Enum):
    """May the message be sent?"""

    YES = auto()
    GONE = auto()  # superseded, withdrawn or taken over: somebody else's business
    TOO_LATE = auto()
    ADDRESS_REFUSED = auto()
    SMS_CAP = auto()
    OUT_OF_ORDER = auto()


@dataclass(frozen=True, slots=True)
class Intent:
    """One claimed message that is written and has its account. `text_version` 0 is the portal's own text."""

    claimed: Claimed
    account: str
    segments: int = 0
    text_version: int = 0


# A newer revision waits for an older one on every channel, and on one channel a subject's messages leave one by one.
# An e-mail and an SMS about the same thing do not wait for each other.
_ANOTHER_IN_FLIGHT: Final = """EXISTS (SELECT FROM notifications_message o
    WHERE o.tenant_id = m.tenant_id AND o.subject = m.subject AND o.state = 'sending' AND o.id <> m.id
    AND (o.revision < m.revision OR o.channel = m.channel))"""
_REFUSED: Final = """EXISTS (SELECT FROM notifications_suppression s
    WHERE s.tenant_id = m.tenant_id AND s.channel = m.channel AND s.recipient = m.recipient
    AND (NOT s.only_reminders OR m.priority = 2))"""

_LOCK: Final = """
SELECT set_config('synchronous_commit', 'on', true), CASE WHEN $1 THEN pg_advisory_xact_lock($2, $3) END,
    (SELECT count(pg_advisory_xact_lock($4, k)) FROM unnest($5::int[]) AS k)"""
# Fenced by id and token only: with a condition on the state the planner takes the partial index of held rows, which
# its statistics believe empty, and walks all of them (measured: 244 times slower with 20,000 leases).
_ARM: Final = f"""
UPDATE notifications_message m SET state = 'sending', armed_at = $3, lease_until = $4,
    account = w.account, segments = w.segments, text_version = w.text_version
FROM json_to_recordset($5::json) AS w (id bigint, account text, segments int, text_version int)
WHERE m.id = w.id AND m.tenant_id = $1 AND m.lease_token = $2
AND m.lease_until > $3 AND m.not_after > $3
AND NOT {_ANOTHER_IN_FLIGHT} AND NOT {_REFUSED}
RETURNING m.id"""  # noqa: S608 -- put together from the constants above
_WHY: Final = f"""
SELECT m.not_after <= $3, {_REFUSED}
FROM notifications_message m WHERE m.tenant_id = $1 AND m.lease_token = $2 AND m.lease_until > $3 AND m.id = $4
FOR UPDATE"""  # noqa: S608 -- as above


def arm(wanted: Sequence[Intent], *, settings: TenantSettings, now: datetime) -> list[Armed]:
    """Mark claimed messages of one channel and one claim as being sent, in a transaction of their own.

    It is on disk when this returns. Anything but YES has been dealt with: the message is closed or waits again. No two
    of them may have the same subject (ValueError), or neither would see the other.
    """
    subjects = sorted({intent.claimed.ref.subject for intent in wanted})
    if len(subjects) != len(wanted):
        raise ValueError("messages of one subject are armed one after the other")
    is_sms = wanted[0].claimed.ref.channel is Channel.SMS
    with transaction.atomic(durable=True):
        _lock(subjects, is_sms=is_sms)
        segments = sum(intent.segments for intent in wanted)
        full_until = budget.full_until(segments, settings, now=now) if is_sms else None
        if full_until is not None:
            for intent in wanted:
                give_back(intent.claimed, code="sms-cap", until=full_until)
            return [Armed.SMS_CAP] * len(wanted)
        armed = _arm(wanted, now)
        if is_sms and armed:
            spent = sum(intent.segments for intent in wanted if intent.claimed.id in armed)
            budget.spend(spent, settings, now=now)
        return [Armed.YES if intent.claimed.id in armed else _deal_with(intent.claimed, now=now) for intent in wanted]


def _lock(subjects: Iterable[str], *, is_sms: bool) -> None:
    """One arming per subject at a time, and one per Jobcenter for SMS, or two workers would not see each other's
    message being sent. A statement of its own, because the next one needs a newer snapshot; in one order for all.
    """
    tenant_id = current_tenant().pk
    keys = sorted({_key(tenant_id, subject) for subject in subjects})
    prepared_rows(_LOCK, [is_sms, budget.SMS_LOCK, tenant_id, _SUBJECT_LOCK, keys])


def _key(tenant_id: int, subject: str) -> int:
    """Two subjects with one key only wait for each other now and then."""
    return zlib.crc32(f"{tenant_id}/{subject}".encode()) - 2**31


def _arm(wanted: Sequence[Intent], now: datetime) -> set[int]:
    lines = [
        {"id": one.claimed.id, "account": one.account, "segments": one.segments, "text_version": one.text_version}
        for one in wanted
    ]
    facts = [current_tenant().pk, wanted[0].claimed.token, now, now + SEND_LEASE, json.dumps(lines)]
    return {row[0] for row in prepared_rows(_ARM, facts)}


def _deal_with(claimed: Claimed, *, now: datetime) -> Armed:
    rows = prepared_rows(_WHY, [current_tenant().pk, claimed.token, now, claimed.id])
    why: tuple[Any, ...] | None = rows[0] if rows else None
    match why:
        case None:
            return Armed.GONE
        case (True, _):
            close_unsent(claimed, into=State.EXPIRED, code="too-late", now=now)
            return Armed.TOO_LATE
        case (_, True):
            close_unsent(claimed, into=State.SUPPRESSED, code="address-refused", now=now, needs_other_way=True)
            return Armed.ADDRESS_REFUSED
        case _:
            give_back(claimed, code="", until=now + _ORDER_PAUSE)
            return Armed.OUT_OF_ORDER
