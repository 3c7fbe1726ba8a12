# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The matrix of docs/permissions.md: as the code has it, and cell by cell as the portal answers."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Final

import pytest

from appointments.desk.scope import Scope
from appointments.models import Calendar
from jobcenter_portal.accounts.matrix import Distance, document, is_allowed
from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.accounts.permissions import REACH, ROLE_PERMISSIONS, Permission, Role
from jobcenter_portal.tenancy.context import tenant_context
from tests.architecture.sources import ROOT
from tests.architecture.walk.places import NARROWED, here_and_there, make_ready, send, undone, works_at
from tests.architecture.walk.rightful import RIGHTS
from tests.architecture.walk.rights import Right
from tests.architecture.walk.world import World

ASKED: Final[Mapping[Permission, tuple[str, str]]] = {
    Permission.ENTER_DESK: ("desk:start", "GET"),
    Permission.SEE_DAY: ("desk:day", "GET"),
    Permission.SEE_APPOINTMENT: ("desk:appointment", "GET"),
    Permission.RECORD_ATTENDANCE: ("desk:attendance", "POST"),
    Permission.CHANGE_APPOINTMENT: ("desk:cancel", "POST"),
    Permission.MANAGE_MESSAGES: ("desk:message-step", "POST"),
    Permission.SETTLE_CONTACTS: ("desk:contact-task", "POST"),
    Permission.MANAGE_SESSIONS: ("desk:cancel-session", "POST"),
    Permission.MANAGE_OWN_SCHEDULE: ("desk:schedule-away", "POST"),
    Permission.MANAGE_SCHEDULE: ("desk:site-close", "POST"),
    Permission.PRINT_LETTERS: ("desk:letters-posted", "POST"),
    Permission.SEE_SETTINGS: ("desk:settings", "GET"),
    Permission.MANAGE_REMINDERS: ("desk:reminders", "GET"),
    Permission.MANAGE_TEXTS: ("desk:texts", "GET"),
    Permission.MANAGE_FACE: ("about:face", "GET"),
    Permission.MANAGE_ACCOUNTS: ("desk:accounts", "GET"),
    Permission.SEE_OUTAGE_LISTS: ("desk:outage-list", "GET"),
    Permission.SEE_TRAIL: ("desk:trail", "GET"),
}
"""By what each permission is tried. How staff sign in is set up by a command so far, and has no page to ask."""
DOOR: Final = "/anmelden/"
"""Where whoever is nobody of a Jobcenter is sent."""


def test_the_document_says_what_the_code_says() -> None:
    written = (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8")
    assert written == document(), "manage.py permission_matrix > docs/permissions.md"


def test_every_permission_has_a_reach_and_somebody_who_holds_it() -> None:
    assert set(REACH) == set(Permission)
    assert set(ROLE_PERMISSIONS) == set(Role)
    assert {one for held in ROLE_PERMISSIONS.values() for one in held} == set(Permission)
    assert set(Permission) - set(ASKED) == {Permission.MANAGE_SIGN_IN}


def _cells(
    own: World, foreign: World, now: datetime, *, roles: Iterable[Role] = Role, distances: Iterable[Distance] = Distance
) -> dict[tuple[Role, Permission, Distance], bool]:
    """What the portal answers: whether somebody of the role gets what is asked of them."""
    here, there = here_and_there(own)
    lines = {(right.route, right.method): right for right in RIGHTS}
    found = {}
    for role in roles:
        at_home, beyond = works_at(own, role, here, now=now), works_at(own, role, there, now=now)
        for permission, asked in ASKED.items():
            for distance in distances:
                member = beyond if distance is Distance.OTHER_PLACE else at_home
                with undone():
                    answer = _asked(lines[asked], member, own, foreign, distance, now)
                found[role, permission, distance] = answer
    return found


def _asked(right: Right, member: Membership, own: World, foreign: World, distance: Distance, now: datetime) -> bool:
    if distance is Distance.OTHER_JOBCENTER:
        make_ready(right, foreign)
        answer = send(right, member, own, now=now, at=foreign)
        return not (answer.status_code == HTTPStatus.SEE_OTHER and DOOR in answer["Location"])
    make_ready(right, own)
    if distance is Distance.OWN_CALENDAR:
        with tenant_context(own.jobcenter):
            Calendar.objects.filter(pk=own.ids["calendar"]).update(membership=member)
    answer = send(right, member, own, now=now)
    return bool(answer.status_code == right.status)


def _expected(role: Role, permission: Permission, distance: Distance) -> bool:
    """Who changes everybody's hours comes to them by the page for one's own."""
    also = permission is Permission.MANAGE_OWN_SCHEDULE and is_allowed(role, Permission.MANAGE_SCHEDULE, distance)
    return also or is_allowed(role, permission, distance)


@pytest.mark.timeout(300)
def test_the_portal_answers_as_each_cell_says(own: World, foreign: World, today: datetime) -> None:
    cells = _cells(own, foreign, today)
    assert len(cells) == 6 * 18 * 4
    assert {cell: given for cell, given in cells.items() if given != _expected(*cell)} == {}


@pytest.mark.timeout(300)
def test_a_reach_that_never_ends_makes_other_cells(
    own: World, foreign: World, today: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Scope, "is_everything", True)
    cells = _cells(own, foreign, today, roles=NARROWED, distances=[Distance.OTHER_PLACE])
    differing = {cell[:2] for cell, given in cells.items() if given != _expected(*cell)}
    assert differing >= {
        (Role.FRONT_DESK, Permission.SEE_DAY),
        (Role.FRONT_DESK, Permission.PRINT_LETTERS),
        (Role.CASEWORKER, Permission.MANAGE_MESSAGES),
        (Role.TEAM_LEAD, Permission.CHANGE_APPOINTMENT),
        (Role.LOCATION_ADMIN, Permission.MANAGE_SCHEDULE),
    }
