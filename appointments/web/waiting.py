# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages of the waiting list: join it, answer an offer, leave it. The key in the address opens them; no GET answers."""

from dataclasses import dataclass
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from appointments import queries
from appointments.availability import Wishes, first_free
from appointments.core.lifecycle import NotAllowed
from appointments.core.modes import Mode
from appointments.links import keys_of
from appointments.models import GroupSession, Location, Service, WaitingEntry, WaitingOffer
from appointments.own_limits import Deed, TooOften, count_own
from appointments.seats import session_by_public_id, with_seats
from appointments.taking import Refused
from appointments.waiting import (
    CannotWait,
    OfferClosed,
    OfferLost,
    TooManyTries,
    accept_offer,
    count_try,
    decline_offer,
    leave,
    offer_of_token,
    place_of,
    place_of_token,
    takes_strangers,
    wait_for_any,
    wait_for_seat,
    wish_earlier,
)
from appointments.way_in import WorkNeeded, need_work_to_wait, network_index
from appointments.web import pages, way_in
from appointments.web.doors import appointment_or_404, opened_by_key
from appointments.web.own import page_of, too_often_on_page
from appointments.web.present import url
from appointments.web.waiting_forms import WaitForm
from appointments.web.waiting_view import OBSTACLES, TOO_MANY, offer_view, place_view, wish_rows
from appointments.web.wishes import MODE_NAMES
from appointments.writing import Person
from jobcenter_portal.accounts.permissions import open_to_all
from jobcenter_portal.audit.service import CUSTOMER
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.web.forms import render_form

_reads_and_posts = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the address asks for: a seat in a session, or a time of a service at a place."""

    service: Service
    location: Location
    mode: Mode
    session: GroupSession | None = None

    @property
    def place(self) -> WaitingEntry:
        """As it would stand on the list."""
        return WaitingEntry(service=self.service, location=self.location, session=self.session)


@open_to_all("waiting needs no account")
@_reads_and_posts
def join(request: HttpRequest, jobcenter: str, language: str) -> HttpResponse:
    """`?service=&location=` where no time is free, `?termin=` for a full date; what is free is shown instead."""
    tenant = tenant_of(request)
    wish = _wish_or_404(request)
    if request.method != "POST" and (address := _free_instead(tenant, wish)):
        return pages.see_other(address)
    form = WaitForm(tenant.settings, request.POST if request.method == "POST" else None, mode=wish.mode)
    status = None
    if form.is_valid():
        try:
            token = _join(request, wish, form.person(language))
            return pages.see_other(url("waiting", tenant, waiting=token))
        except WorkNeeded:
            return way_in.work_page(request)
        except TooManyTries as refused:
            form.add_error(None, str(TOO_MANY[refused.of]))
            status = HTTPStatus.TOO_MANY_REQUESTS
        except CannotWait as refused:
            form.add_error(None, str(OBSTACLES[refused.obstacle]))
        except Refused as refused:
            form.add_error(None, pages.in_words(refused.reason))
    context = {"rows": wish_rows(wish.place), "is_seat": wish.session is not None, "back_url": _times_url(tenant, wish)}
    return render_form(request, "booking/wait.html", form, context, status=status)


@open_to_all("the token of the place in the address is the key")
@_reads_and_posts
def place(request: HttpRequest, jobcenter: str, language: str, waiting: str) -> HttpResponse:
    """What somebody without an appointment waits for; a POST leaves the list."""
    tenant, now = tenant_of(request), timezone.now()
    found = place_of_token(waiting)
    if found is None:
        raise Http404
    if request.method == "POST":
        leave(place=found, by=CUSTOMER, now=now)
        return pages.see_other(url("waiting", tenant, waiting=waiting))
    return render(request, "booking/waiting.html", {"page": place_view(found, tenant, now)})


@open_to_all("the token of the offer in the address is the key")
@_reads_and_posts
def answer(request: HttpRequest, jobcenter: str, language: str, offer: str) -> HttpResponse:
    """The offered time beside one's own; `answer` of a POST is yes, no or leave."""
    tenant, now = tenant_of(request), timezone.now()
    found = _offer_or_404(offer)
    said = request.POST.get("answer", "")
    if said == "yes":
        return _yes(request, found, offer)
    if said == "no":
        decline_offer(jobcenter=tenant, offer=found, now=now)
    elif said == "leave":
        leave(place=found.entry, by=CUSTOMER, now=now)
    if request.method == "POST":
        return pages.see_other(url("offer", tenant, offer=offer))
    return _offer_page(request, found)


