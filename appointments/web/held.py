# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The last two steps: contact and check. They stand on a hold, whose token is in the address.

Everything typed is put under seal on the hold with every POST, right or wrong, so that no mistake, no lost time and no
closed page makes anybody type twice.
"""

from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from appointments.booking import book_held, kind_of_booking
from appointments.core.answers import answer_deadline
from appointments.core.lifecycle import Kind
from appointments.core.modes import Mode
from appointments.holding import MAX_EXTENSIONS, extend_hold, keep_draft, request_of_hold, wishes_of_hold
from appointments.links import keys_of
from appointments.models import Hold
from appointments.proving import NotProven
from appointments.queries import database_now, hold_by_token
from appointments.taking import Refused, SlotTaken, nearest, refusal_of
from appointments.web import groups, late_forms, other_window, pages, proving
from appointments.web.chosen import hold_rows
from appointments.web.contact_form import BookingForm, Occasion, consent_to
from appointments.web.drafts import Draft
from appointments.web.forms import TimeForm
from appointments.web.holds import change_time, is_kept, need_bookable, open_hold, remember_booking
from appointments.web.nothing_free import nothing_else_free
from appointments.web.present import draft_rows, held_view, times_view, url
from appointments.web.times import page_asked_for
from appointments.writing import Person
from jobcenter_portal.accounts.permissions import open_to_all
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web.forms import UNPROCESSABLE, render_form
from jobcenter_portal.web.languages import GERMAN

_reads_and_posts = require_http_methods(["GET", "HEAD", "POST"])
_whoever_holds = open_to_all("the hold's token in the address is the key")
_EXTEND: Final = "extend"
_NOBODY: Final = Person(name="", language=GERMAN.code)


@_whoever_holds
@_reads_and_posts
@pages.bookable_online
def contact(request: HttpRequest, jobcenter: str, language: str, token: str) -> HttpResponse:
    held = open_hold(tenant_of(request), token)
    if request.method == "POST":
        keep_draft(held=held, draft_json=Draft.typed(request.POST).as_json())
        if _EXTEND in request.POST:
            return _extend(request, held, token, "contact")
    if not is_kept(held):
        return _lost(request, held, token)
    form = _form(request, held, is_sent=request.method == "POST")
    if form.is_valid():
        proving.send_codes(request, held, form.as_person())
        return pages.see_other(url("check", tenant_of(request), token=token))
    context = {"page": _view_of(request, held, token), "from_other_window": other_window.comes_from_there(request)}
    return render_form(request, "booking/contact.html", form, context)


@_whoever_holds
@_reads_and_posts
@pages.bookable_online
def check(request: HttpRequest, jobcenter: str, language: str, token: str) -> HttpResponse:
    """Show all that was chosen and typed; POST books it, however often it is sent.

    Where the Jobcenter wants addresses proven, the codes are typed here and judged before anything is booked.
    """
    if request.method == "POST" and not proving.is_other_way(request.POST):
        return _book(request, token)
    held = open_hold(tenant_of(request), token)
    if not is_kept(held):
        return _lost(request, held, token)
    person = _person(request, held)
    if person is None:
        return pages.see_other(url("contact", tenant_of(request), token=token))
    if request.method != "POST":
        return _check_page(request, held, token, codes=proving.codes_wanted(tenant_of(request), held, person))
    if not_sent := proving.take_other_way(request, held, person):
        codes = proving.codes_wanted(tenant_of(request), held, person)
        return _check_page(request, held, token, codes=codes, not_sent=not_sent)
    return pages.see_other(url("check", tenant_of(request), token=token))


@_whoever_holds
@_reads_and_posts
@pages.bookable_online
def prove(request: HttpRequest, jobcenter: str, language: str, token: str) -> HttpResponse:
    """The codes had a page of their own once. Who still has it open loses no code, and books on the next page."""
    held = open_hold(tenant_of(request), token)
    person = _person(request, held)
    if request.method == "POST" and person is not None:
        if proving.is_other_way(request.POST):
            proving.take_other_way(request, held, person)
        elif codes := proving.codes_wanted(tenant_of(request), held, person, request.POST):
            proving.judged(codes, held, person)
    return pages.see_other(url("check", tenant_of(request), token=token))


@_whoever_holds
@_reads_and_posts
@pages.bookable_online
def other_time(request: HttpRequest, jobcenter: str, language: str, token: str) -> HttpResponse:
    """Another time for the same hold: the one it has stays until the new one is taken."""
    now = timezone.now()
    tenant = tenant_of(request)
    held = open_hold(tenant, token)
    if held.session_id is not None:
        return groups.other_date(request, held, token)
    form = TimeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            change_time(held, request_of_hold(tenant, held, form.cleaned_data["time"], now))
            return pages.see_other(url("check", tenant, token=token))
        except SlotTaken as lost:
            return _hold_lost(request, held, token, lost)
        except Refused as refused:
            form.add_error(None, pages.in_words(refused.reason))
    wishes = wishes_of_hold(held)
    page = page_asked_for(request, service=held.service, location=held.location, now=now, wishes=wishes)
    form.offer(page.slots)
    none = nothing_else_free(tenant, held.service, held.location, wishes=wishes, now=now) if not page.days else None
    view = times_view(
        page,
        url("other-time", tenant, token=token),
        rows=hold_rows(tenant, held),
        back_url=url("check", tenant, token=token),
        nothing_free=none,
    )
    return render_form(request, "booking/times.html", form, {"page": view})


@_whoever_holds
@require_POST
@pages.bookable_online
def extend(request: HttpRequest, jobcenter: str, language: str, token: str) -> HttpResponse:
    return _extend(request, open_hold(tenant_of(request), token), token, "check")


def _book(request: HttpRequest, token: str) -> HttpResponse:
    tenant = tenant_of(request)
    held = hold_by_token(token)
    if held is None:
        return _book_as(request, token, None, _NOBODY)
    need_bookable(tenant, held)
    person = _person(request, held)
    if person is None:
        return pages.see_other(url("contact", tenant, token=token))
    codes = proving.codes_wanted(tenant, held, person, request.POST)
    if codes is None or (left := proving.judged(codes, held, person)) is None:
        return _book_as(request, token, held, person)
    if hold_by_token(token) is None:  # a second click: the first one has booked meanwhile, and taken the codes along
        return _book_as(request, token, None, _NOBODY)
    return _check_page(request, held, token, codes=left) if is_kept(held) else _lost(request, held, token)


def _book_as(request: HttpRequest, token: str, held: Hold | None, person: Person) -> HttpResponse:
    """Without a hold the token may have booked already: then nobody is asked and the same appointment comes back."""
    tenant = tenant_of(request)
    try:
        appointment = book_held(jobcenter=tenant, token=token, person=person, now=timezone.now())
    except SlotTaken as lost:
        return _hold_lost(request, held, token, lost) if held else pages.gone(request)
    except NotProven:
        return pages.see_other(url("check", tenant, token=token))
    except Refused as refused:
        refusal = pages.in_words(refused.reason)
        return _check_page(request, held, token, refusal=refusal) if held else pages.gone(request)
    remember_booking(request, appointment)
    return pages.see_other(url("appointment", tenant, key=keys_of(appointment).token))


def _extend(request: HttpRequest, held: Hold, token: str, step: str) -> HttpResponse:
    tenant = tenant_of(request)
    try:
        extend_hold(jobcenter=tenant, held=held, now=timezone.now())
    except SlotTaken as lost:
        return _hold_lost(request, held, token, lost)
    return pages.see_other(url(step, tenant, token=token))


def _person(request: HttpRequest, held: Hold) -> Person | None:
    """Who comes, from the draft; None while it is not complete."""
    form = _form(request, held, is_sent=True)
    return form.as_person() if form.is_valid() else None


def _form(request: HttpRequest, held: Hold, *, is_sent: bool) -> BookingForm:
    now = timezone.now()
    occasion = Occasion(Mode(held.mode), held.starts_at, is_request=_is_request(request, held, now))
    return BookingForm(tenant_of(request).settings, Draft.of(held), occasion, now=now, is_sent=is_sent)


def _check_page(
    request: HttpRequest,
    held: Hold,
    token: str,
    *,
    codes: proving.Codes | None = None,
    refusal: str = "",
    not_sent: str = "",
) -> HttpResponse:
    """`refusal`: why nothing was booked. `not_sent`: why no other code left."""
    draft = Draft.of(held)
    context = {
        "page": _view_of(request, held, token),
        "rows": draft_rows(tenant_of(request), held, token),
        "typed": [(name, value) for name, value in draft.values().items() if value],
        "consent": consent_to(draft.remind),
        "extend_url": url("extend", tenant_of(request), token=token),
        "refusal": refusal,
        "not_sent": not_sent,
        "codes": codes,
        "form": codes.form if codes else None,
        "answer_by": _answer_by(request, held),
    }
    is_refused = refusal or not_sent or (codes and codes.form.errors)
    return render(request, "booking/check.html", context, status=UNPROCESSABLE if is_refused else HTTPStatus.OK)


def _answer_by(request: HttpRequest, held: Hold) -> datetime | None:
    """Where this becomes a request: until when the office answers."""
    now = timezone.now()
    if not _is_request(request, held, now):
        return None
    own = tenant_of(request).settings
    return answer_deadline(now, own.request_answer_hours, starts_at=held.starts_at, zone=own.zone)


def _is_request(request: HttpRequest, held: Hold, now: datetime) -> bool:
    """Whether the office has to answer first. A seat in a group is booked at once."""
    wanted = request_of_hold(tenant_of(request), held, held.starts_at, now)
    return held.session_id is None and kind_of_booking(wanted) is Kind.REQUEST


def _view_of(request: HttpRequest, held: Hold, token: str) -> object:
    tenant = tenant_of(request)
    rows = hold_rows(tenant, held)
    chosen = late_forms.chosen_of(held)
    return held_view(tenant, held, token, rows=rows, chosen=chosen, now=database_now(), extensions=MAX_EXTENSIONS)


def _lost(request: HttpRequest, held: Hold, token: str) -> HttpResponse:
    """The time has gone while nobody looked."""
    if held.session_id is not None:
        return groups.hold_lost(request, held, token)
    now = timezone.now()
    wanted = request_of_hold(tenant_of(request), held, held.starts_at, now)
    refusal = pages.too_late(refusal_of(wanted), wanted.starts_at, now)
    return pages.hold_lost(request, held, token, nearest(wanted), refusal=refusal)


def _hold_lost(request: HttpRequest, held: Hold, token: str, lost: SlotTaken) -> HttpResponse:
    """The time has gone under the person's hands."""
    if held.session_id is not None:
        return groups.hold_lost(request, held, token)
    return pages.hold_lost(request, held, token, lost.nearest)
