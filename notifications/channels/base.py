# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What every channel takes and answers.

The six results are the heart: delivery decides by their class alone whether to finish, retry, wait, call staff or list
a message as ambiguous. Codes are made here from numbers and fixed words, never from a provider's free text, because
they are stored and logged and such text repeats addresses.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import TracebackType
from typing import Any, Protocol, Self

from django.utils.functional import Promise
from django.utils.translation import gettext


class Channel(StrEnum):
    EMAIL = "email"
    SMS = "sms"
    PUSH = "push"
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """An iCalendar object; `method` must be the METHOD inside `ics` (RFC 6047 section 2.4)."""

    ics: bytes
    method: str


@dataclass(frozen=True, slots=True, repr=False)
class OutgoingEmail:
    """One mail to one person. `message_id_token` stays the same when the mail is sent again.

    `bounce_address` is the envelope's sender (VERP: it names the message, so that a bounce finds it); empty: that of
    the From header.
    """

    message_id_token: str
    to: str
    sender_name: str
    sender_address: str
    reply_to: str | None
    subject: str
    text: str
    html: str
    calendar: CalendarPart | None
    language: str
    unsubscribe_url: str | None
    bounce_address: str = ""

    def __repr__(self) -> str:
        return f"OutgoingEmail({self.message_id_token})"


@dataclass(frozen=True, slots=True, repr=False)
class OutgoingSms:
    """One SMS to one phone (E.164). `reference` comes back in the gateway's journal and receipts."""

    reference: str
    to: str
    sender: str
    text: str
    validity_minutes: int

    def __repr__(self) -> str:
        return f"OutgoingSms({self.reference})"


@dataclass(frozen=True, slots=True, repr=False)
class OutgoingPush:
    """A knock on one device: it has no content at all, so that neither lock screen nor push service learns anything.

    `topic` lets a later knock replace an earlier one that still waits (RFC 8030 section 5.4).
    """

    reference: str
    endpoint: str
    topic: str
    ttl_seconds: int
    is_urgent: bool

    def __repr__(self) -> str:
        return f"OutgoingPush({self.reference})"


@dataclass(frozen=True, slots=True, repr=False)
class LetterText:
    """A letter's words in one language; blank lines stand between paragraphs."""

    language: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True, repr=False)
class OutgoingLetter:
    """One letter for the office to print. `address` are the lines of the window, `return_line` the small one above.

    `texts`: the person's language first, then German where that is another one. `mark` is known once it is printed: a
    few letters to find it by when the post brings it back.
    """

    reference: str
    address: tuple[str, ...]
    return_line: str
    sender_name: str
    texts: tuple[LetterText, ...]
    link: str
    day: date
    mark: str = ""

    def __repr__(self) -> str:
        return f"OutgoingLetter({self.reference})"


Outgoing = OutgoingEmail | OutgoingSms | OutgoingPush | OutgoingLetter


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has taken the message over; `reference` is what it is called there."""

    reference: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RejectedPermanent:
    """This message will never be taken. `suppress`: nor will any other one to this address."""

    code: str
    suppress: bool


@dataclass(frozen=True, slots=True)
class RejectedTemporary:
    """Surely not sent; try again, at the earliest after `retry_after` if the provider said so."""

    code: str
    retry_after: timedelta | None


@dataclass(frozen=True, slots=True)
class Throttled:
    """Surely not sent, and the whole account should slow down."""

    retry_after: timedelta


@dataclass(frozen=True, slots=True)
class AccountProblem:
    """Surely not sent, for a reason that staff must repair; no message's attempts are used up by it."""

    code: str


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Perhaps sent: the provider fell silent in `phase`. Never sent again without asking or a policy."""

    phase: str


Result = Accepted | RejectedPermanent | RejectedTemporary | Throttled | AccountProblem | Ambiguous


class ReceiptKind(StrEnum):
    """What a provider says later about a message that it took."""

    DELIVERED = "delivered"
    BOUNCED = "bounced"  # not delivered, and the address is not at fault
    ADDRESS_WRONG = "address_wrong"  # there is no such mailbox or number: nothing more goes there
    DELAYED = "delayed"
    COMPLAINED = "complained"  # reported as unwanted
    STOPPED = "stopped"  # answered STOP


@dataclass(frozen=True, slots=True)
class Receipt:
    """One such word. `event` names it, so that a repetition is known; at least one of the references is given.

    `at` is the provider's own time (aware) and for the record only: what counts is the kind.
    """

    event: str
    kind: ReceiptKind
    our_reference: str = ""
    provider_reference: str = ""
    code: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, repr=False)
class ReceiptRequest:
    """What a provider sent to our receipts address. Header names are lower case; `url` is the whole public address."""

    method: str
    url: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        return f"ReceiptRequest({self.method})"


class ForgedReceipt(ValueError):
    """Signature, secret or shape is not the provider's. Carries nothing of the request."""


