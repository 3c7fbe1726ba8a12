# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The first two steps: what for, where, and when. Choosing a time holds it and leads on."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from appointments import queries
from appointments.models import Location, Service
from appointments.taking import Refused, Request, SlotTaken
from appointments.web import pages
from appointments.web.forms import LocationForm, ServiceForm, TimeForm
from appointments.web.holds import hold_for_browser
from appointments.web.present import Other, TakenView, choice_rows, choices, service_line, times_view, url
from appointments.web.times import page_asked_for
from jobcenter_portal.accounts.permissions import open_to_all
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web.forms import render_form

_reads_and_posts = require_http_methods(["GET", "HEAD", "POST"])
_for_everybody = open_to_all("booking needs no account")


@_for_everybody
@_reads_and_posts
@pages.bookable_online
def choose_service(request: HttpRequest, jobcenter: str, language: str) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = ServiceForm(posted, queries.services(), language)
    if form.is_valid():
        return pages.see_other(url("locations", tenant_of(request), service=form.cleaned_data["service"]))
    return render_form(request, "booking/service.html", form, {"back_url": url("start", tenant_of(request))})


@_for_everybody
@_reads_and_posts
@pages.bookable_online
def choose_location(request: HttpRequest, jobcenter: str, language: str, service: str) -> HttpResponse:
    """Only asked where there is a choice; the one place, or none, leads on by itself."""
    tenant = tenant_of(request)
    chosen = _service_or_404(service)
    places = queries.locations_of(chosen)
    posted = request.POST if request.method == "POST" else None
    form = LocationForm(posted, places)
    slug = form.cleaned_data["location"] if form.is_valid() else places[0].slug if len(places) == 1 else ""
    if slug:
        return pages.see_other(url("times", tenant, service=service, location=slug))
    back = url("services", tenant)
    context = {"back_url": back, "places": places, "service_line": service_line(chosen)}
    return render_form(request, "booking/location.html", form, context)


@_for_everybody
@_reads_and_posts
@pages.bookable_online
def choose_time(request: HttpRequest, jobcenter: str, language: str, service: str, location: str) -> HttpResponse:
    now = timezone.now()
    tenant = tenant_of(request)
    chosen = _service_or_404(service)
    place, others = _place_or_404(chosen, location)
    own_url = url("times", tenant, service=service, location=location)
    form = TimeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            token = hold_for_browser(request, Request(tenant, chosen, place, form.cleaned_data["time"], now))
            return pages.see_other(url("contact", tenant, token=token))
        except SlotTaken as lost:
            return pages.taken(request, TakenView(choices(lost.nearest), own_url, own_url))
        except Refused as refused:
            form.add_error(None, pages.in_words(refused.reason))
    page = page_asked_for(request, service=chosen, location=place, now=now)
    view = times_view(
        page,
        own_url,
        rows=choice_rows(tenant, chosen, place, others=others),
        back_url=url("services", tenant),
        others=tuple(Other(one.name, url("times", tenant, service=service, location=one.slug)) for one in others),
    )
    form.offer(page.slots)
    return render_form(request, "booking/times.html", form, {"page": view})


def _service_or_404(slug: str) -> Service:
    service = queries.service_by_slug(slug)
    if service is None:
        raise Http404
    return service


def _place_or_404(service: Service, slug: str) -> tuple[Location, list[Location]]:
    """The place, and the others that offer the same. A place that does not offer it is as unknown as none."""
    places = queries.locations_of(service)
    chosen = [place for place in places if place.slug == slug]
    if not chosen:
        raise Http404
    return chosen[0], [place for place in places if place.slug != slug]
