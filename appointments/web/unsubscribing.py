# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Switching reminders off, from the link that each one carries, and on again.

Mail programs send the POST themselves (RFC 8058), without cookie and without having seen the page: the link is the
permission, and the answer is a page and no redirect. A GET shows the page with a button; scanners follow links.
"""

from dataclasses import dataclass
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from appointments.contact_changes import give_reminders, withdraw_reminders
from appointments.models import Appointment
from appointments.own_limits import Deed, TooOften, count_own
from appointments.unsubscribe_links import unsubscribed_by
from appointments.web.doors import too_often
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint
from jobcenter_portal.accounts.permissions import open_to_all
from jobcenter_portal.audit.service import CUSTOMER
from jobcenter_portal.tenancy.middleware import tenant_of

_ON: Final = "on"


@dataclass(frozen=True, slots=True)
class RemindersView:
    """`are_on` is None where there is no address any more to remind anybody at."""

    title: str | Promise
    text: str | Promise
    are_on: bool | None


_TITLES: Final[dict[ContactChannel, tuple[Promise, Promise, Promise]]] = {
    ContactChannel.EMAIL: (
        _("Keine Erinnerungen mehr per E-Mail?"),
        _("Sie bekommen keine Erinnerungen mehr per E-Mail"),
        _("Wir erinnern Sie per E-Mail"),
    ),
    ContactChannel.SMS: (
        _("Keine Erinnerungen mehr per SMS?"),
        _("Sie bekommen keine Erinnerungen mehr per SMS"),
        _("Wir erinnern Sie per SMS"),
    ),
    ContactChannel.PUSH: (
        _("Keine Erinnerungen mehr auf diesem Gerät?"),
        _("Sie bekommen keine Erinnerungen mehr auf diesem Gerät"),
        _("Wir erinnern Sie auf diesem Gerät"),
    ),
    ContactChannel.LETTER: (
        _("Keine Erinnerungen mehr per Brief?"),
        _("Sie bekommen keine Erinnerungen mehr per Brief"),
        _("Wir erinnern Sie per Brief"),
    ),
}
"""Asked, switched off, switched on."""
_KEPT: Final = _("Ihr Termin bleibt bestehen. Wenn sich etwas ändert, sagen wir Ihnen trotzdem Bescheid.")
_WANTED: Final = _("Sie hören rechtzeitig vor Ihrem Termin von uns.")


@csrf_exempt
@open_to_all("the link in the reminder is the permission, for mail programs too")
@require_http_methods(["GET", "HEAD", "POST"])
def reminders(request: HttpRequest, jobcenter: str, language: str, stop: str) -> HttpResponse:
    """Ask, switch off, or switch on again; pressed twice it holds once."""
    found = unsubscribed_by(stop)
    if found is None:
        raise Http404
    appointment, channel = found
    wants = request.POST.get("erinnern") == _ON
    if request.method == "POST":
        now = timezone.now()
        try:
            if wants:
                count_own(Deed.REMINDERS, appointment, now=now)
        except TooOften:
            return too_often(request)
        verb = give_reminders if wants else withdraw_reminders
        verb(jobcenter=tenant_of(request), appointment=appointment, channel=channel, by=CUSTOMER, now=now)
    return render(
        request, "booking/reminders.html", {"page": _view(appointment, channel, said=request.method == "POST")}
    )


def _view(appointment: Appointment, channel: ContactChannel, *, said: bool) -> RemindersView:
    asked, off, on = _TITLES[channel]
    point = ContactPoint.objects.filter(customer_id=appointment.customer_id, channel=channel).first()
    if point is None:
        return RemindersView(off, _("Diesen Kontaktweg haben wir nicht mehr."), are_on=None)
    if not point.reminders_wanted:
        return RemindersView(off, _KEPT, are_on=False)
    return RemindersView(on, _WANTED, are_on=True) if said else RemindersView(asked, _KEPT, are_on=True)
