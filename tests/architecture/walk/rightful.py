# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""For every route and method: who may come, and what they get to see there.

A walk that finds no leak proves nothing if every page answers 404. So each line is tried first: the rightful actor
gets the answer and, where the page shows data, the owner's own canary in it. A new route is missing here and is red.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from appointments import service
from appointments.core.wall_clock import local_day
from appointments.web.times import slot_value
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.audit import service as audit
from tests.architecture.walk.actors import ANONYMOUS, CUSTOMER
from tests.architecture.walk.world import Reach, World

DESK: Final = (Role.FRONT_DESK.value, Role.CASEWORKER.value, Role.TEAM_LEAD.value)
CARE: Final = (Role.CASEWORKER.value, Role.TEAM_LEAD.value)
PUBLIC: Final = (ANONYMOUS, CUSTOMER)
READ: Final = 200
FOUND: Final = 302
SEE_OTHER: Final = 303
MADE: Final = 201
NO_CONTENT: Final = 204

Form = dict[str, str]


def _nothing(_world: World) -> Form:
    return {}


def _no_change(_world: World) -> None:
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
    form: Callable[[World], Form] = _nothing
    before: Callable[[World], None] = _no_change


def _time(world: World) -> Form:
    return {"time": slot_value(world.free[0].starts_at)}


def _move(world: World) -> Form:
    return {"time": world.free[0].starts_at.isoformat(), "revision": str(world.appointment.revision)}


def _day(world: World) -> Form:
    return {"tag": local_day(world.appointment.starts_at, world.jobcenter.settings.zone).isoformat()}


def _wanted(world: World) -> Form:
    """A free time, as the interface takes it."""
    ids = world.ids
    return {"service": ids["service"], "location": ids["location"], "starts_at": _instant(world)["starts_at"]}


def _instant(world: World) -> Form:
    return {"starts_at": world.free[0].starts_at.isoformat()}


def _booking(world: World) -> Form:
    return {**_wanted(world), "person.name": "Eva Beispiel", "person.language": "de"}


def _check_in(_world: World) -> Form:
    return {"verb": "check_in", "seen": "booked"}


def _place(world: World) -> Form:
    return {"place": world.ids["waiting_place"]}


def _waits(world: World) -> Form:
    wish = {"service": world.ids["service"], "location": world.ids["location"]}
    return {**wish, "name": "Eva Beispiel", "remind": "email", "email": "eva@people.example"}


def _cancelled_by_person(world: World) -> None:
    now = world.appointment.booked_at
    service.cancel(jobcenter=world.jobcenter, appointment=world.appointment, by=audit.CUSTOMER, now=now)


_DESK_ID: Final = {"public_id": "public_id"}
_OF_LINK: Final = {"key": "token"}
_OF_HOLD: Final = {"token": "hold"}
_CHOSEN: Final = {"service": "service", "location": "location"}
_CAUGHT: Final = {"key": "caught"}
_OF_PLACE: Final = {"waiting": "waiting"}
_OF_OFFER: Final = {"offer": "offer"}

