# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The waiting list of a location: who waits for what, what they have been offered, and taking somebody off it."""

from http import HTTPStatus
from typing import Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from appointments.desk.frame import actor_of, by_of, day_url, frame, looked
from appointments.desk.scope import place_or_404
from appointments.desk.waiting_view import waiting_rows, waiting_url
from appointments.models import Location
from appointments.waiting import leave, waiting_at
from jobcenter_portal.accounts.permissions import Permission, can, requires
from jobcenter_portal.tenancy.middleware import tenant_of

_SHOWN: Final = 100
"""The others wait behind them: who has waited longest is served first."""


class _PlaceForm(forms.Form):
    place = forms.IntegerField(min_value=1, max_value=2**63 - 1)


@require_safe
@requires(Permission.SEE_DAY)
def show(request: HttpRequest, jobcenter: str, location: str) -> HttpResponse:
    now, tenant = timezone.now(), tenant_of(request)
    here = _location_or_404(request, location)
    waiting = waiting_at(here)
    looked(request, f"waiting-list:{here.pk}", now=now)
    may_change = can(actor_of(request), Permission.CHANGE_APPOINTMENT)
    may_open = can(actor_of(request), Permission.SEE_APPOINTMENT)
    number = waiting.count()
    context = {
        **frame(request, page_url=waiting_url(tenant, here), current=here.slug),
        "location": here,
        "rows": waiting_rows(waiting[:_SHOWN], tenant, now, may_open=may_open),
        "number": number,
        "has_more": number > _SHOWN,
        "may_change": may_change,
        "back_url": day_url(tenant.slug, here.slug),
        "remove_url": f"{waiting_url(tenant, here)}entfernen/",
        "done": _("Die Person steht nicht mehr auf der Warteliste.") if request.GET.get("getan") == "entfernt" else "",
    }
    return render(request, "desk/waiting.html", context)


@require_POST
@requires(Permission.CHANGE_APPOINTMENT)
def remove(request: HttpRequest, jobcenter: str, location: str) -> HttpResponse:
    """Somebody has called and wishes to wait no longer. Whoever is off the list already is simply off it."""
    here = _location_or_404(request, location)
    form = _PlaceForm(request.POST)
    place = waiting_at(here).filter(pk=form.cleaned_data["place"]).first() if form.is_valid() else None
    if place is not None:
        leave(place=place, by=by_of(request), now=timezone.now())
    address = f"{waiting_url(tenant_of(request), here)}?getan=entfernt"
    return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)


def _location_or_404(request: HttpRequest, slug: str) -> Location:
    """Where no waiting list is kept, there is none to look at."""
    if not tenant_of(request).settings.waiting_list:
        raise Http404
    return place_or_404(request, slug)
