# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The forms of booking and moving. Nothing is mandatory but a choice and a name."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from appointments.availability import Slot
from appointments.contact import (
    EMAIL_LENGTH,
    NAME_LENGTH,
    Fault,
    Unfit,
    email_of,
    mobile_of,
    name_of,
    needed_for,
    phone_of,
)
from appointments.core.modes import Mode
from appointments.models import Location
from appointments.web.times import slot_start, slot_value
from appointments.writing import Person
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.tenancy.models import TenantSettings
from jobcenter_portal.web.forms import (
    DescribedChoice,
    PortalForm,
    TimeOption,
    TimesByDay,
    choices_by_day,
)

_MOBILE_LENGTH: Final = 40
_CODE_LENGTH: Final = 60
_ANOTHER_MOBILE: Final = _(
    "Lassen Sie das Feld leer, wenn es die Telefonnummer von oben ist. Es muss eine deutsche Handynummer sein."
)
_NO_MOBILE: Final = _("Geben Sie Ihre Handynummer ein oder wählen Sie einen anderen Weg.")
_WRONG_MOBILE: Final = _("Das ist keine deutsche Handynummer. Sie beginnt mit 015, 016 oder 017.")
_NOT_MOBILE: Final = _(
    "An die Telefonnummer oben können wir keine SMS schicken. Geben Sie hier Ihre Handynummer ein oder wählen Sie "
    "einen anderen Weg."
)


class LocationForm(PortalForm):
    location = forms.ChoiceField(
        label=_("Standort"),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Wählen Sie aus, wohin Sie kommen möchten.")),
    )

    def __init__(self, data: Mapping[str, str] | None, locations: Iterable[Location], hints: Mapping[int, str]) -> None:
        """`hints` by the location's id: what is said below its name."""
        super().__init__(data)
        self.fields["location"].choices = [  # type: ignore[attr-defined]
            (location.slug, DescribedChoice(location.name, hints[location.pk])) for location in locations
        ]


class _TimeField(forms.ChoiceField):
    """Shows the times of one page and takes any time: whether it is free, the booking decides, not the form."""

    def valid_value(self, value: Any) -> bool:
        try:
            slot_start(str(value))
        except (ValueError, OverflowError):
            return False
        return True


class TimeForm(PortalForm):
    time = _TimeField(
        label=_("Uhrzeit"),
        widget=TimesByDay,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Wählen Sie eine Zeit.")),
    )

    def offer(self, slots: Iterable[Slot]) -> None:
        """Show these times as radio buttons, grouped by day."""
        options = [TimeOption(slot_value(slot.starts_at), slot.starts_at) for slot in slots]
        self.fields["time"].choices = choices_by_day(options)  # type: ignore[attr-defined]

    def clean_time(self) -> datetime:
        return slot_start(self.cleaned_data["time"])


class CodeForm(PortalForm):
    code = forms.CharField(
        label=_("Termin-Code"),
        max_length=_CODE_LENGTH,
        help_text=_("Er steht in der SMS, in der E-Mail oder auf Ihrem Ausdruck. Striche und Leerzeichen sind egal."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "dir": "ltr"}
        ),
        error_messages={
            "required": _("Geben Sie Ihren Termin-Code ein."),
            "max_length": _("Diesen Code kennen wir nicht. Bitte prüfen Sie jeden Buchstaben."),
        },
    )


class Remind:
    """Values of the question how to remind."""

    EMAIL: Final = "email"
    SMS: Final = "sms"
    BOTH: Final = "both"
    LETTER: Final = "letter"
    NOT: Final = "none"


