# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""All models of appointments, by theme; imported here so that Django finds them."""

from appointments.models.appointment import Appointment as Appointment
from appointments.models.appointment import LinkCode as LinkCode
from appointments.models.occupancy import Hold as Hold
from appointments.models.occupancy import Occupancy as Occupancy
from appointments.models.occupancy import OccupancyState as OccupancyState
from appointments.models.place import Calendar as Calendar
from appointments.models.place import CalendarKind as CalendarKind
from appointments.models.place import Location as Location
from appointments.models.schedule import Absence as Absence
from appointments.models.schedule import Closure as Closure
from appointments.models.schedule import OpeningRule as OpeningRule
from appointments.models.schedule import ReminderRule as ReminderRule
from appointments.models.service import Service as Service
from appointments.models.service import ServiceCalendar as ServiceCalendar
