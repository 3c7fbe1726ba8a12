# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Move an appointment: the same list of times, a page to confirm, and the old time stays until the new one is taken."""

from datetime import datetime
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from appointments.availability import Need, Wishes
from appointments.changing import reschedule, wishes_of
from appointments.core.lifecycle import NotAllowed
from appointments.models import Appointment
from appointments.taking import Refused, SlotTaken
from appointments.web import groups, pages
from appointments.web.chosen import chosen_rows
from appointments.web.doors import appointment_or_404, opened_by_key
from appointments.web.forms import TimeForm
from appointments.web.nothing_free import nothing_else_free
from appointments.web.own import page_of
from appointments.web.own_view import may_move
from appointments.web.present import Row, TakenView, choices, moment_line, times_view, url
from appointments.web.times import page_asked_for, slot_value
from jobcenter_portal.audit.service import CUSTOMER
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web.forms import render_form

_reads_and_posts = require_http_methods(["GET", "HEAD", "POST"])


@opened_by_key
@_reads_and_posts
def choose(request: HttpRequest, jobcenter: str, language: str, key: str) -> HttpResponse:
    now = timezone.now()
    tenant = tenant_of(request)
    appointment = appointment_or_404(request, key)
    if appointment.session_id is not None:
        return groups.move_date(request, appointment, key)
    if not may_move(appointment, tenant.settings, now):
        return pages.see_other(_own_url(request, key))
    form = TimeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        confirm_url = url("confirm-move", tenant, key=key)
        return pages.see_other(f"{confirm_url}?time={slot_value(form.cleaned_data['time'])}")
    wishes = wishes_of(appointment, tenant.settings)
    page = page_asked_for(request, service=appointment.service, location=appointment.location, now=now, wishes=wishes)
    # Where several people meet customers, the time one has is free with somebody else: choosing it would move nothing.
    form.offer([slot for slot in page.slots if slot.starts_at != appointment.starts_at] or page.slots)
    none = None
    if not page.days:
        none = nothing_else_free(tenant, appointment.service, appointment.location, wishes=wishes, now=now)
    view = times_view(
        page,
        url("move", tenant, key=key),
        rows=_rows(appointment, wishes),
        back_url=_own_url(request, key),
        nothing_free=none,
    )
    return render_form(request, "booking/move.html", form, {"page": view})


@opened_by_key
@_reads_and_posts
def confirm(request: HttpRequest, jobcenter: str, language: str, key: str) -> HttpResponse:
    """The old time beside the new one; POST moves, pressed twice it moves once."""
    now = timezone.now()
    tenant = tenant_of(request)
    appointment = appointment_or_404(request, key)
    form = TimeForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return pages.see_other(url("move", tenant, key=key))
    wanted = form.cleaned_data["time"]
    if request.method == "POST":
        return _move(request, appointment, key, wanted, now)
    if not may_move(appointment, tenant.settings, now):
        return pages.see_other(_own_url(request, key))
    context = {
        "wanted": wanted,
        "wanted_end": wanted + (appointment.ends_at - appointment.starts_at),
        "value": slot_value(wanted),
        "rows": _rows(appointment, wishes_of(appointment, tenant.settings)),
        "back_url": url("move", tenant, key=key),
    }
    return render(request, "booking/confirm_move.html", context)


def _move(request: HttpRequest, appointment: Appointment, key: str, wanted: datetime, now: datetime) -> HttpResponse:
    tenant = tenant_of(request)
    try:
        if appointment.starts_at != wanted:
            reschedule(jobcenter=tenant, appointment=appointment, starts_at=wanted, by=CUSTOMER, now=now)
    except NotAllowed:
        return page_of(request, appointment_or_404(request, key), key, status=HTTPStatus.CONFLICT)
    except Refused as refused:
        refusal = pages.in_words(refused.reason)
        return page_of(request, appointment_or_404(request, key), key, status=HTTPStatus.CONFLICT, refusal=refusal)
    except SlotTaken as lost:
        # The other half of a double click may have taken it, for the same person.
        if appointment_or_404(request, key).starts_at != wanted:
            page = TakenView(
                choices(lost.nearest),
                url("confirm-move", tenant, key=key),
                url("move", tenant, key=key),
                keeps_old_time=True,
            )
            return pages.taken(request, page)
    return pages.see_other(_own_url(request, key))


def _rows(appointment: Appointment, wishes: Wishes) -> tuple[Row, ...]:
    need = Need(appointment.service, wishes)
    return (Row(_("Bisher"), moment_line(appointment.starts_at)), *chosen_rows(need, appointment.location))


def _own_url(request: HttpRequest, key: str) -> str:
    return url("appointment", tenant_of(request), key=key)
