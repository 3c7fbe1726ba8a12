# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who looked at whom: one line for a look, however often the page is loaded meanwhile."""

from datetime import datetime, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.models import AuditEntry
from jobcenter_portal.tenancy.models import Jobcenter

KIM, LEE = audit.staff(7), audit.staff(8)


def looks() -> list[tuple[int | None, str]]:
    return list(AuditEntry.objects.order_by("id").values_list("membership_id", "subject"))


def test_a_look_is_one_line_for_ten_minutes(fulda: Jobcenter, now: datetime) -> None:
    for minutes in (0, 3, 9):
        audit.viewed("appointment:1", by=KIM, at=now + timedelta(minutes=minutes))
    assert looks() == [(7, "appointment:1")]
    audit.viewed("appointment:1", by=KIM, at=now + timedelta(minutes=10))
    assert looks() == [(7, "appointment:1"), (7, "appointment:1")]


def test_somebody_else_and_something_else_are_looks_of_their_own(fulda: Jobcenter, now: datetime) -> None:
    audit.viewed("appointment:1", by=KIM, at=now)
    audit.viewed("appointment:1", by=LEE, at=now)
    audit.viewed("appointment:2", by=KIM, at=now)
    assert looks() == [(7, "appointment:1"), (8, "appointment:1"), (7, "appointment:2")]


def test_many_at_once_are_one_statement_and_nobody_is_none(fulda: Jobcenter, now: datetime) -> None:
    with CaptureQueriesContext(connection) as statements:
        audit.viewed("appointment:2", "appointment:1", "appointment:2", by=KIM, at=now)
        audit.viewed(by=KIM, at=now)
    assert (len(statements), looks()) == (1, [(7, "appointment:1"), (7, "appointment:2")])


def test_a_look_says_no_more_than_that(fulda: Jobcenter, now: datetime) -> None:
    audit.viewed("appointment:1", by=KIM, at=now)
    line = AuditEntry.objects.get()
    assert (line.actor_kind, line.action, line.at, line.detail) == ("staff", "viewed", now, {})
