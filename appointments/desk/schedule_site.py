# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Changes of a whole site: closed days, its hours, its end or its move. Each shows first whom it concerns."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments.desk import schedule_words
from appointments.desk.frame import frame
from appointments.desk.schedule_decision import Decision, decide
from appointments.desk.schedule_forms import ClosureForm, MoveSiteForm, ScheduleForm, SiteHoursForm
from appointments.desk.scope import place_or_404, scope_of
from appointments.desk.site_way import way_cells
from appointments.models import Closure, ClosureWindow, Location, LocationHours
from appointments.schedule_changes import Change, OpenAgain
from jobcenter_portal.accounts.permissions import Permission, requires
from jobcenter_portal.kernel.translated import in_language
from jobcenter_portal.kernel.wall_clock import local_day
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web import dates
from jobcenter_portal.web.forms import render_form
from jobcenter_portal.web.languages import current_language

_READ_OR_POST: Final = ["GET", "HEAD", "POST"]
_DIGITS: Final = 18
DONE: Final[dict[str, Promise]] = {
    "geschlossen": _("Die Schließung ist eingetragen."),
    "offen": _("Die Schließung ist gelöscht."),
    "zeiten": _("Die Öffnungszeiten sind geändert."),
    "umzug": _("Der Umzug ist eingetragen."),
    "weg": _("Weg und Eingang sind gespeichert. Ab jetzt steht es so auf den Seiten."),
}


@dataclass(frozen=True, slots=True)
class ClosureLine:
    pk: int
    days: str
    reason: str
    windows: str
    is_everywhere: bool
    may_reopen: bool
    """Closed everywhere by somebody who may say so for every place."""


@require_safe
@requires(Permission.MANAGE_SCHEDULE)
def site(request: HttpRequest, jobcenter: str, location: str) -> HttpResponse:
    place = place_or_404(request, location)
    now = timezone.now()
    today = local_day(now, tenant_of(request).settings.zone)
    context = {
        **frame(request, page_url=site_url(jobcenter, place)),
        "place": place,
        "done": DONE.get(request.GET.get("getan", "")),
        "back_url": reverse("desk:schedules", kwargs={"jobcenter": jobcenter}),
        "closures": _closures(place, today, may_reopen_all=scope_of(request).is_everything),
        "hours": _hours(place, today),
        "last_day": place.valid_until,
        "ways": way_cells(place, tenant_of(request)),
        "urls": {name: site_url(jobcenter, place, f"site-{name}") for name in ("close", "reopen", "hours", "move")},
    }
    return render(request, "desk/site.html", context)


@require_http_methods(_READ_OR_POST)
@requires(Permission.MANAGE_SCHEDULE)
def close(request: HttpRequest, jobcenter: str, location: str) -> HttpResponse:
    place = place_or_404(request, location)
    may_close_all = scope_of(request).is_everything
    form = ClosureForm(_data(request), **_clock(request), may_close_all=may_close_all, initial={"wo": "hier"})
    if not form.is_valid():
        return _form_page(request, place, form, "close", _now("%(place)s schließen") % {"place": place.name})
    change = form.change(place)
    where = place.name if change.location_id else _now("Das ganze Jobcenter")
    title = _now("%(where)s geschlossen: %(days)s") % {
        "where": where,
        "days": days_text(change.first_day, change.last_day),
    }
    return _decide(request, place, change, title, "geschlossen", "close")


@require_POST
@requires(Permission.MANAGE_SCHEDULE)
def reopen(request: HttpRequest, jobcenter: str, location: str) -> HttpResponse:
    place = place_or_404(request, location)
    text = request.POST.get("schliessung", "")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < _DIGITS else 0
    here = Closure.objects.filter(_concerning(place) if scope_of(request).is_everything else Q(location=place))
    row: Closure | None = here.filter(pk=number).first()
    if row is None:
        raise Http404
    change = OpenAgain(row.location_id, row.pk, row.first_day, row.last_day)
    title = _now("Schließung löschen: %(days)s") % {"days": days_text(row.first_day, row.last_day)}
    return _decide(request, place, change, title, "offen", "reopen")


@require_http_methods(_READ_OR_POST)
@requires(Permission.MANAGE_SCHEDULE)
def hours(request: HttpRequest, jobcenter: str, location: str) -> HttpResponse:
    place = place_or_404(request, location)
    clock = _clock(request)
    today = local_day(clock["now"], clock["zone"])
    known = {f"tag_{number}": text for number, text in _hours_by_day(place, today).items()}
    form = SiteHoursForm(_data(request), **clock, initial={"ab": today, **known})
    if not form.is_valid():
        title = _now("Öffnungszeiten: %(place)s") % {"place": place.name}
        return _form_page(request, place, form, "hours", title)
    title = _now("%(place)s ab %(day)s mit anderen Öffnungszeiten") % {
        "place": place.name,
        "day": dates.invariant_date(form.cleaned_data["ab"]),
    }
    return _decide(request, place, form.change(place), title, "zeiten", "hours")


