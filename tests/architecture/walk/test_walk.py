# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The canary walk: nobody sees or changes anything of another Jobcenter, by any route, method, id or address.

Its report (`pytest -rP`, WALK=full for all combinations) gives the number of requests. Below: each guard that is taken
away is missed, and each line of defence holds alone.
"""

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.contrib.auth import SESSION_KEY
from django.db import connections, models

from jobcenter_portal.accounts import middleware
from jobcenter_portal.accounts.permissions import PUBLIC
from jobcenter_portal.accounts.service import actor_of_user
from jobcenter_portal.tenancy.models import TenantSettings
from jobcenter_portal.tenancy.scoping import TenantManager
from tests.architecture.routes import all_routes
from tests.architecture.walk.actors import ANONYMOUS, CUSTOMER, VISITOR, walker
from tests.architecture.walk.answers import without_chance
from tests.architecture.walk.attempts import NATURAL, PREFIX, Attempt, attempts, own_host_attempts
from tests.architecture.walk.findings import Walked, messages_of, walk
from tests.architecture.walk.world import World, book_another, make_world
from tests.conftest import superuser_url

LEAST_ANSWERED = 150
FULL = os.environ.get("WALK") == "full"
Keep = Callable[[Attempt], bool]


def _walk(own: World, foreign: World, now: datetime, keep: Keep = lambda _attempt: True) -> Walked:
    tries = [*attempts(own, foreign, full=FULL), *own_host_attempts(own, foreign)]
    return walk([attempt for attempt in tries if keep(attempt)], own, foreign, now=now)


@pytest.mark.timeout(7200 if FULL else 600)
def test_nobody_sees_or_changes_anything_of_another_jobcenter(
    own: World, foreign: World, outbox: Path, today: datetime
) -> None:
    walked = _walk(own, foreign, today)
    print(  # noqa: T201 -- the report
        f"isolation walk: {walked.requests} requests, {walked.answered} answered 2xx, {len(walked.findings)} findings"
    )
    assert walked.findings == ()
    assert walked.changed == ()
    book_another(own, now=today)
    letters = messages_of(own, now=today)
    assert any(own.seen_in(letter) for letter in letters), "messages without one's own canary prove nothing"
    assert [letter for letter in letters if foreign.seen_in(letter)] == []
    assert walked.requests >= (100_000 if FULL else 1_500)
    assert walked.answered >= LEAST_ANSWERED, "a walk along closed doors proves nothing"


def test_the_walk_reaches_every_route() -> None:
    reached = {attempt.route for attempt in attempts(_shadow(), _shadow(), full=False)}
    assert reached == {route.name for route in all_routes()}


def _shadow() -> World:
    """A world without a database: enough to count addresses."""
    ids = dict.fromkeys(
        ("service", "location", "hold", "token", "code", "public_id", "cancelled", "member", "calendar", "customer",
         "appointment", "subject", "tenant", "slug", "waiting", "offer", "waiting_place", "group", "session", "seated",
         "request", "ticket", "message_public", "task", "stop", "account",
         *(kind for kinds in NATURAL.values() for kind in kinds)),
        "x",
    )  # fmt: skip
    nothing: Any = type("Nothing", (), {"slug": "x", "pk": 1})()
    return World(nothing, "xq", "1", "h", ids, {}, nothing, nothing, nothing, ())


# --- Unknown and foreign look alike -----------------------------------------------------------------------------------
UNKNOWN = {
    "service": "gibt-es-nicht",
    "location": "gibt-es-nicht",
    "calendar": "2147483000",
    "group": "gibt-es-nicht",
    "seated": "dW5rbm93bi11bmtub3du",
    "hold": "Zm9yZWlnbi1vci11bmtub3du",
    "session": "Zm9yZWlnbi1vci11bmtub3du",
    "waiting": "Zm9yZWlnbi1vci11bmtub3du",
    "offer": "Zm9yZWlnbi1vci11bmtub3du",
    "token": "dW5rbm93bi11bmtub3duLXVua25vd24tdW5rbm93bi0",
    "code": "AAAABBBBCCCCDDDDE",
    "public_id": "dW5rbm93bi11bmtub3du",
    "cancelled": "dW5rbm93bi11bmtub3du",
    "request": "dW5rbm93bi11bmtub3du",
    "ticket": "dW5rbm93bi11bmtub3du",
    "message_public": "dW5rbm93bi11bmtub3du",
    "task": "dW5rbm93bi11bmtub3du",
    "stop": "dW5rbm93bi11bmtub3duLXVua25vd24tdW5rbm93bi0",
    "account": "dW5rbm93bi11bmtub3du",
    "picture": "dW5rbm93bi11bmtub3du",
    "report": "AAAA-9999",
    "listed": "1999-12-31-csv",
    "entry": "2147483000",
    **dict.fromkeys(("letter_batch", "posted_batch", "letter", "posted_letter"), "dW5rbm93bi11bmtub3du"),
}
SAME_EVERYWHERE = frozenset({"kind", "channel", "tongue", "ground", "part", "way"})
"""Holes for names that every Jobcenter shares, as kinds of message or the parts of a face: they name nothing foreign.

