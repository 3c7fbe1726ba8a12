# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Ends old sessions, sends who must sign in to the door, and gives staff pages their language."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from jobcenter_portal.accounts.permissions import SignInNeeded
from jobcenter_portal.signin.session import LANGUAGE_KEY, end_when_too_old
from jobcenter_portal.web.languages import use_language


class StaffSessionMiddleware:
    """Stands between the session and the actor: an ended session must not name one any more."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        end_when_too_old(request, now=timezone.now())
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., Any], _args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> None:
        """A page whose address names no language speaks the one that this session chose."""
        if "language" not in kwargs and LANGUAGE_KEY in request.session:
            use_language(request, request.session[LANGUAGE_KEY])

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """To the door and back again. A refused POST comes back to the desk: its page cannot be fetched."""
        tenant = getattr(request, "tenant", None)
        if not isinstance(exception, SignInNeeded) or tenant is None:
            return None
        address = reverse("signin:sign-in", kwargs={"jobcenter": tenant.slug})
        if request.method in ("GET", "HEAD"):
            address += "?" + urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)
