# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The appointment as one sheet of paper, in the language of the page: for the wall, for the bag, for the counter."""

from http import HTTPStatus
from typing import Final

import structlog
from django.conf import settings as django_settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from appointments.core.lifecycle import Status
from appointments.core.modes import Mode
from appointments.links import keys_of, readable_code
from appointments.models import Appointment
from appointments.web.doors import appointment_or_404, opened_by_key
from appointments.web.own_facts import fact_rows, way_there
from appointments.web.present import url
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.web import dates
from jobcenter_portal.web.errors import error_page
from jobcenter_portal.web.languages import current_language, isolated
from jobcenter_portal.web.throttle import CannotCount, Limit, is_allowed
from jobcenter_portal.web.weeks import office_hours
from notifications.service import CannotBeSet, NoFonts, PressFailed, Sheet, SheetList, sheet_pdf

log = structlog.get_logger(__name__)

SHEETS: Final = Limit("sheets", attempts=30, seconds=600)
"""Setting a page takes a process half a second: enough for a library full of people, too few to stop a server."""


@opened_by_key
@require_safe
def sheet(request: HttpRequest, jobcenter: str, language: str, key: str) -> HttpResponse:
    appointment = appointment_or_404(request, key)
    now = timezone.now()
    if appointment.status_now is not Status.BOOKED or now >= appointment.ends_at:
        raise Http404  # a sheet says that somebody is expected
    try:
        if not is_allowed(request, SHEETS, now=now):
            return error_page(request, HTTPStatus.TOO_MANY_REQUESTS)
    except CannotCount:
        pass  # whoever has no phone needs the sheet more than the server needs the limit
    try:
        pdf = sheet_pdf(sheet_of(appointment, tenant_of(request)), at=now)
    except (NoFonts, PressFailed, CannotBeSet) as fault:
        log.error("no sheet", fault=type(fault).__name__)  # noqa: TRY400 -- a traceback would repeat what it says
        return error_page(request, HTTPStatus.SERVICE_UNAVAILABLE)
    headers = {"Content-Disposition": 'inline; filename="termin.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def sheet_of(appointment: Appointment, tenant: Jobcenter) -> Sheet:
    language = current_language()
    code = readable_code(keys_of(appointment).code)
    comes_here = appointment.mode == Mode.IN_PERSON
    hours = dates.clock_range(appointment.starts_at, appointment.ends_at)
    return Sheet(
        language=language.code,
        sender=tenant.name,
        title=_("Ihr Termin"),
        day=dates.long_date(appointment.starts_at, language),
        time=_("%(hours)s Uhr") % {"hours": isolated(hours)},
        invariant=dates.invariant_line(appointment.starts_at),
        rows=[(row.label, row.value) for row in fact_rows(appointment, tenant.settings)],
        lists=_lists(appointment),
        code_heading=_("Ihr Termin-Code"),
        code=code,
        code_alt=_("QR-Code mit Ihrem Termin-Code: %(code)s") % {"code": code} if comes_here else "",
        code_lines=_about_code(tenant, comes_here=comes_here),
        foot=_foot(tenant),
    )


def _lists(appointment: Appointment) -> list[SheetList]:
    papers = appointment.service.documents_to_bring(current_language().code)
    found = [SheetList(_("Bitte mitbringen"), [isolated(paper) for paper in papers], with_boxes=True)] if papers else []
    way = way_there(appointment)
    if way is not None:
        step_free = f"{_('Ohne Stufen:')} {way.without_steps}" if way.without_steps else ""
        if lines := [line for line in (way.directions, step_free) if line]:
            found.append(SheetList(_("So kommen Sie zu uns"), lines))
    return found


def _about_code(tenant: Jobcenter, *, comes_here: bool) -> list[str]:
    show = [_("Zeigen Sie diesen Code am Empfang.")] if comes_here else []
    where = isolated(django_settings.PUBLIC_URL + url("my-appointment", tenant))
    return [*show, _("Im Internet finden Sie damit Ihren Termin wieder. Dort können Sie ihn auch absagen:"), where]


def _foot(tenant: Jobcenter) -> list[str]:
    office = tenant.settings
    if not office.phone:
        return []
    call = _("Sie können nicht kommen? Rufen Sie uns an: %(phone)s") % {"phone": isolated(office.phone)}
    hours = office_hours(office.phone_hours, current_language())
    return [call, isolated(hours)] if hours else [call]
