# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The door for staff: sign in, sign out, choose the language of staff pages."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from jobcenter_portal.accounts.permissions import open_to_all
from jobcenter_portal.signin import session, ways
from jobcenter_portal.signin.destination import destination, is_own_path
from jobcenter_portal.signin.models import IdentityProvider
from jobcenter_portal.signin.oidc_views import goodbye
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web.errors import error_page
from jobcenter_portal.web.security import forgotten_by_the_browser

STAFF_LANGUAGES = ("de", "en")
"""What staff pages speak; customers have eight."""
_READ = ["GET", "HEAD"]


@require_http_methods([*_READ, "POST"])
@open_to_all("whoever wants in must reach the door")
def sign_in(request: HttpRequest, jobcenter: str) -> HttpResponse:
    """Show the way in that is set up, or say that there is none; a recognised POST begins a session."""
    tenant, way = tenant_of(request), ways.offered()
    after = request.POST.get("next") or request.GET.get("next", "")
    if request.method != "POST" or way is None:
        if request.method not in _READ:
            return HttpResponseNotAllowed(_READ)
        context = {
            **(way.context() if way else {}),
            "way": way,
            "next": destination(after, tenant),
            "providers": IdentityProvider.objects.filter(is_enabled=True).order_by("name", "pk"),
        }
        return render(request, "signin/sign_in.html", context)
    membership = way.recognise(request.POST)
    if membership is None:
        return error_page(request, HTTPStatus.UNPROCESSABLE_ENTITY)
    session.sign_in(request, membership, now=timezone.now())
    return _see(destination(after, tenant))


@require_POST
@open_to_all("ending one's own session needs no permission")
def sign_out(request: HttpRequest, jobcenter: str) -> HttpResponse:
    provider = request.session.get(session.PROVIDER_KEY, "")
    session.sign_out(request)
    address = goodbye(provider, request) if provider else ""
    if address:
        return forgotten_by_the_browser(render(request, "signin/onward.html", {"address": address, "leaving": True}))
    return forgotten_by_the_browser(_see(reverse("signin:sign-in", kwargs={"jobcenter": tenant_of(request).slug})))


@require_POST
@open_to_all("the language of the page is everybody's own choice")
def choose_language(request: HttpRequest, jobcenter: str) -> HttpResponse:
    """Remember the language of staff pages in this session; their addresses name none."""
    code = request.POST.get("language")
    if code not in STAFF_LANGUAGES:
        return error_page(request, HTTPStatus.UNPROCESSABLE_ENTITY)
    request.session[session.LANGUAGE_KEY] = code
    tenant, back = tenant_of(request), request.POST.get("next", "")
    return _see(back if is_own_path(back, tenant) else destination("", tenant))


def _see(address: str) -> HttpResponse:
    return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)
