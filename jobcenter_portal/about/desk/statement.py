# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The facts of the statement on accessibility."""

from datetime import date, datetime
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from jobcenter_portal.about.desk.frame import READ_OR_POST, by_of, done, frame
from jobcenter_portal.about.desk.words import CONFLICT, CONFORMANCES, METHODS
from jobcenter_portal.about.models import Conformance, Method, Part, Statement
from jobcenter_portal.about.statement_view import in_words
from jobcenter_portal.about.statements import (
    Facts,
    StatementChangedMeanwhile,
    current_statement,
    facts_of,
    state,
    state_as_in,
    statement_versions,
)
from jobcenter_portal.accounts.permissions import Permission, requires
from jobcenter_portal.kernel.wall_clock import local_day
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web.forms import UNPROCESSABLE, PortalForm, render_form

_SAVE, _AGAIN = "speichern", "wieder"
_MOST_DIGITS: Final = 9
_DONE: Final = {
    _SAVE: _("Gespeichert. So steht es jetzt in der Erklärung."),
    _AGAIN: _("Die frühere Fassung gilt wieder, als neue Fassung."),
}
_SHOWN: Final = 20
_DATE = {"type": "date", "autocomplete": "off"}
_NO_DATE: Final = _("Geben Sie ein Datum ein, zum Beispiel 23.11.2026.")
_FORMATS: Final = ["%Y-%m-%d", "%d.%m.%Y"]


class StatementForm(PortalForm):
    body = forms.CharField(
        label=_("Wer ist für die Seiten verantwortlich?"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Geben Sie den Namen der Stelle ein."),
            "max_length": _("Der Name ist zu lang: höchstens 200 Zeichen."),
        },
    )
    conformance = forms.ChoiceField(
        label=_("Wie barrierefrei sind die Seiten?"),
        choices=list(CONFORMANCES.items()),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Wählen Sie, was die Prüfung ergeben hat.")),
    )
    method = forms.ChoiceField(
        label=_("Wie wurde geprüft?"),
        choices=list(METHODS.items()),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Wählen Sie, wer geprüft hat.")),
    )
    prepared_on = forms.DateField(
        label=_("Die Erklärung ist vom"),
        input_formats=_FORMATS,
        widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d"),
        error_messages=dict.fromkeys(("required", "invalid"), _NO_DATE),
    )
    reviewed_on = forms.DateField(
        label=_("Zuletzt geprüft am"),
        help_text=_("Die Erklärung wird mindestens einmal im Jahr geprüft und nach jeder größeren Änderung."),
        input_formats=_FORMATS,
        widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d"),
        error_messages=dict.fromkeys(("required", "invalid"), _NO_DATE),
    )

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, today: date, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self._today = today

    def clean(self) -> dict[str, Any]:
        prepared, reviewed = self.cleaned_data.get("prepared_on"), self.cleaned_data.get("reviewed_on")
        for name, day in (("prepared_on", prepared), ("reviewed_on", reviewed)):
            if day and day > self._today:
                self.add_error(name, _("Dieser Tag liegt in der Zukunft."))
        if prepared and reviewed and reviewed < prepared:
            self.add_error("reviewed_on", _("Die Prüfung kann nicht vor der Erklärung liegen."))
        return self.cleaned_data

    @property
    def version_seen(self) -> int:
        return _version(str(self["seen"].value() or ""))

    @property
    def facts(self) -> Facts:
        typed = self.cleaned_data
        return Facts(
            typed["body"],
            Conformance(typed["conformance"]),
            Method(typed["method"]),
            typed["prepared_on"],
            typed["reviewed_on"],
        )


@require_http_methods(READ_OR_POST)
@requires(Permission.MANAGE_FACE)
def statement(request: HttpRequest, jobcenter: str) -> HttpResponse:
    now = timezone.now()
    today = local_day(now, tenant_of(request).settings.zone)
    if request.method != "POST":
        return _opened(request, today)
    step = request.POST.get("step", "")
    if step == _AGAIN:
        return _state_again(request, today, now)
    form = StatementForm(request.POST, today=today)
    if not form.is_valid():
        return _page(request, form)
    if step != _SAVE:
        return _page(request, form, preview=form.facts)
    try:
        state(form.facts, seen=form.version_seen, by=by_of(request), now=now)
    except StatementChangedMeanwhile as changed:
        typed = request.POST.copy()
        typed["seen"] = str(changed.current.version if changed.current else 0)
        again = StatementForm(typed, today=today)
        again.add_error(None, CONFLICT)
        return _page(request, again, preview=form.facts, current=changed.current)
    return done(_here(request), _SAVE)


def _state_again(request: HttpRequest, today: date, now: datetime) -> HttpResponse:
    wanted, seen = (_version(request.POST.get(name, "")) for name in ("fassung", "seen"))
    try:
        state_as_in(version=wanted, seen=seen, by=by_of(request), now=now)
    except LookupError:
        raise Http404 from None
    except StatementChangedMeanwhile:
        return _opened(request, today, status=UNPROCESSABLE)
    return done(_here(request), _AGAIN)


def _opened(request: HttpRequest, today: date, *, status: int | None = None) -> HttpResponse:
    initial = _initial(current_statement(), tenant_of(request).name, today)
    return _page(request, StatementForm(None, today=today, initial=initial), status=status)


def _page(
    request: HttpRequest,
    form: StatementForm,
    *,
    preview: Facts | None = None,
    current: Statement | None = None,
    status: int | None = None,
) -> HttpResponse:
    here = {"jobcenter": tenant_of(request).slug}
    rows = list(statement_versions()[:_SHOWN])
    context = {
        **frame(request, here=_here(request)),
        "preview": in_words(preview) if preview else None,
        "current": in_words(facts_of(current)) if current else None,
        "versions": rows,
        "newest": rows[0].version if rows else 0,
        "gaps_url": reverse("about:wording", kwargs={**here, "part": Part.GAPS.value, "tongue": "de"}),
        "page_for_all_url": reverse("about:accessibility", kwargs={**here, "language": "de"}),
        "done": _DONE.get(request.GET.get("getan", "")),
    }
    return render_form(request, "about/desk/statement.html", form, context, status=status)


def _here(request: HttpRequest) -> str:
    return reverse("about:statement", kwargs={"jobcenter": tenant_of(request).slug})


def _version(typed: str) -> int:
    """A number that no version has, for what is none."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= _MOST_DIGITS else -1


def _initial(row: Statement | None, name: str, today: date) -> dict[str, Any]:
    """Before the first one nothing is chosen: how accessible the pages are, the portal does not suggest."""
    if row is None:
        return {"body": name, "prepared_on": today, "reviewed_on": today, "seen": "0"}
    return {
        "body": row.body,
        "conformance": row.conformance,
        "method": row.method,
        "prepared_on": row.prepared_on,
        "reviewed_on": row.reviewed_on,
        "seen": str(row.version),
    }
