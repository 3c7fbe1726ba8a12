# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Answers that a process may give again for a second: how a Jobcenter is set up, asked by every page, changed hardly
ever.

Seven o'clock brings five hundred people within a second, and two thirds of what a page of times cost was asking for
the same settings, the same service and the same places (docs/adr/0012-a-second-of-configuration.md). Never for taken
time, people, or anything that decides whether a time is given to somebody.
"""

from collections.abc import Callable
from hashlib import blake2b
from typing import Final, TypeVar, cast

from django.core.cache import caches

from jobcenter_portal.tenancy.context import current_tenant_id

CONFIGURATION: Final = "configuration"
"""The cache's name in the settings; a dummy one turns this off."""
_UNKNOWN: Final = object()

T = TypeVar("T")


def briefly(what: str, *by: object, read: Callable[[], T]) -> T:
    """What `read` gave the current Jobcenter within the last second, or gives it now. `by` are plain values.

    Each caller gets a copy of its own (the cache pickles), so that nobody's change is seen by another request.
    """
    key = blake2b(repr((what, current_tenant_id(), by)).encode(), digest_size=16).hexdigest()
    kept: T | object = caches[CONFIGURATION].get(key, _UNKNOWN)
    if kept is not _UNKNOWN:
        return cast("T", kept)
    found = read()
    caches[CONFIGURATION].set(key, found)
    return found
