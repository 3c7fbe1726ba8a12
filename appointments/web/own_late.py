# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""„Ich komme später“: three buttons, and one to take it back. The page promises nothing but that we know."""

from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from appointments.lateness import (
    MINUTES,
    NobodyWaits,
    lateness_of,
    may_tell_lateness,
    take_lateness_back,
    tell_lateness,
)
from appointments.models import Appointment
from appointments.own_limits import Deed, TooOften, count_own
from appointments.web import pages
from appointments.web.doors import appointment_or_404, opened_by_key
from appointments.web.own import page_of, too_often_on_page
from appointments.web.present import url
from jobcenter_portal.audit.service import CUSTOMER
from jobcenter_portal.tenancy.middleware import tenant_of

IN_TIME: Final = "0"
_CHOICES: Final = {str(minutes): minutes for minutes in MINUTES}


@opened_by_key
@require_http_methods(["GET", "HEAD", "POST"])
def come_later(request: HttpRequest, jobcenter: str, language: str, key: str) -> HttpResponse:
    now = timezone.now()
    appointment = appointment_or_404(request, key)
    own_url = url("appointment", tenant_of(request), key=key)
    if request.method == "POST":
        said = request.POST.get("minutes", "")
        if said not in _CHOICES and said != IN_TIME:
            return _question(request, appointment, own_url, _("Wählen Sie aus, wie viel später Sie kommen."))
        try:
            if said == IN_TIME:
                take_lateness_back(appointment=appointment, by=CUSTOMER, now=now)
            else:
                count_own(Deed.LATE, appointment, now=now)
                tell_lateness(appointment=appointment, minutes=_CHOICES[said], by=CUSTOMER, now=now)
        except TooOften:
            return too_often_on_page(request, appointment, key)
        except NobodyWaits:
            return page_of(request, appointment_or_404(request, key), key, status=HTTPStatus.CONFLICT)
        return pages.see_other(own_url)
    if not may_tell_lateness(appointment, now):
        return pages.see_other(own_url)
    return _question(request, appointment, own_url)


def _question(request: HttpRequest, appointment: Appointment, own_url: str, error: str = "") -> HttpResponse:
    said = lateness_of(appointment)
    context = {
        "starts_at": appointment.starts_at,
        "ends_at": appointment.ends_at,
        "choices": [(value, _later(minutes)) for value, minutes in _CHOICES.items() if minutes != said],
        "said": _said(said) if said else "",
        "in_time": IN_TIME,
        "own_url": own_url,
        "error": error,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return render(request, "booking/come_later.html", context, status=status)


def _later(minutes: int) -> str:
    return ngettext("Etwa %(number)s Minute später", "Etwa %(number)s Minuten später", minutes) % {"number": minutes}


def _said(minutes: int) -> str:
    return ngettext(
        "Wir wissen schon, dass Sie etwa %(number)s Minute später kommen. Hat sich das geändert?",
        "Wir wissen schon, dass Sie etwa %(number)s Minuten später kommen. Hat sich das geändert?",
        minutes,
    ) % {"number": minutes}
