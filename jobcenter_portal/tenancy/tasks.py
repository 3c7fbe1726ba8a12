# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Celery task bases: a task says for whom it works, and only ids travel through the broker."""

import re
from typing import Any, Final

from celery import Task

from jobcenter_portal.tenancy.context import NoTenant, current_tenant_id, tenant_context
from jobcenter_portal.tenancy.models import Jobcenter

HEADER: Final = "tenant_id"
_ID = re.compile(r"[a-z0-9_.:-]{0,64}", re.IGNORECASE)


class NotAnId(ValueError):
    """Something other than an id was about to travel through the broker."""


def _refuse_content(name: str, values: list[Any]) -> None:
    for value in values:
        harmless = value is None or isinstance(value, (int, bool)) or (isinstance(value, str) and _ID.fullmatch(value))
        if not harmless:
            raise NotAnId(f"{name}: only ids may travel through the broker, got {type(value).__name__}")


class PlatformTask(Task):  # type: ignore[type-arg]
    """A task of the whole platform. It sees no tenant's rows; it loops, one context at a time."""

    abstract = True

    def apply_async(self, args: Any = None, kwargs: Any = None, **options: Any) -> Any:  # type: ignore[override]
        _refuse_content(self.name, [*(args or ()), *(kwargs or {}).values()])
        return super().apply_async(args, kwargs, **options)


class TenantTask(Task):  # type: ignore[type-arg]
    """A task of one Jobcenter: the tenant travels in the message's header, never by accident of process state."""

    abstract = True

    def apply_async(self, args: Any = None, kwargs: Any = None, **options: Any) -> Any:  # type: ignore[override]
        tenant_id = current_tenant_id()
        if tenant_id is None:
            raise NoTenant(f"{self.name} was sent without a Jobcenter")
        _refuse_content(self.name, [*(args or ()), *(kwargs or {}).values()])
        options["headers"] = {**(options.get("headers") or {}), HEADER: tenant_id}
        return super().apply_async(args, kwargs, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        tenant_id = (self.request.headers or {}).get(HEADER) or getattr(self.request, HEADER, None)
        if tenant_id is None:
            raise NoTenant(f"{self.name} arrived without a Jobcenter")
        with tenant_context(Jobcenter.objects.get(pk=tenant_id)):
            return super().__call__(*args, **kwargs)
