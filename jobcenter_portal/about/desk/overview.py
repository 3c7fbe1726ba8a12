# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How the Jobcenter looks to everybody, at one glance, and the ways to change it."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from jobcenter_portal.about.desk.frame import frame
from jobcenter_portal.about.desk.words import ABOUT_PARTS, GROUNDS, PARTS
from jobcenter_portal.about.logos import shown_logos
from jobcenter_portal.about.look import ON_DARK, ON_LIGHT
from jobcenter_portal.about.models import Part
from jobcenter_portal.about.statements import current_statement
from jobcenter_portal.about.wordings import words_of
from jobcenter_portal.accounts.permissions import Permission, requires
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web.contrast import contrast_ratio, nearest_readable
from jobcenter_portal.web.languages import LANGUAGES, Language


@dataclass(frozen=True, slots=True)
class WordingCell:
    """A part in one language: whether there are words, and where they are written."""

    language: Language
    is_there: bool
    url: str


@dataclass(frozen=True, slots=True)
class PartRow:
    name: str
    explanation: str
    cells: tuple[WordingCell, ...]


@dataclass(frozen=True, slots=True)
class LogoRow:
    name: str
    is_up: bool
    url: str


@dataclass(frozen=True, slots=True)
class ColourView:
    """A colour as it is seen on white, and the one that stands for it on black."""

    colour: str
    ratio: str
    on_dark: str
    ratio_on_dark: str


@require_safe
@requires(Permission.MANAGE_FACE)
def face(request: HttpRequest, jobcenter: str) -> HttpResponse:
    tenant = tenant_of(request)
    here = {"jobcenter": jobcenter}
    words, logos = words_of(tuple(Part)), shown_logos()
    wanted = [language for language in LANGUAGES if language.code in {*tenant.settings.languages, "de"}]
    context = {
        **frame(request),
        "colour": colour_view(tenant.settings.colour),
        "look_url": reverse("about:look", kwargs=here),
        "logos": [
            LogoRow(str(name), ground in logos, reverse("about:set-logo", kwargs={**here, "ground": ground.value}))
            for ground, name in GROUNDS.items()
        ],
        "parts": [
            PartRow(
                str(name),
                str(ABOUT_PARTS[part]),
                tuple(
                    WordingCell(
                        spoken,
                        (part, spoken.code) in words,
                        reverse("about:wording", kwargs={**here, "part": part.value, "tongue": spoken.code}),
                    )
                    for spoken in wanted
                ),
            )
            for part, name in PARTS.items()
        ],
        "statement": current_statement(),
        "statement_url": reverse("about:statement", kwargs=here),
        "start_url": reverse("booking:start", kwargs={**here, "language": "de"}),
    }
    return render(request, "about/desk/face.html", context)


def colour_view(colour: str) -> ColourView:
    on_dark = nearest_readable(colour, ON_DARK)
    return ColourView(
        colour, _figure(contrast_ratio(colour, ON_LIGHT)), on_dark, _figure(contrast_ratio(on_dark, ON_DARK))
    )


def _figure(ratio: float) -> str:
    """Rounded down: 4.46 is not to look like 4.5, which would be enough."""
    return f"{int(ratio * 10) / 10:.1f}".replace(".", ",") + "\u00a0:\u00a01"
