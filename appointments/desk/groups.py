# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Dates of groups at the desk: the list, a new one, one with its people, and calling it off with a look before."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments.desk import file, session_view
from appointments.desk.appointment import page
from appointments.desk.day import Notice, recorded
from appointments.desk.forms import REACH, AttendanceForm, DayForm
from appointments.desk.frame import actor_of, appointment_url, by_of, frame, looked
from appointments.desk.scope import appointment_or_404, place_or_404, scope_of, session_or_404
from appointments.desk.session_forms import EARLIER, OtherDateForm, SeatsForm, SessionForm
from appointments.desk.session_view import session_url, sessions_url
from appointments.groups import (
    CannotTakePlace,
    SeatsInUse,
    SessionOver,
    cancel_session,
    change_date,
    change_seats,
    create_session,
    participants,
)
from appointments.models import Appointment, GroupSession
from appointments.seats import GroupDate, SessionFull, dates, with_seats
from appointments.service import NotAllowed
from jobcenter_portal.accounts.permissions import Permission, can, requires
from jobcenter_portal.kernel.wall_clock import local_day
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web import dates as words_of_time
from jobcenter_portal.web.errors import error_page
from jobcenter_portal.web.forms import DescribedChoice, render_form
from jobcenter_portal.web.languages import current_language

_READ_OR_POST: Final = ["GET", "HEAD", "POST"]
_DONE: Final[dict[str, Promise]] = {
    "angelegt": gettext_lazy("Der Gruppentermin ist angelegt. Er kann ab jetzt gebucht werden."),
    "plaetze": gettext_lazy("Die Zahl der Plätze ist geändert."),
    "abgesagt": gettext_lazy("Der Gruppentermin ist abgesagt."),
}
"""What was just done, by the value of `getan` in the address; every other value says nothing."""


@require_safe
@requires(Permission.SEE_DAY)
def sessions(request: HttpRequest, jobcenter: str, location: str) -> HttpResponse:
    """The dates of a location from today on, or from an earlier day."""
    tenant = tenant_of(request)
    place = place_or_404(request, location)
    today = _today(request, timezone.now())
    form = DayForm(request.GET, today=today)
    if not form.is_valid():
        raise Http404
    first: date = form.cleaned_data["tag"]
    own_url = sessions_url(tenant.slug, place)
    earlier = first - EARLIER
    context = {
        **frame(request, page_url=own_url, current=place.slug),
        "location": place,
        "rows": session_view.session_rows(tenant.slug, place, first, tenant.settings),
        "first": first,
        "is_from_today": first == today,
        "today_url": own_url,
        "earlier_url": f"{own_url}?tag={earlier.isoformat()}" if today - earlier <= REACH else "",
        "new_url": f"{own_url}neu/" if can(actor_of(request), Permission.MANAGE_SESSIONS) else "",
    }
    return render(request, "desk/sessions.html", context)


@require_http_methods(_READ_OR_POST)
@requires(Permission.MANAGE_SESSIONS)
def new_session(request: HttpRequest, jobcenter: str, location: str) -> HttpResponse:
    now = timezone.now()
    tenant = tenant_of(request)
    place = place_or_404(request, location)
    services, calendars = session_view.group_services(), session_view.calendars_for_groups(place)
    form = SessionForm(
        request.POST if request.method == "POST" else None,
        services,
        calendars,
        today=_today(request, now),
        language=current_language().code,
    )
    if form.is_valid():
        try:
            created = create_session(
                jobcenter=tenant,
                service=form.chosen_service,
                location=place,
                calendar=form.chosen_calendar,
                starts_at=form.starts_at(tenant.settings),
                seat_count=form.cleaned_data["seats"],
                titles=form.titles,
                by=by_of(request),
                now=now,
            )
            return _done(request, created, "angelegt")
        except CannotTakePlace as refused:
            form.refuse(refused.obstacle)
    back_url = sessions_url(tenant.slug, place)
    context = {
        **frame(request, page_url=f"{back_url}neu/", current=place.slug),
        "location": place,
        "is_possible": bool(services and calendars),
        "back_url": back_url,
    }
    return render_form(request, "desk/session_new.html", form, context)


@require_safe
@requires(Permission.SEE_DAY)
def session(request: HttpRequest, jobcenter: str, session: str) -> HttpResponse:
    return _page(
        request, session_or_404(request, session), timezone.now(), done=_DONE.get(request.GET.get("getan", ""))
    )


