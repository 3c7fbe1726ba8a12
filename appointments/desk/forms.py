# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the desk can send: a button of the list, a new time, and the filter of the day."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.attendance import RECORDABLE
from appointments.core.lifecycle import Status, Verb
from jobcenter_portal.web.forms import PortalForm, TimesByDay

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
