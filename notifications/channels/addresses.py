# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which addresses a provider may have, decided where the connection is made.

An office types its provider's address itself. Without this check the portal would be a way into the network that it
stands in: databases, metadata services, other people's admin pages. A check of the typed name alone would not do, since
a name may stand for another address a second later; so it is resolved once, here, and what was checked is what is
connected to.
"""

import ipaddress
import socket
import time
from collections.abc import Iterable
from typing import Any, Final

import httpcore
from django.conf import settings

# RFC 6052: stands for any IPv4 address, private ones too, wherever a network translates.
_TRANSLATED: Final = ipaddress.IPv6Network("64:ff9b::/96")


class AddressForbidden(OSError):
    """The provider's name stands for no address that may be connected to."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open Internet, also when it is wrapped into another one."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            return is_public(str(inner))
        if ip in _TRANSLATED:
            return False
    return ip.is_global and not ip.is_multicast


def connect(host: str, port: int, timeout: float) -> socket.socket:
    """A TCP connection to a permitted address of `host`. Raises AddressForbidden, or OSError where nobody answers."""
    failure: OSError = AddressForbidden("no permitted address")
    for address in _permitted(host, port):
        try:
            return socket.create_connection((address, port), timeout)
        except OSError as error:
            failure = error
    raise failure


def _permitted(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))
    return addresses if settings.ALLOW_LOCAL_PROVIDERS else [one for one in addresses if is_public(one)]


class GuardedBackend(httpcore.NetworkBackend):
    """httpcore's sockets, with the check above and an end: a gateway that answers byte by byte has `deadline` for all.

    httpx's own time limits are those of a single read, so that one gateway could hold a worker for hours.
    """

    def __init__(self) -> None:
        self._sockets = httpcore.SyncBackend()
        self.deadline = float("inf")

    def left(self, timeout: float | None) -> float:
        """What remains of a time limit. Raises TimeoutError where nothing does."""
        remaining = self.deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError
        return remaining if timeout is None else min(timeout, remaining)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            addresses = _permitted(host, port)
        except OSError as error:
            raise httpcore.ConnectError from error
        failure: Exception = AddressForbidden("no permitted address")
        for address in addresses:
            try:
                stream = self._sockets.connect_tcp(address, port, self.left(timeout), local_address, socket_options)
            except TimeoutError:
                raise httpcore.ConnectTimeout from None
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(stream, self)
        raise failure


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, backend: GuardedBackend) -> None:
        self._stream, self._backend = stream, backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            return self._stream.read(max_bytes, self._backend.left(timeout))
        except TimeoutError:
            raise httpcore.ReadTimeout from None

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        try:
            self._stream.write(buffer, self._backend.left(timeout))
        except TimeoutError:
            raise httpcore.WriteTimeout from None

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        try:
            stream = self._stream.start_tls(ssl_context, server_hostname, self._backend.left(timeout))
        except TimeoutError:
            raise httpcore.ConnectTimeout from None
        return _Stream(stream, self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
