# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a receipt means for its message: pure rules, in no need of an order.

Receipts overtake each other, come twice, and come before we have written down that the message left. So each one
either finds its step in the table of states, or waits for the sending to be noted, or changes nothing any more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from notifications.channels.base import Channel, ReceiptKind
from notifications.models import SuppressionReason
from notifications.states import HELD, TRANSITIONS, State

_K = ReceiptKind
_LEADS_TO: Final = {
    _K.DELIVERED: State.DELIVERED,
    _K.BOUNCED: State.BOUNCED,
    _K.ADDRESS_WRONG: State.BOUNCED,
    # Whoever complains about a mail has it.
    _K.COMPLAINED: State.DELIVERED,
}
_SHORTEST_WAIT: Final = timedelta(seconds=5)
_LONGEST_WAIT: Final = timedelta(hours=6)
KEPT_UNKNOWN: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Suppressing:
    reason: SuppressionReason
    only_reminders: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """`state` None: it stays. `waits`: the message is being sent, look again soon."""

    state: State | None = None
    waits: bool = False
    needs_other_way: bool = False
    suppressing: Suppressing | None = None


def effect_of(kind: ReceiptKind, *, state: State, channel: Channel) -> Effect:
    """What one receipt does to a message in a state."""
    if state in HELD:
        return Effect(waits=True)
    wanted = _LEADS_TO.get(kind)
    after = wanted if wanted in TRANSITIONS[state] else None
    return Effect(after, needs_other_way=after is State.BOUNCED, suppressing=_suppressing(kind, channel))


def _suppressing(kind: ReceiptKind, channel: Channel) -> Suppressing | None:
    match kind:
        case _K.ADDRESS_WRONG:
            return Suppressing(SuppressionReason.ADDRESS_WRONG, only_reminders=False)
        case _K.COMPLAINED:
            # A confirmation of what the person books next still belongs to them.
            return Suppressing(SuppressionReason.COMPLAINED, only_reminders=True)
        case _K.STOPPED:
            # After STOP the network lets nothing through any more; an e-mail's unsubscribing means the reminders.
            return Suppressing(SuppressionReason.STOPPED, only_reminders=channel is Channel.EMAIL)
    return None


def next_look(*, received_at: datetime, now: datetime) -> datetime | None:
    """When to try again with a receipt whose message is not known yet; None once that has gone on for a week."""
    age = now - received_at
    if age >= KEPT_UNKNOWN:
        return None
    return now + min(max(age, _SHORTEST_WAIT), _LONGEST_WAIT)
