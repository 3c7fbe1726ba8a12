# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who comes without an appointment: a number at the front desk, who waits, and one button to call the next."""

from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from appointments.core.lifecycle import Kind, Status
from appointments.desk import words
from appointments.desk.day import Notice, calendars_at
from appointments.desk.forms import CallForm, StepForm, WalkInForm
from appointments.desk.frame import actor_of, appointment_url, by_of, day_of, day_url, frame, looked
from appointments.desk.present import lane_name, language_name, name_of, waits_for_call
from appointments.desk.scope import appointment_or_404, place_or_404
from appointments.models import Appointment, Calendar, Location
from appointments.service import ChangedMeanwhile, NotAllowed
from appointments.walk_in import (
    Visitor,
    call,
    call_next,
    record_back,
    record_left,
    register_walk_in,
    services_at,
    waiting_walk_ins,
)
from jobcenter_portal.accounts.permissions import Permission, requires
from jobcenter_portal.kernel.wall_clock import local_day
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web.errors import error_page
from jobcenter_portal.web.forms import UNPROCESSABLE, render_form
from jobcenter_portal.web.languages import current_language

_READ_OR_POST: Final = ["GET", "HEAD", "POST"]


@require_http_methods(_READ_OR_POST)
@requires(Permission.RECORD_ATTENDANCE)
def arrivals(request: HttpRequest, jobcenter: str, location: str) -> HttpResponse:
    """Write somebody down and show the number; below, who waits."""
    now = timezone.now()
    place = _place_or_404(request, location)
    services = {service.slug: service for service in services_at(place)}
    form = WalkInForm(request.POST if request.method == "POST" else None, services.values(), current_language().code)
    if not form.is_valid():
        return render_form(request, "desk/walk_ins.html", form, _context(request, place, now))
    sent = form.cleaned_data
    arrived = register_walk_in(
        jobcenter=tenant_of(request),
        location=place,
        service=services[sent["service"]],
        by=by_of(request),
        now=now,
        visitor=Visitor(sent["name"], sent["language"]),
        idempotency_key=sent["key"],
    )
    return HttpResponseRedirect(appointment_url(jobcenter, arrived, "ticket"), status=HTTPStatus.SEE_OTHER)


@require_POST
@requires(Permission.RECORD_ATTENDANCE)
def next_one(request: HttpRequest, jobcenter: str, location: str) -> HttpResponse:
    """Call the lowest number that waits to the chosen calendar."""
    now = timezone.now()
    place = _place_or_404(request, location)
    lanes = calendars_at(place)
    form = CallForm(request.POST, lanes, None)
    if not form.is_valid():
        return _list(request, place, now, call_form=form, status=UNPROCESSABLE)
    lane = _chosen(lanes, form)
    called = call_next(jobcenter=tenant_of(request), location=place, calendar=lane, by=by_of(request), now=now)
    if called is None:
        notice = Notice(_("Gerade wartet niemand"), _("Es wurde niemand aufgerufen."))
        return _list(request, place, now, notice=notice, status=HTTPStatus.CONFLICT)
    return HttpResponseRedirect(appointment_url(jobcenter, called, "ticket"), status=HTTPStatus.SEE_OTHER)


@require_http_methods(_READ_OR_POST)
@requires(Permission.RECORD_ATTENDANCE)
def ticket(request: HttpRequest, jobcenter: str, public_id: str) -> HttpResponse:
    """The number, large enough to be read out or printed; a POST records a step of whoever has it."""
    now = timezone.now()
    found = appointment_or_404(request, public_id)
    if found.kind != Kind.WALK_IN:
        raise Http404
    lanes = calendars_at(found.location)
    if request.method != "POST":
        return _ticket_page(request, found, CallForm(None, lanes, _own(request, lanes)))
    step = StepForm(request.POST)
    if not step.is_valid():
        return error_page(request, HTTPStatus.UNPROCESSABLE_ENTITY)
    form = CallForm(request.POST, lanes, None)
    if step.cleaned_data["step"] == "call" and not form.is_valid():
        return _ticket_page(request, found, form, status=UNPROCESSABLE)
    try:
        _take_step(found, step, form, lanes, request, now)
    except (ChangedMeanwhile, NotAllowed):
        notice = Notice(
            _("Das hat gerade jemand anderes geändert"),
            _("Ihr Knopf hat nichts bewirkt. Sie sehen jetzt den neuen Stand."),
        )
        fresh = appointment_or_404(request, public_id)
        form = CallForm(None, lanes, _own(request, lanes))
        return _ticket_page(request, fresh, form, notice=notice, status=HTTPStatus.CONFLICT)
    return HttpResponseRedirect(appointment_url(jobcenter, found, "ticket"), status=HTTPStatus.SEE_OTHER)


