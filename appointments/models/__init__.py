# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""All models of appointments, by theme; imported here so that Django finds them."""

from appointments.models.appointment import Appointment, Concern, LinkCode
from appointments.models.contact_task import ContactTask, TaskEnd, TaskReason
from appointments.models.group import GroupSession
from appointments.models.occupancy import Hold, Occupancy, OccupancyState
from appointments.models.place import (
    Calendar,
    CalendarKind,
    Catchment,
    Location,
    MembershipLocation,
    Municipality,
)
from appointments.models.proof import Proof
from appointments.models.replanning import Replanning
from appointments.models.schedule import (
    Absence,
    Closure,
    ClosureWindow,
    LocationHours,
    OpeningException,
    OpeningRule,
    ReminderRule,
)
from appointments.models.seat import Seat, SeatState
from appointments.models.service import Service, ServiceCalendar
from appointments.models.waiting import OfferState, WaitingEntry, WaitingOffer, WaitingState

__all__ = [
    "Absence",
    "Appointment",
    "Calendar",
    "CalendarKind",
    "Catchment",
    "Closure",
    "ClosureWindow",
    "Concern",
    "ContactTask",
    "GroupSession",
    "Hold",
    "LinkCode",
    "Location",
    "LocationHours",
    "MembershipLocation",
    "Municipality",
    "Occupancy",
    "OccupancyState",
    "OfferState",
    "OpeningException",
    "OpeningRule",
    "Proof",
    "ReminderRule",
    "Replanning",
    "Seat",
    "SeatState",
    "Service",
    "ServiceCalendar",
    "TaskEnd",
    "TaskReason",
    "WaitingEntry",
    "WaitingOffer",
    "WaitingState",
]