RIGHTS: Final = (
    # --- The platform's own -------------------------------------------------------------------------------------------
    Right("portal-start", "GET", PUBLIC, READ, Reach.NAME),
    Right("alive", "GET", PUBLIC, READ),
    Right("ready", "GET", PUBLIC, READ),
    Right("short-link", "GET", (CUSTOMER,), FOUND, ids={"code": "code"}),
    Right("choose-language", "GET", PUBLIC, FOUND),
    Right("demo:start", "GET", PUBLIC, READ, Reach.STAFF),
    Right("demo:outbox", "GET", PUBLIC, READ, Reach.SECRET),
    Right("demo:message", "GET", PUBLIC, READ, Reach.SECRET, ids=_CAUGHT),
    # --- Signing in ---------------------------------------------------------------------------------------------------
    Right("signin:sign-in", "GET", PUBLIC, READ, Reach.STAFF),
    Right("signin:sign-in", "POST", PUBLIC, SEE_OTHER, form=lambda world: {"person": world.ids["member"]}),
    Right("signin:sign-out", "POST", DESK, SEE_OTHER),
    Right("signin:language", "POST", DESK, SEE_OTHER, form=lambda _world: {"language": "en"}),
    # --- Desk ---------------------------------------------------------------------------------------------------------
    Right("desk:start", "GET", DESK, READ, Reach.PUBLIC),
    Right("desk:day", "GET", DESK, READ, Reach.SECRET, ids={"location": "location"}, form=_day),
    Right("desk:attendance", "POST", DESK, SEE_OTHER, ids=_DESK_ID, form=_check_in),
    Right("desk:appointment", "GET", CARE, READ, Reach.SECRET, ids=_DESK_ID),
    Right("desk:cancel", "GET", CARE, READ, Reach.SECRET, ids=_DESK_ID),
    Right("desk:cancel", "POST", CARE, SEE_OTHER, ids=_DESK_ID),
    Right("desk:undo-cancel", "POST", CARE, SEE_OTHER, ids={"public_id": "cancelled"}),
    Right("desk:move", "GET", CARE, READ, Reach.SECRET, ids=_DESK_ID),
    Right("desk:move", "POST", CARE, SEE_OTHER, ids=_DESK_ID, form=_move),
    Right("desk:waiting", "GET", DESK, READ, Reach.SECRET, ids={"location": "location"}),
    Right("desk:stop-waiting", "POST", CARE, SEE_OTHER, ids={"location": "location"}, form=_place),
    # --- Booking ------------------------------------------------------------------------------------------------------
    Right("booking:start", "GET", PUBLIC, READ, Reach.NAME),
    Right("booking:my-appointment", "GET", PUBLIC, READ),
    Right("booking:my-appointment", "POST", PUBLIC, SEE_OTHER, form=lambda world: {"code": world.ids["code"]}),
    Right("booking:services", "GET", PUBLIC, READ, Reach.PUBLIC),
    Right("booking:services", "POST", PUBLIC, SEE_OTHER, form=lambda world: {"service": world.ids["service"]}),
    Right("booking:locations", "GET", PUBLIC, READ, Reach.PUBLIC, ids=_CHOSEN),
    Right(
        "booking:locations",
        "POST",
        PUBLIC,
        SEE_OTHER,
        ids=_CHOSEN,
        form=lambda world: {"location": world.ids["location"]},
    ),
    Right("booking:times", "GET", PUBLIC, READ, Reach.PUBLIC, ids=_CHOSEN),
    Right("booking:times", "POST", PUBLIC, SEE_OTHER, ids=_CHOSEN, form=_time),
    Right("booking:contact", "GET", (CUSTOMER,), READ, Reach.SECRET, ids=_OF_HOLD),
    Right(
        "booking:contact",
        "POST",
        (CUSTOMER,),
        SEE_OTHER,
        ids=_OF_HOLD,
        form=lambda _world: {"name": "Eva Beispiel", "remind": "none"},
    ),
    Right("booking:check", "GET", (CUSTOMER,), READ, Reach.SECRET, ids=_OF_HOLD),
    Right("booking:check", "POST", (CUSTOMER,), SEE_OTHER, ids=_OF_HOLD),
    Right("booking:other-time", "GET", (CUSTOMER,), READ, Reach.PUBLIC, ids=_OF_HOLD),
    Right("booking:other-time", "POST", (CUSTOMER,), SEE_OTHER, ids=_OF_HOLD, form=_time),
    Right("booking:extend", "POST", (CUSTOMER,), SEE_OTHER, ids=_OF_HOLD),
    # --- One's own appointment ----------------------------------------------------------------------------------------
    Right("booking:appointment", "GET", (CUSTOMER,), READ, Reach.SECRET, ids=_OF_LINK),
    Right("booking:ics", "GET", (CUSTOMER,), READ, Reach.PUBLIC, ids=_OF_LINK),
    Right("booking:cancel", "GET", (CUSTOMER,), READ, Reach.PUBLIC, ids=_OF_LINK),
    Right("booking:cancel", "POST", (CUSTOMER,), SEE_OTHER, ids=_OF_LINK),
    Right("booking:undo-cancel", "POST", (CUSTOMER,), SEE_OTHER, ids=_OF_LINK, before=_cancelled_by_person),
    Right("booking:move", "GET", (CUSTOMER,), READ, Reach.PUBLIC, ids=_OF_LINK),
    Right("booking:move", "POST", (CUSTOMER,), SEE_OTHER, ids=_OF_LINK, form=_time),
    Right("booking:confirm-move", "GET", (CUSTOMER,), READ, Reach.PUBLIC, ids=_OF_LINK, form=_time),
    Right("booking:confirm-move", "POST", (CUSTOMER,), SEE_OTHER, ids=_OF_LINK, form=_time),
    # --- Waiting list -------------------------------------------------------------------------------------------------
    Right("booking:wish-earlier", "POST", (CUSTOMER,), SEE_OTHER, ids=_OF_LINK, form=lambda _world: {"wait": "yes"}),
    Right("booking:wait", "GET", PUBLIC, SEE_OTHER, form=_waits),
    Right("booking:wait", "POST", PUBLIC, SEE_OTHER, form=_waits),
    Right("booking:waiting", "GET", (CUSTOMER,), READ, Reach.SECRET, ids=_OF_PLACE),
    Right("booking:waiting", "POST", (CUSTOMER,), SEE_OTHER, ids=_OF_PLACE),
    Right("booking:offer", "GET", (CUSTOMER,), READ, Reach.SECRET, ids=_OF_OFFER),
    Right("booking:offer", "POST", (CUSTOMER,), SEE_OTHER, ids=_OF_OFFER, form=lambda _world: {"answer": "yes"}),
    # --- Interface ----------------------------------------------------------------------------------------------------
    Right("api:services", "GET", PUBLIC, READ, Reach.PUBLIC),
    Right("api:municipalities", "GET", PUBLIC, READ, Reach.PUBLIC),
    Right("api:caseworkers", "POST", PUBLIC, READ, Reach.SECRET, form=lambda world: {"code": world.ids["letters"]}),
    Right("api:slots", "GET", PUBLIC, READ, Reach.PUBLIC, ids={"service": "service"}),
    Right("api:holds", "POST", PUBLIC, MADE, Reach.PUBLIC, form=_wanted),
    Right("api:extend", "POST", (CUSTOMER,), READ, Reach.PUBLIC, ids=_OF_HOLD),
    Right("api:hold", "DELETE", (CUSTOMER,), NO_CONTENT, ids=_OF_HOLD),
    Right("api:appointments", "POST", PUBLIC, MADE, Reach.PUBLIC, form=_booking),
    Right("api:appointment", "GET", (CUSTOMER,), READ, Reach.SECRET, ids=_OF_LINK),
    Right("api:move", "POST", (CUSTOMER,), READ, Reach.SECRET, ids=_OF_LINK, form=_instant),
    Right("api:cancel", "POST", (CUSTOMER,), READ, Reach.SECRET, ids=_OF_LINK),
    Right("api:undo-cancel", "POST", (CUSTOMER,), READ, Reach.SECRET, ids=_OF_LINK, before=_cancelled_by_person),
)
"""Every route and every method that it has; HEAD is GET without a body."""
