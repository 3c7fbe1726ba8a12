# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""``manage.py check_texts``: fail when a page would show German to somebody who chose English."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from jobcenter_portal.web.catalogues import TRANSLATED, collect, gaps, po_path, read, updated
from jobcenter_portal.web.coverage import LOCALE_FOLDER


class Command(BaseCommand):
    help = "Fail when a catalogue is out of date or English has missing or unchecked entries."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        texts = collect(LOCALE_FOLDER.parent.parent)
        complaints = []
        for language in TRANSLATED:
            path = po_path(LOCALE_FOLDER, language)
            written = path.read_text(encoding="utf-8") if path.exists() else ""
            if written != updated(read(LOCALE_FOLDER, language), texts, language):
                complaints.append(f"{language.code}: out of date, run `manage.py collect_texts`")
        english = gaps(read(LOCALE_FOLDER, next(item for item in TRANSLATED if item.code == "en")))
        complaints += [f"en: not translated: {text}" for text in english.missing]
        complaints += [f"en: fuzzy: {text}" for text in english.unchecked]
        if complaints:
            raise CommandError("\n".join(complaints))
        self.stdout.write("Texts are complete.")
