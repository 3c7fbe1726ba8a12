# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""„Code oder Link verloren?“: an address is typed, and the answer is the same whoever it belongs to.

Nothing is looked up before the answer (see appointments/lost_links), so there is nothing that it could give away.
"""

from http import HTTPStatus
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from appointments.contact import EMAIL_LENGTH, Unfit, email_of, mobile_of
from appointments.lost_links import TooManyQuestions, ask_for_links
from appointments.web import pages
from appointments.web.present import url
from appointments.web.way_in import MANY_OF_NETWORK, network_index
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.accounts.permissions import open_to_all
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.tenancy.models import TenantSettings
from jobcenter_portal.web.forms import PortalForm, render_form
from jobcenter_portal.web.languages import current_language

_ASKED: Final = "gesendet"


class LostLinkForm(PortalForm):
    """One field for both, since nobody remembers which of the two they once gave."""

    address = forms.CharField(
        label=_("Ihre E-Mail-Adresse oder Handynummer"),
        max_length=EMAIL_LENGTH,
        help_text=_("Die Adresse oder Nummer, die Sie beim Buchen angegeben haben."),
        widget=forms.TextInput(
            attrs={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false", "dir": "ltr"}
        ),
        error_messages={
            "required": _("Geben Sie Ihre E-Mail-Adresse oder Ihre Handynummer ein."),
            "max_length": _("Die E-Mail-Adresse ist zu lang."),
        },
    )

    def __init__(self, data: Any, settings: TenantSettings) -> None:
        super().__init__(data)
        if not settings.sms_enabled:
            self.fields["address"].label = _("Ihre E-Mail-Adresse")
        if not settings.email_enabled:
            self.fields["address"].label = _("Ihre Handynummer")
        self._sends = {ContactChannel.EMAIL: settings.email_enabled, ContactChannel.SMS: settings.sms_enabled}

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data.get("address")
        if typed:
            channel = ContactChannel.EMAIL if "@" in typed else ContactChannel.SMS
            self._check(channel)
            try:
                address = email_of(typed) if channel is ContactChannel.EMAIL else mobile_of(typed)
            except Unfit:
                self.add_error(
                    "address",
                    _("Das ist keine E-Mail-Adresse und keine deutsche Handynummer. Zum Beispiel: name@beispiel.de"),
                )
            else:
                self.cleaned_data.update(address=address, channel=channel)
        return self.cleaned_data

    def _check(self, channel: ContactChannel) -> None:
        """To promise an SMS where none is ever sent would let people wait for nothing."""
        if self._sends[channel]:
            return
        if channel is ContactChannel.SMS:
            raise ValidationError({"address": _("Hier verschicken wir keine SMS. Geben Sie Ihre E-Mail-Adresse ein.")})
        raise ValidationError({"address": _("Hier verschicken wir keine E-Mails. Geben Sie Ihre Handynummer ein.")})


@open_to_all("who has lost the key asks for it to be sent to the address that they gave")
@require_http_methods(["GET", "HEAD", "POST"])
def lost_link(request: HttpRequest, jobcenter: str, language: str) -> HttpResponse:
    tenant = tenant_of(request)
    own_url, back_url = url("lost-link", tenant), url("my-appointment", tenant)
    if not (tenant.settings.email_enabled or tenant.settings.sms_enabled):
        return pages.see_other(back_url)
    if request.method != "POST" and _ASKED in request.GET:
        return render(request, "booking/lost_link_asked.html", {"back_url": back_url, "again_url": own_url})
    form = LostLinkForm(request.POST if request.method == "POST" else None, tenant.settings)
    if form.is_valid():
        try:
            ask_for_links(
                channel=form.cleaned_data["channel"],
                address=form.cleaned_data["address"],
                language=current_language().code,
                network=network_index(request),
                now=timezone.now(),
            )
        except TooManyQuestions:
            form.add_error(None, MANY_OF_NETWORK)
            context = {"back_url": back_url}
            return render_form(request, "booking/lost_link.html", form, context, status=HTTPStatus.TOO_MANY_REQUESTS)
        return pages.see_other(f"{own_url}?{_ASKED}=ja")
    return render_form(request, "booking/lost_link.html", form, {"back_url": back_url})
