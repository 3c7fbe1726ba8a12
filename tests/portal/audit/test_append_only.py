# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Nobody shortens the trail: not the application, not its owner by mistake, and age alone takes what is old."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import Error, ProgrammingError, connection, connections, transaction
from django.utils import timezone

from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.models import AuditEntry, Disclosure
from jobcenter_portal.audit.trail import ask_for_name, forget_old
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings

MONTH = timedelta(days=31)


def written(action: str, age: timedelta) -> None:
    audit.record(by=audit.staff(7), action=action, subject="appointment:1", at=timezone.now() - age)


def left() -> list[str]:
    return list(AuditEntry.objects.order_by("at").values_list("action", flat=True))


@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE audit_auditentry SET action = 'nothing'",
        "DELETE FROM audit_auditentry",
        "UPDATE audit_disclosure SET at = now()",
        "DELETE FROM audit_disclosure",
    ],
)
def test_the_application_has_no_right_to_change_a_line(fulda: Jobcenter, now: datetime, attempt: str) -> None:
    written("booked", timedelta(days=1))
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(attempt)
    assert left() == ["booked"]


@pytest.fixture
def owner(transactional_db: None, fulda: Jobcenter) -> Iterator[str]:
    """The tables' owner at this Jobcenter, with everything in force that the tests' flush has switched off."""
    written("booked", timedelta(days=1))
    ask_for_name(
        entry_id=AuditEntry.objects.get().pk, reason="Beschwerde liegt vor", by=audit.staff(8), now=timezone.now()
    )
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for trail in ("audit_auditentry", "audit_disclosure"):
            cursor.execute(f"ALTER TABLE {trail} ENABLE TRIGGER {trail}_no_emptying")
        yield "owner"
        transaction.set_rollback(True, using="owner")


@pytest.mark.parametrize("table", ["audit_auditentry", "audit_disclosure"])
@pytest.mark.parametrize("attempt", ["UPDATE {} SET at = now()", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_not_even_the_owner_changes_a_line_by_mistake(owner: str, table: str, attempt: str) -> None:
    with (
        pytest.raises(Error, match="the trail is append-only"),
        transaction.atomic(using=owner),
        connections[owner].cursor() as cursor,
    ):
        cursor.execute(attempt.format(table))


def test_age_takes_what_the_jobcenter_keeps_no_longer_and_signing_in_after_a_month(fulda: Jobcenter) -> None:
    written("too old", 13 * MONTH)
    written("old", 11 * MONTH)
    written("signed_in", timedelta(days=31))
    written("signed_in", timedelta(days=29))
    assert (forget_old(), left()) == (2, ["old", "signed_in"])


def test_a_jobcenter_that_keeps_less_forgets_sooner_and_nobody_keeps_less_than_half_a_year(fulda: Jobcenter) -> None:
    written("seven months old", 7 * MONTH)
    written("five months old", 5 * MONTH)
    TenantSettings.objects.update(audit_months=6)
    assert (forget_old(), left()) == (1, ["five months old"])
    with pytest.raises(Error, match="tenancy_audit_months_sane"), transaction.atomic():
        TenantSettings.objects.update(audit_months=5)


def test_one_jobcenter_forgets_nothing_of_another(fulda: Jobcenter, wiesbaden: Jobcenter) -> None:
    written("too old", 13 * MONTH)
    with tenant_context(wiesbaden):
        assert forget_old() == 0
    assert left() == ["too old"]


def test_that_a_name_was_asked_for_is_forgotten_like_the_rest(fulda: Jobcenter) -> None:
    written("booked", 20 * MONTH)
    entry, asked_at = AuditEntry.objects.get().pk, timezone.now() - 13 * MONTH
    ask_for_name(entry_id=entry, reason="Beschwerde liegt vor", by=audit.staff(8), now=asked_at)
    ask_for_name(entry_id=entry, reason="Noch eine Beschwerde", by=audit.staff(8), now=timezone.now())
    forget_old()
    assert [one.reason for one in Disclosure.objects.all()] == ["Noch eine Beschwerde"]