An address with another hole beside them is still asked with that one foreign and unknown.
"""


def test_an_id_of_another_jobcenter_gets_the_very_answer_of_an_unknown_one(
    own: World, foreign: World, today: datetime
) -> None:
    differing = []
    for name in (ANONYMOUS, CUSTOMER, "caseworker", VISITOR):
        person = walker(name, own, foreign, now=today)
        for route in all_routes():
            holes = [hole for hole in route.parameters if hole not in PREFIX]
            if not holes or not set(holes) <= set(NATURAL) or route.path.startswith(("a/", "demo/")):
                continue
            if set(holes) <= SAME_EVERYWHERE:
                continue
            for method in ("GET", "POST"):
                kinds = {hole: NATURAL[hole][-1] for hole in holes}
                theirs = {hole: foreign.ids[kind] for hole, kind in kinds.items()}
                nobodys = {hole: theirs[hole] if hole in SAME_EVERYWHERE else UNKNOWN[kinds[hole]] for hole in holes}
                first, second = (
                    without_chance(_ask(person, method, route, own, values), *values.values())
                    for values in (theirs, nobodys)
                )
                if first != second:
                    differing.append((name, method, route.name, first[0], second[0]))
    assert differing == []


def _ask(person: Any, method: str, route: Any, own: World, values: dict[str, str]) -> Any:
    return person.send(method, route.address(**values, jobcenter=own.jobcenter.slug, language="de"))


# --- Guards taken away ------------------------------------------------------------------------------------------------
@pytest.fixture
def as_superuser(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The whole test on a connection that row-level security does not bind."""
    database = connections["default"]
    settings = database.settings_dict
    kept = {key: settings[key] for key in ("USER", "PASSWORD")}
    server = psycopg.conninfo.conninfo_to_dict(superuser_url())
    with django_db_blocker.unblock():
        database.close()
    settings.update(USER=server["user"], PASSWORD=server.get("password", ""))
    request.getfixturevalue("db")
    yield
    settings.update(kept)


@pytest.fixture(autouse=True)
def _fresh_connection(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Asked for before `db`, so that it ends after it: no later test keeps the superuser's connection."""
    yield
    with django_db_blocker.unblock():
        connections["default"].close()


def _open_managers(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if every query had been written with the manager that Django brings; settings stay, or no page would open."""
    scoped = TenantManager.get_queryset

    def opened(manager: Any) -> Any:
        return scoped(manager) if manager.model is TenantSettings else models.Manager.get_queryset(manager)

    monkeypatch.setattr(TenantManager, "get_queryset", opened)


def _is_reading(attempt: Attempt) -> bool:
    """A small walk: reads by one actor, below their own Jobcenter (/readyz rightly says that a superuser is unsafe)."""
    return attempt.method == "GET" and attempt.actor == "caseworker" and attempt.at_home and attempt.route != "ready"


def test_without_both_row_level_security_and_scopes_the_walk_is_red(
    as_superuser: None, monkeypatch: pytest.MonkeyPatch, today: datetime
) -> None:
    own = make_world("quelle", now=today)
    foreign = make_world("nachbar", now=today, visitor=own.visitor)
    _open_managers(monkeypatch)
    found = _walk(own, foreign, today, _is_reading).findings
    assert {(finding.route, finding.what) for finding in found} >= {
        ("api:appointment", "sec"),
        ("api:slots", "pub"),
        ("booking:appointment", "sec"),
        ("booking:contact", "sec"),
        ("booking:times", "pub"),
        ("desk:appointment", "sec"),
        ("desk:move", "sec"),
    }


def test_row_level_security_alone_keeps_the_walk_green(
    own: World, foreign: World, monkeypatch: pytest.MonkeyPatch, today: datetime
) -> None:
    _open_managers(monkeypatch)
    assert _walk(own, foreign, today, _is_reading).findings == ()


def test_scopes_alone_keep_the_walk_green(as_superuser: None, today: datetime) -> None:
    own = make_world("quelle", now=today)
    foreign = make_world("nachbar", now=today, visitor=own.visitor)
    assert _walk(own, foreign, today, _is_reading).findings == ()


def test_a_session_that_is_not_bound_to_its_jobcenter_is_missed(
    own: World, foreign: World, monkeypatch: pytest.MonkeyPatch, today: datetime
) -> None:
    def unbound(request: Any) -> Any:
        if request.tenant is None or SESSION_KEY not in request.session:
            return PUBLIC
        return actor_of_user(int(request.session[SESSION_KEY])) or PUBLIC

    monkeypatch.setattr(middleware, "_actor", unbound)
    walked = _walk(own, foreign, today, lambda attempt: attempt.actor == VISITOR and not attempt.at_home)
    assert ("desk:appointment", "sec") in {(finding.route, finding.what) for finding in walked.findings}
    assert walked.changed != ()


def test_a_page_that_breaks_is_missed(
    own: World, foreign: World, monkeypatch: pytest.MonkeyPatch, today: datetime
) -> None:
    def broken(_key: str) -> None:
        raise RuntimeError

    monkeypatch.setattr("appointments.doors.appointment_of_key", broken)
    walked = _walk(own, foreign, today, lambda attempt: _is_reading(attempt) and attempt.route == "booking:appointment")
    assert {finding.what for finding in walked.findings} == {str(HTTPStatus.INTERNAL_SERVER_ERROR.value)}
