# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The only door into appointments for other parts: verbs, questions, and what they return."""

from appointments.attendance import ChangedMeanwhile, TooEarly, record_attendance
from appointments.availability import FreeTimes, Slot, Wishes, find_slots, first_free
from appointments.booking import book, book_held
from appointments.changing import UndoTooLate, cancel, reschedule, undo_cancel
from appointments.core.lifecycle import NotAllowed, Status, Verb
from appointments.core.policy import Refusal
from appointments.emergency_list.writing import LATE as LISTS_LATE
from appointments.emergency_list.writing import health as emergency_lists
from appointments.holding import HoldGone, NotBookableOnline, extend_hold, hold, hold_again, keep_draft, release_hold
from appointments.links import appointment_of_key, jobcenter_of_code, keys_of, readable_code, typed_code
from appointments.pressure import Pressure, pressure
from appointments.staff_places import reach_everywhere, reach_places, unknown_places
from appointments.taking import Refused, Request, SlotTaken
from appointments.writing import Person

__all__ = [
    "LISTS_LATE",
    "ChangedMeanwhile",
    "FreeTimes",
    "HoldGone",
    "NotAllowed",
    "NotBookableOnline",
    "Person",
    "Pressure",
    "Refusal",
    "Refused",
    "Request",
    "Slot",
    "SlotTaken",
    "Status",
    "TooEarly",
    "UndoTooLate",
    "Verb",
    "Wishes",
    "appointment_of_key",
    "book",
    "book_held",
    "cancel",
    "emergency_lists",
    "extend_hold",
    "find_slots",
    "first_free",
    "hold",
    "hold_again",
    "jobcenter_of_code",
    "keep_draft",
    "keys_of",
    "pressure",
    "reach_everywhere",
    "reach_places",
    "readable_code",
    "record_attendance",
    "release_hold",
    "reschedule",
    "typed_code",
    "undo_cancel",
    "unknown_places",
]
