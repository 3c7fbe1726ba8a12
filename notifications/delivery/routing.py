# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which message goes through which account. A fallback is chosen only here, and never for what is unclear."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from notifications.channels.base import Channel
from notifications.delivery.ways import Way, ways_of
from notifications.delivery.writing import Written
from notifications.outbox import breaker, pauses
from notifications.outbox.claiming import Claimed
from notifications.outbox.finishing import close_unsent, give_back_all
from notifications.states import State

_TRIES_BEFORE_ANOTHER: Final = 2
"""An account that deferred a message twice (greylisting does so once) is not the only one worth asking."""
_WINDOW: Final[Mapping[Channel, int]] = {Channel.EMAIL: 10, Channel.SMS: 1, Channel.PUSH: 10, Channel.LETTER: 10}
"""How many are armed at once, and so how many a killed worker may leave unclear. One for what costs money."""


@dataclass(slots=True)
class Routed:
    """Messages for one account, in the order in which they leave. `others`: it is not the only one."""

    way: Way
    others: bool
    messages: list[Written] = field(default_factory=list)

    def windows(self) -> Iterator[list[Written]]:
        """A few at a time, no subject twice in one window: what is armed together does not see each other."""
        waiting = self.messages
        while waiting:
            window: dict[str, Written] = {}
            left = []
            for one in waiting:
                subject = one.claimed.ref.subject
                if len(window) < _WINDOW[self.way.channel] and subject not in window:
                    window[subject] = one
                else:
                    left.append(one)
            yield list(window.values())
            waiting = left


@dataclass(slots=True)
class _Room:
    """How many may still go through each account. An account is asked only when somebody needs it: asking spends its
    limit, and after a rest it counts as the one try.
    """

    now: datetime
    leaves: dict[str, breaker.Leave] = field(default_factory=dict)
    taken: Counter[str] = field(default_factory=Counter)

    def is_left(self, way: Way, *, wanted: int) -> bool:
        if way.key not in self.leaves:
            self.leaves[way.key] = breaker.leave(way, wanted=wanted, now=self.now)
        return self.leaves[way.key].count > self.taken[way.key]


def route(channel: Channel, written: Sequence[Written], *, now: datetime) -> list[Routed]:
    """Give each message of a channel its account. What has none now waits, or is refused, and that is written down."""
    ways = ways_of(channel)
    room = _Room(now)
    routed = {way.key: Routed(way, others=len(ways) > 1) for way in ways}
    stuck: list[Claimed] = []
    for index, one in enumerate(written):
        choice = _choice(ways, one.claimed)
        way = next((way for way in choice if room.is_left(way, wanted=len(written) - index)), None)
        if way is not None:
            room.taken[way.key] += 1
            routed[way.key].messages.append(one)
        elif choice or not ways:
            stuck.append(one.claimed)
        else:
            close_unsent(one.claimed, into=State.FAILED, code="refused-everywhere", now=now, needs_other_way=True)
    if stuck:
        _wait(channel, stuck, [room.leaves.get(way.key) for way in ways], now)
    return [one for one in routed.values() if one.messages]


def _choice(ways: Sequence[Way], claimed: Claimed) -> list[Way]:
    """The accounts a message may use, the first one first; after two vain tries the next one leads."""
    own = [way for way in ways if way.key == claimed.account] if claimed.is_repeated else []
    # What was perhaps sent stays with its account as long as that exists: another one could not know the two as one.
    usable = [way for way in own or ways if way.key != claimed.refused_by]
    if not usable:
        return []
    lead = (claimed.attempts // _TRIES_BEFORE_ANOTHER) % len(usable)
    return usable[lead:] + usable[:lead]


def _wait(channel: Channel, stuck: Sequence[Claimed], leaves: Sequence[breaker.Leave | None], now: datetime) -> None:
    """`leaves`: of every account; None for one that none of the messages could use."""
    known = [leave for leave in leaves if leave is not None]
    first = min((leave for leave in known if leave.again_at), key=lambda leave: leave.again_at or now, default=None)
    if first is None or first.again_at is None:
        # All have room again, or there is no account at all: staff has to set one up.
        first = breaker.Leave(0, now + (breaker.ACCOUNT_REST if not leaves else breaker.SHORTLY), "account:none")
    assert first.again_at is not None  # noqa: S101 -- both branches set it
    give_back_all(stuck, until=first.again_at)
    if all(leave is not None and leave.count == 0 for leave in leaves):
        pauses.pause(channel, until=first.again_at, code=first.code)
