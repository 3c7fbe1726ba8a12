# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Words of an office as a page shows them: in its language, else in German and marked as such."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString

from jobcenter_portal.about.marked import as_html
from jobcenter_portal.about.models import Part
from jobcenter_portal.web.languages import GERMAN, Language

_WITHOUT_HEADINGS = frozenset({Part.WELCOME, Part.CONTACT, Part.GAPS, Part.ENFORCEMENT})


@dataclass(frozen=True, slots=True)
class Passage:
    """`is_foreign`: there are German words alone, and the page speaks another language."""

    html: SafeString
    language: Language
    is_foreign: bool

    @property
    def is_translated(self) -> bool:
        """Beside it, the German words are the ones that count."""
        return self.language != GERMAN


def passage(words: Mapping[tuple[Part, str], str], part: Part, language: Language) -> Passage | None:
    """None where the office has written nothing, not even in German."""
    for spoken in (language, GERMAN):
        if text := words.get((part, spoken.code)):
            return Passage(html_of(part, text), spoken, is_foreign=spoken != language)
    return None


def html_of(part: Part, text: str) -> SafeString:
    """Only the long texts have headings; in the others they would break the page's order."""
    return as_html(text, headings=part not in _WITHOUT_HEADINGS)
