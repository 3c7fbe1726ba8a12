# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Error pages: what happened, in the page's language, and what to do now. They never say why in detail."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jobcenter_portal.accounts.permissions import PUBLIC, Actor
from jobcenter_portal.web.middleware import LanguageMiddleware

log = structlog.get_logger("jobcenter_portal.errors")

BUSY_FOR_S: Final = 2
"""After this many seconds another try makes sense: as long as anybody waits for a lock (settings/environment.py)."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Title and advice of one error page."""

    title: str | Promise
    advice: str | Promise


_BAD: Final = Explanation(
    _("Das hat nicht geklappt"),
    _("Bitte gehen Sie zurück und versuchen Sie es noch einmal."),
)
_EXPLANATIONS: Final = {
    HTTPStatus.FORBIDDEN: Explanation(
        _("Diese Seite ist für Sie nicht freigegeben"),
        _("Wenn Sie hier arbeiten, melden Sie sich bitte an."),
    ),
    HTTPStatus.NOT_FOUND: Explanation(
        _("Diese Seite gibt es nicht"),
        _("Bitte prüfen Sie die Adresse. Wenn Sie einem Link gefolgt sind: Er ist vielleicht abgelaufen."),
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: Explanation(
        _("Das geht auf dieser Seite nicht"),
        _("Bitte gehen Sie zurück und benutzen Sie die Knöpfe der Seite."),
    ),
    HTTPStatus.CONFLICT: Explanation(
        _("Das hat sich gerade geändert"),
        _("Bitte laden Sie die Seite neu und versuchen Sie es noch einmal."),
    ),
    HTTPStatus.GONE: Explanation(
        _("Diese Seite gibt es nicht mehr"),
        _("Bitte beginnen Sie noch einmal von vorn."),
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Explanation(
        _("Der Text war zu lang"),
        _("Bitte kürzen Sie Ihren Text und senden Sie ihn noch einmal."),
    ),
    HTTPStatus.TOO_MANY_REQUESTS: Explanation(
        _("Das waren zu viele Versuche"),
        _("Bitte warten Sie einige Minuten und versuchen Sie es dann noch einmal."),
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: Explanation(
        _("Das Portal ist gerade nicht erreichbar"),
        _("Bitte versuchen Sie es in einigen Minuten noch einmal."),
    ),
}
_NOT_YOUR_ROLE: Final = Explanation(
    _("Diese Seite gehört nicht zu Ihrer Rolle"),
    _("Wenn Sie sie brauchen, wenden Sie sich an die Verwaltung Ihres Jobcenters."),
)
_FORM_EXPIRED: Final = Explanation(
    _("Diese Seite war zu lange offen"),
    _("Bitte gehen Sie zurück, laden Sie die Seite neu und senden Sie das Formular noch einmal."),
)


def error_page(request: HttpRequest, status: HTTPStatus, explanation: Explanation | None = None) -> HttpResponse:
    """The page for a status; an unlisted 4xx looks like 400."""
    actor: Actor = getattr(request, "actor", PUBLIC)
    context = {"explanation": explanation or _EXPLANATIONS.get(status, _BAD), "sign_in_url": ""}
    if status is HTTPStatus.FORBIDDEN and not actor.is_staff:
        context["sign_in_url"] = _sign_in_url(request)
    elif status is HTTPStatus.FORBIDDEN and explanation is None:
        context["explanation"] = _NOT_YOUR_ROLE
    return render(request, "web/error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django passes it
    return error_page(request, HTTPStatus.BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- as above
    return error_page(request, HTTPStatus.FORBIDDEN)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- as above
    """One page for unknown tenant, language, link and service: it must not tell which of them exists."""
    return error_page(request, HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- as above
    """Without database, tenant or context: whatever broke may be broken for this page too."""
    busy = is_database_busy(sys.exception())
    return _static_page(HTTPStatus.SERVICE_UNAVAILABLE if busy else HTTPStatus.INTERNAL_SERVER_ERROR)


def is_database_busy(error: BaseException | None) -> bool:
    """A lock was not to be had in time, two waited for each other, a statement took too long, the server is away.

    Whatever was begun has been rolled back, so trying again is safe and may well succeed.
    """
    return isinstance(error, OperationalError | InterfaceError)


def busy_page(request: HttpRequest, error: Exception) -> HttpResponse:
    """503, not 500: nothing is broken and nothing was done. The page itself may need the database that is away."""
    log.warning("database busy", sqlstate=getattr(error.__cause__, "sqlstate", None))
    try:
        page = error_page(request, HTTPStatus.SERVICE_UNAVAILABLE)
    except DatabaseError:
        page = _static_page(HTTPStatus.SERVICE_UNAVAILABLE)
    page.headers["Retry-After"] = str(BUSY_FOR_S)
    return page


def _static_page(status: HTTPStatus) -> HttpResponse:
    page = HttpResponse(render_to_string("web/server_error.html"), status=status, content_type="text/html")
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        page.headers["Retry-After"] = str(BUSY_FOR_S)
    return page


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 -- as above
    """``settings.CSRF_FAILURE_VIEW``. Mostly a page that stayed open over night, so say that and not "forbidden"."""
    return error_page(request, HTTPStatus.FORBIDDEN, _FORM_EXPIRED)


class RefusalMiddleware:
    """Settles the language, refuses one the Jobcenter does not show, gives a wrong method and a busy database a page.

    The language comes first, because a refusal is to be read as well.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._handler = get_response
        self._languages = LanguageMiddleware(self._answer)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._languages(request)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        response = self._handler(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.streaming and not response.content:
            page = error_page(request, HTTPStatus.METHOD_NOT_ALLOWED)
            page.headers["Allow"] = response.headers.get("Allow", "")
            return page
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        self._languages.process_view(request, view, args, kwargs)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return busy_page(request, exception) if is_database_busy(exception) else None


def _sign_in_url(request: HttpRequest) -> str:
    tenant: Any = getattr(request, "tenant", None)
    try:
        return reverse("signin:sign-in", kwargs={"jobcenter": tenant.slug}) if tenant else ""
    except NoReverseMatch:
        return ""
