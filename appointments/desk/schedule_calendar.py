# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Changes of one calendar: ill today, away, other hours on one date, weekly ones. Each shows first whom it concerns."""

from datetime import date, datetime
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from appointments import queries
from appointments.core.opening import OpeningRule
from appointments.core.rule_checks import RuleDraft
from appointments.desk import schedule_words
from appointments.desk.frame import frame
from appointments.desk.schedule import calendar_or_404, calendar_url, span_text
from appointments.desk.schedule_decision import Decision, decide
from appointments.desk.schedule_forms import AwayForm, DayForm, RuleForm, ScheduleForm
from appointments.desk.scope import place_or_404, scope_of
from appointments.models import Absence, Calendar, LocationHours, OpeningException
from appointments.models import OpeningRule as OpeningRuleRow
from appointments.schedule_changes import BackAgain, Change, DayHours, WeeklyHours, draft_of, to_come
from jobcenter_portal.accounts.permissions import Permission, requires
from jobcenter_portal.kernel.wall_clock import local_day
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web import dates
from jobcenter_portal.web.forms import render_form

_READ_OR_POST: Final = ["GET", "HEAD", "POST"]
_FIVE: Final = 5
_DIGITS: Final = 18


@require_POST
@requires(Permission.MANAGE_OWN_SCHEDULE)
def ill(request: HttpRequest, jobcenter: str, calendar: str) -> HttpResponse:
    """One button: from now to the end of the day. The next page is that of an absence, already filled in."""
    found = calendar_or_404(request, calendar)
    now = timezone.now()
    local = dates.local(now)
    since = local.replace(minute=local.minute // _FIVE * _FIVE)
    sent = QueryDict(f"von_tag={since:%Y-%m-%d}&von_zeit={since:%H:%M}&bis_tag={local:%Y-%m-%d}")
    return _away(request, found, now, sent)


@require_http_methods(_READ_OR_POST)
@requires(Permission.MANAGE_OWN_SCHEDULE)
def away(request: HttpRequest, jobcenter: str, calendar: str) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    return _away(request, calendar_or_404(request, calendar), timezone.now(), sent)


def _away(request: HttpRequest, calendar: Calendar, now: datetime, sent: QueryDict | None) -> HttpResponse:
    form = AwayForm(sent, now=now, zone=_zone(request))
    if not form.is_valid():
        return _form_page(request, calendar, form, "away", _("Abwesenheit von %(name)s") % {"name": calendar.name})
    title = _("Abwesenheit von %(name)s: %(span)s") % {"name": calendar.name, "span": span_text(*form.span())}
    return _decide(request, calendar, form.change(calendar.pk), title, "abwesend", "away", sent=sent)


@require_POST
@requires(Permission.MANAGE_OWN_SCHEDULE)
def back(request: HttpRequest, jobcenter: str, calendar: str) -> HttpResponse:
    found = calendar_or_404(request, calendar)
    row: Absence | None = Absence.objects.filter(pk=_number(request, "abwesenheit"), calendar=found).first()
    if row is None:
        raise Http404
    title = _("Abwesenheit von %(name)s löschen: %(span)s") % {
        "name": found.name,
        "span": span_text(row.starts_at, row.ends_at),
    }
    return _decide(request, found, BackAgain(found.pk, row.pk, row.starts_at, row.ends_at), title, "wieder-da", "back")


@require_http_methods(_READ_OR_POST)
@requires(Permission.MANAGE_OWN_SCHEDULE)
def other_day(request: HttpRequest, jobcenter: str, calendar: str) -> HttpResponse:
    found = calendar_or_404(request, calendar)
    form = DayForm(_data(request), places=scope_of(request).places, now=timezone.now(), zone=_zone(request))
    if not form.is_valid():
        return _form_page(request, found, form, "day", _("Andere Zeiten an einem Tag: %(name)s") % {"name": found.name})
    change = form.change(found.pk)
    hours = ", ".join(map(schedule_words.minutes_text, change.ranges or ())) or _("keine Sprechzeit")
    title = _("%(name)s am %(day)s: %(hours)s") % {
        "name": found.name,
        "day": dates.invariant_date(change.day),
        "hours": hours,
    }
    return _decide(request, found, change, title, "tag", "day")


@require_POST
@requires(Permission.MANAGE_OWN_SCHEDULE)
def usual_day(request: HttpRequest, jobcenter: str, calendar: str) -> HttpResponse:
    """Back to the weekly hours on a date that had others."""
    found = calendar_or_404(request, calendar)
    place = place_or_404(request, request.POST.get("standort", ""))
    try:
        day = date.fromisoformat(request.POST.get("tag", ""))
    except ValueError:
        raise Http404 from None
    if not OpeningException.objects.filter(calendar=found, location=place, day=day).exists():
        raise Http404
    title = _("%(name)s am %(day)s: wieder wie jede Woche") % {"name": found.name, "day": dates.invariant_date(day)}
    return _decide(request, found, DayHours(found.pk, place.pk, day, None), title, "tag", "usual")


@require_http_methods(_READ_OR_POST)
@requires(Permission.MANAGE_OWN_SCHEDULE)
def rule(request: HttpRequest, jobcenter: str, calendar: str) -> HttpResponse:
    """New weekly hours, or with `regel` other ones instead of those."""
    found = calendar_or_404(request, calendar)
    now = timezone.now()
    today = local_day(now, _zone(request))
    old = _rule_of(request, found)
    form = RuleForm(
        _data(request), places=scope_of(request).places, now=now, zone=_zone(request), initial=_initial(old, today)
    )
    notes: tuple[str, ...] = ()
    if form.is_valid():
        others = _others(found, old, form.cleaned_data["ab"])
        notes = form.check(others, _site_hours(), _place_names())
    if not form.is_valid():
        title = _("Sprechzeit ändern: %(name)s") if old else _("Neue Sprechzeit: %(name)s")
        return _form_page(request, found, form, "rule", title % {"name": found.name})
    from_day = form.cleaned_data["ab"]
    change = WeeklyHours(found.pk, from_day, (*others, *form.drafts()))
    return _decide(request, found, change, _weekly_title(found, form.drafts(), from_day), "zeiten", "rule", notes)


@require_POST
@requires(Permission.MANAGE_OWN_SCHEDULE)
def end_rule(request: HttpRequest, jobcenter: str, calendar: str) -> HttpResponse:
    """From today on without these weekly hours."""
    found = calendar_or_404(request, calendar)
    old = _rule_of(request, found)
    if old is None:
        raise Http404
    today = local_day(timezone.now(), _zone(request))
    change = WeeklyHours(found.pk, today, _others(found, old, today))
    text = schedule_words.rule_text(draft_of(old), _place_names())
    title = _("%(name)s ab %(day)s ohne die Sprechzeit %(rule)s") % {
        "name": found.name,
        "day": dates.invariant_date(today),
        "rule": text,
    }
    return _decide(request, found, change, title, "zeiten", "end")


def _weekly_title(calendar: Calendar, drafts: list[RuleDraft], from_day: date) -> str:
    names = _place_names()
    return _("%(name)s ab %(day)s: %(rules)s") % {
        "name": calendar.name,
        "day": dates.invariant_date(from_day),
        "rules": "; ".join(schedule_words.rule_text(draft, names) for draft in drafts),
    }


def _others(calendar: Calendar, old: OpeningRuleRow | None, from_day: date) -> tuple[RuleDraft, ...]:
    """All rules that hold from then on, but for the one that is replaced."""
    return tuple(draft_of(row) for row in to_come(calendar.pk, from_day) if old is None or row.pk != old.pk)


def _rule_of(request: HttpRequest, calendar: Calendar) -> OpeningRuleRow | None:
    """The rule in question; one that is not (any more) this calendar's, or at a place that is not theirs, is a 404."""
    if "regel" not in request.GET and "regel" not in request.POST:
        return None
    of_calendar = OpeningRuleRow.objects.filter(pk=_number(request, "regel"), calendar=calendar)
    found: OpeningRuleRow | None = scope_of(request).at(of_calendar).first()
    if found is None:
        raise Http404
    return found


def _initial(old: OpeningRuleRow | None, today: date) -> dict[str, Any]:
    if old is None:
        return {"wochen": 1, "treffen": [1], "ab": today}
    return {
        "tage": [old.weekday],
        "von": _clock(old.start_minute),
        "bis": _clock(old.end_minute),
        "standort": old.location.slug,
        "treffen": [mode for mode in schedule_words.MODES if mode & old.modes],
        "wochen": old.every_weeks,
        "gilt_ab": old.valid_from,
        "gilt_bis": old.valid_until,
        "notfall": old.is_emergency,
        "ab": max(today, old.valid_from or today),
    }


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def _site_hours() -> dict[int, list[OpeningRule]]:
    found: dict[int, list[OpeningRule]] = {}
    for row in LocationHours.objects.all():
        known = OpeningRule(row.weekday, row.start_minute, row.end_minute, row.valid_from, row.valid_until)
        found.setdefault(row.location_id, []).append(known)
    return found


def _place_names() -> dict[int, str]:
    return {place.pk: place.name for place in queries.locations()}


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name) or request.GET.get(name) or ""
    if not (text.isascii() and text.isdecimal()) or len(text) > _DIGITS:
        raise Http404
    return int(text)


