# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What became of messages: one answer for the office's pages, the person's own page and the list of messages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from notifications.channels.base import Channel
from notifications.models import ChannelPause, Letter, LetterState, Message, Suppression
from notifications.outbox.clock import database_now
from notifications.outbox.why import Why, why_not
from notifications.states import RECALLABLE, WAITING, State


class Fate(StrEnum):
    """Key of the sentence that is shown for a message."""

    PLANNED = "planned"  # for a time to come
    NEXT = "next"  # due, and nothing is in its way
    WAITS_FOR_PROVIDER = "waits_for_provider"  # the provider is not there or refuses for now
    WAITS_FOR_ACCOUNT = "waits_for_account"  # the account has a problem that staff must repair
    WAITS_FOR_BUDGET = "waits_for_budget"  # the SMS of this hour, day or month are used up
    WAITS_FOR_MORNING = "waits_for_morning"  # quiet hours
    CANNOT_BE_WRITTEN = "cannot_be_written"  # its text or content fails; it is tried again
    ON_ITS_WAY = "on_its_way"
    UNCLEAR = "unclear"  # perhaps sent
    SENT = "sent"
    DELIVERED = "delivered"
    WAITS_FOR_PRINT = "waits_for_print"
    IN_PRINT = "in_print"
    POSTED = "posted"
    NOT_PRINTED = "not_printed"
    RETURNED = "returned"  # the post brought a letter back
    BOUNCED = "bounced"  # the provider took it and could not deliver it
    REFUSED = "refused"
    ADDRESS_REFUSED = "address_refused"  # nothing goes to this address any more
    CHANNEL_OFF = "channel_off"
    TOO_LATE = "too_late"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    TAKEN_BACK = "taken_back"  # by somebody of the office


NOT_ARRIVED: Final = frozenset({Fate.BOUNCED, Fate.REFUSED, Fate.ADDRESS_REFUSED, Fate.NOT_PRINTED, Fate.RETURNED})
"""It will not arrive, and `MessageView.why` says for what reason."""
LEFT: Final = frozenset({Fate.SENT, Fate.DELIVERED, Fate.WAITS_FOR_PRINT, Fate.IN_PRINT, Fate.POSTED})
"""It is out of our hands, as far as anybody knows for good."""
BY_HAND: Final = "by-hand"
"""Result code of what somebody of the office decided."""

_BY_STATE: Final[Mapping[State, Fate]] = {
    State.LEASED: Fate.ON_ITS_WAY,
    State.SENDING: Fate.ON_ITS_WAY,
    State.AMBIGUOUS: Fate.UNCLEAR,
    State.ACCEPTED: Fate.SENT,
    State.DELIVERED: Fate.DELIVERED,
    State.BOUNCED: Fate.BOUNCED,
    State.FAILED: Fate.REFUSED,
    State.SUPERSEDED: Fate.SUPERSEDED,
    State.EXPIRED: Fate.TOO_LATE,
}
_OF_LETTER: Final[Mapping[str, Fate]] = {
    LetterState.QUEUED: Fate.WAITS_FOR_PRINT,
    LetterState.BATCHED: Fate.IN_PRINT,
    LetterState.SENT: Fate.POSTED,
    LetterState.DROPPED: Fate.NOT_PRINTED,
}
_OF_PAPER: Final = frozenset({*_OF_LETTER.values(), Fate.RETURNED})
_WAITS_BY_CODE: Final = (
    ("quiet", Fate.WAITS_FOR_MORNING),
    ("sms-cap", Fate.WAITS_FOR_BUDGET),
    ("budget", Fate.WAITS_FOR_BUDGET),
    ("cannot-be-written", Fate.CANNOT_BE_WRITTEN),
)
_ACCOUNT: Final = "account:"
_IN_TURN: Final = "rate"
"""The office lets only so many leave in a second; nothing is wrong."""


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message as people may see it; neither address nor text. Times are aware instants.

    `code` is the provider's, of numbers and fixed words; `why` what it means. `waits_until`: no earlier than then.
    """

    public_id: str
    subject: str
    revision: int
    kind: str
    occasion: str
    channel: Channel
    language: str
    state: State
    fate: Fate
    why: Why | None
    code: str
    due_at: datetime
    not_after: datetime
    finished_at: datetime | None
    waits_until: datetime | None
    attempts: int
    segments: int

    @property
    def when(self) -> datetime:
        """When it was done with, or is to leave."""
        return self.finished_at or self.due_at

    @property
    def can_be_taken_back(self) -> bool:
        return self.state in RECALLABLE


def history(subject: str, *, now: datetime | None = None) -> list[MessageView]:
    """Every message of one subject of the current Jobcenter, in the order of their due times.

    `now` decides what still waits for its time and what waits for a provider; left out, it is the database's.
    """
    return views(Message.objects.filter(subject=subject).order_by("due_at", "id"), now=now or database_now())


def unclear_messages(*, limit: int = 100, now: datetime | None = None) -> list[MessageView]:
    """The current Jobcenter's messages of which nobody knows whether they were sent, newest first."""
    unclear = Message.objects.filter(state=State.AMBIGUOUS).order_by("-id")
    return views(unclear[:limit], now=now or database_now())


