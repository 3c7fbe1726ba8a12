# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How we reach somebody: what is sent where, reminders off and on again, another address or none, another language."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from appointments.contact_changes import (
    TooManyChanges,
    change_language,
    change_own_address,
    give_reminders,
    remove_address,
    withdraw_reminders,
)
from appointments.core.lifecycle import Status
from appointments.models import Appointment
from appointments.own_limits import Deed, count_own
from appointments.proving import CodeRefused
from appointments.web import own_code, pages
from appointments.web.doors import appointment_or_404, opened_by_key
from appointments.web.own_code import TOO_MANY, saved
from appointments.web.own_contact_forms import AddressForm, LanguageForm
from appointments.web.own_contact_view import WAYS, can_be_given, can_be_removed, masked, ways_of
from appointments.web.present import moment_line, url
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint
from jobcenter_portal.audit.service import CUSTOMER
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web.forms import render_form

_reads_and_posts = require_http_methods(["GET", "HEAD", "POST"])
_ON, _OFF = "an", "aus"


@opened_by_key
@_reads_and_posts
def settings(request: HttpRequest, jobcenter: str, language: str, key: str) -> HttpResponse:
    """All ways on one page. A POST switches reminders on one of them, or changes the language of messages."""
    tenant, appointment = tenant_of(request), appointment_or_404(request, key)
    if not _is_to_come(appointment):
        return pages.see_other(url("appointment", tenant, key=key))
    form = LanguageForm(None, tenant, appointment.language)
    if request.method == "POST":
        if "erinnern" in request.POST:
            _switch_reminders(request, appointment)
            return saved(request, key)
        form = LanguageForm(request.POST, tenant, appointment.language)
        if form.is_valid():
            chosen = form.cleaned_data["language"]
            count_own(Deed.LANGUAGE, appointment, now=timezone.now())
            change_language(appointment=appointment, language=chosen, by=CUSTOMER, now=timezone.now())
            return saved(request, key)
    context = {
        "when": moment_line(appointment.starts_at),
        "is_request": appointment.status_now is Status.REQUESTED,
        "ways": ways_of(appointment, tenant, key),
        "own_url": url("appointment", tenant, key=key),
        "is_saved": "gespeichert" in request.GET and not form.is_bound,
    }
    return render_form(request, "booking/contact_settings.html", form, context)


@opened_by_key
@_reads_and_posts
def one_way(request: HttpRequest, jobcenter: str, language: str, key: str, way: str) -> HttpResponse:
    """Give an address, change it, or take it back."""
    tenant, appointment = tenant_of(request), appointment_or_404(request, key)
    if not _is_to_come(appointment):
        return pages.see_other(url("appointment", tenant, key=key))
    channel = WAYS.get(way)
    point = _point(appointment, channel) if channel else None
    if channel is None or (point is None and not can_be_given(channel, appointment, tenant.settings)):
        raise Http404
    may_remove = point is not None and can_be_removed(channel, appointment, tenant.settings)
    if request.method == "POST" and "loeschen" in request.POST:
        if may_remove:
            remove_address(jobcenter=tenant, appointment=appointment, channel=channel, by=CUSTOMER, now=timezone.now())
        return saved(request, key)
    if not can_be_given(channel, appointment, tenant.settings):
        if request.method == "POST":
            raise Http404
        return _page(request, key, None, channel, point, may_remove=may_remove)
    form = AddressForm(request.POST if request.method == "POST" else None, channel)
    if form.is_valid():
        return _change(request, appointment, key, form, channel, point, may_remove=may_remove)
    return _page(request, key, form, channel, point, may_remove=may_remove)


def _change(
    request: HttpRequest,
    appointment: Appointment,
    key: str,
    form: AddressForm,
    channel: ContactChannel,
    point: ContactPoint | None,
    *,
    may_remove: bool,
) -> HttpResponse:
    address = form.cleaned_data["address"]
    try:
        if own_code.is_wanted(tenant_of(request), channel):
            return own_code.send(request, appointment, key, channel, address)
        change_own_address(
            jobcenter=tenant_of(request),
            appointment=appointment,
            channel=channel,
            address=address,
            now=timezone.now(),
        )
    except TooManyChanges:
        form.add_error("address", TOO_MANY)
        return _page(request, key, form, channel, point, may_remove=may_remove)
    except CodeRefused as refused:
        form.add_error("address", own_code.in_words(refused))
        return _page(request, key, form, channel, point, may_remove=may_remove)
    return saved(request, key)


def _page(
    request: HttpRequest,
    key: str,
    form: AddressForm | None,
    channel: ContactChannel,
    point: ContactPoint | None,
    *,
    may_remove: bool,
) -> HttpResponse:
    context = {
        "channel": channel.value,
        "address": masked(point) if point else "",
        "may_remove": may_remove,
        "needs_code": own_code.is_wanted(tenant_of(request), channel),
        "back_url": url("contact-settings", tenant_of(request), key=key),
    }
    if form is None:
        return render(request, "booking/contact_way.html", context)
    return render_form(request, "booking/contact_way.html", form, context)


def _switch_reminders(request: HttpRequest, appointment: Appointment) -> None:
    """Anything but a known way and a known wish changes nothing."""
    channel, wish = WAYS.get(request.POST.get("weg", "")), request.POST["erinnern"]
    verb = {_ON: give_reminders, _OFF: withdraw_reminders}.get(wish)
    if channel is not None and verb is not None:
        if verb is give_reminders:
            count_own(Deed.REMINDERS, appointment, now=timezone.now())
        verb(jobcenter=tenant_of(request), appointment=appointment, channel=channel, by=CUSTOMER, now=timezone.now())


def _is_to_come(appointment: Appointment) -> bool:
    return appointment.status_now.is_open and timezone.now() < appointment.ends_at


def _point(appointment: Appointment, channel: ContactChannel) -> ContactPoint | None:
    found: ContactPoint | None = ContactPoint.objects.filter(customer=appointment.customer, channel=channel).first()
    return found
