# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a kind of message must be able to do, and which kinds there are.

Content is pulled back when a message is about to leave: the part that planned it (appointments, later others) says
what is true now. So a reminder of an appointment that was moved a second ago cannot leave, and the outbox holds no
address and no text. Kinds register themselves in their app's `ready()`; this app imports none of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Protocol

from notifications.channels.base import CalendarPart, Channel

Value = str | int | bool | Sequence[str]


class Priority(IntEnum):
    """Who goes first when many are due: what keeps people from a useless way, then what they wait for."""

    CHANGE = 0
    CONFIRMATION = 1
    REMINDER = 2


@dataclass(frozen=True, slots=True)
class MessageRef:
    """Which message is meant. `recipient` is the blind index of the address it was planned for."""

    subject: str
    revision: int
    occasion: str
    channel: Channel
    language: str
    recipient: bytes


@dataclass(frozen=True, slots=True, repr=False)
class Envelope:
    """Address and content of one message, alive only while it is being sent."""

    address: str
    values: Mapping[str, Value]
    calendar: CalendarPart | None = None
    unsubscribe_url: str | None = None

    def __repr__(self) -> str:
        return "Envelope()"


class MessageKind(Protocol):
    """A kind of message.

    `key` names the templates: letters, digits, `-` and `_`. `resend_when_ambiguous` says whether a duplicate is
    better than silence (a changed time) or not (one of several reminders).
    """

    @property
    def key(self) -> str: ...

    @property
    def resend_when_ambiguous(self) -> bool: ...

    def compose(self, ref: MessageRef, *, now: datetime) -> Envelope | None:
        """Say what is true at `now`, or None when the message no longer is. Called in the tenant's context."""
        ...


class UnknownKind(LookupError):
    """No app registered this kind."""


_kinds: dict[str, MessageKind] = {}


def register(kind: MessageKind) -> None:
    """Make a kind known. A second one with the same key is a programming error and raises ValueError."""
    known = _kinds.setdefault(kind.key, kind)
    if known is not kind:
        raise ValueError(f"the message kind {kind.key} is registered twice")


def kind_of(key: str) -> MessageKind:
    """Raise UnknownKind for a key that nobody registered."""
    try:
        return _kinds[key]
    except KeyError:
        raise UnknownKind(key) from None