@require_POST
@requires(Permission.RECORD_ATTENDANCE)
def attendance(request: HttpRequest, jobcenter: str, session: str, public_id: str) -> HttpResponse:
    """One step for one person, and back to their line in the group."""
    now = timezone.now()
    form = AttendanceForm(request.POST)
    if not form.is_valid():
        return error_page(request, HTTPStatus.UNPROCESSABLE_ENTITY)
    found = session_or_404(request, session)
    appointment = appointment_or_404(request, public_id)
    if appointment.session_id != found.pk:
        raise Http404
    notice = recorded(request, appointment, form, now)
    if notice is not None:
        return _page(request, found, now, notice=notice)
    address = session_url(tenant_of(request).slug, found)
    return HttpResponseRedirect(f"{address}#termin-{public_id}", status=HTTPStatus.SEE_OTHER)


@require_POST
@requires(Permission.MANAGE_SESSIONS)
def seats(request: HttpRequest, jobcenter: str, session: str) -> HttpResponse:
    """Another number of seats; the page says how far it can be lowered."""
    now = timezone.now()
    found = session_or_404(request, session)
    form = SeatsForm(request.POST)
    if form.is_valid():
        try:
            change_seats(session=found, seat_count=form.cleaned_data["seats"], by=by_of(request), now=now)
            return _done(request, found, "plaetze")
        except SeatsInUse as refused:
            form.add_error("seats", _too_few(refused))
        except SessionOver:
            return _page(request, session_or_404(request, session), now, notice=_over())
    return _page(request, found, now, form=form)


@require_http_methods(_READ_OR_POST)
@requires(Permission.MANAGE_SESSIONS)
def cancel(request: HttpRequest, jobcenter: str, session: str) -> HttpResponse:
    """First who would be told and where, then one button for all of them."""
    now = timezone.now()
    tenant = tenant_of(request)
    found = session_or_404(request, session)
    if found.cancelled_at is not None or now >= found.starts_at:
        return _page(request, found, now, notice=_over())
    if request.method == "POST":
        try:
            cancel_session(jobcenter=tenant, session=found, by=by_of(request), now=now)
        except SessionOver:
            return _page(request, session_or_404(request, session), now, notice=_over())
        return _done(request, found, "abgesagt")
    address = session_url(tenant.slug, found, "cancel-session")
    people = session_view.told(found, tenant.settings, now)
    context = {
        **frame(request, page_url=address, current=found.location.slug),
        "facts": session_view.facts(_counted(found)),
        "told": [one for one in people if one.addresses],
        "to_call": [one for one in people if not one.addresses],
        "people": len(people),
        "back_url": session_url(tenant.slug, found),
        "form_url": address,
    }
    return render(request, "desk/session_cancel.html", context)


@require_http_methods(_READ_OR_POST)
@requires(Permission.CHANGE_APPOINTMENT)
def other_date(request: HttpRequest, jobcenter: str, public_id: str) -> HttpResponse:
    """Move somebody to another date of the same group service."""
    now = timezone.now()
    tenant = tenant_of(request)
    appointment = appointment_or_404(request, public_id)
    if appointment.session_id is None:
        raise Http404
    own_url = appointment_url(tenant.slug, appointment)
    if not file.possible(appointment, now=now).move:
        return _no_longer(request, appointment, now)
    others = _other_dates(request, appointment, now)
    form = _other_date_form(request.POST if request.method == "POST" else None, others, appointment)
    taken = False
    if form.is_valid():
        wanted = others[form.cleaned_data["session"]].session
        try:
            if form.cleaned_data["revision"] != appointment.revision:
                return _no_longer(request, appointment, now)
            change_date(jobcenter=tenant, appointment=appointment, session=wanted, by=by_of(request), now=now)
            return HttpResponseRedirect(f"{own_url}?getan=verschoben", status=HTTPStatus.SEE_OTHER)
        except NotAllowed:
            return _no_longer(request, appointment, now)
        except SessionFull:
            taken, others = True, _other_dates(request, appointment, now)
            form = _other_date_form(None, others, appointment)
    context = {
        **frame(request, page_url=f"{own_url}anderer-termin/", current=appointment.location.slug),
        "name": appointment.customer.name,
        "facts": file.facts(appointment)[:4],
        "told_on": file.told_on(file.points_of(appointment), tenant.settings, appointment, now),
        "has_dates": any(one.free for one in others.values()),
        "taken": taken,
        "back_url": own_url,
    }
    return render_form(request, "desk/session_move.html", form, context, status=HTTPStatus.CONFLICT if taken else None)


