# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of pages, worked out once in a process.

The frame of a page and its links ask for some fifteen addresses that are the same for everybody; working them out
anew took a seventh of the time of a page.
"""

from functools import lru_cache
from typing import Final

from django.conf import settings
from django.urls import get_script_prefix, reverse

_PUBLIC: Final = frozenset({"jobcenter", "language", "service", "location", "digest"})
"""What may stand in an address that is kept. Anything else may be the key to somebody's appointment."""
_MOST: Final = 4096


def address(name: str, **parts: str) -> str:
    """Like Django's `reverse`. Raises NoReverseMatch."""
    if not _PUBLIC.issuperset(parts):
        return reverse(name, kwargs=parts)
    return _kept(settings.ROOT_URLCONF, get_script_prefix(), name, tuple(parts.items()))


@lru_cache(maxsize=_MOST)
def _kept(_root: str, _prefix: str, name: str, parts: tuple[tuple[str, str], ...]) -> str:
    return reverse(name, kwargs=dict(parts))
