# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""SMS through LINK Mobility's "Common" REST API.

Fields, validity (15 minutes to 48 hours) and the success answer: LINK's manual "SMS REST API, MT and Delivery Reports"
(linkmobility.com/developer, 1.5 of 2019 to 2.4 of 2025) and clients that follow it; delivery reports and result codes:
the same platform as described by Sergel Connect ("SMS Delivery Reports", "Result codes"). The codes of a refused
request (106xxx) stand in a part of the manual that could not be read when this was written, so a refusal is judged by
its HTTP status and by the documented codes below 6000; anything unknown is Ambiguous.

`refId` is mirrored in every report but is no idempotency key, and there is no way to look a message up by it: what may
have been accepted stays Ambiguous until a report names it. Reports are not signed: the account has an unguessable key
that is part of the address given to LINK (`…?key=…`). A message of several parts gets a report a part.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

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
from notifications.channels.receipt_requests import (
    json_object,
    moment,
    our_reference,
    require_key,
    their_reference,
)

_MINUTE_MS: Final = 60_000
_SHORTEST_MINUTES, _LONGEST_MINUTES = 15, 48 * 60
_TAKEN: Final = frozenset({"1000", "1001", "1005"})  # sent, delivered, queued
_TEMPORARY: Final = frozenset({"1", "2107"})  # routing, destination blocked for a while
_ACCOUNT: Final = frozenset(
    # service, user, account, password, configuration; senders that the contract does not allow
    {"100", "101", "102", "103", "104", "2000", "2001", "2002", "2003"}
)
_NO_SUCH_NUMBER: Final = frozenset({"2104", "2106"})  # unknown subscriber, number error
_MESSAGE_AT_FAULT: Final = frozenset(
    # permanent routing error, kinds of destination, blocked, charging, encoding and content
    {"2", "2100", "2101", "2102", "2103", "2105", "3000", "3001", "4001", "4003", "4004", "4005", "4007"}
)
_DELIVERED: Final = frozenset({"1001", "1007"})
_NOT_DELIVERED: Final = frozenset({"0", "2", "4", "1002", "1003", "1004", "1006", "1010", "2103", "2105", "2205"})


class LinkSession(Closing):
    def __init__(self, way: HttpWay, *, platform: str, partner: str, gate: str) -> None:
        self._way, self._platform, self._partner, self._gate = way, platform, partner, gate

    def send(self, outgoing: OutgoingSms, *, now: datetime) -> Result:
        minutes = max(_SHORTEST_MINUTES, min(outgoing.validity_minutes, _LONGEST_MINUTES))
        document: dict[str, object] = {
            "source": outgoing.sender,
            "sourceTON": "MSISDN" if outgoing.sender.startswith("+") else "ALPHANUMERIC",
            "destination": outgoing.to,
            "destinationTON": "MSISDN",
            "dcs": "TEXT",
            "userData": outgoing.text,
            "useDeliveryReport": bool(self._gate),
            "relativeValidityTime": minutes * _MINUTE_MS,
            "platformId": self._platform,
            "platformPartnerId": self._partner,
            "refId": outgoing.reference,
            "ignoreResponse": False,
        }
        if self._gate:
            document["deliveryReportGates"] = [self._gate]
        answer = self._way.post("/sms/send", document=document)
        return _by_answer(answer, now=now) if isinstance(answer, Answer) else answer

    def close(self) -> None:
        self._way.close()


def _by_answer(answer: Answer, *, now: datetime) -> Result:
    result = by_status(answer, now=now, taken=frozenset({200, 201}))
    if result is not None and not isinstance(result, RejectedPermanent):
        return result
    try:
        body = answer.json()
    except ValueError:
        body = None
    if not isinstance(body, Mapping):
        return result or Ambiguous("malformed")
    code = _code(body.get("resultCode", body.get("status")))
    if result is not None:
        # Refused as a whole: nothing was sent, and the code may say more than the status.
        told = _by_code(code, answer, now=now)
        return result if isinstance(told, Ambiguous) else told
    reference = their_reference(body.get("messageId"))
    if code in _TAKEN:
        return Accepted(reference) if reference else Ambiguous("malformed")
    return _by_code(code, answer, now=now)


