# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the HTTP gateways have in common: when a failure surely sent nothing, and when nobody can know.

Until the first byte of a request may have left, a failure is RejectedTemporary. From there on the gateway may have it
whole, so silence, a broken answer or a 5xx is Ambiguous and never sent again unasked.
"""

import json
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, Final

import httpcore
import httpx

from notifications.channels.addresses import AddressForbidden, GuardedBackend
from notifications.channels.base import (
    AccountProblem,
    Ambiguous,
    RejectedPermanent,
    RejectedTemporary,
    Result,
    Throttled,
)

# Shorter than a gateway's own limit: reusing a connection that it is closing would make a send ambiguous.
_KEEPALIVE_SECONDS: Final = 4.0
_MOST_CONNECTIONS: Final = 4
_LARGEST_ANSWER: Final = 1_000_000
_DEFAULT_PAUSE: Final = timedelta(seconds=60)
_LONGEST_PAUSE: Final = timedelta(hours=1)
_REQUEST_AT_FAULT: Final = frozenset({400, 405, 406, 409, 411, 413, 414, 415, 422})
_TOO_SLOW_OR_EARLY: Final = frozenset({408, 425})
_SERVER_AT_FAULT: Final = 500


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What a gateway answered, read to its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Raise ValueError for what is not JSON."""
        try:
            return json.loads(self.body)
        except RecursionError:
            raise ValueError("nested too deeply") from None

    def __repr__(self) -> str:
        return f"Answer({self.status})"


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds to connect, and for a whole exchange."""

    connect: float = 5.0
    whole: float = 30.0


class HttpWay:
    """Kept-open connections to one gateway. No proxy of the environment, no redirect, no address of our own network."""

    def __init__(
        self,
        base_url: str,
        *,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._transport = _Transport()
        self._client = httpx.Client(
            base_url=base_url,
            # No compression: a small answer must not become a large one.
            headers={"Accept": "application/json", "Accept-Encoding": "identity", **(headers or {})},
            auth=auth,
            timeout=httpx.Timeout(self._limits.whole, connect=self._limits.connect),
            transport=self._transport,
            trust_env=False,
        )

    def post(
        self,
        path: str,
        *,
        form: Mapping[str, str] | None = None,
        document: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer | Result:
        """Hand something over. A Result says why there is no answer."""
        try:
            return self._exchange("POST", path, data=form, json=document, headers=headers)
        except AddressForbidden:
            return AccountProblem("address")
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol):
            return RejectedTemporary("connect", None)
        except httpx.HTTPError:
            # The request had begun to leave: the gateway may have it whole.
            return Ambiguous("no-answer")

    def get(self, path: str, parameters: Mapping[str, str]) -> Answer | None:
        """Read something; None where that was not possible."""
        try:
            return self._exchange("GET", path, params=parameters)
        except (AddressForbidden, httpx.HTTPError):
            return None

    def close(self) -> None:
        self._client.close()

    def _exchange(self, method: str, path: str, **content: Any) -> Answer:
        self._transport.backend.deadline = time.monotonic() + self._limits.whole
        with self._client.stream(method, path, **content) as response:
            body = bytearray()
            for chunk in response.iter_raw():
                body += chunk
                if len(body) > _LARGEST_ANSWER:
                    raise httpx.ReadError("the answer is too long")
            return Answer(response.status_code, response.headers, bytes(body))


def by_status(answer: Answer, *, now: datetime, taken: frozenset[int] = frozenset({200})) -> Result | None:
    """What an HTTP status alone says; None where the gateway took the request and its body decides."""
    status = answer.status
    if status in taken:
        return None
    code = f"http-{status}"
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return Throttled(pause(answer.headers, now=now))
    if status >= _SERVER_AT_FAULT or status < httpx.codes.MULTIPLE_CHOICES:
        # Also another 2xx than the documented one: something was done, nobody knows what.
        return Ambiguous(code)
    if status in _TOO_SLOW_OR_EARLY:
        return RejectedTemporary(code, None)
    if status in _REQUEST_AT_FAULT:
        return RejectedPermanent(code, suppress=False)
    # Key, credit or permission (401, 402, 403); 3xx and 404 mean that the address of the gateway is wrong.
    return AccountProblem(code)


def pause(headers: Mapping[str, str], *, now: datetime) -> timedelta:
    """How long to keep still: Retry-After as seconds or as a date (RFC 9110 section 10.2.3), within reason."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdecimal():
        wanted = timedelta(seconds=min(int(value), int(_LONGEST_PAUSE.total_seconds())))
    else:
        try:
            until = parsedate_to_datetime(value)
        except (ValueError, OverflowError):
            return _DEFAULT_PAUSE
        wanted = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    return max(timedelta(seconds=1), min(wanted, _LONGEST_PAUSE))


@cache
def _trusted() -> ssl.SSLContext:
    """Reading the machine's certificates takes longer than sending an SMS."""
    return ssl.create_default_context()


class _Transport(httpx.BaseTransport):
    """httpx on a connection pool of ours: the only public place to put a guarded network backend in."""

    def __init__(self) -> None:
        self.backend = GuardedBackend()
        self._pool = httpcore.ConnectionPool(
            ssl_context=_trusted(),
            max_connections=_MOST_CONNECTIONS,
            keepalive_expiry=_KEEPALIVE_SECONDS,
            network_backend=self.backend,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with _as_httpx():
            response = self._pool.handle_request(
                httpcore.Request(
                    method=request.method,
                    url=httpcore.URL(
                        scheme=request.url.raw_scheme,
                        host=request.url.raw_host,
                        port=request.url.port,
                        target=request.url.raw_path,
                    ),
                    headers=request.headers.raw,
                    content=request.read(),
                    extensions=request.extensions,
                )
            )
        return httpx.Response(response.status, headers=response.headers, stream=_Body(response))

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx():
            yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


@contextmanager
def _as_httpx() -> Iterator[None]:
    try:
        yield
    except (
        httpcore.ConnectError,
        httpcore.ConnectTimeout,
        httpcore.PoolTimeout,
        httpcore.UnsupportedProtocol,
    ) as error:
        raise httpx.ConnectError(type(error).__name__) from error
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise httpx.ReadError(type(error).__name__) from error
