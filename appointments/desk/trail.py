# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The trail for whoever watches over data protection: what happened, when, to what, by which role.

Who it was is on no list. It is asked line by line with a reason, and that somebody asked stands on the trail as well.
Reading is written down too: the one thing that a GET here changes.
"""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments import queries
from appointments.desk import trail_words
from appointments.desk.file import Fact
from appointments.desk.frame import by_of, frame, looked
from appointments.desk.trail_filter import MOST_ID, Filter, FilterForm, last_week, trail_url
from appointments.links import appointment_of_key, typed_code
from appointments.models import Appointment
from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.accounts.permissions import Permission, requires
from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit import trail as reading
from jobcenter_portal.audit.service import ActorKind
from jobcenter_portal.audit.trail import LONGEST_REASON, Line, NobodyToName, ReasonTooShort, UnknownLine
from jobcenter_portal.kernel.spreadsheet import csv_bytes
from jobcenter_portal.kernel.wall_clock import local_day
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web import dates
from jobcenter_portal.web.forms import PortalForm, render_form

_SIZE: Final = 50
_MOST_OF_A_TABLE: Final = 10_000
_READ_OR_POST: Final = ["GET", "HEAD", "POST"]
COLUMNS: Final = ("zeile", "zeit", "was", "vorgang", "woran", "wer", "rolle", "angaben")
"""Names and order stay; what comes along is added behind."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line in words. `code` is its technical name, by which lines can be told apart that read alike."""

    at: datetime
    what: str
    code: str
    subject: str
    who: str
    detail: str
    url: str
    is_staff: bool
    is_past_the_portal: bool

    @property
    def when(self) -> str:
        return dates.invariant_line(self.at)


class FindForm(PortalForm):
    code = forms.CharField(label=_("Termin-Code der Person"), max_length=60)


