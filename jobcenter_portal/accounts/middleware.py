# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sets `request.actor`: the signed-in member of this Jobcenter, or the public."""

from collections.abc import Callable

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse

from jobcenter_portal.accounts.permissions import PUBLIC, Actor
from jobcenter_portal.accounts.service import actor_of_user

TENANT_KEY = "_tenant"
"""Session key that binds a session to its Jobcenter; a session of another one counts as anonymous."""


class ActorMiddleware:
    """Stands inside the session middleware; looks the role up anew in every request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = _actor(request)  # type: ignore[attr-defined]
        return self.get_response(request)


def _actor(request: HttpRequest) -> Actor:
    tenant = getattr(request, "tenant", None)
    session = request.session
    if tenant is None or SESSION_KEY not in session or session.get(TENANT_KEY) != tenant.pk:
        return PUBLIC
    return actor_of_user(int(session[SESSION_KEY])) or PUBLIC
