# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every route says who may come and which methods it has; and the source holds nothing that undoes a guard."""

import re
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLResolver, include, path
from django.urls.resolvers import RegexPattern
from rest_framework.renderers import JSONRenderer

from jobcenter_portal.accounts.permissions import Permission, open_to_all, requires
from tests.architecture.routes import METHODS, Route, all_routes, allowed_methods
from tests.architecture.source_rules import ALLOWED, FORBIDDEN_NAMES, Find, forbidden_in, imports_of
from tests.architecture.sources import PACKAGES, ROOT, name_of, our_sources
from tests.factories import make_jobcenter

ROUTES = all_routes()
MOST_WORDS_NEEDED = 3
UNUSED_METHODS = frozenset({"PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})
"""Pages and forms know GET, HEAD and POST."""
MORE_METHODS = {"api:hold": {"DELETE"}}
"""Routes of the interface that need more."""
INTERFACE = "<slug:jobcenter>/api/v1/"
FOR_PROVIDERS = "<slug:jobcenter>/zustellung/"
FOR_MAIL_PROGRAMS = "<slug:jobcenter>/<lang:language>/erinnerungen/"
FORMS = [route for route in ROUTES if not route.path.startswith((INTERFACE, FOR_PROVIDERS, FOR_MAIL_PROGRAMS))]
"""Routes that a browser sends forms to. The others read no cookie, so nobody can borrow one for them."""


def faults(route: Route) -> list[str]:
    """What a route fails to say about itself."""
    access = route.access
    if access is None:
        return ["declares no access"]
    if (access.permission is None) == (not access.open_because):
        return ["declares neither or both of a permission and a reason to be open"]
    if access.permission is None and len(access.open_because.split()) < MOST_WORDS_NEEDED:
        return ["gives no reason why everybody may come"]
    if route.path.startswith("<slug:jobcenter>/desk/") and access.permission is None:
        return ["is a page of the desk and open to all"]
    return []


def test_every_route_declares_who_may_come() -> None:
    assert {route.name: found for route in ROUTES if (found := faults(route))} == {}


def test_the_walk_sees_routes_inside_includes() -> None:
    names = {route.name for route in ROUTES}
    assert {"portal-start", "ready", "booking:times", "desk:appointment", "signin:sign-in", "demo:outbox"} <= names
    assert len(names) == len(ROUTES), "two routes share a name"


def test_a_route_that_forgets_is_found() -> None:
    def forgetful(_request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    lazy = open_to_all("why not")(lambda _request: HttpResponse())
    guarded = requires(Permission.SEE_DAY)(forgetful)
    inner = ([path("a/", forgetful, name="a"), path("b/", lazy, name="b"), path("c/", guarded, name="c")], "inner")
    resolver = include(inner)
    routes = all_routes(_resolver_of([path("<slug:jobcenter>/desk/", resolver), path("d/", guarded, name="d")]))
    assert {route.name: faults(route) for route in routes} == {
        "inner:a": ["declares no access"],
        "inner:b": ["gives no reason why everybody may come"],
        "inner:c": [],
        "d": [],
    }
    open_desk = Route("x", "<slug:jobcenter>/desk/x/", open_to_all("a reason in words")(forgetful))
    assert faults(open_desk) == ["is a page of the desk and open to all"]


def _resolver_of(patterns: list[Any]) -> URLResolver:
    return URLResolver(RegexPattern(r"^/"), patterns)


# --- Methods ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_a_view_answers_405_to_every_method_it_does_not_declare(route: Route, db: None) -> None:
    """The method is judged before the person: staff pages do not send a wrong method to the door first."""
    make_jobcenter("fulda")
    values = dict.fromkeys(route.parameters, "x") | {"jobcenter": "fulda", "language": "de"}
    client = Client(raise_request_exception=False)
    answers = {method: client.generic(method, route.address(**values)) for method in METHODS}
    refused = {method for method, answer in answers.items() if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED}
    assert refused >= UNUSED_METHODS - MORE_METHODS.get(route.name, set())
    assert "GET" in refused or "HEAD" not in refused, "who shows a page answers HEAD as well"
    for method in refused:
        assert allowed_methods(answers[method]) == set(METHODS) - refused
    # 503 is what a counter says that does not answer within half a second, as on a busy machine: nothing broke.
    assert [one for one in answers.values() if one.status_code >= 500 and one.status_code != 503] == []


# --- Forms need their token -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("route", FORMS, ids=lambda route: route.name)
def test_a_post_without_the_forms_token_is_refused(route: Route, db: None) -> None:
    make_jobcenter("fulda")
    values = dict.fromkeys(route.parameters, "x") | {"jobcenter": "fulda", "language": "de"}
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    assert client.post(route.address(**values)).status_code == HTTPStatus.FORBIDDEN


def test_the_interface_does_not_know_who_is_signed_in(db: None) -> None:
    for route in (route for route in ROUTES if route.path.startswith(INTERFACE)):
        view = route.view.view_class  # type: ignore[attr-defined]
        assert (view.authentication_classes, view.permission_classes) == ([], []), route.name
        assert view.renderer_classes == [JSONRenderer], route.name


# --- Source -----------------------------------------------------------------------------------------------------------
def test_the_source_contains_nothing_that_undoes_a_guard() -> None:
    found = [find for path in our_sources() for find in forbidden_in(path) if (find.file, find.name) not in ALLOWED]
    assert found == [], {find.name: FORBIDDEN_NAMES.get(find.name, "ORM queries only") for find in found}


def test_every_written_exception_is_still_needed() -> None:
    found = {(find.file, find.name) for path in our_sources() for find in forbidden_in(path)}
    assert set(ALLOWED) <= found


def test_templates_never_switch_escaping_off() -> None:
    switch = re.compile(r"\|\s*safe\b|\|\s*safeseq|autoescape\s+off")
    templates = [path for package in PACKAGES for path in (ROOT / package).rglob("templates/**/*.*") if path.is_file()]
    assert templates
    found = {name_of(path) for path in templates if switch.search(path.read_text(encoding="utf-8"))}
    assert found == set()


def test_forbidden_names_are_found_however_they_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.architecture.source_rules.name_of", lambda path: path.name)
    source = tmp_path / "bad.py"
    source.write_text(
        "from django.utils.safestring import mark_safe as fine\n"
        "import pickle\n"
        "@decorators.csrf_exempt\n"
        "def view(request):\n"
        "    return Customer._base_manager.all(), Customer.objects.raw('x')\n"
    )
    assert forbidden_in(source) == [
        Find("bad.py", "_base_manager", 5),
        Find("bad.py", "csrf_exempt", 3),
        Find("bad.py", "mark_safe", 1),
        Find("bad.py", "pickle", 2),
        Find("bad.py", "raw", 5),
    ]


NETWORK = ("notifications.channels", "httpx", "smtplib", "socket", "urllib.request", "http.client", "redis")
DESCRIBES_ONLY = (
    "notifications.channels.base",
    "notifications.channels.letter",
    "notifications.channels.push.subscribing",
    "redis.exceptions",
)
"""They name what there is and what may fail, or set a page in this very process, and open nothing."""


def test_modules_that_write_in_transactions_cannot_reach_the_network() -> None:
    """Whoever holds a lock must not wait for a provider: so booking and outbox do not even know how to call one."""
    writers = [
        *our_sources("appointments"),
        *our_sources("notifications/outbox"),
        *our_sources("notifications/models"),
        *(ROOT / "notifications" / name for name in ("service.py", "kinds.py", "states.py")),
        *our_sources("jobcenter_portal/audit"),
        *our_sources("jobcenter_portal/accounts"),
    ]
    reached = {
        (name_of(path), module)
        for path in writers
        for module in imports_of(path)
        if module.startswith(NETWORK)
        and not any(f"{module}.".startswith(f"{harmless}.") for harmless in DESCRIBES_ONLY)
        and module != "notifications.channels"
    }
    assert reached == set()
