# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""One hold per browser: choosing again lets the earlier time go and keeps what was typed.

How many one network may keep, and when a machine has to work first, is `way_in`'s to say.

The session knows the hold's number and the Jobcenter it belongs to, nothing of what is in it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.http import HttpRequest

from appointments.availability import Wishes
from appointments.holding import HoldGone, hold, hold_again, keep_draft, need_online_booking, release_hold
from appointments.models import GroupSession, Hold
from appointments.queries import database_now, hold_by_token
from appointments.seats import hold_seat
from appointments.taking import Request, SlotTaken
from appointments.way_in import keep_within_network, need_way_in, network_index
from jobcenter_portal.tenancy.models import Jobcenter

_SESSION_KEY: Final = "hold"


def hold_for_browser(request: HttpRequest, wanted: Request) -> str:
    """Keep a time for this browser; the token that opens the hold. Raises what `hold` and `need_way_in` raise.

    The new time is taken before the earlier one is let go, unless the earlier one is itself in the way: somebody who
    went back and chose the same time again must not be refused by their own hold.
    """
    return _instead(
        request, wanted.jobcenter, lambda: hold(wanted), lambda earlier: _is_in_the_way(earlier, wanted), wanted.now
    )


def seat_for_browser(request: HttpRequest, jobcenter: Jobcenter, session: GroupSession, now: datetime) -> str:
    """The same for a seat in a group. Raises what `hold_seat` and `need_way_in` raise."""
    return _instead(
        request,
        jobcenter,
        lambda: hold_seat(jobcenter=jobcenter, session=session, now=now),
        lambda earlier: earlier.session_id == session.pk,
        now,
    )


def change_time(held: Hold, wanted: Request) -> None:
    """Another time for the same hold. The one it has already is no change. Raises what `hold_again` raises."""
    if held.starts_at != wanted.starts_at or not is_kept(held):
        hold_again(jobcenter=wanted.jobcenter, held=held, starts_at=wanted.starts_at, now=wanted.now)


def open_hold(jobcenter: Jobcenter, token: str) -> Hold:
    """The living hold that a token opens. Raises HoldGone, and NotBookableOnline where it could not be booked."""
    held = living_hold(token)
    if held is None:
        raise HoldGone
    need_bookable(jobcenter, held)
    return held


def need_bookable(jobcenter: Jobcenter, held: Hold) -> None:
    """Raises NotBookableOnline where the Jobcenter has changed its ways since the hold was made."""
    need_online_booking(jobcenter, Wishes(only_calendar=held.only_calendar_id))


def living_hold(token: str) -> Hold | None:
    """The hold that a token opens, as long as at least its draft lives (by the database's clock)."""
    held = hold_by_token(token)
    return held if held and held.draft_until > database_now() else None


def browsers_hold(request: HttpRequest, jobcenter: Jobcenter) -> Hold | None:
    """What this browser holds now, in whichever window it was chosen."""
    held = _earlier(request, jobcenter.pk)
    return held if held and held.draft_until > database_now() else None


def is_kept(held: Hold) -> bool:
    """Whether its time or seat is still there: also after the end, as long as nobody else took it."""
    return held.seats.exists() if held.session_id is not None else bool(held.occupancies.all())


def forget_hold(request: HttpRequest) -> None:
    """It has become an appointment."""
    request.session.pop(_SESSION_KEY, None)


def let_go(request: HttpRequest, jobcenter: Jobcenter) -> None:
    """Give back what this browser holds, with all that was typed for it."""
    held = _earlier(request, jobcenter.pk)
    if held is not None:
        release_hold(held=held)
    forget_hold(request)


def _instead(
    request: HttpRequest,
    jobcenter: Jobcenter,
    keep: Callable[[], tuple[str, Hold]],
    is_in_the_way: Callable[[Hold], bool],
    now: datetime,
) -> str:
    """Hold something new in place of what this browser held before."""
    need_way_in(request, now=now)
    earlier = _earlier(request, jobcenter.pk)
    draft = earlier.draft_json if earlier else ""
    try:
        token, fresh = keep()
    except SlotTaken:
        if earlier is None or not is_in_the_way(earlier):
            raise
        release_hold(held=earlier)
        token, fresh = keep()
    else:
        if earlier is not None:
            release_hold(held=earlier)
    keep_within_network(fresh, network_index(request), now=now)
    if draft:
        keep_draft(held=fresh, draft_json=draft)
    request.session[_SESSION_KEY] = [fresh.tenant_id, fresh.pk]
    return token


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
