# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The first screen: what it is about, and whatever else decides about free times at this Jobcenter.

Where people live, or the letters of their own caseworker, are asked for on the same screen. On one of their own they
would make a fifth one of every booking, and each screen loses somebody.
"""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from appointments import offers, queries
from appointments.caseworkers import LETTER_CODES, calendar_of_ticket, known_by_letters, ticket_of
from appointments.catchments import is_divided, municipalities
from appointments.models import Calendar, Municipality, Service
from appointments.web import pages
from appointments.web.beginning_forms import IsNeeded, ServiceAndLettersForm, ServiceAndTownForm, ServiceForm
from appointments.web.present import url
from appointments.web.wish_forms import TOWN_LIST
from appointments.web.wishes import Query, Question, is_personal, plan_of
from jobcenter_portal.accounts.permissions import open_to_all
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.web.errors import error_page
from jobcenter_portal.web.forms import render_form
from jobcenter_portal.web.throttle import CannotCount, is_allowed


@dataclass(frozen=True, slots=True)
class _Asked:
    """The first screen as this Jobcenter needs it, for this person."""

    form: ServiceForm
    services: list[Service]
    towns: tuple[Municipality, ...] = ()
    caseworker: Calendar | None = None

    def answer(self, query: Query) -> Query:
        """What the address says from then on; of the earlier query, which caseworker was named in it."""
        if isinstance(self.form, ServiceAndTownForm):
            town = self.form.town_chosen
            return Query(town=town.slug if town else "")
        if isinstance(self.form, ServiceAndLettersForm):
            found = self.form.caseworker
            return Query(ticket=ticket_of(found) if found else "")
        return Query(ticket=query.ticket, is_deputy=query.is_deputy) if self.caseworker else Query()


@open_to_all("booking needs no account")
@require_http_methods(["GET", "HEAD", "POST"])
@pages.bookable_online
def choose_service(request: HttpRequest, jobcenter: str, language: str) -> HttpResponse:
    now = timezone.now()
    tenant, query = tenant_of(request), Query.of(request.GET)
    if request.POST.get("letters") and (closed := _door_for_letters(request, now)) is not None:
        return closed
    asked = _asked(tenant, query, request.POST if request.method == "POST" else None, now)
    if asked.form.is_valid() and asked.form.chosen is not None:
        more = Question.CONCERNS if Question.CONCERNS in request.POST else None
        questions = url("locations", tenant, service=asked.form.chosen.slug)
        return pages.see_other(asked.answer(query).on(questions, ask=more))
    context: dict[str, Any] = {
        "back_url": url("services" if asked.caseworker else "start", tenant),
        "caseworker": asked.caseworker,
        "services": asked.services,
        "names": [town.name for town in asked.towns],
        "town_list": TOWN_LIST,
        "takes_several": tenant.settings.max_concerns > 1,
    }
    return render_form(request, "booking/service.html", asked.form, context)


def _asked(tenant: Jobcenter, query: Query, posted: QueryDict | None, now: datetime) -> _Asked:
    if is_personal(tenant):
        return _asked_of_ones_own(tenant, query, posted, now)
    services = queries.services()
    if not is_divided():
        return _Asked(ServiceForm(posted, services), services)
    towns = tuple(municipalities())
    needs_town = _question_of(tenant, Question.TOWN, now)
    form = ServiceAndTownForm(posted, services, towns=towns, known=query.town, is_needed=needs_town)
    return _Asked(form, services, towns=towns)


def _asked_of_ones_own(tenant: Jobcenter, query: Query, posted: QueryDict | None, now: datetime) -> _Asked:
    """Whoever has typed their letters already is asked only for what their own caseworker does."""
    caseworker = calendar_of_ticket(query.ticket)
    if caseworker is not None:
        services = offers.led_by(caseworker.deputy_id if query.is_deputy and caseworker.deputy_id else caseworker.pk)
        return _Asked(ServiceForm(posted, services), services, caseworker=caseworker)
    services = offers.led_by(*known_by_letters())
    needs_letters = _question_of(tenant, Question.CASEWORKER, now)
    form = ServiceAndLettersForm(posted, services, led_by=offers.led_by, is_needed=needs_letters)
    return _Asked(form, services)


def _question_of(tenant: Jobcenter, question: Question, now: datetime) -> IsNeeded:
    """Whether a concern has this question, if nothing is known yet."""

    def is_open(service: Service) -> bool:
        return not service.is_group and plan_of(tenant, service, Query(), now).missing is question

    return is_open


def _door_for_letters(request: HttpRequest, now: datetime) -> HttpResponse | None:
    """Letters can be guessed, so few may be tried; where nobody can count, nobody types: the telephone still works."""
    try:
        if is_allowed(request, LETTER_CODES, now=now):
            return None
    except CannotCount:
        return error_page(request, HTTPStatus.SERVICE_UNAVAILABLE)
    return error_page(request, HTTPStatus.TOO_MANY_REQUESTS)
