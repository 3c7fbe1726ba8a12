# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The second step: when. Choosing a time holds it and leads on.

Between it and the first step (web/beginning.py) stand only questions that nothing else answers, and those that somebody
wants to answer anew (web/questions.py), all at one address. The place is none of them: one is proposed, and the others
stand beside it.
"""

from dataclasses import replace
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from appointments import offers, queries
from appointments.availability import first_free
from appointments.models import Location, Service
from appointments.taking import Refused, Request, SlotTaken
from appointments.web import pages
from appointments.web.chosen import first_step, further_rows, other_ways, plan_rows
from appointments.web.forms import TimeForm
from appointments.web.holds import hold_for_browser
from appointments.web.notes import notes_on
from appointments.web.nothing_free import free_elsewhere, nothing_free
from appointments.web.present import Other, TakenView, TimesView, choices, times_view, url
from appointments.web.questions import asked
from appointments.web.times import TimesPage, page_asked_for
from appointments.web.wishes import Plan, Query, Question, plan_of
from jobcenter_portal.accounts.permissions import open_to_all
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web.forms import render_form

_reads_and_posts = require_http_methods(["GET", "HEAD", "POST"])
_for_everybody = open_to_all("booking needs no account")
_ORDER = tuple(Question)


@_for_everybody
@_reads_and_posts
@pages.bookable_online
def choose_location(request: HttpRequest, jobcenter: str, language: str, service: str) -> HttpResponse:
    """All questions between service and time, each only where it has more than one answer; then lead on."""
    now = timezone.now()
    tenant = tenant_of(request)
    chosen = _service_or_404(service)
    if chosen.is_group:
        return pages.see_other(url("group-dates", tenant, service=service))
    plan = plan_of(tenant, chosen, Query.of(request.GET), now)
    question = _question(_wanted(request), plan)
    if question is None or question is Question.CASEWORKER:
        return _lead_on(plan, now)
    if question is Question.PLACE and not plan.places and _has_deputy(plan):
        return pages.see_other(_deputys(plan).on(url("locations", tenant, service=service)))
    page = asked(question, plan, request.POST if request.method == "POST" else None, now=now)
    if page.form.is_valid():
        return _lead_on(plan_of(tenant, chosen, page.answer(), now), now)
    return render_form(request, page.template, page.form, {**page.context, "back_url": first_step(plan)})


@_for_everybody
@_reads_and_posts
@pages.bookable_online
def choose_time(request: HttpRequest, jobcenter: str, language: str, service: str, location: str) -> HttpResponse:
    now = timezone.now()
    tenant = tenant_of(request)
    plan = plan_of(tenant, _service_or_404(service), replace(Query.of(request.GET), place=location), now)
    place = plan.offered_at(location)
    if place is None and not _is_offered_somehow(plan.service, location):
        raise Http404
    if place is None or plan.service.is_group or plan.missing not in (None, Question.PLACE):
        return _ask(plan)
    form = TimeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        wanted = Request(tenant, plan.service, place, form.cleaned_data["time"], now, wishes=plan.wishes)
        try:
            token = hold_for_browser(request, wanted)
            return pages.see_other(url("contact", tenant, token=token))
        except SlotTaken as lost:
            return pages.taken(request, TakenView(choices(lost.nearest), _times_url(plan), _times_url(plan)))
        except Refused as refused:
            form.add_error(None, pages.in_words(refused.reason))
    page = page_asked_for(request, service=plan.service, location=place, now=now, wishes=plan.wishes)
    if not page.days and _has_deputy(plan) and not free_elsewhere(plan, place, now=now):
        return pages.see_other(_deputys(plan).on(url("locations", tenant, service=service)))
    form.offer(page.slots)
    return render_form(request, "booking/times.html", form, {"page": _times(plan, place, page, now)})


def _times(plan: Plan, place: Location, page: TimesPage, now: datetime) -> TimesView:
    others = [one for one in plan.locations if one != place] if page.days else []
    return times_view(
        page,
        _times_url(plan),
        rows=plan_rows(plan, place),
        further=further_rows(plan, place),
        back_url=first_step(plan),
        nothing_free=None if page.days else nothing_free(plan, place, now=now),
        notes=notes_on(plan, place, are_times_free=bool(page.days)),
        others=tuple(Other(one.name, _times_url(plan, one.slug)) for one in others),
        ways=other_ways(plan, place),
        is_for_today=plan.service.is_emergency,
    )


def _wanted(request: HttpRequest) -> str:
    """The question that somebody wants to answer anew. A page of places that was left open has no name for it."""
    return request.GET.get("frage", "") or (Question.PLACE if "location" in request.POST else "")


def _question(wanted: str, plan: Plan) -> Question | None:
    """The next open question, or an earlier one that somebody wants to answer anew and that has several answers."""
    worth_asking = {
        Question.CONCERNS: plan.jobcenter.settings.max_concerns > 1,
        Question.MODE: len(plan.modes) > 1,
        Question.LANGUAGE: True,
        Question.TOWN: plan.town is not None,
        Question.PLACE: len(plan.places) > 1,
    }
    again = next((one for one in worth_asking if one == wanted and worth_asking[one]), None)
    if again is not None and (plan.missing is None or _ORDER.index(again) <= _ORDER.index(plan.missing)):
        return again
    return None if plan.missing is Question.PLACE and plan.places else plan.missing


def _lead_on(plan: Plan, now: datetime) -> HttpResponse:
    """To the times when all but the place is said, else to the next question."""
    if plan.missing not in (None, Question.PLACE) or not plan.places:
        return _ask(plan)
    return pages.see_other(_times_url(plan, (plan.place or _proposed(plan, now)).slug))


def _proposed(plan: Plan, now: datetime) -> Location:
    """The first house with a free time, in the office's order: the one where most people expect to go.

    Not the one with the earliest time: nobody shall travel to a small site far away because they overlooked its name.
    """
    free = first_free(
        service=plan.service, locations=plan.locations, settings=plan.jobcenter.settings, now=now, wishes=plan.wishes
    )
    return next((one for one in plan.locations if one.pk in free), plan.locations[0])


def _ask(plan: Plan) -> HttpResponse:
    if plan.missing is Question.CASEWORKER:
        return pages.see_other(url("services", plan.jobcenter))
    return pages.see_other(plan.query.on(url("locations", plan.jobcenter, service=plan.service.slug)))


def _times_url(plan: Plan, place: str = "") -> str:
    """The page of times with all that was wished; the place stands in its path."""
    address = url("times", plan.jobcenter, service=plan.service.slug, location=place or plan.query.place)
    return replace(plan.query, place="").on(address)


def _has_deputy(plan: Plan) -> bool:
    """Whether one's own caseworker has a deputy who meets people for this, and whose times are not shown yet."""
    if plan.caseworker is None or plan.caseworker.deputy_id is None or plan.query.is_deputy:
        return False
    services, deputy = plan.need.services, plan.caseworker.deputy_id
    mode = plan.wishes.mode
    return bool(offers.places(services, first=plan.today, last=plan.last_day, mode=mode, only_calendar=deputy))


def _deputys(plan: Plan) -> Query:
    return replace(plan.query, is_deputy=True, place="")


def _service_or_404(slug: str) -> Service:
    service = queries.service_by_slug(slug)
    if service is None:
        raise Http404
    return service


def _is_offered_somehow(service: Service, slug: str) -> bool:
    """Whether a place has this service, if not in the wished way. One that has not is as unknown as none."""
    return any(place.slug == slug for place in queries.locations_of(service))
