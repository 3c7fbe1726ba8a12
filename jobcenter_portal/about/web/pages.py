# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Imprint, privacy notice, and the statement on accessibility."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from jobcenter_portal.about.models import Part
from jobcenter_portal.about.passages import Passage, passage
from jobcenter_portal.about.statement_view import in_words
from jobcenter_portal.about.statements import current_statement, facts_of
from jobcenter_portal.about.wordings import words_of
from jobcenter_portal.accounts.permissions import open_to_all
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web.languages import GERMAN, current_language, isolated
from jobcenter_portal.web.security import indexable


@indexable
@open_to_all(because="who runs these pages is everybody's to know")
@require_safe
def imprint(request: HttpRequest, jobcenter: str, language: str) -> HttpResponse:
    return _legal_text(request, Part.IMPRINT, _("Impressum"))


@indexable
@open_to_all(because="what becomes of personal data is everybody's to know")
@require_safe
def privacy(request: HttpRequest, jobcenter: str, language: str) -> HttpResponse:
    return _legal_text(request, Part.PRIVACY, _("Datenschutz"))


@indexable
@open_to_all(because="the law wants it to be found by everybody")
@require_safe
def accessibility(request: HttpRequest, jobcenter: str, language: str) -> HttpResponse:
    words, spoken = words_of((Part.GAPS, Part.ENFORCEMENT)), current_language()
    found = current_statement()
    context = {
        "statement": in_words(facts_of(found)) if found else None,
        "gaps": passage(words, Part.GAPS, spoken),
        "enforcement": passage(words, Part.ENFORCEMENT, spoken),
        "feedback_url": reverse("about:feedback", kwargs={"jobcenter": jobcenter, "language": language}),
    }
    return render(request, "about/accessibility.html", context)


def _legal_text(request: HttpRequest, part: Part, title: Promise) -> HttpResponse:
    found: Passage | None = passage(words_of((part,)), part, current_language())
    german = {**request.resolver_match.kwargs, "language": GERMAN.code} if request.resolver_match else {}
    phone = tenant_of(request).settings.phone
    context = {
        "title": title,
        "passage": found,
        "german_url": reverse(f"about:{_NAMES[part]}", kwargs=german) if found and found.is_translated else "",
        "phone": isolated(phone) if phone else "",
    }
    return render(request, "about/legal.html", context)


_NAMES: Final = {Part.IMPRINT: "imprint", Part.PRIVACY: "privacy"}
