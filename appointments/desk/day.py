# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The day of a location: who comes, who is here, and one button for each step."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from appointments import queries
from appointments.core.lifecycle import NotAllowed, Status
from appointments.desk import present
from appointments.desk.contact_task_view import notes
from appointments.desk.forms import AttendanceForm, DayForm
from appointments.desk.frame import actor_of, by_of, day_of, day_url, frame, looked
from appointments.desk.scope import appointment_or_404, place_or_404, scope_of
from appointments.desk.session_view import group_services, sessions_of_day, sessions_url
from appointments.desk.waiting_view import waiting_url
from appointments.models import Appointment, Calendar, Location, OpeningRule
from appointments.service import ChangedMeanwhile, TooEarly, record_attendance
from appointments.walk_in import waiting_walk_ins
from jobcenter_portal.accounts.permissions import Permission, can, requires
from jobcenter_portal.kernel.wall_clock import local_day, midnight
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.web import dates
from jobcenter_portal.web.errors import error_page

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which list is meant. `calendar_id` narrows it to one calendar."""

    location: Location
    day: date
    calendar_id: int | None


@dataclass(frozen=True, slots=True)
class Notice:
    """Why a button did nothing."""

    title: str
    text: str


@require_safe
@requires(Permission.ENTER_DESK)
def start(request: HttpRequest, jobcenter: str) -> HttpResponse:
    """Choose the location; with only one there is nothing to choose. Whoever sees no day begins elsewhere.

    Somebody for whom nobody has named a place yet is told so, and by whom that can be put right.
    """
    if can(actor_of(request), Permission.SEE_TRAIL):
        return HttpResponseRedirect(reverse("desk:trail", kwargs={"jobcenter": jobcenter}))
    if not can(actor_of(request), Permission.SEE_DAY):
        return HttpResponseRedirect(reverse("desk:settings", kwargs={"jobcenter": jobcenter}))
    places = scope_of(request).places
    if len(places) == 1:
        return HttpResponseRedirect(day_url(jobcenter, places[0].slug))
    return render(request, "desk/start.html", frame(request, page_url=request.path))


@require_safe
@requires(Permission.SEE_DAY)
def day(request: HttpRequest, jobcenter: str, location: str) -> HttpResponse:
    now = timezone.now()
    form = DayForm(request.GET, today=local_day(now, tenant_of(request).settings.zone))
    if not form.is_valid():
        raise Http404
    wanted = Wanted(place_or_404(request, location), form.cleaned_data["tag"], form.cleaned_data["kalender"])
    return _list(request, wanted, now)


@require_POST
@requires(Permission.RECORD_ATTENDANCE)
def attendance(request: HttpRequest, jobcenter: str, public_id: str) -> HttpResponse:
    """Record one step and go back to the person's row. What cannot be recorded any more shows the list as it is now."""
    now = timezone.now()
    form = AttendanceForm(request.POST)
    if not form.is_valid():
        return error_page(request, HTTPStatus.UNPROCESSABLE_ENTITY)
    appointment = appointment_or_404(request, public_id)
    on_day, calendar_id = day_of(request, appointment), form.cleaned_data["kalender"]
    notice = recorded(request, appointment, form, now)
    if notice is None:
        shown = None if on_day == local_day(now, tenant_of(request).settings.zone) else on_day
        address = day_url(jobcenter, appointment.location.slug, shown, calendar_id)
        return HttpResponseRedirect(f"{address}#termin-{public_id}", status=HTTPStatus.SEE_OTHER)
    wanted = Wanted(appointment.location, on_day, calendar_id)
    return _list(request, wanted, now, notice)


def recorded(request: HttpRequest, appointment: Appointment, form: AttendanceForm, now: datetime) -> Notice | None:
    """Record the step of a valid form; None, or why the button did nothing."""
    sent = form.cleaned_data
    try:
        if sent["seen"] is Status.CANCELLED:
            raise ChangedMeanwhile  # noqa: TRY301 -- its buttons are elsewhere, so this list is an old one
        record_attendance(appointment=appointment, verb=sent["verb"], by=by_of(request), now=now, seen=sent["seen"])
    except (ChangedMeanwhile, NotAllowed):
        return Notice(
            _("Das hat gerade jemand anderes geändert"),
            _("Ihr Knopf hat nichts bewirkt. Die Liste zeigt jetzt den neuen Stand."),
        )
    except TooEarly:
        return Notice(
            _("Dafür ist es noch zu früh"),
            _("Der Termin beginnt erst um %(time)s Uhr. Vorher kann niemand fehlen.")
            % {"time": dates.clock_time(appointment.starts_at)},
        )
    return None


