# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every route that strangers can send something to names its limits, each limit is proven, and the document says so."""

import re
from http import HTTPStatus

from django.test import Client

from appointments.own_limits import Deed
from tests.architecture.limits import PAGE, ROUTES, STOPS, Free, page_with_tables
from tests.architecture.routes import Route, all_routes
from tests.architecture.sources import ROOT, our_sources
from tests.factories import make_jobcenter

CUSTOMERS = ("booking", "about", "api")
CHANGING = ("POST", "PUT", "PATCH", "DELETE")


def open_routes() -> list[Route]:
    """Pages and interface for people without an account."""
    open_to_all = [route for route in all_routes() if route.access and route.access.permission is None]
    return [route for route in open_to_all if route.name.partition(":")[0] in CUSTOMERS]


def takes(route: Route, method: str) -> bool:
    values = dict.fromkeys(route.parameters, "x") | {"jobcenter": "fulda", "language": "de"}
    answer = Client(raise_request_exception=False).generic(method, route.address(**values))
    return answer.status_code != HTTPStatus.METHOD_NOT_ALLOWED


def test_every_route_that_strangers_can_send_something_to_names_its_limits(db: None) -> None:
    make_jobcenter("fulda")
    found = {route.name for route in open_routes() if any(takes(route, method) for method in CHANGING)}
    assert {"booking:wait", "booking:undo-cancel", "about:feedback", "api:hold", "api:appointments"} <= found
    assert found - set(ROUTES) == set(), "new routes: which limit stands before them, or why none?"
    assert set(ROUTES) - found == set(), "routes that are gone"


def test_every_limit_that_a_route_names_is_there_and_none_stands_before_nothing() -> None:
    named = {name for limits in ROUTES.values() if not isinstance(limits, Free) for name in limits}
    assert named - set(STOPS) == set()
    reading = {"sheets", "rest-read"}
    assert set(STOPS) - named - reading == set()


def test_every_limit_of_the_source_stands_in_the_table() -> None:
    """Those of signing in, of desk and providers are nobody's who comes without an account."""
    sources = [path for path in our_sources() if "/signin/" not in path.as_posix() and "/desk/" not in path.as_posix()]
    texts = {path: path.read_text(encoding="utf-8") for path in sources}
    made = {name for text in texts.values() for name in re.findall(r"\b(?:Limit|Counter)\(\s*\"([a-z-]+)\"", text)}
    assert {"typed-codes", "rest-write", "code-address", "own-address"} <= made
    assert (made | {deed.value for deed in Deed}) - set(STOPS) == set()


def test_a_test_shows_of_every_limit_that_it_closes() -> None:
    tests = " ".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    written = set(re.findall(r"def (test_\w+)", tests))
    assert {one.name: one.proof for one in STOPS.values() if one.proof not in written} == {}


def test_the_document_says_what_the_table_says() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == page_with_tables(text), "run `python -m tests.architecture.limits`"
