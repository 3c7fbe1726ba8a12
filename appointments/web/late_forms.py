# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Steps of a booking whose hold is gone: it has been booked already, or ran out with all that was kept of it.

Nothing that was typed is lost by that. The form brings it along and says beside it what had been chosen, so the time is
held again if it is still free; else the nearest times are offered, and the words stay. In between they lie nowhere but
on the person's own page.
"""

from dataclasses import replace
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone

from appointments.caseworkers import ticket_of
from appointments.holding import wishes_of_hold
from appointments.links import keys_of
from appointments.models import GroupSession, Hold
from appointments.queries import service_by_slug
from appointments.seats import session_by_public_id
from appointments.taking import Refused, Request, SlotTaken
from appointments.web import other_window
from appointments.web.holds import booked_with, hold_for_browser, seat_for_browser, words_for_browser, words_for_seat
from appointments.web.present import url
from appointments.web.times import slot_start, slot_value
from appointments.web.wishes import Query, Question, plan_of
from jobcenter_portal.tenancy.middleware import tenant_of

CHOSEN: Final = "chosen"
"""The field that stands beside what is typed. It says what, where and when, and never who."""
_SERVICE: Final = "service"
_TIME: Final = "time"
_SESSION: Final = "session"
_NUL: Final = "\0"
"""No column can hold it, and the check of requests does not look into a field that is itself a query."""


def chosen_of(held: Hold) -> str:
    """What was chosen, in the words of addresses."""
    if held.session is not None:
        return urlencode({_SESSION: held.session.public_id})
    whom, town = held.only_calendar, held.municipality
    query = Query.saying(wishes_of_hold(held), town=town.slug if town else "", ticket=ticket_of(whom) if whom else "")
    time = urlencode({_SERVICE: held.service.slug, _TIME: slot_value(held.starts_at)})
    return time + replace(query, place=held.location.slug).on("").replace("?", "&", 1)


def goes_on(request: HttpRequest, token: str) -> HttpResponse | None:
    """Where the person goes on; None where nothing is known of them and of what they wanted."""
    return _to_what_was_booked(request, token) or other_window.with_what_was_typed(request) or _anew(request)


def _to_what_was_booked(request: HttpRequest, token: str) -> HttpResponse | None:
    """Whoever goes back after booking, or never saw the answer, would else be told to begin again, and book twice."""
    tenant = tenant_of(request)
    booked = booked_with(request, tenant, token)
    if booked is None:
        return None
    own_url = url("appointment", tenant, key=keys_of(booked).token)
    return HttpResponseRedirect(own_url, status=HTTPStatus.SEE_OTHER)


def _anew(request: HttpRequest) -> HttpResponse | None:
    """The same form once more, to a hold of the same time; without the time if that has gone, for the words alone."""
    if request.method != "POST" or "name" not in request.POST:
        return None
    said = QueryDict(request.POST.get(CHOSEN, ""))
    if any(_NUL in value for value in said.dict().values()):
        return None
    session = session_by_public_id(said[_SESSION]) if said.get(_SESSION) else None
    wanted = None if session else _wanted(request, said)
    if session is not None:
        token = _seat_anew(request, session)
    elif wanted is not None:
        token = _time_anew(request, wanted)
    else:
        return None
    # 307: the browser sends what was typed once more, to the new address.
    again = url("contact", tenant_of(request), token=token)
    return HttpResponseRedirect(again, status=HTTPStatus.TEMPORARY_REDIRECT)


def _time_anew(request: HttpRequest, wanted: Request) -> str:
    try:
        return hold_for_browser(request, wanted)
    except (SlotTaken, Refused):
        return words_for_browser(request, wanted)


def _seat_anew(request: HttpRequest, session: GroupSession) -> str:
    tenant, now = tenant_of(request), timezone.now()
    try:
        return seat_for_browser(request, tenant, session, now)
    except (SlotTaken, Refused):
        return words_for_seat(request, tenant, session, now)


def _wanted(request: HttpRequest, said: QueryDict) -> Request | None:
    """What the field says, checked like an address; None for what no page of ours has sent."""
    tenant, now = tenant_of(request), timezone.now()
    service = service_by_slug(said.get(_SERVICE, ""))
    try:
        starts_at = slot_start(said.get(_TIME, ""))
    except ValueError:
        return None
    if service is None or service.is_group:
        return None
    plan = plan_of(tenant, service, Query.of(said), now)
    place = plan.offered_at(plan.query.place)
    if place is None or plan.missing not in (None, Question.PLACE):
        return None
    return Request(tenant, service, place, starts_at, now, wishes=plan.wishes)
