# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the desk changes for a person: cancel, take the cancellation back, move. Each says before who will be told."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from appointments import service
from appointments.core.wall_clock import local_day
from appointments.desk import file
from appointments.desk.appointment import page
from appointments.desk.forms import REACH, DayForm, MoveForm
from appointments.desk.frame import appointment_or_404, appointment_url, by_of, frame
from appointments.models import Appointment
from appointments.service import NotAllowed, Slot, SlotTaken, UndoTooLate
from jobcenter_portal.accounts.permissions import Permission, requires
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web.forms import TimeOption, choices_by_day, render_form

_DAYS: Final = 5
"""How many days of free times one page offers."""
_READ_OR_POST: Final = ["GET", "HEAD", "POST"]


@require_http_methods(_READ_OR_POST)
@requires(Permission.CHANGE_APPOINTMENT)
def cancel(request: HttpRequest, jobcenter: str, public_id: str) -> HttpResponse:
    now = timezone.now()
    found = appointment_or_404(public_id)
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
    found = appointment_or_404(public_id)
    try:
        service.undo_cancel(jobcenter=tenant_of(request), appointment=found, by=by_of(request), now=now)
    except SlotTaken:
        text = _("Die Zeit ist inzwischen vergeben. Bitte vereinbaren Sie einen neuen Termin.")
        return page(request, found, now, refused=(_("Die Absage bleibt bestehen"), text))
    except (NotAllowed, UndoTooLate):
        return _no_longer(request, found, now)
    return _done(request, found, "zurueckgenommen")


@require_http_methods(_READ_OR_POST)
@requires(Permission.CHANGE_APPOINTMENT)
def move(request: HttpRequest, jobcenter: str, public_id: str) -> HttpResponse:
    """Offer free times from a day on; a POST takes one of them."""
    now = timezone.now()
    found = appointment_or_404(public_id)
    if not file.possible(found, now=now).move:
        return _no_longer(request, found, now)
    first = _first_day(request, now)
    slots = _free(request, found, first, now)
    form = _form(request.POST if request.method == "POST" else None, found, slots, now)
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
        return _times(request, found, now, first, _form(None, found, taken.nearest, now), taken=True)
    except NotAllowed:
        return _no_longer(request, found, now)
    return _done(request, found, "verschoben")


def _done(request: HttpRequest, found: Appointment, what: str) -> HttpResponse:
    address = appointment_url(tenant_of(request).slug, found)
    return HttpResponseRedirect(f"{address}?getan={what}", status=HTTPStatus.SEE_OTHER)


def _no_longer(request: HttpRequest, found: Appointment, now: datetime) -> HttpResponse:
    """The appointment as it is by now, and that nothing was done."""
    text = _("Es wurde nichts geändert. Unten sehen Sie den Stand von jetzt.")
    fresh = appointment_or_404(found.public_id)
    return page(request, fresh, now, refused=(_("Das ist bei diesem Termin nicht mehr möglich"), text))


def _change_context(request: HttpRequest, found: Appointment, now: datetime, name: str) -> dict[str, Any]:
    tenant = tenant_of(request)
    address = appointment_url(tenant.slug, found, name)
    return {
        **frame(request, page_url=address, current=found.location.slug),
        "appointment": found,
        "name": found.customer.name,
        "facts": file.facts(found)[:4],
        "told_on": file.told_on(file.points_of(found), tenant.settings, found, now),
        "back_url": appointment_url(tenant.slug, found),
        "form_url": address,
    }


def _first_day(request: HttpRequest, now: datetime) -> date:
    today = local_day(now, tenant_of(request).settings.zone)
    form = DayForm(request.GET, today=today)
    if not form.is_valid():
        raise Http404
    wanted: date = form.cleaned_data["tag"]
    return max(wanted, today)


def _free(request: HttpRequest, found: Appointment, first: date, now: datetime) -> list[Slot]:
    return service.find_slots(
        service=found.service,
        location=found.location,
        settings=tenant_of(request).settings,
        now=now,
        first_day=first,
        days=_DAYS,
        for_staff=True,
    ).slots()


def _form(data: Any, found: Appointment, slots: Iterable[Slot], now: datetime) -> MoveForm:
    options = [
        TimeOption(slot.starts_at.isoformat(), slot.starts_at) for slot in slots if slot.starts_at != found.starts_at
    ]
    return MoveForm(data, now=now, choices=choices_by_day(options), initial={"revision": found.revision})


def _times(
    request: HttpRequest, found: Appointment, now: datetime, first: date, form: MoveForm, *, taken: bool = False
) -> HttpResponse:
    today = local_day(now, tenant_of(request).settings.zone)
    later = first + timedelta(days=_DAYS)
    context = {
        **_change_context(request, found, now, "move"),
        "first": first,
        "last": later - timedelta(days=1),
        "has_times": bool(form.fields["time"].choices),  # type: ignore[attr-defined]
        "earlier": max(first - timedelta(days=_DAYS), today) if first > today else None,
        "later": later if later - today <= REACH else None,
        "taken": taken,
    }
    return render_form(request, "desk/move.html", form, context, status=HTTPStatus.CONFLICT if taken else None)
