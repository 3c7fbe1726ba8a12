# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Choosing a date of a group: to book, for a hold that wants another one, and to move an appointment.

A date with a seat is a radio button; a full one stays in the list, because "ausgebucht" is an answer too. After the
choice the steps are those of every booking: contact and check, on a hold.
"""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from appointments import queries
from appointments.core.lifecycle import NotAllowed
from appointments.core.modes import Mode
from appointments.groups import change_date
from appointments.holding import HoldGone, need_online_booking
from appointments.models import Appointment, GroupSession, Hold, Service
from appointments.seats import SessionFull, dates, hold_another_seat, nearest, refusal_of, session_by_public_id
from appointments.taking import Refused
from appointments.web import pages
from appointments.web.chosen import papers_row
from appointments.web.doors import appointment_or_404
from appointments.web.group_view import DateForm, date_rows, date_taken, group_rows
from appointments.web.holds import seat_for_browser
from appointments.web.own import page_of
from appointments.web.own_view import may_move
from appointments.web.present import Row, moment_line, url
from jobcenter_portal.accounts.permissions import open_to_all
from jobcenter_portal.audit.service import CUSTOMER
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web.forms import render_form
from jobcenter_portal.web.languages import current_language


@open_to_all("booking needs no account")
@require_http_methods(["GET", "HEAD", "POST"])
@pages.bookable_online
def choose_date(request: HttpRequest, jobcenter: str, language: str, service: str) -> HttpResponse:
    """The dates of a group service; choosing one holds a seat and leads on."""
    now = timezone.now()
    tenant = tenant_of(request)
    chosen = queries.service_by_slug(service)
    if chosen is None or not chosen.is_group:
        raise Http404
    need_online_booking(tenant)
    own_url = url("group-dates", tenant, service=service)
    form, wanted = _choice(request, chosen)
    if wanted is not None:
        try:
            token = seat_for_browser(request, tenant, wanted, now)
            return pages.see_other(url("contact", tenant, token=token))
        except SessionFull as full:
            return date_taken(request, tenant, full.dates, action=own_url, all_dates_url=own_url)
        except Refused as refused:
            form.add_error(None, pages.in_words(refused.reason))
    rows = (
        Row(_("Anliegen"), chosen.title(current_language().code), url("services", tenant)),
        *papers_row([chosen], Mode.IN_PERSON),
    )
    return _dates_page(request, form, chosen, now, rows=rows, back_url=url("services", tenant), is_booking=True)


def other_date(request: HttpRequest, held: Hold, token: str) -> HttpResponse:
    """Another date for the same hold: the seat it has stays until the new one is taken."""
    now = timezone.now()
    tenant = tenant_of(request)
    form, wanted = _choice(request, held.service)
    if wanted is not None:
        try:
            hold_another_seat(jobcenter=tenant, held=held, session=wanted, now=now)
            return pages.see_other(url("check", tenant, token=token))
        except SessionFull as full:
            own_url = url("other-time", tenant, token=token)
            is_typed = held.draft_sealed is not None
            return date_taken(
                request, tenant, full.dates, action=own_url, all_dates_url=own_url, is_draft_kept=is_typed
            )
        except Refused as refused:
            form.add_error(None, pages.in_words(refused.reason))
        except HoldGone:
            return pages.gone(request)
    rows = (Row(_("Anliegen"), held.service.title(current_language().code), url("services", tenant)),)
    back_url = url("check", tenant, token=token)
    return _dates_page(request, form, held.service, now, rows=rows, back_url=back_url, is_booking=True)


def hold_lost(request: HttpRequest, held: Hold, token: str) -> HttpResponse:
    """The seat has gone; what was typed is still here, and one click takes another date."""
    tenant = tenant_of(request)
    address = url("other-time", tenant, token=token)
    session: GroupSession | None = held.session
    now = timezone.now()
    return date_taken(
        request,
        tenant,
        nearest(session, tenant.settings, now) if session else [],
        action=address,
        all_dates_url=address,
        is_draft_kept=held.draft_sealed is not None,
        refusal=pages.too_late(refusal_of(session, tenant.settings, now), session.starts_at, now) if session else "",
    )


def move_date(request: HttpRequest, appointment: Appointment, key: str) -> HttpResponse:
    """Another date for an appointment in a group; the button says what it does, so there is no page to confirm."""
    now = timezone.now()
    tenant = tenant_of(request)
    own_url = url("appointment", tenant, key=key)
    if not may_move(appointment, tenant.settings, now) and request.method != "POST":
        return pages.see_other(own_url)
    form, wanted = _choice(request, appointment.service)
    if wanted is not None:
        return _moved(request, appointment, key, lambda: _change(request, appointment, wanted, now))
    session = appointment.session
    rows = (
        Row(_("Bisher"), moment_line(appointment.starts_at)),
        *(group_rows(session) if session else ()),
    )
    return _dates_page(request, form, appointment.service, now, rows=rows, back_url=own_url, without=session)


def _change(request: HttpRequest, appointment: Appointment, wanted: GroupSession, now: datetime) -> None:
    change_date(jobcenter=tenant_of(request), appointment=appointment, session=wanted, by=CUSTOMER, now=now)


def _moved(request: HttpRequest, appointment: Appointment, key: str, change: Callable[[], None]) -> HttpResponse:
    tenant = tenant_of(request)
    try:
        change()
    except SessionFull as full:
        address = url("move", tenant, key=key)
        return date_taken(request, tenant, full.dates, action=address, all_dates_url=address, keeps_old_date=True)
    except NotAllowed:
        return page_of(request, appointment_or_404(request, key), key, status=HTTPStatus.CONFLICT)
    except Refused as refused:
        refusal = pages.in_words(refused.reason)
        return page_of(request, appointment_or_404(request, key), key, status=HTTPStatus.CONFLICT, refusal=refusal)
    return pages.see_other(url("appointment", tenant, key=key))


def _choice(request: HttpRequest, service: Service) -> tuple[DateForm, GroupSession | None]:
    """The form, and the date that was sent with it if there is such a date of this service."""
    form = DateForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return form, None
    session = session_by_public_id(form.cleaned_data["session"])
    if session is None or session.service_id != service.pk:
        form.add_error("session", _("Diesen Termin gibt es nicht. Bitte wählen Sie einen anderen."))
        return form, None
    return form, session


def _dates_page(
    request: HttpRequest,
    form: DateForm,
    service: Service,
    now: datetime,
    *,
    rows: tuple[Row, ...],
    back_url: str,
    is_booking: bool = False,
    without: GroupSession | None = None,
) -> HttpResponse:
    tenant = tenant_of(request)
    found = [one for one in dates(service=service, settings=tenant.settings, now=now) if one.session != without]
    form.offer(date_rows(tenant, (one for one in found if one.free)))
    context: dict[str, Any] = {
        "rows": rows,
        "back_url": back_url,
        "is_booking": is_booking,
        "has_seats": any(one.free for one in found),
        "full": date_rows(tenant, (one for one in found if not one.free)),
    }
    return render_form(request, "booking/dates.html", form, context)
