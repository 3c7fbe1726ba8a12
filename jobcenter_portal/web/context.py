# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What every page's frame needs: whose page it is, in which language, and where the others are."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, ResolverMatch, reverse
from django.utils.encoding import iri_to_uri

from jobcenter_portal.accounts.permissions import PUBLIC, Actor
from jobcenter_portal.web.addresses import address
from jobcenter_portal.web.coverage import shown_languages
from jobcenter_portal.web.languages import Language, current_language


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The same page in one language. ``is_current`` is shown as text, not as a link to itself."""

    language: Language
    url: str
    is_current: bool


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor. ``tenant`` is None on pages that belong to no Jobcenter."""
    language = current_language()
    tenant = getattr(request, "tenant", None)
    return {
        "tenant": tenant,
        "page_language": language,
        "language_links": _language_links(request, language),
        "home_url": _url("booking:start", jobcenter=tenant.slug, language=language.code) if tenant else "",
        "leave_url": _url("booking:leave", jobcenter=tenant.slug, language=language.code)
        if tenant and _is_known_here(request)
        else "",
        "sign_out_url": _url("signin:sign-out", jobcenter=tenant.slug) if tenant else "",
        "sessions_url": _url("signin:sessions", jobcenter=tenant.slug) if tenant else "",
        "demo": bool(getattr(settings, "DEMO", False)),
        "form": None,
    }


def _is_known_here(request: HttpRequest) -> bool:
    """Whether this browser carries a customer's session: somebody else may sit down at it next."""
    actor: Actor = getattr(request, "actor", PUBLIC)
    return bool(request.COOKIES.get(settings.SESSION_COOKIE_NAME)) and not actor.is_staff


def _language_links(request: HttpRequest, current: Language) -> tuple[LanguageLink, ...]:
    match = request.resolver_match
    if match is None or "language" not in match.kwargs:
        return ()
    # The raw query, because reading request.GET raises again on the very error page that refuses it.
    raw_query = iri_to_uri(request.META.get("QUERY_STRING", ""))
    query = f"?{raw_query}" if raw_query else ""
    return tuple(
        LanguageLink(
            language=language,
            url=_in_language(match, language) + query,
            is_current=language == current,
        )
        for language in shown_languages(getattr(request, "tenant", None))
    )


def _in_language(match: ResolverMatch, language: Language) -> str:
    parts = {**match.kwargs, "language": language.code}
    return reverse(match.view_name, args=match.args, kwargs=parts) if match.args else address(match.view_name, **parts)


def _url(name: str, **kwargs: str) -> str:
    try:
        return address(name, **kwargs)
    except NoReverseMatch:
        return ""
