# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Gives each request the language its address names."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation

from jobcenter_portal.web.coverage import shown_languages
from jobcenter_portal.web.languages import GERMAN, is_known, use_language


class LanguageMiddleware:
    """Set ``request.language`` and activate it; refuse what the Jobcenter does not show.

    Runs after the tenant is known. A view mounted below ``<lang:language>/`` gets its language from there; every
    other page begins in German and may call `use_language`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Read from the raw path as well, so that the 404 of a mistyped address speaks the language of the rest of it.
        _root, _tenant, named, *_rest = [*request.path_info.split("/"), "", "", ""]
        with translation.override(GERMAN.code):
            use_language(request, named if is_known(named) else GERMAN.code)
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or GERMAN.code)
            return response

    def process_view(
        self,
        request: HttpRequest,
        _view: Callable[..., Any],
        _args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> None:
        code = kwargs.get("language")
        if code is None:
            return
        if code not in {language.code for language in shown_languages(getattr(request, "tenant", None))}:
            use_language(request, GERMAN.code)
            raise Http404
        use_language(request, code)