@opened_by_key
@require_POST
def wish(request: HttpRequest, jobcenter: str, language: str, key: str) -> HttpResponse:
    """From the page of an appointment: wait for an earlier one, or (`wait=no`) no longer."""
    tenant, now = tenant_of(request), timezone.now()
    appointment = appointment_or_404(request, key)
    if request.POST.get("wait") == "no":
        own_place = place_of(appointment)
        if own_place is not None:
            leave(place=own_place, by=CUSTOMER, now=now)
        return pages.see_other(url("appointment", tenant, key=key))
    try:
        count_own(Deed.WISH, appointment, now=now)
        wish_earlier(jobcenter=tenant, appointment=appointment, now=now)
    except TooOften:
        return too_often_on_page(request, appointment, key)
    except CannotWait as refused:
        obstacle = str(OBSTACLES[refused.obstacle])
        return page_of(request, appointment, key, status=HTTPStatus.CONFLICT, refusal=obstacle)
    return pages.see_other(url("appointment", tenant, key=key))


def _yes(request: HttpRequest, found: WaitingOffer, token: str) -> HttpResponse:
    tenant = tenant_of(request)
    try:
        appointment = accept_offer(jobcenter=tenant, offer=found, now=timezone.now())
    except (OfferLost, OfferClosed, NotAllowed):
        return _offer_page(request, _offer_or_404(token), status=HTTPStatus.CONFLICT)
    except Refused as refused:
        refusal = pages.in_words(refused.reason)
        return _offer_page(request, found, status=HTTPStatus.CONFLICT, refusal=refusal)
    return pages.see_other(url("appointment", tenant, key=keys_of(appointment).token))


def _offer_page(
    request: HttpRequest, found: WaitingOffer, *, status: HTTPStatus = HTTPStatus.OK, refusal: str = ""
) -> HttpResponse:
    view = offer_view(found, tenant_of(request), timezone.now())
    return render(request, "booking/offer.html", {"page": view, "refusal": refusal}, status=status)


def _offer_or_404(token: str) -> WaitingOffer:
    found = offer_of_token(token)
    if found is None:
        raise Http404
    return found


def _wish_or_404(request: HttpRequest) -> _Wish:
    """What cannot be waited for is as unknown as what does not exist."""
    termin = _said(request, "termin")
    wish = _seat_wish(termin) if termin else _time_wish(request)
    if wish is None or not takes_strangers(tenant_of(request).settings, wish.service):
        raise Http404
    return wish


def _said(request: HttpRequest, name: str) -> str:
    """Our form sends its query along; programs may send all of it in the body."""
    return request.POST.get(name) or request.GET.get(name, "")


def _seat_wish(public_id: str) -> _Wish | None:
    session = session_by_public_id(public_id)
    if session is None or session.cancelled_at is not None or session.starts_at <= timezone.now():
        return None
    return _Wish(session.service, session.location, session.service.possible_modes[0], session)


def _time_wish(request: HttpRequest) -> _Wish | None:
    service = queries.service_by_slug(_said(request, "service"))
    if service is None or service.is_group:
        return None
    slug = _said(request, "location")
    location = next((one for one in queries.locations_of(service) if one.slug == slug), None)
    mode = MODE_NAMES.get(_said(request, "art"), service.possible_modes[0])
    return _Wish(service, location, mode) if location and mode & service.modes else None


def _free_instead(jobcenter: Jobcenter, wish: _Wish) -> str:
    """Where something is free after all; waiting for it would be a detour."""
    if wish.session is not None:
        (date,) = with_seats(GroupSession.objects.filter(pk=wish.session.pk))
        return _times_url(jobcenter, wish) if date.free else ""
    free = first_free(
        service=wish.service,
        locations=[wish.location],
        settings=jobcenter.settings,
        now=timezone.now(),
        wishes=Wishes(mode=wish.mode),
    )
    return _times_url(jobcenter, wish) if free else ""


def _times_url(jobcenter: Jobcenter, wish: _Wish) -> str:
    if wish.session is not None:
        return url("group-dates", jobcenter, service=wish.service.slug)
    address = url("times", jobcenter, service=wish.service.slug, location=wish.location.slug)
    name = next(name for name, mode in MODE_NAMES.items() if mode is wish.mode)
    return address if wish.mode is wish.service.possible_modes[0] else f"{address}?art={name}"


def _join(request: HttpRequest, wish: _Wish, person: Person) -> str:
    jobcenter, now = tenant_of(request), timezone.now()
    need_work_to_wait(request, now=now)
    count_try(person, settings=jobcenter.settings, network=network_index(request), now=now)
    if wish.session is not None:
        return wait_for_seat(jobcenter=jobcenter, session=wish.session, person=person, now=now)[0]
    return wait_for_any(
        jobcenter=jobcenter, service=wish.service, location=wish.location, person=person, mode=wish.mode, now=now
    )[0]
