# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Requests: the list by deadline, and one request with its three answers. Each says before who will be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments.core.lifecycle import Status
from appointments.desk import file
from appointments.desk.appointment import page
from appointments.desk.forms import DeclineForm, GrantForm, MoveForm
from appointments.desk.frame import appointment_url, by_of, day_of, day_url, frame, looked
from appointments.desk.free_times import days_around, first_day, free_times, times_form
from appointments.desk.scope import appointment_or_404, scope_of
from appointments.models import Appointment
from appointments.queries import open_requests
from appointments.reminders import for_confirmation, reachable
from appointments.requests import (
    WishIsOver,
    answer_with_other_time,
    decline_request,
    grant_request,
    waiting_requests,
)
from appointments.service import ChangedMeanwhile, NotAllowed, SlotTaken
from jobcenter_portal.accounts.permissions import Permission, requires
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web.errors import error_page
from jobcenter_portal.web.forms import render_form
from jobcenter_portal.web.languages import current_language

SHOWN: Final = 100
"""How many requests one page lists; the most urgent come first, so the others wait behind them."""
_READ_OR_POST: Final = ["GET", "HEAD", "POST"]
_DONE: Final[dict[str, Promise]] = {
    "zugesagt": gettext_lazy("Der Termin ist zugesagt."),
    "andere-zeit": gettext_lazy("Der Termin ist zu einer anderen Zeit eingetragen."),
    "abgelehnt": gettext_lazy("Die Anfrage ist abgelehnt."),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One request of the list."""

    url: str
    name: str
    service: str
    place: str
    starts_at: datetime
    answer_by: datetime | None
    is_overdue: bool


@require_safe
@requires(Permission.CHANGE_APPOINTMENT)
def waiting(request: HttpRequest, jobcenter: str) -> HttpResponse:
    """What waits for an answer; whatever is overdue leads the list."""
    now = timezone.now()
    found = waiting_requests(limit=SHOWN + 1, among=scope_of(request).at(open_requests()))
    looked(request, "requests", now=now)
    context = {
        **frame(request, page_url=request.path),
        "rows": [_row(jobcenter, one, now) for one in found[:SHOWN]],
        "has_more": len(found) > SHOWN,
        "done": _DONE.get(request.GET.get("getan", "")),
    }
    return render(request, "desk/requests.html", context)


@require_safe
@requires(Permission.CHANGE_APPOINTMENT)
def one(request: HttpRequest, jobcenter: str, public_id: str) -> HttpResponse:
    """One request. What has been answered is an appointment like any other, and shown as one."""
    now = timezone.now()
    found = appointment_or_404(request, public_id)
    if found.status_now is not Status.REQUESTED:
        return HttpResponseRedirect(appointment_url(jobcenter, found))
    looked(request, found.subject, now=now)
    points = file.points_of(found)
    reached = reachable(points, tenant_of(request).settings)
    context = {
        **_context(request, found, "request"),
        "contact_facts": file.contact_facts(points),
        "told_on": file.addressed(for_confirmation(reached, found, now)),
        "form": GrantForm(None, initial={"revision": found.revision}),
        "is_overdue": found.answer_by is not None and found.answer_by <= now,
        "is_over": found.starts_at <= now,
        "grant_url": appointment_url(jobcenter, found, "grant-request"),
        "other_time_url": appointment_url(jobcenter, found, "other-time"),
        "decline_url": appointment_url(jobcenter, found, "decline-request"),
        "back_url": reverse("desk:requests", kwargs={"jobcenter": jobcenter}),
        "day_url": day_url(jobcenter, found.location.slug, day_of(request, found)),
    }
    return render(request, "desk/request.html", context)


@require_POST
@requires(Permission.CHANGE_APPOINTMENT)
def grant(request: HttpRequest, jobcenter: str, public_id: str) -> HttpResponse:
    now = timezone.now()
    form = GrantForm(request.POST)
    if not form.is_valid():
        return error_page(request, HTTPStatus.UNPROCESSABLE_ENTITY)
    found = appointment_or_404(request, public_id)
    seen = form.cleaned_data["revision"]
    try:
        grant_request(jobcenter=tenant_of(request), appointment=found, by=by_of(request), now=now, seen=seen)
    except (ChangedMeanwhile, NotAllowed, WishIsOver):
        return _no_longer(request, found, now)
    return _done(jobcenter, "zugesagt")


@require_http_methods(_READ_OR_POST)
@requires(Permission.CHANGE_APPOINTMENT)
def other_time(request: HttpRequest, jobcenter: str, public_id: str) -> HttpResponse:
    """Offer free times from a day on; a POST gives one of them."""
    now = timezone.now()
    found = appointment_or_404(request, public_id)
    if found.status_now is not Status.REQUESTED:
        return _no_longer(request, found, now)
    first = first_day(request, now)
    form = times_form(
        request.POST if request.method == "POST" else None, found, free_times(request, found, first, now), now
    )
    if not form.is_valid():
        return _times(request, found, now, first, form)
    starts_at, seen = form.cleaned_data["time"], form.cleaned_data["revision"]
    try:
        answer_with_other_time(
            jobcenter=tenant_of(request), appointment=found, starts_at=starts_at, by=by_of(request), now=now, seen=seen
        )
    except SlotTaken as taken:
        return _times(request, found, now, first, times_form(None, found, taken.nearest, now), taken=True)
    except (ChangedMeanwhile, NotAllowed):
        return _no_longer(request, found, now)
    return _done(jobcenter, "andere-zeit")


@require_http_methods(_READ_OR_POST)
@requires(Permission.CHANGE_APPOINTMENT)
def decline(request: HttpRequest, jobcenter: str, public_id: str) -> HttpResponse:
    now = timezone.now()
    found = appointment_or_404(request, public_id)
    if found.status_now is not Status.REQUESTED:
        return _no_longer(request, found, now)
    posted = request.POST if request.method == "POST" else None
    form = DeclineForm(posted, initial={"revision": found.revision})
    if not form.is_valid():
        context = {**_context(request, found, "decline-request"), "told_on": _told_at_once(request, found)}
        return render_form(request, "desk/request_decline.html", form, context)
    reason, seen = form.cleaned_data["reason"], form.cleaned_data["revision"]
    try:
        decline_request(
            jobcenter=tenant_of(request), appointment=found, reason=reason, by=by_of(request), now=now, seen=seen
        )
    except (ChangedMeanwhile, NotAllowed):
        return _no_longer(request, found, now)
    return _done(jobcenter, "abgelehnt")


def _row(jobcenter: str, found: Appointment, now: datetime) -> Row:
    return Row(
        url=appointment_url(jobcenter, found, "request"),
        name=found.customer.name,
        service=found.service.title(current_language().code),
        place=found.location.name,
        starts_at=found.starts_at,
        answer_by=found.answer_by,
        is_overdue=found.answer_by is not None and found.answer_by <= now,
    )


def _context(request: HttpRequest, found: Appointment, name: str) -> dict[str, Any]:
    """What the pages of one request share. Their way back is the request."""
    jobcenter = tenant_of(request).slug
    address = appointment_url(jobcenter, found, name)
    return {
        **frame(request, page_url=address, current=found.location.slug),
        "name": found.customer.name,
        "facts": file.facts(found),
        "form_url": address,
        "back_url": appointment_url(jobcenter, found, "request"),
    }


def _told_at_once(request: HttpRequest, found: Appointment) -> Sequence[str]:
    """Another time and a refusal are told on every channel that this Jobcenter uses."""
    return file.addressed(reachable(file.points_of(found), tenant_of(request).settings))


def _times(
    request: HttpRequest, found: Appointment, now: datetime, first: date, form: MoveForm, *, taken: bool = False
) -> HttpResponse:
    context = {
        **_context(request, found, "other-time"),
        **days_around(request, first, form, now),
        "told_on": _told_at_once(request, found),
        "taken": taken,
    }
    status = HTTPStatus.CONFLICT if taken else None
    return render_form(request, "desk/request_other_time.html", form, context, status=status)


def _done(jobcenter: str, what: str) -> HttpResponse:
    """Back to the list, where the next one waits."""
    address = reverse("desk:requests", kwargs={"jobcenter": jobcenter})
    return HttpResponseRedirect(f"{address}?getan={what}", status=HTTPStatus.SEE_OTHER)


def _no_longer(request: HttpRequest, found: Appointment, now: datetime) -> HttpResponse:
    """Somebody was faster: a colleague, or the person who took the request back. Nothing was done."""
    text = _("Es wurde nichts geändert. Unten sehen Sie den Stand von jetzt.")
    fresh = appointment_or_404(request, found.public_id)
    return page(request, fresh, now, refused=(_("Das ist bei dieser Anfrage nicht mehr möglich"), text))
