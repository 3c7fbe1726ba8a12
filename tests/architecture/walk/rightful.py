# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""For every route and method: who may come, and what they get to see there.

A walk that finds no leak proves nothing if every page answers 404. So each line is tried first: the rightful actor
gets the answer and, where the page shows data, the owner's own canary in it. A new route is missing here and is red.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from appointments import service
from appointments.letters_back import letter_came_back
from appointments.models import Absence, Closure, OpeningException, OpeningRule
from appointments.reminder_settings import plan_now
from appointments.web.times import slot_value
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.audit import service as audit
from jobcenter_portal.kernel.ids import PUBLIC_ID_LENGTH
from jobcenter_portal.kernel.wall_clock import local_day
from jobcenter_portal.tenancy.context import tenant_context
from notifications.models import ProviderAccount, TextVersion
from tests.architecture.walk.actors import ANONYMOUS, CUSTOMER
from tests.architecture.walk.world import Reach, World

DESK: Final = (Role.FRONT_DESK.value, Role.CASEWORKER.value, Role.TEAM_LEAD.value)
PLANNERS: Final = (Role.CASEWORKER.value, Role.TEAM_LEAD.value, Role.TENANT_ADMIN.value)
HOUSE: Final = (Role.TEAM_LEAD.value, Role.TENANT_ADMIN.value)
ADMINS: Final = (Role.TENANT_ADMIN.value,)
CARE: Final = (Role.CASEWORKER.value, Role.TEAM_LEAD.value)
PUBLIC: Final = (ANONYMOUS, CUSTOMER)
READ: Final = 200
FOUND: Final = 302
SEE_OTHER: Final = 303
NO_ENTRY: Final = 401
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


def _rule(world: World) -> Form:
    """A reminder of one's own service, as the page of its effect sends it."""
    with tenant_context(world.jobcenter):
        seen = plan_now().fingerprint
    typed = {"zahl": "2", "einheit": "D", "weg": "email", "anliegen": world.ids["concern"]}
    return {**typed, "tun": "speichern", "gesehen": seen}


def _silence(world: World) -> Form:
    return {"anliegen": world.ids["concern"], "was": "keine"}


def _night(_world: World) -> Form:
    return {"von": "21:00", "bis": "07:00"}


def _day(world: World) -> Form:
    return {"tag": local_day(world.appointment.starts_at, world.jobcenter.settings.zone).isoformat()}


def _days_of(world: World) -> Form:
    """The day on which somebody has an appointment, as the first and last day of something."""
    return {"von_tag": _day(world)["tag"], "bis_tag": _day(world)["tag"]}


def _on_day(world: World) -> Form:
    return {**_day(world), "standort": world.ids["location"]}


def _saturday(world: World) -> Form:
    hours = {"tage": "6", "von": "08:00", "bis": "10:00", "treffen": "1", "wochen": "1"}
    return {**hours, "standort": world.ids["location"], "ab": _day(world)["tag"]}


def _exceptional(world: World) -> None:
    """An absence and a day with other hours, to be taken back."""
    one = world.appointment
    row = {"tenant": world.jobcenter, "calendar_id": one.calendar_id}
    Absence.objects.create(**row, starts_at=one.ends_at, ends_at=one.ends_at + timedelta(days=1))
    OpeningException.objects.create(
        **row, location=one.location, day=_day(world)["tag"], start_minute=0, end_minute=1440
    )


def _latest(world: World, model: type[Absence | Closure | OpeningRule]) -> str:
    whose = {} if model is Closure else {"calendar_id": world.ids["calendar"]}
    with tenant_context(world.jobcenter):
        return str(model.objects.filter(**whose).latest("pk").pk)


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


def _came_back(world: World) -> None:
    letter_came_back(letter=world.ids["posted_letter"], by=audit.SYSTEM, now=world.appointment.booked_at)


def _other_time(world: World) -> Form:
    return {"time": world.free[0].starts_at.isoformat(), "revision": "1"}


def _walk_in(world: World) -> Form:
    return {"service": world.ids["service"], "name": "Eva Beispiel", "language": "de", "key": "K" * PUBLIC_ID_LENGTH}


def _called(world: World) -> Form:
    return {"kalender": world.ids["calendar"]}


def _version(_world: World) -> Form:
    return {"fassung": "1"}


def _own_words(_world: World) -> Form:
    words = {"subject": "Ihr Termin am {day_short}", "body": "{day_long}, {time} Uhr: {link}"}
    return {**words, "step": "speichern", "seen": "0"}


def _text_in_use(world: World) -> None:
    TextVersion.objects.filter(kind=world.ids["text_kind"]).update(is_active=True)


