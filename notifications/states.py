# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What can become of a message: the states, and the one table of steps between them.

The database refuses every step that the table does not have (a trigger made from this table, see `edges_sql`), so
neither a race nor a repair by hand can send twice what was already handed over.
"""

from enum import StrEnum
from types import MappingProxyType
from typing import Final


class State(StrEnum):
    """ "Due" is no state of its own: PLANNED with `due_at` in the past is due, and no task has to make it so."""

    PLANNED = "planned"  # waits for due_at
    RETRY = "retry"  # waits for another try: the provider refused for now, or was not there
    LEASED = "leased"  # a worker has it and has sent nothing yet
    SENDING = "sending"  # written down durably before the first byte leaves
    AMBIGUOUS = "ambiguous"  # perhaps sent; never sent again without asking or a policy; listed at the desk
    ACCEPTED = "accepted"  # the provider has taken it over
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    FAILED = "failed"  # refused for good
    SUPERSEDED = "superseded"  # a newer revision of its subject speaks instead
    WITHDRAWN = "withdrawn"  # no longer true, or no longer wanted
    EXPIRED = "expired"  # too late to be of use
    SUPPRESSED = "suppressed"  # the address was refused for good before, or the channel is switched off


_S = State
_GIVEN_UP: Final = frozenset({_S.SUPERSEDED, _S.WITHDRAWN, _S.EXPIRED, _S.SUPPRESSED})

TRANSITIONS: Final = MappingProxyType(
    {
        _S.PLANNED: frozenset({_S.LEASED}) | _GIVEN_UP,
        # DELIVERED: a receipt says that an earlier try arrived after all.
        _S.RETRY: frozenset({_S.LEASED, _S.DELIVERED}) | _GIVEN_UP,
        # Back to PLANNED or RETRY: the lease ran out or was given back before anything was sent.
        _S.LEASED: frozenset({_S.SENDING, _S.PLANNED, _S.RETRY, _S.FAILED}) | _GIVEN_UP,
        # Not one of _GIVEN_UP: what is being sent cannot be recalled.
        _S.SENDING: frozenset({_S.ACCEPTED, _S.RETRY, _S.FAILED, _S.AMBIGUOUS}),
        # RETRY: the provider was asked and does not have it, or the kind's policy prefers a duplicate to silence.
        _S.AMBIGUOUS: frozenset({_S.ACCEPTED, _S.DELIVERED, _S.BOUNCED, _S.RETRY}),
        _S.ACCEPTED: frozenset({_S.DELIVERED, _S.BOUNCED}),
        # Bad news wins, in whatever order two receipts come: somebody has to look at it.
        _S.DELIVERED: frozenset({_S.BOUNCED}),
        _S.BOUNCED: frozenset(),
        _S.FAILED: frozenset(),
        _S.SUPERSEDED: frozenset(),
        # Wanted again before anything of it had left: consent taken back and given, a channel off and on.
        _S.WITHDRAWN: frozenset({_S.PLANNED}),
        _S.EXPIRED: frozenset(),
        _S.SUPPRESSED: frozenset(),
    }
)
"""From each state the states that may follow. A receipt that comes early or twice finds no step and changes nothing."""

INITIAL: Final = State.PLANNED
WAITING: Final = frozenset({State.PLANNED, State.RETRY})
HELD: Final = frozenset({State.LEASED, State.SENDING})
"""A worker holds it: exactly these carry a lease token."""
BAD: Final = frozenset({State.AMBIGUOUS, State.BOUNCED, State.FAILED, State.EXPIRED, State.SUPPRESSED})
"""What the office should look at first."""
RECALLABLE: Final = WAITING | {State.LEASED}
"""Nothing has been sent yet."""
FINAL: Final = frozenset({_S.DELIVERED, _S.BOUNCED, _S.FAILED}) | _GIVEN_UP
"""Nobody has anything left to do. Only WITHDRAWN can begin anew, and only DELIVERED be corrected by a late bounce."""


class ForbiddenStep(ValueError):
    """The table has no such step."""


def step(before: State, after: State) -> State:
    """Return `after`, or raise ForbiddenStep when no message may go there from `before`."""
    if after not in TRANSITIONS[before]:
        raise ForbiddenStep(f"{before} -> {after}")
    return after


def sources(after: State) -> tuple[State, ...]:
    """All states from which a message may go to `after`."""
    return tuple(sorted(before for before, following in TRANSITIONS.items() if after in following))


def edges_sql() -> str:
    """The trigger that makes the table the database's own law. A migration that changes the table runs it again."""
    allowed = ", ".join(f"'{before}>{after}'" for before in TRANSITIONS for after in sorted(TRANSITIONS[before]))
    return f"""
CREATE OR REPLACE FUNCTION notifications_message_step() RETURNS trigger LANGUAGE plpgsql AS $step$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> '{INITIAL}' THEN
            RAISE EXCEPTION 'a message begins as {INITIAL}, not as %', NEW.state USING ERRCODE = 'check_violation';
        END IF;
    ELSIF NOT (OLD.state || '>' || NEW.state) = ANY (ARRAY[{allowed}]) THEN
        RAISE EXCEPTION 'no message goes from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $step$;
"""
