# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Colour and telephone: try, see whether it can be read, save, go back."""

import re
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from jobcenter_portal.about.desk.frame import READ_OR_POST, by_of, done, frame
from jobcenter_portal.about.desk.overview import colour_view
from jobcenter_portal.about.desk.words import CONFLICT
from jobcenter_portal.about.look import (
    ON_LIGHT,
    Look,
    LookChangedMeanwhile,
    Unreadable,
    change_look,
    look_before,
    look_changes,
    look_of,
)
from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.accounts.permissions import Permission, requires
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.tenancy.models import TenantSettings
from jobcenter_portal.web.contrast import nearest_readable
from jobcenter_portal.web.forms import UNPROCESSABLE, PortalForm, render_form

_SAVE, _SUGGESTED, _AGAIN = "speichern", "vorschlag", "wieder"
_COLOUR: Final = re.compile(r"#?([0-9a-fA-F]{6})")
_SHOWN: Final = 20
_DONE: Final = {_SAVE: _("Gespeichert. Alle sehen es ab jetzt so."), _AGAIN: _("Es ist wieder wie vorher.")}


class LookForm(PortalForm):
    colour = forms.CharField(
        label=_("Farbe"),
        help_text=_("Wie im Gestaltungshandbuch Ihres Hauses, zum Beispiel #1a3da5."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr", "spellcheck": "false"}),
        error_messages={"required": _("Geben Sie eine Farbe ein, zum Beispiel #1a3da5.")},
    )
    phone = forms.CharField(
        label=_("Telefon"),
        max_length=40,
        help_text=_("Diese Nummer steht auf jeder Seite unter „Brauchen Sie Hilfe?“."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr", "inputmode": "tel"}),
        error_messages={
            "required": _("Geben Sie die Nummer ein, unter der Menschen Hilfe bekommen."),
            "max_length": _("Die Nummer ist zu lang: höchstens 40 Zeichen."),
        },
    )
    phone_hours = forms.CharField(
        label=_("Wann geht jemand ans Telefon?"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": _("Das ist zu lang: höchstens 120 Zeichen.")},
    )
    seen_colour = forms.CharField(widget=forms.HiddenInput, required=False)
    seen_phone = forms.CharField(widget=forms.HiddenInput, required=False)
    seen_hours = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_colour(self) -> str:
        match = _COLOUR.fullmatch(self.cleaned_data["colour"])
        if match is None:
            raise ValidationError(_("Schreiben Sie die Farbe mit # und sechs Zeichen, zum Beispiel #1a3da5."))
        return f"#{match[1].lower()}"

    @property
    def look(self) -> Look:
        typed = self.cleaned_data
        return Look(typed["colour"], typed["phone"], typed["phone_hours"])

    @property
    def seen(self) -> Look:
        typed = self.cleaned_data
        return Look(typed["seen_colour"], typed["seen_phone"], typed["seen_hours"])


@require_http_methods(READ_OR_POST)
@requires(Permission.MANAGE_FACE)
def look(request: HttpRequest, jobcenter: str) -> HttpResponse:
    now = look_of(TenantSettings.objects.get())
    if request.method != "POST":
        return _page(request, LookForm(initial=_initial(now)))
    step = request.POST.get("step", "")
    if step == _AGAIN:
        return _as_before(request, now)
    form = LookForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    if step == _SUGGESTED:
        better = {**request.POST.dict(), "colour": nearest_readable(form.look.colour, ON_LIGHT)}
        return _page(request, LookForm(better), tried=better["colour"])
    if step != _SAVE:
        return _page(request, form, tried=form.look.colour)
    return _save(request, form)


def _save(request: HttpRequest, form: LookForm) -> HttpResponse:
    wanted = form.look  # before an error takes the field out of what is cleaned
    try:
        change_look(wanted, seen=form.seen, by=by_of(request), now=timezone.now())
    except Unreadable:
        view = colour_view(wanted.colour)
        form.add_error(
            "colour",
            _now(
                "Diese Farbe ist zu hell: Auf Weiß hat sie nur einen Kontrast von {ratio}. Nötig sind 4,5 : 1. "
                "Am nächsten kommt {better}."
            ).format(ratio=view.ratio, better=nearest_readable(view.colour, ON_LIGHT)),
        )
        return _page(request, form, tried=wanted.colour, status=UNPROCESSABLE)
    except LookChangedMeanwhile as changed:
        fresh = LookForm({**request.POST.dict(), **_seen(changed.current)})
        fresh.full_clean()
        fresh.add_error(None, CONFLICT)
        return _page(request, fresh, tried=wanted.colour, status=UNPROCESSABLE)
    return _done(request, _SAVE)


def _as_before(request: HttpRequest, now: Look) -> HttpResponse:
    """Undo one change of the list: all three values as they were before it."""
    wanted = request.POST.get("eintrag", "")
    entry = next((one for one in look_changes() if str(one.pk) == wanted), None)
    if entry is None:
        return _done(request, "")
    before = look_before(entry)
    try:
        change_look(before, seen=now, by=by_of(request), now=timezone.now())
    except (Unreadable, LookChangedMeanwhile):
        form = LookForm({**_initial(before), **_seen(now)})
        return _page(request, form, tried=before.colour, status=UNPROCESSABLE)
    return _done(request, _AGAIN)


def _page(request: HttpRequest, form: LookForm, *, tried: str = "", status: int | None = None) -> HttpResponse:
    jobcenter = {"jobcenter": tenant_of(request).slug}
    shown = tried or TenantSettings.objects.get().colour
    better = nearest_readable(shown, ON_LIGHT)
    names = dict(Membership.objects.values_list("pk", "display_name"))
    context = {
        **frame(request),
        "tried": bool(tried),
        "view": colour_view(shown),
        "better": better if better != shown else "",
        "changes": [
            {"entry": entry, "name": names.get(entry.membership_id, ""), "before": look_before(entry)}
            for entry in look_changes()[:_SHOWN]
        ],
        "back_url": reverse("about:face", kwargs=jobcenter),
        "done": _DONE.get(request.GET.get("getan", "")),
    }
    return render_form(request, "about/desk/look.html", form, context, status=status)


def _initial(look: Look) -> dict[str, Any]:
    return {"colour": look.colour, "phone": look.phone, "phone_hours": look.phone_hours, **_seen(look)}


def _seen(look: Look) -> dict[str, str]:
    return {"seen_colour": look.colour, "seen_phone": look.phone, "seen_hours": look.phone_hours}


def _done(request: HttpRequest, what: str) -> HttpResponse:
    return done(reverse("about:look", kwargs={"jobcenter": tenant_of(request).slug}), what)
