# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The forms of the questions between a service and its times: one question each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from appointments.catchments import matching
from appointments.core.modes import Mode
from appointments.models import Municipality, Service
from appointments.web.concerns import concern_hint
from appointments.web.speech import MODE_HINTS, MODE_LABELS, language_choices
from appointments.web.wishes import MODE_NAMES
from jobcenter_portal.web.forms import DescribedChoice, PortalForm

TOWN_LIST: Final = "towns"
"""Id of the list of suggestions that the browser shows below the field."""
_TYPED_LENGTH: Final = 80


class ModeForm(PortalForm):
    mode = forms.ChoiceField(
        label=_("Gespräch"),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Wählen Sie, wie wir miteinander sprechen.")),
    )

    def __init__(self, data: Mapping[str, str] | None, modes: Sequence[Mode], chosen: str) -> None:
        super().__init__(data, initial={"mode": chosen})
        self.fields["mode"].choices = [  # type: ignore[attr-defined]
            (name, DescribedChoice(str(MODE_LABELS[mode]), MODE_HINTS[mode]))
            for name, mode in MODE_NAMES.items()
            if mode in modes
        ]


class LanguageForm(PortalForm):
    """In which language somebody shall interpret; the first choice says that nobody needs to."""

    NOBODY: Final = "nein"

    language = forms.ChoiceField(
        label=_("Sprache"),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Wählen Sie eine Sprache oder „Nein“.")),
    )

    def __init__(self, data: Mapping[str, str] | None, languages: Sequence[str], chosen: str) -> None:
        super().__init__(data, initial={"language": chosen or self.NOBODY})
        nobody = (self.NOBODY, _("Nein, niemand muss dolmetschen"))
        self.fields["language"].choices = [nobody, *language_choices(languages)]  # type: ignore[attr-defined]

    def chosen(self) -> str:
        language: str = self.cleaned_data["language"]
        return "" if language == self.NOBODY else language


class ConcernsForm(PortalForm):
    """Further concerns of the same talk; none is fine."""

    more = forms.MultipleChoiceField(
        label=_("Was möchten Sie noch besprechen?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Wählen Sie nur Anliegen, die hier stehen.")},
    )

    def __init__(
        self,
        data: Any,
        services: Iterable[Service],
        language: str,
        *,
        most: int,
        go_together: Callable[[Sequence[Service]], bool],
        chosen: Sequence[str],
    ) -> None:
        super().__init__(data, initial={"more": list(chosen)})
        self._services = {service.slug: service for service in services}
        self._most, self._go_together = most, go_together
        self.fields["more"].choices = [  # type: ignore[attr-defined]
            (slug, DescribedChoice(service.title(language), concern_hint(service, language)))
            for slug, service in self._services.items()
        ]

    def clean_more(self) -> tuple[str, ...]:
        slugs = tuple(self.cleaned_data["more"])
        if len(slugs) > self._most:
            words = ngettext(
                "Das ist zu viel für einen Termin. Wählen Sie höchstens %(most)s weiteres Anliegen.",
                "Das ist zu viel für einen Termin. Wählen Sie höchstens %(most)s weitere Anliegen.",
                self._most,
            )
            raise ValidationError(words, params={"most": self._most})
        if slugs and not self._go_together([self._services[slug] for slug in slugs]):
            raise ValidationError(
                _("Diese Anliegen bearbeitet bei uns niemand gemeinsam. Bitte wählen Sie weniger oder andere.")
            )
        return slugs


class TownForm(PortalForm):
    """Where somebody lives, by name or postcode. `meant` are the places that were found, when it is not just one."""

    town = forms.CharField(
        label=_("Ort oder Postleitzahl"),
        max_length=_TYPED_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": TOWN_LIST}),
        error_messages={
            "required": _("Geben Sie Ihren Ort oder Ihre Postleitzahl ein."),
            "max_length": _("Diesen Ort haben wir nicht gefunden. Bitte prüfen Sie die Schreibweise."),
        },
    )

    def __init__(self, data: Mapping[str, str] | None, towns: Sequence[Municipality]) -> None:
        super().__init__(data)
        self._towns = towns
        self.meant: list[Municipality] = []

    def clean_town(self) -> Municipality:
        self.meant = matching(self.cleaned_data["town"], self._towns)
        return the_only(self.meant)


def the_only(meant: Sequence[Municipality]) -> Municipality:
    """The place that somebody named. Raises ValidationError for none and for several."""
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise ValidationError(_("Das passt zu mehreren Orten. Wählen Sie Ihren Ort aus der Liste."))
    raise ValidationError(_("Diesen Ort haben wir nicht gefunden. Bitte prüfen Sie die Schreibweise."))
