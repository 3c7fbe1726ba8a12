# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Anybody may say what they cannot use, read or understand here, and gets a number and a day."""

import re
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from jobcenter_portal.about.face import typed_without_keys
from jobcenter_portal.about.feedback import LONGEST_MESSAGE, Report, feedback_by_number, leave_feedback
from jobcenter_portal.accounts.permissions import open_to_all
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web.forms import PortalForm, render_form
from jobcenter_portal.web.throttle import CannotCount, Limit, is_allowed

REPORTS: Final = Limit("feedback", attempts=10, seconds=3600)
"""A shelter or a library is one network, so ten people an hour may write from it."""
_NUMBER: Final = re.compile(r"B-[A-Z2-9]{6}")
_LONGEST_ADDRESS: Final = 254


class FeedbackForm(PortalForm):
    message = forms.CharField(
        label=_("Was ist das Problem?"),
        help_text=_(
            "Zum Beispiel: Ich kann einen Knopf nicht benutzen. Oder: Ich verstehe einen Text nicht. "
            "Bitte schreiben Sie nichts über Ihre Gesundheit."
        ),
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
        error_messages={
            "required": _("Schreiben Sie, was das Problem ist."),
            "max_length": _("Der Text ist zu lang. Bitte kürzen Sie ihn auf 4000 Zeichen."),
        },
    )
    reply_to = forms.CharField(
        label=_("Ihre E-Mail-Adresse"),
        required=False,
        help_text=_("Nur, wenn Sie eine Antwort möchten."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
    )
    page = forms.CharField(
        label=_("Auf welcher Seite war das?"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr", "spellcheck": "false"}),
    )
    website = forms.CharField(
        label=_("Bitte lassen Sie dieses Feld leer."),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def clean_reply_to(self) -> str:
        typed: str = self.cleaned_data["reply_to"]
        if not typed:
            return ""
        wrong = ValidationError(_("Diese E-Mail-Adresse stimmt nicht. Sie sieht zum Beispiel so aus: name@beispiel.de"))
        if len(typed) > _LONGEST_ADDRESS:  # checking the form of an endless address takes time
            raise wrong
        try:
            validate_email(typed)
        except ValidationError:
            raise wrong from None
        return typed

    def clean_page(self) -> str:
        return typed_without_keys(self.cleaned_data["page"])

    def clean_website(self) -> str:
        """A trap for machines. It is told, not hushed up: a browser may have filled it in for a person."""
        if self.cleaned_data["website"]:
            raise ValidationError(_("Bitte lassen Sie dieses Feld leer."))
        return ""

    @property
    def is_trapped(self) -> bool:
        return "website" in self.errors


@open_to_all(because="whoever meets a barrier may say so")
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest, jobcenter: str, language: str) -> HttpResponse:
    now = timezone.now()
    if request.method != "POST":
        seen = typed_without_keys(request.GET.get("seite", ""))
        return _page(request, FeedbackForm(initial={"page": seen}))
    form = FeedbackForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    status = _refusal(request, form, now)
    if status is not None:
        return _page(request, form, status=status)
    typed: dict[str, Any] = form.cleaned_data
    report = Report(typed["message"], typed["reply_to"], typed["page"], language)
    left = leave_feedback(report, jobcenter=tenant_of(request), now=now)
    thanks_url = reverse("about:thanks", kwargs={"jobcenter": jobcenter, "language": language})
    return HttpResponseRedirect(f"{thanks_url}?{urlencode({'nummer': left.number})}", status=HTTPStatus.SEE_OTHER)


@open_to_all(because="the number opens nothing; it only says until when an answer is due")
@require_safe
def thanks(request: HttpRequest, jobcenter: str, language: str) -> HttpResponse:
    number = request.GET.get("nummer", "")
    left = feedback_by_number(number) if _NUMBER.fullmatch(number) else None
    return render(request, "about/thanks.html", {"left": left, "start_url": _start(jobcenter, language)})


def _refusal(request: HttpRequest, form: FeedbackForm, now: datetime) -> HTTPStatus | None:
    """Why nothing is written down just now; what was typed stays. Nobody may fill the table by the thousand."""
    try:
        if is_allowed(request, REPORTS, now=now):
            return None
    except CannotCount:
        form.add_error(None, gettext("Das geht gerade nicht. Bitte versuchen Sie es in einigen Minuten noch einmal."))
        return HTTPStatus.SERVICE_UNAVAILABLE
    form.add_error(
        None,
        gettext(
            "Aus Ihrem WLAN oder Handy-Netz kamen gerade viele Meldungen. "
            "Bitte warten Sie eine Stunde oder rufen Sie uns an."
        ),
    )
    return HTTPStatus.TOO_MANY_REQUESTS


def _page(request: HttpRequest, form: FeedbackForm, *, status: HTTPStatus | None = None) -> HttpResponse:
    return render_form(request, "about/feedback.html", form, status=status)


def _start(jobcenter: str, language: str) -> str:
    return reverse("booking:start", kwargs={"jobcenter": jobcenter, "language": language})
