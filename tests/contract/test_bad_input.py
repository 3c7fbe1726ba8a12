# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whatever is sent, to whichever route, by whoever may use it: 4xx, never 5xx, and nothing is written."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

import pytest
from django.db import transaction

from jobcenter_portal.tenancy.context import tenant_context
from tests.architecture.routes import all_routes
from tests.architecture.walk.actors import Walker, walker
from tests.architecture.walk.answers import body_of, rows_of
from tests.architecture.walk.rightful import RIGHTS
from tests.architecture.walk.rights import Right
from tests.architecture.walk.world import World

FORM: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data; boundary=x"
ROUTES: Final = {route.name: route for route in all_routes()}


@dataclass(frozen=True, slots=True)
class Malformed:
    """A request that no browser sends. `headers` are WSGI variables."""

    what: str
    status: int
    body: bytes = b""
    query: str = ""
    content_type: str = FORM
    headers: dict[str, str] = field(default_factory=dict)


def _multipart(*parts: bytes) -> bytes:
    return b"".join(b"--x\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts) + b"--x--\r\n"


MALFORMED: Final = (
    Malformed("NUL in a field", 400, b"name=a%00b&time=%00"),
    Malformed("NUL in a field's name", 400, b"na%00me=a"),
    Malformed("NUL in the query", 400, query="ab=%00"),
    Malformed("an oversized form", 413, b"name=" + b"x" * 70_000),
    Malformed("an oversized body of another kind", 413, b"{" + b"x" * 70_000, content_type="application/json"),
    Malformed("an oversized announcement", 413, b"name=a", headers={"CONTENT_LENGTH": "999999999"}),
    Malformed("a length that is no number", 400, b"name=a", headers={"CONTENT_LENGTH": "-1"}),
    Malformed("too many fields", 400, b"&".join(b"f%d=1" % number for number in range(200))),
    Malformed("an endless query", 414, query="a=" + "x" * 5_000),
    Malformed("multipart without boundary", 400, b"--x", content_type="multipart/form-data"),
    Malformed("NUL in multipart", 400, _multipart(b'name="name"\r\n\r\na\x00b'), content_type=MULTIPART),
    Malformed("a big file", 413, _multipart(b'name="f"; filename="a"\r\n\r\n' + b"x" * 70_000), content_type=MULTIPART),
)

WEIRD: Final = (
    "", " ", "0", "-1", "1e400", "9" * 400, "null", "../../etc/passwd", "' OR 1=1 --", "<script>", "{{7*7}}", "%s%n",
    "\u202e\u2066", "😀" * 100, "\ud7ff", "ß" * 300, "99991231T2359Z", "00010101T0000Z", "20261129T0030Z",
    "9999-12-31", "0001-01-01", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-13-45", "x" * 5_000,
)  # fmt: skip
"""Values that forms may refuse or take; what they may not do is break a page."""

_TIMES: Final = ("booking:times", "booking:other-time", "booking:move", "booking:confirm-move", "desk:move")
READ_BY: Final = {
    "time": _TIMES,
    "ab": ("booking:times", "booking:other-time", "booking:move"),
    "zeit": ("booking:times", "booking:other-time", "booking:move"),
    "service": ("booking:services",),
    "location": ("booking:locations",),
    "code": ("booking:my-appointment",),
    "name": ("booking:contact",),
    "remind": ("booking:contact",),
    "email": ("booking:contact",),
    "mobile": ("booking:contact",),
    "post": ("booking:contact",),
    "helper": ("booking:contact",),
    "companion": ("booking:contact",),
    "person": ("signin:sign-in",),
    "next": ("signin:sign-in", "signin:language"),
    "language": ("signin:language", "booking:contact"),
    "tag": ("desk:day", "desk:move"),
    "kalender": ("desk:day", "desk:attendance"),
    "verb": ("desk:attendance",),
    "seen": ("desk:attendance",),
    "revision": ("desk:move",),
    "getan": ("desk:appointment",),
}
"""Which routes read a field, from the address or from a form."""


def _address(right: Right, world: World, **other: str) -> str:
    route = ROUTES[right.route]
    filled = {hole: world.ids.get(right.ids.get(hole, hole), "x") for hole in route.parameters}
    return route.address(**{**filled, "jobcenter": world.jobcenter.slug, "language": "de", **other})


def _send(person: Walker, method: str, address: str, bad: Malformed) -> Any:
    target = f"{address}?{bad.query}" if bad.query else address
    return person.client.generic(method, target, bad.body, content_type=bad.content_type, **bad.headers)  # type: ignore[arg-type]


def _rights() -> Iterator[tuple[Right, str]]:
    """Each route and method by one rightful actor: behind a refusal nothing would be read at all."""
    return ((right, right.actors[-1]) for right in RIGHTS)


TAKES_PICTURES: Final = frozenset({"about:set-logo"})
"""Reads more than other pages, and says of a body that holds no picture what is wrong with it."""


def test_malformed_requests_are_refused_everywhere_and_write_nothing(own: World, today: datetime) -> None:
    wrong = []
    with tenant_context(own.jobcenter):
        before = rows_of(own)
    for right, name in _rights():
        person = walker(name, own, now=today)
        # A body that comes with a GET may as well be left unread, as long as the page is the page.
        unread = person.send("GET", _address(right, own)).status_code if right.method == "GET" else 0
        for bad in MALFORMED:
            status = _send(person, right.method, _address(right, own), bad).status_code
            takes_more = 422 if bad.status == 413 and right.route in TAKES_PICTURES else bad.status
            if status not in (bad.status, takes_more, unread if bad.body else 0):
                wrong.append((right.route, right.method, bad.what, status))
    with tenant_context(own.jobcenter):
        after = rows_of(own)
    assert wrong == [], wrong
    assert _without_views_and_doors(after) == _without_views_and_doors(before)


def _without_views_and_doors(rows: dict[str, list[str]]) -> dict[str, list[str]]:
    """Signing in for the test and looking at an appointment are written to the trail, and shall be."""
    return {table: found for table, found in rows.items() if table not in ("audit_auditentry", "signin_staffsession")}


@pytest.mark.parametrize("field_name", READ_BY)
def test_no_value_of_any_field_breaks_a_page(own: World, today: datetime, field_name: str) -> None:
    broken = []
    rights = [(right, name) for right, name in _rights() if right.route in READ_BY[field_name]]
    assert {right.route for right, _name in rights} == set(READ_BY[field_name])
    for right, name in rights:
        person = walker(name, own, now=today)
        for value in WEIRD:
            form = urlencode({**right.form(own), field_name: value}, errors="surrogatepass")
            address = _address(right, own)
            with transaction.atomic():
                if right.method == "POST":
                    answer = person.send("POST", address, body=form)
                else:
                    answer = person.send("GET", f"{address}?{form}")
                transaction.set_rollback(True)
            if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                broken.append((right.route, right.method, value[:40], answer.status_code))
    assert broken == []


BAD_PATHS: Final = (
    "%00", "a%00b", "%zz", "%", "%ff%fe", "%c0%af", "%u0041", "..%2f..", "x" * 300, "x" * 5_000, "%0d%0aSet-Cookie:a=b",
    "ä", "%F0%9F%98%80", "a b", "'", "<b>", "{}", "-", "_", "0", "%e2%80%ae",
)  # fmt: skip


def test_no_piece_of_an_address_breaks_a_page(own: World, today: datetime) -> None:
    wrong = []
    for right, name in {right.route: (right, name) for right, name in _rights()}.values():
        holes = ROUTES[right.route].parameters[-1:]
        person = walker(name, own, now=today)
        for hole, piece in itertools.product(holes, BAD_PATHS):
            answer = person.send(right.method, _address(right, own, **{hole: piece}))
            if not HTTPStatus.MULTIPLE_CHOICES <= answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
                wrong.append((right.route, right.method, hole, piece[:20], answer.status_code))
            if "set-cookie:a" in str(answer.headers).lower():
                wrong.append((right.route, right.method, hole, piece, "header"))
    assert wrong == []


# --- One 404 ----------------------------------------------------------------------------------------------------------
def test_unknown_tenant_language_link_service_and_place_give_the_same_answer(own: World, today: datetime) -> None:
    slug, ids = own.jobcenter.slug, own.ids
    at_a_jobcenter = [
        f"/{slug}/xx/", f"/{slug}/tr/", f"/{slug}/gibt/es/nicht/", f"/{slug}/de/t/unbekannt/",
        f"/{slug}/de/t/AAAABBBBCCCCDDDDE/", f"/{slug}/de/t/unbekannt/termin.ics", f"/{slug}/de/buchen/unbekannt/",
        f"/{slug}/de/buchen/{ids['service']}/unbekannt/",
    ]  # fmt: skip
    nowhere = ["/unbekannt/", "/unbekannt/de/", f"/unbekannt/de/t/{ids['token']}/", "/unbekannt/desk/", "/a/UNBEKANNT",
               "/unbekannt/anmelden/", "/weder/noch"]  # fmt: skip
    person = walker("anonymous", own, now=today)
    answers = {address: person.send("GET", address) for address in (*at_a_jobcenter, *nowhere)}
    assert {address: answer.status_code for address, answer in answers.items() if answer.status_code != 404} == {}
    assert len({_said(answers[address]) for address in at_a_jobcenter}) == 1
    assert len({_said(answers[address]) for address in nowhere}) == 1


def _said(answer: Any) -> tuple[str, str]:
    """What the page says: its title, and everything between its head and its foot."""
    page = body_of(answer)
    title, main = re.search(r"<title>(.*?)</title>", page, re.DOTALL), re.search(r"<main.*</main>", page, re.DOTALL)
    assert title is not None
    assert main is not None
    return title[1].partition("·")[0].strip(), main[0]


def test_a_hold_that_never_was_says_the_same_as_one_that_ran_out(own: World, today: datetime) -> None:
    person = walker("anonymous", own, now=today)
    with tenant_context(own.jobcenter):
        ran_out = own.held
        ran_out.draft_until = ran_out.starts_at.replace(year=2000)
        ran_out.save()
    for step in ("contact", "check", "other-time"):
        right = next(right for right in RIGHTS if right.route == f"booking:{step}" and right.method == "GET")
        old = person.send("GET", _address(right, own))
        never = person.send("GET", _address(right, own, token="dW5rbm93bi11bmtub3du"))
        assert (old.status_code, body_of(old).replace(own.ids["hold"], "")) == (
            HTTPStatus.GONE,
            body_of(never).replace("dW5rbm93bi11bmtub3du", ""),
        )
