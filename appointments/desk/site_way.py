# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which door, which bus, and how to get in without steps: what the office says about a site, a page per language."""

from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from appointments.desk.frame import by_of, frame
from appointments.desk.scope import place_or_404
from appointments.models import Location
from appointments.places import LONGEST_ENTRANCE, LONGEST_WAY, Way, WayChangedMeanwhile, tell_the_way, way_of
from jobcenter_portal.accounts.permissions import Permission, requires
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.web.forms import UNPROCESSABLE, PortalForm, render_form
from jobcenter_portal.web.languages import GERMAN, LANGUAGES, Language, is_known, language_by_code

_SAVED: Final = "weg"
_CONFLICT: Final = _(
    "Jemand hat das gerade geändert. Ihre Eingaben stehen noch hier. Wenn Sie jetzt speichern, gelten sie."
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One language of a site's way, as the site's page lists it."""

    language: Language
    is_said: bool
    url: str


def _sentence(label: Any, help_text: Any, longest: int, too_long: Any) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, max_length=longest, required=False, error_messages={"max_length": too_long}
    )


class WayForm(PortalForm):
    entrance = _sentence(
        _("Eingang"),
        _("Welche Tür, und wo man sich meldet. Steht auch in E-Mails und Briefen."),
        LONGEST_ENTRANCE,
        _("Der Text ist zu lang: höchstens 200 Zeichen."),
    )
    directions = _sentence(
        _("Bus und Bahn"),
        _("Linie, Haltestelle, und wie weit es dann zu Fuß ist."),
        LONGEST_WAY,
        _("Der Text ist zu lang: höchstens 400 Zeichen."),
    )
    without_steps = _sentence(
        _("Ohne Stufen"),
        _("Wie man mit Rollstuhl, Rollator oder Kinderwagen hineinkommt: Rampe, Aufzug, Klingel, Parkplatz."),
        LONGEST_WAY,
        _("Der Text ist zu lang: höchstens 400 Zeichen."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, language: Language) -> None:
        super().__init__(data)
        spoken = {"lang": language.code, "dir": language.direction, "autocomplete": "off", "rows": 3}
        for name in ("entrance", "directions", "without_steps"):
            self.fields[name].widget = forms.Textarea(spoken)

    @property
    def way(self) -> Way:
        """On one line each: that is how pages and messages show them."""
        said = {name: " ".join(self.cleaned_data[name].split()) for name in self.fields if name != "seen"}
        return Way(**said)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_SCHEDULE)
def way(request: HttpRequest, jobcenter: str, location: str, tongue: str) -> HttpResponse:
    place, language = place_or_404(request, location), _language_or_404(tongue, tenant_of(request))
    now_said = way_of(place, language.code)
    if request.method != "POST":
        return _page(request, place, language, WayForm(_typed(now_said, now_said), language))
    form = WayForm(request.POST, language)
    if not form.is_valid():
        return _page(request, place, language, form)
    try:
        tell_the_way(
            location=place,
            language=language.code,
            way=form.way,
            seen=form.cleaned_data["seen"],
            by=by_of(request),
            now=timezone.now(),
        )
    except WayChangedMeanwhile as changed:
        again = WayForm(_typed(form.way, changed.current), language)
        again.add_error(None, _CONFLICT)
        return _page(request, place, language, again, current=changed.current, status=UNPROCESSABLE)
    site = reverse("desk:site", kwargs={"jobcenter": jobcenter, "location": place.slug})
    return HttpResponseRedirect(f"{site}?getan={_SAVED}", status=303)


def way_cells(place: Location, tenant: Jobcenter) -> list[Cell]:
    """The languages that this Jobcenter speaks, German first."""
    return [
        Cell(
            language,
            way_of(place, language.code).is_said,
            reverse(
                "desk:site-way", kwargs={"jobcenter": tenant.slug, "location": place.slug, "tongue": language.code}
            ),
        )
        for language in _spoken(tenant)
    ]


def _spoken(tenant: Jobcenter) -> list[Language]:
    return [one for one in LANGUAGES if one.code in {*tenant.settings.languages, GERMAN.code}]


def _typed(shown: Way, seen: Way) -> dict[str, str]:
    return {
        "entrance": shown.entrance,
        "directions": shown.directions,
        "without_steps": shown.without_steps,
        "seen": seen.seal,
    }


def _page(
    request: HttpRequest,
    place: Location,
    language: Language,
    form: WayForm,
    *,
    current: Way | None = None,
    status: int | None = None,
) -> HttpResponse:
    site = {"jobcenter": tenant_of(request).slug, "location": place.slug}
    context = {
        **frame(request, page_url=request.path),
        "place": place,
        "language": language,
        "german": way_of(place, GERMAN.code) if language != GERMAN else None,
        "current": current,
        "back_url": reverse("desk:site", kwargs=site),
    }
    return render_form(request, "desk/site_way.html", form, context, status=status)


def _language_or_404(code: str, tenant: Jobcenter) -> Language:
    if not is_known(code) or language_by_code(code) not in _spoken(tenant):
        raise Http404
    return language_by_code(code)
