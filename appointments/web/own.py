# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The permanent page of an appointment: when, where, what to bring, what became of messages; cancel and undo.

The key in the address opens it. Mail scanners follow links, so no GET changes anything.
"""

from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments.changing import UndoTooLate, cancel, undo_cancel
from appointments.core.lifecycle import NotAllowed, Status
from appointments.ical import Method
from appointments.links import keys_of
from appointments.messages import ics_of
from appointments.models import Appointment
from appointments.own_limits import Deed, TooOften, count_own
from appointments.seats import SessionFull
from appointments.taking import SlotTaken
from appointments.web import pages
from appointments.web.device import device_view
from appointments.web.doors import NO_MORE_TODAY, appointment_or_404, opened_by_key
from appointments.web.group_view import date_taken
from appointments.web.own_view import appointment_view, may_undo
from appointments.web.present import TakenView, choices, url
from appointments.web.waiting_view import section_view
from jobcenter_portal.audit.service import CUSTOMER
from jobcenter_portal.tenancy.middleware import tenant_of
from notifications.service import history

_STANDS: Final = (Status.BOOKED, Status.REQUESTED)


@opened_by_key
@require_safe
def show(request: HttpRequest, jobcenter: str, language: str, key: str) -> HttpResponse:
    return page_of(request, appointment_or_404(request, key), key)


@opened_by_key
@require_safe
def calendar_entry(request: HttpRequest, jobcenter: str, language: str, key: str) -> HttpResponse:
    """For calendars of phones and computers; after a cancellation it takes the entry out again."""
    appointment = appointment_or_404(request, key)
    if appointment.status_now is Status.REQUESTED:
        raise Http404  # in a calendar it would look like an appointment
    method = Method.CANCEL if appointment.status_now is Status.CANCELLED else Method.PUBLISH
    entry = ics_of(appointment, tenant_of(request), keys_of(appointment), method, timezone.now())
    return HttpResponse(
        entry,
        content_type=f"text/calendar; charset=utf-8; method={method.value}",
        headers={"Content-Disposition": 'attachment; filename="termin.ics"'},
    )


@opened_by_key
@require_http_methods(["GET", "HEAD", "POST"])
def call_off(request: HttpRequest, jobcenter: str, language: str, key: str) -> HttpResponse:
    now = timezone.now()
    tenant = tenant_of(request)
    appointment = appointment_or_404(request, key)
    own_page = url("appointment", tenant, key=key)
    if request.method == "POST":
        try:
            cancel(jobcenter=tenant, appointment=appointment, by=CUSTOMER, now=now)
        except NotAllowed:
            fresh = appointment_or_404(request, key)
            if fresh.status_now is not Status.CANCELLED:  # pressed twice it is cancelled once
                return page_of(request, fresh, key, status=HTTPStatus.CONFLICT)
        return pages.see_other(own_page)
    view = appointment_view(appointment, tenant, key, messages=(), now=now)
    if not view.cancel_url:
        return pages.see_other(own_page)
    return render(request, "booking/cancel.html", {"page": view})


@opened_by_key
@require_POST
def take_back(request: HttpRequest, jobcenter: str, language: str, key: str) -> HttpResponse:
    """Undo a cancellation; pressed twice it is undone once."""
    now = timezone.now()
    tenant = tenant_of(request)
    appointment = appointment_or_404(request, key)
    if appointment.status_now in _STANDS:
        return pages.see_other(url("appointment", tenant, key=key))
    if not may_undo(appointment, now):
        return page_of(request, appointment, key, status=HTTPStatus.CONFLICT)
    return _take_back(request, appointment, key, now)


def _take_back(request: HttpRequest, appointment: Appointment, key: str, now: datetime) -> HttpResponse:
    tenant = tenant_of(request)
    try:
        count_own(Deed.UNDO, appointment, now=now)
        undo_cancel(jobcenter=tenant, appointment=appointment, by=CUSTOMER, now=now)
    except SessionFull as full:
        anew = url("group-dates", tenant, service=appointment.service.slug)
        return date_taken(request, tenant, full.dates, action=anew, all_dates_url=anew)
    except SlotTaken as lost:
        anew = url("times", tenant, service=appointment.service.slug, location=appointment.location.slug)
        return pages.taken(request, TakenView(choices(lost.nearest), anew, anew))
    except TooOften:
        return too_often_on_page(request, appointment, key)
    except (UndoTooLate, NotAllowed):
        left = appointment_or_404(request, key)
        if left.status_now not in _STANDS:  # else the other of two quick taps has undone it meanwhile
            return page_of(request, left, key, status=HTTPStatus.CONFLICT)
    return pages.see_other(url("appointment", tenant, key=key))


def page_of(
    request: HttpRequest,
    appointment: Appointment,
    key: str,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    refusal: str = "",
) -> HttpResponse:
    """The appointment's page. With a status of its own it answers a wish that came too late: the page says why."""
    now = timezone.now()
    messages = history(appointment.subject, now=now)
    view = appointment_view(appointment, tenant_of(request), key, messages=messages, now=now)
    waiting = section_view(appointment, tenant_of(request), key, now)
    device = device_view(appointment, tenant_of(request), key, now=now)
    context = {"page": view, "refusal": refusal, "waiting": waiting, "device": device}
    return render(request, "booking/appointment.html", context, status=status)


def too_often_on_page(request: HttpRequest, appointment: Appointment, key: str) -> HttpResponse:
    """What somebody has done too often was not done again; the page says how things stand."""
    return page_of(request, appointment, key, status=HTTPStatus.TOO_MANY_REQUESTS, refusal=str(NO_MORE_TODAY))
