# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the administration types about reminders. Each form knows the change that it stands for."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.core.reminder_rules import NO_CHANNEL, Rule
from appointments.core.reminder_times import parse_offset
from appointments.desk.administration.reminders_words import ADDRESS, BY, Names, unfit_text
from appointments.reminder_plan import REMINDER
from appointments.reminder_wishes import (
    Change,
    ChannelIsOff,
    HardlyADay,
    NoNight,
    Quiet,
    ReachesNobody,
    ReminderPlan,
    Unfit,
    UnknownService,
    channels_of,
    following_house,
    silencing,
)
from jobcenter_portal.web.forms import PortalForm
from notifications.service import Channel

LONGEST_RANGE: Final = 62
"""Days."""
USUAL_RANGE: Final = 7
_MOST: Final = 999
_ALL: Final = "alle"
_SILENT, _LIKE_ALL = "keine", "wie-alle"
_DAY_WRONG: Final = _("Geben Sie einen Tag ein, zum Beispiel 14.12.2026.")
_TIME_WRONG: Final = _("Geben Sie eine Uhrzeit ein, zum Beispiel 20:00.")
_NUMBER_WRONG: Final = _("Geben Sie eine ganze Zahl von 1 bis 999 ein.")
_FIELDS: Final[Mapping[type[Unfit], str]] = {ChannelIsOff: "weg", ReachesNobody: "ohne", UnknownService: "anliegen"}
_UNITS: Final = (
    ("D", _("Tage")),
    ("B", _("Werktage: Montag bis Freitag ohne Feiertage")),
    ("H", _("Stunden")),
)


def _time_field(label: Any, *, required: bool, help_text: Any = "") -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=required,
        help_text=help_text,
        input_formats=["%H:%M", "%H.%M", "%H"],
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages=dict.fromkeys(("required", "invalid"), _TIME_WRONG),
    )


def _day_field(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=dict.fromkeys(("required", "invalid"), _DAY_WRONG),
    )


def _services(names: Names) -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in names.items()]


class RangeForm(PortalForm):
    """The days to look at."""

    von = _day_field(_("Erster Tag"))
    bis = _day_field(_("Letzter Tag"))

    def __init__(self, data: Any, *, today: date) -> None:
        last = today + timedelta(days=USUAL_RANGE - 1)
        chosen = {"von": data.get("von", today), "bis": data.get("bis", last)}
        super().__init__(chosen)
        self._today = today

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("von"), self.cleaned_data.get("bis")
        if first and first < self._today:
            self.add_error("von", _("Dieser Tag ist schon vorbei. Wählen Sie heute oder einen späteren Tag."))
        elif first and last and last < first:
            self.add_error("bis", _("Der letzte Tag liegt vor dem ersten. Bitte prüfen Sie beide."))
        elif first and last and (last - first).days >= LONGEST_RANGE:
            self.add_error("bis", _("Das sind zu viele Tage. Wählen Sie höchstens 62 Tage."))
        return self.cleaned_data


