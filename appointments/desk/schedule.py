# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""When somebody is there: whose hours there are, and one calendar's week, exceptions and absences."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from appointments import queries
from appointments.desk import schedule_words
from appointments.desk.frame import actor_of, frame
from appointments.desk.scope import Scope, scope_of
from appointments.models import Absence, Calendar, Location, OpeningException
from appointments.schedule_changes import draft_of, to_come
from jobcenter_portal.accounts.permissions import Permission, can, requires
from jobcenter_portal.kernel.wall_clock import local_day
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web import dates

_MINUTE: Final = timedelta(minutes=1)
_DIGITS: Final = 18
"""Numbers of more digits than this are no ids."""
DONE: Final[dict[str, Promise]] = {
    "abwesend": _("Die Abwesenheit ist eingetragen."),
    "wieder-da": _("Die Abwesenheit ist gelöscht."),
    "tag": _("Die Zeiten für diesen Tag sind geändert."),
    "zeiten": _("Die Sprechzeiten sind geändert."),
}
"""What was just done, by the value of `getan` in the address; every other value says nothing."""


@dataclass(frozen=True, slots=True)
class RuleLine:
    pk: int
    weekday: str | Promise
    minutes: str
    place: str
    modes: str
    validity: str
    edit_url: str
    """Empty where the place is not theirs."""


@dataclass(frozen=True, slots=True)
class DayLine:
    day: date
    place: str
    location_slug: str
    hours: str
    is_closed: bool
    may_change: bool


@dataclass(frozen=True, slots=True)
class AbsenceLine:
    pk: int
    text: str


def manages_all(request: HttpRequest) -> bool:
    return can(actor_of(request), Permission.MANAGE_SCHEDULE)


def calendar_or_404(request: HttpRequest, number: str) -> Calendar:
    """An unknown id, another Jobcenter's and one of a place that is not theirs look alike.

    Who manages only their own is refused a colleague's.
    """
    is_number = number.isascii() and number.isdecimal() and len(number) < _DIGITS
    reach = scope_of(request)
    found: Calendar | None = reach.calendars(Calendar.objects.filter(pk=int(number))).first() if is_number else None
    if found is None:
        raise Http404
    if not manages_all(request) and not reach.is_own(found):
        raise PermissionDenied
    return found


def calendar_url(jobcenter: str, calendar: Calendar, name: str = "schedule", done: str = "") -> str:
    address = reverse(f"desk:{name}", kwargs={"jobcenter": jobcenter, "calendar": calendar.pk})
    return f"{address}?getan={done}" if done else address


@require_safe
@requires(Permission.MANAGE_OWN_SCHEDULE)
def schedules(request: HttpRequest, jobcenter: str) -> HttpResponse:
    """Whose hours one may change: one's own, or everybody's and the sites'."""
    reach = scope_of(request)
    calendars = reach.calendars(Calendar.objects.order_by("name", "pk"))
    if not manages_all(request):
        calendars = calendars.filter(membership_id=actor_of(request).membership_id or 0)
    context = {
        **frame(request, page_url=request.path),
        "calendars": [(one.name, calendar_url(jobcenter, one)) for one in calendars],
        "sites": [(one.name, _site_url(jobcenter, one)) for one in reach.places] if manages_all(request) else [],
    }
    return render(request, "desk/schedules.html", context)


@require_safe
@requires(Permission.MANAGE_OWN_SCHEDULE)
def schedule(request: HttpRequest, jobcenter: str, calendar: str) -> HttpResponse:
    found = calendar_or_404(request, calendar)
    now = timezone.now()
    context = {
        **frame(request, page_url=calendar_url(jobcenter, found)),
        **_lines(jobcenter, found, now, tenant_of(request).settings.zone, scope_of(request)),
        "calendar": found,
        "done": DONE.get(request.GET.get("getan", "")),
        "back_url": reverse("desk:schedules", kwargs={"jobcenter": jobcenter}),
        "urls": {
            name: calendar_url(jobcenter, found, f"schedule-{name}")
            for name in ("ill", "away", "back", "day", "usual", "rule", "end")
        },
        "today": local_day(now, tenant_of(request).settings.zone),
    }
    return render(request, "desk/schedule.html", context)


def _lines(jobcenter: str, calendar: Calendar, now: datetime, zone: ZoneInfo, reach: Scope) -> dict[str, Any]:
    """All of a calendar's hours; what may be changed of them ends with the places that are theirs."""
    today = local_day(now, zone)
    places = {place.pk: place for place in queries.locations()}
    exceptions = OpeningException.objects.filter(calendar=calendar, day__gte=today)
    rows = list(exceptions.order_by("day", "location_id", "start_minute"))
    absences = Absence.objects.filter(calendar=calendar, ends_at__gt=now).order_by("starts_at")
    return {
        "rules": _rule_lines(jobcenter, calendar, places, today, reach),
        "days": [
            _day_line(day, places[location_id], list(of_day), may_change=reach.covers(location_id))
            for (day, location_id), of_day in groupby(rows, key=lambda row: (row.day, row.location_id))
        ],
        "absences": [AbsenceLine(row.pk, span_text(row.starts_at, row.ends_at)) for row in absences],
    }


def _rule_lines(
    jobcenter: str, calendar: Calendar, places: dict[int, Location], today: date, reach: Scope
) -> list[RuleLine]:
    address = calendar_url(jobcenter, calendar, "schedule-rule")
    return [
        RuleLine(
            pk=rule.pk,
            weekday=schedule_words.WEEKDAYS[rule.weekday - 1],
            minutes=schedule_words.minutes_text((rule.start_minute, rule.end_minute)),
            place=places[rule.location_id].name,
            modes=schedule_words.modes_text(rule.modes),
            validity=schedule_words.validity_text(draft_of(rule)),
            edit_url=f"{address}?regel={rule.pk}" if reach.covers(rule.location_id) else "",
        )
        for rule in to_come(calendar.pk, today)
    ]


def _day_line(day: date, place: Location, rows: list[OpeningException], *, may_change: bool) -> DayLine:
    ranges = [(row.start_minute, row.end_minute) for row in rows]
    hours = ", ".join(schedule_words.minutes_text((a, b)) for a, b in ranges if a is not None and b is not None)
    return DayLine(day, place.name, place.slug, hours, is_closed=not hours, may_change=may_change)


def span_text(starts_at: datetime, ends_at: datetime) -> str:
    """``Di 24.11.2026, 08:00 bis Mi 25.11.2026, 12:00``; whole days without hours, midnight as the end of a day."""
    since, until = dates.local(starts_at), dates.local(ends_at)
    last = (until - _MINUTE).date()
    if until.time() != time():
        return _from_to(dates.invariant_line(starts_at), dates.invariant_line(ends_at))
    if since.time() != time():
        end = _now("%(day)s, Ende des Tages") % {"day": dates.invariant_date(last)}
        return _from_to(dates.invariant_line(starts_at), end)
    first = dates.invariant_date(since.date())
    return first if since.date() == last else _from_to(first, dates.invariant_date(last))


def _from_to(since: str, until: str) -> str:
    return _now("%(since)s bis %(until)s") % {"since": since, "until": until}


def _site_url(jobcenter: str, location: Location) -> str:
    return reverse("desk:site", kwargs={"jobcenter": jobcenter, "location": location.slug})
