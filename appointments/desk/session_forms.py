# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the desk types about dates of groups: a new one, another number of seats, another date for somebody."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.desk.forms import REACH
from appointments.groups import Obstacle
from appointments.models import Calendar, Service
from jobcenter_portal.kernel.wall_clock import first_instant
from jobcenter_portal.tenancy.models import TenantSettings
from jobcenter_portal.web.dates import duration_in_words
from jobcenter_portal.web.forms import DescribedChoice, PortalForm
from jobcenter_portal.web.languages import language_by_code

MOST_SEATS: Final = 500
_TITLE_LENGTH: Final = 80
_WRONG_SEATS: Final = _("Geben Sie eine Zahl von 1 bis 500 ein.")

_OBSTACLES: Final = {
    Obstacle.PAST: ("day", _("Diese Zeit ist schon vorbei. Wählen Sie eine spätere.")),
    Obstacle.BETWEEN_TICKS: ("time", _("Wählen Sie eine Uhrzeit in Schritten von fünf Minuten, zum Beispiel 09:30.")),
    Obstacle.NOT_OFFERED: ("calendar", _("Bei diesem Kalender gibt es das Anliegen nicht. Wählen Sie einen anderen.")),
    Obstacle.CLOSED: (
        "time",
        _("Dann ist hier keine Sprechzeit: Der ganze Gruppentermin muss in die Sprechzeit dieses Kalenders passen."),
    ),
    Obstacle.ABSENT: ("calendar", _("Für diesen Kalender ist dann eine Abwesenheit eingetragen.")),
    Obstacle.TAKEN: ("time", _("Zu dieser Zeit ist der Kalender schon belegt. Wählen Sie eine andere Zeit.")),
}
"""Which field an obstacle belongs to, and what it says there."""


def _length(service: Service, language: str) -> str:
    return duration_in_words(service.duration_minutes, language_by_code(language))


def _seats_field() -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Plätze"),
        min_value=1,
        max_value=MOST_SEATS,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), _WRONG_SEATS),
    )


class SessionForm(PortalForm):
    """A new date at one location. Its length is that of the service."""

    service = forms.ChoiceField(
        label=_("Anliegen"),
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Wählen Sie ein Anliegen aus.")),
    )
    calendar = forms.ChoiceField(
        label=_("Bei"),
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Wählen Sie aus, bei wem oder wo er ist.")),
    )
    day = forms.DateField(
        label=_("Tag"),
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=dict.fromkeys(("required", "invalid"), _("Geben Sie einen Tag ein, zum Beispiel 14.12.2026.")),
    )
    time = forms.TimeField(
        label=_("Beginn"),
        input_formats=["%H:%M", "%H.%M"],
        widget=forms.TimeInput(attrs={"type": "time", "step": "300"}, format="%H:%M"),
        error_messages=dict.fromkeys(("required", "invalid"), _("Geben Sie eine Uhrzeit ein, zum Beispiel 09:30.")),
    )
    seats = _seats_field()
    title_de = forms.CharField(
        label=_("Worum geht es an diesem Termin? (Deutsch)"),
        required=False,
        max_length=_TITLE_LENGTH,
        help_text=_("Nur, wenn es mehr zu sagen gibt als das Anliegen. Alle können es lesen."),
        error_messages={"max_length": _("Bitte kürzen Sie den Text auf 80 Zeichen.")},
    )
    title_en = forms.CharField(
        label=_("Dasselbe auf Englisch"),
        required=False,
        max_length=_TITLE_LENGTH,
        error_messages={"max_length": _("Bitte kürzen Sie den Text auf 80 Zeichen.")},
    )

    def __init__(
        self, data: Any, services: Sequence[Service], calendars: Sequence[Calendar], *, today: date, language: str
    ) -> None:
        super().__init__(data)
        self.today = today
        self.services = {service.slug: service for service in services}
        self.calendars = {str(calendar.pk): calendar for calendar in calendars}
        self.fields["service"].choices = [  # type: ignore[attr-defined]
            (service.slug, f"{service.title(language)}, {_length(service, language)}") for service in services
        ]
        self.fields["calendar"].choices = [(str(one.pk), one.name) for one in calendars]  # type: ignore[attr-defined]

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if abs(day - self.today) > REACH:
            raise forms.ValidationError(_("Wählen Sie einen Tag in den nächsten zwei Jahren."), code="too_far")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if cleaned.get("title_en") and not cleaned.get("title_de") and "title_de" not in self.errors:
            self.add_error("title_de", _("Geben Sie den Text auch auf Deutsch ein."))
        return cleaned

    def starts_at(self, settings: TenantSettings) -> datetime:
        """When it begins, by the clock on the wall."""
        return first_instant(self.cleaned_data["day"], self.cleaned_data["time"], settings.zone)

    @property
    def chosen_service(self) -> Service:
        return self.services[self.cleaned_data["service"]]

    @property
    def chosen_calendar(self) -> Calendar:
        return self.calendars[self.cleaned_data["calendar"]]

    @property
    def titles(self) -> dict[str, str]:
        typed = {"de": self.cleaned_data["title_de"], "en": self.cleaned_data["title_en"]}
        return {language: text for language, text in typed.items() if text}

    def refuse(self, obstacle: Obstacle) -> None:
        """Say at the right field why the date cannot be held."""
        field, text = _OBSTACLES[obstacle]
        self.add_error(field, text)


class SeatsForm(PortalForm):
    seats = _seats_field()


class OtherDateForm(PortalForm):
    """Another date for one person, and the revision of their appointment that was on the page."""

    session = forms.ChoiceField(
        label=_("Anderer Termin"),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Wählen Sie einen der Termine aus.")),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31)

    def __init__(
        self, data: Any, valid: Iterable[str], shown: Iterable[tuple[str, DescribedChoice]], *, revision: int
    ) -> None:
        """A date that is not `shown` because it is full is still a valid answer: booking says so, not the form."""
        super().__init__(data, initial={"revision": revision})
        self.fields["session"].choices = [(one, one) for one in valid]  # type: ignore[attr-defined]
        self.fields["session"].widget.choices = list(shown)


EARLIER: Final = timedelta(days=28)
"""How far back one step of the list goes."""
