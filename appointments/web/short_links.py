# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`/a/<code>` of an SMS, which names no Jobcenter and no language: to the page that the code opens."""

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from appointments.links import appointment_of_key, code_of_address, jobcenter_of_code
from appointments.waiting import offer_of_token, place_of_token
from appointments.web.doors import count_wrong_code, opened_by_key
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.web.coverage import page_language


@dataclass(frozen=True, slots=True)
class _Opened:
    """A page's name, the name of the key in its address, and the language of whom it belongs to."""

    page: str
    hole: str
    language: str


@opened_by_key
@require_safe
def short_link(request: HttpRequest, code: str) -> HttpResponse:
    """An appointment, an offer of the waiting list, or a place on it."""
    opens = code_of_address(code)
    jobcenter = jobcenter_of_code(opens)
    owner: Jobcenter | None = getattr(request, "host_owner", None)
    if jobcenter is None or (owner is not None and owner.pk != jobcenter.pk):
        count_wrong_code(request, now=timezone.now())
        raise Http404
    with tenant_context(jobcenter):
        opened = _opened_by(opens)
    if opened is None:
        raise Http404
    language = page_language(jobcenter, opened.language)
    holes = {"jobcenter": jobcenter.slug, "language": language.code, opened.hole: opens}
    return redirect(_portal(request) + reverse(f"booking:{opened.page}", kwargs=holes))


def _opened_by(code: str) -> _Opened | None:
    appointment = appointment_of_key(code)
    if appointment is not None:
        return _Opened("appointment", "key", appointment.language)
    offer = offer_of_token(code)
    if offer is not None:
        return _Opened("offer", "offer", offer.entry.language)
    place = place_of_token(code)
    return _Opened("waiting", "waiting", place.language) if place else None


def _portal(request: HttpRequest) -> str:
    """Nothing, or from the short host to the portal's own: people stay where the address bar says a name they know."""
    on_short_host = settings.SHORT_URL != settings.PUBLIC_URL and settings.SHORT_URL.endswith(f"//{request.get_host()}")
    return settings.PUBLIC_URL if on_short_host else ""
