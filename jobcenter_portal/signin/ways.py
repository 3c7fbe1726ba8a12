# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How staff can prove who they are. The page asks here; a way is offered by whoever brings one.

Today only the demo does. A Jobcenter's own directory (OpenID Connect with a second factor) will be the next.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from jobcenter_portal.accounts.models import Membership


@dataclass(frozen=True, slots=True)
class Way:
    """One way in. All three work in the context of the request's Jobcenter.

    `template` draws it on the sign-in page with what `context` returns; `recognise` reads the posted form and says
    who that is, or None.
    """

    template: str
    context: Callable[[], Mapping[str, Any]]
    recognise: Callable[[QueryDict], Membership | None]


_ways: list[Way] = []


def offer(way: Way) -> None:
    """Put a way on the sign-in page of every Jobcenter. Called when the process starts."""
    if way not in _ways:
        _ways.append(way)


def offered() -> Way | None:
    """The way that is offered, or None where none is set up."""
    return _ways[0] if _ways else None
