# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Cookies per Jobcenter: two Jobcenters in two tabs do not disturb each other.

Django knows one name for its session and one for its CSRF cookie. This middleware stands outside of both and renames:
`session_fulda` with the path `/fulda/` on the wire is `sessionid` inside. A session also remembers its tenant, so
that a cookie carried over by hand opens nothing (see accounts.middleware).
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class TenantCookieMiddleware:
    """Stands directly inside TenantMiddleware and outside of the session middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        tenant = getattr(request, "tenant", None)
        slug = tenant.slug if tenant else "portal"
        names = {
            settings.SESSION_COOKIE_NAME: f"session_{slug}",
            settings.CSRF_COOKIE_NAME: f"csrf_{slug}",
        }
        cookies = dict(request.COOKIES)
        for inside, outside in names.items():
            cookies.pop(inside, None)
            if outside in cookies:
                cookies[inside] = cookies[outside]
        request.COOKIES = cookies
        response = self.get_response(request)
        for inside, outside in names.items():
            morsel = response.cookies.pop(inside, None)
            if morsel is not None:
                response.cookies[outside] = morsel.value
                # Zero is said too: it is how a cookie is deleted.
                response.cookies[outside].update({key: value for key, value in morsel.items() if value != ""})
                response.cookies[outside]["path"] = f"/{slug}/" if tenant else "/"
        return response
