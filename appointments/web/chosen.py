# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What was chosen so far, as lines of a summary list, each with the way to change it.

Place means something else on the telephone: nobody shall travel to a house because its name stood under "Ort".
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments.availability import Need
from appointments.caseworkers import ticket_of
from appointments.core.modes import Mode, modes_in
from appointments.holding import wishes_of_hold
from appointments.models import Hold, Location, Service
from appointments.offers import SIGN_LANGUAGE
from appointments.web.group_view import group_rows
from appointments.web.present import Other, Row, length_line, place_line, url
from appointments.web.speech import MODE_LABELS, language_name
from appointments.web.wishes import MODE_NAMES, Plan, Query, Question
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.web.languages import current_language, isolated


@dataclass(frozen=True, slots=True)
class Links:
    """Where each line is changed. Empty: the line has no link, and is left out where it would say nothing new."""

    caseworker: str = ""
    service: str = ""
    mode: str = ""
    place: str = ""
    town: str = ""
    language: str = ""


_NO_LINKS: Final = Links()
_RATHER: Final = {
    Mode.IN_PERSON: gettext_lazy("Lieber vor Ort"),
    Mode.PHONE: gettext_lazy("Lieber am Telefon"),
    Mode.VIDEO: gettext_lazy("Lieber per Video"),
    Mode.OUTREACH: gettext_lazy("Lieber bei mir zu Hause"),
}


def chosen_rows(
    need: Need, location: Location, links: Links = _NO_LINKS, *, whom: str = "", town: str = ""
) -> tuple[Row, ...]:
    """Concern, way to meet, place and what else was wished; lines that most people do not need are not there."""
    mode, language = need.wishes.mode, need.wishes.mediator_language
    rows = [Row(_("Anliegen"), need_line(need), links.service)]
    if whom:
        rows.append(Row(_("Bei"), isolated(whom), links.caseworker))
    if links.mode or mode is not Mode.IN_PERSON:
        rows.append(Row(_("Gespräch"), str(MODE_LABELS[mode]), links.mode))
    if town:
        rows.append(Row(_("Ihr Wohnort"), isolated(town), links.town))
    if mode is Mode.IN_PERSON:
        rows.append(Row(_("Ort"), place_line(location), links.place))
    else:
        rows.append(Row(_("Zuständig"), isolated(location.name), links.place))
    if language or links.language:
        rows.append(Row(_("Dolmetschen"), language_name(language) if language else _("Nein"), links.language))
    return tuple(rows)


def plan_rows(plan: Plan, location: Location) -> tuple[Row, ...]:
    """The lines above a page of times. What nobody chose has none: the times must be in sight below them."""
    links = _links_of(plan, location)
    in_person, spoken = plan.wishes.mode is Mode.IN_PERSON, plan.wishes.mediator_language
    return _rows(
        plan, location, replace(links, mode="" if in_person else links.mode, language=spoken and links.language)
    )


def further_rows(plan: Plan, location: Location) -> tuple[Row, ...]:
    """The lines that open by one touch: what is as for most people and could be otherwise, and what to bring."""
    in_sight = plan_rows(plan, location)
    others = tuple(row for row in _rows(plan, location, _links_of(plan, location)) if row not in in_sight)
    return (*papers_row(plan.need.services, plan.wishes.mode), *others)


def _rows(plan: Plan, location: Location, links: Links) -> tuple[Row, ...]:
    whom, town = plan.whom, plan.town
    names = {"whom": whom.name if whom else "", "town": town.name if town else ""}
    return chosen_rows(plan.need, location, links, **names)


