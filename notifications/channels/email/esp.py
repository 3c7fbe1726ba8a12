# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What mail providers with an HTTP interface have in common.

django-anymail knows how each of them wants a mail written and what its answers and webhooks mean. Its way of sending is
not used: it takes one account from the settings for the whole installation, follows redirects, goes to any address and
cannot tell "surely not sent" from "perhaps". So it writes and reads here, and the request itself goes the way of every
other provider.
"""

import binascii
import json
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from email.utils import quote
from io import BytesIO
from typing import Any, Final

from anymail.backends.base_requests import AnymailRequestsBackend
from anymail.exceptions import AnymailAPIError, AnymailError
from anymail.message import AnymailMessage
from anymail.signals import EventType
from anymail.webhooks.base import AnymailBaseWebhookView
from django.core.exceptions import SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest
from django.utils.translation import gettext_lazy as _
from requests import Response

from notifications.channels.base import (
    Accepted,
    AccountProblem,
    Ambiguous,
    Closing,
    Field,
    FieldKind,
    ForgedReceipt,
    OutgoingEmail,
    Receipt,
    ReceiptKind,
    ReceiptRequest,
    RejectedPermanent,
    Result,
)
from notifications.channels.email.mime import ascii_address, refuse_unsendable, standing_headers
from notifications.channels.email.status import is_no_such_mailbox, status_in
from notifications.channels.over_http import Answer, HttpWay, by_status
from notifications.channels.receipt_requests import our_reference, require_key, their_reference

_TAKEN: Final = frozenset({200, 201, 202})
REFERENCE: Final = "reference"
"""Name of our reference in what a provider keeps with a mail and sends back."""

API_KEY: Final = Field("api_key", _("API-Schlüssel"), FieldKind.SECRET)
WEBHOOK_KEY: Final = Field(
    "webhook_key",
    _("Schlüssel für Zustellberichte"),
    FieldKind.SECRET,
    required=False,
    help=_("Mindestens 16 Zeichen, die niemand erraten kann. Hängen Sie ihn an die Webhook-Adresse: ?key=…"),
)


class EspSession(Closing):
    """One account. `extras`: attributes of the mail by which this provider keeps our reference, and the like.

    `account_codes`: the provider's own words in a refusal that mean the account and not this mail.
    """

    def __init__(
        self,
        backend: AnymailRequestsBackend,
        *,
        extras: Callable[[str], Mapping[str, object]],
        account_codes: frozenset[str],
    ) -> None:
        self._backend, self._extras, self._account_codes = backend, extras, account_codes
        self._way: HttpWay | None = None

    def send(self, outgoing: OutgoingEmail, *, now: datetime) -> Result:
        refuse_unsendable(outgoing, now)
        message = _message(outgoing)
        for name, value in self._extras(outgoing.message_id_token).items():
            setattr(message, name, value)
        try:
            payload = self._backend.build_message_payload(message, {})
            request = payload.get_request_params(self._backend.api_url)
        except AnymailError:
            # Its text repeats addresses.
            raise ValueError("this provider cannot send such a mail") from None
        if self._way is None:
            self._way = HttpWay(self._backend.api_url, headers=request["headers"], auth=request["auth"])
        answer = self._way.post(request["url"], document=json.loads(request["data"]))
        return self._result(answer, payload, message, now) if isinstance(answer, Answer) else answer

    def close(self) -> None:
        way, self._way = self._way, None
        if way is not None:
            way.close()

    def _result(self, answer: Answer, payload: Any, message: AnymailMessage, now: datetime) -> Result:
        refusal = by_status(answer, now=now, taken=_TAKEN)
        codes = _words(answer)
        if refusal is not None and not isinstance(refusal, RejectedPermanent):
            return refusal
        if found := sorted(self._account_codes & codes):
            return AccountProblem(found[0])
        if refusal is not None:
            return refusal
        response = _as_requests(answer)
        try:
            self._backend.raise_for_status(response, payload, message)
            statuses = self._backend.parse_recipient_status(response, payload, message)
        except AnymailAPIError:
            return RejectedPermanent("refused-in-answer", suppress=False) if codes else Ambiguous("malformed")
        except (KeyError, TypeError, AttributeError, ValueError, RecursionError):
            return Ambiguous("malformed")
        return _by_recipient(statuses)


def _by_recipient(statuses: Mapping[str, Any]) -> Result:
    """One mail has one recipient, so there is one status."""
    status = next(iter(statuses.values()), None)
    if status is None:
        return Ambiguous("malformed")
    if status.status in {"invalid", "rejected", "failed"}:
        return RejectedPermanent(f"esp-{status.status}", suppress=False)
    reference = their_reference(status.message_id)
    return Accepted(reference, status.status or "") if reference else Ambiguous("malformed")


def _message(outgoing: OutgoingEmail) -> AnymailMessage:
    sender = ascii_address(outgoing.sender_address)
    message = AnymailMessage(
        subject=outgoing.subject,
        body=outgoing.text,
        from_email=f'"{quote(outgoing.sender_name)}" <{sender}>' if outgoing.sender_name else sender,
        to=[ascii_address(outgoing.to)],
        reply_to=[ascii_address(outgoing.reply_to)] if outgoing.reply_to else None,
        headers=standing_headers(outgoing),
    )
    message.attach_alternative(outgoing.html, "text/html")
    if outgoing.calendar is not None:
        # As a file only: none of their interfaces takes a calendar object as a form of the text.
        message.attach("termin.ics", outgoing.calendar.ics, "text/calendar")
    return message


def _words(answer: Answer) -> frozenset[str]:
    """The codes in a refusal, wherever this provider puts them; free text is never taken."""
    try:
        body = answer.json()
    except ValueError:
        return frozenset()
    found: set[str] = set()
    waiting = [body]
    while waiting and len(found) < 20:  # noqa: PLR2004 -- whoever sends more is not the provider
        one = waiting.pop()
        if isinstance(one, Mapping):
            found |= {str(one[name])[:40] for name in ("code", "type", "ErrorCode") if isinstance(one.get(name), str)}
            waiting += [value for value in one.values() if isinstance(value, Mapping | list)]
        elif isinstance(one, list):
            waiting += one[:20]
    return frozenset(found)


def _as_requests(answer: Answer) -> Response:
    response = Response()
    response.status_code = answer.status
    response._content = answer.body  # noqa: SLF001 -- requests has no other way to make one
    response.headers.update(answer.headers)
    return response


_UNREADABLE: Final = (
    SuspiciousOperation,
    AnymailError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    OverflowError,
    OSError,
    RecursionError,
)
"""How django-anymail breaks on what its provider would never send."""


def require_webhook_key(request: ReceiptRequest, expected: str) -> None:
    """For providers that sign nothing: the key in the address, or as the password of it. Raises ForgedReceipt."""
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic" and not request.query.get("key"):
        try:
            password = b64decode(credentials, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            raise ForgedReceipt("key") from None
        request = replace(request, headers={**request.headers, "x-receipt-key": password})
    require_key(request, expected)


def receipts_of(view: AnymailBaseWebhookView, request: ReceiptRequest, *, signature: str = "") -> tuple[Receipt, ...]:
    """What a webhook tells. `signature`: the header that the view itself checks. Raises ForgedReceipt."""
    receipts = (_receipt(event) for event in _events(view, request, signature))
    return tuple(receipt for receipt in receipts if receipt is not None)


def _events(view: AnymailBaseWebhookView, request: ReceiptRequest, signature: str) -> list[Any]:
    environment = {
        "REQUEST_METHOD": request.method,
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.input": BytesIO(request.body),
    }
    if signature:
        environment[f"HTTP_{signature.upper().replace('-', '_')}"] = request.headers.get(signature, "")
    try:
        wsgi = WSGIRequest(environment)
        if signature:
            view.run_validators(wsgi)
        return list(view.parse_events(wsgi))
    except _UNREADABLE:
        raise ForgedReceipt("signature or shape") from None


def _receipt(event: Any) -> Receipt | None:
    """None for clicks and the like, which nobody here wants to know."""
    reason = event.mta_response if isinstance(event.mta_response, str) else ""
    status = status_in(reason)
    kind = _KINDS.get(event.event_type)
    if kind is ReceiptKind.BOUNCED and (is_no_such_mailbox(status) or event.reject_reason == "invalid"):
        kind = ReceiptKind.ADDRESS_WRONG
    theirs = their_reference(event.message_id)
    named = (event.metadata or {}).get(REFERENCE) if isinstance(event.metadata, Mapping | None) else None
    ours = our_reference(named) or next((tag for tag in event.tags or () if our_reference(tag)), "")
    if kind is None or not (ours or theirs):
        return None
    at = event.timestamp if isinstance(event.timestamp, datetime) else None
    name = event.event_id or f"{event.event_type}:{theirs or ours}:{at.timestamp() if at else ''}"
    return Receipt(
        event=str(name),
        kind=kind,
        our_reference=ours,
        provider_reference=theirs,
        code=f"esp-{status}" if status else f"esp-{kind}",
        at=at,
    )


_KINDS: Final = {
    EventType.DELIVERED: ReceiptKind.DELIVERED,
    EventType.BOUNCED: ReceiptKind.BOUNCED,
    EventType.REJECTED: ReceiptKind.BOUNCED,
    EventType.FAILED: ReceiptKind.BOUNCED,
    EventType.DEFERRED: ReceiptKind.DELAYED,
    EventType.COMPLAINED: ReceiptKind.COMPLAINED,
    EventType.UNSUBSCRIBED: ReceiptKind.STOPPED,
}
