# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Bringing what waits up to date when rules, consent, language or an address change and the subject itself does not.

What has left, or may have left, is never touched: the same message is known by subject, revision, kind, occasion,
channel and recipient, and is there once. What is no longer wanted is withdrawn; wanted again before anything of it had
left, it waits again. A worker that holds a message which changes here loses its lease, so that it cannot send what was
true a moment ago.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.db import connection

from jobcenter_portal.tenancy.context import current_tenant
from notifications.channels.base import Channel
from notifications.kinds import Planned, Priority
from notifications.outbox.planning import Batch, insert
from notifications.states import RECALLABLE, State, sources

Key = tuple[str, int, str, str, str, bytes]
"""Subject, revision, kind, occasion, channel, recipient: what a message is."""


@dataclass(frozen=True, slots=True)
class Replanned:
    """How many messages were added, changed in place, taken back, and taken up again."""

    added: int = 0
    moved: int = 0
    withdrawn: int = 0
    revived: int = 0

    def __add__(self, other: "Replanned") -> "Replanned":
        return Replanned(
            self.added + other.added,
            self.moved + other.moved,
            self.withdrawn + other.withdrawn,
            self.revived + other.revived,
        )


@dataclass(frozen=True, slots=True)
class _Row:
    """A message that is there already."""

    id: int
    key: Key
    state: State
    planned: Planned
    was_taken_back: bool
    """By somebody's hand: what people decided about a message no rule decides again."""

    @property
    def may_wait_again(self) -> bool:
        return self.state is State.WITHDRAWN and not self.was_taken_back


# Locked in the order of their ids, as everywhere, so that two of these never wait for each other.
_ROWS: Final = """
SELECT m.id, m.subject, m.revision, m.kind, m.occasion, m.channel, m.recipient, m.state, m.language, m.due_at,
    m.not_after, m.priority, m.respects_quiet, m.result_code
FROM unnest(%(subjects)s::text[], %(revisions)s::int[]) AS w (subject, revision)
JOIN notifications_message m ON m.tenant_id = %(tenant)s AND m.subject = w.subject AND m.revision = w.revision
WHERE {which} ORDER BY m.id FOR UPDATE OF m"""
_OF_KIND: Final = _ROWS.format(which="m.kind = %(kind)s AND strpos(m.occasion, '/') = 0")
_OF_THESE: Final = _ROWS.format(which="m.recipient = ANY (%(recipients)s) AND m.channel = %(channel)s")
_WITHDRAW: Final = """
UPDATE notifications_message SET state = 'withdrawn', lease_token = NULL, lease_until = NULL, next_attempt_at = NULL,
    finished_at = %(now)s WHERE tenant_id = %(tenant)s AND id = ANY (%(ids)s)"""
_CHANGE: Final = """
UPDATE notifications_message m SET due_at = w.due_at, not_after = w.not_after, language = w.language,
    respects_quiet = w.respects_quiet, lease_token = NULL, lease_until = NULL, finished_at = NULL,
    result_code = CASE WHEN m.state = 'withdrawn' THEN '' ELSE m.result_code END,
    state = CASE m.state WHEN 'withdrawn' THEN 'planned'
        WHEN 'leased' THEN CASE WHEN m.attempts > 0 THEN 'retry' ELSE 'planned' END ELSE m.state END
FROM unnest(%(ids)s::bigint[], %(due)s::timestamptz[], %(not_after)s::timestamptz[], %(languages)s::text[],
    %(quiet)s::boolean[]) AS w (id, due_at, not_after, language, respects_quiet)
WHERE m.tenant_id = %(tenant)s AND m.id = w.id"""
_RELANGUAGE: Final = """
WITH waiting AS (
    SELECT id FROM notifications_message WHERE tenant_id = %(tenant)s AND subject = ANY (%(subjects)s)
    AND state = ANY (%(recallable)s) AND language <> %(language)s ORDER BY id FOR UPDATE)
UPDATE notifications_message m SET language = %(language)s, lease_token = NULL, lease_until = NULL,
    state = CASE WHEN m.state <> 'leased' THEN m.state WHEN m.attempts > 0 THEN 'retry' ELSE 'planned' END
FROM waiting WHERE m.id = waiting.id AND m.tenant_id = %(tenant)s"""

BY_HAND: Final = "by-hand"
"""The result code of a message that somebody took back at the desk."""
_RECALLABLE: Final = frozenset(RECALLABLE & set(sources(State.WITHDRAWN)))


def replan(wanted: Sequence[Batch], *, kind: str, now: datetime) -> Replanned:
    """Make the messages of one kind be those that are wanted, for these revisions of these subjects.

    One that stands in for another (its occasion holds a `/`) follows no rule and is left alone. A wanted message whose
    time has passed stays if it still waits; it is neither written anew nor taken up again.
    """
    rows = _rows(_OF_KIND, wanted, kind=kind)
    keys = {_key(batch, planned) for batch in wanted for planned in batch.messages}
    gone = [row.id for row in rows if row.key not in keys and row.state in _RECALLABLE]
    _withdraw(gone, now)
    return replace(_bring_about(wanted, {row.key: row for row in rows}, now), withdrawn=len(gone))


