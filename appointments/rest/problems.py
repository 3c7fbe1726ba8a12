# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the rules of booking say no to, as problems with codes that stay."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from appointments.availability import Slot
from appointments.core.lifecycle import NotAllowed
from appointments.doors import WRONG_CODES, TooManyGuesses
from appointments.holding import HoldGone, NotBookableOnline
from appointments.models import GroupSession
from appointments.seats import SessionFull
from appointments.service import UndoTooLate
from appointments.taking import Refused, SlotTaken
from jobcenter_portal.rest.problems import THROTTLED, Problem, ProblemType, try_later

SLOT_TAKEN: Final = ProblemType(
    "slot_taken", 409, "The time, or the last seat, is not free. `nearest` are the free times closest to it."
)
REFUSED: Final = ProblemType("refused", 409, "The rules of this Jobcenter say no; `reason` says which.")
NOT_ALLOWED: Final = ProblemType("not_allowed", 409, "That is not possible with this appointment now.")
NOT_BOOKABLE_ONLINE: Final = ProblemType(
    "not_bookable_online", 409, "This Jobcenter gives no appointments this way; `booking_mode` says how it does."
)
HOLD_GONE: Final = ProblemType("hold_gone", 410, "There is no such hold (any more).")

BOOKING_PROBLEMS: Final = (SLOT_TAKEN, REFUSED, NOT_ALLOWED, NOT_BOOKABLE_ONLINE, HOLD_GONE)


_PLAIN: Final[Mapping[type[Exception], ProblemType]] = {
    NotAllowed: NOT_ALLOWED,
    UndoTooLate: NOT_ALLOWED,
    HoldGone: HOLD_GONE,
}


def problem_of(error: Exception, *, zone: ZoneInfo, booking_mode: str) -> Problem | None:
    """The problem for a use case's exception; None for others."""
    match error:
        case SessionFull():
            found = [(one.session, _times(one.session, zone)) for one in error.dates]
            return Problem(SLOT_TAKEN, nearest=[{**times, "session": date.public_id} for date, times in found])
        case SlotTaken():
            return Problem(SLOT_TAKEN, nearest=[_times(slot, zone) for slot in error.nearest])
        case Refused():
            return Problem(REFUSED, reason=error.reason.value)
        case NotBookableOnline():
            return Problem(NOT_BOOKABLE_ONLINE, booking_mode=booking_mode)
        case TooManyGuesses():
            return try_later(THROTTLED, WRONG_CODES.seconds)
    plain = _PLAIN.get(type(error))
    return None if plain is None else Problem(plain)


def _times(slot: Slot | GroupSession, zone: ZoneInfo) -> dict[str, str]:
    return {"starts_at": _told(slot.starts_at, zone), "ends_at": _told(slot.ends_at, zone)}


def _told(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat()
