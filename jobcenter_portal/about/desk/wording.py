# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""One part of the face in one language: write, see how it reads, save, go back."""

from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from jobcenter_portal.about.desk.frame import READ_OR_POST, by_of, done, frame
from jobcenter_portal.about.desk.words import ABOUT_PARTS, CONFLICT, PARTS
from jobcenter_portal.about.models import Part, Wording
from jobcenter_portal.about.passages import html_of
from jobcenter_portal.about.wordings import (
    LONGEST,
    TooLong,
    WordingChangedMeanwhile,
    current_wording,
    reword,
    reword_as_in,
    versions,
)
from jobcenter_portal.accounts.permissions import Permission, requires
from jobcenter_portal.web.forms import UNPROCESSABLE, PortalForm, render_form
from jobcenter_portal.web.languages import GERMAN, Language, is_known, language_by_code

_SAVE, _AGAIN = "speichern", "wieder"
_ROWS: Final = {Part.IMPRINT: 16, Part.PRIVACY: 24}
_FEW_ROWS: Final = 6
_SHOWN: Final = 30
_MOST_DIGITS: Final = 9
_DONE: Final = {
    _SAVE: _("Gespeichert. Ab jetzt steht dieser Text auf den Seiten."),
    _AGAIN: _("Die frühere Fassung gilt wieder, als neue Fassung."),
}


class WordingForm(PortalForm):
    text = forms.CharField(label=_("Text"), required=False, strip=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: object, where: "Where", initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        spoken = {"lang": where.language.code, "dir": where.language.direction, "autocomplete": "off"}
        self.fields["text"].widget = forms.Textarea({**spoken, "rows": _ROWS.get(where.part, _FEW_ROWS)})

    @property
    def typed(self) -> str:
        return str(self["text"].value() or "")

    @property
    def version_seen(self) -> int:
        seen = str(self["seen"].value() or "")
        return int(seen) if seen.isdecimal() and len(seen) <= _MOST_DIGITS else -1


@dataclass(frozen=True, slots=True)
class Where:
    """Which words, and where they are written."""

    part: Part
    language: Language
    url: str


@require_http_methods(READ_OR_POST)
@requires(Permission.MANAGE_FACE)
def wording(request: HttpRequest, jobcenter: str, part: str, tongue: str) -> HttpResponse:
    where = _where_or_404(jobcenter, part, tongue)
    if request.method != "POST":
        return _opened(request, where)
    step = request.POST.get("step", "")
    if step == _AGAIN:
        return _use_again(request, where)
    form = WordingForm(request.POST, where)
    if step != _SAVE:
        return _page(request, where, form, preview=form.typed)
    return _save(request, where, form)


def _save(request: HttpRequest, where: Where, form: WordingForm) -> HttpResponse:
    try:
        reword(
            part=where.part,
            language=where.language.code,
            text=form.typed,
            seen=form.version_seen,
            by=by_of(request),
            now=timezone.now(),
        )
    except TooLong:
        most = LONGEST[where.part]
        form.full_clean()
        form.add_error(
            "text",
            ngettext(
                "Der Text ist zu lang. Hier ist Platz für ein Zeichen.",
                "Der Text ist zu lang. Hier ist Platz für {most} Zeichen.",
                most,
            ).format(most=most),
        )
        return _page(request, where, form, preview=form.typed, status=UNPROCESSABLE)
    except WordingChangedMeanwhile as changed:
        current = changed.current.version if changed.current else 0
        again = WordingForm({"text": form.typed, "seen": str(current)}, where)
        again.full_clean()
        again.add_error(None, CONFLICT)
        return _page(request, where, again, preview=form.typed, current=changed.current, status=UNPROCESSABLE)
    return done(where.url, _SAVE)


def _use_again(request: HttpRequest, where: Where) -> HttpResponse:
    form = WordingForm(request.POST, where)
    wanted = request.POST.get("fassung", "")
    if not wanted.isdecimal() or len(wanted) > _MOST_DIGITS:
        raise Http404
    try:
        reword_as_in(
            part=where.part,
            language=where.language.code,
            version=int(wanted),
            seen=form.version_seen,
            by=by_of(request),
            now=timezone.now(),
        )
    except LookupError:
        raise Http404 from None
    except WordingChangedMeanwhile:
        return _opened(request, where, status=UNPROCESSABLE)
    return done(where.url, _AGAIN)


def _opened(request: HttpRequest, where: Where, *, status: int | None = None) -> HttpResponse:
    current = current_wording(where.part, where.language.code)
    initial = {"text": current.text if current else "", "seen": str(current.version if current else 0)}
    return _page(request, where, WordingForm(None, where, initial), status=status)


def _page(
    request: HttpRequest,
    where: Where,
    form: WordingForm,
    *,
    preview: str | None = None,
    current: Wording | None = None,
    status: int | None = None,
) -> HttpResponse:
    german = current_wording(where.part, GERMAN.code) if where.language != GERMAN else None
    rows = list(versions(where.part, where.language.code)[:_SHOWN])
    context = {
        **frame(request, here=where.url),
        "part": PARTS[where.part],
        "about_part": ABOUT_PARTS[where.part],
        "language": where.language,
        "form_url": where.url,
        "preview": None if preview is None else html_of(where.part, preview),
        "current": html_of(where.part, current.text) if current else "",
        "german": html_of(where.part, german.text) if german and german.text else "",
        "versions": rows,
        "newest": rows[0].version if rows else 0,
        "is_long": where.part in _ROWS,
        "done": _DONE.get(request.GET.get("getan", "")),
    }
    return render_form(request, "about/desk/wording.html", form, context, status=status)


def _where_or_404(jobcenter: str, part: str, tongue: str) -> Where:
    if part not in Part.values or not is_known(tongue):
        raise Http404
    url = reverse("about:wording", kwargs={"jobcenter": jobcenter, "part": part, "tongue": tongue})
    return Where(Part(part), language_by_code(tongue), url)
