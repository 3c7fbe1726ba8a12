# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The logo for one ground: choose a file, see it on the page, put it up, take it down, go back."""

import base64
import binascii
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from jobcenter_portal.about.desk.frame import READ_OR_POST, by_of, done, frame
from jobcenter_portal.about.desk.words import GROUNDS
from jobcenter_portal.about.logos import logo_versions, put_up, put_up_again, shown_logos, take_down
from jobcenter_portal.about.models import Ground
from jobcenter_portal.about.picture import MAX_UPLOAD, MOST_BYTES, Fault, Picture, PictureRefused, picture_of
from jobcenter_portal.accounts.permissions import Permission, requires
from jobcenter_portal.web.forms import UNPROCESSABLE, PortalForm, render_form
from jobcenter_portal.web.guards import takes_uploads

_SAVE, _DOWN, _AGAIN = "speichern", "abnehmen", "wieder"
_ROOM_FOR_THE_FORM: Final = 16 * 1024
_SHOWN: Final = 20
_MOST_DIGITS: Final = 9
_FAULTS: Final = {
    Fault.SVG: _(
        "SVG-Dateien nehmen wir nicht an, weil darin Programme stecken können. Bitte speichern Sie das Logo als PNG."
    ),
    Fault.UNREADABLE: _("Diese Datei ist kein Bild, das wir lesen können. Es geht mit PNG, JPEG und WebP."),
    Fault.TOO_LARGE: _("Dieses Bild ist zu groß. Es darf höchstens 1 MB und 4 Millionen Bildpunkte haben."),
    Fault.TOO_SMALL: _(
        "Auf diesem Bild ist nichts zu sehen, oder es ist zu klein. Es braucht mindestens 24 Bildpunkte Höhe."
    ),
    Fault.TOO_DETAILED: _("Dieses Bild hat zu viele Einzelheiten für ein Logo. Bitte nehmen Sie ein einfacheres."),
}
_DONE: Final = {
    _SAVE: _("Das Logo steht ab jetzt auf allen Seiten."),
    _DOWN: _("Das Logo ist abgenommen. Auf den Seiten steht der Name."),
    _AGAIN: _("Das frühere Logo steht wieder auf den Seiten."),
}


class LogoForm(PortalForm):
    """A file, or the picture made of one that has been looked at already."""

    file = forms.FileField(
        label=_("Bilddatei"),
        help_text=_(
            "PNG, JPEG oder WebP, höchstens 1 MB. "
            "Das Portal macht daraus ein kleines Bild von höchstens 240 mal 72 Punkten."
        ),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        error_messages={
            "required": _("Wählen Sie eine Bilddatei aus."),
            "empty": _("Diese Datei ist leer."),
            "max_length": _("Der Name der Datei ist zu lang."),
        },
        allow_empty_file=False,
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        super().__init__(data, files, **kwargs)
        self.fields["file"].required = not (data and data.get("seen"))

    def clean(self) -> dict[str, object]:
        try:
            self.cleaned_data["picture"] = self._picture()
        except PictureRefused as refused:
            self.add_error("file", _FAULTS[refused.fault])
        return self.cleaned_data

    def _picture(self) -> Picture | None:
        upload, seen = self.cleaned_data.get("file"), self.cleaned_data.get("seen", "")
        if upload is not None:
            return picture_of(upload.read())
        if seen:
            try:
                return picture_of(base64.b64decode(seen, validate=True))
            except binascii.Error:
                raise PictureRefused(Fault.UNREADABLE) from None
        return None


@takes_uploads(MAX_UPLOAD + _ROOM_FOR_THE_FORM)
@require_http_methods(READ_OR_POST)
@requires(Permission.MANAGE_FACE)
def logo(request: HttpRequest, jobcenter: str, ground: str) -> HttpResponse:
    if ground not in Ground.values:
        raise Http404
    where, step = Ground(ground), request.POST.get("step", "")
    here = reverse("about:set-logo", kwargs={"jobcenter": jobcenter, "ground": ground})
    if request.method != "POST":
        return _page(request, where, LogoForm())
    if step == _DOWN:
        take_down(ground=where, by=by_of(request), now=timezone.now())
        return done(here, _DOWN)
    if step == _AGAIN:
        _again(request, where)
        return done(here, _AGAIN)
    form = LogoForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, where, form, status=UNPROCESSABLE)
    picture: Picture = form.cleaned_data["picture"]
    if step == _SAVE:
        put_up(ground=where, picture=picture, by=by_of(request), now=timezone.now())
        return done(here, _SAVE)
    return _page(request, where, LogoForm(initial={"seen": _as_text(picture)}), preview=picture)


def _again(request: HttpRequest, ground: Ground) -> None:
    wanted = request.POST.get("fassung", "")
    if not wanted.isdecimal() or len(wanted) > _MOST_DIGITS:
        raise Http404
    try:
        put_up_again(ground=ground, version=int(wanted), by=by_of(request), now=timezone.now())
    except LookupError:
        raise Http404 from None


def _page(
    request: HttpRequest, ground: Ground, form: LogoForm, *, preview: Picture | None = None, status: int | None = None
) -> HttpResponse:
    rows = list(logo_versions(ground)[:_SHOWN])
    context = {
        **frame(request),
        "title": GROUNDS[ground],
        "ground": ground.value,
        "is_dark": ground is Ground.DARK,
        "shown": shown_logos().get(ground),
        "preview": preview,
        "preview_url": f"data:image/png;base64,{_as_text(preview)}" if preview else "",
        "versions": rows,
        "newest": rows[0].version if rows else 0,
        "done": _DONE.get(request.GET.get("getan", "")),
        "most_kilobytes": MOST_BYTES // 1024,
    }
    return render_form(request, "about/desk/logo.html", form, context, status=status)


def _as_text(picture: Picture) -> str:
    return base64.b64encode(picture.png).decode("ascii")
