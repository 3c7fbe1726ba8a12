# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The lists for the day on which nothing works: when each was written, and both files of it to fetch."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from appointments.desk.frame import by_of, frame
from appointments.desk.scope import place_or_404, scope_of
from appointments.emergency_list import folder
from appointments.emergency_list.folder import Form, Lying, NoFolder
from appointments.emergency_list.times import is_due
from appointments.emergency_list.writing import LATE
from appointments.models import Location
from jobcenter_portal.accounts.permissions import Permission, requires
from jobcenter_portal.audit import service as audit
from jobcenter_portal.kernel.wall_clock import local_day
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.tenancy.models import Jobcenter

_TYPES: Final = {Form.PDF: "application/pdf", Form.CSV: "text/csv; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class ListRow:
    """One day of one location; an address is empty where that file is missing."""

    day: date
    at: datetime
    is_old: bool
    pdf_url: str
    csv_url: str


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    rows: tuple[ListRow, ...]


@require_safe
@requires(Permission.SEE_OUTAGE_LISTS)
def lists(request: HttpRequest, jobcenter: str) -> HttpResponse:
    tenant, now = tenant_of(request), timezone.now()
    places = scope_of(request).places
    try:
        lying = folder.lying(tenant.slug)
        is_there = True
    except NoFolder:
        lying, is_there = [], False
    context = {
        **frame(request, page_url=request.path),
        "places": [_place(tenant, place, lying, now) for place in places],
        "is_there": is_there,
    }
    return render(request, "desk/outage.html", context)


@require_safe
@requires(Permission.SEE_OUTAGE_LISTS)
def fetch(request: HttpRequest, jobcenter: str, location: str, listed: str) -> HttpResponse:
    """One file. That somebody fetched it is written down: the one thing that this GET changes."""
    tenant = tenant_of(request)
    place, wanted = place_or_404(request, location), _wanted(listed)
    if wanted is None:
        raise Http404
    day, form = wanted
    try:
        found = folder.content(tenant.slug, slug=location, day=day, form=form)
    except NoFolder:
        raise Http404 from None
    if found is None:
        raise Http404
    audit.viewed(f"emergency-list:{place.pk}:{day}", by=by_of(request), at=timezone.now())
    headers = {"Content-Disposition": f'attachment; filename="notfall-liste-{location}-{day}.{form}"'}
    return HttpResponse(found[0], content_type=_TYPES[form], headers=headers)


def _place(tenant: Jobcenter, location: Location, lying: Iterable[Lying], now: datetime) -> Place:
    here = [one for one in lying if one.slug == location.slug]
    days = sorted({one.day for one in here if one.day >= local_day(now, tenant.settings.zone)})
    return Place(location.name, tuple(_row(tenant, location, day, here, now) for day in days))


def _row(tenant: Jobcenter, location: Location, day: date, here: Iterable[Lying], now: datetime) -> ListRow:
    of_day = {one.form: one.at for one in here if one.day == day}
    oldest = min(of_day.values())
    urls = {form: _url(tenant.slug, location, day, form) if form in of_day else "" for form in Form}
    # What was due a while ago and is not written yet means that nobody writes.
    is_old = is_due(written_at=oldest, now=now - LATE, zone=tenant.settings.zone, hours=None)
    return ListRow(day, oldest, is_old, urls[Form.PDF], urls[Form.CSV])


def _url(jobcenter: str, location: Location, day: date, form: Form) -> str:
    values = {"jobcenter": jobcenter, "location": location.slug, "listed": f"{day:%Y-%m-%d}-{form}"}
    return reverse("desk:outage-list", kwargs=values)


def _wanted(listed: str) -> tuple[date, Form] | None:
    day, _dash, form = listed.rpartition("-")
    try:
        return date.fromisoformat(day), Form(form)
    except ValueError:
        return None
