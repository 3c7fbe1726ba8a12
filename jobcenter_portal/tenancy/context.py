# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The one place that knows for which Jobcenter the running code works.

Both lines of defence follow it: django-scopes filters managers, and the database backend keeps `app.tenant` in step
for row-level security. Nothing else may set either of them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol, TypeVar

from django_scopes.state import scope


class TenantLike(Protocol):
    """What the context needs of a Jobcenter; the model itself lives one step higher."""

    pk: int


T = TypeVar("T", bound=TenantLike)


class NoTenant(RuntimeError):
    """Code that needs a Jobcenter ran without one."""


_current: ContextVar[TenantLike | None] = ContextVar("tenant", default=None)


@contextmanager
def tenant_context(tenant: T | None) -> Iterator[T]:
    """Work for one Jobcenter. None is refused: to django-scopes it would mean all of them."""
    if tenant is None or tenant.pk is None:
        raise NoTenant("a saved Jobcenter is needed; None would open every Jobcenter's rows")
    token = _current.set(tenant)
    try:
        with scope(tenant=tenant):
            yield tenant
    finally:
        _current.reset(token)


def current_tenant_id() -> int | None:
    tenant = _current.get()
    return None if tenant is None else tenant.pk


def current_tenant() -> TenantLike:
    """The Jobcenter we work for. Raises NoTenant outside of any."""
    tenant = _current.get()
    if tenant is None:
        raise NoTenant("this code needs a Jobcenter; enter tenant_context() first")
    return tenant
