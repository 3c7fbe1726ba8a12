# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may do what: a table, one question `can()`, and a declaration on every route.

Default deny: a route without a declaration does not answer (and a test names it). Permissions follow from the role in
one Jobcenter; nothing is granted per object. How far a role reaches is a second question: to every place, or to some.
"""

import enum
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase


class Permission(enum.Enum):
    ENTER_DESK = "open the desk and find one's own pages there"
    SEE_DAY = "see the day of a location"
    SEE_APPOINTMENT = "see one appointment with its history and messages"
    RECORD_ATTENDANCE = "say who came"
    CHANGE_APPOINTMENT = "move or cancel for a person"
    MANAGE_MESSAGES = "see what became of all messages, send one again, take one back"
    SETTLE_CONTACTS = "settle addresses that messages do not reach"
    MANAGE_SESSIONS = "open, change and call off the dates of groups"
    MANAGE_OWN_SCHEDULE = "change one's own hours and absences, and what becomes of those whom it concerns"
    MANAGE_SCHEDULE = "change everybody's hours and absences, close and move sites"
    PRINT_LETTERS = "print letters and say that they were posted"
    SEE_SETTINGS = "see the Jobcenter's settings"
    MANAGE_REMINDERS = "change which reminders leave when, and see beforehand what would leave"
    MANAGE_TEXTS = "choose the words of the Jobcenter's messages"
    MANAGE_FACE = "choose logo, colour, legal texts and the statement on accessibility, and answer what people report"
    MANAGE_ACCOUNTS = "set up accounts with providers of e-mail and SMS, and try them"
    MANAGE_SIGN_IN = "choose how staff sign in, and which group of the directory becomes which role"
    SEE_OUTAGE_LISTS = "fetch the printed lists for the day on which nothing works"
    SEE_TRAIL = "read who changed and who looked at personal data"


class Reach(enum.Enum):
    """Of what a permission speaks: one's own calendar, what belongs to a place, or the Jobcenter as such."""

    OWN_CALENDAR = enum.auto()
    PLACE = enum.auto()
    JOBCENTER = enum.auto()


REACH: Final[dict[Permission, Reach]] = {
    Permission.ENTER_DESK: Reach.JOBCENTER,
    Permission.SEE_DAY: Reach.PLACE,
    Permission.SEE_APPOINTMENT: Reach.PLACE,
    Permission.RECORD_ATTENDANCE: Reach.PLACE,
    Permission.CHANGE_APPOINTMENT: Reach.PLACE,
    Permission.MANAGE_MESSAGES: Reach.PLACE,
    Permission.SETTLE_CONTACTS: Reach.PLACE,
    Permission.MANAGE_SESSIONS: Reach.PLACE,
    Permission.MANAGE_OWN_SCHEDULE: Reach.OWN_CALENDAR,
    Permission.MANAGE_SCHEDULE: Reach.PLACE,
    Permission.PRINT_LETTERS: Reach.PLACE,
    Permission.SEE_SETTINGS: Reach.JOBCENTER,
    Permission.MANAGE_REMINDERS: Reach.JOBCENTER,
    Permission.MANAGE_TEXTS: Reach.JOBCENTER,
    Permission.MANAGE_FACE: Reach.JOBCENTER,
    Permission.MANAGE_ACCOUNTS: Reach.JOBCENTER,
    Permission.MANAGE_SIGN_IN: Reach.JOBCENTER,
    Permission.SEE_OUTAGE_LISTS: Reach.PLACE,
    Permission.SEE_TRAIL: Reach.JOBCENTER,
}


class Role(enum.StrEnum):
    FRONT_DESK = "front_desk"
    CASEWORKER = "caseworker"
    TEAM_LEAD = "team_lead"
    LOCATION_ADMIN = "location_admin"
    TENANT_ADMIN = "tenant_admin"
    DATA_PROTECTION = "data_protection"


_DAY: Final = frozenset(
    {
        Permission.ENTER_DESK,
        Permission.SEE_DAY,
        Permission.RECORD_ATTENDANCE,
        Permission.SETTLE_CONTACTS,
        Permission.PRINT_LETTERS,
        Permission.SEE_OUTAGE_LISTS,
    }
)
_CARE: Final = _DAY | {
    Permission.SEE_APPOINTMENT,
    Permission.CHANGE_APPOINTMENT,
    Permission.MANAGE_MESSAGES,
    Permission.MANAGE_SESSIONS,
    Permission.MANAGE_OWN_SCHEDULE,
}

ROLE_PERMISSIONS: Final[dict[Role, frozenset[Permission]]] = {
    Role.FRONT_DESK: _DAY,
    Role.CASEWORKER: _CARE,
    Role.TEAM_LEAD: _CARE | {Permission.MANAGE_SCHEDULE},
    Role.LOCATION_ADMIN: _DAY | {Permission.MANAGE_OWN_SCHEDULE, Permission.MANAGE_SCHEDULE},
    Role.TENANT_ADMIN: frozenset(
        {
            Permission.ENTER_DESK,
            Permission.SEE_SETTINGS,
            Permission.MANAGE_REMINDERS,
            Permission.MANAGE_TEXTS,
            Permission.MANAGE_ACCOUNTS,
            Permission.MANAGE_FACE,
            Permission.MANAGE_SIGN_IN,
            Permission.MANAGE_OWN_SCHEDULE,
            Permission.MANAGE_SCHEDULE,
        }
    ),
    Role.DATA_PROTECTION: frozenset({Permission.ENTER_DESK, Permission.SEE_TRAIL}),
}


WHOLE_HOUSE: Final = frozenset({Role.TENANT_ADMIN, Role.DATA_PROTECTION})
"""Roles about the Jobcenter as such: naming places for them would say nothing."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts in this request. Without a role in this Jobcenter: a member of the public.

    Without `every_location` what they see and change ends with the places named for them (appointments/desk/scope.py).
    """

    membership_id: int | None = None
    role: Role | None = None
    display_name: str = ""
    every_location: bool = False

    @property
    def is_staff(self) -> bool:
        return self.role is not None


PUBLIC: Final = Actor()


def can(actor: Actor, permission: Permission) -> bool:
    return actor.role is not None and permission in ROLE_PERMISSIONS[actor.role]


class SignInNeeded(PermissionDenied):
    """Nobody is signed in; signing in may help."""


@dataclass(frozen=True, slots=True)
class Access:
    """A route's declaration: a permission, or the reason why everybody may come."""

    permission: Permission | None = None
    open_because: str = ""


_P = ParamSpec("_P")
_R = TypeVar("_R", bound=HttpResponseBase)
_View = Callable[Concatenate[HttpRequest, _P], _R]


def requires(permission: Permission) -> Callable[[_View[_P, _R]], _View[_P, _R]]:
    """Let only actors pass who hold the permission. Raises SignInNeeded or PermissionDenied."""

    def declare(view: _View[_P, _R]) -> _View[_P, _R]:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: _P.args, **kwargs: _P.kwargs) -> _R:
            actor: Actor = getattr(request, "actor", PUBLIC)
            if not actor.is_staff:
                raise SignInNeeded
            if not can(actor, permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.access = Access(permission=permission)  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return declare


def open_to_all(because: str) -> Callable[[Any], Any]:
    """Declare that no permission is needed and why: public page, or the link itself is the key."""

    def declare(view: Any) -> Any:
        view.access = Access(open_because=because)
        return view

    return declare