@require_http_methods(_READ_OR_POST)
@requires(Permission.MANAGE_SCHEDULE)
def move(request: HttpRequest, jobcenter: str, location: str) -> HttpResponse:
    place = place_or_404(request, location)
    others = [one for one in scope_of(request).places if one.pk != place.pk]
    form = MoveSiteForm(_data(request), location=place, others=others, **_clock(request))
    if not form.is_valid():
        return _form_page(request, place, form, "move", _now("%(place)s zieht um") % {"place": place.name})
    change = form.change()
    day = dates.invariant_date(change.from_day)
    there = next((one.name for one in others if one.pk == change.to_id), None)
    if there is None:
        title = _now("%(place)s wird ab %(day)s aufgegeben") % {"place": place.name, "day": day}
    else:
        title = _now("%(place)s zieht am %(day)s um nach %(there)s") % {"place": place.name, "day": day, "there": there}
    return _decide(request, place, change, title, "umzug", "move")


def site_url(jobcenter: str, place: Location, name: str = "site", done: str = "") -> str:
    address = reverse(f"desk:{name}", kwargs={"jobcenter": jobcenter, "location": place.slug})
    return f"{address}?getan={done}" if done else address


def days_text(first: Any, last: Any) -> str:
    """``Di 24.11.2026`` or ``Di 24.11.2026 bis Fr 27.11.2026``"""
    if first == last:
        return dates.invariant_date(first)
    return _now("%(first)s bis %(last)s") % {"first": dates.invariant_date(first), "last": dates.invariant_date(last)}


def _concerning(place: Location) -> Q:
    """Its own closures and those of the whole Jobcenter."""
    return Q(location=place) | Q(location__isnull=True)


def _closures(place: Location, today: Any, *, may_reopen_all: bool) -> list[ClosureLine]:
    rows = Closure.objects.filter(_concerning(place), last_day__gte=today)
    windows: dict[int, set[str]] = {}
    for window in ClosureWindow.objects.filter(closure__in=rows).order_by("start_minute"):
        text = schedule_words.minutes_text((window.start_minute, window.end_minute))
        windows.setdefault(window.closure_id, set()).add(text)
    return [
        ClosureLine(
            pk=row.pk,
            days=days_text(row.first_day, row.last_day),
            reason=in_language(row.reasons, current_language().code),
            windows=", ".join(sorted(windows.get(row.pk, ()))),
            is_everywhere=row.location_id is None,
            may_reopen=may_reopen_all or row.location_id is not None,
        )
        for row in rows.order_by("first_day", "pk")
    ]


def _hours(place: Location, today: Any) -> list[tuple[str, str]]:
    return [(str(schedule_words.WEEKDAYS[day - 1]), text) for day, text in _hours_by_day(place, today).items()]


def _hours_by_day(place: Location, today: Any) -> dict[int, str]:
    """The hours that hold today or later, as a person would write them, by weekday."""
    rows = LocationHours.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=today), location=place)
    found: dict[int, list[str]] = {}
    for row in rows.order_by("weekday", "start_minute"):
        text = schedule_words.minutes_text((row.start_minute, row.end_minute))
        found.setdefault(row.weekday, []).append(text)
    return {day: ", ".join(texts) for day, texts in found.items()}


def _data(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _clock(request: HttpRequest) -> dict[str, Any]:
    now: datetime = timezone.now()
    return {"now": now, "zone": tenant_of(request).settings.zone}


def _form_page(request: HttpRequest, place: Location, form: ScheduleForm, name: str, title: str) -> HttpResponse:
    jobcenter = tenant_of(request).slug
    context = {
        **frame(request, page_url=site_url(jobcenter, place)),
        "title": title,
        "back_url": site_url(jobcenter, place),
        "form_url": site_url(jobcenter, place, f"site-{name}"),
        "hidden": [],
    }
    return render_form(request, "desk/schedule_form.html", form, context)


def _decide(request: HttpRequest, place: Location, change: Change, title: str, done: str, name: str) -> HttpResponse:
    jobcenter = tenant_of(request).slug
    decision = Decision(
        change=change,
        title=title,
        action_url=site_url(jobcenter, place, f"site-{name}"),
        back_url=site_url(jobcenter, place),
        done_url=site_url(jobcenter, place, done=done),
        sent=request.POST,
    )
    return decide(request, decision)
