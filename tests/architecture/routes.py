# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every route of the portal, read from the resolver: a list kept by hand would not know the route of tomorrow."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver

from jobcenter_portal.accounts.permissions import Access

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
_PARAMETER: Final = re.compile(r"<(?:(\w+):)?(\w+)>")


@dataclass(frozen=True, slots=True)
class Route:
    """One address with holes. `name` has its namespace; `path` is written as in urls.py, without the leading slash."""

    name: str
    path: str
    view: Callable[..., Any]

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(name for _kind, name in _PARAMETER.findall(self.path))

    @property
    def access(self) -> Access | None:
        declared = getattr(self.view, "access", None)
        return declared if isinstance(declared, Access) else None

    def address(self, **values: str) -> str:
        """The address with each hole filled, nothing quoted: what a browser or an attacker sends."""
        return "/" + _PARAMETER.sub(lambda hole: values[hole[2]], self.path)


def all_routes(resolver: URLResolver | None = None) -> list[Route]:
    """Every route below a resolver, the portal's own unless told."""
    return list(_walk(resolver or get_resolver(), "", ()))


def _walk(resolver: URLResolver, prefix: str, namespaces: tuple[str, ...]) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from _walk(pattern, path, inner)
        elif isinstance(pattern, URLPattern):
            yield Route(":".join((*namespaces, pattern.name or path)), path, pattern.callback)


def allowed_methods(response: HttpResponseBase) -> set[str]:
    """What a 405 names in its Allow header."""
    return {word.strip() for word in response.headers.get("Allow", "").split(",") if word.strip()}
