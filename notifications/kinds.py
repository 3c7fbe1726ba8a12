# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a kind of message must be able to do, and which kinds there are.

Content is pulled back when a message is about to leave: the part that planned it (appointments, later others) says
what is true now. So a reminder of an appointment that was moved a second ago cannot leave, and the outbox holds no
address and no text. Kinds register themselves in their app's `ready()`; this app imports none of them.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from types import MappingProxyType
from typing import Any, Protocol

from django.db.models import Q
from django.utils.functional import Promise

from notifications.channels.base import CalendarPart, Channel

Value = str | int | bool | Sequence[str]
Sample = Value | Callable[[str], Value]
"""A value to show, or how it reads in a language."""


Visible = Callable[[str], Q]
"""Which messages somebody may see: given the name of the column that holds the subject, a condition on it.

Only the part that planned the messages knows what its subjects are about.
"""


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


@dataclass(frozen=True, slots=True)
class Planned:
    """One message to come. `recipient` is the blind index of the address; times are aware instants.

    It is sent at `due_at` or as soon after it as possible, and not from `not_after` on: then it would be of no use.
    """

    kind: str
    occasion: str
    channel: Channel
    recipient: bytes
    language: str
    due_at: datetime
    not_after: datetime
    priority: Priority
    respects_quiet: bool = True
    """Waits for the end of its channel's quiet hours; False for what would be useless by then."""


@dataclass(frozen=True, slots=True, repr=False)
class Envelope:
    """Address and content of one message, alive only while it is being sent.

    `german`: the values as German words them, for a letter in another language (it carries both). `own_words`: for
    this message alone, as texts/overrides.active gives them for all (a test of words that are not in use).
    """

    address: str
    values: Mapping[str, Value]
    calendar: CalendarPart | None = None
    unsubscribe_url: str | None = None
    german: Mapping[str, Value] | None = None
    own_words: Mapping[Any, Any] | None = None

    def __repr__(self) -> str:
        return "Envelope()"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placeholder:
    """What a kind tells about one value that it gives to its texts.

    `longest` decides how many SMS a text can become; `example` where there is none. `tells` is what people must learn
    from every text ("day", "time", "link"): of all names that tell the same, a text says one. `is_open` values may
    stand in a subject, which others see too. Of flags with the same `one_of`, one is set. `is_withheld`: there is
    none where the Jobcenter's messages are discreet.
    """

    explanation: str | Promise
    example: Sample
    longest: Sample | None = None
    tells: str = ""
    is_open: bool = False
    one_of: str = ""
    is_withheld: bool = False


class MessageKind(Protocol):
    """A kind of message.

    `key` names the templates: letters, digits, `-` and `_`. `resend_when_ambiguous` says whether a duplicate is
    better than silence (a changed time) or not (one of several reminders).
    """

    @property
    def key(self) -> str: ...

    @property
    def resend_when_ambiguous(self) -> bool: ...

    @property
    def placeholders(self) -> Mapping[str, Placeholder]:
        """Every value that an envelope of this kind holds, by name."""
        ...

    def never_said(self) -> Collection[str]:
        """Words of the current Jobcenter that no subject or SMS may say, such as what its services are called."""
        ...

    def compose(self, ref: MessageRef, *, now: datetime) -> Envelope | None:
        """Say what is true at `now`, or None when the message no longer is. Called in the tenant's context."""
        ...

    def compose_all(self, refs: Sequence[MessageRef], *, now: datetime) -> list[Envelope | None]:
        """`compose` of many at once, in their order: a thousand mails a second cannot each ask for themselves."""
        ...

    def other_ways(self, ref: MessageRef, *, now: datetime) -> Sequence[Planned]:
        """What to send instead of a message that will not arrive. In the transaction that plans it."""
        ...


class PlainKind:
    """What a kind does that has no better idea: one after the other, and no other way."""

    @property
    def placeholders(self) -> Mapping[str, Placeholder]:
        return MappingProxyType({})

    def never_said(self) -> Collection[str]:
        return ()

    def compose(self, ref: MessageRef, *, now: datetime) -> Envelope | None:
        raise NotImplementedError

    def compose_all(self, refs: Sequence[MessageRef], *, now: datetime) -> list[Envelope | None]:
        return [self.compose(ref, now=now) for ref in refs]

    def other_ways(self, ref: MessageRef, *, now: datetime) -> Sequence[Planned]:  # noqa: ARG002 -- part of MessageKind
        return ()


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