class RuleForm(PortalForm):
    """One reminder: how long before, on which way, for which concern, for whom."""

    zahl = forms.IntegerField(
        label=_("Wie lange vorher"),
        min_value=1,
        max_value=_MOST,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), _NUMBER_WRONG),
    )
    einheit = forms.ChoiceField(
        label=_("Einheit"),
        choices=_UNITS,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Wählen Sie Tage, Werktage oder Stunden.")),
    )
    weg = forms.ChoiceField(
        label=_("Weg"),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Wählen Sie einen Weg, zum Beispiel E-Mail.")),
    )
    anliegen = forms.ChoiceField(
        label=_("Für welches Anliegen"),
        help_text=_("Ein Anliegen mit eigenen Erinnerungen folgt nur diesen, nicht denen für alle Anliegen."),
        error_messages={
            "required": _("Wählen Sie ein Anliegen aus der Liste."),
            "invalid_choice": _("Dieses Anliegen gibt es nicht mehr. Wählen Sie ein anderes."),
        },
    )
    ohne = forms.MultipleChoiceField(
        label=_("Nur an Menschen ohne"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Damit bekommt niemand dieselbe Erinnerung auf zwei Wegen. Nichts gewählt: an alle."),
    )

    def __init__(self, data: Any, *, plan: ReminderPlan, names: Names, initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial={"einheit": "D", "anliegen": _ALL, **initial})
        ways = channels_of(plan.settings)
        chosen = [initial.get("weg"), data.get("weg") if data else None]
        # A channel that was switched off meanwhile is refused with the reason, not as if nobody had chosen any.
        self.fields["weg"].choices = [(way.value, BY[way]) for way in Channel if way in ways or way in chosen]  # type: ignore[attr-defined]
        self.fields["anliegen"].choices = [(_ALL, _("alle Anliegen ohne eigene Erinnerungen")), *_services(names)]  # type: ignore[attr-defined]
        self.fields["ohne"].choices = [(way.value, ADDRESS[way]) for way in Channel if way in ways]  # type: ignore[attr-defined]

    @property
    def rule(self) -> Rule:
        number, unit = self.cleaned_data["zahl"], self.cleaned_data["einheit"]
        offset = f"PT{number}H" if unit == "H" else f"P{number}{unit}"
        service = self.cleaned_data["anliegen"]
        return Rule(
            REMINDER,
            self.cleaned_data["weg"],
            offset,
            None if service == _ALL else int(service),
            frozenset(self.cleaned_data["ohne"]),
        )

    def refuse(self, unfit: Unfit) -> None:
        """Say at the right field why this cannot be."""
        name = next((name for kind, name in _FIELDS.items() if isinstance(unfit, kind)), "zahl")
        self.add_error(name, unfit_text(unfit))


def initial_of(rule: Rule) -> dict[str, Any]:
    """What stands in the form when a rule is to be changed."""
    if rule.channel == NO_CHANNEL:
        return {"anliegen": str(rule.service_id)}
    offset = parse_offset(rule.offset)
    unit, number = next(
        (unit, number) for unit, number in (("D", offset.days), ("B", offset.workdays), ("H", offset.hours)) if number
    )
    return {
        "zahl": number,
        "einheit": unit,
        "weg": rule.channel,
        "anliegen": str(rule.service_id or _ALL),
        "ohne": sorted(rule.only_without),
    }


class ServiceForm(PortalForm):
    """A concern about which nobody is reminded, or which is like all others again."""

    anliegen = forms.ChoiceField(
        label=_("Anliegen"),
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Wählen Sie ein Anliegen aus der Liste.")),
    )
    was = forms.ChoiceField(
        label=_("Was gilt für dieses Anliegen?"),
        choices=[
            (_SILENT, _("Keine Erinnerungen: Niemand wird an diesen Termin erinnert.")),
            (_LIKE_ALL, _("Wie für alle: Die eigenen Erinnerungen entfallen.")),
        ],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Wählen Sie, was gelten soll.")),
    )

    def __init__(self, data: Any, *, names: Names) -> None:
        super().__init__(data)
        self.fields["anliegen"].choices = [("", _("Bitte wählen")), *_services(names)]  # type: ignore[attr-defined]

    def change(self, plan: ReminderPlan) -> Change:
        service_id = int(self.cleaned_data["anliegen"])
        if self.cleaned_data["was"] == _SILENT:
            return silencing(plan, service_id)
        return following_house(plan, service_id)

    def refuse(self, unfit: Unfit) -> None:
        self.add_error("was", unfit_text(unfit))


class QuietForm(PortalForm):
    """The night of what rings, and the one of e-mail, if there is any."""

    von = _time_field(_("SMS und Hinweise auf dem Gerät: still von"), required=True)
    bis = _time_field(
        _("bis"), required=True, help_text=_("An Sonntagen und hessischen Feiertagen sind sie immer still.")
    )
    email_von = _time_field(_("E-Mails: still von"), required=False)
    email_bis = _time_field(
        _("E-Mails: bis"),
        required=False,
        help_text=_("Lassen Sie beide Felder leer, dann gehen E-Mails zu jeder Zeit hinaus."),
    )

    def __init__(self, data: Any, *, plan: ReminderPlan) -> None:
        names = ("von", "bis", "email_von", "email_bis")
        super().__init__(data, initial=dict(zip(names, plan.quiet.values, strict=True)))

    def clean(self) -> dict[str, Any]:
        one, other = self.cleaned_data.get("email_von"), self.cleaned_data.get("email_bis")
        if (one is None) != (other is None) and not {"email_von", "email_bis"} & set(self.errors):
            self.add_error(
                "email_von" if one is None else "email_bis",
                _("Füllen Sie beide Felder für E-Mails aus, oder keines."),
            )
        return self.cleaned_data

    def change(self, _plan: ReminderPlan) -> Change:
        typed = self.cleaned_data
        return Change(quiet=Quiet(typed["von"], typed["bis"], typed["email_von"], typed["email_bis"]))

    def refuse(self, unfit: Unfit) -> None:
        is_email = isinstance(unfit, NoNight | HardlyADay) and unfit.is_email
        self.add_error("email_von" if is_email else "von", unfit_text(unfit))
