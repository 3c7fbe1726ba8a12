# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The current Jobcenter's messages page by page: by key, as nobody turns to page 900 of a hundred thousand.

Every group is bounded by an index: problems and what waits are few, and the rest is walked in the order of its index
from where the page before ended.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.db import connection
from django.db.models import Q, QuerySet

from jobcenter_portal.tenancy.context import current_tenant
from notifications.channels.base import Channel
from notifications.kinds import Visible
from notifications.models import Letter, LetterState, Message
from notifications.outbox.fates import MessageView, views
from notifications.states import HELD, WAITING, State

PAGE: Final = 50
MOST_COUNTED: Final = 1000
"""Beyond it a group's number says „more than"; counting a hundred thousand rows helps nobody."""

PROBLEMS: Final = frozenset({State.AMBIGUOUS, State.BOUNCED, State.FAILED, State.EXPIRED, State.SUPPRESSED})
_OPEN: Final = WAITING | HELD
_CALLED: Final = "called"
"""Code of a letter that came too late for the post, and about which somebody has called."""
_OUT: Final = frozenset({State.ACCEPTED, State.DELIVERED})


class Group(StrEnum):
    PROBLEMS = "problems"  # did not arrive, or nobody knows
    WAITING = "waiting"
    SENT = "sent"
    ALL = "all"


_STATES: Final[Mapping[Group, frozenset[State]]] = {
    Group.PROBLEMS: PROBLEMS,
    Group.WAITING: _OPEN,
    Group.SENT: _OUT,
    Group.ALL: frozenset(State),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages. Empty values do not narrow; `begin` and `end` bound the due time, half open."""

    group: Group = Group.PROBLEMS
    channel: Channel | None = None
    kind: str = ""
    begin: datetime | None = None
    end: datetime | None = None
    subjects: tuple[str, ...] = ()
    visible: Visible | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ended: the next one goes on behind it."""

    due_at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class Page:
    messages: list[MessageView]
    following: Position | None


def page(wanted: Wanted, *, behind: Position | None = None, now: datetime) -> Page:
    """Up to PAGE messages: what waits in the order in which it leaves, all else the newest first."""
    forward = wanted.group is Group.WAITING
    found: list[Message] = []
    for rows in _of_group(wanted):
        narrowed = _narrowed(rows, wanted)
        if behind is not None:
            narrowed = narrowed.filter(_beyond(behind, forward=forward))
        found += narrowed.order_by(*(("due_at", "id") if forward else ("-due_at", "-id")))[: PAGE + 1]
    found.sort(key=lambda message: (message.due_at, message.pk), reverse=not forward)
    shown = found[:PAGE]
    following = Position(shown[-1].due_at, shown[-1].pk) if len(found) > PAGE else None
    return Page(views(shown, now=now), following)


_COUNT: Final = """
SELECT count(*) FROM (SELECT FROM notifications_message WHERE tenant_id = %s AND state = ANY (%s) LIMIT %s) few"""


def counts(visible: Visible | None = None) -> Mapping[Group, int]:
    """How many messages a group has, never more than MOST_COUNTED + 1. Of what is sent nobody needs the number."""
    if visible is not None:
        seen = Message.objects.filter(visible("subject"))
        return {
            group: seen.filter(state__in=sorted(_STATES[group]))[: MOST_COUNTED + 1].count()
            for group in (Group.PROBLEMS, Group.WAITING)
        }
    with connection.cursor() as cursor:
        found = {}
        for group in (Group.PROBLEMS, Group.WAITING):
            cursor.execute(_COUNT, [current_tenant().pk, sorted(_STATES[group]), MOST_COUNTED + 1])
            (found[group],) = cursor.fetchone()
        return found


def _of_group(wanted: Wanted) -> list[QuerySet[Message]]:
    """One query for each index: a letter that was not printed has been accepted, and is a problem all the same."""
    by_state: QuerySet[Message] = Message.objects.all()
    if wanted.group is not Group.ALL:
        by_state = by_state.filter(state__in=sorted(_STATES[wanted.group]))
    if wanted.group is not Group.PROBLEMS:
        return [by_state]
    unprinted = Letter.objects.filter(state=LetterState.DROPPED).exclude(code=_CALLED).values("message_id")
    return [by_state, Message.objects.filter(pk__in=unprinted, state=State.ACCEPTED)]


def _narrowed(rows: QuerySet[Message], wanted: Wanted) -> QuerySet[Message]:
    if wanted.visible is not None:
        rows = rows.filter(wanted.visible("subject"))
    if wanted.subjects:
        rows = rows.filter(subject__in=wanted.subjects)
    if wanted.channel is not None:
        rows = rows.filter(channel=wanted.channel)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.begin is not None:
        rows = rows.filter(due_at__gte=wanted.begin)
    return rows.filter(due_at__lt=wanted.end) if wanted.end is not None else rows


def _beyond(position: Position, *, forward: bool) -> Q:
    """As the index can be entered: the time itself bounds, and only equal times look at the id."""
    if forward:
        return Q(due_at__gte=position.due_at) & (Q(due_at__gt=position.due_at) | Q(pk__gt=position.id))
    return Q(due_at__lte=position.due_at) & (Q(due_at__lt=position.due_at) | Q(pk__lt=position.id))
