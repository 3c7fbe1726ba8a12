# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What people decide about single messages: send again, take back, say what became of an unclear one.

Every step answers to the state in which the message was seen (`seen`): what changed meanwhile is not decided by an old
page. Each is written down in the trail of the message's subject, with the message's public id.
"""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q

from jobcenter_portal.audit import service as audit
from notifications.channels.base import Channel
from notifications.kinds import MessageRef, Planned, Priority, UnknownKind, kind_of
from notifications.models import Message, Suppression
from notifications.outbox import planning
from notifications.outbox.fates import BY_HAND
from notifications.outbox.finishing import add_attempt
from notifications.states import RECALLABLE, State

SENT_AGAIN: Final = "message_sent_again"
TAKEN_BACK: Final = "message_taken_back"
SAID_ARRIVED: Final = "message_said_arrived"
_AGAIN: Final = "/"
"""Stands in the occasion of a message that was sent once more: `P3D/2` is the second of `P3D`."""
_IN_OUR_HANDS: Final = RECALLABLE | {State.SENDING, State.AMBIGUOUS}


class UnknownMessage(LookupError):
    """The current Jobcenter has no such message."""


class SeenTooLongAgo(Exception):
    """The message is in another state by now."""


class StillOnItsWay(Exception):
    """The same message is going out already; once more would be twice."""


class NoLongerTrue(Exception):
    """What the message says does not hold any more, or its person has no such address any more."""


class OfNoMoreUse(Exception):
    """It would come too late."""


class AddressSuppressed(Exception):
    """Nothing goes to this address any more."""


def send_again(public_id: str, *, seen: State, by: audit.By, now: datetime) -> None:
    """Plan the same message once more, as a new one, and let it leave at once (or after the quiet hours).

    An unclear message is tried again itself, under its own name, so that a mailbox that has it may recognise it.
    Raises UnknownMessage, SeenTooLongAgo, StillOnItsWay, NoLongerTrue, OfNoMoreUse or AddressSuppressed.
    """
    with transaction.atomic():
        message = _locked(public_id, seen)
        siblings = _siblings(message)
        _check(message, siblings, now)
        if message.state == State.AMBIGUOUS:
            _settle(message, into=State.RETRY, name="send-again", now=now)
        else:
            again = _planned_again(message, len(siblings) + 1, now)
            planning.insert([planning.Batch(message.subject, message.revision, [again])], now=now)
        _record(message, SENT_AGAIN, by, now)


def take_back(public_id: str, *, seen: State, by: audit.By, now: datetime) -> None:
    """Let a message that has not left not leave. A worker that holds it loses its lease, so it cannot be armed.

    Raises UnknownMessage or SeenTooLongAgo.
    """
    with transaction.atomic():
        message = _locked(public_id, None)
        # A worker may have taken it and given it back since the page was made; both mean that nothing has left.
        if seen not in RECALLABLE or message.state not in RECALLABLE:
            raise SeenTooLongAgo
        message.state, message.result_code, message.finished_at = State.WITHDRAWN, BY_HAND, now
        message.lease_token = message.lease_until = message.next_attempt_at = None
        message.save(
            update_fields=["state", "result_code", "finished_at", "lease_token", "lease_until", "next_attempt_at"]
        )
        _record(message, TAKEN_BACK, by, now)


def say_it_arrived(public_id: str, *, by: audit.By, now: datetime) -> None:
    """Settle an unclear message: the person has it. Raises UnknownMessage or SeenTooLongAgo."""
    with transaction.atomic():
        message = _locked(public_id, State.AMBIGUOUS)
        _settle(message, into=State.DELIVERED, name="said-arrived", now=now)
        _record(message, SAID_ARRIVED, by, now)


def subject_of(public_id: str) -> str:
    """What a message is about. Raises UnknownMessage."""
    found: str | None = Message.objects.filter(public_id=public_id).values_list("subject", flat=True).first()
    if found is None:
        raise UnknownMessage
    return found


def _locked(public_id: str, seen: State | None) -> Message:
    message: Message | None = Message.objects.select_for_update().filter(public_id=public_id).first()
    if message is None:
        raise UnknownMessage
    if seen is not None and message.state != seen:
        raise SeenTooLongAgo
    return message


def _siblings(message: Message) -> list[Message]:
    """The message and all that say the same at the same address."""
    base = _base(message.occasion)
    return list(
        Message.objects.filter(
            Q(occasion=base) | Q(occasion__startswith=base + _AGAIN),
            subject=message.subject,
            revision=message.revision,
            kind=message.kind,
            channel=message.channel,
            recipient=message.recipient,
        )
    )


def _check(message: Message, siblings: list[Message], now: datetime) -> None:
    if any(one.state in _IN_OUR_HANDS and (one.pk, one.state) != (message.pk, State.AMBIGUOUS) for one in siblings):
        raise StillOnItsWay
    if message.not_after <= now:
        raise OfNoMoreUse
    silent = Suppression.objects.filter(channel=message.channel, recipient=message.recipient).first()
    if silent is not None and (not silent.only_reminders or message.priority == Priority.REMINDER):
        raise AddressSuppressed
    try:
        envelope = kind_of(message.kind).compose(_ref(message), now=now)
    except UnknownKind:
        envelope = None
    if envelope is None:
        raise NoLongerTrue


def _planned_again(message: Message, number: int, now: datetime) -> Planned:
    return Planned(
        kind=message.kind,
        occasion=f"{_base(message.occasion)}{_AGAIN}{number}",
        channel=Channel(message.channel),
        recipient=bytes(message.recipient),
        language=message.language,
        due_at=now,
        not_after=message.not_after,
        priority=Priority(message.priority),
        respects_quiet=message.respects_quiet,
    )


def _settle(message: Message, *, into: State, name: str, now: datetime) -> None:
    """End the doubt. `next_attempt_at` changes, which fences off whoever looks into the message at the same time."""
    message.state, message.result_code = into, BY_HAND
    message.next_attempt_at = now if into is State.RETRY else None
    message.finished_at = None if into is State.RETRY else message.finished_at or now
    message.save(update_fields=["state", "result_code", "next_attempt_at", "finished_at"])
    add_attempt(message_id=message.pk, token=None, at=now, name=name, code=BY_HAND)


def _record(message: Message, action: str, by: audit.By, now: datetime) -> None:
    audit.record(by=by, action=action, subject=message.subject, at=now, message=message.public_id, kind=message.kind)


def _ref(message: Message) -> MessageRef:
    return MessageRef(
        subject=message.subject,
        revision=message.revision,
        occasion=_base(message.occasion),
        channel=Channel(message.channel),
        language=message.language,
        recipient=bytes(message.recipient),
    )


def _base(occasion: str) -> str:
    return occasion.partition(_AGAIN)[0]
