# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`record`: the line that every verb writes in its own transaction. `viewed`: the one of whoever looks."""

import enum
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from jobcenter_portal.audit.models import AuditEntry
from jobcenter_portal.tenancy.context import current_tenant


class ActorKind(enum.StrEnum):
    CUSTOMER = "customer"
    STAFF = "staff"
    SYSTEM = "system"
    DATABASE = "database"
    """Nobody that the portal knows: a change past its verbs, which the database itself noticed (migration 0004)."""


VIEWED: Final = "viewed"
ROW_CHANGED: Final = "row_changed"
ROW_DELETED: Final = "row_deleted"
SIGNED_IN: Final = "signed_in"
ONE_LOOK: Final = timedelta(minutes=10)
"""Somebody who comes back to the same page within this time is still looking."""


@dataclass(frozen=True, slots=True)
class By:
    """Who did it. A member of staff without a membership is refused: no change is anonymous."""

    kind: ActorKind
    membership_id: int | None = None

    def __post_init__(self) -> None:
        if (self.kind is ActorKind.STAFF) != (self.membership_id is not None):
            raise ValueError("a member of staff acts with a membership, everybody else without one")


_collected: ContextVar[list[AuditEntry] | None] = ContextVar("collected audit entries", default=None)

CUSTOMER = By(ActorKind.CUSTOMER)
SYSTEM = By(ActorKind.SYSTEM)


def staff(membership_id: int) -> By:
    return By(ActorKind.STAFF, membership_id)


def record(*, by: By, action: str, subject: str, at: datetime, **detail: str | int | bool | None) -> None:
    """Write one line for the current Jobcenter. `detail` takes facts, never names, addresses or free text."""
    entry = AuditEntry(
        tenant_id=current_tenant().pk,
        at=at,
        actor_kind=by.kind,
        membership_id=by.membership_id,
        action=action,
        subject=subject,
        detail=detail,
    )
    collected = _collected.get()
    if collected is None:
        entry.save(force_insert=True)
    else:
        collected.append(entry)


_LOOKED = """
INSERT INTO audit_auditentry (tenant_id, at, actor_kind, membership_id, action, subject, detail)
SELECT %(tenant)s, %(at)s, %(kind)s, %(membership)s, %(action)s, seen, '{}'
FROM unnest(%(subjects)s::text[]) seen
WHERE NOT EXISTS (
    SELECT 1 FROM audit_auditentry e
    WHERE e.tenant_id = %(tenant)s AND e.subject = seen AND e.action = %(action)s
      AND e.membership_id = %(membership)s AND e.at > %(since)s AND e.at <= %(at)s
)"""


def viewed(*subjects: str, by: By, at: datetime) -> None:
    """Somebody of the house sees these: one statement however many they are, one line for each look at each.

    The one thing that a GET may write. A list is a subject of its own, so that its hundred rows are one line.
    """
    if not subjects:
        return
    values: dict[str, Any] = {
        "tenant": current_tenant().pk,
        "at": at,
        "since": at - ONE_LOOK,
        "kind": by.kind,
        "membership": by.membership_id,
        "action": VIEWED,
        "subjects": sorted(set(subjects)),
    }
    with connection.cursor() as cursor:
        cursor.execute(_LOOKED, values)


@contextmanager
def together() -> Iterator[None]:
    """What is recorded inside is written at the end in one statement: for one change that concerns hundreds.

    The caller holds the transaction; when something is raised, nothing is written and the transaction is of no use.
    """
    entries: list[AuditEntry] = []
    token = _collected.set(entries)
    try:
        yield
    finally:
        _collected.reset(token)
    AuditEntry.objects.bulk_create(entries)


def history(subject: str) -> Sequence[AuditEntry]:
    """What happened to one subject of the current Jobcenter, oldest first."""
    return list(AuditEntry.objects.filter(subject=subject).order_by("id"))
