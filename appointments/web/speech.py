# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Languages that somebody can interpret, and the ways to meet, as pages name them."""

from collections.abc import Sequence
from typing import Final

from babel import Locale, UnknownLocaleError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appointments.core.modes import Mode
from appointments.offers import SIGN_LANGUAGE
from jobcenter_portal.web.languages import LANGUAGES, current_language

MODE_LABELS: Final[dict[Mode, str | Promise]] = {
    Mode.IN_PERSON: _("Vor Ort"),
    Mode.PHONE: _("Am Telefon"),
    Mode.VIDEO: _("Per Video"),
    Mode.OUTREACH: _("Wir kommen zu Ihnen"),
}
MODE_HINTS: Final[dict[Mode, str | Promise]] = {
    Mode.IN_PERSON: _("Sie kommen zu uns."),
    Mode.PHONE: _("Wir rufen Sie an. Dafür brauchen wir Ihre Telefonnummer."),
    Mode.VIDEO: _("Sie brauchen ein Handy oder einen Computer mit Kamera. Den Zugang bekommen Sie vorher von uns."),
    Mode.OUTREACH: _("Wohin wir kommen, besprechen wir vorher mit Ihnen am Telefon."),
}
_NATIVE: Final = {language.code: language.native_name for language in LANGUAGES}
_SIGNED: Final = _("Deutsche Gebärdensprache")


def language_name(code: str) -> str:
    """In the page's language: ``Arabisch``. A mediator's language without a code is called as it was entered."""
    if code == SIGN_LANGUAGE:
        return str(_SIGNED)
    name = Locale.parse(current_language().babel_locale).languages.get(code)
    return str(name) if name else code


def language_label(code: str) -> str:
    """So that its speakers find it and staff beside them too: ``العربية · Arabisch``."""
    return " · ".join(dict.fromkeys([_native_name(code), language_name(code)]))


def language_choices(codes: Sequence[str]) -> list[tuple[str, str]]:
    return [(code, language_label(code)) for code in codes]


def _native_name(code: str) -> str:
    if code in _NATIVE:
        return _NATIVE[code]
    if code == SIGN_LANGUAGE:
        return language_name(code)  # it is seen, not read: there is no writing of its own
    try:
        return str(Locale.parse(code).get_display_name(code) or code)
    except (UnknownLocaleError, ValueError):
        return code
