# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""``manage.py compile_texts``: catalogues as programs read them, and how complete each language is."""

from typing import Any

from django.core.management.base import BaseCommand

from jobcenter_portal.web.catalogues import compile_all
from jobcenter_portal.web.coverage import ENOUGH, LOCALE_FOLDER


class Command(BaseCommand):
    help = "Compile the translation catalogues (Babel; no gettext needed)."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        for code, share in compile_all(LOCALE_FOLDER.parent.parent, LOCALE_FOLDER).items():
            self.stdout.write(f"{code}: {share:.0%} {'shown' if share >= ENOUGH else 'not shown'}")
