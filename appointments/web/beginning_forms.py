# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The forms of the first screen: the concern, and below it the one thing more that some Jobcenters need to know.

Only some concerns need it (an emergency does not), so whoever leaves it out or mistypes it is kept from those alone.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from appointments.caseworkers import calendar_of_code
from appointments.catchments import matching
from appointments.models import Calendar, Municipality, Service
from appointments.web.concerns import concern_choices
from appointments.web.wish_forms import TOWN_LIST, the_only
from jobcenter_portal.web.forms import PortalForm, RadiosWithMore
from jobcenter_portal.web.languages import current_language

_TYPED_LENGTH: Final = 80
_MOST_TO_PICK: Final = 40
"""So many places make a list that a thumb can roll through; of more, people type the beginning."""
_UNKNOWN_TOWN: Final = _("Diesen Ort haben wir nicht gefunden. Bitte prüfen Sie die Schreibweise.")
_UNKNOWN_LETTERS: Final = _("Diese Buchstaben kennen wir nicht. Bitte vergleichen Sie sie mit Ihrem Brief.")

IsNeeded = Callable[[Service], bool]


class ServiceForm(PortalForm):
    service = forms.ChoiceField(
        label=_("Anliegen"),
        widget=RadiosWithMore,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Wählen Sie aus, worum es geht.")),
    )

    def __init__(
        self, data: Mapping[str, str] | None, services: Iterable[Service], *, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self._services: dict[str, Service] = {}
        self._offer(services)

    @property
    def chosen(self) -> Service | None:
        return self._services.get(self.cleaned_data.get("service", ""))

    def _offer(self, services: Iterable[Service]) -> None:
        self._services = {one.slug: one for one in services}
        choices = concern_choices(self._services.values(), current_language().code)
        self.fields["service"].choices = choices  # type: ignore[attr-defined]

    def _forgive(self, name: str, is_needed: IsNeeded) -> None:
        """What a concern does not need keeps nobody from it, however it was filled in."""
        if self.chosen is not None and self.has_error(name) and not is_needed(self.chosen):
            del self.errors[name]


class ServiceAndTownForm(ServiceForm):
    """Beside the concern, where somebody lives: picked from a list, or typed where there are very many places."""

    town = forms.CharField(
        label=_("Wo wohnen Sie?"),
        max_length=_TYPED_LENGTH,
        help_text=_("Welcher Standort für Sie da ist, hängt von Ihrem Wohnort ab."),
        error_messages={"required": _("Wählen Sie Ihren Ort aus."), "max_length": _UNKNOWN_TOWN},
    )

    def __init__(
        self,
        data: Mapping[str, str] | None,
        services: Iterable[Service],
        *,
        towns: Sequence[Municipality],
        known: str,
        is_needed: IsNeeded,
    ) -> None:
        """`known` is the place that somebody named before, by its slug."""
        names = {one.slug: one.name for one in towns}
        is_typed = len(towns) > _MOST_TO_PICK
        super().__init__(data, services, initial={"town": names.get(known, "") if is_typed else known})
        self._towns, self._is_needed = towns, is_needed
        if is_typed:
            self.fields["town"].widget = forms.TextInput(attrs={"autocomplete": "off", "list": TOWN_LIST})
            self.fields["town"].error_messages["required"] = _("Geben Sie Ihren Ort oder Ihre Postleitzahl ein.")
        else:
            self._pick_from(towns)

    @property
    def town_chosen(self) -> Municipality | None:
        return cast("Municipality | None", self.cleaned_data.get("town") or None)

    def clean_town(self) -> Municipality:
        typed = self.cleaned_data["town"]
        meant = [one for one in self._towns if one.slug == typed] or matching(typed, self._towns)
        if len(meant) > 1:
            self._pick_from(meant)
        return the_only(meant)

    def clean(self) -> dict[str, Any]:
        self._forgive("town", self._is_needed)
        return self.cleaned_data

    def _pick_from(self, towns: Sequence[Municipality]) -> None:
        options = [("", _("Bitte wählen")), *((one.slug, one.name) for one in towns)]
        self.fields["town"].widget = forms.Select(choices=options)


class ServiceAndLettersForm(ServiceForm):
    """Beside the concern, the letters that stand on one's letters: they name one's own caseworker."""

    letters = forms.CharField(
        label=_("Buchstaben auf Ihrem Brief"),
        max_length=_TYPED_LENGTH,
        help_text=_("Sie stehen oben auf unseren Briefen, neben dem Namen. Groß oder klein ist egal."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "dir": "ltr"}
        ),
        error_messages={
            "required": _("Geben Sie die Buchstaben von Ihrem Brief ein."),
            "max_length": _UNKNOWN_LETTERS,
        },
    )

    def __init__(
        self,
        data: Mapping[str, str] | None,
        services: Iterable[Service],
        *,
        led_by: Callable[[int], list[Service]],
        is_needed: IsNeeded,
    ) -> None:
        super().__init__(data, services)
        self._led_by, self._is_needed = led_by, is_needed

    @property
    def caseworker(self) -> Calendar | None:
        return cast("Calendar | None", self.cleaned_data.get("letters") or None)

    def clean_letters(self) -> Calendar:
        found = calendar_of_code(self.cleaned_data["letters"])
        if found is None:
            raise ValidationError(str(_UNKNOWN_LETTERS))
        return found

    def clean(self) -> dict[str, Any]:
        self._forgive("letters", self._is_needed)
        if self.chosen is not None and self.caseworker is not None and self._is_needed(self.chosen):
            self._need_a_concern_of(self.caseworker)
        return self.cleaned_data

    def _need_a_concern_of(self, caseworker: Calendar) -> None:
        """From then on only what this person can be met for is offered; the letters stay typed."""
        theirs = self._led_by(caseworker.pk)
        if self.chosen not in theirs:
            self.add_error(
                "service", str(_("Das bespricht Ihre Ansprechperson nicht. Wählen Sie ein anderes Anliegen."))
            )
            self._offer(theirs)
