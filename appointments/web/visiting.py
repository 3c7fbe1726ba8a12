# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""When people can come without an appointment, said the way a door sign says it."""

from dataclasses import dataclass
from datetime import date

from appointments.walk_in import site_hours
from jobcenter_portal.web.languages import current_language, isolated
from jobcenter_portal.web.weeks import Line, week_lines


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    address: str
    lines: tuple[Line, ...]


def visiting_places(today: date) -> tuple[Place, ...]:
    """Every site that is open these weeks."""
    return tuple(
        Place(isolated(location.name), isolated(location.address), week_lines(week, current_language()))
        for location, week in site_hours(today)
        if week
    )