def readdress(
    batches: Sequence[Batch], *, channel: Channel, old: bytes, new: bytes | None, spare: str, now: datetime
) -> frozenset[str]:
    """Send to another address, or to none, what still waits for the old one.

    Of the kind `spare`, which its owner plans by rules, only what stands in for another. `batches` name subjects and
    revisions; their messages are not read. Returns the subjects that have news for the new address.
    """
    recipients = [old] if new is None else [old, new]
    rows = [
        row
        for row in _rows(_OF_THESE, batches, channel=channel, recipients=recipients)
        if row.planned.kind != spare or "/" in row.planned.occasion
    ]
    waiting = [row for row in rows if row.planned.recipient == old and row.state in _RECALLABLE]
    _withdraw([row.id for row in waiting], now)
    if new is None:
        return frozenset()
    onward = [
        Batch(row.key[0], row.key[1], [replace(row.planned, recipient=new, due_at=max(row.planned.due_at, now))])
        for row in waiting
    ]
    _bring_about(onward, {row.key: row for row in rows if row.planned.recipient == new}, now)
    return frozenset(batch.subject for batch in onward if batch.messages[0].kind != spare)


@dataclass(frozen=True, slots=True)
class Told:
    """When the people of one subject were told about its revision: first of all, and last at each address."""

    first: datetime
    last_at: Mapping[tuple[Channel, bytes], datetime]


_TOLD: Final = """
SELECT m.subject, m.channel, m.recipient, min(m.created_at), max(m.created_at)
FROM unnest(%(subjects)s::text[], %(revisions)s::int[]) AS w (subject, revision)
JOIN notifications_message m ON m.tenant_id = %(tenant)s AND m.subject = w.subject AND m.revision = w.revision
WHERE m.occasion = %(occasion)s GROUP BY m.subject, m.channel, m.recipient"""


def told(batches: Sequence[Batch], *, occasion: str) -> Mapping[str, Told]:
    """When messages of one occasion were planned for these revisions; subjects without any are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, _facts(batches) | {"occasion": occasion})
        rows = cursor.fetchall()
    found: dict[str, Told] = {}
    for subject, channel, recipient, first, last in rows:
        known = found.get(subject)
        found[subject] = Told(
            first=min(first, known.first) if known else first,
            last_at={**(known.last_at if known else {}), (Channel(channel), bytes(recipient)): last},
        )
    return found


def relanguage(subjects: Sequence[str], *, language: str) -> int:
    """Let everything that waits about these subjects speak another language. Returns how many messages."""
    with connection.cursor() as cursor:
        cursor.execute(
            _RELANGUAGE,
            {
                "tenant": current_tenant().pk,
                "subjects": list(subjects),
                "recallable": sorted(_RECALLABLE),
                "language": language,
            },
        )
        return int(cursor.rowcount)


def _rows(query: str, batches: Sequence[Batch], **facts: Any) -> list[_Row]:
    with connection.cursor() as cursor:
        cursor.execute(query, _facts(batches) | facts)
        return [_row(*values) for values in cursor.fetchall()]


def _facts(batches: Sequence[Batch]) -> dict[str, Any]:
    return {
        "tenant": current_tenant().pk,
        "subjects": [batch.subject for batch in batches],
        "revisions": [batch.revision for batch in batches],
    }


def _row(*values: Any) -> _Row:
    pk, subject, revision, kind, occasion, channel, recipient, state, language, due_at, not_after, *rest = values
    priority, respects_quiet, code = rest
    planned = Planned(
        kind=kind,
        occasion=occasion,
        channel=Channel(channel),
        recipient=bytes(recipient),
        language=language,
        due_at=due_at,
        not_after=not_after,
        priority=Priority(priority),
        respects_quiet=respects_quiet,
    )
    key = (subject, revision, kind, occasion, channel, bytes(recipient))
    return _Row(pk, key, State(state), planned, was_taken_back=code == BY_HAND)


def _key(batch: Batch, planned: Planned) -> Key:
    return (batch.subject, batch.revision, planned.kind, planned.occasion, planned.channel.value, planned.recipient)


def _bring_about(wanted: Sequence[Batch], there: Mapping[Key, _Row], now: datetime) -> Replanned:
    """Write what is wanted and not there, and change what waits."""
    added: list[Batch] = []
    changed: dict[int, Planned] = {}
    revived = 0
    for batch in wanted:
        for planned in batch.messages:
            row, is_past = there.get(_key(batch, planned)), planned.due_at < now
            if row is None:
                added += [] if is_past else [Batch(batch.subject, batch.revision, [planned])]
            elif row.may_wait_again and not is_past:
                revived += 1
                changed[row.id] = planned
            elif row.state in _RECALLABLE and (new := _kept_due(planned, row) if is_past else planned) != row.planned:
                changed[row.id] = new
    insert(added, now=now)
    _change(changed)
    return Replanned(added=len(added), moved=len(changed) - revived, revived=revived)


def _kept_due(planned: Planned, row: _Row) -> Planned:
    """As wanted, but due when it was: what waits for its provider is not put off because somebody planned anew."""
    return replace(planned, due_at=row.planned.due_at, not_after=row.planned.not_after)


def _withdraw(ids: Sequence[int], now: datetime) -> None:
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(_WITHDRAW, {"tenant": current_tenant().pk, "ids": list(ids), "now": now})


def _change(changed: Mapping[int, Planned]) -> None:
    if changed:
        with connection.cursor() as cursor:
            cursor.execute(
                _CHANGE,
                {
                    "tenant": current_tenant().pk,
                    "ids": list(changed),
                    "due": [planned.due_at for planned in changed.values()],
                    "not_after": [planned.not_after for planned in changed.values()],
                    "languages": [planned.language for planned in changed.values()],
                    "quiet": [planned.respects_quiet for planned in changed.values()],
                },
            )