class ContactForm(PortalForm):
    name = forms.CharField(
        label=_("Vor- und Nachname"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={
            "required": _("Geben Sie Ihren Namen ein."),
            "max_length": _("Der Name ist zu lang. Bitte kürzen Sie ihn."),
        },
    )
    phone = forms.CharField(
        label=_("Telefonnummer"),
        help_text=_("Unter dieser Nummer rufen wir Sie an. Festnetz oder Handy ist beides gut."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "dir": "ltr", "maxlength": _MOBILE_LENGTH}),
        error_messages={"required": _("Geben Sie die Nummer ein, unter der wir Sie anrufen.")},
    )
    remind = forms.ChoiceField(
        label=_("Wie sollen wir Sie erinnern?"),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Wählen Sie, wie wir Sie erinnern sollen.")),
    )
    email = forms.CharField(
        label=_("E-Mail-Adresse"),
        required=False,
        help_text=_("Nur, wenn Sie E-Mails von uns möchten."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr", "maxlength": EMAIL_LENGTH}),
    )
    mobile = forms.CharField(
        label=_("Handynummer"),
        required=False,
        help_text=_("Nur, wenn Sie SMS von uns möchten. Es muss eine deutsche Handynummer sein."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "dir": "ltr", "maxlength": _MOBILE_LENGTH}),
    )

    def __init__(
        self,
        settings: TenantSettings,
        data: Mapping[str, str] | None = None,
        *,
        mode: Mode = Mode.IN_PERSON,
        **kwargs: Any,
    ) -> None:
        """`mode` decides what is needed besides a name: a number to call, an address for the way into a video talk."""
        super().__init__(data, **kwargs)
        self._email, self._sms = settings.email_enabled, settings.sms_enabled
        needed = needed_for(mode, settings)
        self._by_email_only = needed is ContactChannel.EMAIL
        if needed is ContactChannel.PHONE:
            self.fields["mobile"].help_text = _ANOTHER_MOBILE
        else:
            del self.fields["phone"]
        ways = self._ways()
        self.fields["remind"].choices = ways  # type: ignore[attr-defined]
        if not self._email:
            del self.fields["email"]
        if not self._sms:
            del self.fields["mobile"]
        if all(value == Remind.NOT for value, _text in ways):
            del self.fields["remind"]

    def clean_name(self) -> str:
        try:
            return name_of(self.cleaned_data["name"])
        except Unfit as unfit:
            key = "max_length" if unfit.fault is Fault.TOO_LONG else "required"
            raise ValidationError(self.fields["name"].error_messages[key]) from unfit

    def clean_phone(self) -> str:
        try:
            return phone_of(self.cleaned_data["phone"])
        except Unfit as unfit:
            raise ValidationError(
                _("Diese Telefonnummer stimmt nicht. Sie sieht zum Beispiel so aus: 069 90009000")
            ) from unfit

    def clean(self) -> dict[str, Any]:
        """Only the address that was chosen is looked at: the other one is neither checked nor kept."""
        cleaned = self.cleaned_data
        wanted = cleaned.get("remind", "")
        cleaned["email"] = self._wanted_email() if wanted in (Remind.EMAIL, Remind.BOTH) else ""
        cleaned["mobile"] = self._wanted_mobile() if wanted in (Remind.SMS, Remind.BOTH) else ""
        return cleaned

    def person(self, language: str) -> Person:
        """What a valid form says about the person."""
        addresses = {
            ContactChannel.EMAIL: self.cleaned_data["email"],
            ContactChannel.SMS: self.cleaned_data["mobile"],
            ContactChannel.PHONE: self.cleaned_data.get("phone", ""),
        }
        given = {channel: address for channel, address in addresses.items() if address}
        return Person(name=self.cleaned_data["name"], language=language, addresses=given)

    def _ways(self) -> list[tuple[str, Any]]:
        ways = [
            (Remind.EMAIL, _("per E-Mail"), self._email),
            (Remind.SMS, _("per SMS"), self._sms and not self._by_email_only),
            (Remind.BOTH, _("per E-Mail und SMS"), self._email and self._sms),
            (
                Remind.NOT,
                DescribedChoice(str(_("gar nicht")), _("Sie bekommen einen Termin-Code zum Aufschreiben.")),
                not self._by_email_only,
            ),
        ]
        return [(value, text) for value, text, offered in ways if offered]

    def _wanted_email(self) -> str:
        try:
            return email_of(self.cleaned_data.get("email", ""))
        except Unfit as unfit:
            words = {
                Fault.MISSING: _("Geben Sie Ihre E-Mail-Adresse ein oder wählen Sie einen anderen Weg."),
                Fault.WRONG: _("Diese E-Mail-Adresse stimmt nicht. Sie sieht zum Beispiel so aus: name@beispiel.de"),
                Fault.TOO_LONG: _("Die E-Mail-Adresse ist zu lang."),
            }
            self.add_error("email", words[unfit.fault])
            return ""

    def _wanted_mobile(self) -> str:
        # Whoever gave a mobile number to be called on need not type it again.
        typed: str = self.cleaned_data.get("mobile", "")
        known: str = self.cleaned_data.get("phone", "")
        try:
            return mobile_of(typed or known)
        except Unfit:
            self.add_error("mobile", _WRONG_MOBILE if typed else _NOT_MOBILE if known else _NO_MOBILE)
            return ""
