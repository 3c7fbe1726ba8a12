# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""One connection to a mail server: greeting, TLS, password, and answers that have to come in time.

smtplib does the greeting and the passwords. Its way of reading is replaced for two reasons: a server that sends one
byte a second never trips a socket's timeout and would hold a worker for hours, so a deadline stands over each mail as
a whole; and its reader costs more than the rest of a send together.
"""

import smtplib
import socket
import ssl
import time
from dataclasses import dataclass, field
from typing import Any, Final, Self
from urllib.parse import parse_qs, unquote, urlsplit

from notifications.channels import addresses
from notifications.channels.base import AccountProblem, RejectedTemporary

_LONGEST_LINE: Final = 8192
_MOST_LINES: Final = 200
_SCHEMES: Final = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class SmtpAccount:
    """Where mail is handed in. In seconds: `timeout` for each silence of the server, `deadline` for a whole mail.

    `tls`: encrypted from the first byte (RFC 8314); `starttls`: encrypted before anything that matters is said.
    `guarded`: an office typed the address, so it may not lead into our own network (channels.addresses).
    """

    host: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = True
    timeout: float = 30.0
    ca_file: str | None = None
    helo_name: str = "[127.0.0.1]"
    tls: bool = False
    deadline: float = 60.0
    guarded: bool = False

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Read `smtp://` (plain), `smtps://` or `smtp+starttls://user:password@host:port?timeout=30&ca_file=…&helo=…`.

        `deadline=…` limits a whole mail.
        """
        parts = urlsplit(url)
        if parts.scheme not in _SCHEMES or not parts.hostname:
            raise ValueError("expected smtp://…, smtps://… or smtp+starttls://… with a host")
        options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        return cls(
            host=parts.hostname,
            port=parts.port or _SCHEMES[parts.scheme],
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            starttls=parts.scheme == "smtp+starttls",
            timeout=float(options.get("timeout", "30")),
            ca_file=options.get("ca_file"),
            helo_name=options.get("helo", "[127.0.0.1]"),
            tls=parts.scheme == "smtps",
            deadline=float(options.get("deadline", "60")),
        )


class LostError(Exception):
    """The connection broke, stayed silent, or the time for this mail is over."""


