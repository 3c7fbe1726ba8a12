# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The first line of defence: managers that answer for one Jobcenter or not at all.

django-scopes 2.1 fails closed for most verbs, but without a scope `exists()`, `explain()`, `bulk_create()` and the
set operators still ran (measured on Django 5.2). They are closed here; what managers cannot see (instances, joins
through global tables) row-level security catches.
"""

from typing import Any

from django.db import models
from django_scopes.exceptions import ScopeError
from django_scopes.manager import DisabledQuerySet, ScopedManager
from django_scopes.state import get_scope

OPEN_WITHOUT_SCOPE = frozenset({"none", "using", "as_manager", "resolve_expression"})
"""What may be called on a tenant's manager without a Jobcenter: it touches no row."""


class _Closed(DisabledQuerySet):  # type: ignore[misc]
    """A queryset without a Jobcenter: every verb that could touch a row raises ScopeError."""

    def __getattribute__(self, name: str) -> Any:
        if (
            not name.startswith("_")
            and name not in OPEN_WITHOUT_SCOPE
            and callable(getattr(models.QuerySet, name, None))
        ):
            raise ScopeError(f"{name}() needs a Jobcenter; enter tenant_context() first")
        return super().__getattribute__(name)

    def _refuse(self, *_args: Any, **_kwargs: Any) -> Any:
        raise ScopeError("this query needs a Jobcenter; enter tenant_context() first")

    __and__ = __or__ = __xor__ = __iter__ = __aiter__ = __len__ = __getitem__ = __bool__ = _refuse

    def __repr__(self) -> str:
        return f"<{self.model.__name__} without a Jobcenter>"


class TenantManager(ScopedManager(tenant="tenant").__class__):  # type: ignore[misc]
    """Manager of a TenantModel: only the rows of the current Jobcenter."""

    def get_queryset(self) -> Any:
        scope = get_scope()
        if scope.get("tenant") is None or not scope.get("_enabled", True):
            return _Closed(self.model, using=self._db, missing_scopes={"tenant"})
        return super().get_queryset()

    def with_scopes_disabled(self) -> Any:
        raise ScopeError("no query works for all Jobcenters at once; loop with for_each_tenant()")

    def with_scope(self, **_scope: Any) -> Any:
        raise ScopeError("enter tenant_context() instead")
