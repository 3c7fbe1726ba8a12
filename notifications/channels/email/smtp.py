# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Mail over SMTP on one kept-open connection.

SMTP has no idempotency key, so everything hangs on knowing how far a mail came: before the final dot the server cannot
have taken it, after the final dot it may have. smtplib hides that border inside `data()`; here every phase is a step
of its own. (RFC 5321 section 4.5.3.2.6 and RFC 1047 describe the duplicate that guessing would cause.)
"""

import re
import smtplib
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

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
    Words,
    text_of,
)
from notifications.channels.email.mime import ascii_address, build_mime, message_id
from notifications.channels.email.smtp_wire import LostError, SmtpAccount, Wire, connect
from notifications.channels.email.status import is_no_such_mailbox
from notifications.channels.fields import host_of, port_of, secret_of

__all__ = ["DRIVER", "SmtpAccount", "SmtpDriver", "SmtpSession", "config_from_url"]

_ENHANCED = re.compile(rb"([245]\.\d{1,3}\.\d{1,3})(?:\s|$)")
_AUTHENTICATION: Final = frozenset({530, 534, 535, 538})
_CLOSING: Final = 421
_TOO_LARGE: Final = 552
_OK: Final = frozenset({250, 251, 252})
_GO_ON: Final = frozenset({354})
_IDLE_SECONDS: Final = 30.0
_LONGEST_WAIT_S: Final = 75
"""Below the lease (90 s): a message whose lease has run out while it was being sent is ambiguous."""
_HELO_NAME = re.compile(r"[A-Za-z0-9.:\[\]-]{1,255}")
_NOT_XTEXT = re.compile(r"[^!-*,-<>-~]")


@dataclass(frozen=True, slots=True)
class _Mail:
    """One mail as this server is to be told of it."""

    sender: str
    recipient: str
    body: bytes
    reference: str
    envelope_id: str

    def commands(self, *, dsn: bool) -> tuple[tuple[str, bytes, frozenset[int]], ...]:
        """Phase, command and the good answers. With DSN (RFC 3461) a bounce says in numbers what went wrong."""
        mail, rcpt = f"MAIL FROM:<{self.sender}>", f"RCPT TO:<{self.recipient}>"
        if dsn:
            mail += f" RET=HDRS ENVID={_xtext(self.envelope_id)}"
            rcpt += f" NOTIFY=FAILURE,DELAY ORCPT=rfc822;{_xtext(self.recipient)}"
        return (
            ("mail", f"{mail}\r\n".encode("ascii"), _OK),
            ("rcpt", f"{rcpt}\r\n".encode("ascii"), _OK),
            ("data", b"DATA\r\n", _GO_ON),
        )


class SmtpSession(Closing):
    """Opens on first use, survives refusals, reopens after the server closed. Not for several threads."""

    def __init__(self, account: SmtpAccount, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._account = account
        self._monotonic = monotonic
        self._smtp: Wire | None = None
        self._last_used = 0.0

    def send(self, outgoing: OutgoingEmail, *, now: datetime) -> Result:
        """Hand one mail over. Raises ValueError, before any I/O, for addresses and headers that cannot be sent."""
        sender = ascii_address(outgoing.bounce_address or outgoing.sender_address)
        mail = _Mail(
            sender=sender,
            recipient=ascii_address(outgoing.to),
            body=build_mime(outgoing, now),
            reference=message_id(outgoing),
            envelope_id=sender.partition("@")[0] if outgoing.bounce_address else outgoing.message_id_token,
        )
        if self._smtp is not None:
            self._smtp.begin()
        reused = self._is_alive()
        result = self._attempt(mail)
        if reused and result in _STALE:
            # The server had closed the idle connection; nothing of this mail was on its way yet.
            result = self._attempt(mail)
        self._last_used = self._monotonic()
        return result

    def close(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            # Politeness only: an answer to QUIT changes nothing.
            with suppress(OSError, smtplib.SMTPException):
                smtp.begin()
                smtp.quit()
            smtp.close()

    def _attempt(self, mail: _Mail) -> Result:
        if self._smtp is None:
            smtp = connect(self._account)
            if not isinstance(smtp, Wire):
                return smtp
            self._smtp = smtp
        refusal = self._envelope(self._smtp, mail)
        if refusal is not None:
            return refusal
        return self._content(self._smtp, mail)

    def _envelope(self, smtp: Wire, mail: _Mail) -> Result | None:
        """Say MAIL, RCPT and DATA. None means that the server waits for the mail."""
        steps = mail.commands(dsn=smtp.dsn)
        refusal: Result | None = None
        for phase, command, good in steps:
            try:
                # With PIPELINING (RFC 2920) all three leave in one write and cost one round trip instead of three.
                if not smtp.pipelining:
                    smtp.say(command)
                elif command is steps[0][1]:
                    smtp.say(b"".join(said for _phase, said, _good in steps))
                code, text = smtp.answer()
            except LostError:
                self._drop()
                return refusal or RejectedTemporary(f"{phase}-lost", None)
            if refusal is None and code not in good:
                refusal = _refused(phase, code, text)
            more_to_come = smtp.pipelining and _is_refusal(code) and code != _CLOSING
            if refusal is not None and not more_to_come:
                # Also where a server waits for a mail without a recipient (354): it is cut off before the final dot.
                break
        if refusal is not None:
            self._recover(smtp, code)
        return refusal

    def _content(self, smtp: Wire, mail: _Mail) -> Result:
        try:
            smtp.say(_stuffed(mail.body))
        except LostError:
            # Without the final dot the server must not take the mail (RFC 5321 section 4.1.1.4).
            self._drop()
            return RejectedTemporary("content-lost", None)
        try:
            smtp.say(b".\r\n")
            code, text = smtp.answer()
        except LostError:
            self._drop()
            return Ambiguous("after-dot")
        if code in _OK:
            return Accepted(mail.reference, str(code))
        self._recover(smtp, code)
        if not _is_refusal(code):
            return Ambiguous("after-dot")
        return _refused("dot", code, text)

    def _is_alive(self) -> bool:
        if self._smtp is None:
            return False
        if self._monotonic() - self._last_used > _IDLE_SECONDS:
            with suppress(LostError):
                self._smtp.say(b"NOOP\r\n")
                if self._smtp.answer()[0] in _OK:
                    return True
            self._drop()
            return False
        return True

    def _recover(self, smtp: Wire, code: int) -> None:
        """After a refusal: start anew on the same connection, or give it up where the server does."""
        if code != _CLOSING and _is_refusal(code):
            with suppress(LostError):
                smtp.say(b"RSET\r\n")
                if smtp.answer()[0] in _OK:
                    return
        self._drop()

    def _drop(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()


# What an attempt on a connection answers that the server had already given up.
_STALE: Final = (RejectedTemporary("mail-lost", None), RejectedTemporary("mail-421", None))


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
    return RejectedPermanent(f"{phase}-{code}" + (f"-{enhanced}" if enhanced else ""), is_no_such_mailbox(enhanced))


def _xtext(value: str) -> str:
    """Write a value as a parameter of a command (RFC 3461 section 4)."""
    return _NOT_XTEXT.sub(lambda found: f"+{ord(found[0]):02X}", value)


def _stuffed(body: bytes) -> bytes:
    """Double dots at line starts (RFC 5321 section 4.5.2); the final dot is sent by itself."""
    return body.replace(b"\n.", b"\n..") if not body.startswith(b".") else b"." + body.replace(b"\n.", b"\n..")


_HOST: Final = Field("host", _("Mailserver"), help=_("Zum Beispiel mail.landkreis.example"), is_destination=True)
_PORT: Final = Field("port", "Port", FieldKind.NUMBER, default="587", is_destination=True)
_SECURITY: Final = Field(
    "security",
    _("Verschlüsselung"),
    FieldKind.CHOICE,
    choices=("starttls", "tls", "none"),
    choice_labels=(
        _("STARTTLS (meist Port 587)"),
        _("TLS von Anfang an (meist Port 465)"),
        _("keine, nur in geschützten Netzen"),
    ),
    default="starttls",
    is_destination=True,
)
_USER: Final = Field("username", _("Benutzername"), required=False)
_PASSWORD: Final = Field("password", _("Passwort"), FieldKind.SECRET, required=False)
_TIMEOUT: Final = Field("timeout", _("Wartezeit in Sekunden"), FieldKind.NUMBER, default="30")
_DEADLINE: Final = Field("deadline", _("Längste Zeit für eine E-Mail in Sekunden"), FieldKind.NUMBER, default="60")
_HELO: Final = Field("helo", _("Eigener Name (EHLO)"), required=False, default="[127.0.0.1]")


_INSIDE: Final = "inside"
"""No field, so no office can type it: the platform's own relay may stand in the platform's own network, and have a
certification authority of its own; an office could only find out which files our server has."""


def config_from_url(url: str) -> dict[str, str]:
    """The settings of the platform's own account, from SMTP_URL."""
    account = SmtpAccount.from_url(url)
    security = "tls" if account.tls else "starttls" if account.starttls else "none"
    return {
        "host": account.host,
        "port": str(account.port),
        "security": security,
        "username": account.username,
        "password": account.password,
        "timeout": str(account.timeout),
        "deadline": str(account.deadline),
        "ca_file": account.ca_file or "",
        "helo": account.helo_name,
        _INSIDE: "yes",
    }


