# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the desk changes for a person: cancel, take the cancellation back, move. Each says before who will be told."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from appointments import service
from appointments.core.lifecycle import Status
from appointments.desk import file
from appointments.desk.appointment import page
from appointments.desk.forms import MoveForm
from appointments.desk.frame import appointment_url, by_of, frame, looked
from appointments.desk.free_times import days_around, first_day, free_times, times_form
from appointments.desk.scope import appointment_or_404
from appointments.models import Appointment
from appointments.service import NotAllowed, SlotTaken, UndoTooLate
from jobcenter_portal.accounts.permissions import Permission, requires
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web.forms import render_form

_READ_OR_POST: Final = ["GET", "HEAD", "POST"]


@require_http_methods(_READ_OR_POST)
@requires(Permission.CHANGE_APPOINTMENT)
def cancel(request: HttpRequest, jobcenter: str, public_id: str) -> HttpResponse:
    now = timezone.now()
    found = appointment_or_404(request, public_id)
    if not file.possible(found, now=now).cancel:
        return _no_longer(request, found, now)
    if request.method != "POST":
        return render(request, "desk/cancel.html", _change_context(request, found, now, "cancel"))
    try:
        service.cancel(jobcenter=tenant_of(request), appointment=found, by=by_of(request), now=now)
    except NotAllowed:
        return _no_longer(request, found, now)
    return _done(request, found, "abgesagt")


@require_POST
@requires(Permission.CHANGE_APPOINTMENT)
def undo_cancel(request: HttpRequest, jobcenter: str, public_id: str) -> HttpResponse:
    now = timezone.now()
    found = appointment_or_404(request, public_id)
    try:
        again = service.undo_cancel(jobcenter=tenant_of(request), appointment=found, by=by_of(request), now=now)
    except SlotTaken:
        text = _("Die Zeit ist inzwischen vergeben. Bitte vereinbaren Sie einen neuen Termin.")
        return page(request, found, now, refused=(_("Die Absage bleibt bestehen"), text))
    except (NotAllowed, UndoTooLate):
        return _no_longer(request, found, now)
    return _done(request, found, "wieder-offen" if again.status_now is Status.REQUESTED else "zurueckgenommen")


@require_http_methods(_READ_OR_POST)
@requires(Permission.CHANGE_APPOINTMENT)
def move(request: HttpRequest, jobcenter: str, public_id: str) -> HttpResponse:
    """Offer free times from a day on; a POST takes one of them."""
    now = timezone.now()
    found = appointment_or_404(request, public_id)
    if not file.possible(found, now=now).move:
        return _no_longer(request, found, now)
    if found.session_id is not None:
        # Its times are the dates of its group.
        return HttpResponseRedirect(appointment_url(jobcenter, found, "change-date"), status=HTTPStatus.SEE_OTHER)
    first = first_day(request, now)
    slots = free_times(request, found, first, now)
    form = times_form(request.POST if request.method == "POST" else None, found, slots, now)
    if not form.is_valid():
        return _times(request, found, now, first, form)
    if form.cleaned_data["revision"] != found.revision:
        return _no_longer(request, found, now)
    return _moved(request, found, form.cleaned_data["time"], first, now)


def _moved(request: HttpRequest, found: Appointment, starts_at: datetime, first: date, now: datetime) -> HttpResponse:
    """Take the time, or show the nearest ones when it has just gone."""
    try:
        service.reschedule(
            jobcenter=tenant_of(request), appointment=found, starts_at=starts_at, by=by_of(request), now=now
        )
    except SlotTaken as taken:
        return _times(request, found, now, first, times_form(None, found, taken.nearest, now), taken=True)
    except NotAllowed:
        return _no_longer(request, found, now)
    return _done(request, found, "verschoben")


def _done(request: HttpRequest, found: Appointment, what: str) -> HttpResponse:
    address = appointment_url(tenant_of(request).slug, found)
    return HttpResponseRedirect(f"{address}?getan={what}", status=HTTPStatus.SEE_OTHER)


def _no_longer(request: HttpRequest, found: Appointment, now: datetime) -> HttpResponse:
    """The appointment as it is by now, and that nothing was done."""
    text = _("Es wurde nichts geändert. Unten sehen Sie den Stand von jetzt.")
    fresh = appointment_or_404(request, found.public_id)
    return page(request, fresh, now, refused=(_("Das ist bei diesem Termin nicht mehr möglich"), text))


def _change_context(request: HttpRequest, found: Appointment, now: datetime, name: str) -> dict[str, Any]:
    tenant = tenant_of(request)
    address = appointment_url(tenant.slug, found, name)
    looked(request, found.subject, now=now)
    return {
        **frame(request, page_url=address, current=found.location.slug),
        "appointment": found,
        "name": found.customer.name,
        "facts": file.facts(found)[:4],
        "told_on": file.told_on(file.points_of(found), tenant.settings, found, now),
        "back_url": appointment_url(tenant.slug, found),
        "form_url": address,
    }


def _times(
    request: HttpRequest, found: Appointment, now: datetime, first: date, form: MoveForm, *, taken: bool = False
) -> HttpResponse:
    context = {
        **_change_context(request, found, now, "move"),
        **days_around(request, first, form, now),
        "taken": taken,
    }
    return render_form(request, "desk/move.html", form, context, status=HTTPStatus.CONFLICT if taken else None)
