# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where a person gets their letters: written down at the desk, for whom nothing else reaches."""

from http import HTTPStatus
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from appointments.contact import Fault, Unfit, postal_of
from appointments.contact_changes import change_address, remove_address
from appointments.desk.file import masked
from appointments.desk.frame import appointment_url, by_of, frame
from appointments.desk.scope import appointment_or_404
from appointments.models import Appointment
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint
from jobcenter_portal.accounts.permissions import Permission, requires
from jobcenter_portal.kernel.postal import LONGEST_LINE, MOST_LINES
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web.forms import PortalForm, render_form

_READ_OR_POST: Final = ["GET", "HEAD", "POST"]
_REMOVE: Final = "entfernen"
_LONGEST: Final = (LONGEST_LINE + 2) * MOST_LINES * 2
"""What is a little too long is named line by line; far more is nobody's address."""
SAVED: Final = "postadresse"
REMOVED: Final = "postadresse-weg"


class AddressForm(PortalForm):
    address = forms.CharField(
        label=_("Postadresse"),
        max_length=_LONGEST,
        help_text=_("Wie auf dem Umschlag: Name, Straße und Hausnummer, Postleitzahl und Ort. Höchstens fünf Zeilen."),
        error_messages={"required": _("Geben Sie die Postadresse ein.")},
        widget=forms.Textarea(
            attrs={"autocomplete": "off", "dir": "ltr", "rows": MOST_LINES, "spellcheck": "false"},
        ),
    )

    def clean_address(self) -> str:
        try:
            return postal_of(self.cleaned_data["address"])
        except Unfit as unfit:
            if unfit.fault is Fault.MISSING:
                raise forms.ValidationError(_("Geben Sie die Postadresse ein.")) from None
            raise forms.ValidationError(
                _("Geben Sie zwei bis fünf kurze Zeilen ein: oben den Namen, unten Postleitzahl und Ort: 36037 Fulda.")
            ) from None


@require_http_methods(_READ_OR_POST)
@requires(Permission.CHANGE_APPOINTMENT)
def address(request: HttpRequest, jobcenter: str, public_id: str) -> HttpResponse:
    """Write an address down, or forget it. One that is known shows in part only, as everywhere at the desk."""
    now, tenant, found = timezone.now(), tenant_of(request), appointment_or_404(request, public_id)
    point = ContactPoint.objects.filter(customer_id=found.customer_id, channel=ContactChannel.LETTER).first()
    if point is None and not tenant.settings.letters_enabled:
        raise Http404
    who: dict[str, Any] = {"appointment": found, "channel": ContactChannel.LETTER, "by": by_of(request), "now": now}
    if request.method == "POST" and request.POST.get("step") == _REMOVE:
        remove_address(jobcenter=tenant, **who)
        return _to(request, found, REMOVED)
    form = AddressForm(
        request.POST if request.method == "POST" else None, initial={"address": f"{found.customer.name}\n"}
    )
    if form.is_valid():
        change_address(jobcenter=tenant, address=form.cleaned_data["address"], **who)
        return _to(request, found, SAVED)
    form_url = appointment_url(jobcenter, found, "postal-address")
    context = {
        **frame(request, page_url=form_url, current=found.location.slug),
        "name": found.customer.name,
        "known": masked(point) if point else "",
        "form_url": form_url,
        "back_url": appointment_url(jobcenter, found),
    }
    return render_form(request, "desk/letter_address.html", form, context)


def _to(request: HttpRequest, found: Appointment, done: str) -> HttpResponse:
    address_of_page = appointment_url(tenant_of(request).slug, found)
    return HttpResponseRedirect(f"{address_of_page}?getan={done}", status=HTTPStatus.SEE_OTHER)