class ReasonForm(PortalForm):
    """Why somebody wants to know who it was."""

    reason = forms.CharField(
        label=_("Warum brauchen Sie den Namen?"),
        help_text=_("Zum Beispiel das Zeichen der Beschwerde. Der Grund wird aufgehoben, so lange wie das Protokoll."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={
            "required": _("Schreiben Sie, warum Sie den Namen brauchen."),
            "max_length": _("Fassen Sie den Grund kürzer: höchstens 500 Zeichen."),
        },
    )


@require_safe
@requires(Permission.SEE_TRAIL)
def trail(request: HttpRequest, jobcenter: str) -> HttpResponse:
    now = timezone.now()
    shown = last_week(local_day(now, tenant_of(request).settings.zone))
    if not request.GET:
        return render_form(request, "desk/trail.html", _form_of(shown), _page(request, shown, now))
    form = FilterForm(_with_defaults(request.GET, shown))
    if not form.is_valid():
        return render_form(request, "desk/trail.html", form, _page(request, shown, now, is_shown=False))
    return render_form(request, "desk/trail.html", form, _page(request, form.filter(), now))


@require_POST
@requires(Permission.SEE_TRAIL)
def find(request: HttpRequest, jobcenter: str) -> HttpResponse:
    """From a person's code to the lines about them."""
    now, find_form = timezone.now(), FindForm(request.POST)
    shown = last_week(local_day(now, tenant_of(request).settings.zone))
    found = appointment_of_key(typed_code(find_form.cleaned_data["code"])) if find_form.is_valid() else None
    if found is not None:
        since = local_day(found.booked_at, tenant_of(request).settings.zone)
        chosen = Filter(min(since, shown.first_day), shown.last_day, appointment=found.public_id)
        return HttpResponseRedirect(trail_url(jobcenter, chosen), status=HTTPStatus.SEE_OTHER)
    if find_form.is_valid():
        find_form.add_error("code", _("Zu diesem Code gibt es hier keinen Termin. Bitte prüfen Sie ihn."))
    context = {**_page(request, shown, now, is_shown=False), "find_form": find_form, "filter_form": _form_of(shown)}
    return render_form(request, "desk/trail.html", find_form, context)


@require_POST
@requires(Permission.SEE_TRAIL)
def export(request: HttpRequest, jobcenter: str) -> HttpResponse:
    """The chosen lines as a table, without names. A POST, because it is recorded."""
    now, tenant = timezone.now(), tenant_of(request)
    form = FilterForm(request.POST)
    week = last_week(local_day(now, tenant.settings.zone))
    if not form.is_valid():
        return render_form(request, "desk/trail.html", form, _page(request, week, now, is_shown=False))
    shown = form.filter().further(None)
    found = reading.page(shown.wanted(tenant.settings.zone, _about(shown)), size=_MOST_OF_A_TABLE)
    if found.following is not None:
        form.add_error("bis", _("Das sind mehr als 10.000 Zeilen. Wählen Sie einen kürzeren Zeitraum."))
        return render_form(request, "desk/trail.html", form, _page(request, shown, now, is_shown=False))
    audit.record(by=by_of(request), action=trail_words.EXPORTED, subject="trail", at=now, lines=len(found.lines))
    rows = [_as_cells(row, line) for row, line in zip(_rows(found.lines, jobcenter), found.lines, strict=True)]
    name = f"protokoll-{shown.first_day}-{shown.last_day}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(csv_bytes(COLUMNS, rows), content_type="text/csv; charset=utf-8", headers=headers)


@require_http_methods(_READ_OR_POST)
@requires(Permission.SEE_TRAIL)
def entry(request: HttpRequest, jobcenter: str, entry: str) -> HttpResponse:
    """One line. A POST says why the name is needed; for an hour after that it stands here."""
    now, by, number = timezone.now(), by_of(request), _number_or_404(entry)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    try:
        line = reading.line(number)
        if form.is_valid():
            reading.ask_for_name(entry_id=number, reason=form.cleaned_data["reason"], by=by, now=now)
            return HttpResponseRedirect(_entry_url(jobcenter, number), status=HTTPStatus.SEE_OTHER)
    except ReasonTooShort:
        form.add_error("reason", _("Schreiben Sie den Grund etwas genauer."))
    except (UnknownLine, NobodyToName):
        raise Http404 from None
    return _entry_page(request, line, form, now)


def _entry_page(request: HttpRequest, line: Line, form: ReasonForm, now: datetime) -> HttpResponse:
    jobcenter = tenant_of(request).slug
    looked(request, "trail", now=now)
    row, may_see = _rows([line], jobcenter)[0], reading.may_be_named(line.id, by=by_of(request), now=now)
    context = {
        **frame(request, page_url=row.url),
        "row": row,
        "facts": _facts(row),
        "form_url": row.url,
        "back_url": trail_url(jobcenter),
        "may_see": may_see,
        "name": _name(line) if may_see else "",
        "asked": [one.at for one in reading.disclosures(line.id)],
    }
    return render_form(request, "desk/trail_entry.html", form, context)


def _number_or_404(entry: str) -> int:
    if not (entry.isascii() and entry.isdecimal() and int(entry) <= MOST_ID):
        raise Http404
    return int(entry)


def _page(request: HttpRequest, shown: Filter, now: datetime, *, is_shown: bool = True) -> dict[str, Any]:
    """Without `is_shown` only the filter: what was typed has to be put right first."""
    tenant = tenant_of(request)
    about = _about(shown) if is_shown else None
    context = {
        **frame(request, page_url=trail_url(tenant.slug, shown if request.GET else None)),
        "is_shown": is_shown,
        "is_narrowed": bool(request.GET) or not is_shown,
        "about": trail_words.subject(about.subject) if about else "",
        "find_form": FindForm(),
        "filter_form": _form_of(shown) if is_shown else None,
        "list_url": trail_url(tenant.slug),
        "find_url": reverse("desk:trail-find", kwargs={"jobcenter": tenant.slug}),
        "export_url": reverse("desk:trail-export", kwargs={"jobcenter": tenant.slug}),
        "months": tenant.settings.audit_months,
    }
    if not is_shown:
        return context
    looked(request, "trail", *([about.subject] if about else []), now=now)
    found = reading.page(shown.wanted(tenant.settings.zone, about), size=_SIZE)
    return {
        **context,
        "rows": _rows(found.lines, tenant.slug),
        "first_url": trail_url(tenant.slug, shown.further(None)) if shown.behind else "",
        "next_url": trail_url(tenant.slug, shown.further(found.following)) if found.following else "",
    }


def _rows(lines: tuple[Line, ...] | list[Line], jobcenter: str) -> list[Row]:
    ids = {line.membership_id for line in lines if line.membership_id is not None}
    roles = dict(Membership.objects.filter(pk__in=ids).values_list("pk", "role")) if ids else {}
    return [
        Row(
            at=line.at,
            what=trail_words.action(line.action),
            code=line.action,
            subject=trail_words.subject(line.subject),
            who=trail_words.who(line.kind, roles.get(line.membership_id)),
            detail=", ".join(f"{name}: {value}" for name, value in sorted(line.detail.items()) if value != ""),
            url=_entry_url(jobcenter, line.id),
            is_staff=line.kind is ActorKind.STAFF,
            is_past_the_portal=line.kind is ActorKind.DATABASE,
        )
        for line in lines
    ]


def _facts(row: Row) -> list[Fact]:
    said = [Fact(gettext("Angaben"), row.detail)] if row.detail else []
    return [
        Fact(gettext("Wann"), row.when),
        Fact(gettext("Woran"), row.subject),
        Fact(gettext("Wer"), row.who),
        *said,
        Fact(gettext("Technischer Name"), row.code),
    ]


def _as_cells(row: Row, line: Line) -> tuple[str, ...]:
    kind = str(trail_words.KIND[line.kind])
    return (
        str(line.id),
        f"{line.at:%Y-%m-%dT%H:%M:%SZ}",
        row.what,
        row.code,
        line.subject,
        kind,
        row.who if row.is_staff else "",
        row.detail,
    )


def _name(line: Line) -> str:
    return next(iter(Membership.objects.filter(pk=line.membership_id).values_list("display_name", flat=True)), "")


def _about(shown: Filter) -> Appointment | None:
    """The appointment whose person is asked about; an unknown one is a 404 like another Jobcenter's."""
    if not shown.appointment:
        return None
    found = queries.appointment_by_public_id(shown.appointment)
    if found is None:
        raise Http404
    return found


def _form_of(shown: Filter) -> FilterForm:
    return FilterForm(QueryDict(shown.query()))


def _with_defaults(given: QueryDict, week: Filter) -> QueryDict:
    """An address that names no days means the last week."""
    filled = given.copy()
    for name, value in parse_qsl(week.query()):
        filled.setdefault(name, value)
    return filled


def _entry_url(jobcenter: str, entry: int) -> str:
    return reverse("desk:trail-entry", kwargs={"jobcenter": jobcenter, "entry": entry})