_LABEL: Final = _("SMTP-Mailserver")


@dataclass(frozen=True, slots=True)
class SmtpDriver:
    """A mail server of the office or of its computing centre."""

    key: str = "smtp"
    channel: Channel = Channel.EMAIL
    label: Words = _LABEL
    fields: tuple[Field, ...] = (_HOST, _PORT, _SECURITY, _USER, _PASSWORD, _TIMEOUT, _DEADLINE, _HELO)
    can_be_asked: bool = False
    receipts_step: Words | None = None

    def open(self, config: Config) -> SmtpSession:
        security, is_inside = text_of(config, _SECURITY), config.get(_INSIDE) == "yes"
        return SmtpSession(
            SmtpAccount(
                host=host_of(config, _HOST),
                port=port_of(config, _PORT),
                username=secret_of(config, _USER),
                password=secret_of(config, _PASSWORD),
                starttls=security == "starttls",
                tls=security == "tls",
                timeout=_number(config, _TIMEOUT),
                deadline=_number(config, _DEADLINE),
                ca_file=(config.get("ca_file") or None) if is_inside else None,
                helo_name=_own_name(config),
                guarded=not is_inside,
            )
        )

    def receipts(self, request: ReceiptRequest, config: Config) -> tuple[Receipt, ...]:  # noqa: ARG002 -- by mail
        """Bounces come as mail, not over HTTP."""
        return ()


def _own_name(config: Config) -> str:
    value = text_of(config, _HELO)
    if not _HELO_NAME.fullmatch(value):
        raise BadConfig(_HELO, gettext("Bitte nur den Namen eines Rechners."))
    return value


def _number(config: Config, of: Field) -> float:
    try:
        value = float(text_of(config, of))
    except ValueError:
        raise BadConfig(of, gettext("Bitte eine Zahl eingeben.")) from None
    if not 0 < value <= _LONGEST_WAIT_S:
        raise BadConfig(of, gettext("Bitte eine Zahl von 1 bis %(most)s.") % {"most": _LONGEST_WAIT_S})
    return value


DRIVER: Final = SmtpDriver()
