# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The form of an account, made from what its provider needs, and the form of the addresses for tests."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appointments.contact import EMAIL_LENGTH, Unfit, email_of, mobile_of
from jobcenter_portal.kernel import phone
from jobcenter_portal.web.forms import PortalForm
from notifications.service import accounts

_PREFIX: Final = "angabe-"
_FORGET: Final = "entfernen-"
_LONGEST: Final = 500
_LONGEST_TEMPLATE: Final = 10_000
_LONGEST_NAME: Final = 60
_MOST_PER_S: Final = 1000
_YES: Final = "yes"
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
_KEYBOARDS: Final[Mapping[accounts.FieldKind, Mapping[str, str]]] = MappingProxyType(
    {
        accounts.FieldKind.NUMBER: {"inputmode": "numeric"},
        accounts.FieldKind.URL: {"inputmode": "url", "dir": "ltr"},
    }
)
_PLAIN: Final = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}


class _KeptSecret(forms.CharField):
    """A secret that is stored: needed, and yet it may stay empty."""

    def validate(self, value: Any) -> None:
        """Nothing to say: empty keeps what is stored."""


class AccountForm(PortalForm):
    """Everything that a provider needs. `stored` is the account that is changed; None: a new one.

    No secret is ever written into the page, neither a stored one nor one that was typed just now.
    """

    name = forms.CharField(
        label=_("Name"),
        help_text=_("So heißt das Konto in Ihren Listen, zum Beispiel „Mailserver des Landkreises“."),
        max_length=_LONGEST_NAME,
        error_messages={"required": _("Geben Sie dem Konto einen Namen.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: Any, provider: accounts.Provider, stored: accounts.AccountView | None = None) -> None:
        super().__init__(data, initial=_initial(provider, stored))
        self._provider = provider
        kept = stored.kept if stored else frozenset()
        for field in provider.fields:
            self.fields[_PREFIX + field.name] = _field_of(field, is_kept=field.name in kept)
            if field.name in kept and not field.required:
                label = gettext("%(label)s entfernen") % {"label": field.label}
                self.fields[_FORGET + field.name] = forms.BooleanField(label=label, required=False)
        self.fields["je_sekunde"] = forms.IntegerField(
            label=_("Höchstens so viele Nachrichten in einer Sekunde"),
            help_text=_("0, wenn der Anbieter keine Grenze nennt."),
            min_value=0,
            max_value=_MOST_PER_S,
            error_messages=dict.fromkeys(
                ("required", "invalid", "min_value", "max_value"), _("Geben Sie eine Zahl von 0 bis 1000 ein.")
            ),
            widget=forms.TextInput(attrs={**_PLAIN, "inputmode": "numeric"}),
        )
        if stored is None:
            self.fields["gleich"] = forms.BooleanField(
                label=_("Dieses Konto gleich benutzen"),
                help_text=_("Sonst ist es erst einmal ausgeschaltet, und Sie können es vorher ausprobieren."),
                required=False,
            )
            self.fields["anbieter"] = forms.CharField(widget=forms.HiddenInput)
        else:
            self.fields["stand"] = forms.CharField(widget=forms.HiddenInput)

    def settings(self) -> dict[str, str]:
        """What was typed into the provider's own fields, secrets included."""
        typed = {field.name: self.cleaned_data[_PREFIX + field.name] for field in self._provider.fields}
        return {name: _YES if value is True else str(value or "") for name, value in typed.items()}

    def forget(self) -> frozenset[str]:
        """The stored secrets that are to go."""
        return frozenset(one.name for one in self._provider.secrets if self.cleaned_data.get(_FORGET + one.name))

    def seen(self) -> datetime:
        """How old the page is that is answered; what is no instant counts as very old."""
        try:
            return datetime.fromisoformat(self.cleaned_data["stand"])
        except ValueError:
            return _LONG_AGO

    def refuse(self, error: accounts.BadConfig) -> None:
        """Say beside its field what the provider's driver does not like."""
        self.add_error(_PREFIX + error.field_name, error.sentence)

    def ask_again(self, secrets: tuple[accounts.Field, ...]) -> None:
        for field in secrets:
            sentence = gettext(
                "%(label)s: Bitte noch einmal eingeben. Gespeichertes geht nicht an einen anderen Server."
            )
            self.fields[_PREFIX + field.name].help_text = str(field.help)
            self.add_error(_PREFIX + field.name, sentence % {"label": field.label})

    def took_secrets(self) -> bool:
        """Whether something was typed that the page does not show again."""
        return any(self.data.get(_PREFIX + one.name) for one in self._provider.secrets)

    def differences(self, stored: accounts.AccountView) -> Iterator[tuple[str, str]]:
        """Label and stored value of what was typed otherwise. Secrets are not compared: nobody could see them."""
        if self.data.get("name") != stored.name:
            yield gettext("Name"), stored.name
        hidden = {one.name for one in self._provider.secrets}
        for field in self._provider.fields:
            before = stored.values.get(field.name, field.default)
            typed = self.cleaned_data.get(_PREFIX + field.name, "")
            if field.name not in hidden and (_YES if typed is True else str(typed or "")) != before:
                yield str(field.label), shown(field, before)


class TestAddressesForm(PortalForm):
    """Addresses of the office itself."""

    __test__ = False  # what pytest takes for a test by its name

    email = forms.CharField(
        label=_("E-Mail-Adresse des Hauses"),
        help_text=_(
            "Dorthin gehen Proben und was das Portal dem Haus schreibt, etwa bei neuen Anfragen. "
            "Leer: Proben gehen an Ihre Absenderadresse."
        ),
        max_length=EMAIL_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={**_PLAIN, "inputmode": "email", "dir": "ltr"}),
    )
    handy = forms.CharField(
        label=_("Handynummer des Hauses"),
        help_text=_(
            "Dorthin gehen Proben von SMS. Nehmen Sie ein Diensthandy. Leer: SMS lassen sich nicht ausprobieren."
        ),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={**_PLAIN, "inputmode": "tel", "dir": "ltr"}),
    )

    def clean_email(self) -> str:
        typed: str = self.cleaned_data["email"]
        try:
            return email_of(typed) if typed else ""
        except Unfit:
            raise forms.ValidationError(gettext("Geben Sie die E-Mail-Adresse so ein: name@beispiel.de.")) from None

    def clean_handy(self) -> str:
        typed: str = self.cleaned_data["handy"]
        try:
            return mobile_of(typed) if typed else ""
        except Unfit:
            raise forms.ValidationError(
                gettext("Geben Sie eine deutsche Handynummer ein, zum Beispiel 0151 23456789.")
            ) from None


def shown(field: accounts.Field, value: str) -> str:
    """A setting as the page shows it."""
    if field.kind is accounts.FieldKind.FLAG:
        return gettext("ja") if value else gettext("nein")
    if value in field.choices and field.choice_labels:
        return str(field.choice_labels[field.choices.index(value)])
    return value or gettext("leer")


def readable_mobile(number: str) -> str:
    """As people write it; what was put into the settings otherwise than by a page is shown as it is."""
    try:
        return phone.readable(phone.parse_mobile(number))
    except phone.NotAGermanMobile:
        return number


def _initial(provider: accounts.Provider, stored: accounts.AccountView | None) -> dict[str, Any]:
    if stored is None:
        given = {field.name: field.default for field in provider.fields}
        more: dict[str, Any] = {"name": provider.label, "je_sekunde": 0, "anbieter": provider.key}
    else:
        given = {field.name: stored.values.get(field.name, field.default) for field in provider.fields}
        more = {"name": stored.name, "je_sekunde": stored.max_per_s, "stand": stored.changed_at.isoformat()}
    return {**{_PREFIX + name: value for name, value in given.items()}, **more}


def _field_of(field: accounts.Field, *, is_kept: bool) -> forms.Field:
    sentence = gettext("%(label)s: Bitte ausfüllen.") % {"label": field.label}
    common: dict[str, Any] = {"label": field.label, "help_text": field.help, "required": field.required}
    text: dict[str, Any] = {**common, "max_length": _LONGEST, "error_messages": {"required": sentence}}
    match field.kind:
        case accounts.FieldKind.SECRET:
            return _secret_of(field, text, is_kept=is_kept)
        case accounts.FieldKind.FLAG:
            return forms.BooleanField(**{**common, "required": False})
        case accounts.FieldKind.CHOICE:
            labels = field.choice_labels or field.choices
            return forms.ChoiceField(**common, choices=list(zip(field.choices, labels, strict=True)))
        case accounts.FieldKind.LONG_TEXT:
            area = forms.Textarea(attrs={**_PLAIN, "rows": 6, "dir": "ltr"})
            return forms.CharField(**{**text, "max_length": _LONGEST_TEMPLATE}, widget=area)
        case accounts.FieldKind.NUMBER | accounts.FieldKind.URL | accounts.FieldKind.TEXT as kind:
            return forms.CharField(**text, widget=forms.TextInput(attrs={**_PLAIN, **_KEYBOARDS.get(kind, {})}))


def _secret_of(field: accounts.Field, text: dict[str, Any], *, is_kept: bool) -> forms.Field:
    widget = forms.PasswordInput(attrs={**_PLAIN, "autocomplete": "new-password", "dir": "ltr"}, render_value=False)
    if not is_kept:
        return forms.CharField(**text, widget=widget)
    kept = gettext("Gespeichert. Leer lassen, um es zu behalten.")
    return _KeptSecret(**{**text, "help_text": f"{kept} {field.help}".strip()}, widget=widget)
