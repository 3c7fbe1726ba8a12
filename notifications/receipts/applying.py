# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Bringing the inbox of receipts to its messages, a batch in one short transaction, any number of workers at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import structlog
from django.db import connection, transaction

from jobcenter_portal.tenancy.context import current_tenant
from notifications.channels.base import Channel, ReceiptKind
from notifications.receipts.meaning import Effect, effect_of, next_look
from notifications.states import State

log = structlog.get_logger(__name__)
_BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class _Receipt:
    id: int
    account: str
    kind: ReceiptKind
    ours: str
    theirs: str
    code: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class _Message:
    id: int
    token: str
    reference: str
    account: str
    channel: Channel
    recipient: bytes
    state: State | None
    """None: somebody else is writing it just now."""


@dataclass(frozen=True, slots=True)
class _Applied:
    receipt: _Receipt
    message: _Message
    effect: Effect


def apply_due(*, now: datetime, limit: int = 1000) -> int:
    """Apply the current Jobcenter's receipts whose time has come. Returns how many were looked at."""
    looked_at = 0
    while looked_at < limit:
        batch = _apply_batch(min(_BATCH, limit - looked_at), now)
        looked_at += batch
        if not batch:
            break
    return looked_at


def _apply_batch(limit: int, now: datetime) -> int:
    with transaction.atomic(durable=True):
        receipts = _take(limit, now)
        if not receipts:
            return 0
        messages = _Found(_find(receipts))
        applied: list[_Applied] = []
        later: list[tuple[int, datetime | None]] = []
        busy: set[int] = set()
        left = 0
        for receipt in receipts:
            message = messages.of(receipt)
            if message is None or message.state is None:
                later.append((receipt.id, next_look(received_at=receipt.received_at, now=now)))
            elif message.id in busy:
                left += 1  # a second one about the same message sees what the first one did, in the next batch
            else:
                busy.add(message.id)
                effect = effect_of(receipt.kind, state=message.state, channel=message.channel)
                if effect.waits:
                    later.append((receipt.id, next_look(received_at=receipt.received_at, now=now)))
                else:
                    applied.append(_Applied(receipt, message, effect))
        _write(applied, now)
        _postpone(later)
    given_up = sum(at is None for _id, at in later)
    if given_up:
        log.warning("receipts of unknown messages given up", count=given_up)
    return len(receipts) - left


_TAKE: Final = """
SELECT id, account, kind, our_reference, provider_reference, code, received_at FROM notifications_providerreceipt
WHERE tenant_id = %(tenant)s AND look_at <= %(now)s ORDER BY look_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED"""


def _take(limit: int, now: datetime) -> list[_Receipt]:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"tenant": current_tenant().pk, "now": now, "limit": limit})
        return [_Receipt(row[0], row[1], ReceiptKind(row[2]), *row[3:]) for row in cursor.fetchall()]


_FIND: Final = """
SELECT id, message_id_token, provider_reference, account, channel, recipient FROM notifications_message
WHERE tenant_id = %(tenant)s AND message_id_token = ANY (%(ours)s)
UNION SELECT id, message_id_token, provider_reference, account, channel, recipient FROM notifications_message
WHERE tenant_id = %(tenant)s AND provider_reference = ANY (%(theirs)s) AND provider_reference <> ''"""
# What somebody else is writing just now is left for later: waiting for it would hold up this Jobcenter's sending.
_LOCK: Final = """
SELECT id, state FROM notifications_message WHERE tenant_id = %s AND id = ANY (%s)
ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"""


def _find(receipts: Sequence[_Receipt]) -> list[_Message]:
    tenant = current_tenant().pk
    names: dict[str, Any] = {
        "tenant": tenant,
        "ours": sorted({one.ours for one in receipts if one.ours}),
        "theirs": sorted({one.theirs for one in receipts if one.theirs}),
    }
    with connection.cursor() as cursor:
        cursor.execute(_FIND, names)
        rows = cursor.fetchall()
        cursor.execute(_LOCK, [tenant, [row[0] for row in rows]])
        states = dict(cursor.fetchall())
    return [
        _Message(row[0], row[1], row[2], row[3], Channel(row[4]), bytes(row[5]), _state_of(states.get(row[0])))
        for row in rows
    ]


def _state_of(value: str | None) -> State | None:
    return None if value is None else State(value)


class _Found:
    """The messages of a batch by both their names."""

    def __init__(self, messages: Iterable[_Message]) -> None:
        self._by_token: dict[str, _Message] = {}
        self._by_reference: dict[tuple[str, str], list[_Message]] = {}
        for message in messages:
            self._by_token[message.token] = message
            self._by_reference.setdefault((message.account, message.reference), []).append(message)

    def of(self, receipt: _Receipt) -> _Message | None:
        """Our own name is certain. A provider's name counts at that account only, and only if it is no other's too."""
        if receipt.ours in self._by_token:
            return self._by_token[receipt.ours]
        same = self._by_reference.get((receipt.account, receipt.theirs), []) if receipt.theirs else []
        return same[0] if len(same) == 1 else None


