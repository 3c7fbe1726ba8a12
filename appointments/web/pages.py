# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Answers that several steps give: not bookable online, gone, and the time has just been taken."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appointments.availability import Slot
from appointments.caseworkers import has_codes
from appointments.core.policy import Refusal
from appointments.holding import HoldGone, NotBookableOnline
from appointments.models import Hold
from appointments.way_in import NetworkFull, WorkNeeded
from appointments.web import late_forms, way_in
from appointments.web.present import TakenView, choices, url
from appointments.web.wishes import is_personal
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web.errors import Explanation, error_page

_View = Callable[..., HttpResponse]

_GONE: Final = Explanation(
    _("Bitte beginnen Sie noch einmal"),
    _(
        "Diese Seite ist nicht mehr gültig. Haben Sie schon verbindlich gebucht? Dann bleibt Ihr Termin bestehen, "
        "und Sie finden ihn über den Link in Ihrer Nachricht oder über „Mein Termin“."
    ),
)
_REFUSALS: Final[dict[Refusal, str | Promise]] = {
    Refusal.TOO_SOON: _("Diese Zeit ist zu nah. Bitte wählen Sie eine spätere."),
    Refusal.TOO_FAR_AHEAD: _("So weit im Voraus vergeben wir noch keine Termine. Bitte wählen Sie eine frühere Zeit."),
    Refusal.NOT_RESPONSIBLE: _("Für Ihren Wohnort ist an diesem Tag ein anderer Standort zuständig."),
    Refusal.TOO_MANY_OPEN_BOOKINGS: _(
        "Mit dieser E-Mail-Adresse oder Handynummer können Sie gerade keinen weiteren Termin buchen. "
        "Wenn Sie noch einen Termin brauchen, rufen Sie uns bitte an."
    ),
    Refusal.TOO_MANY_RESCHEDULES: _(
        "Sie können diesen Termin nicht noch einmal selbst verschieben. Wenn er Ihnen nicht passt, rufen Sie uns "
        "bitte an."
    ),
    Refusal.TOO_LATE_TO_RESCHEDULE: _(
        "Zum Verschieben ist es jetzt zu spät. Wenn Sie nicht kommen können, sagen Sie bitte ab oder rufen Sie uns an."
    ),
}


def see_other(address: str) -> HttpResponse:
    """303: the browser goes on with GET, and loading that page again sends nothing twice."""
    return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)


def bookable_online(view: _View) -> _View:
    """Show telephone and hours where nobody can book by themselves, and a new start to who has no hold (any more).

    Where everybody has their own caseworker, people book with the letters on their letter, if there are any.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_personal(tenant_of(request)) and not has_codes():
            return not_bookable(request)
        try:
            return view(request, *args, **kwargs)
        except NotBookableOnline:
            return not_bookable(request)
        except HoldGone:
            return late_forms.goes_on(request, str(kwargs.get("token", ""))) or gone(request)
        except WorkNeeded:
            return way_in.work_page(request)
        except NetworkFull:
            return way_in.full_page(request)

    return guarded


def not_bookable(request: HttpRequest) -> HttpResponse:
    """The honest page; a POST is told by its status too that nothing has happened."""
    status = HTTPStatus.CONFLICT if request.method == "POST" else HTTPStatus.OK
    context = {"is_personal": is_personal(tenant_of(request))}
    return render(request, "booking/not_bookable.html", context, status=status)


def gone(request: HttpRequest) -> HttpResponse:
    """For a hold that never was and one that has run out alike."""
    return error_page(request, HTTPStatus.GONE, _GONE)


def taken(request: HttpRequest, page: TakenView) -> HttpResponse:
    return render(request, "booking/taken.html", {"page": page}, status=HTTPStatus.CONFLICT)


def hold_lost(
    request: HttpRequest, held: Hold, token: str, nearest: Sequence[Slot], *, refusal: str = ""
) -> HttpResponse:
    """The time has gone; what was typed is still here, and one click takes another time.

    With `refusal` nobody was quicker: it was left for so long that the rules say no by now.
    """
    other_time = url("other-time", tenant_of(request), token=token)
    page = TakenView(
        choices(nearest),
        other_time,
        other_time,
        is_draft_kept=held.draft_sealed is not None,
        refusal=refusal,
    )
    return taken(request, page)


def too_late(refusal: Refusal | None, starts_at: datetime, now: datetime) -> str:
    """Why a time that was chosen long ago cannot be had any more; empty where the rules still allow it."""
    if starts_at <= now:
        return gettext("Diese Zeit ist schon vorbei.")
    return in_words(refusal) if refusal else ""


def in_words(reason: Refusal) -> str:
    """Why the rules of this Jobcenter say no, and what to do."""
    return str(_REFUSALS[reason])