def _take_step(
    found: Appointment, step: StepForm, form: CallForm, lanes: list[Calendar], request: HttpRequest, now: datetime
) -> None:
    by, seen = by_of(request), step.cleaned_data["seen"]
    if step.cleaned_data["step"] == "call":
        call(appointment=found, calendar=_chosen(lanes, form), by=by, now=now, seen=seen)
    elif step.cleaned_data["step"] == "left":
        record_left(appointment=found, by=by, now=now, seen=seen)
    else:
        record_back(appointment=found, by=by, now=now, seen=seen)


def _place_or_404(request: HttpRequest, slug: str) -> Location:
    """The location, where people may come without an appointment; elsewhere there is no such page."""
    if not tenant_of(request).settings.walk_in:
        raise Http404
    return place_or_404(request, slug)


def _chosen(lanes: list[Calendar], form: CallForm) -> Calendar:
    return next(lane for lane in lanes if lane.pk == form.cleaned_data["kalender"])


def _own(request: HttpRequest, lanes: list[Calendar]) -> int | None:
    """The calendar of whoever is signed in, if they have hours here."""
    member = actor_of(request).membership_id
    return next((lane.pk for lane in lanes if lane.membership_id == member), None)


def _list(
    request: HttpRequest,
    place: Location,
    now: datetime,
    *,
    call_form: CallForm | None = None,
    notice: Notice | None = None,
    status: int,
) -> HttpResponse:
    form = WalkInForm(None, services_at(place), current_language().code)
    context = {**_context(request, place, now, call_form), "form": form, "notice": notice}
    return render(request, "desk/walk_ins.html", context, status=status)


def _context(request: HttpRequest, place: Location, now: datetime, call_form: CallForm | None = None) -> dict[str, Any]:
    tenant, lanes = tenant_of(request), calendars_at(place)
    here = {"jobcenter": tenant.slug, "location": place.slug}
    waiting = waiting_walk_ins(place, local_day(now, tenant.settings.zone))
    looked(request, f"walk-ins:{place.pk}", now=now)
    code = current_language().code
    return {
        **frame(request, page_url=reverse("desk:walk-ins", kwargs=here), current=place.slug),
        "location": place,
        "waiting": [
            {
                "number": one.ticket_no,
                "url": appointment_url(tenant.slug, one, "ticket"),
                "name": one.customer.name,
                "service": one.service.title(code),
                "since": one.starts_at,
            }
            for one in waiting
        ],
        "call_form": call_form or CallForm(None, lanes, _own(request, lanes)),
        "call_url": reverse("desk:call-next", kwargs=here),
        "form_url": reverse("desk:walk-ins", kwargs=here),
        "back_url": day_url(tenant.slug, place.slug),
    }


def _ticket_page(
    request: HttpRequest,
    found: Appointment,
    form: CallForm,
    *,
    notice: Notice | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    jobcenter = tenant_of(request).slug
    looked(request, found.subject, now=timezone.now())
    status_text, badge_kind = words.STATUS[found.status_now]
    left = found.status_now is Status.CANCELLED
    context = {
        **frame(request, page_url=appointment_url(jobcenter, found, "ticket"), current=found.location.slug),
        "number": found.ticket_no,
        "name": name_of(found),
        "service": found.service.title(current_language().code),
        "place": found.location.name,
        "came_at": found.starts_at,
        "language": language_name(found.language),
        "lane": lane_name(found) if found.calendar is not None else "",
        "seen": found.status,
        "status_text": _("gegangen") if left else status_text,
        "badge_kind": badge_kind,
        "waits": waits_for_call(found),
        "has_left": left,
        "form": form,
        "form_url": appointment_url(jobcenter, found, "ticket"),
        "another_url": reverse("desk:walk-ins", kwargs={"jobcenter": jobcenter, "location": found.location.slug}),
        "back_url": day_url(jobcenter, found.location.slug, day_of(request, found)),
        "notice": notice,
    }
    return render(request, "desk/ticket.html", context, status=status)