_STEP: Final = """
UPDATE notifications_message m SET state = w.state, next_attempt_at = NULL,
    needs_other_way = m.needs_other_way OR w.other_way, finished_at = coalesce(m.finished_at, %(now)s),
    result_code = CASE WHEN w.code = '' THEN m.result_code ELSE w.code END
FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(others)s::boolean[], %(codes)s::text[])
    AS w (id, state, other_way, code)
WHERE m.id = w.id AND m.tenant_id = %(tenant)s"""
_ATTEMPTS: Final = """
INSERT INTO notifications_attempt
    (tenant_id, message_id, n, lease_token, started_at, outcome, code, reference, milliseconds)
SELECT %(tenant)s, w.id, coalesce((SELECT max(a.n) FROM notifications_attempt a
        WHERE a.tenant_id = %(tenant)s AND a.message_id = w.id), 0) + 1,
    NULL, w.at, w.name, w.code, w.theirs, 0
FROM unnest(%(ids)s::bigint[], %(ats)s::timestamptz[], %(names)s::text[], %(codes)s::text[], %(theirs)s::text[])
    AS w (id, at, name, code, theirs)"""
_CLOSE: Final = """
UPDATE notifications_providerreceipt r SET look_at = NULL, message_id = w.message
FROM unnest(%(receipts)s::bigint[], %(ids)s::bigint[]) AS w (receipt, message)
WHERE r.id = w.receipt AND r.tenant_id = %(tenant)s"""
# Only ever stricter: what stops everything is not softened by a later complaint about reminders.
_SUPPRESS: Final = """
INSERT INTO notifications_suppression AS old (tenant_id, channel, recipient, reason, only_reminders, since)
SELECT %(tenant)s, w.channel, w.recipient, w.reason, w.only_reminders, %(now)s
FROM unnest(%(channels)s::text[], %(recipients)s::bytea[], %(reasons)s::text[], %(onlys)s::boolean[])
    AS w (channel, recipient, reason, only_reminders)
ORDER BY w.channel, w.recipient
ON CONFLICT (tenant_id, channel, recipient) DO UPDATE
SET reason = EXCLUDED.reason, only_reminders = EXCLUDED.only_reminders, since = EXCLUDED.since
WHERE old.only_reminders AND NOT EXCLUDED.only_reminders"""


def _write(applied: Sequence[_Applied], now: datetime) -> None:
    if not applied:
        return
    steps = [one for one in applied if one.effect.state is not None]
    tenant = current_tenant().pk
    with connection.cursor() as cursor:
        if steps:
            cursor.execute(
                _STEP,
                {
                    "tenant": tenant,
                    "now": now,
                    "ids": [one.message.id for one in steps],
                    "states": [one.effect.state for one in steps],
                    "others": [one.effect.needs_other_way for one in steps],
                    "codes": [one.receipt.code for one in steps],
                },
            )
        facts: dict[str, Any] = {
            "tenant": tenant,
            "ids": [one.message.id for one in applied],
            "receipts": [one.receipt.id for one in applied],
            "ats": [one.receipt.received_at for one in applied],
            "names": [f"told-{one.receipt.kind}" for one in applied],
            "codes": [one.receipt.code for one in applied],
            "theirs": [one.receipt.theirs for one in applied],
        }
        cursor.execute(_ATTEMPTS, facts)
        cursor.execute(_CLOSE, facts)
    _suppress(applied, now)


def _suppress(applied: Sequence[_Applied], now: datetime) -> None:
    strictest: dict[tuple[Channel, bytes], tuple[str, bool]] = {}
    for one in applied:
        new = one.effect.suppressing
        if new is None:
            continue
        whom = (one.message.channel, one.message.recipient)
        if whom not in strictest or not new.only_reminders:
            strictest[whom] = (new.reason.value, new.only_reminders)
    if not strictest:
        return
    facts: dict[str, Any] = {
        "tenant": current_tenant().pk,
        "now": now,
        "channels": [channel for channel, _recipient in strictest],
        "recipients": [recipient for _channel, recipient in strictest],
        "reasons": [reason for reason, _only in strictest.values()],
        "onlys": [only for _reason, only in strictest.values()],
    }
    with connection.cursor() as cursor:
        cursor.execute(_SUPPRESS, facts)


_POSTPONE: Final = """
UPDATE notifications_providerreceipt r SET look_at = w.at
FROM unnest(%(ids)s::bigint[], %(ats)s::timestamptz[]) AS w (id, at) WHERE r.id = w.id AND r.tenant_id = %(tenant)s"""


def _postpone(later: Sequence[tuple[int, datetime | None]]) -> None:
    if later:
        facts: dict[str, Any] = {
            "tenant": current_tenant().pk,
            "ids": [receipt_id for receipt_id, _at in later],
            "ats": [at for _id, at in later],
        }
        with connection.cursor() as cursor:
            cursor.execute(_POSTPONE, facts)
