# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sessions of staff: begun with a new key, bound to one Jobcenter, ended after a rest or a working day.

A session holds ids and times, nothing personal. What the person may do is looked up anew in every request.
"""

from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from jobcenter_portal.accounts.middleware import TENANT_KEY
from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.audit import service as audit
from jobcenter_portal.signin.sessions import SEEN, forget_session, note_session

IDLE: Final = timedelta(minutes=30)
ABSOLUTE: Final = timedelta(hours=10)
LANGUAGE_KEY: Final = "_language"
_STARTED: Final = "_signed_in_at"
PROVIDER_KEY: Final = "_provider"
"""By which directory somebody came, so that signing out can lead there too."""
_STEP: Final = timedelta(minutes=1)
"""How often a session notes that it was used. A rest may so seem longer than it was by this much, never shorter."""


def sign_in(request: HttpRequest, membership: Membership, *, now: datetime, provider: str = "") -> None:
    """Begin a session of this member at the request's Jobcenter, under a new key; an older one is forgotten."""
    language = request.session.get(LANGUAGE_KEY)
    request.session.flush()
    request.session[SESSION_KEY] = str(membership.user_id)
    request.session[TENANT_KEY] = membership.tenant_id
    request.session[_STARTED] = request.session[SEEN] = int(now.timestamp())
    if language:
        request.session[LANGUAGE_KEY] = language
    if provider:
        request.session[PROVIDER_KEY] = provider
    request.session.save()
    agent = request.META.get("HTTP_USER_AGENT", "")
    note_session(membership.pk, session_key=str(request.session.session_key), agent=agent, now=now)
    rotate_token(request)
    _record(membership.pk, "signed_in", now)


def sign_out(request: HttpRequest) -> None:
    """End the session, whoever's it is.

    Not on the trail: with the hour of going beside that of coming it would tell how long somebody worked.
    """
    forget_session(str(request.session.session_key))
    request.session.flush()


def end_when_too_old(request: HttpRequest, *, now: datetime) -> None:
    """End a session of this Jobcenter's staff after IDLE without a request or ABSOLUTE in all, else note its use.

    A session of another Jobcenter (a cookie carried over by hand) is left alone: it counts for nothing here.
    """
    session, tenant = request.session, getattr(request, "tenant", None)
    if tenant is None or SESSION_KEY not in session or session.get(TENANT_KEY) != tenant.pk:
        return
    moment = now.timestamp()
    started, seen = session.get(_STARTED, 0), session.get(SEEN, 0)
    if moment - seen >= IDLE.total_seconds() or moment - started >= ABSOLUTE.total_seconds():
        forget_session(str(session.session_key))
        session.flush()
    elif moment - seen >= _STEP.total_seconds():
        session[SEEN] = int(moment)


def _record(membership_id: int, action: str, now: datetime) -> None:
    audit.record(by=audit.staff(membership_id), action=action, subject=f"membership:{membership_id}", at=now)