def _code(value: object) -> str:
    text = str(value)
    return text if text.isascii() and text.isdecimal() and len(text) <= 6 else ""  # noqa: PLR2004 -- 106xxx at most


def _by_code(code: str, answer: Answer, *, now: datetime) -> Result:
    name = f"link-{code}"
    if code == "3":  # maximum throttling exceeded
        return Throttled(pause(answer.headers, now=now))
    if code in _TEMPORARY:
        return RejectedTemporary(name, None)
    if code in _ACCOUNT:
        return AccountProblem(name)
    if code in _NO_SUCH_NUMBER:
        return RejectedPermanent(name, suppress=True)
    if code in _MESSAGE_AT_FAULT:
        return RejectedPermanent(name, suppress=False)
    return Ambiguous(name if code else "malformed")


_URL: Final = Field(
    "url",
    _("Adresse der Schnittstelle"),
    FieldKind.URL,
    help=_("Sie bekommen sie von LINK, zum Beispiel https://n-eu.linkmobility.io"),
    is_destination=True,
)
_USER: Final = Field("user", _("Benutzername"))
_PASSWORD: Final = Field("password", _("Kennwort"), FieldKind.SECRET)
_PLATFORM: Final = Field("platform_id", "platformId", default="COMMON_API")
_PARTNER: Final = Field("platform_partner_id", "platformPartnerId")
_GATE: Final = Field(
    "gate",
    _("Gate für Zustellberichte"),
    required=False,
    help=_("Ohne Gate bekommen Sie keine Zustellberichte."),
)
_RECEIPT_KEY: Final = Field(
    "receipt_key",
    _("Schlüssel für Zustellberichte"),
    FieldKind.SECRET,
    required=False,
    help=_(
        "Mindestens 16 Zeichen, die niemand erraten kann. Hängen Sie ihn an die Adresse, die Sie LINK nennen: ?key=…"
    ),
)
_RECEIPTS_STEP: Final = _(
    "Nennen Sie dem Support von LINK diese Adresse, mit ?key= und Ihrem Schlüssel für Zustellberichte dahinter."
)


@dataclass(frozen=True, slots=True)
class LinkDriver:
    """LINK Mobility."""

    key: str = "link"
    channel: Channel = Channel.SMS
    label: Words = "LINK Mobility (Common)"
    fields: tuple[Field, ...] = (_URL, _USER, _PASSWORD, _PLATFORM, _PARTNER, _GATE, _RECEIPT_KEY, TIMEOUT)
    can_be_asked: bool = False
    receipts_step: Words | None = _RECEIPTS_STEP

    def open(self, config: Config) -> LinkSession:
        secret_of(config, _RECEIPT_KEY)
        way = HttpWay(
            url_of(config, _URL),
            auth=(secret_of(config, _USER), secret_of(config, _PASSWORD)),
            limits=Limits(whole=timeout_of(config)),
        )
        platform, partner, gate = text_of(config, _PLATFORM), text_of(config, _PARTNER), text_of(config, _GATE)
        return LinkSession(way, platform=platform, partner=partner, gate=gate)

    def receipts(self, request: ReceiptRequest, config: Config) -> tuple[Receipt, ...]:
        require_key(request, secret_of(config, _RECEIPT_KEY))
        return _receipt(json_object(request.body))


def _receipt(report: Mapping[str, Any]) -> tuple[Receipt, ...]:
    code, part = _code(report.get("resultCode")), their_reference(report.get("id"))
    kind = _kind(code)
    if kind is None or not part:
        return ()
    return (
        Receipt(
            event=f"{part}:{code}",
            kind=kind,
            our_reference=our_reference(report.get("refId")),
            # The parts of a longer message are called id$0, id$1, …
            provider_reference=part.partition("$")[0],
            code=f"link-{code}",
            at=moment(report.get("timestamp")),
        ),
    )


def _kind(code: str) -> ReceiptKind | None:
    if code in _DELIVERED:
        return ReceiptKind.DELIVERED
    if code in _NO_SUCH_NUMBER:
        return ReceiptKind.ADDRESS_WRONG
    if code in _NOT_DELIVERED:
        return ReceiptKind.BOUNCED
    return ReceiptKind.DELAYED if code == "2107" else None


DRIVER: Final = LinkDriver()
