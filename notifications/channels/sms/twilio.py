# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""SMS through Twilio's Messages resource (API version 2010-04-01).

Parameters, states and errors: Twilio's pages "Message Resource", "Error and Warning Dictionary" and "Security"
(twilio.com/docs), and the parameter list of its generated clients (github.com/twilio/twilio-go, AccountsMessagesApi).
Twilio has neither an idempotency key nor a reference of ours, and a list of what went to a number does not say which
message is which: so it cannot be asked. Instead our reference rides in the query of the callback address, which
Twilio signs, and a callback tells the fate even of a message whose answer was lost.

Codes of errors change without notice, as Twilio says: those that matter are known here, the others are judged by their
HTTP status. A callback's signature is HMAC-SHA1 with the account's token over the whole address and the sorted
parameters of the form.
"""

import base64
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl, urlencode

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
    ForgedReceipt,
    OutgoingSms,
    Receipt,
    ReceiptKind,
    ReceiptRequest,
    RejectedPermanent,
    RejectedTemporary,
    Result,
    Throttled,
    Words,
    text_of,
)
from notifications.channels.fields import TIMEOUT, secret_of, timeout_of, url_of
from notifications.channels.over_http import Answer, HttpWay, Limits, by_status, pause
from notifications.channels.receipt_requests import our_reference, require_same

_SID: Final = re.compile(r"(SM|MM)[0-9a-f]{32}", re.IGNORECASE)
_ACCOUNT_SID: Final = re.compile(r"AC[0-9a-f]{32}", re.IGNORECASE)
_SERVICE_SID: Final = re.compile(r"MG[0-9a-f]{32}", re.IGNORECASE)
_LONGEST_VALIDITY_S: Final = 36_000
_RECEIPTS_URL: Final = "receipts_url"
_MOST_PARAMETERS: Final = 100

# 21211, 21614: no number, no mobile number. 21610: this person answered STOP.
_NO_SUCH_NUMBER: Final = frozenset({21211, 21217, 21610, 21614})
_MESSAGE_AT_FAULT: Final = frozenset({21408, 21602, 21604, 21612, 21617, 21619, 63024})
_ACCOUNT: Final = frozenset({20003, 20005, 20403, 20404, 21212, 21603, 21606, 21609, 21611, 21659, 21660, 30002, 63007})
_QUEUE_FULL: Final = 30001
_TOO_MANY: Final = 20429


class TwilioSession(Closing):
    def __init__(self, way: HttpWay, *, account: str, service: str, receipts_url: str) -> None:
        self._way, self._service, self._receipts_url = way, service, receipts_url
        self._path = f"/2010-04-01/Accounts/{account}/Messages.json"

    def send(self, outgoing: OutgoingSms, *, now: datetime) -> Result:
        form = {
            "To": outgoing.to,
            "Body": outgoing.text,
            "ValidityPeriod": str(max(1, min(outgoing.validity_minutes * 60, _LONGEST_VALIDITY_S))),
        }
        form |= {"MessagingServiceSid": self._service} if self._service else {"From": outgoing.sender}
        if self._receipts_url:
            joint = "&" if "?" in self._receipts_url else "?"
            form["StatusCallback"] = self._receipts_url + joint + urlencode({"reference": outgoing.reference})
        answer = self._way.post(self._path, form=form)
        return _by_answer(answer, now=now) if isinstance(answer, Answer) else answer

    def close(self) -> None:
        self._way.close()


def _by_answer(answer: Answer, *, now: datetime) -> Result:
    by_http = by_status(answer, now=now, taken=frozenset({200, 201}))
    if isinstance(by_http, Throttled | Ambiguous):
        return by_http
    try:
        body = answer.json()
    except ValueError:
        body = None
    if by_http is not None:
        code = body.get("code") if isinstance(body, Mapping) else None
        return _by_code(code, answer, now=now) or by_http
    if not isinstance(body, Mapping):
        return Ambiguous("malformed")
    if body.get("status") in {"failed", "undelivered", "canceled"}:
        # Taken and given up in the same breath: nothing is on its way.
        return _by_code(body.get("error_code"), answer, now=now) or RejectedPermanent("twilio-failed", suppress=False)
    sid = body.get("sid")
    return Accepted(sid) if isinstance(sid, str) and _SID.fullmatch(sid) else Ambiguous("malformed")


def _by_code(code: object, answer: Answer, *, now: datetime) -> Result | None:
    """What one of the known error codes says; None for any other."""
    if not isinstance(code, int) or isinstance(code, bool):
        return None
    name = f"twilio-{code}"
    if code == _TOO_MANY:
        return Throttled(pause(answer.headers, now=now))
    if code == _QUEUE_FULL:
        return RejectedTemporary(name, timedelta(minutes=1))
    if code in _ACCOUNT:
        return AccountProblem(name)
    if code in _NO_SUCH_NUMBER:
        return RejectedPermanent(name, suppress=True)
    return RejectedPermanent(name, suppress=False) if code in _MESSAGE_AT_FAULT else None


_URL: Final = Field(
    "url", _("Adresse der Schnittstelle"), FieldKind.URL, default="https://api.twilio.com", is_destination=True
)
_ACCOUNT_FIELD: Final = Field("account_sid", "Account SID", help=_("Beginnt mit AC."))
_TOKEN: Final = Field("auth_token", "Auth Token", FieldKind.SECRET)
_SERVICE: Final = Field(
    "messaging_service_sid",
    "Messaging Service SID",
    required=False,
    help=_("Beginnt mit MG. Leer: Ihr Absendername wird verwendet."),
)
_RECEIPTS_STEP: Final = _("Hier ist nichts zu tun: Jede SMS nennt Twilio diese Adresse.")


@dataclass(frozen=True, slots=True)
class TwilioDriver:
    """Twilio, in the USA and Ireland."""

    key: str = "twilio"
    channel: Channel = Channel.SMS
    label: Words = "Twilio"
    fields: tuple[Field, ...] = (_URL, _ACCOUNT_FIELD, _TOKEN, _SERVICE, TIMEOUT)
    can_be_asked: bool = False
    receipts_step: Words | None = _RECEIPTS_STEP

    def open(self, config: Config) -> TwilioSession:
        account, service = text_of(config, _ACCOUNT_FIELD), text_of(config, _SERVICE)
        if not _ACCOUNT_SID.fullmatch(account):
            raise BadConfig(_ACCOUNT_FIELD, gettext("„AC“ und 32 Ziffern und Buchstaben von a bis f."))
        if service and not _SERVICE_SID.fullmatch(service):
            raise BadConfig(_SERVICE, gettext("„MG“ und 32 Ziffern und Buchstaben von a bis f."))
        way = HttpWay(
            url_of(config, _URL),
            auth=(account, secret_of(config, _TOKEN)),
            limits=Limits(whole=timeout_of(config)),
        )
        return TwilioSession(way, account=account, service=service, receipts_url=config.get(_RECEIPTS_URL, ""))

    def receipts(self, request: ReceiptRequest, config: Config) -> tuple[Receipt, ...]:
        parameters = _form(request.body)
        require_same(
            request.headers.get("x-twilio-signature", ""),
            signature(request.url, parameters, token=secret_of(config, _TOKEN)),
        )
        return _receipt(parameters, our_reference(request.query.get("reference")))


def signature(url: str, parameters: Mapping[str, str], *, token: str) -> str:
    """What Twilio writes into X-Twilio-Signature."""
    signed = url + "".join(name + value for name, value in sorted(parameters.items()))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), "sha1").digest()).decode()


def _form(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=_MOST_PARAMETERS
        )
    except ValueError:
        raise ForgedReceipt("shape") from None
    return dict(pairs)


def _receipt(parameters: Mapping[str, str], reference: str) -> tuple[Receipt, ...]:
    sid, state, code = parameters.get("MessageSid", ""), parameters.get("MessageStatus", ""), _code(parameters)
    if not _SID.fullmatch(sid):
        return ()
    if state == "delivered":
        kind = ReceiptKind.DELIVERED
    elif state not in {"failed", "undelivered"}:
        return ()
    elif code in {"21211", "21614", "30005", "30006"}:  # unknown, no mobile number, landline
        kind = ReceiptKind.ADDRESS_WRONG
    else:
        kind = ReceiptKind.STOPPED if code == "21610" else ReceiptKind.BOUNCED
    return (
        Receipt(
            event=f"{sid}:{state}",
            kind=kind,
            our_reference=reference,
            provider_reference=sid,
            code=f"twilio-{code}" if code else f"twilio-{state}",
        ),
    )


def _code(parameters: Mapping[str, str]) -> str:
    value = parameters.get("ErrorCode", "")
    return value if value.isascii() and value.isdecimal() and len(value) <= 5 else ""  # noqa: PLR2004 -- as documented


DRIVER: Final = TwilioDriver()
