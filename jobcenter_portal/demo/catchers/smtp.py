# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A mail server that keeps what it is given: `python -m jobcenter_portal.demo.catchers.smtp`.

It refuses what a strict submission server refuses (RFC 5321, 5322, 6409): missing or wrong authentication, foreign
sender domains, mail without the headers every mail needs, raw 8-bit headers, bare line feeds, long lines. Some
recipients are refused by their name, so that a journey can show what a person sees then: unknown@, full@, greylist@,
busy@. Others are taken and sent back to CATCHER_BOUNCES_TO (an LMTP server): ghost@, stuffed@, snail@. CATCHER_FAULT
breaks the protocol itself: close-after-dot, hang-after-dot, refuse-after-dot, slow-banner, one-byte-a-second.
"""

import asyncio
import hmac
import logging
import re
import signal
import ssl
import warnings
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from typing import AnyStr, Final

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from jobcenter_portal.demo.catchers.config import CatcherConfig, Shelf
from jobcenter_portal.demo.catchers.returning import Returned, send_back

_LONGEST_LINE: Final = 998
_EXACTLY_ONCE: Final = (b"from", b"date", b"message-id")
_AT_MOST_ONCE: Final = (b"to", b"subject", b"reply-to", b"sender", b"mime-version", b"content-type")
_REFUSED_RECIPIENTS: Final = {
    "unknown": "550 5.1.1 No such user here",
    "moved": "550 5.1.10 Domain takes no mail",
    "blocked": "550 5.7.1 Refused by policy",
    "full": "452 4.2.2 Mailbox full",
    "busy": "421 4.3.2 Too busy, closing",
}
_ENVID = re.compile(r"\bENVID=(\S+)", re.IGNORECASE)
_DSN_OF_MAIL = re.compile(r" (?:RET|ENVID)=\S+", re.IGNORECASE)
_DSN_OF_RCPT = re.compile(r" (?:NOTIFY|ORCPT)=\S+", re.IGNORECASE)
_FIELD = re.compile(rb"(?m)^([!-9;-~]+):")


class Handler:
    """Answers of the server, by the names aiosmtpd gives its hooks."""

    def __init__(self, config: CatcherConfig) -> None:
        self._config = config
        self._shelf = Shelf(config.folder / "mail", ".eml")
        self._greylisted: set[str] = set()

    async def handle_EHLO(  # noqa: N802
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [responses[0], "250-PIPELINING", "250-DSN", *responses[1:]]

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        domain = address.rpartition("@")[2].lower()
        if self._config.sender_domains and domain not in self._config.sender_domains:
            return "550 5.7.1 Sender domain not allowed for this account"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        name = address.partition("@")[0].lower()
        if name == "busy":
            asyncio.get_running_loop().call_later(0.05, _close, server)
        if name == "greylist" and address not in self._greylisted:
            self._greylisted.add(address)
            return "450 4.7.1 Greylisted, try again later"
        if name in _REFUSED_RECIPIENTS:
            return _REFUSED_RECIPIENTS[name]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.original_content or b""
        refusal = refuse(content)
        if refusal:
            return refusal
        if self._config.faults.take("refuse-after-dot"):
            return "554 5.6.0 Refused after the content"
        self._shelf.put(content, datetime.now(UTC))
        self._send_back(server, envelope, content)
        if self._config.faults.take("close-after-dot"):
            _close(server)
        if self._config.faults.take("hang-after-dot"):
            await asyncio.sleep(self._config.fault_seconds)
        return "250 2.0.0 OK, kept"

    def _send_back(self, server: SMTP, envelope: Envelope, content: bytes) -> None:
        returned = Returned(envelope.mail_from or "", envelope.rcpt_tos[0], getattr(server, "envelope_id", ""), content)
        if self._config.bounces_to and returned.is_wanted:
            hand_over = partial(send_back, returned, to=self._config.bounces_to, now=datetime.now(UTC))
            asyncio.get_running_loop().run_in_executor(None, hand_over)


def refuse(content: bytes) -> str | None:
    """Return the refusal for a mail that is not well formed, None for a good one."""
    if b"\n" in content.replace(b"\r\n", b"") or b"\r" in content.replace(b"\r\n", b""):
        return "500 5.5.2 Bare line feed or carriage return"
    if max(map(len, content.split(b"\r\n"))) > _LONGEST_LINE:
        return "500 5.5.2 Line too long"
    head = content.partition(b"\r\n\r\n")[0]
    if not head.isascii():
        return "554 5.6.7 8-bit characters in a header"
    fields = Counter(name.lower() for name in _FIELD.findall(head))
    for name in _EXACTLY_ONCE:
        if fields[name] != 1:
            return f"554 5.6.0 Exactly one {name.decode('ascii')} header is needed"
    for name in _AT_MOST_ONCE:
        if fields[name] > 1:
            return f"554 5.6.0 More than one {name.decode('ascii')} header"
    return None


def _close(server: SMTP) -> None:
    if server.transport is not None:
        server.transport.close()


class CatchingSMTP(SMTP):
    """aiosmtpd with a greeting that can be late."""

    def __init__(self, handler: Handler, config: CatcherConfig, tls: ssl.SSLContext | None) -> None:
        self._config = config
        super().__init__(
            handler,
            hostname="catcher.localhost",
            ident="catcher",
            data_size_limit=10 * 1024 * 1024,
            authenticator=self._check_password,
            auth_required=True,
            # Local only: with a certificate the catcher insists on TLS, without one it takes the password as it comes.
            auth_require_tls=tls is not None,
            tls_context=tls,
            require_starttls=tls is not None,
        )

    async def smtp_MAIL(self, arg: str) -> None:  # noqa: N802
        """Understand DSN (RFC 3461), which aiosmtpd does not."""
        found = _ENVID.search(arg or "")
        self.envelope_id = found[1] if found else ""
        await super().smtp_MAIL(_DSN_OF_MAIL.sub("", arg or ""))

    async def smtp_RCPT(self, arg: str) -> None:  # noqa: N802
        await super().smtp_RCPT(_DSN_OF_RCPT.sub("", arg or ""))

    async def push(self, status: AnyStr) -> None:
        if self._config.faults.take("one-byte-a-second"):
            # A client that only limits each silence would wait for a minute here.
            for letter in "220-" + "x" * 60:
                self._writer.write(letter.encode())
                await asyncio.sleep(1)
        greeting = status[:4] in {"220 ", b"220 "}
        if greeting and self._config.faults.take("slow-banner"):
            await asyncio.sleep(self._config.fault_seconds)
        await super().push(status)

    def _check_password(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object
    ) -> AuthResult:
        config = self._config
        good = isinstance(data, LoginPassword) and (
            hmac.compare_digest(data.login, config.user.encode())
            and hmac.compare_digest(data.password, config.password.encode())
        )
        # handled=False lets aiosmtpd answer 535 by itself.
        return AuthResult(success=good, handled=False)


async def serve(config: CatcherConfig) -> None:
    """Listen on 127.0.0.1 until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    tls = None
    if config.tls_certificate:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(config.tls_certificate, config.tls_key)
    handler = Handler(config)
    server = await loop.create_server(lambda: CatchingSMTP(handler, config, tls), "127.0.0.1", config.port)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    print(f"listening 127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await stop.wait()
    server.close()


def main() -> None:
    # aiosmtpd warns about passwords without TLS, which is meant here, and its log holds addresses.
    warnings.filterwarnings("ignore", module="aiosmtpd")
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    asyncio.run(serve(CatcherConfig.from_environment()))


if __name__ == "__main__":
    main()
