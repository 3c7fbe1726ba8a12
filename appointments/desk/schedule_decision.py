# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Before a change counts: whom it concerns, a choice for each, what each will be told. Then all of it at once.

The page carries the change as the form's own fields and everybody's choice in one field (`plan`), so that six hundred
people fit through a form; those shown on this page can be chosen one by one. Works without JavaScript: "the same for
everybody" and the next page are buttons that draw the page anew and keep what was chosen.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from appointments.core.lifecycle import Status
from appointments.desk import file, schedule_words
from appointments.desk.frame import actor_of, appointment_url, by_of, frame
from appointments.desk.scope import scope_of
from appointments.models import Appointment
from appointments.schedule_changes import (
    Case,
    Change,
    ChangedMeanwhile,
    Choice,
    Done,
    Impact,
    Way,
    WayGone,
    apply,
    is_personal,
    preview,
)
from jobcenter_portal.accounts.permissions import Permission, can
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web import dates
from jobcenter_portal.web.languages import current_language

PAGE: Final = 25
"""How many people are shown at once: a form of ours has at most sixty fields."""
_OWN_FIELDS: Final = frozenset({"csrfmiddlewaretoken", "fingerprint", "plan", "alle", "seite", "von_seite", "tun"})


@dataclass(frozen=True, slots=True)
class Decision:
    """A change that somebody wants to make, and the way back and on. `notes` are things to know that stop nothing."""

    change: Change
    title: str
    action_url: str
    back_url: str
    done_url: str
    sent: QueryDict
    """What the form of the change sent."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    code: str
    text: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One appointment, or one session with everybody in it."""

    key: str
    starts_at: datetime
    name: str
    url: str
    service: str
    calendar: str
    why: str
    options: tuple[Option, ...]
    reached_on: tuple[str, ...]


def decide(request: HttpRequest, decision: Decision) -> HttpResponse:
    """Show whom the change concerns, or carry it out when the plan was sent back."""
    now = timezone.now()
    if request.POST.get("tun") == "anwenden":
        return _carry_out(request, decision, now)
    return _page(request, decision, now)


def _carry_out(request: HttpRequest, decision: Decision, now: datetime) -> HttpResponse:
    tenant = tenant_of(request)
    try:
        done = apply(
            jobcenter=tenant,
            change=decision.change,
            choices=_sent(request.POST),
            fingerprint=request.POST.get("fingerprint", ""),
            by=by_of(request),
            now=now,
        )
    except ChangedMeanwhile:
        text = _("Inzwischen hat sich etwas geändert. Es wurde noch nichts getan. Unten steht der Stand von jetzt.")
        return _page(request, decision, now, refused=text)
    except WayGone as gone:
        text = _("Für einen Termin geht das Gewählte nicht mehr; er ist unten markiert. Es wurde noch nichts getan.")
        return _page(request, decision, now, refused=text, gone=gone.key)
    if not done.untold:
        return HttpResponseRedirect(decision.done_url, status=HTTPStatus.SEE_OTHER)
    return _result(request, decision, done)


def _result(request: HttpRequest, decision: Decision, done: Done) -> HttpResponse:
    """Who has to be told by somebody stands here and nowhere else, so this is a page and no redirect."""
    context = {
        **frame(request, page_url=decision.back_url),
        "title": decision.title,
        "lines": schedule_words.done_text(done.ways),
        "untold": [_person(request, one) for one in done.untold],
        "done_url": decision.done_url,
    }
    return render(request, "desk/schedule_done.html", context)


