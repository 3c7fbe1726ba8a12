# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The eight languages of the portal and how a page gets its own.

The language stands in the address (``/<jobcenter>/<language>/…``), never in a cookie: an address on a letter or in
a message opens in the language of the person it was sent to.
"""

from dataclasses import dataclass
from typing import Final, Literal

from django.http import HttpRequest
from django.utils import translation


@dataclass(frozen=True, slots=True)
class Language:
    """One language people can choose.

    ``code`` is the code in addresses, in ``lang=`` and for Django alike; ``babel_locale`` writes its dates.
    """

    code: str
    native_name: str
    direction: Literal["ltr", "rtl"]
    babel_locale: str

    @property
    def comma(self) -> str:
        """Between the words of a list; Arabic script has its own."""
        return "،" if self.direction == "rtl" else ","


GERMAN: Final = Language("de", "Deutsch", "ltr", "de_DE")

LANGUAGES: Final[tuple[Language, ...]] = (
    GERMAN,
    Language("de-simple", "Leichte Sprache", "ltr", "de_DE"),
    # British, because Americans put the month first: 12/14 on a German letter is a mistake waiting to happen.
    Language("en", "English", "ltr", "en_GB"),
    Language("uk", "Українська", "ltr", "uk_UA"),
    Language("ru", "Русский", "ltr", "ru_RU"),
    Language("ar", "العربية", "rtl", "ar"),
    Language("fa", "فارسی", "rtl", "fa"),
    Language("tr", "Türkçe", "ltr", "tr_TR"),
)

_BY_CODE: Final = {language.code: language for language in LANGUAGES}


def language_by_code(code: str) -> Language:
    """Raise KeyError for a code that is not one of the eight."""
    return _BY_CODE[code]


def is_known(code: str) -> bool:
    return code in _BY_CODE


def current_language() -> Language:
    """The language that is active in this thread, German when Django is at one of its own."""
    return _BY_CODE.get(translation.get_language() or GERMAN.code, GERMAN)


def use_language(request: HttpRequest, code: str) -> None:
    """Serve this request in a language: texts, dates, ``lang`` and ``dir``.

    For pages whose address names none (a short link of an SMS): the view calls it with the person's language.
    """
    language = _BY_CODE.get(code, GERMAN)
    translation.activate(language.code)
    request.language = language.code  # type: ignore[attr-defined]


class LanguageConverter:
    """Path converter ``<lang:language>`` (jobcenter_portal/urls.py). An unknown code is no address at all: 404."""

    regex = "[a-z]{2}(?:-[a-z]+)?"

    def to_python(self, value: str) -> str:
        if value not in _BY_CODE:
            raise ValueError(value)
        return value

    def to_url(self, value: str) -> str:
        return value


def isolated(text: str) -> str:
    """German names and numbers keep their own direction inside a line of Arabic or Persian: +49 … would end in a +."""
    return f"\u2068{text}\u2069" if current_language().direction == "rtl" else text
