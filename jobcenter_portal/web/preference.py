# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The language a browser asks for, where an address names none."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from jobcenter_portal.web.languages import GERMAN, Language


def preferred_language(request: HttpRequest, shown: Sequence[Language]) -> Language:
    """The first of the browser's languages that is shown, else German. `de-CH` is served `de`."""
    by_code = {language.code: language for language in shown}
    for wanted, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        found = by_code.get(wanted) or by_code.get(wanted.partition("-")[0])
        if found:
            return found
    return GERMAN