def _page(
    request: HttpRequest,
    found: GroupSession,
    now: datetime,
    *,
    done: Promise | None = None,
    notice: Notice | None = None,
    form: SeatsForm | None = None,
) -> HttpResponse:
    """One date with its people; with a notice it says why a button did nothing."""
    tenant = tenant_of(request)
    actor = actor_of(request)
    is_future = local_day(found.starts_at, tenant.settings.zone) > _today(request, now)
    may_change = can(actor, Permission.MANAGE_SESSIONS) and found.cancelled_at is None and now < found.starts_at
    looked(request, f"session:{found.pk}", now=now)
    people = participants(found)
    context: dict[str, Any] = {
        **frame(request, page_url=session_url(tenant.slug, found), current=found.location.slug),
        "session": found,
        "title": session_view.title_of(found),
        "facts": session_view.facts(_counted(found)),
        "rows": session_view.person_rows(people, is_future=is_future),
        "is_future": is_future,
        "is_cancelled": found.cancelled_at is not None,
        "may_open": can(actor, Permission.SEE_APPOINTMENT),
        "may_change": may_change,
        "back_url": sessions_url(tenant.slug, found.location),
        "seats_url": session_url(tenant.slug, found, "session-seats"),
        "cancel_url": session_url(tenant.slug, found, "cancel-session"),
        "done": done,
        "notice": notice,
    }
    shown = form or SeatsForm(initial={"seats": found.seats})
    return render_form(request, "desk/session.html", shown, context, status=HTTPStatus.CONFLICT if notice else None)


def _counted(found: GroupSession) -> GroupDate:
    return with_seats(GroupSession.objects.filter(pk=found.pk))[0]


def _other_dates(request: HttpRequest, appointment: Appointment, now: datetime) -> dict[str, GroupDate]:
    """The dates that somebody could go to, full ones too: which of them have a seat, the page and the booking ask."""
    settings = tenant_of(request).settings
    found = dates(service=appointment.service, settings=settings, now=now, for_staff=True)
    reach = scope_of(request)
    others = (one for one in found if one.session.pk != appointment.session_id)
    return {one.session.public_id: one for one in others if reach.covers(one.session.location_id)}


def _other_date_form(data: Any, others: dict[str, GroupDate], appointment: Appointment) -> OtherDateForm:
    shown = [(public_id, _choice(one)) for public_id, one in others.items() if one.free]
    return OtherDateForm(data, list(others), shown, revision=appointment.revision)


def _no_longer(request: HttpRequest, appointment: Appointment, now: datetime) -> HttpResponse:
    """The appointment as it is by now, and that nothing was done."""
    text = _("Es wurde nichts geändert. Unten sehen Sie den Stand von jetzt.")
    fresh = appointment_or_404(request, appointment.public_id)
    return page(request, fresh, now, refused=(_("Das ist bei diesem Termin nicht mehr möglich"), text))


def _choice(one: GroupDate) -> DescribedChoice:
    session, language = one.session, current_language()
    day = words_of_time.long_date(words_of_time.local(session.starts_at).date(), language)
    when = f"{day}, {words_of_time.clock_range(session.starts_at, session.ends_at)}"
    about = (session.title(language.code), session.location.name, session_view.seats_line(one))
    return DescribedChoice(when, " · ".join(part for part in about if part))


def _today(request: HttpRequest, now: datetime) -> date:
    return local_day(now, tenant_of(request).settings.zone)


def _done(request: HttpRequest, found: GroupSession, what: str) -> HttpResponse:
    address = session_url(tenant_of(request).slug, found)
    return HttpResponseRedirect(f"{address}?getan={what}", status=HTTPStatus.SEE_OTHER)


def _over() -> Notice:
    return Notice(
        _("Das ist bei diesem Gruppentermin nicht mehr möglich"),
        _("Er hat schon begonnen oder ist abgesagt. Es wurde nichts geändert."),
    )


def _too_few(refused: SeatsInUse) -> str:
    if not refused.held:
        return _("%(booked)s Plätze sind gebucht. Weniger als %(fewest)s geht deshalb nicht.") % {
            "booked": refused.booked,
            "fewest": refused.fewest,
        }
    return _(
        "%(booked)s Plätze sind gebucht und %(held)s werden gerade gebucht. Weniger als %(fewest)s geht deshalb nicht."
    ) % {"booked": refused.booked, "held": refused.held, "fewest": refused.fewest}
