# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The facts of the statement on accessibility."""

from datetime import date
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from jobcenter_portal.about.desk.frame import READ_OR_POST, by_of, done, frame
from jobcenter_portal.about.desk.words import CONFORMANCES, METHODS
from jobcenter_portal.about.models import Conformance, Method, Part, Statement
from jobcenter_portal.about.statements import Facts, current_statement, state, statement_versions
from jobcenter_portal.accounts.permissions import Permission, requires
from jobcenter_portal.kernel.wall_clock import local_day
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web.forms import PortalForm, render_form

_SAVED: Final = "speichern"
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

    def __init__(self, data: Any, *, today: date, initial: dict[str, Any]) -> None:
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
    now, tenant = timezone.now(), tenant_of(request)
    today = local_day(now, tenant.settings.zone)
    data = request.POST if request.method == "POST" else None
    form = StatementForm(data, today=today, initial=_initial(current_statement(), tenant.name, today))
    if form.is_valid():
        state(form.facts, by=by_of(request), now=now)
        return done(reverse("about:statement", kwargs={"jobcenter": jobcenter}), _SAVED)
    here = {"jobcenter": jobcenter}
    context = {
        **frame(request),
        "versions": list(statement_versions()[:_SHOWN]),
        "gaps_url": reverse("about:wording", kwargs={**here, "part": Part.GAPS.value, "tongue": "de"}),
        "page_for_all_url": reverse("about:accessibility", kwargs={**here, "language": "de"}),
        "done": request.GET.get("getan") == _SAVED,
    }
    return render_form(request, "about/desk/statement.html", form, context)


def _initial(row: Statement | None, name: str, today: date) -> dict[str, Any]:
    """Before the first one nothing is chosen: how accessible the pages are, the portal does not suggest."""
    if row is None:
        return {"body": name, "prepared_on": today, "reviewed_on": today}
    return {
        "body": row.body,
        "conformance": row.conformance,
        "method": row.method,
        "prepared_on": row.prepared_on,
        "reviewed_on": row.reviewed_on,
    }
