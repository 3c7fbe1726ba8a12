# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every model is guarded, or stands in a written list with its reason. Red by default for a new one."""

from collections.abc import Mapping
from typing import ClassVar

import pytest
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Lower
from django.test.utils import isolate_apps

from jobcenter_portal.accounts.models import Customer
from jobcenter_portal.tenancy.base import TenantForeignKey, TenantModel
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.tenancy.retention import Retention
from jobcenter_portal.tenancy.safety import GLOBAL_TABLES_WITH_TENANT
from tests.architecture.model_rules import (
    GLOBAL_MODELS,
    OUR_PACKAGES,
    all_models,
    faults_of_retention,
    faults_of_tenant_model,
    has_tenant,
    models_of,
)

OURS = models_of(*OUR_PACKAGES)
TENANT_MODELS = [model for model in all_models() if model._meta.label not in GLOBAL_MODELS]


@pytest.mark.parametrize("model", TENANT_MODELS, ids=lambda model: model._meta.label)
def test_a_model_that_is_not_listed_as_global_is_guarded_by_all_lines_of_defence(model: type[models.Model]) -> None:
    assert has_tenant(model), "give it a tenant, or a line with a reason in GLOBAL_MODELS"
    assert faults_of_tenant_model(model) == []


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_field_that_could_hold_personal_text_names_how_long_it_lives(model: type[models.Model]) -> None:
    assert faults_of_retention(model) == []


def test_the_list_of_global_models_names_only_models_that_exist_and_gives_reasons() -> None:
    assert set(GLOBAL_MODELS) <= {model._meta.label for model in all_models()}
    assert all(len(reason.split()) > 1 for reason in GLOBAL_MODELS.values())


def test_start_up_excuses_exactly_the_global_tables_that_name_a_tenant() -> None:
    listed = {
        model._meta.db_table for model in all_models() if model._meta.label in GLOBAL_MODELS and has_tenant(model)
    }
    assert set(GLOBAL_TABLES_WITH_TENANT) == listed


def test_global_tables_of_our_own_hold_nothing_that_is_kept_for_a_customer() -> None:
    global_classes = {
        (model._meta.label, name): value
        for model in OURS
        if model._meta.label in GLOBAL_MODELS
        for name, value in vars(model).get("retention", {}).items()
        if value is not Retention.NOT_PERSONAL
    }
    assert global_classes == {
        ("accounts.User", "password"): Retention.STAFF,
        ("accounts.User", "username"): Retention.STAFF,
        ("appointments.LinkCode", "code_hash"): Retention.APPOINTMENT,
    }


def test_the_suite_knows_of_models_at_all() -> None:
    assert len(TENANT_MODELS) >= 15
    assert len(OURS) > len(TENANT_MODELS)


# --- The rules can fail: each faulty model below is named with its fault ----------------------------------------------
@isolate_apps("tests")
def test_a_model_with_a_bare_tenant_is_found() -> None:
    class Bare(models.Model):
        tenant = models.ForeignKey(Jobcenter, on_delete=models.CASCADE, related_name="+")

        class Meta:
            app_label = "tests"

        def __str__(self) -> str:
            return "bare"

    assert has_tenant(Bare)
    assert faults_of_tenant_model(Bare) == ["has a tenant and does not inherit TenantModel"]


@isolate_apps("tests")
def test_a_plain_reference_and_lost_constraints_are_found() -> None:
    class Loose(TenantModel):
        customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")

        objects = models.Manager()  # type: ignore[assignment]

        class Meta:
            app_label = "tests"

    Loose._meta.constraints = []
    assert faults_of_tenant_model(Loose) == [
        "has no unique key (tenant, id)",
        "has no row-level security",
        "has a manager that answers without a Jobcenter",
        "customer refers to Customer by a plain foreign key",
        "customer could point into another Jobcenter",
        "customer has an index that does not begin with the tenant",
    ]


@isolate_apps("tests")
def test_row_level_security_before_a_reference_is_found() -> None:
    class Hasty(TenantModel):
        customer = TenantForeignKey(Customer, on_delete=models.CASCADE, related_name="+")

        class Meta:
            app_label = "tests"

    Hasty._meta.constraints = Hasty._meta.constraints[::-1]
    assert faults_of_tenant_model(Hasty) == [
        "switches row-level security on before its references are checked",
    ]


@isolate_apps("tests")
def test_oracles_and_indexes_across_jobcenters_are_found() -> None:
    class Oracle(TenantModel):
        number = models.CharField(max_length=9, unique=True)
        day = models.DateField(db_index=True)
        period = DateTimeRangeField()

        class Meta:
            app_label = "tests"
            indexes = [models.Index(fields=["-day", "tenant"], name="oracle_day")]
            constraints = [
                models.UniqueConstraint(Lower("number"), name="oracle_number"),
                ExclusionConstraint(name="oracle_period", expressions=[("period", RangeOperators.OVERLAPS)]),
            ]

    assert faults_of_tenant_model(Oracle) == [
        "number is unique for all Jobcenters together: that tells whether another one has the value",
        "day has an index that does not begin with the tenant",
        "index oracle_day does not begin with the tenant",
        "constraint oracle_number does not begin with the tenant",
        "constraint oracle_period does not begin with the tenant",
    ]


@isolate_apps("tests")
def test_a_many_to_many_table_that_nothing_guards_is_found() -> None:
    class Tangled(TenantModel):
        customers = models.ManyToManyField(Customer, related_name="+")

        class Meta:
            app_label = "tests"

    assert faults_of_tenant_model(Tangled) == ["customers makes a table of its own that nothing guards"]


@isolate_apps("tests")
def test_forgotten_and_invented_retention_classes_are_found() -> None:
    class Hoarder(TenantModel):
        note = models.TextField()
        facts = models.JSONField()
        sealed = models.BinaryField()
        number = models.IntegerField()

        retention: ClassVar[Mapping[str, Retention]] = {"sealed": Retention.CUSTOMER, "gone": Retention.CUSTOMER}

        class Meta:
            app_label = "tests"

    assert faults_of_retention(Hoarder) == [
        "facts names no retention class",
        "note names no retention class",
        "the retention class of gone is for a field that does not exist",
    ]
