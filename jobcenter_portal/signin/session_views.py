# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where one is signed in, and ending that from here."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from jobcenter_portal.accounts.permissions import PUBLIC, Actor, Permission, requires
from jobcenter_portal.signin import sessions as own
from jobcenter_portal.tenancy.middleware import tenant_of


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ENTER_DESK)
def sessions(request: HttpRequest, jobcenter: str) -> HttpResponse:
    actor: Actor = getattr(request, "actor", PUBLIC)
    member, now, here = actor.membership_id or 0, timezone.now(), str(request.session.session_key)
    if request.method == "POST":
        if request.POST.get("alle"):
            own.end_others(member, this_one=here, now=now)
        else:
            own.end_one(member, request.POST.get("sitzung", ""), now=now)
        return HttpResponseRedirect(f"{request.path}?getan=beendet", status=HTTPStatus.SEE_OTHER)
    tenant = {"jobcenter": tenant_of(request).slug}
    context = {
        "sessions": own.sessions_of(member, this_one=here, now=now),
        "done": "getan" in request.GET,
        "desk_url": reverse("desk:start", kwargs=tenant),
        "sign_out_url": reverse("signin:sign-out", kwargs=tenant),
    }
    return render(request, "signin/sessions.html", context)
