# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which languages are complete enough to be shown.

A half-translated page leaves people guessing in the middle of a sentence, so a language shows only when nearly all
of its catalogue is translated. The figures are counted when the catalogues are compiled.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Final

from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.web.languages import GERMAN, LANGUAGES, Language, language_by_code

LOCALE_FOLDER: Final = Path(__file__).resolve().parent.parent / "locale"
COVERAGE_FILE: Final = LOCALE_FOLDER / "coverage.json"
ENOUGH: Final = 0.95


def shown_languages(tenant: Jobcenter | None) -> tuple[Language, ...]:
    """The languages a Jobcenter offers, German first. Without a Jobcenter (error pages) all complete ones."""
    complete = {GERMAN.code} | {code for code, share in coverage().items() if share >= ENOUGH}
    wanted = {language.code for language in LANGUAGES} if tenant is None else {*tenant.settings.languages, GERMAN.code}
    return tuple(language for language in LANGUAGES if language.code in complete & wanted)


def page_language(tenant: Jobcenter, code: str) -> Language:
    """In which language a page opens for somebody who reads `code`: German where the Jobcenter does not show it.

    Messages can have a language before pages do, and an address in such a language is a 404.
    """
    is_shown = code in tenant.settings.languages and coverage().get(code, 0) >= ENOUGH
    return language_by_code(code) if is_shown else GERMAN


def coverage() -> dict[str, float]:
    """Translated share per language code; empty when nothing was compiled yet, and then only German shows."""
    try:
        return _read(COVERAGE_FILE.stat().st_mtime_ns)
    except FileNotFoundError:
        return {}


@lru_cache(maxsize=1)
def _read(_written_at: int) -> dict[str, float]:
    figures: dict[str, float] = json.loads(COVERAGE_FILE.read_text(encoding="utf-8"))
    return figures
