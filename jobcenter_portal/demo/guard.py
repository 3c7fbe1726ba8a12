# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Keeps the demo's pages and its sign-in without passwords out of every other installation.

Each module of them calls `demo_only()` while it is imported: with production settings none can be loaded at all, even
if somebody put its address or its app into a list by mistake.
"""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def demo_only() -> None:
    """Raise ImproperlyConfigured unless these are the demo's settings."""
    if getattr(settings, "DEMO", False) is not True:
        raise ImproperlyConfigured("the demo's pages exist only with the settings of the demo")
