# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""SMS through the HTTP API of seven.io.

Field names, journal and limits: the provider's OpenAPI description (github.com/seven-io/api-schemes, yml/openapi.yml)
and its "SMS" page (docs.seven.io); meaning of the codes: its PHP client (github.com/seven-io/php-client,
src/Library/StatusCode.php). The gateway answers most errors with HTTP 200 and a code in the body, so the HTTP status
alone never counts as success. `foreign_id` is a label, not an idempotency key: whatever may have been accepted is
Ambiguous until `ask` has found it in the journal or not.

Receipts: pages "Webhooks", "Signing" and "Status reports" (docs.seven.io). Every webhook carries X-Signature, an
HMAC-SHA256 with the account's signing key over timestamp, nonce, method, whole address and the MD5 of the body, a line
each. The pages do not show how the signature is written, so hexadecimal and base64 are both read. The timestamp is not
held against our clock: a repetition is known by its event and does nothing.
"""

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import md5
from typing import Any, Final, Self
from urllib.parse import parse_qs, unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from notifications.channels.base import (
    Accepted,
    AccountProblem,
    Ambiguous,
    Channel,
    Closing,
    Config,
    Field,
    FieldKind,
    ForgedReceipt,
    OutgoingSms,
    Receipt,
    ReceiptKind,
    ReceiptRequest,
    RejectedPermanent,
    RejectedTemporary,
    Result,
    Words,
)
from notifications.channels.fields import TIMEOUT, secret_of, timeout_of, url_of
from notifications.channels.over_http import Answer, HttpWay, Limits, by_status
from notifications.channels.receipt_requests import (
    json_object,
    moment,
    our_reference,
    require_same,
    their_reference,
)

_OK: Final = 200
_LONGEST_VALIDITY: Final = 2880
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
    def __init__(self, account: SmsAccount) -> None:
        self._way = HttpWay(
            account.base_url,
            headers={"X-Api-Key": account.api_key},
            limits=Limits(connect=account.connect_timeout, whole=account.timeout),
        )

    def send(self, outgoing: OutgoingSms, *, now: datetime) -> Result:
        form = {
            "to": outgoing.to,
            "from": outgoing.sender,
            "text": outgoing.text,
            "foreign_id": outgoing.reference,
            "ttl": str(max(1, min(outgoing.validity_minutes, _LONGEST_VALIDITY))),
            "json": "1",
        }
        answer = self._way.post("/api/sms", form=form)
        return _by_answer(answer, now=now) if isinstance(answer, Answer) else answer

    def ask(self, reference: str, *, to: str = "") -> Accepted | Ambiguous | None:
        """Look for a message in the gateway's journal of the last 30 days; `to` makes it quicker.

        Accepted: the gateway has it (detail: its delivery state). None: it has not, so sending again is no repetition;
        to be trusted only some minutes after the attempt. Ambiguous: the journal could not be read to its end.
        """
        for page in range(_MOST_PAGES):
            parameters = {"limit": str(_PAGE), "offset": str(page * _PAGE)} | ({"to": to} if to else {})
            answer = self._way.get("/api/journal/outbound", parameters)
            try:
                entries = answer.json() if answer is not None and answer.status == _OK else None
            except ValueError:
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
        self._way.close()


def _by_answer(answer: Answer, *, now: datetime) -> Result:
    result = by_status(answer, now=now)
    if result is not None:
        return result
    try:
        return _by_body(answer.json())
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


_URL: Final = Field(
    "url", _("Adresse der Schnittstelle"), FieldKind.URL, default="https://gateway.seven.io", is_destination=True
)
_KEY: Final = Field("key", _("API-Schlüssel"), FieldKind.SECRET)
_SIGNING_KEY: Final = Field(
    "signing_key",
    _("Signaturschlüssel"),
    FieldKind.SECRET,
    required=False,
    help=_(
        "Für Zustellberichte. Sie finden ihn bei seven.io unter „Entwickler“. Ohne ihn nehmen wir keine Berichte an."
    ),
)
_KINDS: Final = {
    "DELIVERED": ReceiptKind.DELIVERED,
    "NOTDELIVERED": ReceiptKind.BOUNCED,
    "EXPIRED": ReceiptKind.BOUNCED,
    "REJECTED": ReceiptKind.BOUNCED,
    "FAILED": ReceiptKind.BOUNCED,
    "BUFFERED": ReceiptKind.DELAYED,
}
_RECEIPTS_STEP: Final = _(
    "Legen Sie bei seven.io einen Webhook für „dlr“ mit dieser Adresse an, und tragen Sie hier den "
    "Signaturschlüssel ein."
)


@dataclass(frozen=True, slots=True)
class SevenDriver:
    """seven.io in Kiel."""

    key: str = "seven"
    channel: Channel = Channel.SMS
    label: Words = "seven.io"
    fields: tuple[Field, ...] = (_URL, _KEY, _SIGNING_KEY, TIMEOUT)
    can_be_asked: bool = True
    receipts_step: Words | None = _RECEIPTS_STEP

    def open(self, config: Config) -> SevenSession:
        secret_of(config, _SIGNING_KEY)
        return SevenSession(
            SmsAccount(base_url=url_of(config, _URL), api_key=secret_of(config, _KEY), timeout=timeout_of(config))
        )

    def receipts(self, request: ReceiptRequest, config: Config) -> tuple[Receipt, ...]:
        _require_signature(request, secret_of(config, _SIGNING_KEY))
        document = json_object(request.body)
        if document.get("webhook_event") != "dlr":
            return ()
        data = document.get("data")
        if not isinstance(data, Mapping):
            raise ForgedReceipt("shape")
        state, message = str(data.get("status")).upper(), their_reference(data.get("msg_id"))
        if state not in _KINDS or not message:
            return ()
        at = moment(data.get("timestamp"))
        return (
            Receipt(
                event=f"{message}:{state.lower()}",
                kind=_KINDS[state],
                our_reference=our_reference(data.get("foreign_id")),
                provider_reference=message,
                code=f"seven-{state.lower()}",
                at=at,
            ),
        )


def _require_signature(request: ReceiptRequest, key: str) -> None:
    signed = "\n".join(
        (
            request.headers.get("x-timestamp", ""),
            request.headers.get("x-nonce", ""),
            request.method,
            request.url,
            md5(request.body, usedforsecurity=False).hexdigest(),
        )
    )
    if not key:
        raise ForgedReceipt("key")
    mac = hmac.new(key.encode(), signed.encode(), "sha256").digest()
    presented = request.headers.get("x-signature", "")
    is_base64 = presented.endswith("=")
    require_same(
        presented if is_base64 else presented.lower(), base64.b64encode(mac).decode() if is_base64 else mac.hex()
    )


DRIVER: Final = SevenDriver()