def _smtp(_world: World) -> Form:
    typed = {"host": "mail.example", "port": "587", "security": "starttls", "timeout": "30", "deadline": "60"}
    return {"name": "Mailserver", "je_sekunde": "0", **{f"angabe-{name}": value for name, value in typed.items()}}


def _new_account(world: World) -> Form:
    return {**_smtp(world), "anbieter": "smtp"}


def _changed_account(world: World) -> Form:
    with tenant_context(world.jobcenter):
        account = ProviderAccount.objects.get(public_id=world.ids["account"])
    return {**_smtp(world), "angabe-password": "typed-again", "stand": account.changed_at.isoformat()}


def _account_off(world: World) -> None:
    with tenant_context(world.jobcenter):
        ProviderAccount.objects.filter(public_id=world.ids["account"]).update(is_enabled=False)


_DESK_ID: Final = {"public_id": "public_id"}
_OF_TEXT: Final = {"kind": "text_kind", "channel": "text_channel", "tongue": "text_language"}
_ASKED: Final = {"public_id": "request"}
_TICKET: Final = {"public_id": "ticket"}
_AT: Final = {"location": "location"}
_OF_CALENDAR: Final = {"calendar": "calendar"}
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
_OF_ACCOUNT: Final = {"account": "account"}
_OF_OFFER: Final = {"offer": "offer"}
_OF_REMINDERS: Final = {"stop": "stop"}

