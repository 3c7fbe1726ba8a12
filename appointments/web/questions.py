# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The questions between a service and its times, one a page: each has a form, a page, and what its answer changes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments import offers
from appointments.availability import Slot, first_free
from appointments.catchments import municipalities
from appointments.core.modes import Mode
from appointments.web.chosen import need_line
from appointments.web.forms import LocationForm
from appointments.web.notes import served_when, town_note
from appointments.web.present import Other, near_moment, url
from appointments.web.wish_forms import ConcernsForm, LanguageForm, ModeForm, TownForm
from appointments.web.wishes import Plan, Query, Question
from jobcenter_portal.web.forms import PortalForm
from jobcenter_portal.web.languages import current_language, isolated

_PLACE_HEADINGS: Final = {
    Mode.IN_PERSON: lambda: _("Wohin möchten Sie kommen?"),
    Mode.PHONE: lambda: _("Welcher Standort soll Sie anrufen?"),
    Mode.VIDEO: lambda: _("Mit welchem Standort möchten Sie sprechen?"),
    Mode.OUTREACH: lambda: _("Welcher Standort soll zu Ihnen kommen?"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a page: after a valid form, `answer()` is what the address says from then on."""

    form: PortalForm
    template: str
    context: Mapping[str, Any]
    answer: Callable[[], Query]


def asked(question: Question, plan: Plan, posted: QueryDict | None, *, now: datetime) -> Asked:
    """Put a question about this plan."""
    return _PAGES[question](plan, posted, now)


def _mode(plan: Plan, posted: QueryDict | None, _now: datetime) -> Asked:
    form = ModeForm(posted, plan.modes, plan.query.mode)
    heading = _("Wie möchten Sie mit uns sprechen?")
    return _simple(plan, form, heading, lambda: replace(plan.query, mode=form.cleaned_data["mode"]))


def _language(plan: Plan, posted: QueryDict | None, _now: datetime) -> Asked:
    languages = offers.spoken_languages(plan.jobcenter) if plan.interprets else [offers.SIGN_LANGUAGE]
    form = LanguageForm(posted, languages, plan.wishes.mediator_language)
    hints = [_("Das kostet Sie nichts.")]
    if any(one.mediator_minutes for one in plan.need.services):
        hints.append(_("Wir planen dafür mehr Zeit ein."))
    heading = _("Brauchen Sie jemanden, der dolmetscht?")
    return _simple(plan, form, heading, lambda: replace(plan.query, language=form.chosen()), *hints)


def _concerns(plan: Plan, posted: QueryDict | None, _now: datetime) -> Asked:
    whom = plan.wishes.only_calendar
    most = plan.jobcenter.settings.max_concerns - 1
    possible = offers.companions(plan.service, only_calendar=whom) if most > 0 else []

    def go_together(more: Any) -> bool:
        return offers.go_together((plan.service, *more), only_calendar=whom)

    form = ConcernsForm(
        posted,
        possible,
        current_language().code,
        most=most,
        go_together=go_together,
        chosen=[one.slug for one in plan.wishes.more_services],
    )
    if possible:
        hints = [
            ngettext(
                "Sie können %(most)s weiteres Anliegen wählen.",
                "Sie können bis zu %(most)s weitere Anliegen wählen.",
                most,
            )
            % {"most": most},
            _("Der Termin wird entsprechend länger."),
        ]
    else:
        hints = [_("Zu diesem Anliegen passt kein zweites. Bitte buchen Sie dafür einen eigenen Termin.")]
    return _simple(
        plan, form, _("Noch ein Anliegen dazu?"), lambda: replace(plan.query, more=form.cleaned_data["more"]), *hints
    )


def _town(plan: Plan, posted: QueryDict | None, _now: datetime) -> Asked:
    towns = municipalities()
    form = TownForm(posted, towns)
    form.is_valid()
    questions = url("locations", plan.jobcenter, service=plan.service.slug)
    shown = form.meant or towns
    context = {
        "service_line": need_line(plan.need),
        "names": [town.name for town in towns],
        "towns": [Other(isolated(one.name), replace(plan.query, town=one.slug).on(questions)) for one in shown],
        "are_few": bool(form.meant),
    }
    return Asked(
        form, "booking/town.html", context, lambda: replace(plan.query, town=form.cleaned_data["town"].slug, place="")
    )


def _place(plan: Plan, posted: QueryDict | None, now: datetime) -> Asked:
    places = plan.locations
    free = first_free(
        service=plan.service, locations=places, settings=plan.jobcenter.settings, now=now, wishes=plan.wishes
    )
    form = LocationForm(posted, places, _place_hints(plan, free))
    context = {
        "heading": _PLACE_HEADINGS[plan.wishes.mode](),
        "places": places,
        "service_line": need_line(plan.need),
        "town_note": town_note(plan),
    }
    return Asked(
        form, "booking/location.html", context, lambda: replace(plan.query, place=form.cleaned_data["location"])
    )


def _simple(plan: Plan, form: PortalForm, heading: str, answer: Callable[[], Query], *hints: str) -> Asked:
    context = {"heading": heading, "service_line": need_line(plan.need), "hints": hints}
    return Asked(form, "booking/question.html", context, answer)


def _place_hints(plan: Plan, free: Mapping[int, Slot]) -> dict[int, str]:
    """Below each place: its address where people go there, since when and until when it is theirs, its first time."""
    earliest = _earliest_of_all(free.values())
    hints = {}
    for place in plan.locations:
        lines = [place.address] if plan.wishes.mode is Mode.IN_PERSON else []
        lines += served_when(plan, place)
        lines.append(_first_time(free.get(place.pk), earliest))
        hints[place.pk] = "\n".join(lines)
    return hints


def _earliest_of_all(first_times: Iterable[Slot]) -> datetime | None:
    """None where several places begin at the same time: whoever compares sees it, and it would stand below each."""
    first, *others = sorted(slot.starts_at for slot in first_times) or (None,)
    return None if first in others else first


def _first_time(slot: Slot | None, earliest: datetime | None) -> str:
    if slot is None:
        return _("Zurzeit ist hier keine Zeit frei.")
    when = {"when": near_moment(slot.starts_at)}
    if slot.starts_at == earliest:
        return _("Erster freier Termin: %(when)s. Früher geht es nirgends.") % when
    return _("Erster freier Termin: %(when)s") % when


_PAGES: Final[Mapping[Question, Callable[[Plan, QueryDict | None, datetime], Asked]]] = {
    Question.MODE: _mode,
    Question.LANGUAGE: _language,
    Question.CONCERNS: _concerns,
    Question.TOWN: _town,
    Question.PLACE: _place,
}
