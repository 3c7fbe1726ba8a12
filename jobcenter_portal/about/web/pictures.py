# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The files of logos, under addresses that never show anything else."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jobcenter_portal.about.logos import logo_file
from jobcenter_portal.accounts.permissions import open_to_all
from jobcenter_portal.web.security import kept_for_ever


@kept_for_ever
@open_to_all(because="it stands on every page")
@require_safe
def logo(request: HttpRequest, jobcenter: str, digest: str) -> HttpResponse:
    png = logo_file(digest)
    if png is None:
        raise Http404
    return HttpResponse(png, content_type="image/png")
