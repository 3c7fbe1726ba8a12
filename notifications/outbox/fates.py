# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What became of messages, in words for the desk."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from notifications.channels.base import Channel
from notifications.models import Message
from notifications.outbox import pauses
from notifications.outbox.clock import database_now
from notifications.states import WAITING, State


class Fate(StrEnum):
    """Key of the sentence that the desk shows for a message."""

    PLANNED = "planned"
    WAITS_FOR_PROVIDER = "waits_for_provider"  # the provider is not there or refuses for now
    WAITS_FOR_ACCOUNT = "waits_for_account"  # the account has a problem that staff must repair
    WAITS_FOR_SMS_CAP = "waits_for_sms_cap"
    CANNOT_BE_WRITTEN = "cannot_be_written"  # its text or content fails; it is tried again
    ON_ITS_WAY = "on_its_way"
    UNCLEAR = "unclear"  # perhaps sent
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    REFUSED = "refused"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    TOO_LATE = "too_late"
    ADDRESS_REFUSED = "address_refused"  # refused for good before
    CHANNEL_OFF = "channel_off"


_BY_STATE = {
    State.LEASED: Fate.ON_ITS_WAY,
    State.SENDING: Fate.ON_ITS_WAY,
    State.AMBIGUOUS: Fate.UNCLEAR,
    State.ACCEPTED: Fate.SENT,
    State.DELIVERED: Fate.DELIVERED,
    State.BOUNCED: Fate.BOUNCED,
    State.FAILED: Fate.REFUSED,
    State.SUPERSEDED: Fate.SUPERSEDED,
    State.WITHDRAWN: Fate.WITHDRAWN,
    State.EXPIRED: Fate.TOO_LATE,
}

_BY_CODE = {"sms-cap": Fate.WAITS_FOR_SMS_CAP, "cannot-be-written": Fate.CANNOT_BE_WRITTEN}


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message as the desk sees it; neither address nor text. Times are aware instants."""

    public_id: str
    subject: str
    revision: int
    kind: str
    occasion: str
    channel: Channel
    language: str
    state: State
    fate: Fate
    code: str
    due_at: datetime
    finished_at: datetime | None
    next_attempt_at: datetime | None
    attempts: int
    segments: int


def history(subject: str, *, now: datetime | None = None) -> list[MessageView]:
    """Every message of one subject of the current Jobcenter, in the order of their due times.

    `now` decides what still waits for its time and what waits for a provider; left out, it is the database's.
    """
    return _views(Message.objects.filter(subject=subject).order_by("due_at", "id"), now=now or database_now())


def unclear_messages(*, limit: int = 100, now: datetime | None = None) -> list[MessageView]:
    """The current Jobcenter's messages of which nobody knows whether they were sent, newest first."""
    unclear = Message.objects.filter(state=State.AMBIGUOUS).order_by("-id")
    return _views(unclear[:limit], now=now or database_now())


def _views(messages: Iterable[Message], *, now: datetime) -> list[MessageView]:
    resting = pauses.running(now=now)
    return [
        MessageView(
            public_id=message.public_id,
            subject=message.subject,
            revision=message.revision,
            kind=message.kind,
            occasion=message.occasion,
            channel=Channel(message.channel),
            language=message.language,
            state=State(message.state),
            fate=_fate(message, resting.get(message.channel, ""), now),
            code=message.result_code,
            due_at=message.due_at,
            finished_at=message.finished_at,
            next_attempt_at=message.next_attempt_at,
            attempts=message.attempts,
            segments=message.segments,
        )
        for message in messages
    ]


def _fate(message: Message, pause_code: str, now: datetime) -> Fate:
    state = State(message.state)
    if state is State.SUPPRESSED:
        return Fate.CHANNEL_OFF if message.result_code == "channel-off" else Fate.ADDRESS_REFUSED
    if state in WAITING:
        return _why_it_waits(message, pause_code, now)
    return _BY_STATE[state]


def _why_it_waits(message: Message, pause_code: str, now: datetime) -> Fate:
    own = _BY_CODE.get(message.result_code)
    if own is not None:
        return own
    if message.due_at > now:
        return Fate.PLANNED
    if pause_code.startswith("account:"):
        return Fate.WAITS_FOR_ACCOUNT
    return Fate.WAITS_FOR_PROVIDER if pause_code or message.state == State.RETRY else Fate.PLANNED
