# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the desk types about hours, absences and closures. Each form knows the change that it stands for."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.core.modes import Mode
from appointments.core.opening import Minutes, OpeningRule
from appointments.core.rule_checks import MOST_WEEKS, Doubt, Finding, RuleDraft, doubts
from appointments.core.slots import merged_ranges
from appointments.desk import schedule_words
from appointments.desk.forms import REACH
from appointments.models import Location
from appointments.schedule_changes import Away, Closed, DayHours, Moved, SiteHours
from jobcenter_portal.kernel.wall_clock import MINUTES_PER_DAY, first_instant, local_day, midnight
from jobcenter_portal.web.forms import PortalForm

_DAY: Final = timedelta(days=1)
_REASON_LENGTH: Final = 120
_RANGE: Final = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(?:Uhr)?\s*(?:-|–|bis)\s*(\d{1,2})(?:[:.](\d{2}))?\s*(?:Uhr)?")
_MOST_RANGES: Final = 6
_TICK: Final = 5
_WRONG_DAY: Final = _("Geben Sie einen Tag ein, zum Beispiel 14.12.2026.")
_WRONG_FIRST: Final = _("Geben Sie den ersten Tag ein, zum Beispiel 14.12.2026.")
_WRONG_LAST: Final = _("Geben Sie den letzten Tag ein, zum Beispiel 14.12.2026.")
_WRONG_TIME: Final = _("Geben Sie eine Uhrzeit ein, zum Beispiel 09:30.")
_FAR: Final = _("Wählen Sie einen Tag in den nächsten zwei Jahren.")
_PAST: Final = _("Dieser Tag ist schon vorbei. Wählen Sie heute oder einen späteren Tag.")


def _day_field(label: Any, *, required: bool = True, help_text: Any = "", wrong: Any = _WRONG_DAY) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=dict.fromkeys(("required", "invalid"), wrong),
    )


def _time_field(label: Any, *, required: bool = False, help_text: Any = "") -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=required,
        help_text=help_text,
        input_formats=["%H:%M", "%H.%M"],
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages=dict.fromkeys(("required", "invalid"), _WRONG_TIME),
    )