def _page(
    request: HttpRequest, decision: Decision, now: datetime, *, refused: str = "", gone: str = ""
) -> HttpResponse:
    impact = preview(jobcenter=tenant_of(request), change=decision.change, now=now)
    chosen = _chosen(impact, request.POST)
    pages = max(-(-len(impact.cases) // PAGE), 1)
    number = _page_number(impact, request.POST, pages, gone)
    shown = impact.cases[(number - 1) * PAGE : number * PAGE]
    shown_keys = {case.key for case in shown}
    context = {
        **frame(request, page_url=decision.back_url),
        "title": decision.title,
        "notes": decision.notes,
        "action_url": decision.action_url,
        "back_url": decision.back_url,
        "hidden": [(name, value) for name, value in _own_fields(decision.sent)],
        "impact": impact,
        "number": sum(len(case.concerned.people) for case in impact.cases),
        "rows": [_row(request, impact, case, chosen[case.key], now) for case in shown],
        "gone": gone,
        "plan": _plan(choice for choice in chosen.items() if choice[0] not in shown_keys),
        "for_all": _for_all(impact),
        "page": number,
        "pages": range(1, pages + 1),
        "tells_of_deputy": is_personal(tenant_of(request)),
        "refused": refused,
    }
    status = HTTPStatus.CONFLICT if refused else HTTPStatus.OK
    return render(request, "desk/schedule_impact.html", context, status=status)


def _own_fields(sent: QueryDict) -> Iterable[tuple[str, str]]:
    """The change itself, as its form sent it."""
    for name, values in sent.lists():
        if name not in _OWN_FIELDS and not name.startswith("w-"):
            yield from ((name, str(value)) for value in values)


def _sent(sent: QueryDict) -> dict[str, Choice]:
    """Everybody's choice: those of other pages from the plan, those of this page from their own fields."""
    pairs = [part.partition("=")[::2] for part in sent.get("plan", "").split(",") if part]
    pairs += [(name[2:], str(value)) for name, value in sent.items() if name.startswith("w-")]
    found = {}
    for key, code in pairs:
        try:
            found[key] = Choice.of_code(code)
        except ValueError:
            continue  # without a choice the plan does not fit, and a fresh page is shown
    return found


def _chosen(impact: Impact, sent: QueryDict) -> dict[str, Choice]:
    """What was chosen where it is still possible, else what is proposed; or the same way for everybody."""
    before = _sent(sent)
    for_all = sent.get("alle", "")
    chosen = {}
    for case in impact.cases:
        same_way = next((choice for choice in case.choices if choice.way == for_all), None)
        kept = before.get(case.key)
        chosen[case.key] = same_way or (kept if kept in case.choices else None) or case.default
    return chosen


def _plan(choices: Iterable[tuple[str, Choice]]) -> str:
    return ",".join(f"{key}={choice.code}" for key, choice in choices)


def _page_number(impact: Impact, sent: QueryDict, pages: int, gone: str) -> int:
    if gone:
        return next((at // PAGE + 1 for at, case in enumerate(impact.cases) if case.key == gone), 1)
    text = sent.get("seite") or sent.get("von_seite") or "1"
    return min(max(int(text), 1), pages) if text.isdecimal() and len(text) < len("10000") else 1


def _for_all(impact: Impact) -> list[tuple[str, Any]]:
    """Ways that are open for at least two."""
    found = [way for way in Way if sum(any(one.way is way for one in case.choices) for case in impact.cases) > 1]
    return [(way.value, schedule_words.FOR_ALL[way]) for way in found]


def _row(request: HttpRequest, impact: Impact, case: Case, chosen: Choice, now: datetime) -> Row:
    subject = case.concerned.subject
    name, url, told = _whom(request, impact, case, now)
    return Row(
        key=case.key,
        starts_at=case.concerned.starts_at,
        name=name,
        url=url,
        service=subject.service.title(current_language().code),
        calendar=subject.calendar.name if subject.calendar else "",
        why=", ".join(sorted(str(schedule_words.OBSTACLES[obstacle]) for obstacle in case.concerned.obstacles)),
        options=tuple(
            Option(choice.code, _option_text(impact, case, choice, now), choice == chosen) for choice in case.choices
        ),
        reached_on=told,
    )


def _whom(request: HttpRequest, impact: Impact, case: Case, now: datetime) -> tuple[str, str, tuple[str, ...]]:
    """Name, page and addresses, as far as the actor may see them."""
    people, settings = case.concerned.people, tenant_of(request).settings
    one = case.concerned.appointment
    if one is None:
        reached = sum(person.customer_id in impact.points for person in people)
        text = _("%(reached)s von %(all)s per E-Mail oder SMS") % {"reached": reached, "all": len(people)}
        return _("Gruppe, %(people)s") % {"people": schedule_words.people_text(len(people))}, "", (text,)
    if not _may_see(request, one):
        return "", "", (_("E-Mail oder SMS"),) if one.customer_id in impact.points else ()
    told = file.told_on(impact.points.get(one.customer_id, ()), settings, one, now)
    return one.customer.name, appointment_url(tenant_of(request).slug, one), tuple(told)


def _may_see(request: HttpRequest, one: Appointment) -> bool:
    """Somebody's absence may concern people of places that are not theirs: those count, and stay without a name."""
    return can(actor_of(request), Permission.SEE_APPOINTMENT) and scope_of(request).covers(one.location_id)


def _person(request: HttpRequest, one: Appointment) -> dict[str, str]:
    may_see = _may_see(request, one)
    return {
        "when": dates.invariant_line(one.starts_at),
        "name": one.customer.name if may_see else "",
        "url": appointment_url(tenant_of(request).slug, one) if may_see else "",
    }


def _option_text(impact: Impact, case: Case, choice: Choice, now: datetime) -> str:
    names = ", ".join(impact.names.get(pk, "") for pk in choice.party if pk not in case.concerned.calendars)
    match choice.way:
        case Way.RELOCATE:
            return _("Gleiche Zeit am neuen Standort")
        case Way.DEPUTY:
            return _("Gleiche Zeit, Vertretung: %(name)s") % {"name": names}
        case Way.MOVE:
            moment = choice.starts_at or case.concerned.starts_at
            when = f"{dates.short_date(moment, current_language())}, {dates.clock_time(moment)}"
            text = _("Verschieben auf %(when)s") % {"when": when}
            return f"{text}, {names}" if names else text
        case Way.OFFER:
            return _("Absagen und um neue Wahl bitten")
        case Way.CANCEL:
            is_request = case.concerned.people and case.concerned.people[0].status_now is Status.REQUESTED
            return _("Anfrage ablehnen") if is_request else _("Absagen")
        case _:
            begun = case.concerned.starts_at <= now
            return _("Hat schon angefangen, bleibt") if begun else _("Bleibt bestehen")
