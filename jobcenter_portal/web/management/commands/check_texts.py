# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""``manage.py check_texts``: fail when a page would show German to somebody who chose another language."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from jobcenter_portal.web.catalogues import TRANSLATED, collect, gaps, po_path, read, updated
from jobcenter_portal.web.coverage import LOCALE_FOLDER


class Command(BaseCommand):
    help = "Fail when a catalogue is out of date, or a begun one has missing or unchecked entries."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        texts = collect(LOCALE_FOLDER.parent.parent)
        complaints = []
        for language in TRANSLATED:
            path = po_path(LOCALE_FOLDER, language)
            written = path.read_text(encoding="utf-8") if path.exists() else ""
            if written != updated(read(LOCALE_FOLDER, language), texts[language.code], language):
                complaints.append(f"{language.code}: out of date, run `manage.py collect_texts`")
            found = gaps(read(LOCALE_FOLDER, language))
            complaints += [f"{language.code}: not translated: {text}" for text in found.missing]
            complaints += [f"{language.code}: fuzzy: {text}" for text in found.unchecked]
        if complaints:
            raise CommandError("\n".join(complaints))
        self.stdout.write("Texts are complete.")
