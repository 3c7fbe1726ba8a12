# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Walking: send every attempt, look at all that comes back, compare the neighbour's rows before and after."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from jobcenter_portal.tenancy.context import tenant_context
from notifications.channels.base import Accepted, OutgoingEmail, OutgoingSms
from notifications.delivery import dispatch
from notifications.delivery.ways import Way
from notifications.models import Message
from notifications.outbox.clock import Clock
from tests.architecture.walk.actors import ACTORS, walker
from tests.architecture.walk.answers import rows_of, text_of
from tests.architecture.walk.attempts import Attempt
from tests.architecture.walk.world import Reach, World

SHOWS_ALL_TENANTS: Final = {
    "demo:start": (set(Reach) - {Reach.SECRET}, "explains the demo and names its invented staff"),
    "demo:outbox": (set(Reach), "the demo's messages, all of invented people"),
    "demo:message": (set(Reach), "the same, one of them"),
    "portal-start": ({Reach.NAME}, "the list of Jobcenters"),
}
"""Routes outside of any Jobcenter, and how much of each they may show. The demo cannot be loaded elsewhere."""

PUBLIC_ABROAD: Final = {Reach.NAME, Reach.PUBLIC}
DEMO_SIGN_IN: Final = "signin:sign-in"
"""In the demo the door of a Jobcenter names its staff, to choose from."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something that must not be. `what` is a kind of canary or an answer's status."""

    route: str
    actor: str
    method: str
    what: str
    address: str


@dataclass(frozen=True, slots=True)
class Walked:
    requests: int
    answered: int
    """Requests that got an answer of the 2xx class."""
    findings: tuple[Finding, ...]
    changed: tuple[str, ...]
    """Tables in which a row of the neighbour is not what it was."""


def walk(tries: Iterable[Attempt], own: World, foreign: World, *, now: datetime) -> Walked:
    before = _rows(foreign)
    walkers = {name: walker(name, own, foreign, now=now) for name in ACTORS}
    found: set[Finding] = set()
    requests = answered = 0
    for attempt in tries:
        answer = walkers[attempt.actor].send(attempt.method, attempt.address, body=attempt.body, host=attempt.host)
        requests += 1
        answered += answer.status_code < HTTPStatus.MULTIPLE_CHOICES
        found |= {
            Finding(attempt.route, attempt.actor, attempt.method, what, attempt.address)
            for what in _wrong(attempt, answer, foreign)
        }
    after = _rows(foreign)
    changed = tuple(table for table in before if before[table] != after[table])
    return Walked(requests, answered, tuple(sorted(found)), changed)


def _wrong(attempt: Attempt, answer: Any, foreign: World) -> set[str]:
    wrong = {str(answer.status_code)} if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR else set()
    if attempt.host != "testserver" and answer.status_code != HTTPStatus.NOT_FOUND:
        wrong.add(f"{answer.status_code} on another Jobcenter's host")
    # What the request itself said may come back (the language switch keeps the query): slugs and towns hold a public
    # canary.
    said = (attempt.address + attempt.body).lower()
    text = text_of(answer)
    for word in (foreign.ids[kind] for kind in ("service", "location", "group")):
        if word in said:
            text = text.replace(word, "")
    if f"{foreign.marker}{Reach.PUBLIC}" in said:
        for start in ("stadt-", "stadt+", "stadt%2b", "stadt%20", "stadt "):  # an address within an address is quoted
            text = text.replace(f"{start}{foreign.marker}{Reach.PUBLIC}", "")
    return wrong | {str(reach) for reach in foreign.seen_in(text) - _may_be_seen(attempt)}


def _may_be_seen(attempt: Attempt) -> set[Reach]:
    if attempt.route in SHOWS_ALL_TENANTS:
        return SHOWS_ALL_TENANTS[attempt.route][0]
    if attempt.at_home:
        return set()
    return PUBLIC_ABROAD | ({Reach.STAFF} if attempt.route == DEMO_SIGN_IN else set())


class _Recorder:
    """Stands where the ways to the providers are, and keeps what would have left."""

    def __init__(self) -> None:
        self.sent: list[OutgoingEmail | OutgoingSms] = []

    def of(self, _way: Way) -> "_Recorder":
        return self

    def send(self, outgoing: OutgoingEmail | OutgoingSms, *, now: datetime) -> Accepted:
        self.sent.append(outgoing)
        return Accepted(f"reference-{len(self.sent)}", f"ok-{now:%H}")


def messages_of(own: World, *, now: datetime) -> list[str]:
    """Every word of every message that a Jobcenter would send, due or not, after it was walked through."""
    recorder: Any = _Recorder()
    with tenant_context(own.jobcenter):
        Message.objects.update(due_at=now, respects_quiet=False)
        while dispatch.visit(own.jobcenter, sessions=recorder, clock=Clock(now)):
            pass
    return [_words(outgoing) for outgoing in recorder.sent]


def _words(outgoing: OutgoingEmail | OutgoingSms) -> str:
    return str([getattr(outgoing, name) for name in outgoing.__dataclass_fields__]).lower()


def _rows(world: World) -> dict[str, list[str]]:
    with tenant_context(world.jobcenter):
        return rows_of(world)
