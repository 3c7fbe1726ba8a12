# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""For every route and method: who may come, and what they get to see there.

A walk that finds no leak proves nothing if every page answers 404. So each line is tried first: the rightful actor
gets the answer and, where the page shows data, the owner's own canary in it. A new route is missing here and is red.
"""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final

from appointments import service
from appointments.emergency_list.writing import write_lists
from appointments.letters_back import letter_came_back
from appointments.web.times import slot_value
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.audit import service as audit
from jobcenter_portal.kernel.ids import PUBLIC_ID_LENGTH
from jobcenter_portal.tenancy.models import TenantSettings
from tests.architecture.walk.actors import CUSTOMER
from tests.architecture.walk.rightful_about import ABOUT
from tests.architecture.walk.rightful_administration import ADMINISTRATION
from tests.architecture.walk.rightful_own import OWN
from tests.architecture.walk.rightful_schedule import SCHEDULE
from tests.architecture.walk.rights import (
    AT,
    CARE,
    DESK,
    FOUND,
    MADE,
    NO_CONTENT,
    NO_ENTRY,
    PUBLIC,
    READ,
    SEE_OTHER,
    WATCH,
    Form,
    Right,
    day_of,
)
from tests.architecture.walk.world import Reach, World

NOT_THIS: Final = HTTPStatus.UNPROCESSABLE_ENTITY.value
NOT_YOU: Final = HTTPStatus.FORBIDDEN.value


def _time(world: World) -> Form:
    return {"time": slot_value(world.free[0].starts_at)}


def _move(world: World) -> Form:
    return {"time": world.free[0].starts_at.isoformat(), "revision": str(world.appointment.revision)}


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


def _date(world: World) -> Form:
    return {"session": world.ids["session"]}


def _new_date(world: World) -> Form:
    begin = world.free[-1].starts_at.astimezone(world.jobcenter.settings.zone)
    when = {"day": f"{begin:%Y-%m-%d}", "time": f"{begin:%H:%M}"}
    return {"service": world.ids["group"], "calendar": world.ids["hall"], "seats": "8", **when}


def _other_date(world: World) -> Form:
    return {"session": world.ids["other_session"], "revision": "1"}


def _cancelled_by_person(world: World) -> None:
    now = world.appointment.booked_at
    service.cancel(jobcenter=world.jobcenter, appointment=world.appointment, by=audit.CUSTOMER, now=now)


def _addresses_are_proven(_world: World) -> None:
    TenantSettings.objects.update(prove_addresses=True)


def _came_back(world: World) -> None:
    letter_came_back(letter=world.ids["posted_letter"], by=audit.SYSTEM, now=world.appointment.booked_at)


def _other_time(world: World) -> Form:
    return {"time": world.free[0].starts_at.isoformat(), "revision": "1"}


def _walk_in(world: World) -> Form:
    return {"service": world.ids["service"], "name": "Eva Beispiel", "language": "de", "key": "K" * PUBLIC_ID_LENGTH}


def _last_days(_world: World) -> Form:
    today = datetime.now(UTC).date()
    return {"von": f"{today - timedelta(days=3)}", "bis": f"{today + timedelta(days=1)}"}


def _lists_are_there(world: World) -> None:
    write_lists(world.jobcenter, now=datetime.now(UTC), only_due=False)


def _called(world: World) -> Form:
    return {"kalender": world.ids["calendar"]}


_DESK_ID: Final = {"public_id": "public_id"}
_ASKED: Final = {"public_id": "request"}
_TICKET: Final = {"public_id": "ticket"}
_OF_LINK: Final = {"key": "token"}
_OF_HOLD: Final = {"token": "hold"}
_OF_GROUP: Final = {"service": "group"}
_OF_DATE: Final = {"session": "session", "public_id": "seated"}
_CHOSEN: Final = {"service": "service", "location": "location"}
_CAUGHT: Final = {"key": "caught"}
_OF_PLACE: Final = {"waiting": "waiting"}
_OF_BATCH: Final = {"batch": "letter_batch"}
_OF_LETTER: Final = {"letter": "letter"}
_OF_POSTED: Final = {"letter": "posted_letter"}
_OF_TASK: Final = {"task": "task"}
_OF_OFFER: Final = {"offer": "offer"}
_OF_REMINDERS: Final = {"stop": "stop"}

RIGHTS: Final = (
    *OWN,
    *SCHEDULE,
    *ADMINISTRATION,
    *ABOUT,
    # --- The platform's own -------------------------------------------------------------------------------------------
    Right("portal-start", "GET", PUBLIC, READ, Reach.NAME),
    Right("alive", "GET", PUBLIC, READ),
    Right("ready", "GET", PUBLIC, READ),
    # Whoever runs the servers is nobody of a Jobcenter: tests/portal/operator opens these with their secrets.
    Right("operator-metrics", "GET", PUBLIC, NO_ENTRY),
    Right("operator-overview", "GET", PUBLIC, NO_ENTRY),
    Right("short-link", "GET", (CUSTOMER,), FOUND, ids={"code": "code"}),
    Right("choose-language", "GET", PUBLIC, FOUND),
    Right("demo:start", "GET", PUBLIC, READ, Reach.STAFF),
    Right("demo:outbox", "GET", PUBLIC, READ, Reach.SECRET),
    Right("demo:message", "GET", PUBLIC, READ, Reach.SECRET, ids=_CAUGHT),
    # --- Signing in ---------------------------------------------------------------------------------------------------
    Right("signin:sign-in", "GET", PUBLIC, READ, Reach.STAFF),
    Right("signin:sign-in", "POST", PUBLIC, SEE_OTHER, form=lambda world: {"person": world.ids["member"]}),
    Right("signin:sign-out", "POST", DESK, SEE_OTHER),
    # No directory is set up here, and nobody was recognised by one: tests/portal/signin goes through these doors.
    Right("signin:directory", "POST", PUBLIC, NOT_THIS),
    Right("signin:come-back", "GET", PUBLIC, NOT_YOU),
    Right("signin:second-factor", "GET", PUBLIC, SEE_OTHER),
    Right("signin:second-factor", "POST", PUBLIC, SEE_OTHER),
    Right("signin:set-up-factor", "GET", PUBLIC, SEE_OTHER),
    Right("signin:set-up-factor", "POST", PUBLIC, SEE_OTHER),
    Right("signin:recovery-codes", "GET", DESK, READ),
    Right("signin:recovery-codes", "POST", DESK, SEE_OTHER),
    Right("signin:sessions", "GET", DESK, READ, Reach.STAFF),
    Right("signin:sessions", "POST", DESK, SEE_OTHER),
    Right("signin:language", "POST", DESK, SEE_OTHER, form=lambda _world: {"language": "en"}),
    # --- Desk ---------------------------------------------------------------------------------------------------------
    Right("desk:start", "GET", DESK, READ, Reach.PUBLIC),
    Right("desk:start", "GET", (Role.TENANT_ADMIN.value, Role.DATA_PROTECTION.value), FOUND),
    Right("desk:day", "GET", DESK, READ, Reach.SECRET, ids={"location": "location"}, form=day_of),
    Right("desk:attendance", "POST", DESK, SEE_OTHER, ids=_DESK_ID, form=_check_in),
    Right("desk:appointment", "GET", CARE, READ, Reach.SECRET, ids=_DESK_ID),
    Right("desk:cancel", "GET", CARE, READ, Reach.SECRET, ids=_DESK_ID),
    Right("desk:cancel", "POST", CARE, SEE_OTHER, ids=_DESK_ID),
    Right("desk:undo-cancel", "POST", CARE, SEE_OTHER, ids={"public_id": "cancelled"}),
    Right("desk:move", "GET", CARE, READ, Reach.SECRET, ids=_DESK_ID),
    Right("desk:move", "POST", CARE, SEE_OTHER, ids=_DESK_ID, form=_move),
    Right("desk:requests", "GET", CARE, READ, Reach.SECRET),
    Right("desk:request", "GET", CARE, READ, Reach.SECRET, ids=_ASKED),
    Right("desk:grant-request", "POST", CARE, SEE_OTHER, ids=_ASKED, form=lambda _world: {"revision": "1"}),
    Right("desk:other-time", "GET", CARE, READ, Reach.SECRET, ids=_ASKED),
    Right("desk:other-time", "POST", CARE, SEE_OTHER, ids=_ASKED, form=_other_time),
    Right("desk:decline-request", "GET", CARE, READ, Reach.SECRET, ids=_ASKED),
    Right(
        "desk:decline-request",
        "POST",
        CARE,
        SEE_OTHER,
        ids=_ASKED,
        form=lambda _world: {"revision": "1", "reason": "call"},
    ),
    Right("desk:walk-ins", "GET", DESK, READ, Reach.SECRET, ids=AT),
    Right("desk:walk-ins", "POST", DESK, SEE_OTHER, ids=AT, form=_walk_in),
    Right("desk:call-next", "POST", DESK, SEE_OTHER, ids=AT, form=_called),
    Right("desk:ticket", "GET", DESK, READ, Reach.SECRET, ids=_TICKET),
    Right(
        "desk:ticket",
        "POST",
        DESK,
        SEE_OTHER,
        ids=_TICKET,
        form=lambda _world: {"step": "left", "seen": "checked_in"},
    ),
    Right("desk:messages", "GET", CARE, READ, Reach.SECRET, form=lambda _world: {"gruppe": "alle"}),
    Right("desk:find-messages", "POST", CARE, SEE_OTHER, form=lambda world: {"code": world.ids["code"]}),
    Right(
        "desk:message-step",
        "POST",
        CARE,
        SEE_OTHER,
        ids={"message": "message_public"},
        form=lambda _world: {"step": "zurueck", "seen": "planned"},
    ),
    Right("desk:contact-tasks", "GET", DESK, READ, Reach.SECRET),
    Right("desk:contact-task", "GET", DESK, READ, Reach.SECRET, ids=_OF_TASK),
    Right(
        "desk:contact-task",
        "POST",
        DESK,
        SEE_OTHER,
        ids=_OF_TASK,
        form=lambda _world: {"step": "neu", "address": "eva@people.example"},
    ),
    Right("desk:postal-address", "GET", CARE, READ, Reach.SECRET, ids=_DESK_ID),
    Right(
        "desk:postal-address",
        "POST",
        CARE,
        SEE_OTHER,
        ids=_DESK_ID,
        form=lambda _world: {"address": "Eva Beispiel\nAm Weg 1\n36037 Fulda"},
    ),
    Right("desk:letters", "GET", DESK, READ, Reach.SECRET),
    Right("desk:print-letters", "POST", DESK, SEE_OTHER),
    Right("desk:find-letter", "POST", DESK, SEE_OTHER, form=lambda world: {"mark": world.ids["letter_mark"]}),
    Right("desk:letter-batch", "GET", DESK, READ, Reach.SECRET, ids=_OF_BATCH),
    Right("desk:letter-batch-pdf", "GET", DESK, READ, ids=_OF_BATCH),
    Right("desk:letters-posted", "GET", DESK, READ, ids=_OF_BATCH),
    Right("desk:letters-posted", "POST", DESK, SEE_OTHER, ids=_OF_BATCH),
    Right("desk:letters-put-back", "GET", DESK, READ, ids=_OF_BATCH),
    Right("desk:letters-put-back", "POST", DESK, SEE_OTHER, ids=_OF_BATCH),
    Right("desk:letter-pdf", "GET", DESK, READ, ids=_OF_LETTER),
    Right("desk:letter-take-out", "GET", DESK, READ, Reach.SECRET, ids=_OF_LETTER),
    Right("desk:letter-take-out", "POST", DESK, SEE_OTHER, ids=_OF_LETTER),
    Right("desk:letter-returned", "GET", DESK, READ, Reach.SECRET, ids=_OF_POSTED),
    Right("desk:letter-returned", "POST", DESK, SEE_OTHER, ids=_OF_POSTED),
    Right("desk:letter-not-returned", "POST", DESK, SEE_OTHER, ids=_OF_POSTED, before=_came_back),
    Right("desk:letter-called", "POST", DESK, SEE_OTHER, ids=_OF_LETTER),
    Right("desk:outage", "GET", DESK, READ, Reach.PUBLIC),
    Right("desk:outage-list", "GET", DESK, READ, Reach.SECRET, ids={**AT, "listed": "listed"}, before=_lists_are_there),
    Right("desk:trail", "GET", WATCH, READ, Reach.SECRET),
    Right("desk:trail-find", "POST", WATCH, SEE_OTHER, form=lambda world: {"code": world.ids["code"]}),
    Right("desk:trail-export", "POST", WATCH, READ, form=_last_days),
    Right("desk:trail-entry", "GET", WATCH, READ, ids={"entry": "entry"}),
    Right(
        "desk:trail-entry",
        "POST",
        WATCH,
        SEE_OTHER,
        ids={"entry": "entry"},
        form=lambda _world: {"reason": "Beschwerde vom Montag"},
    ),
    Right("desk:waiting", "GET", DESK, READ, Reach.SECRET, ids={"location": "location"}),
    Right("desk:stop-waiting", "POST", CARE, SEE_OTHER, ids={"location": "location"}, form=_place),
    Right("desk:sessions", "GET", DESK, READ, Reach.SECRET, ids={"location": "location"}),
    Right("desk:new-session", "GET", CARE, READ, Reach.SECRET, ids={"location": "location"}),
    Right("desk:new-session", "POST", CARE, SEE_OTHER, ids={"location": "location"}, form=_new_date),
    Right("desk:session", "GET", DESK, READ, Reach.SECRET, ids=_OF_DATE),
    Right("desk:session-attendance", "POST", DESK, SEE_OTHER, ids=_OF_DATE, form=_check_in),
    Right("desk:session-seats", "POST", CARE, SEE_OTHER, ids=_OF_DATE, form=lambda _world: {"seats": "9"}),
    Right("desk:cancel-session", "GET", CARE, READ, Reach.SECRET, ids=_OF_DATE),
    Right("desk:cancel-session", "POST", CARE, SEE_OTHER, ids=_OF_DATE),
    Right("desk:change-date", "GET", CARE, READ, Reach.SECRET, ids=_OF_DATE),
    Right("desk:change-date", "POST", CARE, SEE_OTHER, ids=_OF_DATE, form=_other_date),
    # --- Booking ------------------------------------------------------------------------------------------------------
    Right("booking:start", "GET", PUBLIC, READ, Reach.NAME),
    Right("booking:my-appointment", "GET", PUBLIC, READ),
    Right("booking:my-appointment", "POST", PUBLIC, SEE_OTHER, form=lambda world: {"code": world.ids["code"]}),
    Right("booking:kept", "GET", PUBLIC, READ),
    Right("booking:manifest", "GET", PUBLIC, READ, Reach.NAME),
    Right("device-worker", "GET", PUBLIC, READ),
    Right("booking:services", "GET", PUBLIC, READ, Reach.PUBLIC),
    Right("booking:services", "POST", PUBLIC, SEE_OTHER, form=lambda world: {"service": world.ids["service"]}),
    Right(
        "booking:locations",
        "GET",
        PUBLIC,
        READ,
        Reach.PUBLIC,
        ids=_CHOSEN,
        form=lambda _world: {"frage": "standort"},  # asked of itself it has nothing to ask, and leads on
    ),
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
    Right("booking:group-dates", "GET", PUBLIC, READ, Reach.PUBLIC, ids=_OF_GROUP),
    Right("booking:group-dates", "POST", PUBLIC, SEE_OTHER, ids=_OF_GROUP, form=_date),
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
    Right("booking:prove", "GET", (CUSTOMER,), SEE_OTHER, ids=_OF_HOLD, before=_addresses_are_proven),
    Right("booking:prove", "POST", (CUSTOMER,), SEE_OTHER, ids=_OF_HOLD, form=lambda _world: {"without": "1"}),
    Right("booking:other-time", "GET", (CUSTOMER,), READ, Reach.PUBLIC, ids=_OF_HOLD),
    Right("booking:other-time", "POST", (CUSTOMER,), SEE_OTHER, ids=_OF_HOLD, form=_time),
    Right("booking:extend", "POST", (CUSTOMER,), SEE_OTHER, ids=_OF_HOLD),
    # --- One's own appointment ----------------------------------------------------------------------------------------
    Right("booking:appointment", "GET", (CUSTOMER,), READ, Reach.SECRET, ids=_OF_LINK),
    Right("booking:ics", "GET", (CUSTOMER,), READ, Reach.PUBLIC, ids=_OF_LINK),
    Right("booking:card", "GET", (CUSTOMER,), READ, Reach.PUBLIC, ids=_OF_LINK),
    Right("booking:push", "POST", (CUSTOMER,), NO_CONTENT, ids=_OF_LINK, form=lambda _world: {"push": "off"}),
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
    Right("booking:reminders", "GET", (CUSTOMER,), READ, ids=_OF_REMINDERS),
    Right("booking:reminders", "POST", (CUSTOMER,), READ, ids=_OF_REMINDERS, form=lambda _world: {"erinnern": "off"}),
    Right("booking:offer", "GET", (CUSTOMER,), READ, Reach.SECRET, ids=_OF_OFFER),
    Right("booking:offer", "POST", (CUSTOMER,), SEE_OTHER, ids=_OF_OFFER, form=lambda _world: {"answer": "yes"}),
    # --- Providers ----------------------------------------------------------------------------------------------------
    Right("receipts:receive", "POST", PUBLIC, NO_CONTENT, ids={"account": "account"}),
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
