# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""One hold per browser: choosing again lets the earlier time go and keeps what was typed.

The session knows the hold's number and the Jobcenter it belongs to, nothing of what is in it.
"""

from typing import Final

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.http import HttpRequest

from appointments.holding import hold, hold_again, keep_draft, release_hold
from appointments.models import Hold
from appointments.queries import database_now, hold_by_token
from appointments.taking import Request, SlotTaken

_SESSION_KEY: Final = "hold"


def hold_for_browser(request: HttpRequest, wanted: Request) -> str:
    """Keep a time for this browser; the token that opens the hold. Raises what `hold` raises.

    The new time is taken before the earlier one is let go, unless the earlier one is itself in the way: somebody who
    went back and chose the same time again must not be refused by their own hold.
    """
    earlier = _earlier(request, wanted.jobcenter.pk)
    draft = earlier.draft_json if earlier else ""
    try:
        token, fresh = hold(wanted)
    except SlotTaken:
        if earlier is None or not _is_in_the_way(earlier, wanted):
            raise
        release_hold(held=earlier)
        token, fresh = hold(wanted)
    else:
        if earlier is not None:
            release_hold(held=earlier)
    if draft:
        keep_draft(held=fresh, draft_json=draft)
    request.session[_SESSION_KEY] = [fresh.tenant_id, fresh.pk]
    return token


def change_time(held: Hold, wanted: Request) -> None:
    """Another time for the same hold. The one it has already is no change. Raises what `hold_again` raises."""
    if held.starts_at != wanted.starts_at or not is_kept(held):
        hold_again(jobcenter=wanted.jobcenter, held=held, starts_at=wanted.starts_at, now=wanted.now)


def living_hold(token: str) -> Hold | None:
    """The hold that a token opens, as long as at least its draft lives (by the database's clock)."""
    held = hold_by_token(token)
    return held if held and held.draft_until > database_now() else None


def is_kept(held: Hold) -> bool:
    """Whether its time is still there: also after the end, as long as nobody else took it."""
    return bool(held.occupancies.all())


def forget_hold(request: HttpRequest) -> None:
    """It has become an appointment."""
    request.session.pop(_SESSION_KEY, None)


def _is_in_the_way(earlier: Hold, wanted: Request) -> bool:
    stretch = wanted.stretch(0)
    return earlier.occupancies.filter(period__overlap=DateTimeTZRange(stretch.starts_at, stretch.ends_at)).exists()


def _earlier(request: HttpRequest, tenant_id: int) -> Hold | None:
    """This browser's hold at this Jobcenter. A session carried over from another one opens nothing."""
    remembered = request.session.get(_SESSION_KEY)
    if not remembered or remembered[0] != tenant_id:
        return None
    found: Hold | None = Hold.objects.filter(pk=remembered[1]).first()
    return found
