# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What every model must look like, as functions that name each fault: so that tests can show them a faulty model."""

from collections.abc import Iterator
from typing import Any, Final

from django.apps import apps
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import connection, models
from django.db.models.expressions import BaseExpression

from jobcenter_portal.tenancy.base import TenantForeignKey, TenantModel
from jobcenter_portal.tenancy.constraints import RowLevelSecurity, SameTenantReference
from jobcenter_portal.tenancy.retention import Retention
from jobcenter_portal.tenancy.scoping import TenantManager

OUR_PACKAGES: Final = ("appointments", "jobcenter_portal", "notifications")

GLOBAL_MODELS: Final = {
    "tenancy.Jobcenter": "the list of Jobcenters; it is read to find out for whom a request is",
    "tenancy.JobcenterHost": "host names; read to find out for whom a request is",
    "accounts.User": "one person may work at two Jobcenters; what they may do is a Membership, which has a tenant",
    "appointments.LinkCode": "/a/<code> names no Jobcenter; holds a hash and a tenant, nothing else",
    "notifications.OutboxWake": "the loop must know who has work before it enters a tenant; a tenant and an instant",
    "notifications.Heartbeat": "signs of life of the platform's loops",
    "sessions.Session": "Django's; holds a user id and the tenant that it is bound to, sealed by the session key",
    "contenttypes.ContentType": "Django's register of models",
    "auth.Permission": "Django's, unused: permissions are roles of a Membership",
    "auth.Group": "Django's, unused",
    "auth.Group_permissions": "Django's, unused",
}
"""Every table without row-level security, each with its reason. A new one needs a line and a second pair of eyes."""

_TEXT_TYPES: Final = ("varchar", "char", "text", "bytea", "json", "citext", "hstore", "inet", "xml", "tsvector")


def models_of(*packages: str) -> list[type[models.Model]]:
    """Models of apps below these packages, those of many-to-many relations included."""
    found = apps.get_models(include_auto_created=True)
    return [model for model in found if _package(model) in packages]


def all_models() -> list[type[models.Model]]:
    return list(apps.get_models(include_auto_created=True))


def has_tenant(model: type[models.Model]) -> bool:
    return any(field.name == "tenant" or field.attname == "tenant_id" for field in model._meta.local_concrete_fields)


def faults_of_tenant_model(model: type[models.Model]) -> list[str]:
    """What keeps a model with a tenant from being guarded by all three lines of defence."""
    if not issubclass(model, TenantModel):
        return ["has a tenant and does not inherit TenantModel"]
    return [*_unguarded(model), *_bad_references(model), *_bad_fields(model), *_bad_indexes(model)]


def faults_of_retention(model: type[models.Model]) -> list[str]:
    """Text, binary and JSON fields without a class, and classes without a field."""
    classes = vars(model).get("retention", {})
    own = {field.name for field in model._meta.local_concrete_fields}
    needed = {field.name for field in model._meta.local_concrete_fields if holds_text(field)}
    return [
        *(f"{name} names no retention class" for name in sorted(needed - set(classes))),
        *(f"the retention class of {name} is for a field that does not exist" for name in sorted(set(classes) - own)),
        *(f"{name} has {value!r}, which is no Retention" for name, value in classes.items() if value not in Retention),
    ]


def holds_text(field: Any) -> bool:
    """Whether a column could hold something somebody typed. References and numbers cannot."""
    return not field.is_relation and (field.db_type(connection) or "").startswith(_TEXT_TYPES)


def _package(model: type[models.Model]) -> str:
    config: Any = model._meta.app_config
    return str(config.name).partition(".")[0]


def _unguarded(model: type[models.Model]) -> Iterator[str]:
    constraints = model._meta.constraints
    keys = [tuple(one.fields) for one in constraints if isinstance(one, models.UniqueConstraint)]
    if ("tenant", "id") not in keys:
        yield "has no unique key (tenant, id)"
    if not any(isinstance(one, RowLevelSecurity) for one in constraints):
        yield "has no row-level security"
    positions = {type(one): position for position, one in enumerate(constraints)}
    if positions.get(SameTenantReference, -1) > positions.get(RowLevelSecurity, len(constraints)):
        yield "switches row-level security on before its references are checked"
    if not isinstance(model._default_manager, TenantManager):
        yield "has a manager that answers without a Jobcenter"


def _bad_references(model: type[models.Model]) -> Iterator[str]:
    checked = {one.field for one in model._meta.constraints if isinstance(one, SameTenantReference)}
    for field in model._meta.local_concrete_fields:
        target = field.related_model
        if not isinstance(target, type) or not issubclass(target, TenantModel):
            continue
        if not isinstance(field, TenantForeignKey):
            yield f"{field.name} refers to {target.__name__} by a plain foreign key"
        if field.name not in checked:
            yield f"{field.name} could point into another Jobcenter"


def _bad_fields(model: type[models.Model]) -> Iterator[str]:
    fields: Any = model._meta.local_concrete_fields
    for field in fields:
        if field.unique and not field.primary_key:
            yield f"{field.name} is unique for all Jobcenters together: that tells whether another one has the value"
        if field.db_index and not field.unique:
            yield f"{field.name} has an index that does not begin with the tenant"
    for relation in model._meta.local_many_to_many:
        through: Any = relation.remote_field.through
        if through._meta.auto_created:
            yield f"{relation.name} makes a table of its own that nothing guards"


def _bad_indexes(model: type[models.Model]) -> Iterator[str]:
    if model._meta.unique_together:
        yield "uses unique_together instead of a constraint"
    for index in model._meta.indexes:
        if _first([*index.fields], [*index.expressions]) != "tenant":
            yield f"index {index.name} does not begin with the tenant"
    for constraint in model._meta.constraints:
        first = "tenant"
        if isinstance(constraint, models.UniqueConstraint):
            first = _first([*constraint.fields], [*constraint.expressions])
        elif isinstance(constraint, ExclusionConstraint):
            first = _first([], [expression for expression, _operator in constraint.expressions])
        if first != "tenant":
            yield f"constraint {constraint.name} does not begin with the tenant"


def _first(fields: list[str], expressions: list[Any]) -> str:
    if fields:
        return fields[0].removeprefix("-")
    first = expressions[0]
    while isinstance(first, BaseExpression) and not isinstance(first, models.F):
        first = (first.get_source_expressions() or [""])[0]
    return str(getattr(first, "name", first))
