# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The walk inside one Jobcenter: who works for one house sees and changes nothing of the other.

Every line of the table of rights is sent twice: by a colleague of the same house, who gets what the table says, and by
one of the other house, for whom none of it is there.
"""

from collections.abc import Iterator
from datetime import datetime
from http import HTTPStatus
from typing import Final

import pytest

from appointments.desk.scope import Scope
from appointments.models import Calendar
from jobcenter_portal.accounts.permissions import Role
from jobcenter_portal.tenancy.context import tenant_context
from tests.architecture.walk.answers import rows_of, text_of
from tests.architecture.walk.places import (
    NARROWED,
    desk_rights,
    here_and_there,
    make_ready,
    route_of,
    send,
    undone,
    works_at,
)
from tests.architecture.walk.rights import Right
from tests.architecture.walk.world import Reach, World

OF_NO_PLACE: Final = frozenset({"jobcenter", "tongue"})
"""Holes of an address that name nothing of a place."""
LEFT_BY_LOOKING: Final = frozenset({"audit_auditentry", "signin_staffsession", "tenancy_counted", "tenancy_tally"})
OTHERWISE: Final = {("desk:start", "GET"): HTTPStatus.FOUND, ("desk:site-reopen", "POST"): HTTPStatus.NOT_FOUND}
"""Of one house there is nothing to choose; and the closure that the table opens again is the whole Jobcenter's."""


def _beyond(world: World, now: datetime, *methods: str) -> Iterator[tuple[str, str, str, object]]:
    """Whatever a colleague of the other house gets that should not be there for them."""
    _here, there = here_and_there(world)
    strangers = {role: works_at(world, role, there, now=now) for role in NARROWED}
    for right, role in desk_rights():
        if right.method not in methods:
            continue
        with undone():
            make_ready(right, world)
            before = _rows(right, world)
            answer = send(right, strangers[role], world, now=now)
            after = _rows(right, world)
        named = set(route_of(right).parameters) - OF_NO_PLACE
        changed = {table for table in before if before[table] != after[table]} - LEFT_BY_LOOKING
        if named and answer.status_code != HTTPStatus.NOT_FOUND:
            yield (right.route, right.method, role, answer.status_code)
        if Reach.SECRET in world.seen_in(text_of(answer)):
            yield (right.route, right.method, role, "seen")
        if changed:
            yield (right.route, right.method, role, tuple(sorted(changed)))


def _rows(right: Right, world: World) -> dict[str, list[str]]:
    """What a POST may not change; that a GET changes nothing, the walk through all Jobcenters sees."""
    with tenant_context(world.jobcenter):
        return rows_of(world) if right.method == "POST" else {}


@pytest.mark.timeout(300)
def test_what_belongs_to_another_house_is_not_there(own: World, today: datetime) -> None:
    assert len(desk_rights()) > 200
    assert list(_beyond(own, today, "GET", "POST")) == []


@pytest.mark.timeout(300)
def test_a_colleague_of_the_same_house_gets_what_the_table_says(own: World, today: datetime) -> None:
    here, _there = here_and_there(own)
    colleagues = {role: works_at(own, role, here, now=today) for role in NARROWED}
    with tenant_context(own.jobcenter):
        Calendar.objects.filter(pk=own.ids["calendar"]).update(membership=colleagues[Role.CASEWORKER])
    wrong = []
    for right, role in desk_rights():
        with undone():
            make_ready(right, own)
            answer = send(right, colleagues[role], own, now=today)
        is_seen = right.shows is None or right.shows in own.seen_in(text_of(answer))
        status = OTHERWISE.get((right.route, right.method), right.status)
        if answer.status_code != status or not (is_seen or status != right.status):
            wrong.append((right.route, right.method, role.value, answer.status_code, is_seen))
    assert wrong == []


@pytest.mark.timeout(300)
def test_a_reach_that_never_ends_is_missed(own: World, today: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Scope, "is_everything", True)
    found = {(route, what) for route, _method, _role, what in _beyond(own, today, "GET")}
    assert found >= {
        ("desk:day", "seen"),
        ("desk:appointment", "seen"),
        ("desk:appointment", 200),
        ("desk:contact-tasks", "seen"),
        ("desk:messages", "seen"),
        ("desk:letters", "seen"),
        ("desk:letter-batch", "seen"),
        ("desk:outage-list", 200),
        ("desk:requests", "seen"),
        ("desk:schedules", "seen"),
        ("desk:session", "seen"),
        ("desk:site", 200),
        ("desk:ticket", "seen"),
        ("desk:waiting", "seen"),
        ("desk:walk-ins", "seen"),
    }