def hold_rows(jobcenter: Jobcenter, held: Hold) -> tuple[Row, ...]:
    """The same of a hold; all of it can be changed as long as it is only held, and what was typed comes along."""
    if held.session is not None:
        title = held.service.title(current_language().code)
        return (Row(_("Anliegen"), isolated(title), url("services", jobcenter)), *group_rows(held.session))
    need = Need(held.service, wishes_of_hold(held))
    whom, town = held.only_calendar, held.municipality
    query = Query.saying(need.wishes, town=town.slug if town else "", ticket=ticket_of(whom) if whom else "")
    questions = url("locations", jobcenter, service=held.service.slug)
    stays = replace(query, place=held.location.slug)
    several = len(modes_in(_common_modes(need.services))) > 1
    links = Links(
        caseworker=url("services", jobcenter),
        service=Query(ticket=query.ticket, town=query.town).on(url("services", jobcenter)),
        mode=stays.on(questions, ask=Question.MODE) if several else "",
        place=query.on(questions, ask=Question.PLACE),
        town=query.on(questions, ask=Question.TOWN) if town else "",
        language=stays.on(questions, ask=Question.LANGUAGE) if query.language else "",
    )
    return chosen_rows(need, held.location, links, whom=whom.name if whom else "", town=town.name if town else "")


def other_ways(plan: Plan, location: Location) -> tuple[Other, ...]:
    """How else the same could be had: without coming or coming after all, with more concerns, with signs."""
    address = url("locations", plan.jobcenter, service=plan.service.slug)
    rather = tuple(
        Other(str(_RATHER[mode]), replace(plan.query, mode=name, place="").on(address))
        for name, mode in MODE_NAMES.items()
        if mode in plan.modes and mode is not plan.wishes.mode
    )
    return (*rather, *_more_concerns(plan, location), *_signs(plan, location))


def papers_row(services: Sequence[Service], mode: Mode) -> tuple[Row, ...]:
    """What to bring for all concerns of a talk, each paper once: known before a time is chosen, it can be got."""
    language = current_language().code
    papers = [isolated(paper) for one in services for paper in one.documents_to_bring(language)]
    label = _("Bitte mitbringen") if mode is Mode.IN_PERSON else _("Bitte bereitlegen")
    return (Row(label, " · ".join(dict.fromkeys(papers))),) if papers else ()


def need_line(need: Need) -> str:
    """All concerns of a talk, and how long it takes altogether: ``Beratung + Miete und Umzug, 60 Minuten``."""
    language = current_language()
    titles = " + ".join(isolated(one.title(language.code)) for one in need.services)
    minutes = int(need.duration.total_seconds()) // 60
    return f"{titles}{language.comma} {length_line(minutes)}"


def _more_concerns(plan: Plan, location: Location) -> tuple[Other, ...]:
    """Where this Jobcenter takes several at once; an emergency is short and for itself."""
    if plan.jobcenter.settings.max_concerns == 1 or plan.service.is_emergency:
        return ()
    questions = url("locations", plan.jobcenter, service=plan.service.slug)
    more = replace(plan.query, place=location.slug).on(questions, ask=Question.CONCERNS)
    return (Other(_("Noch ein Anliegen dazu"), more),)


def _signs(plan: Plan, location: Location) -> tuple[Other, ...]:
    """To the same times with somebody who interprets in signs; signs are seen, so not on the telephone."""
    if plan.query.language or plan.wishes.mode is Mode.PHONE:
        return ()
    times = url("times", plan.jobcenter, service=plan.service.slug, location=location.slug)
    return (Other(_("Mit Gebärdensprache"), replace(plan.query, place="", language=SIGN_LANGUAGE).on(times)),)


def first_step(plan: Plan) -> str:
    """Back to the first screen, which then knows what was answered there beside the concern."""
    query = plan.query
    known = Query(ticket=query.ticket, is_deputy=query.is_deputy, town=query.town)
    return known.on(url("services", plan.jobcenter))


def _links_of(plan: Plan, location: Location) -> Links:
    tenant, query = plan.jobcenter, plan.query
    questions = url("locations", tenant, service=plan.service.slug)
    stays = replace(query, place=location.slug)
    return Links(
        caseworker=url("services", tenant),
        service=first_step(plan),
        mode=stays.on(questions, ask=Question.MODE) if len(plan.modes) > 1 else "",
        place=replace(query, place="").on(questions, ask=Question.PLACE) if len(plan.places) > 1 else "",
        town=replace(query, place="").on(questions, ask=Question.TOWN) if plan.town else "",
        language=stays.on(questions, ask=Question.LANGUAGE) if plan.interprets or query.language else "",
    )


def _common_modes(services: Sequence[Service]) -> int:
    common = services[0].modes
    for one in services[1:]:
        common &= one.modes
    return common
