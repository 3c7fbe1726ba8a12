# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What people reported about barriers: the list, and one of them to be answered."""

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from jobcenter_portal.about.desk.frame import READ_OR_POST, by_of, done, frame
from jobcenter_portal.about.desk.words import STATES
from jobcenter_portal.about.feedback import (
    LONGEST_NOTE,
    AlreadySettled,
    feedback_by_number,
    feedback_in,
    is_overdue,
    settle_feedback,
)
from jobcenter_portal.about.models import Feedback, FeedbackState
from jobcenter_portal.accounts.permissions import Permission, requires
from jobcenter_portal.kernel.wall_clock import local_day
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web.forms import PortalForm, render_form
from jobcenter_portal.web.languages import language_by_code

_SHOWN: Final = 100
_DONE: Final = {
    "erledigt": _("Gespeichert. Die Meldung ist abgeschlossen."),
    "weg": _("Diese Meldung hat schon jemand abgeschlossen."),
}
_SETTLED: Final = (FeedbackState.ANSWERED, FeedbackState.CLOSED)


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A line of the list; nothing of what was written stands in it."""

    row: Feedback
    url: str
    state: str
    due: str
    is_overdue: bool


class SettleForm(PortalForm):
    state = forms.ChoiceField(
        label=_("Was ist daraus geworden?"),
        choices=[(one.value, STATES[one]) for one in _SETTLED],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Wählen Sie, was daraus geworden ist.")),
    )
    note = forms.CharField(
        label=_("Notiz für das Haus"),
        required=False,
        max_length=LONGEST_NOTE,
        help_text=_("Was Sie geantwortet haben und was sich ändert. Die Person sieht das nicht."),
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        error_messages={"max_length": _("Die Notiz ist zu lang: höchstens 2000 Zeichen.")},
    )


@require_safe
@requires(Permission.MANAGE_FACE)
def reports(request: HttpRequest, jobcenter: str) -> HttpResponse:
    today = local_day(timezone.now(), tenant_of(request).settings.zone)
    waiting = list(feedback_in([FeedbackState.OPEN])[:_SHOWN])
    settled = list(feedback_in(_SETTLED).order_by("-settled_at")[:_SHOWN])
    context = {
        **frame(request),
        "waiting": [_row(one, jobcenter, today) for one in waiting],
        "settled": [_row(one, jobcenter, today) for one in settled],
        "done": _DONE.get(request.GET.get("getan", "")),
    }
    return render(request, "about/desk/reports.html", context)


@require_http_methods(READ_OR_POST)
@requires(Permission.MANAGE_FACE)
def report(request: HttpRequest, jobcenter: str, number: str) -> HttpResponse:
    found = feedback_by_number(number)
    if found is None:
        raise Http404
    now, to_list = timezone.now(), reverse("about:reports", kwargs={"jobcenter": jobcenter})
    form = SettleForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            settle_feedback(
                found,
                as_=FeedbackState(form.cleaned_data["state"]),
                note=form.cleaned_data["note"],
                by=by_of(request),
                now=now,
            )
        except AlreadySettled:
            # What was typed stays in sight: a colleague's note says whether it is still of use.
            form.add_error(None, _DONE["weg"])
            return _page(request, _again(number), form, status=HTTPStatus.CONFLICT)
        return done(to_list, "erledigt")
    return _page(request, found, form)


def _page(request: HttpRequest, found: Feedback, form: SettleForm, *, status: int | None = None) -> HttpResponse:
    today = local_day(timezone.now(), tenant_of(request).settings.zone)
    context = {
        **frame(request),
        "line": _row(found, tenant_of(request).slug, today),
        "is_open": found.state == FeedbackState.OPEN,
        "language": language_by_code(found.language),
    }
    return render_form(request, "about/desk/report.html", form, context, status=status)


def _again(number: str) -> Feedback:
    found = feedback_by_number(number)
    if found is None:
        raise Http404
    return found


def _row(row: Feedback, jobcenter: str, today: date) -> ReportRow:
    return ReportRow(
        row,
        reverse("about:report", kwargs={"jobcenter": jobcenter, "number": row.number}),
        str(STATES[FeedbackState(row.state)]),
        _due(row, today),
        is_overdue(row, today),
    )


def _due(row: Feedback, today: date) -> str:
    """In words, so that nobody has to see the colour."""
    days = (row.due_on - today).days
    if row.state != FeedbackState.OPEN:
        return ""
    if days < 0:
        late = ngettext("seit einem Tag überfällig", "seit {days} Tagen überfällig", -days)
        return late.format(days=-days)
    if days == 0:
        return gettext("heute")
    return ngettext("in einem Tag", "in {days} Tagen", days).format(days=days)
