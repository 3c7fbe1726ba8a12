# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page at ``/``: which Jobcenter is yours?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from jobcenter_portal.accounts.permissions import open_to_all
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.tenancy.service import all_jobcenters
from jobcenter_portal.web.coverage import shown_languages
from jobcenter_portal.web.languages import use_language
from jobcenter_portal.web.preference import preferred_language
from jobcenter_portal.web.security import indexable


@open_to_all(because="names and addresses of public offices")
@indexable
@require_safe
def portal_start(request: HttpRequest) -> HttpResponse:
    """All Jobcenters; a host of one Jobcenter's own leads to its pages at once.

    The address names no language, so the browser is asked.
    """
    owner: Jobcenter | None = getattr(request, "host_owner", None)
    if owner is not None:
        return redirect("choose-language", jobcenter=owner.slug)
    use_language(request, preferred_language(request, shown_languages(None)).code)
    response = render(request, "web/start.html", {"jobcenters": all_jobcenters()})
    patch_vary_headers(response, ["Accept-Language"])
    return response
