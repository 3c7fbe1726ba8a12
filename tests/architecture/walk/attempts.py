# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the walk tries: every route by every actor with every id of the neighbour, and at the neighbour's own address.

Generated from the resolver. By default each kind of id goes where it belongs and to some routes where it does not;
WALK=full tries every combination (well above 100,000 requests).
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from jobcenter_portal.accounts.permissions import Role
from tests.architecture.routes import Route, all_routes
from tests.architecture.walk.actors import ACTORS, ANONYMOUS, CUSTOMER, VISITOR
from tests.architecture.walk.world import KEYS, World

READ_AND_WRITE: Final = ("GET", "POST")
OTHER_METHODS: Final = ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")
EVERY: Final = 5
STRANGERS: Final = (ANONYMOUS, CUSTOMER, Role.CASEWORKER.value, Role.TENANT_ADMIN.value, VISITOR)
"""Who walks where the role does not matter: on the customers' pages, and at the neighbour's address."""
PREFIX: Final = frozenset({"jobcenter", "language"})
NATURAL: Final = {
    "service": ("service", "group"),
    "location": ("location",),
    "calendar": ("calendar",),
    "token": ("hold",),
    "key": ("token", "code"),
    "code": ("code",),
    "public_id": ("public_id", "cancelled", "request", "ticket", "seated"),
    "session": ("session",),
    "waiting": ("waiting",),
    "offer": ("offer",),
    "message": ("message_public",),
    "task": ("task",),
    "batch": ("letter_batch", "posted_batch"),
    "letter": ("letter", "posted_letter"),
    "stop": ("stop",),
    "way": ("text_channel",),
    "account": ("account",),
    "kind": ("text_kind",),
    "channel": ("text_channel",),
    "tongue": ("text_language",),
    "part": ("face_part",),
    "ground": ("ground",),
    "digest": ("picture",),
    "number": ("report",),
    "listed": ("listed",),
    "entry": ("entry",),
}
"""Which kinds of id a hole is meant for; a route with an unknown hole tries all kinds."""


FOR_STRANGERS: Final = frozenset({("POST", "booking:lost-link")})
"""Whoever has lost a link asks for it at any Jobcenter, of which nobody knows them: that it counts the question and
plans an answer is no breach."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request. `at_home`: the address begins with the actor's own Jobcenter, or names none."""

    actor: str
    method: str
    route: str
    address: str
    body: str
    host: str
    at_home: bool


def attempts(own: World, foreign: World, *, full: bool) -> Iterator[Attempt]:
    """All requests of a walk: reads before writes, so that no early POST empties the pages that come later."""
    routes = all_routes()
    for method in (*READ_AND_WRITE[:1], *OTHER_METHODS, *READ_AND_WRITE[1:]):
        for route in routes:
            if full or method in READ_AND_WRITE:
                yield from _of_route(route, method, own, foreign, full=full)
            else:
                yield from _once(route, method, own, foreign)


def _of_route(route: Route, method: str, own: World, foreign: World, *, full: bool) -> Iterator[Attempt]:
    hostile = (False, True) if full else (method == "POST",)
    at_desk = "/desk/" in route.path
    for actor, is_hostile in itertools.product(ACTORS, hostile):
        is_stranger = full or actor in STRANGERS
        if is_stranger or at_desk:
            for values in _filled(route, own, foreign, full=full):
                yield _attempt(actor, method, route, own, foreign, values, is_hostile=is_hostile, at_home=True)
        if is_stranger and "jobcenter" in route.parameters and (method, route.name) not in FOR_STRANGERS:
            for values in _abroad(route, own, foreign, full=full):
                yield _attempt(actor, method, route, own, foreign, values, is_hostile=is_hostile, at_home=False)
    if not full and method == "GET":
        for values in _with_other_kinds(route, foreign):
            yield _attempt("caseworker", method, route, own, foreign, values, is_hostile=True, at_home=True)


def _once(route: Route, method: str, own: World, foreign: World) -> Iterator[Attempt]:
    for actor in (ANONYMOUS, "caseworker"):
        values = next(_filled(route, own, foreign, full=False))
        yield _attempt(actor, method, route, own, foreign, values, is_hostile=True, at_home=True)


def _filled(route: Route, own: World, foreign: World, *, full: bool) -> Iterator[dict[str, str]]:
    """The holes of an address below one's own Jobcenter: at least one of them with an id of the neighbour."""
    holes = [hole for hole in route.parameters if hole not in PREFIX]
    if not holes:
        yield {}
        return
    choices = []
    for hole in holes:
        kinds = tuple(foreign.ids) if full or hole not in NATURAL else NATURAL[hole]
        theirs = [foreign.ids[kind] for kind in kinds]
        ours = [own.ids[NATURAL[hole][0]]] if hole in NATURAL else []
        choices.append([*theirs, *ours])
    for values in itertools.product(*choices):
        yield dict(zip(holes, values, strict=True))


def _abroad(route: Route, own: World, foreign: World, *, full: bool) -> Iterator[dict[str, str]]:
    """The holes below the neighbour's address: one's own ids, and theirs that are no permission by themselves."""
    holes = [hole for hole in route.parameters if hole not in PREFIX]
    if not holes:
        yield {}
        return
    theirs = [value for kind, value in foreign.ids.items() if kind not in KEYS]
    ours = list(own.ids.values())
    for values in zip(*(_sample(hole, ours, theirs, own, foreign, full=full) for hole in holes), strict=False):
        yield dict(zip(holes, values, strict=True))


