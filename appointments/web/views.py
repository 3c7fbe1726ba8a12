# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The front doors: a Jobcenter's start page, its language, and the ways in with a code."""

from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from appointments.caseworkers import has_codes
from appointments.links import appointment_of_key, typed_code
from appointments.web import pages
from appointments.web.doors import TYPED_CODES
from appointments.web.forms import CodeForm
from appointments.web.present import url
from appointments.web.visiting import visiting_places
from appointments.web.wishes import is_personal
from jobcenter_portal.accounts.permissions import open_to_all
from jobcenter_portal.kernel.wall_clock import local_day
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.tenancy.models import BookingMode, Jobcenter
from jobcenter_portal.web.coverage import shown_languages
from jobcenter_portal.web.forms import render_form
from jobcenter_portal.web.preference import preferred_language
from jobcenter_portal.web.security import indexable
from jobcenter_portal.web.throttle import CannotCount, is_allowed

_SIMPLE: Final = "de-simple"
_TOO_MANY: Final = gettext_lazy("Das waren zu viele Versuche. Bitte warten Sie zehn Minuten oder rufen Sie uns an.")
_NOT_NOW: Final = gettext_lazy("Das geht gerade nicht. Bitte versuchen Sie es in einigen Minuten noch einmal.")


@indexable
@open_to_all("the Jobcenter's start page")
@require_safe
def start(request: HttpRequest, jobcenter: str, language: str) -> HttpResponse:
    """Book, ask for or find one's appointment; where nobody can do so online, say it and give the telephone."""
    tenant = tenant_of(request)
    own, personal = tenant.settings, is_personal(tenant)
    context = {
        "books_online": not personal or has_codes(),
        "asks": own.booking_mode == BookingMode.REQUEST,
        "is_personal": personal,
        "visiting": visiting_places(local_day(timezone.now(), own.zone)) if own.walk_in else (),
        "book_url": url("services", tenant),
        "code_url": url("my-appointment", tenant),
        "simple_url": _simple_url(tenant, language),
    }
    return render(request, "booking/start.html", context)


def _simple_url(tenant: Jobcenter, language: str) -> str:
    """This page in Leichte Sprache, unless it is the page or does not exist."""
    if language == _SIMPLE or all(one.code != _SIMPLE for one in shown_languages(tenant)):
        return ""
    return reverse("booking:start", kwargs={"jobcenter": tenant.slug, "language": _SIMPLE})


@open_to_all("an address without a language leads to the start page in one")
@require_safe
def choose_language(request: HttpRequest, jobcenter: str) -> HttpResponse:
    tenant = tenant_of(request)
    language = preferred_language(request, shown_languages(tenant))
    start_url = reverse("booking:start", kwargs={"jobcenter": tenant.slug, "language": language.code})
    response = redirect(start_url)
    patch_vary_headers(response, ["Accept-Language"])
    return response


@open_to_all("people type the code that opens their appointment")
@require_http_methods(["GET", "HEAD", "POST"])
def my_appointment(request: HttpRequest, jobcenter: str, language: str) -> HttpResponse:
    """From a printed code to its page. Without Redis nobody types codes: links and the telephone still work."""
    tenant = tenant_of(request)
    form, context = CodeForm(request.POST if request.method == "POST" else None), {"back_url": url("start", tenant)}
    if request.method == "POST" and (closed := _door_for_codes(request)) is not None:
        status, why = closed
        form.add_error(None, str(why))
        return render_form(request, "booking/my_appointment.html", form, context, status=status)
    if form.is_valid():
        code = typed_code(form.cleaned_data["code"])
        if appointment_of_key(code) is not None:
            return pages.see_other(url("appointment", tenant, key=code))
        form.add_error("code", _("Diesen Code kennen wir nicht. Bitte prüfen Sie jeden Buchstaben."))
    return render_form(request, "booking/my_appointment.html", form, context)


def _door_for_codes(request: HttpRequest) -> tuple[HTTPStatus, Promise] | None:
    """Codes can be guessed, so few may be tried; what was typed stays in its field."""
    try:
        if is_allowed(request, TYPED_CODES, now=timezone.now()):
            return None
    except CannotCount:
        return HTTPStatus.SERVICE_UNAVAILABLE, _NOT_NOW
    return HTTPStatus.TOO_MANY_REQUESTS, _TOO_MANY
