# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the rules of booking say no to, as problems with codes that stay."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import timezone

from appointments.availability import Slot
from appointments.core.lifecycle import NotAllowed
from appointments.doors import WRONG_CODES, TooManyGuesses
from appointments.holding import HoldGone, NotBookableOnline
from appointments.models import GroupSession
from appointments.own_limits import TooOften
from appointments.proving import PAUSE, CodeRefused, NoCode, NotProven
from appointments.seats import SessionFull
from appointments.service import UndoTooLate
from appointments.taking import Refused, SlotTaken
from appointments.way_in import NetworkFull, WorkNeeded
from jobcenter_portal.rest.problems import THROTTLED, Problem, ProblemType, try_later
from jobcenter_portal.web.puzzle import make_puzzle

SLOT_TAKEN: Final = ProblemType(
    "slot_taken", 409, "The time, or the last seat, is not free. `nearest` are the free times closest to it."
)
REFUSED: Final = ProblemType("refused", 409, "The rules of this Jobcenter say no; `reason` says which.")
NOT_ALLOWED: Final = ProblemType("not_allowed", 409, "That is not possible with this appointment now.")
NOT_BOOKABLE_ONLINE: Final = ProblemType(
    "not_bookable_online", 409, "This Jobcenter gives no appointments this way; `booking_mode` says how it does."
)
HOLD_GONE: Final = ProblemType("hold_gone", 410, "There is no such hold (any more).")
ADDRESS_NOT_PROVEN: Final = ProblemType(
    "address_not_proven", 409, "This Jobcenter writes to proven addresses alone. Hold the time, and prove them there."
)
NO_PROOF_NEEDED: Final = ProblemType("no_proof_needed", 409, "This Jobcenter asks for no codes.")
CODE_WRONG: Final = ProblemType(
    "code_wrong", 409, "That was not the code. `guesses_left` says how often it may be tried."
)
CODE_VOID: Final = ProblemType("code_void", 409, "No code can be typed (any more) for this address. Ask for a new one.")
CODE_JUST_SENT: Final = ProblemType("code_just_sent", 429, "A code has just been sent to this address.")
TOO_MANY_CODES: Final = ProblemType("too_many_codes", 429, "Too many codes were asked for. Take another way.")
NO_CODES_NOW: Final = ProblemType("no_codes_now", 429, "This Jobcenter can send no such codes now. Take another way.")
WORK_NEEDED: Final = ProblemType(
    "work_needed", 429, "Too much is going on. Solve `challenge` (ALTCHA 2) and send it again with X-Altcha-Solution."
)
TOO_OFTEN: Final = ProblemType("too_often", 429, "The key of this appointment has done this too often for now.")
NETWORK_FULL: Final = ProblemType("network_full", 429, "Too many times are held from this network.")

BOOKING_PROBLEMS: Final = (
    SLOT_TAKEN, REFUSED, NOT_ALLOWED, NOT_BOOKABLE_ONLINE, HOLD_GONE, ADDRESS_NOT_PROVEN, WORK_NEEDED, NETWORK_FULL,
    NO_PROOF_NEEDED, CODE_WRONG, CODE_VOID, CODE_JUST_SENT, TOO_MANY_CODES, NO_CODES_NOW, TOO_OFTEN,
)  # fmt: skip

_HOUR_S: Final = 3600
_NO_CODE: Final[Mapping[NoCode, tuple[ProblemType, int]]] = {
    NoCode.JUST_SENT: (CODE_JUST_SENT, PAUSE.seconds),
    NoCode.TOO_MANY: (TOO_MANY_CODES, _HOUR_S),
    NoCode.BUDGET: (NO_CODES_NOW, _HOUR_S),
}
_PLAIN: Final[Mapping[type[Exception], ProblemType]] = {
    NotAllowed: NOT_ALLOWED,
    UndoTooLate: NOT_ALLOWED,
    HoldGone: HOLD_GONE,
    NotProven: ADDRESS_NOT_PROVEN,
    NetworkFull: NETWORK_FULL,
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
    return _limited(error) or _plain(error)


def _limited(error: Exception) -> Problem | None:
    match error:
        case TooManyGuesses():
            return try_later(THROTTLED, WRONG_CODES.seconds)
        case TooOften():
            return try_later(TOO_OFTEN, _HOUR_S)
        case WorkNeeded():
            return Problem(WORK_NEEDED, challenge=json.loads(make_puzzle(now=timezone.now())))
        case CodeRefused():
            problem, pause_s = _NO_CODE[error.why]
            return try_later(problem, pause_s)
    return None


def _plain(error: Exception) -> Problem | None:
    plain = _PLAIN.get(type(error))
    return None if plain is None else Problem(plain)


def _times(slot: Slot | GroupSession, zone: ZoneInfo) -> dict[str, str]:
    return {"starts_at": _told(slot.starts_at, zone), "ends_at": _told(slot.ends_at, zone)}


def _told(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat()
