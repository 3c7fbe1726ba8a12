# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The sessions of one member: what their list shows, and ending them from another device."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.contrib.sessions.models import Session
from django.db import transaction

from jobcenter_portal.audit import service as audit
from jobcenter_portal.signin.models import StaffSession
from jobcenter_portal.tenancy.context import current_tenant

SEEN: Final = "_seen_at"
_SYSTEMS: Final = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"))
_MORE_SYSTEMS: Final = (("Mac OS", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux"))
_BROWSERS: Final = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))


@dataclass(frozen=True, slots=True)
class SessionView:
    key: str
    device: str
    begun_at: datetime
    seen_at: datetime
    is_this_one: bool


def device_class(agent: str) -> str:
    """Enough to tell one's telephone from one's desk, and no more: versions would be a fingerprint."""
    system = next((name for sign, name in (*_SYSTEMS, *_MORE_SYSTEMS) if sign in agent), "")
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    return ", ".join(word for word in (browser, system) if word)


def note_session(membership_id: int, *, session_key: str, agent: str, now: datetime) -> None:
    """Put a session on its owner's list. Called with its key, before the answer leaves."""
    StaffSession.objects.create(
        tenant_id=current_tenant().pk,
        membership_id=membership_id,
        session_key=session_key,
        device=device_class(agent),
        begun_at=now,
    )


def sessions_of(membership_id: int, *, this_one: str, now: datetime) -> list[SessionView]:
    """Those that still open something, the last used first."""
    return sorted(_living(membership_id, this_one, now), key=lambda one: one.seen_at, reverse=True)


def _living(membership_id: int, this_one: str, now: datetime) -> Iterator[SessionView]:
    rows = list(StaffSession.objects.filter(membership_id=membership_id))
    stored = Session.objects.in_bulk([row.session_key for row in rows])
    for row in rows:
        session = stored.get(row.session_key)
        if session is not None and session.expire_date > now:
            seen = datetime.fromtimestamp(session.get_decoded().get(SEEN, 0), UTC)
            yield SessionView(row.key, row.device, row.begun_at, seen, is_this_one=row.session_key == this_one)


@transaction.atomic
def end_one(membership_id: int, key: str, *, now: datetime) -> None:
    """End a session of one's own by its key in the list; another member's key is none."""
    rows = StaffSession.objects.filter(membership_id=membership_id, key=key)
    if _end(rows.values_list("session_key", flat=True)):
        _record(membership_id, "session_ended", now)
    rows.delete()


@transaction.atomic
def end_others(membership_id: int, *, this_one: str, now: datetime) -> int:
    """End all sessions of one's own but this. Returns how many."""
    rows = StaffSession.objects.filter(membership_id=membership_id).exclude(session_key=this_one)
    ended = _end(rows.values_list("session_key", flat=True))
    if ended:
        _record(membership_id, "sessions_ended", now)
    rows.delete()
    return ended


def end_sessions(membership_id: int) -> None:
    """End every session of a member, whose membership has ended. The caller holds the transaction and records why."""
    rows = StaffSession.objects.filter(membership_id=membership_id)
    _end(rows.values_list("session_key", flat=True))
    rows.delete()


def forget_session(session_key: str) -> None:
    StaffSession.objects.filter(session_key=session_key).delete()


def _end(keys: Iterable[str]) -> int:
    return Session.objects.filter(session_key__in=list(keys)).delete()[0]


def _record(membership_id: int, action: str, now: datetime) -> None:
    audit.record(by=audit.staff(membership_id), action=action, subject=f"membership:{membership_id}", at=now)
