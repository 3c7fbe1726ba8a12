# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How a line of the table of rights reads (see rightful)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.kernel.wall_clock import local_day
from tests.architecture.walk.actors import ANONYMOUS, CUSTOMER
from tests.architecture.walk.world import Reach, World

DESK: Final = (Role.FRONT_DESK.value, Role.CASEWORKER.value, Role.TEAM_LEAD.value, Role.LOCATION_ADMIN.value)
HOUSE: Final = (Role.TEAM_LEAD.value, Role.LOCATION_ADMIN.value, Role.TENANT_ADMIN.value)
PLANNERS: Final = (Role.CASEWORKER.value, *HOUSE)
ADMINS: Final = (Role.TENANT_ADMIN.value,)
CARE: Final = (Role.CASEWORKER.value, Role.TEAM_LEAD.value)
WATCH: Final = (Role.DATA_PROTECTION.value,)
PUBLIC: Final = (ANONYMOUS, CUSTOMER)
READ: Final = 200
FOUND: Final = 302
SEE_OTHER: Final = 303
NO_ENTRY: Final = 401
MADE: Final = 201
TAKEN_UP: Final = 202
NO_CONTENT: Final = 204
AT: Final = {"location": "location"}

Form = dict[str, str]


def nothing(_world: World) -> Form:
    return {}


def no_change(_world: World) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Right:
    """One method of one route. `shows` is the canary that must stand in the answer; None for answers without data.

    `ids` says which kind of id fills a hole of the address; `form` is the body of a POST or the query of a GET;
    `before` brings the world into the state that the request needs.
    """

    route: str
    method: str
    actors: tuple[str, ...]
    status: int
    shows: Reach | None = None
    ids: dict[str, str] = field(default_factory=dict)
    form: Callable[[World], Form] = nothing
    before: Callable[[World], None] = no_change


def day_of(world: World) -> Form:
    return {"tag": local_day(world.appointment.starts_at, world.jobcenter.settings.zone).isoformat()}
