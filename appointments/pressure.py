# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What misuse of a Jobcenter's pages looks like in numbers: for whoever watches, and about nobody.

Counted from the rows that the limits themselves count in, so that what is shown is what they decide by.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from appointments import pumping
from appointments.models import Hold
from appointments.proving import CODES
from appointments.pumping import Answered
from appointments.queries import database_now
from appointments.way_in import HOLDS, WAITS
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.tenancy.models import Jobcenter, Puzzle
from jobcenter_portal.tenancy.tallies import refusals
from jobcenter_portal.tenancy.unusual import unusual_now

GUARDED: Final = (HOLDS, CODES, WAITS)
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Pressure:
    """One Jobcenter at one moment. `refusals`: by limit, within the last hour; those that said no at all."""

    kept: int
    works: Mapping[str, bool]
    """By what machines may have to work for, whether they do now."""
    codes: Mapping[ContactChannel, Answered]
    refusals: Mapping[str, int]


def pressure(jobcenter: Jobcenter, *, now: datetime) -> Pressure:
    """The current Jobcenter's."""
    return Pressure(
        kept=Hold.objects.filter(expires_at__gt=database_now()).count(),
        works=_works(jobcenter, now),
        codes=pumping.answered_by_channel(now=now),
        refusals=dict(sorted(refusals(since=now - _HOUR).items())),
    )


def _works(jobcenter: Jobcenter, now: datetime) -> Mapping[str, bool]:
    match jobcenter.settings.puzzle:
        case Puzzle.ALWAYS:
            return dict.fromkeys(GUARDED, True)
        case Puzzle.NEVER:
            return dict.fromkeys(GUARDED, False)
    unusual = unusual_now(now=now)
    return {what: what in unusual for what in GUARDED}
