# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Leaving a device that others use too: the time held here goes back, and the browser forgets all it knows of us.

Appointments stay. The address of one's own page may still lie in the browser's history, which no page can clear, so
the person is told.
"""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from appointments.web.holds import let_go
from appointments.web.present import url
from jobcenter_portal.accounts.permissions import open_to_all
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web.security import forgotten_by_the_browser


@open_to_all(because="ending one's own session needs no permission")
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, jobcenter: str, language: str) -> HttpResponse:
    """The POST ends it; the page afterwards can be loaded again and says what is left to do."""
    tenant = tenant_of(request)
    if request.method != "POST":
        return render(request, "booking/left.html", {"start_url": url("start", tenant)})
    let_go(request, tenant)
    request.session.flush()
    return forgotten_by_the_browser(HttpResponseRedirect(url("leave", tenant), status=HTTPStatus.SEE_OTHER))
