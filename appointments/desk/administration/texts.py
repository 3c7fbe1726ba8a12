# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which messages there are and whose words they speak: all of them, and one kind with its channels and languages."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from appointments.desk.administration.texts_rows import (
    Own,
    Where,
    channels_of,
    concerns,
    groups,
    language_rows,
    spoken,
)
from appointments.desk.administration.texts_words import WHEN, language_name
from appointments.desk.frame import frame
from appointments.desk.message_words import CHANNEL, kind_name
from jobcenter_portal.accounts.permissions import Permission, requires
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.tenancy.models import TenantSettings
from jobcenter_portal.web.forms import PortalForm
from jobcenter_portal.web.languages import LANGUAGES
from notifications.service import Channel, texts

_ALL, _OWN, _WRONG = "", "eigene", "pruefen"
_SHOWN: Final[Mapping[str, Promise]] = {
    _ALL: _("alle Texte"),
    _OWN: _("mit eigenem Text"),
    _WRONG: _("mit etwas zu prüfen"),
}


class FilterForm(PortalForm):
    """What the list shows, as it stands in its address."""

    sprache = forms.ChoiceField(label=_("Sprache"), required=False)
    nur = forms.ChoiceField(label=_("Anzeigen"), required=False, choices=list(_SHOWN.items()))

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        languages = [(language.code, language_name(language.code)) for language in LANGUAGES]
        self.fields["sprache"].choices = [("", _("alle Sprachen")), *languages]  # type: ignore[attr-defined]


@require_safe
@requires(Permission.MANAGE_TEXTS)
def overview(request: HttpRequest, jobcenter: str) -> HttpResponse:
    form = FilterForm(request.GET)
    if not form.is_valid():
        raise Http404
    own, language = texts.own_texts(), form.cleaned_data["sprache"]
    context = {
        **frame(request, page_url=request.get_full_path()),
        "form": form,
        "groups": list(groups(jobcenter, own, language=language, only=_kinds(own, form.cleaned_data["nur"], language))),
        "channels": _columns(tenant_of(request).settings, texts.WITH_WORDS),
        "concerns": concerns(jobcenter, own),
        "is_narrowed": bool(language or form.cleaned_data["nur"]),
        "list_url": request.path,
        "back_url": reverse("desk:settings", kwargs={"jobcenter": jobcenter}),
    }
    return render(request, "desk/administration/texts.html", context)


@require_safe
@requires(Permission.MANAGE_TEXTS)
def of_kind(request: HttpRequest, jobcenter: str, kind: str) -> HttpResponse:
    """One kind: the Jobcenter's languages, and the others behind a disclosure."""
    if kind not in WHEN:
        raise Http404
    settings, own = tenant_of(request).settings, texts.own_texts()
    first = spoken(settings)
    others = [language.code for language in LANGUAGES if language.code not in first]
    context = {
        **frame(request, page_url=request.path),
        "name": kind_name(kind),
        "when": WHEN[kind],
        "rows": language_rows(jobcenter, kind, first, own),
        "others": language_rows(jobcenter, kind, others, own),
        "others_own": any(code in others for of, _channel, code in own if of == kind),
        "channels": _columns(settings, channels_of(kind)),
        "concerns": concerns(jobcenter, {key: text for key, text in own.items() if key[0] == kind}),
        "back_url": reverse("desk:texts", kwargs={"jobcenter": jobcenter}),
    }
    return render(request, "desk/administration/texts_of_kind.html", context)


def _kinds(own: Own, shown: str, language: str) -> set[str] | None:
    """Of which kinds the list speaks; None for all."""
    if shown == _ALL:
        return None
    return {
        Where(*key).kind
        for key, text in own.items()
        if (not language or key[2] == language) and (shown == _OWN or text.findings or not text.is_said)
    }


def _columns(settings: TenantSettings, channels: tuple[Channel, ...]) -> list[tuple[Promise, bool]]:
    """The channels, and whether this Jobcenter sends by them."""
    used = {
        Channel.EMAIL: settings.email_enabled,
        Channel.SMS: settings.sms_enabled,
        Channel.LETTER: settings.letters_enabled,
    }
    return [(CHANNEL[channel], used[channel]) for channel in channels]
