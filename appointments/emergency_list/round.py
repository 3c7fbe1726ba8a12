# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""One round through all Jobcenters: what beat and the command do."""

from collections.abc import Callable
from datetime import datetime

import structlog

from appointments.emergency_list import folder
from appointments.emergency_list.folder import NoFolder
from appointments.emergency_list.writing import Written, write_lists
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.tenancy.service import all_jobcenters, serve_each_tenant

log = structlog.get_logger(__name__)


def write_all(
    *, now: datetime, only_due: bool = True, told: Callable[[Jobcenter, Written], None] = lambda _who, _what: None
) -> Written:
    """Write what is due everywhere and leave word of how it went. `told`: after each Jobcenter.

    A Jobcenter in trouble keeps no other waiting and counts as failed. Raises NoFolder, OSError.
    """
    folder.root()
    found: list[Written] = []

    def write_emergency_lists(jobcenter: Jobcenter) -> None:
        found.append(write_lists(jobcenter, now=now, only_due=only_due))
        told(jobcenter, found[-1])

    serve_each_tenant(write_emergency_lists)
    unserved = len(all_jobcenters()) - len(found)
    total = Written(sum(one.written for one in found), sum(one.failed for one in found) + unserved)
    folder.note_round(at=now, failed=total.failed)
    return total


def write_due(*, now: datetime) -> None:
    """As beat does it: trouble is a line in the log, and what /readyz says."""
    if not folder.is_set_up():
        return
    try:
        write_all(now=now)
    except (NoFolder, OSError) as fault:
        log.error("emergency lists cannot be written", fault=type(fault).__name__)  # noqa: TRY400 -- nothing to trace
