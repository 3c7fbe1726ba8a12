# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Mail over SMTP on one kept-open connection.

SMTP has no idempotency key, so everything hangs on knowing how far a mail came: before the final dot the server cannot
have taken it, after the final dot it may have. smtplib hides that border inside `data()`; here every phase is a step
of its own. (RFC 5321 section 4.5.3.2.6 and RFC 1047 describe the duplicate that guessing would cause.)
"""

import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Self
from urllib.parse import parse_qs, unquote, urlsplit

from notifications.channels.base import (
    Accepted,
    AccountProblem,
    Ambiguous,
    BadConfig,
    Channel,
    Closing,
    Config,
    Field,
    FieldKind,
    OutgoingEmail,
    Receipt,
    ReceiptRequest,
    RejectedPermanent,
    RejectedTemporary,
    Result,
    text_of,
)
from notifications.channels.email.mime import ascii_address, build_mime, message_id

_ENHANCED = re.compile(rb"([245]\.\d{1,3}\.\d{1,3})(?:\s|$)")
_NO_SUCH_MAILBOX: Final = frozenset({"5.1.1", "5.1.10"})
_AUTHENTICATION: Final = frozenset({530, 534, 535, 538})
_CLOSING: Final = 421
_TOO_LARGE: Final = 552
_OK: Final = frozenset({250, 251, 252})
_IDLE_SECONDS: Final = 30.0
_DOT_AT_LINE_START = re.compile(rb"(?m)^\.")


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


class _LostError(Exception):
    """The connection broke or stayed silent before the final dot."""


class SmtpSession(Closing):
    """Opens on first use, survives refusals, reopens after the server closed. Not for several threads."""

    def __init__(self, account: SmtpAccount, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._account = account
        self._monotonic = monotonic
        self._smtp: smtplib.SMTP | None = None
        self._last_used = 0.0

    def send(self, outgoing: OutgoingEmail, *, now: datetime) -> Result:
        """Hand one mail over. Raises ValueError, before any I/O, for addresses and headers that cannot be sent."""
        body = build_mime(outgoing, now)
        sender = ascii_address(outgoing.bounce_address or outgoing.sender_address)
        recipient = ascii_address(outgoing.to)
        reused = self._is_alive()
        result = self._attempt(sender, recipient, body, message_id(outgoing))
        if reused and result in _STALE:
            # The server had closed the idle connection; nothing of this mail was on its way yet.
            result = self._attempt(sender, recipient, body, message_id(outgoing))
        self._last_used = self._monotonic()
        return result

    def close(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            # Politeness only: an answer to QUIT changes nothing.
            with suppress(OSError, smtplib.SMTPException):
                smtp.quit()
            smtp.close()

    def _attempt(self, sender: str, recipient: str, body: bytes, reference: str) -> Result:
        if self._smtp is None:
            smtp = _connect(self._account)
            if not isinstance(smtp, smtplib.SMTP):
                return smtp
            self._smtp = smtp
        refusal = self._envelope(self._smtp, sender, recipient)
        if refusal is not None:
            return refusal
        return self._content(self._smtp, body, reference)

    def _envelope(self, smtp: smtplib.SMTP, sender: str, recipient: str) -> Result | None:
        """Say MAIL, RCPT and DATA. None means that the server waits for the mail."""
        for phase, command, good in (
            ("mail", f"MAIL FROM:<{sender}>", _OK),
            ("rcpt", f"RCPT TO:<{recipient}>", _OK),
            ("data", "DATA", frozenset({354})),
        ):
            try:
                code, text = _command(smtp, command)
            except _LostError:
                self._drop()
                return RejectedTemporary(f"{phase}-lost", None)
            if code not in good:
                self._recover(smtp, code)
                return _refused(phase, code, text)
        return None

    def _content(self, smtp: smtplib.SMTP, body: bytes, reference: str) -> Result:
        try:
            smtp.send(_stuffed(body))
        except (OSError, smtplib.SMTPException):
            # Without the final dot the server must not take the mail (RFC 5321 section 4.1.1.4).
            self._drop()
            return RejectedTemporary("content-lost", None)
        try:
            smtp.send(b".\r\n")
            code, text = smtp.getreply()
        except (OSError, smtplib.SMTPException):
            self._drop()
            return Ambiguous("after-dot")
        if code in _OK:
            return Accepted(reference, str(code))
        self._recover(smtp, code)
        if not _is_refusal(code):
            return Ambiguous("after-dot")
        return _refused("dot", code, text)

    def _is_alive(self) -> bool:
        if self._smtp is None:
            return False
        if self._monotonic() - self._last_used > _IDLE_SECONDS:
            with suppress(_LostError):
                if _command(self._smtp, "NOOP")[0] in _OK:
                    return True
            self._drop()
            return False
        return True

    def _recover(self, smtp: smtplib.SMTP, code: int) -> None:
        """After a refusal: start anew on the same connection, or give it up where the server does."""
        if code != _CLOSING and _is_refusal(code):
            with suppress(_LostError):
                if _command(smtp, "RSET")[0] in _OK:
                    return
        self._drop()

    def _drop(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()


# What an attempt on a connection answers that the server had already given up.
_STALE: Final = (RejectedTemporary("mail-lost", None), RejectedTemporary("mail-421", None))


def _connect(account: SmtpAccount) -> smtplib.SMTP | RejectedTemporary | AccountProblem:
    try:
        # Without a name of its own smtplib asks DNS for one, which can take seconds.
        smtp = smtplib.SMTP(account.host, account.port, local_hostname=account.helo_name, timeout=account.timeout)
    except (OSError, smtplib.SMTPException) as error:
        return _connection_fault(error)
    try:
        problem = _introduce(smtp, account)
    except (OSError, smtplib.SMTPException) as error:
        problem = _connection_fault(error)
    if problem is None:
        return smtp
    smtp.close()
    return problem


def _introduce(smtp: smtplib.SMTP, account: SmtpAccount) -> RejectedTemporary | AccountProblem | None:
    if smtp.sock is not None:
        # The mail and its final dot are two writes; Nagle's algorithm would hold the second back for 40 ms.
        smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    smtp.ehlo_or_helo_if_needed()
    if account.starttls:
        if not smtp.has_extn("starttls"):
            # Somebody in between may have removed it. Going on in plain text would hand them mail and password.
            return AccountProblem("starttls-missing")
        code, _text = smtp.starttls(context=ssl.create_default_context(cafile=account.ca_file))
        if code != 220:  # noqa: PLR2004 - ready for TLS
            return _account_fault("starttls", code)
        smtp.ehlo_or_helo_if_needed()
    if account.username:
        if not smtp.has_extn("auth"):
            return AccountProblem("auth-missing")
        smtp.login(account.username, account.password)
    return None


def _connection_fault(error: OSError | smtplib.SMTPException) -> RejectedTemporary | AccountProblem:
    match error:
        case smtplib.SMTPConnectError():
            return _account_fault("banner", error.smtp_code)
        case smtplib.SMTPAuthenticationError():
            return _account_fault("auth", error.smtp_code)
        case smtplib.SMTPResponseException():
            return _account_fault("hello", error.smtp_code)
        case ssl.SSLCertVerificationError():
            return AccountProblem("tls-certificate")
    return RejectedTemporary("connect", None)


def _account_fault(phase: str, code: int) -> RejectedTemporary | AccountProblem:
    return AccountProblem(f"{phase}-{code}") if 500 <= code <= 599 else RejectedTemporary(f"{phase}-{code}", None)  # noqa: PLR2004


def _command(smtp: smtplib.SMTP, command: str) -> tuple[int, bytes]:
    try:
        return smtp.docmd(command)
    except (OSError, smtplib.SMTPException):
        raise _LostError from None


def _is_refusal(code: int) -> bool:
    return 400 <= code <= 599  # noqa: PLR2004 - RFC 5321 section 4.2.1


def _refused(phase: str, code: int, text: bytes) -> Result:
    """Classify an answer that is not the hoped-for one. Only the mailbox itself being unknown suppresses it."""
    if code in _AUTHENTICATION:
        return AccountProblem(f"{phase}-{code}")
    if code < 500:  # noqa: PLR2004 - also nonsense outside 4xx: not taken, and nothing to learn from it
        return RejectedTemporary(f"{phase}-{code}", None)
    if phase == "mail" and code != _TOO_LARGE:
        # The server does not let us speak for this sender: true of every mail of the Jobcenter, no person's fault.
        return AccountProblem(f"mail-{code}")
    match = _ENHANCED.match(text)
    enhanced = match[1].decode("ascii") if match else ""
    return RejectedPermanent(f"{phase}-{code}" + (f"-{enhanced}" if enhanced else ""), enhanced in _NO_SUCH_MAILBOX)


def _stuffed(body: bytes) -> bytes:
    """Double dots at line starts (RFC 5321 section 4.5.2); the final dot is sent by itself."""
    return _DOT_AT_LINE_START.sub(b"..", body)


_HOST: Final = Field("host", "Mailserver", help="zum Beispiel mail.landkreis.example")
_PORT: Final = Field("port", "Port", FieldKind.NUMBER, default="587")
_SECURITY: Final = Field(
    "security", "Verschlüsselung", FieldKind.CHOICE, choices=("starttls", "none"), default="starttls"
)
_USER: Final = Field("username", "Benutzername", required=False)
_PASSWORD: Final = Field("password", "Passwort", FieldKind.SECRET, required=False)
_TIMEOUT: Final = Field("timeout", "Wartezeit in Sekunden", FieldKind.NUMBER, default="30")
_CA_FILE: Final = Field("ca_file", "Eigene Zertifizierungsstelle (Datei)", required=False)
_HELO: Final = Field("helo", "Eigener Name (EHLO)", required=False, default="[127.0.0.1]")


@dataclass(frozen=True, slots=True)
class SmtpDriver:
    """A mail server of the office or of its computing centre."""

    key: str = "smtp"
    channel: Channel = Channel.EMAIL
    label: str = "SMTP-Mailserver"
    fields: tuple[Field, ...] = (_HOST, _PORT, _SECURITY, _USER, _PASSWORD, _TIMEOUT, _CA_FILE, _HELO)
    can_be_asked: bool = False

    def open(self, config: Config) -> SmtpSession:
        return SmtpSession(
            SmtpAccount(
                host=text_of(config, _HOST),
                port=int(_number(config, _PORT)),
                username=text_of(config, _USER),
                password=text_of(config, _PASSWORD),
                starttls=text_of(config, _SECURITY) == "starttls",
                timeout=_number(config, _TIMEOUT),
                ca_file=text_of(config, _CA_FILE) or None,
                helo_name=text_of(config, _HELO),
            )
        )

    def receipts(self, request: ReceiptRequest, config: Config) -> tuple[Receipt, ...]:  # noqa: ARG002 -- by mail
        """Bounces come as mail, not over HTTP."""
        return ()


def _number(config: Config, of: Field) -> float:
    try:
        value = float(text_of(config, of))
    except ValueError:
        raise BadConfig(of.name, f"{of.label}: Bitte eine Zahl eingeben.") from None
    if not 0 < value <= 65535:  # noqa: PLR2004 -- ports; no time limit comes near it
        raise BadConfig(of.name, f"{of.label}: Diese Zahl geht nicht.")
    return value


DRIVER: Final = SmtpDriver()
