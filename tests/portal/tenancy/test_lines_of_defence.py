# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What each line of defence stops, shown with a row of another Jobcenter that could leak."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, connections, models, transaction
from django_scopes.exceptions import ScopeError
from django_scopes.state import scopes_disabled

from jobcenter_portal.accounts.models import ContactChannel, ContactPoint, Customer
from jobcenter_portal.accounts.service import new_customer
from jobcenter_portal.tenancy.context import NoTenant, current_tenant_id, tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.tenancy.safety import examine
from tests.factories import make_jobcenter


@pytest.fixture
def neighbours(db: None, now: datetime) -> tuple[Jobcenter, Customer, Jobcenter, Customer]:
    """Two Jobcenters with a customer each, outside of any context."""
    found: list[Any] = []
    for slug in ("fulda", "wiesbaden"):
        jobcenter = make_jobcenter(slug)
        with tenant_context(jobcenter):
            customer = new_customer(
                name=f"Person in {slug}",
                language="de",
                addresses={ContactChannel.EMAIL: f"person@{slug}.example"},
                now=now,
            )
        found += [jobcenter, customer]
    return tuple(found)


def test_the_application_works_with_a_role_that_cannot_see_around_policies(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("jp_app",)
    assert examine().problems == ()


def test_without_a_jobcenter_nothing_is_there_even_past_the_manager(neighbours: Any) -> None:
    assert Customer._base_manager.count() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_customer")
        assert cursor.fetchone() == (0,)


def test_raw_sql_and_switched_off_scopes_see_only_own_rows(neighbours: Any) -> None:
    fulda, own, _, other = neighbours
    with tenant_context(fulda), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM accounts_customer")
        assert cursor.fetchall() == [(own.pk,)]
        cursor.execute("UPDATE accounts_customer SET language = 'xx' WHERE id = %s", [other.pk])
        assert cursor.rowcount == 0
        cursor.execute("DELETE FROM accounts_customer WHERE id = %s", [other.pk])
        assert cursor.rowcount == 0
        assert list(Customer._base_manager.values_list("pk", flat=True)) == [own.pk]


def test_a_row_can_neither_be_made_for_nor_moved_to_another_jobcenter(neighbours: Any, now: datetime) -> None:
    fulda, own, wiesbaden, _ = neighbours
    with tenant_context(fulda):
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Customer.objects.create(tenant=wiesbaden, created_at=now)
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Customer.objects.filter(pk=own.pk).update(tenant=wiesbaden)


def test_a_reference_into_another_jobcenter_is_refused(neighbours: Any, now: datetime) -> None:
    fulda, _, _, other = neighbours
    with tenant_context(fulda), pytest.raises(IntegrityError, match="same_tenant"), transaction.atomic():
        ContactPoint.objects.create(
            tenant=fulda,
            customer_id=other.pk,
            channel="sms",
            address_sealed=b"x",
            address_index=b"x",
            given_at=now,
        )
        connection.check_constraints()


def test_the_database_value_follows_the_context_through_rollbacks(neighbours: Any) -> None:
    fulda, own, wiesbaden, other = neighbours

    def seen() -> list[int]:
        return list(Customer._base_manager.values_list("pk", flat=True))

    with tenant_context(fulda):
        assert seen() == [own.pk]
        with pytest.raises(ZeroDivisionError), transaction.atomic(), tenant_context(wiesbaden):
            assert seen() == [other.pk]
            raise ZeroDivisionError
        assert seen() == [own.pk]
    with tenant_context(wiesbaden):
        savepoint = transaction.savepoint()
        with tenant_context(fulda):
            assert seen() == [own.pk]
        transaction.savepoint_rollback(savepoint)
        assert seen() == [other.pk]
    assert seen() == []


def _commits() -> None:
    with transaction.atomic():
        assert Customer._base_manager.count() == 1


def _rolls_back() -> None:
    with transaction.atomic():
        assert Customer._base_manager.count() == 1
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ends", [_commits, _rolls_back])
def test_what_was_said_in_a_transaction_is_said_again_after_it(ends: Callable[[], None], now: datetime) -> None:
    """The session still believes the Jobcenter before: whoever trusts the transaction's value shows its people."""
    fulda, wiesbaden = make_jobcenter("fulda"), make_jobcenter("wiesbaden")
    for jobcenter in (fulda, wiesbaden):
        with tenant_context(jobcenter):
            new_customer(name="A", language=f"x-{jobcenter.slug}", addresses={}, now=now)
    with tenant_context(fulda):
        assert Customer._base_manager.get().language == "x-fulda"
    with tenant_context(wiesbaden):
        ends()
        assert Customer._base_manager.get().language == "x-wiesbaden"


@pytest.mark.django_db(transaction=True)
def test_what_was_said_in_a_savepoint_is_said_again_after_its_rollback(now: datetime) -> None:
    fulda, wiesbaden = make_jobcenter("fulda"), make_jobcenter("wiesbaden")
    for jobcenter in (fulda, wiesbaden):
        with tenant_context(jobcenter):
            new_customer(name="A", language=f"x-{jobcenter.slug}", addresses={}, now=now)
    with tenant_context(fulda):
        assert Customer._base_manager.get().language == "x-fulda"
    with transaction.atomic():
        savepoint = transaction.savepoint()
        with tenant_context(wiesbaden):
            assert Customer._base_manager.get().language == "x-wiesbaden"
            transaction.savepoint_rollback(savepoint)
            assert Customer._base_manager.get().language == "x-wiesbaden"


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_used_again_starts_without_a_jobcenter(now: datetime) -> None:
    fulda = make_jobcenter("fulda")
    with tenant_context(fulda):
        new_customer(name="A", language="de", addresses={}, now=now)
        assert Customer._base_manager.count() == 1
    assert Customer._base_manager.count() == 0
    connections["default"].close()
    assert Customer._base_manager.count() == 0


def test_no_jobcenter_is_not_all_jobcenters(db: None) -> None:
    with pytest.raises(NoTenant), tenant_context(None):
        pass
    with pytest.raises(NoTenant), tenant_context(Jobcenter(slug="unsaved")):
        pass
    assert current_tenant_id() is None


QUERYSET_VERBS = sorted(
    name
    for name in dir(models.QuerySet)
    if not name.startswith("_")
    and callable(getattr(models.QuerySet, name))
    and name not in {"none", "using", "as_manager", "resolve_expression"}
)


@pytest.mark.parametrize("verb", QUERYSET_VERBS)
def test_every_verb_of_a_manager_fails_closed_without_a_jobcenter(neighbours: Any, verb: str) -> None:
    method: Callable[..., Any] | None = getattr(Customer.objects, verb, None)
    with pytest.raises(ScopeError):
        (method or getattr(Customer.objects.get_queryset(), verb))()


def test_operators_and_switches_fail_closed_too(neighbours: Any) -> None:
    queryset = Customer.objects.get_queryset()
    for attempt in (
        lambda: list(queryset),
        lambda: len(queryset),
        lambda: bool(queryset),
        lambda: queryset[0],
        lambda: queryset | queryset,
        lambda: queryset & queryset,
        Customer.objects.with_scopes_disabled,
        lambda: Customer.objects.with_scope(tenant=neighbours[0]),
    ):
        with pytest.raises(ScopeError):
            attempt()
    with scopes_disabled(), pytest.raises(ScopeError):
        Customer.objects.count()


def test_joins_through_a_global_table_find_only_own_rows(neighbours: Any) -> None:
    fulda, own, _, _ = neighbours
    with tenant_context(fulda), connection.cursor() as cursor:
        cursor.execute("SELECT c.id FROM tenancy_jobcenter j JOIN accounts_customer c ON c.tenant_id = j.id")
        assert cursor.fetchall() == [(own.pk,)]
