# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Response headers that Django and django-csp do not set."""

from collections.abc import Callable
from typing import Final, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

# On every answer, files included.
ALWAYS: Final = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    # An address may hold the key to an appointment: no other site learns it. "no-referrer" would be stricter still,
    # but then browsers send "Origin: null" with our own forms, and Django takes every one of them for a forgery.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

# On everything that a view wrote. People share computers: the next one must not find pages in the browser's cache.
PAGES: Final = {"Cache-Control": "no-store"}

# On the few files that a view answers with, under an address with the hash of what is in them.
KEPT: Final = {"Cache-Control": "public, max-age=31536000, immutable"}

FORGET: Final = '"cache", "cookies", "storage"'
"""What browsers are to throw away: pages, cookies, and what was kept on the device for times without a network."""

HIDDEN_FROM_SEARCH: Final = "noindex, nofollow"
HSTS: Final = "max-age=31536000; includeSubDomains"

_R = TypeVar("_R", bound=HttpResponseBase)


def indexable(view: Callable[..., _R]) -> Callable[..., _R]:
    """Let search engines list this page. Every other page is hidden from them, so nobody can forget to hide one."""
    view.indexable = True  # type: ignore[attr-defined]
    return view


def kept_for_ever(view: Callable[..., _R]) -> Callable[..., _R]:
    """Let browsers keep what this view answers with 200: its address says what it shows, and that is no secret."""
    view.kept_for_ever = True  # type: ignore[attr-defined]
    return view


def forgotten_by_the_browser(answer: _R) -> _R:
    """The answer after which the next person at this machine finds nothing of ours, not even by the back button."""
    answer.headers["Clear-Site-Data"] = FORGET
    return answer


class SecurityHeadersMiddleware:
    """Outermost, so that no answer, error or redirect escapes it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in ALWAYS.items():
            response.headers[name] = value
        if request.is_secure():
            response.headers["Strict-Transport-Security"] = HSTS
        if not request.path_info.startswith(str(settings.STATIC_URL)):
            self._treat_as_page(request, response)
        return response

    def _treat_as_page(self, request: HttpRequest, response: HttpResponse) -> None:
        match = request.resolver_match
        view = match and match.func
        is_well = response.status_code == HttpResponse.status_code
        is_kept = is_well and getattr(view, "kept_for_ever", False)
        for name, value in (KEPT if is_kept else PAGES).items():
            response.headers[name] = value
        if not is_well or not getattr(view, "indexable", False):
            response.headers["X-Robots-Tag"] = HIDDEN_FROM_SEARCH
