# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which messages the desk looks at: the filter of the list, as it stands in an address.

An address names no person and holds no code: a search by code is a POST that leads to the appointment's public id.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appointments.desk.message_words import CHANNEL, KIND
from appointments.models import Appointment
from jobcenter_portal.kernel.ids import PUBLIC_ID_LENGTH
from jobcenter_portal.kernel.wall_clock import midnight
from jobcenter_portal.web.forms import PortalForm
from notifications.service import Channel, Group, Position, Visible, Wanted

GROUPS: Final[Mapping[Group, tuple[str, Promise]]] = MappingProxyType(
    {
        Group.PROBLEMS: ("probleme", _("Probleme")),
        Group.WAITING: ("wartet", _("Geplant oder wartend")),
        Group.SENT: ("gesendet", _("Gesendet")),
        Group.ALL: ("alle", _("Alle")),
    }
)
_BY_NAME: Final = {name: group for group, (name, _text) in GROUPS.items()}
_DAY: Final = timedelta(days=1)
_WRONG_DAY: Final = {"invalid": _("Schreiben Sie den Tag so: 24.11.2026.")}
_DAY_FORMATS: Final = ["%Y-%m-%d", "%d.%m.%Y"]


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter as the desk sees it. `appointment` is a public id; `behind` where the page before ended."""

    group: Group = Group.PROBLEMS
    channel: Channel | None = None
    kind: str = ""
    first_day: date | None = None
    last_day: date | None = None
    appointment: str = ""
    behind: Position | None = None

    def query(self) -> str:
        """As a query string, without what is not set."""
        named: dict[str, str] = {
            "gruppe": GROUPS[self.group][0] if self.group is not Group.PROBLEMS or self.appointment else "",
            "weg": self.channel.value if self.channel else "",
            "art": self.kind,
            "von": self.first_day.isoformat() if self.first_day else "",
            "bis": self.last_day.isoformat() if self.last_day else "",
            "termin": self.appointment,
            "ab": _written(self.behind) if self.behind else "",
        }
        return urlencode({name: value for name, value in named.items() if value})

    def of_group(self, group: Group) -> "Filter":
        return replace(self, group=group, behind=None)

    def further(self, position: Position) -> "Filter":
        return replace(self, behind=position)

    def wanted(self, zone: ZoneInfo, subjects: tuple[str, ...], visible: Visible | None) -> Wanted:
        return Wanted(
            group=self.group,
            channel=self.channel,
            kind=self.kind,
            begin=midnight(self.first_day, zone) if self.first_day else None,
            end=midnight(self.last_day + _DAY, zone) if self.last_day else None,
            subjects=subjects,
            visible=visible,
        )


class FilterForm(PortalForm):
    """The filter as somebody chose it."""

    gruppe = forms.ChoiceField(
        label=_("Welche"), required=False, choices=[(name, text) for name, text in GROUPS.values()]
    )
    weg = forms.ChoiceField(label=_("Weg"), required=False, choices=[("", _("Alle")), *CHANNEL.items()])
    art = forms.ChoiceField(label=_("Art"), required=False, choices=[("", _("Alle")), *KIND.items()])
    von = forms.DateField(
        label=_("Vom"), required=False, input_formats=_DAY_FORMATS, error_messages=_WRONG_DAY,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    bis = forms.DateField(
        label=_("Bis zum"), required=False, input_formats=_DAY_FORMATS, error_messages=_WRONG_DAY,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    termin = forms.SlugField(required=False, max_length=PUBLIC_ID_LENGTH, widget=forms.HiddenInput)
    ab = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)

    def clean_ab(self) -> Position | None:
        return _read(self.cleaned_data["ab"])

    def clean(self) -> dict[str, Any]:
        days = [day for day in (self.cleaned_data.get("von"), self.cleaned_data.get("bis")) if day is not None]
        if days != sorted(days):
            self.add_error("bis", _("Der letzte Tag liegt vor dem ersten."))
        if any(not date.min + _DAY < day < date.max - _DAY for day in days):
            self.add_error("von", _WRONG_DAY["invalid"])
        return self.cleaned_data

    def filter(self) -> Filter:
        """Of a valid form."""
        chosen = self.cleaned_data
        return Filter(
            group=_BY_NAME.get(chosen["gruppe"], Group.ALL if chosen["termin"] else Group.PROBLEMS),
            channel=Channel(chosen["weg"]) if chosen["weg"] else None,
            kind=chosen["art"],
            first_day=chosen["von"],
            last_day=chosen["bis"],
            appointment=chosen["termin"],
            behind=chosen["ab"],
        )


def messages_url(jobcenter: str, shown: Filter, *, done: str = "") -> str:
    address = reverse("desk:messages", kwargs={"jobcenter": jobcenter})
    query = "&".join(part for part in (shown.query(), f"getan={done}" if done else "") if part)
    return f"{address}?{query}" if query else address


def messages_of(appointment: Appointment, jobcenter: str) -> str:
    """Where the messages about one appointment can be sent again or taken back."""
    return messages_url(jobcenter, Filter(group=Group.ALL, appointment=appointment.public_id))


def _written(position: Position) -> str:
    return f"{position.due_at.astimezone(UTC):%Y%m%dT%H%M%S.%f}-{position.id}"


def _read(text: str) -> Position | None:
    """A place that cannot be is the beginning: nobody types it, and an old address should still show something."""
    moment, _dash, number = text.partition("-")
    try:
        due_at = datetime.strptime(moment, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)
        return Position(due_at, min(int(number), 2**63 - 1)) if number.isdecimal() else None
    except ValueError:
        return None
