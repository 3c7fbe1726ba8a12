# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which lines of the trail are read: the filter, as it stands in an address. It names no person and holds no code."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appointments.desk.trail_words import EXPORTED, KIND
from appointments.models import Appointment, WaitingEntry
from jobcenter_portal.accounts.models import ContactPoint
from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.service import ActorKind
from jobcenter_portal.audit.trail import DISCLOSED, Wanted
from jobcenter_portal.kernel.ids import PUBLIC_ID_LENGTH
from jobcenter_portal.kernel.wall_clock import midnight
from jobcenter_portal.web.forms import PortalForm

WEEK: Final = timedelta(days=6)
_ONE_DAY: Final = timedelta(days=1)
_LONGEST: Final = timedelta(days=800)
MOST_ID: Final = 2**63 - 1
_DAY_FORMATS: Final = ["%Y-%m-%d", "%d.%m.%Y"]
_WRONG_DAY: Final = {
    "invalid": _("Schreiben Sie den Tag so: 24.11.2026."),
    "required": _("Schreiben Sie den Tag so: 24.11.2026."),
}
_PAST_THE_PORTAL: Final = (audit.ROW_CHANGED, audit.ROW_DELETED)
WHAT: Final[Mapping[str, tuple[Promise, tuple[str, ...], tuple[str, ...]]]] = MappingProxyType(
    {
        "": (_("Alles"), (), ()),
        "angesehen": (_("Angesehen"), (audit.VIEWED,), ()),
        "geaendert": (_("Geändert oder eingetragen"), (), (audit.VIEWED,)),
        "vorbei": (_("Am Portal vorbei geändert"), _PAST_THE_PORTAL, ()),
        "protokoll": (_("Nach Namen gefragt, Protokoll geholt"), (DISCLOSED, EXPORTED), ()),
    }
)
"""By name in the address: its word, the actions it takes, and those it leaves out."""


@dataclass(frozen=True, slots=True)
class Filter:
    """`appointment` is a public id. Both days are included."""

    first_day: date
    last_day: date
    what: str = ""
    kind: ActorKind | None = None
    appointment: str = ""
    behind: int | None = None

    def query(self) -> str:
        named = {
            "von": self.first_day.isoformat(),
            "bis": self.last_day.isoformat(),
            "was": self.what,
            "wer": self.kind.value if self.kind else "",
            "termin": self.appointment,
            "ab": str(self.behind or ""),
        }
        return urlencode({name: value for name, value in named.items() if value})

    def further(self, behind: int | None) -> "Filter":
        return replace(self, behind=behind)

    def wanted(self, zone: ZoneInfo, about: Appointment | None) -> Wanted:
        _text, actions, without = WHAT[self.what]
        return Wanted(
            since=midnight(self.first_day, zone),
            until=midnight(self.last_day + _ONE_DAY, zone),
            kind=self.kind,
            actions=actions,
            without=without,
            subjects=subjects_of(about) if about is not None else (),
            behind=self.behind,
        )


class FilterForm(PortalForm):
    von = forms.DateField(label=_("Vom"), input_formats=_DAY_FORMATS, error_messages=_WRONG_DAY)
    bis = forms.DateField(label=_("Bis zum"), input_formats=_DAY_FORMATS, error_messages=_WRONG_DAY)
    was = forms.ChoiceField(
        label=_("Was"), required=False, choices=[(name, text) for name, (text, _a, _w) in WHAT.items()]
    )
    wer = forms.ChoiceField(
        label=_("Wer"),
        required=False,
        choices=[("", _("Alle")), *((kind.value, text) for kind, text in KIND.items())],
    )
    termin = forms.SlugField(required=False, max_length=PUBLIC_ID_LENGTH, widget=forms.HiddenInput)
    ab = forms.IntegerField(required=False, min_value=1, max_value=MOST_ID, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("von"), self.cleaned_data.get("bis")
        if first is not None and last is not None:
            if last < first:
                self.add_error("bis", _("Der letzte Tag liegt vor dem ersten."))
            elif last - first > _LONGEST:
                self.add_error("bis", _("Wählen Sie höchstens zwei Jahre."))
            if not date.min + _ONE_DAY < first or not last < date.max - _ONE_DAY:
                self.add_error("von", _WRONG_DAY["invalid"])
        return self.cleaned_data

    def filter(self) -> Filter:
        """Of a valid form."""
        chosen = self.cleaned_data
        return Filter(
            first_day=chosen["von"],
            last_day=chosen["bis"],
            what=chosen["was"],
            kind=ActorKind(chosen["wer"]) if chosen["wer"] else None,
            appointment=chosen["termin"],
            behind=chosen["ab"],
        )


def last_week(today: date) -> Filter:
    return Filter(first_day=today - WEEK, last_day=today)


def subjects_of(appointment: Appointment) -> tuple[str, ...]:
    """Everything that lines about this person may name."""
    person = appointment.customer_id
    points = ContactPoint.objects.filter(customer_id=person).values_list("pk", flat=True)
    places = WaitingEntry.objects.filter(customer_id=person).values_list("pk", flat=True)
    theirs = [*(f"contact-point:{pk}" for pk in points), *(f"waiting:{pk}" for pk in places)]
    return (appointment.subject, f"customer:{person}", *theirs)


def trail_url(jobcenter: str, shown: Filter | None = None) -> str:
    address = reverse("desk:trail", kwargs={"jobcenter": jobcenter})
    return address if shown is None else f"{address}?{shown.query()}"
