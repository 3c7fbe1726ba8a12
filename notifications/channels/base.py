# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What every channel takes and answers.

The six results are the heart: delivery decides by their class alone whether to finish, retry, wait, call staff or list
a message as ambiguous. Codes are made here from numbers and fixed words, never from a provider's free text, because
they are stored and logged and such text repeats addresses.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit


class Channel(StrEnum):
    EMAIL = "email"
    SMS = "sms"


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """An iCalendar object; `method` must be the METHOD inside `ics` (RFC 6047 section 2.4)."""

    ics: bytes
    method: str


@dataclass(frozen=True, slots=True, repr=False)
class OutgoingEmail:
    """One mail to one person. `message_id_token` stays the same when the mail is sent again."""

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

OutgoingT_contra = TypeVar("OutgoingT_contra", contravariant=True)


class Session(Protocol[OutgoingT_contra]):
    """A kept-open way to one provider account, used by one thread at a time."""

    def send(self, outgoing: OutgoingT_contra, *, now: datetime) -> Result:
        """Send one message. `now` is an aware instant. Raises ValueError, before any I/O, for what cannot be sent."""
        ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class SmtpAccount:
    """Where mail is handed in. `timeout` in seconds, for each answer of the server."""

    host: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = True
    timeout: float = 30.0
    ca_file: str | None = None
    helo_name: str = "[127.0.0.1]"

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Read `smtp://` (plain) or `smtp+starttls://user:password@host:port?timeout=30&ca_file=…&helo=…`."""
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtp+starttls"} or not parts.hostname:
            raise ValueError("expected smtp://… or smtp+starttls://… with a host")
        starttls = parts.scheme == "smtp+starttls"
        options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        return cls(
            host=parts.hostname,
            port=parts.port or (587 if starttls else 25),
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            starttls=starttls,
            timeout=float(options.get("timeout", "30")),
            ca_file=options.get("ca_file"),
            helo_name=options.get("helo", "[127.0.0.1]"),
        )


@dataclass(frozen=True, slots=True)
class SmsAccount:
    """Where SMS are handed in. Time limits in seconds."""

    base_url: str
    api_key: str = field(repr=False)
    driver: str = "seven"
    connect_timeout: float = 5.0
    timeout: float = 30.0

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Read `seven+https://:KEY@gateway.seven.io?timeout=30` (or `seven+http` for a local catcher)."""
        parts = urlsplit(url)
        driver, _, scheme = parts.scheme.partition("+")
        if driver != "seven" or scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("expected seven+https://:KEY@host")
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        return cls(
            base_url=f"{scheme}://{host}" + (f":{parts.port}" if parts.port else "") + parts.path.rstrip("/"),
            api_key=unquote(parts.password or parts.username or ""),
            driver=driver,
            timeout=float(options.get("timeout", "30")),
        )
