# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Changes under appointments that stand: somebody falls ill, a site closes or moves, hours are cut.

`preview` shows whom a change concerns and what can be done for each; `apply` does all of it at once or nothing.
"""

from appointments.attendance import ChangedMeanwhile
from appointments.schedule_changes.applying import Done, Impact, apply, preview
from appointments.schedule_changes.choices import Case, Choice, Way
from appointments.schedule_changes.finding import Concerned
from appointments.schedule_changes.kinds import (
    Away,
    BackAgain,
    Change,
    Closed,
    DayHours,
    Moved,
    OpenAgain,
    SiteHours,
    WeeklyHours,
    draft_of,
    to_come,
    today_of,
)
from appointments.schedule_changes.performing import WayGone, is_personal, tells

__all__ = [
    "Away",
    "BackAgain",
    "Case",
    "Change",
    "ChangedMeanwhile",
    "Choice",
    "Closed",
    "Concerned",
    "DayHours",
    "Done",
    "Impact",
    "Moved",
    "OpenAgain",
    "SiteHours",
    "Way",
    "WayGone",
    "WeeklyHours",
    "apply",
    "draft_of",
    "is_personal",
    "preview",
    "tells",
    "to_come",
    "today_of",
]
