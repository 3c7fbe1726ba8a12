# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""When a free time is worth offering to somebody who waits, and until when they can answer."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from jobcenter_portal.kernel.wall_clock import local_day

NOTICE: Final = timedelta(hours=2)
"""Between the last moment to answer and the start. Who says yes at the last moment still has to find their papers and
somebody for the children, and to come by bus. The office's own lead time does not apply: an offer is its own wish, and
times that are given back late are the very ones that nobody else can book."""
TIME_TO_ANSWER: Final = timedelta(minutes=30)
"""Less than this between message and last moment is no offer: it would only tell people what they have missed."""
PEOPLE_PER_TIME: Final = 3
"""How many are offered one time at once. The first yes wins: with one, most times would run out unanswered; with many,
most people who say yes would be disappointed."""
LONGEST_WAIT: Final = timedelta(days=60)
"""After that, who waits for any time has found another way or has forgotten; an offer would come as a surprise."""


def answer_until(starts_at: datetime, now: datetime, patience: timedelta) -> datetime | None:
    """The last moment to say yes to an offer made now; None when it would come too late to be of use."""
    until = min(now + patience, starts_at - NOTICE)
    return until if until - now >= min(patience, TIME_TO_ANSWER) else None


def is_earlier(offered: datetime, own: datetime, zone: ZoneInfo) -> bool:
    """Whether a time is of use to somebody who has one: on an earlier day. An hour less to wait is no gain."""
    return local_day(offered, zone) < local_day(own, zone)
