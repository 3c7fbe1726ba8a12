# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which endpoints may be knocked at.

A browser tells us where to knock, so anybody could name any address of any network. Only the services of the known
browsers are spoken to, by encrypted connections to their ordinary port.
"""

from collections.abc import Iterable
from typing import Final
from urllib.parse import SplitResult, urlsplit

KNOWN_SERVICES: Final = (
    "fcm.googleapis.com",  # Chrome, Edge and Samsung on Android, Chrome on desktops
    "*.push.services.mozilla.com",
    "*.notify.windows.com",  # Edge on Windows
    "*.push.apple.com",
)
_LONGEST: Final = 1000


class UnknownService(ValueError):
    """Not the endpoint of a push service that we speak to. Carries nothing of it."""


def checked_endpoint(endpoint: str, *, services: Iterable[str]) -> str:
    """Return the endpoint, or raise UnknownService.

    A service is a host, a host with `*.` for one or more labels before it, or, for a catcher on this machine, a whole
    origin such as `http://127.0.0.1:8030`.
    """
    parts = _parts(endpoint)
    if parts is None or not any(_is_of(parts, service) for service in services):
        raise UnknownService("not an endpoint of a known push service")
    return endpoint


def _parts(endpoint: str) -> SplitResult | None:
    """An address that every reader of addresses reads alike: nothing invisible, nothing before an @, no backslash."""
    if (
        len(endpoint) > _LONGEST
        or not endpoint.isascii()
        or not endpoint.isprintable()
        or set(endpoint) & set(' \\"<>@')
    ):
        return None
    try:
        parts = urlsplit(endpoint)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.hostname and not parts.fragment else None


def _is_of(parts: SplitResult, service: str) -> bool:
    if "://" in service:
        return f"{parts.scheme}://{parts.netloc}" == service
    if parts.scheme != "https" or parts.netloc.lower() != parts.hostname:
        return False  # a port of somebody's choosing
    return parts.hostname.endswith(service[1:]) if service.startswith("*.") else parts.hostname == service
