# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`record`: the line that every verb writes in its own transaction."""

import enum
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from jobcenter_portal.audit.models import AuditEntry
from jobcenter_portal.tenancy.context import current_tenant


class ActorKind(enum.StrEnum):
    CUSTOMER = "customer"
    STAFF = "staff"
    SYSTEM = "system"


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
