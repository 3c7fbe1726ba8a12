# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`TenantModel`: what belongs to one Jobcenter, with its three lines of defence built in.

A model only inherits; the unique key (tenant, id), row-level security and a composite foreign key for each reference
come along by themselves. Forgetting is not possible, only removing, and tests/architecture notices that.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.db.models.base import ModelBase

from jobcenter_portal.tenancy.constraints import RowLevelSecurity, SameTenantReference
from jobcenter_portal.tenancy.retention import Retention
from jobcenter_portal.tenancy.scoping import TenantManager


class TenantForeignKey(models.ForeignKey):  # type: ignore[type-arg]
    """A reference inside one Jobcenter.

    The composite key checks it; the single-column key would be a second check of every row, and its index one that
    no query uses, since every useful one starts with the tenant. Declare such an index in the model's Meta.
    """

    def __init__(self, to: Any, on_delete: Any, **kwargs: Any) -> None:
        super().__init__(to, on_delete, **{"db_constraint": False, "db_index": False, **kwargs})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "db_constraint": False, "db_index": False}


class _TenantModelBase(ModelBase):
    def __new__(cls, name: str, bases: tuple[type, ...], attrs: dict[str, Any], **kwargs: Any) -> Any:
        model = super().__new__(cls, name, bases, attrs, **kwargs)
        meta = getattr(model, "_meta", None)
        if meta is not None and not meta.abstract and not meta.proxy:
            meta.constraints = [*meta.constraints, *_constraints_of(model)]  # type: ignore[arg-type]
            meta.original_attrs["constraints"] = meta.constraints  # so that migrations see them
        return model


def _constraints_of(model: type[models.Model]) -> list[models.BaseConstraint]:
    table = model._meta.db_table
    references: list[models.BaseConstraint] = [
        SameTenantReference(field=field.name, name=f"{table}_{field.name}_same_tenant")
        for field in model._meta.local_fields
        if isinstance(field, TenantForeignKey)
    ]
    key = models.UniqueConstraint(fields=["tenant", "id"], name=f"{table}_tenant_id")
    return [key, *references, RowLevelSecurity(name=f"{table}_rls")]


class TenantModel(models.Model, metaclass=_TenantModelBase):
    """A row that exists for one Jobcenter only."""

    tenant = models.ForeignKey("tenancy.Jobcenter", on_delete=models.PROTECT, db_index=False, related_name="+")

    objects = TenantManager()

    retention: ClassVar[Mapping[str, Retention]] = {}
    """How long each text, binary or JSON field lives; a test fails for a field that is not listed."""

    class Meta:
        abstract = True
