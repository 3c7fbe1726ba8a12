# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""One hold per browser: choosing again lets the earlier time go and keeps what was typed.

How many one network may keep, and when a machine has to work first, is `way_in`'s to say.

The session knows the hold's number and the Jobcenter it belongs to, nothing of what is in it; after the booking that of
the appointment.
"""

import base64
from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.db import IntegrityError, connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from appointments.availability import Wishes
from appointments.holding import HoldGone, hold, hold_again, hold_no_time, keep_draft, need_online_booking, release_hold
from appointments.models import Appointment, GroupSession, Hold
from appointments.queries import database_now, hold_by_token
from appointments.seats import hold_no_seat, hold_seat
from appointments.taking import Request, SlotTaken
from appointments.way_in import keep_within_network, need_way_in, network_index
from appointments.writing import by_idempotency_key
from jobcenter_portal.kernel.crypto import fingerprint
from jobcenter_portal.kernel.ids import public_id
from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.models import Jobcenter

_SESSION_KEY: Final = "hold"
_BOOKED: Final = "booked"
_TOKEN_BYTES: Final = 16
_MADE: Final = """
SELECT (SELECT id FROM appointments_hold WHERE tenant_id = %s AND token_hash = %s),
 EXISTS (SELECT FROM appointments_appointment WHERE tenant_id = %s AND idempotency_key = %s)"""


def hold_for_browser(request: HttpRequest, wanted: Request) -> str:
    """Keep a time for this browser; the token that opens the hold. Raises what `hold` and `need_way_in` raise.

    The new time is taken before the earlier one is let go, unless the earlier one is itself in the way: somebody who
    went back and chose the same time again must not be refused by their own hold.
    """
    return _instead(
        request,
        wanted.jobcenter,
        lambda token: hold(wanted, token=token),
        lambda earlier: _is_in_the_way(earlier, wanted),
        wanted.now,
    )


def seat_for_browser(request: HttpRequest, jobcenter: Jobcenter, session: GroupSession, now: datetime) -> str:
    """The same for a seat in a group. Raises what `hold_seat` and `need_way_in` raise."""
    return _instead(
        request,
        jobcenter,
        lambda token: hold_seat(jobcenter=jobcenter, session=session, now=now, token=token),
        lambda earlier: earlier.session_id == session.pk,
        now,
    )


def words_for_browser(request: HttpRequest, wanted: Request) -> str:
    """For somebody whose wanted time has gone while they typed: a hold for their words alone. The token that opens it.

    Called after `hold_for_browser` said SlotTaken or Refused: there the way in was asked for.
    """
    token, fresh = hold_no_time(wanted)
    return _follow(request, token, fresh, None, wanted.now)


def words_for_seat(request: HttpRequest, jobcenter: Jobcenter, session: GroupSession, now: datetime) -> str:
    """The same where the date of a group is full by now."""
    token, fresh = hold_no_seat(jobcenter=jobcenter, session=session)
    return _follow(request, token, fresh, None, now)


def change_time(held: Hold, wanted: Request) -> None:
    """Another time for the same hold. The one it has already is no change. Raises what `hold_again` raises."""
    if held.starts_at == wanted.starts_at and is_kept(held):
        return
    try:
        hold_again(jobcenter=wanted.jobcenter, held=held, starts_at=wanted.starts_at, now=wanted.now)
    except SlotTaken:
        # The other half of a double click may have taken it, for the same person.
        now_held = Hold.objects.filter(pk=held.pk).first()
        if now_held is None or now_held.starts_at != wanted.starts_at or not is_kept(now_held):
            raise


def open_hold(jobcenter: Jobcenter, token: str) -> Hold:
    """The living hold that a token opens. Raises HoldGone, and NotBookableOnline where it could not be booked."""
    held = living_hold(token)
    if held is None:
        raise HoldGone
    need_bookable(jobcenter, held)
    return held


def need_bookable(jobcenter: Jobcenter, held: Hold) -> None:
    """Raises NotBookableOnline where the Jobcenter has changed its ways since the hold was made."""
    wishes = Wishes(only_calendar=held.only_calendar_id)
    need_online_booking(jobcenter, wishes, is_emergency=held.service.is_emergency)


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
    request.session.pop(_SESSION_KEY, None)


def remember_booking(request: HttpRequest, appointment: Appointment) -> None:
    """The hold has become this appointment: who goes back from its page, or never gets there, is led to it."""
    forget_hold(request)
    request.session[_BOOKED] = [appointment.tenant_id, appointment.pk]


def booked_with(request: HttpRequest, jobcenter: Jobcenter, token: str) -> Appointment | None:
    """What a hold became, if this very browser booked it last; to everybody else the token of a hold opens nothing."""
    remembered = request.session.get(_BOOKED)
    if not remembered or remembered[0] != jobcenter.pk:
        return None
    booked = by_idempotency_key(fingerprint(token))
    return booked if booked and booked.pk == remembered[1] else None


def let_go(request: HttpRequest, jobcenter: Jobcenter) -> None:
    """Give back what this browser holds, with all that was typed for it."""
    held = _earlier(request, jobcenter.pk)
    if held is not None:
        release_hold(held=held)
    forget_hold(request)


def _instead(
    request: HttpRequest,
    jobcenter: Jobcenter,
    keep: Callable[[str], tuple[str, Hold]],
    is_in_the_way: Callable[[Hold], bool],
    now: datetime,
) -> str:
    """Hold something new in place of what this browser held before.

    Whoever taps twice sends the same form twice, and the answer to the first tap never arrives, nor its cookie. So the
    form itself names the hold (`_token_of_form`): the second tap finds what the first made and is not refused by it.
    """
    earlier = _earlier(request, jobcenter.pk)
    token, same = _token_of_form(request)
    if same is not None:
        return _remember(request, token, same)
    need_way_in(request, now=now)
    try:
        fresh = _kept(lambda: keep(token)[1], earlier, is_in_the_way)
    except (SlotTaken, IntegrityError):
        same, _ = _made_with(token)
        if same is None:
            raise
        return _remember(request, token, same)
    return _follow(request, token, fresh, earlier, now)


def _kept(keep: Callable[[], Hold], earlier: Hold | None, is_in_the_way: Callable[[Hold], bool]) -> Hold:
    """Take the new one before the earlier one is let go, unless that is itself in the way."""
    try:
        fresh = keep()
    except SlotTaken:
        if earlier is None or not is_in_the_way(earlier):
            raise
        release_hold(held=earlier)
        return keep()
    if earlier is not None:
        release_hold(held=earlier)
    return fresh


def _follow(request: HttpRequest, token: str, fresh: Hold, earlier: Hold | None, now: datetime) -> str:
    """Count it, and bring along what was typed for the earlier one."""
    keep_within_network(fresh, network_index(request), now=now)
    if earlier is not None and earlier.draft_json:
        keep_draft(held=fresh, draft_json=earlier.draft_json)
    return _remember(request, token, fresh)


def _remember(request: HttpRequest, token: str, held: Hold) -> str:
    request.session[_SESSION_KEY] = [held.tenant_id, held.pk]
    return token


def _token_of_form(request: HttpRequest) -> tuple[str, Hold | None]:
    """The same for the same form with the same choice, and for nothing else: each page has a mark of its own.

    Without a mark, or when it has served for a booking already, it is as random as any. With it comes the hold that it
    has made before.
    """
    mark = request.POST.get("csrfmiddlewaretoken", "")
    if not mark:
        return public_id(), None
    choice = [request.get_full_path(), *(request.POST.get(name, "") for name in ("time", "session", "chosen"))]
    made = salted_hmac("appointments.web.holds", "\n".join([mark, *choice]), algorithm="sha256").digest()
    token = base64.urlsafe_b64encode(made[:_TOKEN_BYTES]).rstrip(b"=").decode("ascii")
    same, is_booked = _made_with(token)
    return (public_id(), None) if is_booked else (token, same)


def _made_with(token: str) -> tuple[Hold | None, bool]:
    """The hold that a token has made, and whether a booking came of it.

    One statement: at seven o'clock hundreds ask for a time that has gone, and most of what that cost was asking this.
    """
    made, tenant_id = fingerprint(token), current_tenant().pk
    with connection.cursor() as cursor:
        cursor.execute(_MADE, [tenant_id, made, tenant_id, made])
        hold_id, is_booked = cursor.fetchone()
    return Hold.objects.filter(pk=hold_id).first() if hold_id else None, is_booked


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