RIGHTS: Final = (
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
    Right("signin:language", "POST", DESK, SEE_OTHER, form=lambda _world: {"language": "en"}),
    # --- Desk ---------------------------------------------------------------------------------------------------------
    Right("desk:start", "GET", DESK, READ, Reach.PUBLIC),
    Right("desk:start", "GET", (Role.TENANT_ADMIN.value,), FOUND),
    Right("desk:settings", "GET", (Role.TENANT_ADMIN.value,), READ),
    Right("desk:accounts", "GET", ADMINS, READ, Reach.STAFF),
    Right("desk:account-providers", "GET", ADMINS, READ),
    Right("desk:new-account", "GET", ADMINS, READ, form=lambda _world: {"anbieter": "smtp"}),
    Right("desk:new-account", "POST", ADMINS, SEE_OTHER, form=_new_account),
    Right("desk:test-addresses", "GET", ADMINS, READ),
    Right("desk:test-addresses", "POST", ADMINS, SEE_OTHER),
    Right("desk:account", "GET", ADMINS, READ, Reach.STAFF, ids=_OF_ACCOUNT),
    Right("desk:change-account", "GET", ADMINS, READ, Reach.STAFF, ids=_OF_ACCOUNT),
    Right("desk:change-account", "POST", ADMINS, SEE_OTHER, ids=_OF_ACCOUNT, form=_changed_account),
    Right("desk:try-account", "POST", ADMINS, SEE_OTHER, ids=_OF_ACCOUNT),
    Right("desk:account-step", "POST", ADMINS, SEE_OTHER, ids=_OF_ACCOUNT, form=lambda _world: {"step": "aus"}),
    Right("desk:remove-account", "GET", ADMINS, READ, Reach.STAFF, ids=_OF_ACCOUNT),
    Right("desk:remove-account", "POST", ADMINS, SEE_OTHER, ids=_OF_ACCOUNT, before=_account_off),
    Right("desk:reminders", "GET", (Role.TENANT_ADMIN.value,), READ, Reach.STAFF),
    Right("desk:reminders-preview", "GET", (Role.TENANT_ADMIN.value,), READ),
    Right("desk:reminders-rule", "GET", (Role.TENANT_ADMIN.value,), READ, Reach.PUBLIC),
    Right("desk:reminders-rule", "POST", (Role.TENANT_ADMIN.value,), SEE_OTHER, form=_rule),
    Right("desk:reminders-service", "GET", (Role.TENANT_ADMIN.value,), READ, Reach.PUBLIC),
    Right("desk:reminders-service", "POST", (Role.TENANT_ADMIN.value,), READ, Reach.PUBLIC, form=_silence),
    Right("desk:reminders-quiet", "GET", (Role.TENANT_ADMIN.value,), READ),
    Right("desk:reminders-quiet", "POST", (Role.TENANT_ADMIN.value,), READ, form=_night),
    Right(
        "desk:reminders-remove", "POST", (Role.TENANT_ADMIN.value,), READ, form=lambda _world: {"regel": "email.P3D."}
    ),
    Right("desk:reminders-undo", "POST", (Role.TENANT_ADMIN.value,), READ, Reach.PUBLIC),
    Right("desk:texts", "GET", (Role.TENANT_ADMIN.value,), READ),
    Right("desk:texts-of-kind", "GET", (Role.TENANT_ADMIN.value,), READ, ids={"kind": "text_kind"}),
    Right("desk:text", "GET", (Role.TENANT_ADMIN.value,), READ, Reach.SECRET, ids=_OF_TEXT, form=_version),
    Right("desk:text", "POST", (Role.TENANT_ADMIN.value,), SEE_OTHER, ids=_OF_TEXT, form=_own_words),
    Right("desk:text-preview", "POST", (Role.TENANT_ADMIN.value,), READ, Reach.PUBLIC, ids=_OF_TEXT, form=_own_words),
    Right("desk:text-back", "GET", (Role.TENANT_ADMIN.value,), READ, Reach.SECRET, ids=_OF_TEXT, before=_text_in_use),
    Right(
        "desk:text-back",
        "POST",
        (Role.TENANT_ADMIN.value,),
        SEE_OTHER,
        ids=_OF_TEXT,
        form=lambda _world: {"seen": "1"},
        before=_text_in_use,
    ),
    Right("desk:day", "GET", DESK, READ, Reach.SECRET, ids={"location": "location"}, form=_day),
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
    Right("desk:walk-ins", "GET", DESK, READ, Reach.SECRET, ids=_AT),
    Right("desk:walk-ins", "POST", DESK, SEE_OTHER, ids=_AT, form=_walk_in),
    Right("desk:call-next", "POST", DESK, SEE_OTHER, ids=_AT, form=_called),
    Right("desk:ticket", "GET", DESK, READ, Reach.SECRET, ids=_TICKET),
    Right(
        "desk:ticket",
        "POST",
        DESK,
        SEE_OTHER,
        ids=_TICKET,
        form=lambda _world: {"step": "left", "seen": "checked_in"},
    ),
    Right("desk:schedules", "GET", PLANNERS, READ, Reach.SECRET),
    Right("desk:schedule", "GET", PLANNERS, READ, Reach.SECRET, ids=_OF_CALENDAR),
    Right("desk:schedule-ill", "POST", PLANNERS, READ, Reach.SECRET, ids=_OF_CALENDAR),
    Right("desk:schedule-away", "GET", PLANNERS, READ, Reach.SECRET, ids=_OF_CALENDAR),
    Right("desk:schedule-away", "POST", PLANNERS, READ, Reach.SECRET, ids=_OF_CALENDAR, form=_days_of),
    Right(
        "desk:schedule-back",
        "POST",
        PLANNERS,
        READ,
        Reach.SECRET,
        ids=_OF_CALENDAR,
        form=lambda world: {"abwesenheit": _latest(world, Absence)},
        before=_exceptional,
    ),
    Right("desk:schedule-day", "GET", PLANNERS, READ, Reach.SECRET, ids=_OF_CALENDAR),
    Right("desk:schedule-day", "POST", PLANNERS, READ, Reach.SECRET, ids=_OF_CALENDAR, form=_on_day),
    Right(
        "desk:schedule-usual", "POST", PLANNERS, READ, Reach.SECRET, ids=_OF_CALENDAR, form=_on_day, before=_exceptional
    ),
    Right("desk:schedule-rule", "GET", PLANNERS, READ, Reach.SECRET, ids=_OF_CALENDAR),
    Right("desk:schedule-rule", "POST", PLANNERS, READ, Reach.SECRET, ids=_OF_CALENDAR, form=_saturday),
    Right(
        "desk:schedule-end",
        "POST",
        PLANNERS,
        READ,
        Reach.SECRET,
        ids=_OF_CALENDAR,
        form=lambda world: {"regel": _latest(world, OpeningRule)},
    ),
    Right("desk:site", "GET", HOUSE, READ, Reach.PUBLIC, ids=_AT),
    Right("desk:site-close", "GET", HOUSE, READ, Reach.PUBLIC, ids=_AT),
    Right(
        "desk:site-close",
        "POST",
        HOUSE,
        READ,
        Reach.SECRET,
        ids=_AT,
        form=lambda world: {**_days_of(world), "wo": "hier", "grund": "Fest"},
    ),
    Right(
        "desk:site-reopen",
        "POST",
        HOUSE,
        READ,
        Reach.PUBLIC,
        ids=_AT,
        form=lambda world: {"schliessung": _latest(world, Closure)},
    ),
    Right("desk:site-hours", "GET", HOUSE, READ, Reach.PUBLIC, ids=_AT),
    Right("desk:site-hours", "POST", HOUSE, READ, Reach.PUBLIC, ids=_AT, form=lambda world: {"ab": _day(world)["tag"]}),
    Right("desk:site-move", "GET", HOUSE, READ, Reach.PUBLIC, ids=_AT),
    Right("desk:site-move", "POST", HOUSE, READ, Reach.SECRET, ids=_AT, form=lambda world: {"ab": _day(world)["tag"]}),
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
"""Every route and every method that it has; HEAD is GET without a body."""
