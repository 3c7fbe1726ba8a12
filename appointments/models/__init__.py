# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""All models of appointments, by theme; imported here so that Django finds them."""

from appointments.models.appointment import Appointment, LinkCode
from appointments.models.occupancy import Hold, Occupancy, OccupancyState
from appointments.models.place import Calendar, CalendarKind, Location
from appointments.models.schedule import Absence, Closure, OpeningRule, ReminderRule
from appointments.models.service import Service, ServiceCalendar

__all__ = [
    "Absence",
    "Appointment",
    "Calendar",
    "CalendarKind",
    "Closure",
    "Hold",
    "LinkCode",
    "Location",
    "Occupancy",
    "OccupancyState",
    "OpeningRule",
    "ReminderRule",
    "Service",
    "ServiceCalendar",
]
