# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may plan hours, absences and sites (see rightful)."""

from datetime import timedelta
from typing import Final

from appointments.models import Absence, Closure, OpeningException, OpeningRule
from appointments.places import way_of
from jobcenter_portal.tenancy.context import tenant_context
from tests.architecture.walk.rights import AT, HOUSE, PLANNERS, READ, SEE_OTHER, Form, Right, day_of
from tests.architecture.walk.world import Reach, World


def _days_of(world: World) -> Form:
    """The day on which somebody has an appointment, as the first and last day of something."""
    return {"von_tag": day_of(world)["tag"], "bis_tag": day_of(world)["tag"]}


def _on_day(world: World) -> Form:
    return {**day_of(world), "standort": world.ids["location"]}


def _saturday(world: World) -> Form:
    hours = {"tage": "6", "von": "08:00", "bis": "10:00", "treffen": "1", "wochen": "1"}
    return {**hours, "standort": world.ids["location"], "ab": day_of(world)["tag"]}


def _exceptional(world: World) -> None:
    """An absence and a day with other hours, to be taken back."""
    one = world.appointment
    row = {"tenant": world.jobcenter, "calendar_id": one.calendar_id}
    Absence.objects.create(**row, starts_at=one.ends_at, ends_at=one.ends_at + timedelta(days=1))
    OpeningException.objects.create(
        **row, location=one.location, day=day_of(world)["tag"], start_minute=0, end_minute=1440
    )


def _way(world: World) -> Form:
    with tenant_context(world.jobcenter):
        said = way_of(world.appointment.location, world.ids["text_language"])
    return {"entrance": "Tor 2", "seen": said.seal}


def _latest(world: World, model: type[Absence | Closure | OpeningRule]) -> str:
    whose = {} if model is Closure else {"calendar_id": world.ids["calendar"]}
    with tenant_context(world.jobcenter):
        return str(model.objects.filter(**whose).latest("pk").pk)


_WAY: Final = {**AT, "tongue": "text_language"}
_OF_CALENDAR: Final = {"calendar": "calendar"}

SCHEDULE: Final = (
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
    Right("desk:site", "GET", HOUSE, READ, Reach.PUBLIC, ids=AT),
    Right("desk:site-close", "GET", HOUSE, READ, Reach.PUBLIC, ids=AT),
    Right(
        "desk:site-close",
        "POST",
        HOUSE,
        READ,
        Reach.SECRET,
        ids=AT,
        form=lambda world: {**_days_of(world), "wo": "hier", "grund": "Fest"},
    ),
    Right(
        "desk:site-reopen",
        "POST",
        HOUSE,
        READ,
        Reach.PUBLIC,
        ids=AT,
        form=lambda world: {"schliessung": _latest(world, Closure)},
    ),
    Right("desk:site-hours", "GET", HOUSE, READ, Reach.PUBLIC, ids=AT),
    Right(
        "desk:site-hours", "POST", HOUSE, READ, Reach.PUBLIC, ids=AT, form=lambda world: {"ab": day_of(world)["tag"]}
    ),
    Right("desk:site-way", "GET", HOUSE, READ, Reach.PUBLIC, ids=_WAY),
    Right("desk:site-way", "POST", HOUSE, SEE_OTHER, ids=_WAY, form=_way),
    Right("desk:site-move", "GET", HOUSE, READ, Reach.PUBLIC, ids=AT),
    Right("desk:site-move", "POST", HOUSE, READ, Reach.SECRET, ids=AT, form=lambda world: {"ab": day_of(world)["tag"]}),
)