class RangesField(forms.CharField):
    """Hours of a day as people write them: ``8-12, 13:30-16``. Nothing means closed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=200, **kwargs)

    def clean(self, value: Any) -> tuple[Minutes, ...]:
        text = super().clean(value)
        parts = [part.strip() for part in re.split(r"[,;]|\bund\b", text) if part.strip()]
        if len(parts) > _MOST_RANGES:
            raise forms.ValidationError(_("Das sind zu viele Zeiten für einen Tag."), code="too_many")
        ranges = [self._range(part) for part in parts]
        if sum(end - start for start, end in merged_ranges(ranges)) < sum(end - start for start, end in ranges):
            raise forms.ValidationError(_("Zwei Zeiten überschneiden sich. Bitte prüfen Sie sie."), code="overlap")
        return tuple(sorted(ranges))

    def _range(self, part: str) -> Minutes:
        match = _RANGE.fullmatch(part)
        if match is None:
            raise forms.ValidationError(_("Schreiben Sie Zeiten so: 08:00-12:00, 13:30-16:00."), code="invalid")
        hour, minute, to_hour, to_minute = (int(group or 0) for group in match.groups())
        start, end = hour * 60 + minute, to_hour * 60 + to_minute
        if max(minute, to_minute) > 59 or end > MINUTES_PER_DAY or start % _TICK or end % _TICK:  # noqa: PLR2004
            raise forms.ValidationError(
                _("Uhrzeiten gehen von 00:00 bis 24:00, auf fünf Minuten genau."), code="no_time"
            )
        if end <= start:
            raise forms.ValidationError(_("Eine Zeit endet, bevor sie beginnt. Bitte prüfen Sie sie."), code="reversed")
        return start, end


class ScheduleForm(PortalForm):
    """A form about days: none in the past, none beyond what anybody plans."""

    def __init__(self, data: Any, *, now: datetime, zone: ZoneInfo, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.now, self.zone, self.today = now, zone, local_day(now, zone)

    def clean(self) -> dict[str, Any]:
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, date) and name not in self.may_be_past:
                self._check_day(name, value)
        return self.cleaned_data

    may_be_past: Sequence[str] = ()

    def _check_day(self, name: str, day: date) -> None:
        if day < self.today:
            self.add_error(name, forms.ValidationError(_PAST, code="past"))
        elif day - self.today > REACH:
            self.add_error(name, forms.ValidationError(_FAR, code="far"))


class AwayForm(ScheduleForm):
    """From when until when; without hours whole days."""

    von_tag = _day_field(_("Erster Tag"), wrong=_WRONG_FIRST)
    von_zeit = _time_field(_("ab Uhrzeit"), help_text=_("Leer lassen für den ganzen Tag."))
    bis_tag = _day_field(_("Letzter Tag"), wrong=_WRONG_LAST)
    bis_zeit = _time_field(_("bis Uhrzeit"), help_text=_("Leer lassen für den ganzen Tag."))

    def clean(self) -> dict[str, Any]:
        super().clean()
        if not self.errors:
            starts_at, ends_at = self.span()
            if ends_at <= starts_at:
                self.add_error(
                    "bis_tag", _("Die Abwesenheit endet, bevor sie beginnt. Bitte prüfen Sie Tage und Zeiten.")
                )
            elif ends_at <= self.now:
                self.add_error("bis_zeit", _("Diese Zeit ist schon vorbei."))
        return self.cleaned_data

    def span(self) -> tuple[datetime, datetime]:
        first, last = self.cleaned_data["von_tag"], self.cleaned_data["bis_tag"]
        until = self.cleaned_data.get("bis_zeit")
        ends_at = first_instant(last, until, self.zone) if until else midnight(last + _DAY, self.zone)
        return first_instant(first, self.cleaned_data.get("von_zeit") or time(), self.zone), ends_at

    def change(self, calendar_id: int) -> Away:
        return Away(calendar_id, *self.span())


class DayForm(ScheduleForm):
    """Other hours on one date."""

    tag = _day_field(_("Tag"))
    standort = forms.ChoiceField(label=_("Standort"))
    zeiten = RangesField(
        label=_("Sprechzeiten an diesem Tag"),
        help_text=_("Zum Beispiel: 08:00-12:00, 13:30-16:00. Leer lassen, wenn an dem Tag keine Sprechzeit ist."),
    )

    def __init__(self, data: Any, *, places: Sequence[Location], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.places = places
        self.fields["standort"].choices = [(place.slug, place.name) for place in places]  # type: ignore[attr-defined]

    def change(self, calendar_id: int) -> DayHours:
        place = next(one for one in self.places if one.slug == self.cleaned_data["standort"])
        return DayHours(calendar_id, place.pk, self.cleaned_data["tag"], self.cleaned_data["zeiten"])


class RuleForm(ScheduleForm):
    """Weekly hours on one or more weekdays."""

    may_be_past = ("gilt_ab", "gilt_bis")

    tage = forms.TypedMultipleChoiceField(
        label=_("Wochentage"),
        coerce=int,
        choices=[(number, text) for number, text in enumerate(schedule_words.WEEKDAYS, start=1)],
        widget=forms.CheckboxSelectMultiple,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Wählen Sie mindestens einen Wochentag.")),
    )
    von = _time_field(_("von"), required=True)
    bis = _time_field(_("bis"), required=True)
    standort = forms.ChoiceField(label=_("Standort"))
    treffen = forms.TypedMultipleChoiceField(
        label=_("So kann man sich treffen"),
        coerce=int,
        choices=[(int(mode), text) for mode, text in schedule_words.MODES.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Wählen Sie mindestens eine Art.")),
    )
    wochen = forms.IntegerField(
        label=_("Alle wie viele Wochen?"),
        min_value=1,
        max_value=MOST_WEEKS,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=_("1 heißt jede Woche."),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _("Geben Sie eine Zahl von 1 bis 52 ein.")
        ),
    )
    gilt_ab = _day_field(_("Gilt ab"), required=False, help_text=_("Bei 2 oder mehr Wochen: ein Tag der ersten Woche."))
    gilt_bis = _day_field(_("Gilt bis"), required=False)
    notfall = forms.BooleanField(label=_("Nur für Notfälle"), required=False)
    ab = _day_field(_("Ab wann ändern?"), help_text=_("Bis zum Tag davor bleibt alles, wie es ist."))

    def __init__(self, data: Any, *, places: Sequence[Location], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.places = {place.slug: place for place in places}
        self.fields["standort"].choices = [(place.slug, place.name) for place in places]  # type: ignore[attr-defined]

    def drafts(self) -> list[RuleDraft]:
        sent = self.cleaned_data
        end = _minute(sent["bis"]) or MINUTES_PER_DAY  # 00:00 as an end is the end of the day
        return [
            RuleDraft(
                location_id=self.places[sent["standort"]].pk,
                weekday=weekday,
                start_minute=_minute(sent["von"]),
                end_minute=end,
                valid_from=sent["gilt_ab"],
                valid_until=sent["gilt_bis"],
                every_weeks=sent["wochen"],
                modes=reduce(or_, map(Mode, sent["treffen"]), Mode(0)),
                is_emergency=sent["notfall"],
            )
            for weekday in sorted(set(sent["tage"]))
        ]

    def check(
        self, others: Sequence[RuleDraft], site_hours: Mapping[int, Sequence[OpeningRule]], names: Mapping[int, str]
    ) -> tuple[str, ...]:
        """Refuse what cannot be meant, as errors of the form; returns what is only good to know."""
        rules = [*others, *self.drafts()]
        found = [one for one in doubts(rules, site_hours) if self._is_about_new(one, len(others))]
        until = self.cleaned_data["gilt_bis"]
        if until is not None and until < self.cleaned_data["ab"]:
            found.append(Finding(Doubt.OVER_BEFORE_IT_STARTS, len(others)))
        texts = {one: schedule_words.finding_text(one, rules, names) for one in found}
        for one in dict.fromkeys(text for finding, text in texts.items() if finding.doubt.is_refusal):
            self.add_error(None, one)
        return tuple(text for finding, text in texts.items() if not finding.doubt.is_refusal)

    def _is_about_new(self, finding: Finding, first_new: int) -> bool:
        return finding.row >= first_new or (finding.other is not None and finding.other >= first_new)


class ClosureForm(ScheduleForm):
    """Days on which a site, or all of the Jobcenter, is closed."""

    von_tag = _day_field(_("Erster Tag"), wrong=_WRONG_FIRST)
    bis_tag = _day_field(_("Letzter Tag"), wrong=_WRONG_LAST)
    wo = forms.ChoiceField(
        label=_("Was ist geschlossen?"),
        choices=[("hier", _("Nur dieser Standort")), ("alles", _("Das ganze Jobcenter"))],
        widget=forms.RadioSelect,
    )
    grund = forms.CharField(
        label=_("Grund, den alle lesen können"),
        max_length=_REASON_LENGTH,
        help_text=_("Zum Beispiel: Betriebsversammlung."),
        error_messages={
            "required": _("Geben Sie einen Grund an, den alle lesen können."),
            "max_length": _("Bitte kürzen Sie den Text auf 120 Zeichen."),
        },
    )
    grund_en = forms.CharField(label=_("Dasselbe auf Englisch"), max_length=_REASON_LENGTH, required=False)
    notdienst = RangesField(
        label=_("Notdienst"),
        help_text=_(
            "Zeiten, in denen Notfälle trotzdem kommen können, zum Beispiel 09:00-11:00. Leer: kein Notdienst."
        ),
    )

    def __init__(self, data: Any, *, may_close_all: bool, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        if not may_close_all:
            cast("forms.ChoiceField", self.fields["wo"]).choices = [("hier", _("Nur dieser Standort"))]

    def clean(self) -> dict[str, Any]:
        super().clean()
        if not self.errors and self.cleaned_data["bis_tag"] < self.cleaned_data["von_tag"]:
            self.add_error("bis_tag", _("Der letzte Tag liegt vor dem ersten. Bitte prüfen Sie die Tage."))
        return self.cleaned_data

    def change(self, location: Location) -> Closed:
        sent = self.cleaned_data
        first, last = sent["von_tag"], sent["bis_tag"]
        days = [first + offset * _DAY for offset in range((last - first).days + 1)]
        reasons = {"de": sent["grund"]} | ({"en": sent["grund_en"]} if sent["grund_en"] else {})
        return Closed(
            location_id=location.pk if sent["wo"] == "hier" else None,
            first_day=first,
            last_day=last,
            reasons=reasons,
            windows=tuple((day, minutes) for day in days for minutes in sent["notdienst"]),
        )


class SiteHoursForm(ScheduleForm):
    """A site's hours, a line per weekday. No line filled in: the site sets no bound."""

    ab = _day_field(_("Ab wann?"))

    def __init__(self, data: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for number, name in enumerate(schedule_words.WEEKDAYS, start=1):
            self.fields[f"tag_{number}"] = RangesField(label=name)

    def change(self, location: Location) -> SiteHours:
        hours = tuple((number, minutes) for number in range(1, 8) for minutes in self.cleaned_data[f"tag_{number}"])
        return SiteHours(location.pk, self.cleaned_data["ab"], hours)


class MoveSiteForm(ScheduleForm):
    """Where everybody who works at a site goes, or that it is given up."""

    ab = _day_field(_("Erster Tag am neuen Standort"), help_text=_("Der letzte Tag hier ist der Tag davor."))
    nach = forms.ChoiceField(
        label=_("Wohin?"),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Wählen Sie aus, wohin es geht.")),
    )

    def __init__(self, data: Any, *, location: Location, others: Sequence[Location], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.location, self.others = location, {place.slug: place for place in others}
        nowhere = ("", _("Nirgendwohin: Der Standort wird aufgegeben"))
        self.fields["nach"].choices = [  # type: ignore[attr-defined]
            *((place.slug, f"{place.name}, {place.address}") for place in others),
            nowhere,
        ]
        self.fields["nach"].required = False

    def clean_ab(self) -> date:
        day: date = self.cleaned_data["ab"]
        since = self.location.valid_from
        if since is not None and day <= since:
            raise forms.ValidationError(_("Dann hat dieser Standort noch nicht geöffnet."), code="before")
        return day

    def change(self) -> Moved:
        place = self.others.get(self.cleaned_data["nach"])
        return Moved(self.location.pk, self.cleaned_data["ab"], place.pk if place else None)


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute
