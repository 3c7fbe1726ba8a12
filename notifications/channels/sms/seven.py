# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""SMS through the HTTP API of seven.io.

Field names, journal and limits: the provider's OpenAPI description (github.com/seven-io/api-schemes, yml/openapi.yml)
and its "SMS" page (docs.seven.io); meaning of the codes: its PHP client (github.com/seven-io/php-client,
src/Library/StatusCode.php). The gateway answers most errors with HTTP 200 and a code in the body, so the HTTP status
alone never counts as success. `foreign_id` is a label, not an idempotency key: whatever may have been accepted is
Ambiguous until `ask` has found it in the journal or not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Self
from urllib.parse import parse_qs, unquote, urlsplit

import httpx

from notifications.channels.base import (
    Accepted,
    AccountProblem,
    Ambiguous,
    Channel,
    Closing,
    Config,
    Field,
    FieldKind,
    OutgoingSms,
    Receipt,
    ReceiptRequest,
    RejectedPermanent,
    RejectedTemporary,
    Result,
    Throttled,
    text_of,
)

# Shorter than the gateway's own limit: reusing a connection that it is closing would make a send ambiguous.
_KEEPALIVE_SECONDS: Final = 4.0
_LONGEST_VALIDITY: Final = 2880
_DEFAULT_PAUSE: Final = timedelta(seconds=60)
_LONGEST_PAUSE: Final = timedelta(hours=1)
_REQUEST_AT_FAULT: Final = frozenset({400, 405, 411, 413, 414, 415, 422})
_PAGE: Final = 100
_MOST_PAGES: Final = 10
_STATES: Final = frozenset(
    {
        "DELIVERED",
        "NOTDELIVERED",
        "BUFFERED",
        "TRANSMITTED",
        "ACCEPTED",
        "EXPIRED",
        "REJECTED",
        "FAILED",
        "UNKNOWN",
    }
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


def _by_code(code: str) -> Result:
    """Class of each documented code but 100. An unknown one may hide a sent message."""
    name = f"seven-{code}"
    match code:
        case "202":  # recipient invalid
            return RejectedPermanent(name, suppress=True)
        case "301" | "305" | "401":  # recipient missing, text missing, text too long
            return RejectedPermanent(name, suppress=False)
        case "201" | "500" | "900" | "901" | "902" | "903":  # sender, credit, key, signature, API off, IP address
            return AccountProblem(name)
        case "403":  # daily limit of this number
            return RejectedTemporary(name, timedelta(hours=24))
        case "11" | "600":  # carrier out of reach, hand-over failed
            return RejectedTemporary(name, None)
    # 402 among them: the same text went to the same number within 180 s, perhaps by our own earlier try.
    return Ambiguous(name if code.isdecimal() and len(code) <= 4 else "seven-code")  # noqa: PLR2004


class SevenSession(Closing):
    """Keeps HTTPS connections open. Ignores proxy settings of the environment and follows no redirect."""

    def __init__(self, account: SmsAccount) -> None:
        self._client = httpx.Client(
            base_url=account.base_url,
            headers={"X-Api-Key": account.api_key, "Accept": "application/json"},
            timeout=httpx.Timeout(account.timeout, connect=account.connect_timeout),
            limits=httpx.Limits(max_connections=4, keepalive_expiry=_KEEPALIVE_SECONDS),
            trust_env=False,
        )

    def send(self, outgoing: OutgoingSms, *, now: datetime) -> Result:  # noqa: ARG002 - part of Session
        form = {
            "to": outgoing.to,
            "from": outgoing.sender,
            "text": outgoing.text,
            "foreign_id": outgoing.reference,
            "ttl": str(max(1, min(outgoing.validity_minutes, _LONGEST_VALIDITY))),
            "json": "1",
        }
        try:
            response = self._client.post("/api/sms", data=form)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol):
            return RejectedTemporary("connect", None)
        except httpx.HTTPError:
            # The request had begun to leave: the gateway may have it whole.
            return Ambiguous("no-answer")
        return _by_response(response)

    def ask(self, reference: str, *, to: str = "") -> Accepted | Ambiguous | None:
        """Look for a message in the gateway's journal of the last 30 days; `to` makes it quicker.

        Accepted: the gateway has it (detail: its delivery state). None: it has not, so sending again is no repetition;
        to be trusted only some minutes after the attempt. Ambiguous: the journal could not be read to its end.
        """
        for page in range(_MOST_PAGES):
            parameters = {"limit": str(_PAGE), "offset": str(page * _PAGE)} | ({"to": to} if to else {})
            try:
                response = self._client.get("/api/journal/outbound", params=parameters)
                entries = response.json() if response.status_code == httpx.codes.OK else None
            except (httpx.HTTPError, ValueError):
                return Ambiguous("journal")
            if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
                return Ambiguous("journal")
            for entry in entries:
                if entry.get("foreign_id") == reference:
                    state = str(entry.get("dlr") or "").upper()
                    return Accepted(_identifier(entry), state.lower() if state in _STATES else "")
            if len(entries) < _PAGE:
                return None
        return Ambiguous("journal-long")

    def close(self) -> None:
        self._client.close()


def _by_response(response: httpx.Response) -> Result:
    status = response.status_code
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return Throttled(_pause(response.headers.get("Retry-After", "")))
    if status >= 500:  # noqa: PLR2004
        return Ambiguous(f"http-{status}")
    if status in _REQUEST_AT_FAULT:
        return RejectedPermanent(f"http-{status}", suppress=False)
    if status != httpx.codes.OK:
        # Key, credit or permission (401, 402, 403); 3xx and 404 mean that the address of the gateway is wrong.
        return AccountProblem(f"http-{status}")
    try:
        return _by_body(response.json())
    except ValueError:
        return Ambiguous("malformed")


def _by_body(body: Any) -> Result:
    if isinstance(body, int | str) and not isinstance(body, bool):
        # Some errors, a wrong key among them, come as the bare number.
        return Ambiguous("malformed") if str(body) == "100" else _by_code(str(body))
    if not isinstance(body, Mapping):
        return Ambiguous("malformed")
    code = str(body.get("success"))
    if code not in {"100", "101"}:
        return _by_code(code)
    messages = body.get("messages")
    if not isinstance(messages, list) or len(messages) != 1 or not isinstance(messages[0], Mapping):
        return Ambiguous("malformed")
    message = messages[0]
    if message.get("success") is not True:
        return _by_code(str(message.get("error")))
    reference = _identifier(message)
    return Accepted(reference, f"parts={int(message.get('parts') or 0)}") if reference else Ambiguous("malformed")


def _identifier(entry: Mapping[str, Any]) -> str:
    value = str(entry.get("id") or "")
    return value if value.isdecimal() else ""


def _pause(header: str) -> timedelta:
    # Retry-After may also be a date; the default is good enough for that.
    return min(timedelta(seconds=int(header)), _LONGEST_PAUSE) if header.isdecimal() else _DEFAULT_PAUSE


_URL: Final = Field("url", "Adresse der Schnittstelle", FieldKind.URL, default="https://gateway.seven.io")
_KEY: Final = Field("key", "API-Schlüssel", FieldKind.SECRET)


@dataclass(frozen=True, slots=True)
class SevenDriver:
    """seven.io in Kiel."""

    key: str = "seven"
    channel: Channel = Channel.SMS
    label: str = "seven.io"
    fields: tuple[Field, ...] = (_URL, _KEY)
    can_be_asked: bool = True

    def open(self, config: Config) -> SevenSession:
        return SevenSession(SmsAccount(base_url=text_of(config, _URL).rstrip("/"), api_key=text_of(config, _KEY)))

    def receipts(self, request: ReceiptRequest, config: Config) -> tuple[Receipt, ...]:  # noqa: ARG002
        return ()


DRIVER: Final = SevenDriver()
