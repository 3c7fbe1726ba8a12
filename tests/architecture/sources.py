# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The project's own source files, for tests that read code."""

from pathlib import Path
from typing import Final

from django.conf import settings

PACKAGES: Final = ("appointments", "jobcenter_portal", "notifications")
ROOT: Final = Path(settings.BASE_DIR)


def our_sources(*packages: str) -> list[Path]:
    """Python files of the application, migrations included; tests are not part of it."""
    return sorted(path for package in packages or PACKAGES for path in (ROOT / package).rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