class Session(Protocol):
    """A kept-open way to one provider account, used by one thread at a time."""

    def send(self, outgoing: Any, *, now: datetime) -> Result:
        """Send one message of the driver's channel. `now` is an aware instant.

        Raises ValueError, before any I/O, for what cannot be sent at all.
        """
        ...

    def ask(self, reference: str, *, to: str = "") -> Result | None:
        """Whether the provider has a message of ours: Accepted, None (surely not), or Ambiguous (cannot be told)."""
        ...

    def collect(self) -> Sequence[Receipt]:
        """Receipts that came in over this very connection since the last call (SMPP); elsewhere none."""
        ...

    def close(self) -> None: ...


class Closing:
    """`with` for sessions, and the answers of those that cannot be asked and hear nothing."""

    def ask(self, reference: str, *, to: str = "") -> Result | None:  # noqa: ARG002 -- part of Session
        return Ambiguous("cannot-be-asked")

    def collect(self) -> Sequence[Receipt]:
        return ()

    def close(self) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()


Config = Mapping[str, str]
"""The settings of one account, by field name; a flag is "yes" or missing."""

Words = str | Promise
"""German, or whatever language the page has that shows them."""


class FieldKind(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    SECRET = "secret"  # noqa: S105 -- a kind of field; never shown again once written
    NUMBER = "number"
    FLAG = "flag"
    CHOICE = "choice"
    URL = "url"


@dataclass(frozen=True, slots=True)
class Field:
    """One setting of an account, as the office fills it in. `choice_labels`: what stands for each of the choices.

    `is_destination`: it decides to whom the secrets are told, or who may listen. When it changes, the stored ones do
    not go along: whoever may set up accounts could otherwise have them sent to a server of their own and read them.
    """

    name: str
    label: Words
    kind: FieldKind = FieldKind.TEXT
    required: bool = True
    choices: tuple[str, ...] = ()
    help: Words = ""
    default: str = ""
    choice_labels: tuple[Words, ...] = ()
    is_destination: bool = False


class BadConfig(ValueError):
    """A setting of an account cannot be right. `sentence` is for people and repeats nothing that was typed."""

    def __init__(self, field: Field, what: str) -> None:
        super().__init__(f"{field.name}: {what}")
        self.field_name, self.sentence = field.name, f"{field.label}: {what}"


class Driver(Protocol):
    """One provider. A module of channels/<channel>/ that has a DRIVER is found by the registry; that is all."""

    @property
    def key(self) -> str: ...

    @property
    def channel(self) -> Channel: ...

    @property
    def label(self) -> Words: ...

    @property
    def fields(self) -> tuple[Field, ...]: ...

    @property
    def can_be_asked(self) -> bool:
        """Whether `ask` can ever say more than Ambiguous."""
        ...

    @property
    def receipts_step(self) -> Words | None:
        """What the office does so that receipts come to the account's address; None: none ever come there."""
        ...

    def open(self, config: Config) -> Session:
        """A session that connects on first use. Raises BadConfig, before any I/O."""
        ...

    def receipts(self, request: ReceiptRequest, config: Config) -> Sequence[Receipt]:
        """Read what the provider sent, its signature checked in constant time. Raises ForgedReceipt."""
        ...


def text_of(config: Config, field: Field) -> str:
    """A setting without the space around it. Raises BadConfig where a required one is empty."""
    value = config.get(field.name, field.default).strip()
    if field.required and not value:
        raise BadConfig(field, gettext("Bitte ausfüllen."))
    if field.choices and value not in field.choices:
        raise BadConfig(field, gettext("Bitte einen der Werte wählen."))
    return value
