# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may do what where: every role with every permission at four distances, and the document that shows it.

The tables of permissions.py say it once; this spells it out, so that an office can check it line by line. A test asks
the portal itself for each cell (tests/architecture/walk/test_matrix.py).
"""

import enum
from collections.abc import Iterator
from typing import Final

from jobcenter_portal.accounts.permissions import REACH, ROLE_PERMISSIONS, WHOLE_HOUSE, Permission, Reach, Role


class Distance(enum.Enum):
    """How far something lies from somebody for whom places are named."""

    OWN_CALENDAR = "own calendar"
    SAME_PLACE = "same place"
    OTHER_PLACE = "other place"
    OTHER_JOBCENTER = "other Jobcenter"


_NAMES: Final = {
    Role.FRONT_DESK: "Front desk (Empfang)",
    Role.CASEWORKER: "Caseworker (Fachkraft)",
    Role.TEAM_LEAD: "Team lead (Teamleitung)",
    Role.LOCATION_ADMIN: "Head of a site (Standortleitung)",
    Role.TENANT_ADMIN: "Administration (Verwaltung)",
    Role.DATA_PROTECTION: "Data protection (Datenschutz)",
}
_HEAD: Final = """<!-- SPDX-FileCopyrightText: 2026 Jobcenter portal contributors -->
<!-- SPDX-License-Identifier: CC-BY-4.0 -->

# Who may do what where

Written by `manage.py permission_matrix > docs/permissions.md`; a test is red while this page and the code disagree, \
and another one asks the portal for each cell. What is not allowed here is refused; a route without a permission \
does not answer at all.

Each table is about somebody for whom places are named. Where none are named, another place is like their own. The \
roles of the whole Jobcenter (Verwaltung, Datenschutz) are never narrowed. What lies beyond somebody's reach gets \
the answer of an address that nobody knows, and is on no list and in no number.

“own calendar” and “same place” lie in a place that is theirs. Settings belong to no place: whoever has the \
permission changes them for the whole Jobcenter. Somebody's absence may concern people of a place that is not \
theirs; they are counted and stay without a name. A head of one site closes that site, not the whole Jobcenter.
"""


def is_allowed(role: Role, permission: Permission, distance: Distance) -> bool:
    """Of somebody for whom places are named."""
    if permission not in ROLE_PERMISSIONS[role] or distance is Distance.OTHER_JOBCENTER:
        return False
    match REACH[permission]:
        case Reach.JOBCENTER:
            return True
        case Reach.PLACE:
            return role in WHOLE_HOUSE or distance is not Distance.OTHER_PLACE
        case Reach.OWN_CALENDAR:
            return distance is Distance.OWN_CALENDAR


def document() -> str:
    """The matrix as Markdown."""
    return "\n".join([_HEAD, *(line for role in Role for line in _table(role))])


def _table(role: Role) -> Iterator[str]:
    yield f"## {_NAMES[role]}\n"
    yield f"| may | {' | '.join(distance.value for distance in Distance)} |"
    yield f"|---|{'---|' * len(Distance)}"
    for permission in Permission:
        cells = ("yes" if is_allowed(role, permission, distance) else "–" for distance in Distance)
        yield f"| {permission.value} | {' | '.join(cells)} |"
    yield ""
