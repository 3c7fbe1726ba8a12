# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the desk can send: a button of the list, a new time, and the filter of the day."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.attendance import RECORDABLE
from appointments.contact import NAME_LENGTH, Unfit, name_of
from appointments.core.answers import DeclineReason
from appointments.core.lifecycle import Status, Verb
from appointments.desk import words
from appointments.models import Calendar, Service
from appointments.reasons import SENTENCES
from jobcenter_portal.kernel.ids import PUBLIC_ID_LENGTH, public_id
from jobcenter_portal.web.forms import DescribedChoice, PortalForm, TimesByDay
from jobcenter_portal.web.languages import LANGUAGES

REACH: Final = timedelta(days=730)
"""How far a day or a time may be from now; beyond it nobody works with appointments, and dates end somewhere."""


class AttendanceForm(PortalForm):
    """A status button: the verb, and the status that the person saw when pressing it."""

    verb = forms.TypedChoiceField(choices=[(verb.value, verb.value) for verb in sorted(RECORDABLE)], coerce=Verb)
    seen = forms.TypedChoiceField(choices=[(status.value, status.value) for status in Status], coerce=Status)
    kalender = forms.IntegerField(required=False, min_value=1, max_value=2**31)


class DayForm(PortalForm):
    """Which day and whose calendar; both can be left out."""

    tag = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    kalender = forms.IntegerField(required=False, min_value=1, max_value=2**31)

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data)
        self.today = today

    def clean_tag(self) -> date:
        day: date = self.cleaned_data["tag"] or self.today
        if abs(day - self.today) > REACH:
            raise forms.ValidationError("too far", code="too_far")
        return day


class TimeField(forms.ChoiceField):
    """A time as the list offers it. One that has just gone is still a valid answer: booking says so, not the form."""

    widget = TimesByDay

    def valid_value(self, value: Any) -> bool:
        try:
            return datetime.fromisoformat(value).tzinfo is not None
        except ValueError:
            return False


class MoveForm(PortalForm):
    """A new time for an appointment, and the revision of it that the person saw."""

    time = TimeField(
        label=_("Neue Zeit"),
        error_messages={
            "required": _("Wählen Sie eine Zeit aus."),
            "invalid_choice": _("Wählen Sie eine der angebotenen Zeiten aus."),
        },
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31)

    def __init__(self, data: Any, *, now: datetime, choices: Any, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.now = now
        self.fields["time"].choices = choices  # type: ignore[attr-defined]

    def clean_time(self) -> datetime:
        moment = datetime.fromisoformat(self.cleaned_data["time"])
        if not self.now <= moment <= self.now + REACH:
            raise forms.ValidationError(_("Wählen Sie eine der angebotenen Zeiten aus."), code="invalid_choice")
        return moment


class GrantForm(PortalForm):
    """Yes to a request, and the revision of it that the person saw."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31)


class DeclineForm(GrantForm):
    """Why a request becomes no appointment; below each reason stands what the person will read."""

    reason = forms.TypedChoiceField(
        label=_("Was soll die Person lesen?"),
        coerce=DeclineReason,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Wählen Sie einen Grund aus.")),
    )

    def __init__(self, data: Any, *, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.fields["reason"].choices = [  # type: ignore[attr-defined]
            (reason.value, DescribedChoice(str(words.DECLINE[reason]), SENTENCES[reason])) for reason in DeclineReason
        ]


class WalkInForm(PortalForm):
    """Somebody is at the door: what for, and if they want to say it, their name. The key makes two presses one."""

    service = forms.ChoiceField(
        label=_("Worum geht es?"),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Wählen Sie aus, worum es geht.")),
    )
    name = forms.CharField(label=_("Name, wenn die Person ihn sagen möchte"), required=False, max_length=NAME_LENGTH)
    language = forms.ChoiceField(
        label=_("Sprache"), choices=[(language.code, language.native_name) for language in LANGUAGES], initial="de"
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=PUBLIC_ID_LENGTH, min_length=PUBLIC_ID_LENGTH)

    def __init__(self, data: Any, services: Iterable[Service], language: str) -> None:
        super().__init__(data, initial={"key": public_id()})
        self.fields["service"].choices = [  # type: ignore[attr-defined]
            (service.slug, service.title(language)) for service in services
        ]

    def clean_name(self) -> str:
        try:
            return name_of(self.cleaned_data["name"])
        except Unfit:
            return ""  # none, or nothing that could be read out


class CallForm(PortalForm):
    """Who calls: a calendar of this location, and the status that the person saw."""

    kalender = forms.TypedChoiceField(
        label=_("Zu wem?"),
        coerce=int,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Wählen Sie aus, zu wem die Person geht.")),
    )

    def __init__(self, data: Any, calendars: Iterable[Calendar], own: int | None) -> None:
        super().__init__(data, initial={"kalender": own})
        self.fields["kalender"].choices = [  # type: ignore[attr-defined]
            *([] if own else [("", "–")]),
            *((calendar.pk, calendar.name) for calendar in calendars),
        ]


class StepForm(PortalForm):
    """A step of somebody who waits: called, left, or back again; and the status that the person saw."""

    step = forms.ChoiceField(choices=[(step, step) for step in ("call", "left", "back")])
    seen = forms.TypedChoiceField(choices=[(status.value, status.value) for status in Status], coerce=Status)
