# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Between the directory and the desk: who was recognised and has not shown their second factor yet.

The session names a membership and a moment, and opens nothing: the actor is the public until the code is right.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.http import HttpRequest

from jobcenter_portal.accounts.models import Membership

_KEY: Final = "_pending"
_LASTS: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Pending:
    membership: Membership
    provider: str
    after: str


def wait_for_factor(request: HttpRequest, membership: Membership, *, provider: str, after: str, now: datetime) -> None:
    """Under a new key: whoever knew the old one must not be there when the code is typed."""
    request.session.cycle_key()
    request.session[_KEY] = [membership.pk, provider, after, int(now.timestamp())]


def pending(request: HttpRequest, *, now: datetime) -> Pending | None:
    """None as well for a member who was ended meanwhile, and after ten minutes."""
    membership_id, provider, after, begun = request.session.get(_KEY, [0, "", "", 0])
    if now.timestamp() - begun >= _LASTS.total_seconds():
        return None
    member = Membership.objects.select_related("user").filter(pk=membership_id, user__is_active=True).first()
    return None if member is None else Pending(member, provider, after)
