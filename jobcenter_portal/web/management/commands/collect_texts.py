# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""``manage.py collect_texts``: bring the catalogues up to date with code and templates."""

from typing import Any

from django.core.management.base import BaseCommand

from jobcenter_portal.web.catalogues import TRANSLATED, collect, gaps, po_path, read, updated
from jobcenter_portal.web.coverage import LOCALE_FOLDER


class Command(BaseCommand):
    help = "Collect texts from Python code and templates into the catalogues; what is translated stays."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        texts = collect(LOCALE_FOLDER.parent.parent)
        for language in TRANSLATED:
            path = po_path(LOCALE_FOLDER, language)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(updated(read(LOCALE_FOLDER, language), texts[language.code], language), encoding="utf-8")
            missing = gaps(read(LOCALE_FOLDER, language)).missing
            if missing:
                self.stdout.write(f"{language.code}: {len(missing)} missing")
