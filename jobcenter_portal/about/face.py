# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A Jobcenter's face as the frame of every page shows it; asked for when the frame is drawn, not before."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest
from django.urls import ResolverMatch
from django.utils.translation import gettext as _

from jobcenter_portal.about.logos import ShownLogo, shown_logos
from jobcenter_portal.about.look import ON_DARK
from jobcenter_portal.about.models import Ground, Part
from jobcenter_portal.about.passages import Passage, passage
from jobcenter_portal.about.wordings import words_of
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.web.addresses import address
from jobcenter_portal.web.contrast import nearest_readable
from jobcenter_portal.web.languages import current_language

_HOLE: Final = re.compile(r"<(?:\w+:)?(\w+)>")
_SAID: Final = frozenset({"jobcenter", "language"})
"""Holes of an address that may be repeated; every other one may be a key to somebody's appointment, and a page that
says what was asked for would answer differently to every guess."""
_WITHHELD: Final = "…"
_LIKE_A_KEY: Final = re.compile(r"(?<![^/])(?=[^/]*[^a-z/-])[^/]{12,}")
LONGEST_PAGE: Final = 200


@dataclass(frozen=True, slots=True)
class LogoView:
    """Shown at half the size it is stored at. `dark_url` is empty where one serves both grounds."""

    url: str
    width: int
    height: int
    dark_url: str


@dataclass(frozen=True, slots=True)
class FooterLink:
    text: str
    url: str


class Face:
    """What `web/base.html` asks for. Nothing is read for pages that do not show it, or that belong to no Jobcenter."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._tenant: Jobcenter | None = getattr(request, "tenant", None)

    @cached_property
    def logo(self) -> LogoView | None:
        logos = shown_logos() if self._tenant else {}
        light = logos.get(Ground.LIGHT)
        if light is None:
            return None
        dark = logos.get(Ground.DARK)
        return LogoView(
            self._picture(light),
            round(light.width / 2),
            round(light.height / 2),
            self._picture(dark) if dark else "",
        )

    @cached_property
    def colour(self) -> str:
        return self._tenant.settings.colour if self._tenant else ""

    @cached_property
    def colour_on_dark(self) -> str:
        """The nearest one that is seen on black: no Jobcenter has to choose two."""
        return nearest_readable(self.colour, ON_DARK) if self.colour else ""

    @cached_property
    def welcome(self) -> Passage | None:
        return self._passage(Part.WELCOME)

    @cached_property
    def contact(self) -> Passage | None:
        return self._passage(Part.CONTACT)

    @cached_property
    def footer_links(self) -> tuple[FooterLink, ...]:
        if self._tenant is None:
            return ()
        seen = path_without_keys(self._request.resolver_match)
        return (
            FooterLink(_("Impressum"), self._page("imprint")),
            FooterLink(_("Datenschutz"), self._page("privacy")),
            FooterLink(_("Barrierefreiheit"), self._page("accessibility")),
            FooterLink(
                _("Barriere melden"), self._page("feedback") + (f"?{urlencode({'seite': seen})}" if seen else "")
            ),
        )

    def _passage(self, part: Part) -> Passage | None:
        if self._tenant is None:
            return None
        return passage(words_of((Part.WELCOME, Part.CONTACT)), part, current_language())

    def _page(self, name: str) -> str:
        assert self._tenant is not None  # noqa: S101 -- asked for a Jobcenter's pages alone
        return address(f"about:{name}", jobcenter=self._tenant.slug, language=current_language().code)

    def _picture(self, logo: ShownLogo) -> str:
        assert self._tenant is not None  # noqa: S101 -- as above
        return address("about:logo", jobcenter=self._tenant.slug, digest=logo.digest)


def path_without_keys(match: ResolverMatch | None) -> str:
    """The address of a page as somebody may write it down: `/fulda/de/t/…/absagen/`."""
    if match is None or match.namespace == "about":
        return ""

    def said(hole: re.Match[str]) -> str:
        return str(match.kwargs.get(hole[1], "")) if hole[1] in _SAID else _WITHHELD

    return "/" + _HOLE.sub(said, match.route)


def typed_without_keys(address: str) -> str:
    """The same for an address that somebody typed or a link brought along: parts that look like a key are left out."""
    try:
        path = urlsplit(address.strip()).path
    except ValueError:
        return ""
    return _LIKE_A_KEY.sub(_WITHHELD, path)[:LONGEST_PAGE]
