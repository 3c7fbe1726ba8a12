# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Forms of the page on which people say how we reach them: one address, and the language of messages."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appointments.contact import EMAIL_LENGTH, Unfit, email_of, mobile_of, phone_of, postal_of
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.kernel.postal import MOST_LINES
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.web.forms import PortalForm
from jobcenter_portal.web.languages import LANGUAGES

_LONGEST_POSTAL: Final = 400

_READ: Final[Mapping[ContactChannel, Callable[[str], str]]] = {
    ContactChannel.EMAIL: email_of,
    ContactChannel.SMS: mobile_of,
    ContactChannel.PHONE: phone_of,
    ContactChannel.LETTER: postal_of,
}
_LABELS: Final[Mapping[ContactChannel, Promise]] = {
    ContactChannel.EMAIL: _("E-Mail-Adresse"),
    ContactChannel.SMS: _("Handynummer"),
    ContactChannel.PHONE: _("Telefonnummer"),
    ContactChannel.LETTER: _("Postadresse"),
}
_HINTS: Final[Mapping[ContactChannel, Promise]] = {
    ContactChannel.SMS: _("Es muss eine deutsche Handynummer sein."),
    ContactChannel.PHONE: _("Unter dieser Nummer rufen wir Sie an. Festnetz oder Handy ist beides gut."),
    ContactChannel.LETTER: _("Wie auf dem Umschlag: Name, Straße und Hausnummer, Postleitzahl und Ort."),
}
_FAULTS: Final[Mapping[ContactChannel, Promise]] = {
    ContactChannel.EMAIL: _("Diese E-Mail-Adresse stimmt nicht. Sie sieht zum Beispiel so aus: name@beispiel.de"),
    ContactChannel.SMS: _("Das ist keine deutsche Handynummer. Sie beginnt mit 015, 016 oder 017."),
    ContactChannel.PHONE: _("Diese Telefonnummer stimmt nicht. Sie sieht zum Beispiel so aus: 069 90009000"),
    ContactChannel.LETTER: _("Schreiben Sie Namen, Straße und Ort in eigene Zeilen, zum Beispiel unten: 36037 Fulda"),
}
_MISSING: Final[Mapping[ContactChannel, Promise]] = {
    ContactChannel.EMAIL: _("Geben Sie Ihre E-Mail-Adresse ein."),
    ContactChannel.SMS: _("Geben Sie Ihre Handynummer ein."),
    ContactChannel.PHONE: _("Geben Sie die Nummer ein, unter der wir Sie anrufen."),
    ContactChannel.LETTER: _("Geben Sie Ihre Postadresse ein."),
}


class AddressForm(PortalForm):
    """One address of one channel; `cleaned_data["address"]` is as it will be used."""

    address = forms.CharField(strip=True)

    def __init__(self, data: Any, channel: ContactChannel) -> None:
        super().__init__(data)
        self._channel = channel
        field: Any = self.fields["address"]
        field.label, field.help_text = _LABELS[channel], _HINTS.get(channel, "")
        field.error_messages["required"] = _MISSING[channel]
        field.widget = _widget(channel)
        field.widget.is_required = True

    def clean_address(self) -> str:
        try:
            return _READ[self._channel](self.cleaned_data["address"])
        except Unfit:
            raise ValidationError(str(_FAULTS[self._channel])) from None


class LanguageForm(PortalForm):
    """In which language messages come: also in one whose pages this Jobcenter does not show."""

    language = forms.ChoiceField(
        label=_("Sprache der Nachrichten"),
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Wählen Sie eine Sprache.")),
    )

    def __init__(self, data: Any, tenant: Jobcenter, current: str) -> None:
        super().__init__(data, initial={"language": current})
        offered = {"de", current, *tenant.settings.languages}
        field: Any = self.fields["language"]
        field.choices = [(one.code, one.native_name) for one in LANGUAGES if one.code in offered]


def _widget(channel: ContactChannel) -> forms.Widget:
    match channel:
        case ContactChannel.EMAIL:
            return forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr", "maxlength": EMAIL_LENGTH})
        case ContactChannel.LETTER:
            attrs = {"autocomplete": "off", "dir": "ltr", "rows": MOST_LINES, "maxlength": _LONGEST_POSTAL}
            return forms.Textarea(attrs=attrs)
    return forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "dir": "ltr", "maxlength": 40})