def _data(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _zone(request: HttpRequest) -> Any:
    return tenant_of(request).settings.zone


def _form_page(request: HttpRequest, calendar: Calendar, form: ScheduleForm, name: str, title: str) -> HttpResponse:
    jobcenter = tenant_of(request).slug
    rule_id = request.POST.get("regel") or request.GET.get("regel")
    context = {
        **frame(request, page_url=calendar_url(jobcenter, calendar)),
        "title": title,
        "back_url": calendar_url(jobcenter, calendar),
        "form_url": calendar_url(jobcenter, calendar, f"schedule-{name}"),
        "hidden": [("regel", rule_id)] if rule_id else [],
    }
    return render_form(request, "desk/schedule_form.html", form, context)


def _decide(
    request: HttpRequest,
    calendar: Calendar,
    change: Change,
    title: str,
    done: str,
    name: str,
    notes: tuple[str, ...] = (),
    sent: QueryDict | None = None,
) -> HttpResponse:
    jobcenter = tenant_of(request).slug
    decision = Decision(
        change=change,
        title=title,
        action_url=calendar_url(jobcenter, calendar, f"schedule-{name}"),
        back_url=calendar_url(jobcenter, calendar),
        done_url=calendar_url(jobcenter, calendar, done=done),
        sent=request.POST if sent is None else sent,
        notes=notes,
    )
    return decide(request, decision)
