# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How often the key of one appointment may do what sends a message, plans reminders anew or stands before the desk.

A link can fall into hands that press buttons all day. What gives way is never counted: to cancel, to wait no longer,
to want no reminders and to take an address back is always possible, and only as often as what came before it.
"""

from datetime import datetime, timedelta
from enum import Enum, unique
from typing import Final

from appointments.models import Appointment
from jobcenter_portal.tenancy.counting import Counter, Quota, QuotaFull, counted

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
QUOTAS: Final = (Quota(6, _HOUR), Quota(12, _DAY))
"""Of each deed. Nobody takes a cancellation back seven times in an hour."""


@unique
class Deed(Enum):
    """What is counted for each appointment, and under which name."""

    UNDO = "own-undo"
    """Sends a confirmation, and lets the next cancellation send its message."""
    LATE = "own-late"
    WISH = "own-wish"
    REMINDERS = "own-reminders"
    LANGUAGE = "own-language"


class TooOften(Exception):
    """The key of an appointment has done this too often for now. Names what, never whose."""

    def __init__(self, deed: Deed) -> None:
        super().__init__(deed.value)
        self.deed = deed


def count_own(deed: Deed, appointment: Appointment, *, now: datetime) -> None:
    """Before the person does it; each press counts. Raises TooOften, and what cannot be counted is not done."""
    try:
        with counted([Counter(deed.value, appointment.subject.encode(), QUOTAS)], now=now):
            pass  # the deed has transactions of its own, and locks that nobody shall wait for with this one
    except QuotaFull as full:
        raise TooOften(deed) from full