class Wire(smtplib.SMTP):
    """A connection whose every wait ends at the deadline set last."""

    def __init__(self, account: SmtpAccount) -> None:
        self._account = account
        self._held = b""
        self.begin()
        # Without a name of its own smtplib asks DNS for one, which can take seconds.
        super().__init__(account.host, account.port, local_hostname=account.helo_name, timeout=account.timeout)
        self.pipelining = self.dsn = False

    def begin(self) -> None:
        """From here on the server has the account's whole time once more."""
        self._deadline = time.monotonic() + self._account.deadline

    def introduce(self) -> RejectedTemporary | AccountProblem | None:
        """Greet, encrypt, sign in; note what the server can do. None when mail may follow."""
        account = self._account
        self.ehlo_or_helo_if_needed()
        if account.starttls:
            if not self.has_extn("starttls"):
                # Somebody in between may have removed it. Going on in plain text would hand them mail and password.
                return AccountProblem("starttls-missing")
            code, _text = self.starttls(context=_trusting(account))
            if code != 220:  # noqa: PLR2004 - ready for TLS
                return account_fault("starttls", code)
            if self._held:
                # Said in plain text behind the answer, to be taken for the server's first encrypted words.
                return AccountProblem("starttls-injected")
            self.ehlo_or_helo_if_needed()
        if account.username:
            if not self.has_extn("auth"):
                return AccountProblem("auth-missing")
            self.login(account.username, account.password)
        self.pipelining, self.dsn = self.has_extn("pipelining"), self.has_extn("dsn")
        return None

    def say(self, data: bytes) -> None:
        """Write. Raises LostError; then the server has not got all of it."""
        try:
            self.send(data)
        except (OSError, smtplib.SMTPException):
            raise LostError from None

    def answer(self) -> tuple[int, bytes]:
        """One answer, code and text. Raises LostError."""
        try:
            return self.getreply()
        except (OSError, smtplib.SMTPException):
            raise LostError from None

    def send(self, s: Any) -> None:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        try:
            self.sock.settimeout(self._patience())
            self.sock.sendall(s.encode("ascii") if isinstance(s, str) else s)
        except OSError:
            self.close()
            raise

    def getreply(self) -> tuple[int, bytes]:
        texts = []
        for _ in range(_MOST_LINES):
            line = self._line()
            texts.append(line[4:].strip())
            try:
                code = int(line[:3])
            except ValueError:
                code = -1
            if code < 0 or line[3:4] != b"-":
                return code, b"\n".join(texts)
        self.close()
        raise smtplib.SMTPServerDisconnected("an answer without end")

    def _line(self) -> bytes:
        while (end := self._held.find(b"\n")) < 0:
            if self.sock is None or len(self._held) > _LONGEST_LINE:
                self.close()
                raise smtplib.SMTPServerDisconnected("not connected, or a line without end")
            try:
                self.sock.settimeout(self._patience())
                read = self.sock.recv(_LONGEST_LINE)
            except OSError:
                self.close()
                raise
            if not read:
                self.close()
                raise smtplib.SMTPServerDisconnected("closed")
            self._held += read
        line, self._held = self._held[:end], self._held[end + 1 :]
        return line

    def _patience(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return min(left, self._account.timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        context = _trusting(self._account) if self._account.tls else None
        reach = addresses.connect if self._account.guarded else _reach
        sock = reach(host, port, min(timeout, self._patience()))
        # A mail and its final dot are two writes; Nagle's algorithm would hold the second back for 40 ms.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context is None:
            return sock
        try:
            return context.wrap_socket(sock, server_hostname=host)
        except OSError:
            sock.close()
            raise


def _reach(host: str, port: int, timeout: float) -> socket.socket:
    return socket.create_connection((host, port), timeout)


def connect(account: SmtpAccount) -> Wire | RejectedTemporary | AccountProblem:
    """A connection over which mail may be sent at once, or why there is none."""
    try:
        wire = Wire(account)
    except (OSError, smtplib.SMTPException) as error:
        return _connection_fault(error)
    try:
        problem = wire.introduce()
    except (OSError, smtplib.SMTPException) as error:
        problem = _connection_fault(error)
    if problem is None:
        return wire
    wire.close()
    return problem


def account_fault(phase: str, code: int) -> RejectedTemporary | AccountProblem:
    """A refusal before any mail was named: for good it concerns the whole account."""
    return AccountProblem(f"{phase}-{code}") if 500 <= code <= 599 else RejectedTemporary(f"{phase}-{code}", None)  # noqa: PLR2004


class _NoCertificates(OSError):
    """The account's own certification authority cannot be read."""


def _trusting(account: SmtpAccount) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=account.ca_file)
    except OSError:
        raise _NoCertificates from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _connection_fault(error: OSError | smtplib.SMTPException) -> RejectedTemporary | AccountProblem:
    match error:
        case smtplib.SMTPConnectError():
            return account_fault("banner", error.smtp_code)
        case smtplib.SMTPAuthenticationError():
            return account_fault("auth", error.smtp_code)
        case smtplib.SMTPResponseException():
            return account_fault("hello", error.smtp_code)
    known = next((code for kind, code in _FOR_STAFF.items() if isinstance(error, kind)), None)
    return RejectedTemporary("connect", None) if known is None else AccountProblem(known)


# What no waiting repairs.
_FOR_STAFF: Final[dict[type[Exception], str]] = {
    smtplib.SMTPNotSupportedError: "auth-unknown",
    ssl.SSLCertVerificationError: "tls-certificate",
    _NoCertificates: "tls-ca-file",
    addresses.AddressForbidden: "address",
}
