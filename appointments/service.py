# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The only door into appointments for other parts: verbs, questions, and what they return."""

from appointments.attendance import ChangedMeanwhile as ChangedMeanwhile
from appointments.attendance import TooEarly as TooEarly
from appointments.attendance import record_attendance as record_attendance
from appointments.availability import FreeTimes as FreeTimes
from appointments.availability import Slot as Slot
from appointments.availability import find_slots as find_slots
from appointments.booking import Person as Person
from appointments.booking import UndoTooLate as UndoTooLate
from appointments.booking import book as book
from appointments.booking import book_held as book_held
from appointments.booking import cancel as cancel
from appointments.booking import reschedule as reschedule
from appointments.booking import undo_cancel as undo_cancel
from appointments.core.lifecycle import NotAllowed as NotAllowed
from appointments.core.lifecycle import Status as Status
from appointments.core.lifecycle import Verb as Verb
from appointments.core.policy import Refusal as Refusal
from appointments.holding import HoldGone as HoldGone
from appointments.holding import NotBookableOnline as NotBookableOnline
from appointments.holding import extend_hold as extend_hold
from appointments.holding import hold as hold
from appointments.holding import hold_again as hold_again
from appointments.holding import keep_draft as keep_draft
from appointments.holding import release_hold as release_hold
from appointments.links import appointment_of_key as appointment_of_key
from appointments.links import jobcenter_of_code as jobcenter_of_code
from appointments.links import keys_of as keys_of
from appointments.links import readable_code as readable_code
from appointments.links import typed_code as typed_code
from appointments.taking import Refused as Refused
from appointments.taking import SlotTaken as SlotTaken
