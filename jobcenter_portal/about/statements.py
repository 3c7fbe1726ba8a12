# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the statement on accessibility says, saved as versions; the list of gaps is among the wordings."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import connection, transaction
from django.db.models import QuerySet

from jobcenter_portal.about.models import Conformance, Method, Statement
from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.service import By
from jobcenter_portal.tenancy.context import current_tenant

_LOCK: Final = 7413


@dataclass(frozen=True, slots=True)
class Facts:
    """One statement's facts. Raises ValueError where it was reviewed before it was made."""

    body: str
    conformance: Conformance
    method: Method
    prepared_on: date
    reviewed_on: date

    def __post_init__(self) -> None:
        if self.reviewed_on < self.prepared_on:
            raise ValueError("a statement is reviewed on the day it is made or later")


class StatementChangedMeanwhile(Exception):
    """Another version holds than the one that somebody had before them: `current`."""

    def __init__(self, current: Statement | None) -> None:
        super().__init__("the statement was changed meanwhile")
        self.current = current


def current_statement() -> Statement | None:
    """The one that holds; None as long as the Jobcenter has made none: the portal never claims anything by itself."""
    return statement_versions().first()


def statement_versions() -> QuerySet[Statement]:
    """All versions, newest first."""
    rows: QuerySet[Statement] = Statement.objects.select_related("created_by").order_by("-version")
    return rows


def state(facts: Facts, *, seen: int, by: By, now: datetime) -> Statement:
    """Let these facts hold from now on; `seen` is the version that somebody had before them, 0 for none.

    The same ones are not saved twice. Raises StatementChangedMeanwhile.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, current_tenant().pk])
        before = current_statement()
        if before is not None and facts_of(before) == facts:
            return before
        if seen != (before.version if before else 0):
            raise StatementChangedMeanwhile(before)
        saved: Statement = Statement.objects.create(
            tenant_id=current_tenant().pk,
            version=seen + 1,
            body=facts.body,
            conformance=facts.conformance,
            method=facts.method,
            prepared_on=facts.prepared_on,
            reviewed_on=facts.reviewed_on,
            created_at=now,
            created_by_id=by.membership_id,
        )
        audit.record(by=by, action="statement_saved", subject="statement", at=now, version=saved.version)
    return saved


def state_as_in(*, version: int, seen: int, by: By, now: datetime) -> Statement:
    """State what an earlier version said, as a new one. Raises LookupError, StatementChangedMeanwhile."""
    earlier = statement_versions().filter(version=version).first()
    if earlier is None:
        raise LookupError(version)
    return state(facts_of(earlier), seen=seen, by=by, now=now)


def facts_of(statement: Statement) -> Facts:
    return Facts(
        statement.body,
        Conformance(statement.conformance),
        Method(statement.method),
        statement.prepared_on,
        statement.reviewed_on,
    )
