# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sample pages that show every component once."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jobcenter_portal.web.forms import (
    DescribedChoice,
    PortalForm,
    TimeOption,
    TimesByDay,
    choices_by_day,
    render_form,
)
from jobcenter_portal.web.security import indexable

FIRST = datetime(2026, 12, 14, 7, 30, tzinfo=UTC)
TIMES = tuple(
    TimeOption(f"{day}-{number}", FIRST + timedelta(days=day, minutes=45 * number))
    for day in range(2)
    for number in range(7)
)


class SampleForm(PortalForm):
    topic = forms.ChoiceField(
        label="Worum geht es?",
        widget=forms.RadioSelect,
        choices=[
            ("first", DescribedChoice("Erstberatung", "Etwa 45 Minuten. Bitte bringen Sie Ihren Ausweis mit.")),
            ("papers", DescribedChoice("Unterlagen abgeben")),
        ],
        error_messages={"required": "Wählen Sie aus, worum es geht."},
    )
    time = forms.ChoiceField(label="Uhrzeit", widget=TimesByDay, error_messages={"required": "Wählen Sie eine Zeit."})
    name = forms.CharField(
        label="Name",
        max_length=60,
        help_text="So, wie er im Ausweis steht.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Geben Sie Ihren Namen ein."},
    )
    email = forms.EmailField(
        label="E-Mail-Adresse",
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
        error_messages={"invalid": "Geben Sie eine gültige E-Mail-Adresse ein."},
    )
    language = forms.ChoiceField(label="Nachrichten auf", choices=[("de", "Deutsch"), ("en", "English")])
    note = forms.CharField(label="Hinweis", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    agree = forms.BooleanField(
        label="Ich habe den Datenschutzhinweis gelesen.", error_messages={"required": "Bestätigen Sie den Hinweis."}
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["time"].choices = choices_by_day(TIMES)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    value: str
    change_url: str


@dataclass(frozen=True, slots=True)
class Fate:
    when: datetime
    what: str
    badge_kind: str
    badge_text: str
    note: str


ROWS = (
    Row("Anliegen", "Erstberatung, etwa 45 Minuten", "/fulda/de/seite"),
    Row("Ort", "Heinrich-von-Bibra-Platz 5–9, 36037 Fulda", ""),
    Row("E-Mail-Adresse", "ein.ziemlich.langer.name@eine-noch-laengere-domain.example", "/fulda/de/seite"),
)
FATES = (
    Fate(FIRST - timedelta(days=20), "Bestätigung per E-Mail", "success", "zugestellt", ""),
    Fate(FIRST - timedelta(days=3), "Erinnerung per SMS", "info", "geplant", ""),
    Fate(FIRST - timedelta(days=1), "Erinnerung per E-Mail", "warning", "wartet", "Der Anbieter antwortet nicht."),
)


def customer_page(request: HttpRequest, jobcenter: str, language: str) -> HttpResponse:
    context = {"start": FIRST, "end": FIRST + timedelta(minutes=45), "rows": ROWS}
    return render(request, "gallery/page.html", context)


def form_page(request: HttpRequest, jobcenter: str, language: str) -> HttpResponse:
    form = SampleForm(request.POST) if request.method == "POST" else SampleForm()
    return render_form(request, "gallery/form.html", form, {"step": 2})


@indexable
def open_page(request: HttpRequest, jobcenter: str, language: str) -> HttpResponse:
    return customer_page(request, jobcenter, language)


@require_GET
def read_only(request: HttpRequest, jobcenter: str, language: str) -> HttpResponse:
    return HttpResponse(f"read {len(request.GET)}")


def forbidden(request: HttpRequest, jobcenter: str, language: str) -> HttpResponse:
    raise PermissionDenied


def broken(request: HttpRequest, jobcenter: str, language: str) -> HttpResponse:
    raise RuntimeError("broken on purpose")


def desk_page(request: HttpRequest, jobcenter: str) -> HttpResponse:
    return render(request, "gallery/desk.html", {"fates": FATES, "start": FIRST, "sign_out_url": "/fulda/desk/"})
