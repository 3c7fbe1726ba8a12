# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Bringing the newest message into a state, by steps that the database allows."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from notifications.models import Message
from notifications.states import HELD, State

_SENT = (State.LEASED, State.SENDING)
_WAYS: dict[State, tuple[State, ...]] = {
    State.PLANNED: (),
    State.LEASED: (State.LEASED,),
    State.SENDING: _SENT,
    State.DELIVERED: (*_SENT, State.ACCEPTED, State.DELIVERED),
    State.BOUNCED: (*_SENT, State.ACCEPTED, State.BOUNCED),
    State.SUPPRESSED: (State.SUPPRESSED,),
    State.SUPERSEDED: (State.SUPERSEDED,),
    State.WITHDRAWN: (State.WITHDRAWN,),
    State.EXPIRED: (State.EXPIRED,),
}


def brought_to(state: State, *, now: datetime, message: Message | None = None, **changes: Any) -> Message:
    """The newest message of the current Jobcenter, or the given one; `changes` go into its row at the end."""
    one: Message = message or Message.objects.latest("id")
    row = Message.objects.filter(pk=one.pk)
    for step in _WAYS.get(state, (*_SENT, state)):
        held = step in HELD
        row.update(
            state=step,
            lease_token=uuid4() if held else None,
            lease_until=now + timedelta(seconds=90) if held else None,
        )
    if state not in (State.PLANNED, State.RETRY, *_SENT, State.AMBIGUOUS):
        row.update(finished_at=now)
    if changes:
        row.update(**changes)
    one.refresh_from_db()
    return one
