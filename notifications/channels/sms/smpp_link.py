# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""One bound SMPP connection: a request and its answer, with receipts, enquiries and farewells arriving in between."""

import socket
import ssl
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from notifications.channels.addresses import connect
from notifications.channels.sms.smpp_pdus import BrokenPdu, Command, Pdu, bind_body, take_first

_READ_SIZE: Final = 65_536
_HIGHEST_SEQUENCE: Final = 0x7FFF_FFFF
_QUICK_S: Final = 5.0
_MOST_KEPT: Final = 10_000


class NotSent(Exception):
    """The connection was lost before the whole request had left: the provider cannot have it."""


class NoAnswer(Exception):
    """The request left whole and nothing came back. `phase` says how: silence, close, unbind, broken."""

    def __init__(self, phase: str) -> None:
        super().__init__(phase)
        self.phase = phase


class BindRefused(Exception):
    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class SmppAccount:
    """Where and as whom to bind. Times in seconds."""

    host: str
    port: int
    system_id: str
    password: str = field(repr=False)
    system_type: str = ""
    tls: bool = True
    connect_timeout: float = 5.0
    timeout: float = 30.0


class SmppLink:
    """Not for several threads. After any exception of this module it is good for nothing but `close`."""

    def __init__(self, account: SmppAccount) -> None:
        """Connect and bind as transceiver. Raises OSError (ssl.SSLError and AddressForbidden are), BindRefused."""
        self._timeout = account.timeout
        self._received = bytearray()
        self._sequence = 0
        self._waiting: deque[Pdu] = deque()
        self.used_at = time.monotonic()
        self._socket = _connected(account)
        try:
            body = bind_body(system_id=account.system_id, password=account.password, system_type=account.system_type)
            answer = self.request(Command.BIND_TRANSCEIVER, body)
        except (NotSent, NoAnswer) as error:
            self._socket.close()
            raise ConnectionError("bind") from error
        except BaseException:
            self._socket.close()
            raise
        if answer.status:
            self._socket.close()
            raise BindRefused(answer.status)

    def request(self, command: Command, body: bytes = b"", *, timeout: float | None = None) -> Pdu:
        """Send one request and wait for its answer. Raises NotSent, NoAnswer."""
        self._sequence = self._sequence % _HIGHEST_SEQUENCE + 1
        request = Pdu(command, self._sequence, body=body)
        self._send(request)
        end = time.monotonic() + (timeout or self._timeout)
        try:
            return self._answer_to(request, end)
        except NotSent:
            # It was an answer of ours that could not leave any more. The request had.
            raise NoAnswer("close") from None

    def is_alive(self, *, idle: float) -> bool:
        """Whether a request may be entrusted to it; asks the provider if nothing was heard for `idle` seconds.

        Asking costs nothing, a message lost in a connection that was long dead would be one that nobody knows of.
        """
        try:
            self.listen(0)
            if time.monotonic() - self.used_at > idle:
                self.request(Command.ENQUIRE_LINK, timeout=_QUICK_S)
        except (NotSent, NoAnswer):
            return False
        return True

    def listen(self, seconds: float) -> None:
        """Take in what comes within so many seconds, at least what is already there. Raises NotSent, NoAnswer."""
        end = time.monotonic() + seconds
        for _ in range(_MOST_KEPT):
            pdu = self._next(end)
            if pdu is None:
                return
            self._take(pdu)
            if self._waiting:
                # What has come already is taken along, more is not waited for.
                end = 0.0

    def waiting(self) -> list[Pdu]:
        """The deliver_sm that came in since the last call. `acknowledge` them when they are safe."""
        pdus = list(self._waiting)
        self._waiting.clear()
        return pdus

    def acknowledge(self, pdu: Pdu) -> None:
        """Raise NotSent."""
        self._send(pdu.answered(body=b"\0"))

    def close(self) -> None:
        """Say farewell and close; never raises."""
        try:
            self.request(Command.UNBIND, timeout=_QUICK_S)
        except (NotSent, NoAnswer):
            pass
        finally:
            self.drop()

    def drop(self) -> None:
        self._socket.close()

    def _answer_to(self, request: Pdu, end: float) -> Pdu:
        while pdu := self._next(end):
            if pdu.is_response and pdu.sequence == request.sequence:
                self.used_at = time.monotonic()
                return pdu
            self._take(pdu)
            if time.monotonic() > end:
                break
        raise NoAnswer("silence")

    def _take(self, pdu: Pdu) -> None:
        if pdu.command == Command.DELIVER_SM:
            if len(self._waiting) < _MOST_KEPT:
                self._waiting.append(pdu)
        elif pdu.command == Command.ENQUIRE_LINK:
            self._send(pdu.answered())
        elif pdu.command == Command.UNBIND:
            self._send(pdu.answered())
            raise NoAnswer("unbind")
        elif not pdu.is_response:
            self._send(Pdu(Command.GENERIC_NACK, pdu.sequence, 0x03))

    def _send(self, pdu: Pdu) -> None:
        left = memoryview(pdu.to_bytes())
        self._socket.settimeout(self._timeout)
        try:
            while left:
                left = left[self._socket.send(left) :]
        except OSError:
            # Part of a PDU is none: the other side cannot act on it.
            raise NotSent from None

    def _next(self, end: float) -> Pdu | None:
        """The next PDU; None if none is whole by `end`. What has come in is read even after `end`."""
        while True:
            try:
                pdu = take_first(self._received)
            except BrokenPdu:
                raise NoAnswer("broken") from None
            if pdu is not None:
                return pdu
            # Not 0, which would be "do not block" and is told apart from a time limit by another exception.
            self._socket.settimeout(max(end - time.monotonic(), 0.001))
            try:
                octets = self._socket.recv(_READ_SIZE)
            except TimeoutError:
                return None
            except OSError:
                raise NoAnswer("close") from None
            if not octets:
                raise NoAnswer("close")
            self._received += octets


def _connected(account: SmppAccount) -> socket.socket:
    plain = connect(account.host, account.port, account.connect_timeout)
    # A request is one small packet that must not wait for another.
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if not account.tls:
        return plain
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=account.host)
    except BaseException:
        plain.close()
        raise
