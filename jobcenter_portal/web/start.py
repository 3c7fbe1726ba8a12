# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page at ``/``: which Jobcenter is yours?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from jobcenter_portal.accounts.permissions import open_to_all
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.tenancy.service import all_jobcenters
from jobcenter_portal.web.security import indexable


@open_to_all(because="names and addresses of public offices")
@indexable
@require_safe
def portal_start(request: HttpRequest) -> HttpResponse:
    """All Jobcenters; a host of one Jobcenter's own leads to its pages at once."""
    owner: Jobcenter | None = getattr(request, "host_owner", None)
    if owner is not None:
        return redirect("choose-language", jobcenter=owner.slug)
    return render(request, "web/start.html", {"jobcenters": all_jobcenters()})
