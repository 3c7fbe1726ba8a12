# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The second and third line of defence as model constraints.

They live in the migration state, so `makemigrations --check` notices a model that lost one. Order matters: references
are added before row-level security, because under FORCE the check of a new foreign key sees no rows and would wave a
wrong one through (measured; docs/adr/0002-tenancy.md).
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.db.models.constraints import BaseConstraint

POLICY = "tenant_isolation"
OWN_ROW = "tenant_id = NULLIF(current_setting('app.tenant', true), '')::bigint"


class _AfterTable(BaseConstraint):
    """A constraint that is written when all tables and keys of a migration stand, in the order of declaration."""

    def statement(self, model: type[Model], quote: Callable[[str], str]) -> str:
        raise NotImplementedError

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        """Nothing at once: a reference needs its target's key, which a later operation may add."""
        schema_editor.deferred_sql.append(self.statement(model, schema_editor.quote_name))
        return None

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        return self.create_sql(model, schema_editor)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash((type(self), self.name))


class RowLevelSecurity(_AfterTable):
    """Rows of other Jobcenters do not exist: ENABLE, FORCE, one policy for reading and writing."""

    def statement(self, model: type[Model], quote: Callable[[str], str]) -> str:
        table = quote(model._meta.db_table)
        return (
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY; "
            f"CREATE POLICY {POLICY} ON {table} AS PERMISSIVE FOR ALL TO PUBLIC "
            f"USING ({OWN_ROW}) WITH CHECK ({OWN_ROW})"
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        table = schema_editor.quote_name(model._meta.db_table)
        return (
            f"DROP POLICY {POLICY} ON {table}; ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; "
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"
        )

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Nothing to ask: the database answers."""


class SameTenantReference(_AfterTable):
    """FOREIGN KEY (tenant_id, x_id) REFERENCES target (tenant_id, id): a plain one ignores row-level security."""

    def __init__(self, *, field: str, name: str) -> None:
        self.field = field
        super().__init__(name=name)

    def deconstruct(self) -> tuple[str, Any, dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "field": self.field}

    def statement(self, model: type[Model], quote: Callable[[str], str]) -> str:
        field: Any = model._meta.get_field(self.field)
        return (
            f"ALTER TABLE {quote(model._meta.db_table)} ADD CONSTRAINT {quote(str(self.name))} "
            f"FOREIGN KEY (tenant_id, {quote(field.column)}) "
            f"REFERENCES {quote(field.related_model._meta.db_table)} (tenant_id, id) DEFERRABLE INITIALLY DEFERRED"
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT {quote(str(self.name))}"

    def validate(self, model: type[Model], instance: Model, exclude: Any = None, using: str = "default") -> None:  # noqa: ARG002 -- Django passes it
        """Tell a form kindly what the database would refuse."""
        field: Any = model._meta.get_field(self.field)
        target = getattr(instance, field.attname)
        own = {"pk": target, "tenant_id": getattr(instance, "tenant_id", None)}
        if target is not None and not field.related_model._base_manager.using(using).filter(**own).exists():
            raise ValidationError({self.field: "gehört nicht zu diesem Jobcenter"})