def views(messages: Iterable[Message], *, now: datetime) -> list[MessageView]:
    """Rows of the current Jobcenter in words' keys; three more queries, however many rows there are."""
    rows = list(messages)
    around = _Around.of(rows, now=now)
    return [_view(message, around, now) for message in rows]


@dataclass(frozen=True, slots=True)
class _Around:
    """What else decides about a message: pauses of channels, suppressed addresses, letters."""

    pauses: Mapping[str, tuple[datetime, str]]
    suppressed: Mapping[tuple[str, bytes], str]
    letters: Mapping[int, Letter]

    @classmethod
    def of(cls, rows: Sequence[Message], *, now: datetime) -> "_Around":
        running = ChannelPause.objects.filter(until__gt=now) if any(row.state in WAITING for row in rows) else ()
        refused = {bytes(row.recipient) for row in rows if row.state in _MAY_BE_SUPPRESSED}
        silent = Suppression.objects.filter(recipient__in=refused) if refused else ()
        by_post = [row.pk for row in rows if row.channel == Channel.LETTER and row.state not in WAITING]
        letters = Letter.objects.select_related("batch").filter(message_id__in=by_post) if by_post else ()
        return cls(
            pauses={pause.channel: (pause.until, pause.code) for pause in running},
            suppressed={(one.channel, bytes(one.recipient)): one.reason for one in silent},
            letters={letter.message_id: letter for letter in letters},
        )


_MAY_BE_SUPPRESSED: Final = frozenset({State.SUPPRESSED, State.FAILED, State.BOUNCED})


def _view(message: Message, around: _Around, now: datetime) -> MessageView:
    state, channel = State(message.state), Channel(message.channel)
    letter = around.letters.get(message.pk)
    fate = _fate(message, letter, around, now)
    code = (letter.code if letter else "") or message.result_code
    suppressed_as = around.suppressed.get((message.channel, bytes(message.recipient)), "")
    return MessageView(
        public_id=message.public_id,
        subject=message.subject,
        revision=message.revision,
        kind=message.kind,
        occasion=message.occasion,
        channel=channel,
        language=message.language,
        state=state,
        fate=fate,
        why=why_not(code, channel, suppressed_as=suppressed_as) if fate in NOT_ARRIVED else None,
        code=code,
        due_at=message.due_at,
        not_after=message.not_after,
        finished_at=(_moment_of(letter) if letter and fate in _OF_PAPER else None) or message.finished_at,
        waits_until=_waits_until(message, around) if state in WAITING else None,
        attempts=message.attempts,
        segments=message.segments,
    )


def _fate(message: Message, letter: Letter | None, around: _Around, now: datetime) -> Fate:
    state = State(message.state)
    if letter is not None and state in (State.ACCEPTED, State.BOUNCED):
        return Fate.RETURNED if letter.returned_at else _OF_LETTER[letter.state]
    if state is State.SUPPRESSED:
        return Fate.CHANNEL_OFF if message.result_code == "channel-off" else Fate.ADDRESS_REFUSED
    if state is State.WITHDRAWN:
        return Fate.TAKEN_BACK if message.result_code == BY_HAND else Fate.WITHDRAWN
    return _why_it_waits(message, around, now) if state in WAITING else _BY_STATE[state]


def _moment_of(letter: Letter) -> datetime:
    """Since when a letter is where it is: on paper the provider's time says nothing."""
    opened_at = letter.batch.opened_at if letter.batch else None
    moment: datetime = letter.returned_at or letter.settled_at or opened_at or letter.queued_at
    return moment


def _why_it_waits(message: Message, around: _Around, now: datetime) -> Fate:
    if message.due_at > now:
        return Fate.PLANNED
    for code, fate in _WAITS_BY_CODE:
        if message.result_code.startswith(code):
            return fate
    _until, pause_code = around.pauses.get(message.channel, (None, ""))
    if pause_code == _IN_TURN:
        return Fate.NEXT
    if pause_code.startswith(_ACCOUNT):
        return Fate.WAITS_FOR_ACCOUNT
    return Fate.WAITS_FOR_PROVIDER if pause_code or message.state == State.RETRY else Fate.NEXT


def _waits_until(message: Message, around: _Around) -> datetime:
    paused_until, _code = around.pauses.get(message.channel, (None, ""))
    return max(at for at in (message.due_at, message.next_attempt_at, paused_until) if at is not None)
