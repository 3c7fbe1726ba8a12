# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reading the trail: what happened, when, to what, and by which role. Who it was is asked for line by line.

Signing in is not among it: hours of presence are nobody's to read here, whoever asks (Personalvertretung).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction

from jobcenter_portal.audit.models import AuditEntry, Disclosure
from jobcenter_portal.audit.service import SIGNED_IN, ActorKind, By, record
from jobcenter_portal.tenancy.context import current_tenant

DISCLOSED: Final = "trail:name_asked"
READABLE_FOR: Final = timedelta(hours=1)
"""How long a name stays open to whoever asked. Later needs a reason of its own."""
SHORTEST_REASON: Final = 10
LONGEST_REASON: Final = 500
_HIDDEN: Final = (SIGNED_IN, "signed_out", "session_ended", "sessions_ended", "recovery_code_used")
"""What tells when somebody came and went."""
_OF_ONE_ROUND: Final = 10_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines. `since` is included, `until` is not; empty means all; `behind`: older than this line."""

    since: datetime
    until: datetime
    kind: ActorKind | None = None
    actions: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    behind: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `membership_id` of a member of staff is for finding their role; for a name there is `may_be_named`."""

    id: int
    at: datetime
    kind: ActorKind
    membership_id: int | None
    action: str
    subject: str
    detail: dict[str, str | int | bool | None]


@dataclass(frozen=True, slots=True)
class Page:
    lines: tuple[Line, ...]
    following: int | None
    """`behind` of the next page; None where this is the last."""


class UnknownLine(LookupError):
    """There is no such line at this Jobcenter, or it is one that nobody reads."""


class NobodyToName(Exception):
    """The line was not written by a member of staff."""


class ReasonTooShort(ValueError):
    """A few letters are no reason."""


def page(wanted: Wanted, *, size: int) -> Page:
    """The newest first."""
    found = AuditEntry.objects.filter(at__gte=wanted.since, at__lt=wanted.until).exclude(action__in=_HIDDEN)
    if wanted.kind is not None:
        found = found.filter(actor_kind=wanted.kind)
    if wanted.without:
        found = found.exclude(action__in=wanted.without)
    if wanted.actions:
        found = found.filter(action__in=wanted.actions)
    if wanted.subjects:
        found = found.filter(subject__in=wanted.subjects)
    if wanted.behind is not None:
        found = found.filter(id__lt=wanted.behind)
    entries = list(found.order_by("-id")[: size + 1])
    lines = tuple(_line(entry) for entry in entries[:size])
    return Page(lines, lines[-1].id if len(entries) > size else None)


def line(entry_id: int) -> Line:
    """Raises UnknownLine."""
    return _line(_entry(entry_id))


def ask_for_name(*, entry_id: int, reason: str, by: By, now: datetime) -> None:
    """Write down that somebody wants to know who it was, and why; from then on `may_be_named` says so for a while.

    Raises UnknownLine, NobodyToName, ReasonTooShort.
    """
    typed = reason.strip()
    if len(typed) < SHORTEST_REASON:
        raise ReasonTooShort
    with transaction.atomic():
        if _entry(entry_id).membership_id is None or by.membership_id is None:
            raise NobodyToName  # and the portal itself wants to know nobody
        asked = Disclosure(tenant_id=current_tenant().pk, entry_id=entry_id, membership_id=by.membership_id, at=now)
        asked.reason = typed[:LONGEST_REASON]
        asked.save(force_insert=True)
        record(by=by, action=DISCLOSED, subject=f"audit-entry:{entry_id}", at=now)


def may_be_named(entry_id: int, *, by: By, now: datetime) -> bool:
    """Whether this person gave a reason for seeing the name behind this line, within the last hour."""
    asked = Disclosure.objects.filter(
        entry_id=entry_id, membership_id=by.membership_id, at__gt=now - READABLE_FOR, at__lte=now
    )
    return bool(asked.exists())


def disclosures(entry_id: int) -> Sequence[Disclosure]:
    """Who asked before, newest first."""
    return list(Disclosure.objects.filter(entry_id=entry_id).order_by("-id"))


def forget_old() -> int:
    """Delete what is older than this Jobcenter keeps its trail, by the database's clock; how many lines went.

    The function is the only way: the application has no right to delete, and nobody says up to when (migration 0004).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_forget(%s)", [_OF_ONE_ROUND])
        gone: int = cursor.fetchone()[0]
        return gone


def _entry(entry_id: int) -> AuditEntry:
    found: AuditEntry | None = AuditEntry.objects.filter(pk=entry_id).exclude(action__in=_HIDDEN).first()
    if found is None:
        raise UnknownLine
    return found


def _line(entry: AuditEntry) -> Line:
    return Line(
        id=entry.pk,
        at=entry.at,
        kind=ActorKind(entry.actor_kind),
        membership_id=entry.membership_id,
        action=entry.action,
        subject=entry.subject,
        detail=entry.detail,
    )