def _list(request: HttpRequest, wanted: Wanted, now: datetime, notice: Notice | None = None) -> HttpResponse:
    tenant = tenant_of(request)
    calendars = calendars_at(wanted.location)
    if wanted.calendar_id is not None and wanted.calendar_id not in {calendar.pk for calendar in calendars}:
        raise Http404
    appointments = [
        appointment
        for appointment in queries.appointments_of_day(
            wanted.location, midnight(wanted.day, tenant.settings.zone), tenant.settings
        )
        if wanted.calendar_id in (None, appointment.calendar_id)
    ]
    today = local_day(now, tenant.settings.zone)
    looked(request, f"day:{wanted.location.pk}:{wanted.day}", now=now)
    to_ask = notes((one.customer_id for one in appointments), tenant.slug)
    rows = present.rows(
        appointments,
        now=now,
        is_today=wanted.day == today,
        is_future=wanted.day > today,
        contact_urls={customer_id: note.url for customer_id, note in to_ask.items()},
    )
    context = {
        **frame(
            request,
            page_url=day_url(tenant.slug, wanted.location.slug, wanted.day, wanted.calendar_id),
            current=wanted.location.slug,
        ),
        **_ways(wanted, calendars, tenant.slug, today),
        "rows": rows,
        "counts": present.counts(appointments),
        **_groups(wanted, tenant),
        "waiting_url": waiting_url(tenant, wanted.location),
        "next_row": next((row for row in rows if row.is_next), None),
        "may_open": can(actor_of(request), Permission.SEE_APPOINTMENT),
        "notice": notice,
        **_walk_ins(wanted, tenant, today),
    }
    status = HTTPStatus.OK if notice is None else HTTPStatus.CONFLICT
    return render(request, "desk/day.html", context, status=status)


def _groups(wanted: Wanted, tenant: Jobcenter) -> dict[str, Any]:
    """The dates of groups on this day and the way to all of them, where there are groups."""
    if not group_services():
        return {}
    return {
        "groups_url": sessions_url(tenant.slug, wanted.location),
        "sessions": sessions_of_day(tenant.slug, wanted.location, wanted.day, tenant.settings),
    }


def _walk_ins(wanted: Wanted, tenant: Jobcenter, today: date) -> dict[str, Any]:
    """Where people may come without an appointment, the way to their numbers; today only."""
    if not tenant.settings.walk_in or wanted.day != today:
        return {}
    here = {"jobcenter": tenant.slug, "location": wanted.location.slug}
    waiting = len(waiting_walk_ins(wanted.location, today))
    return {"walk_ins_url": reverse("desk:walk-ins", kwargs=here), "walk_ins_waiting": waiting}


def calendars_at(location: Location) -> list[Calendar]:
    """Whose day can be shown alone: everybody with hours at this location."""
    here = OpeningRule.objects.filter(location=location).values("calendar_id")
    return list(Calendar.objects.filter(pk__in=here).order_by("name", "id"))


def _ways(wanted: Wanted, calendars: list[Calendar], jobcenter: str, today: date) -> dict[str, Any]:
    """The day's name, the days beside it, and the filter."""

    def address(on: date | None) -> str:
        return day_url(jobcenter, wanted.location.slug, on, wanted.calendar_id)

    return {
        "location": wanted.location,
        "day": wanted.day,
        "is_today": wanted.day == today,
        "is_future": wanted.day > today,
        "list_url": day_url(jobcenter, wanted.location.slug),
        "previous_url": address(wanted.day - _ONE_DAY),
        "today_url": address(None),
        "following_url": address(wanted.day + _ONE_DAY),
        "calendars": calendars,
        "calendar_id": wanted.calendar_id,
    }
