# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""From a request to its Jobcenter: by path, or by a host name that serves one Jobcenter alone."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port, validate_host

from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.tenancy.service import jobcenter_by_host, open_jobcenter

PLATFORM_PATHS = frozenset({"", "a", "betrieb", "demo", "healthz", "metrics", "readyz", "static"})
"""First path segments that belong to the platform; no Jobcenter may be called like one of them."""

_Handler = Callable[[HttpRequest], HttpResponse]


class TenantMiddleware:
    """Sets `request.tenant` and works inside its context; an unknown Jobcenter is a 404 that does not say why."""

    def __init__(self, get_response: _Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        segment = request.path_info.split("/", 2)[1] if "/" in request.path_info else ""
        tenant = self._find(request, segment)
        request.tenant = tenant  # type: ignore[attr-defined]
        if tenant is None:
            return self.get_response(request)
        with tenant_context(tenant):
            return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Before any view, method or permission is looked at: they would answer 405, 403 or not at all."""
        if getattr(request, "unknown_tenant", False):
            raise Http404

    def _find(self, request: HttpRequest, segment: str) -> Jobcenter | None:
        owner = _owner_of_host(request)
        if segment in PLATFORM_PATHS:
            request.host_owner = owner  # type: ignore[attr-defined]
            return None
        tenant = open_jobcenter(segment)
        if tenant is None or (owner is not None and owner.pk != tenant.pk):
            request.unknown_tenant = True  # type: ignore[attr-defined]
            return None
        return tenant


def _owner_of_host(request: HttpRequest) -> Jobcenter | None:
    """Whose host this is. Raises DisallowedHost (400) for a host that nobody owns: there is no default Jobcenter."""
    host, _port = split_domain_port(request.META.get("HTTP_HOST") or request.META.get("SERVER_NAME", ""))
    if host and validate_host(host, settings.PORTAL_HOSTS):
        return None
    owner = jobcenter_by_host(host) if host else None
    if owner is None:
        raise DisallowedHost("this host belongs to nobody here")
    return owner


def tenant_of(request: HttpRequest) -> Jobcenter:
    """The request's Jobcenter. Raises Http404 on the platform's own paths."""
    tenant: Jobcenter | None = getattr(request, "tenant", None)
    if tenant is None:
        raise Http404
    return tenant
