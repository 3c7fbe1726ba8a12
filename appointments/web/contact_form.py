# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The contact page of a booking: who comes, how and in which language we write, and what the office should know.

All of it but the name is voluntary. An address is looked at only where its way was chosen, so that a field somebody
began and left never keeps them from booking.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appointments.contact import Fault, Unfit, postal_of
from appointments.core.modes import Mode
from appointments.core.reminder_times import letter_is_of_use_until
from appointments.web.drafts import Draft
from appointments.web.forms import ContactForm, Remind
from appointments.writing import Person
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.kernel.postal import LONGEST_LINE, MOST_LINES
from jobcenter_portal.tenancy.models import TenantSettings
from jobcenter_portal.web.forms import DescribedChoice
from jobcenter_portal.web.languages import GERMAN, LANGUAGES, current_language

_ADDRESS_LENGTH: Final = (LONGEST_LINE + 2) * MOST_LINES
_OWN_NAME: Final = _("Vor- und Nachname")
_THEIR_NAME: Final = _("Name der Person, die den Termin hat")

_CONSENTS: Final[Mapping[str, str | Promise]] = {
    Remind.EMAIL: _("Sie erlauben uns, Ihnen E-Mails zu diesem Termin zu schicken."),
    Remind.SMS: _("Sie erlauben uns, Ihnen SMS zu diesem Termin zu schicken."),
    Remind.BOTH: _("Sie erlauben uns, Ihnen E-Mails und SMS zu diesem Termin zu schicken."),
    Remind.LETTER: _("Sie erlauben uns, Ihnen Briefe zu diesem Termin zu schicken."),
}


@dataclass(frozen=True, slots=True)
class Occasion:
    """What the page is for, as far as its questions depend on it."""

    mode: Mode
    starts_at: datetime
    is_request: bool
    """The office answers first, so that a reminder is not all that is written."""

    def has_time_for_letters(self, settings: TenantSettings, now: datetime) -> bool:
        return settings.letters_enabled and now < letter_is_of_use_until(self.starts_at, settings.zone)


class BookingForm(ContactForm):
    """Who only has a slow telephone or none at all gets as far here as everybody else."""

    post = forms.CharField(
        label=_("Postadresse"),
        required=False,
        help_text=_(
            "Nur, wenn Sie Briefe von uns möchten. Schreiben Sie untereinander: Name, Straße und Hausnummer, "
            "Postleitzahl und Ort."
        ),
        widget=forms.Textarea(
            attrs={
                "autocomplete": "street-address",
                "dir": "auto",
                "maxlength": _ADDRESS_LENGTH,
                "rows": 4,
                "spellcheck": "false",
            }
        ),
    )
    language = forms.ChoiceField(
        label=_("Sprache der Nachrichten"),
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Wählen Sie eine Sprache.")),
    )
    helper = forms.BooleanField(
        label=_("Ich buche für jemand anderen"),
        required=False,
        help_text=_("Schreiben Sie oben den Namen der Person, die den Termin hat."),
    )
    companion = forms.BooleanField(
        label=_("Ich bringe jemanden mit"),
        required=False,
        help_text=_("Eine Person, der Sie vertrauen. Den Namen brauchen wir nicht."),
    )

    def __init__(
        self, settings: TenantSettings, draft: Draft, occasion: Occasion, *, now: datetime, is_sent: bool = True
    ) -> None:
        """`is_sent`: the draft is to be checked, not just shown again."""
        self._occasion = occasion
        self._letters = occasion.has_time_for_letters(settings, now)
        values = replace(draft, language=draft.language or current_language().code).values()
        super().__init__(settings, values if is_sent else None, mode=occasion.mode, initial=values)
        self.comes_too_late_by_post = settings.letters_enabled and not self._letters
        self.fields["name"].label = _THEIR_NAME if draft.helper else _OWN_NAME
        if not self._letters:
            del self.fields["post"]
        if occasion.is_request and "remind" in self.fields:
            self._ask_how_to_answer()
        self._offer_languages(settings)

    @property
    def is_anything_told(self) -> bool:
        """Then the office's further questions are shown open."""
        return any(self[name].value() for name in ("helper", "companion"))

    @property
    def language_said(self) -> str:
        """By its own name: it is that of the page unless somebody changed it, so it is seen and need not be asked."""
        said = str(self["language"].value())
        return next((one.native_name for one in LANGUAGES if one.code == said), said)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        wants_letters = cleaned.get("remind") == Remind.LETTER
        cleaned["post"] = self._wanted_address() if wants_letters else ""
        return cleaned

    def as_person(self) -> Person:
        """What a valid form says about who comes."""
        said = self.cleaned_data
        written = self.person(said.get("language") or current_language().code)
        post = {ContactChannel.LETTER: said["post"]} if said["post"] else {}
        return replace(
            written,
            addresses={**written.addresses, **post},
            with_companion=said["companion"],
            booked_by_helper=said["helper"],
        )

    def _ways(self) -> list[tuple[str, Any]]:
        ways = super()._ways()
        if not self._letters or self._by_email_only:
            return ways
        letter = DescribedChoice(str(_("per Brief")), _("Dafür brauchen wir Ihre Postadresse."))
        nothing = [way for way in ways if way[0] == Remind.NOT]
        return [*(way for way in ways if way not in nothing), (Remind.LETTER, letter), *nothing]

    def _ask_how_to_answer(self) -> None:
        remind: Any = self.fields["remind"]
        remind.label = _("Wie sollen wir Ihnen antworten?")
        remind.error_messages = dict.fromkeys(
            ("required", "invalid_choice"), _("Wählen Sie, wie wir Ihnen antworten sollen.")
        )
        unwritten = DescribedChoice(str(_("gar nicht")), _("Unsere Antwort sehen Sie dann nur mit Ihrem Termin-Code."))
        remind.choices = [(value, unwritten if value == Remind.NOT else text) for value, text in remind.choices]

    def _offer_languages(self, settings: TenantSettings) -> None:
        """All of the Jobcenter's: messages are written in languages that have no pages yet."""
        wished = {GERMAN.code, *settings.languages}
        offered = [(one.code, one.native_name) for one in LANGUAGES if one.code in wished]
        if len(offered) == 1:
            del self.fields["language"]
            return
        self.fields["language"].choices = offered  # type: ignore[attr-defined]

    def _wanted_address(self) -> str:
        try:
            return postal_of(self.cleaned_data.get("post", ""))
        except Unfit as unfit:
            words = {
                Fault.MISSING: _("Geben Sie Ihre Postadresse ein oder wählen Sie einen anderen Weg."),
                Fault.WRONG: _(
                    "So kommt kein Brief an. Schreiben Sie oben den Namen, darunter Straße und Hausnummer, "
                    "unten Postleitzahl und Ort."
                ),
            }
            if "post" not in self.errors:
                self.add_error("post", words[unfit.fault])
            return ""


def consent_to(remind: str) -> str:
    """What sending the form allows; empty where nothing will be written."""
    return str(_CONSENTS.get(remind, ""))


def name_label(draft: Draft) -> str:
    return str(_THEIR_NAME if draft.helper else _OWN_NAME)