def _sample(hole: str, ours: list[str], theirs: list[str], own: World, foreign: World, *, full: bool) -> list[str]:
    if full:
        return [*ours, *theirs]
    kinds = NATURAL.get(hole, ())
    meant = [own.ids[kind] for kind in kinds] + [foreign.ids[kind] for kind in kinds if kind not in KEYS]
    return meant or [ours[0], theirs[0]]


def _with_other_kinds(route: Route, foreign: World) -> Iterator[dict[str, str]]:
    """Ids where they do not belong: a fifth of the kinds at each route, so that each kind meets several routes."""
    holes = [hole for hole in route.parameters if hole not in PREFIX]
    for position, (kind, value) in enumerate(foreign.ids.items(), start=len(route.path)):
        if holes and position % EVERY == 0 and not all(kind in NATURAL.get(hole, ()) for hole in holes):
            yield dict.fromkeys(holes, value)


def _attempt(
    actor: str,
    method: str,
    route: Route,
    own: World,
    foreign: World,
    values: dict[str, str],
    *,
    is_hostile: bool,
    at_home: bool,
) -> Attempt:
    place = own if at_home else foreign
    address = route.address(**values, jobcenter=place.jobcenter.slug, language="de")
    other = foreign if at_home else own
    hostile = _body_of_interface(route, other) if method == "POST" else None
    extra = urlencode(_hostile(other) if hostile is None else hostile) if is_hostile else ""
    if extra and method in ("GET", "HEAD", "OPTIONS"):
        return Attempt(actor, method, route.name, f"{address}?{extra}", "", "testserver", at_home)
    return Attempt(actor, method, route.name, address, extra, "testserver", at_home)


def _hostile(other: World) -> dict[str, str]:
    """Every field that any form of ours reads, filled with ids of the other Jobcenter, and some that none reads."""
    ids = other.ids
    return {
        **_hostile_to_lists(other),
        "service": ids["service"],
        "location": ids["location"],
        "code": ids["code"],
        "person": ids["member"],
        "place": ids["waiting_place"],
        "session": ids["session"],
        "day": "2030-01-07",
        "seats": "1",
        "answer": "yes",
        "wait": "yes",
        "kalender": ids["calendar"],
        "calendar": ids["calendar"],
        "customer": ids["customer"],
        "id": ids["appointment"],
        "pk": ids["appointment"],
        "subject": ids["subject"],
        "tenant": ids["tenant"],
        "tenant_id": ids["tenant"],
        "jobcenter": ids["slug"],
        "time": "20300101T0800Z",
        "verb": "check_in",
        "seen": "booked",
        "revision": "1",
        "name": "Eva Beispiel",
        "remind": "none",
        "language": "en",
        "next": f"/{ids['slug']}/desk/",
        "letters": other.marker,
        "bei": f"{ids['calendar']}-{other.marker}",
        "vertretung": "1",
        "wohnort": f"stadt-{other.marker}pub",
        "town": f"Stadt {other.marker}pub",
        "standort": ids["location"],
        "dazu": ids["service"],
        "more": ids["service"],
        "art": "vor-ort",
        "mode": "vor-ort",
        "sprache": "ar",
        "frage": "dazu",
        "phone": "069 90009123",
        "tag": "2026-11-24",
        "ab": "2026-11-24",
        "getan": "abgesagt",
    }


def _hostile_to_lists(other: World) -> dict[str, str]:
    """Fields of lists, filters and messages, likewise."""
    ids = other.ids
    return {
        "regel": ids["calendar"],
        "abwesenheit": ids["calendar"],
        "schliessung": ids["calendar"],
        "von_tag": "2026-11-24",
        "bis_tag": "2030-01-01",
        "fingerprint": "0" * 32,
        "plan": f"a{ids['appointment']}=cancel",
        "step": "nochmal",
        "filter": f"gruppe=alle&termin={ids['public_id']}",
        "termin": ids["public_id"],
        "gruppe": "alle",
        "weg": "email",
        "address": f"{other.marker}@people.example",
        "body": other.marker,
        "fassung": "1",
        "format": "json",
        "page": "99999999999999999999",
    }


def _body_of_interface(route: Route, other: World) -> dict[str, str] | None:
    """A body as the interface reads it, with ids of the other Jobcenter; one field too many would hide all of them."""
    ids = other.ids
    time = {"starts_at": "2030-01-01T08:00:00Z"}
    person = {"person.name": "Eva Beispiel", "person.language": "de"}
    bodies = {
        "api:caseworkers": {"code": ids.get("letters", "")},
        "api:holds": {"service": ids["service"], "location": ids["location"], **time},
        "api:appointments": {"hold_token": ids.get("hold", ""), **person},
        "api:move": time,
        "api:extend": {},
        "api:codes": {"email": "eva@people.example", "language": "de"},
        "api:proofs": {"email": "eva@people.example", "code": "000000"},
        "api:cancel": {},
        "api:undo-cancel": {},
    }
    return bodies.get(route.name)


def own_host_attempts(own: World, foreign: World) -> Iterator[Attempt]:
    """The neighbour's addresses on a host that serves one's own Jobcenter alone: nothing is there."""
    for route in all_routes():
        if "jobcenter" in route.parameters:
            for values in itertools.islice(_filled(route, own, foreign, full=False), 1):
                address = route.address(**values, jobcenter=foreign.jobcenter.slug, language="de")
                yield Attempt(ANONYMOUS, "GET", route.name, address, "", own.host, at_home=True)
