# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which routes have pages for customers, from the portal's own list: a walk that misses one of them is no walk."""

from typing import Final
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from tests.architecture.routes import all_routes

OF_OTHERS: Final = ("demo", "desk", "signin", "receipts", "api")
"""Namespaces: the demo's own pages, those behind the sign-in, notes of providers, the interface for programs."""
BEHIND_THE_SIGN_IN: Final = "/desk/"
NO_PAGE: Final = {
    "alive": "a word for load balancers",
    "ready": "JSON for load balancers",
    "operator-metrics": "figures for Prometheus",
    "operator-overview": "for whoever runs the servers",
    "choose-language": "leads to the start page in a language",
    "short-link": "leads to the page that a code opens",
    "device-worker": "a script",
    "about:logo": "a picture",
    "booking:manifest": "JSON",
    "booking:ics": "a calendar entry",
    "booking:sheet": "a PDF",
    "booking:prove": "leads to the page where everything is checked, as links to it still do",
    "booking:push": "a POST of a script, answered without a page",
    "booking:undo-cancel": "a POST that leads to one's own page",
    "booking:wish-earlier": "a POST that leads to one's own page",
}
"""Routes that customers open, or their devices, and that show them no page; with the reason."""


def pages_of_customers() -> set[str]:
    """Names of all routes that show a page to somebody who has not signed in."""
    theirs = {
        route.name
        for route in all_routes()
        if route.name.partition(":")[0] not in OF_OTHERS and BEHIND_THE_SIGN_IN not in route.path
    }
    if unknown := NO_PAGE.keys() - theirs:
        raise AssertionError(f"named as no page, but not among the routes: {sorted(unknown)}")
    return theirs - NO_PAGE.keys()


def route_of(address: str) -> str:
    """The name of the route that an address opens, empty for one that opens none."""
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return ""
