# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""SMS through any gateway that takes JSON by POST: the office describes it in the form of its account.

Made after the public descriptions of LOX24 (doc.lox24.eu: POST /sms, a token in a header, 201, `callback_data` comes
back in the webhook) and Retarus (docs.retarus.com, "SMS outbound status codes - REST"). What such a gateway accepted
is not known beyond its description, so a body that says neither success nor a listed error is Ambiguous, and it cannot
be asked. Receipts need a key of the office's own choosing, in a header or as `?key=` of the address.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

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
    OutgoingSms,
    Receipt,
    ReceiptKind,
    ReceiptRequest,
    RejectedPermanent,
    RejectedTemporary,
    Result,
    Throttled,
    Words,
)
from notifications.channels.fields import TIMEOUT, header_name_of, secret_of, timeout_of, url_of
from notifications.channels.over_http import Answer, HttpWay, Limits, by_status
from notifications.channels.receipt_requests import json_object, our_reference, require_key, their_reference
from notifications.channels.sms.json_paths import as_typed, at_path, filled, path_of, template_of, values_of

_PLACEHOLDERS: Final = frozenset(
    {
        "to",
        "to_digits",
        "text",
        "sender",
        "reference",
        "validity_minutes",
        "validity_seconds",
        "validity_until",
    }
)
_LONGEST_CODE: Final = 6
_RESERVED_HEADERS: Final = frozenset({"host", "content-length", "content-type", "transfer-encoding", "connection"})


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the gateway's answers are to be read."""

    statuses: frozenset[int]
    success_path: str
    success_values: frozenset[str]
    id_path: str
    code_path: str
    account: frozenset[str]
    no_such_number: frozenset[str]
    permanent: frozenset[str]
    temporary: frozenset[str]


class HttpJsonSession(Closing):
    def __init__(self, way: HttpWay, *, url: str, template: Mapping[str, Any], reading: _Reading) -> None:
        self._way, self._url, self._template, self._reading = way, url, template, reading

    def send(self, outgoing: OutgoingSms, *, now: datetime) -> Result:
        minutes = max(1, outgoing.validity_minutes)
        until = (now + timedelta(minutes=minutes)).astimezone(UTC)
        document = filled(
            self._template,
            {
                "to": outgoing.to,
                "to_digits": outgoing.to.removeprefix("+"),
                "text": outgoing.text,
                "sender": outgoing.sender,
                "reference": outgoing.reference,
                "validity_minutes": minutes,
                "validity_seconds": minutes * 60,
                "validity_until": until.strftime("%Y-%m-%dT%H:%M:%SZ"),
            },
        )
        answer = self._way.post(self._url, document=document)
        return _by_answer(answer, self._reading, now=now) if isinstance(answer, Answer) else answer

    def close(self) -> None:
        self._way.close()


def _by_answer(answer: Answer, reading: _Reading, *, now: datetime) -> Result:
    by_http = by_status(answer, now=now, taken=reading.statuses)
    if isinstance(by_http, Throttled | Ambiguous):
        return by_http
    try:
        document = answer.json()
    except ValueError:
        document = None
    told = _by_code(as_typed(at_path(document, reading.code_path)), reading)
    if by_http is not None or told is not None:
        return told or by_http or Ambiguous("malformed")
    if reading.success_path and as_typed(at_path(document, reading.success_path)) not in reading.success_values:
        return Ambiguous("no-success")
    reference = their_reference(at_path(document, reading.id_path))
    return Ambiguous("malformed") if reading.id_path and not reference else Accepted(reference)


def _by_code(code: str, reading: _Reading) -> Result | None:
    """What a code says that the office has listed; None for any other. Words of the gateway never become ours."""
    name = f"code-{code}" if code.isascii() and code.isdecimal() and len(code) <= _LONGEST_CODE else "code"
    if not code:
        return None
    if code in reading.account:
        return AccountProblem(name)
    if code in reading.no_such_number:
        return RejectedPermanent(name, suppress=True)
    if code in reading.permanent:
        return RejectedPermanent(name, suppress=False)
    return RejectedTemporary(name, None) if code in reading.temporary else None


_URL: Final = Field("url", _("Adresse, an die gesendet wird"), FieldKind.URL, is_destination=True)
_AUTH_HEADER: Final = Field("auth_header", _("Name des Anmelde-Headers"), default="Authorization")
_AUTH_VALUE: Final = Field(
    "auth_value",
    _("Inhalt des Anmelde-Headers"),
    FieldKind.SECRET,
    help=_("Zum Beispiel „Bearer …“ oder der Schlüssel."),
)
_BODY: Final = Field(
    "body",
    _("Vorlage der Nachricht (JSON)"),
    FieldKind.LONG_TEXT,
    help=_(
        "Platzhalter: {to} {to_digits} {text} {sender} {reference} {validity_minutes} {validity_seconds} "
        "{validity_until}. Mindestens {text} und {to} oder {to_digits}."
    ),
)
_STATUSES: Final = Field("success_statuses", _("HTTP-Status bei Erfolg"), default="200,201,202")
_SUCCESS_PATH: Final = Field(
    "success_path", _("Wo in der Antwort der Erfolg steht"), required=False, help=_("Zum Beispiel messages.0.status")
)
_SUCCESS_VALUES: Final = Field("success_values", _("Werte, die Erfolg bedeuten"), required=False, help=_("Mit Kommas."))
_ID_PATH: Final = Field("id_path", _("Wo in der Antwort die Nummer der Nachricht steht"), required=False)
_CODE_PATH: Final = Field("code_path", _("Wo in der Antwort der Fehlercode steht"), required=False)
_CODES_ACCOUNT: Final = Field("codes_account", _("Codes: Guthaben, Anmeldung, Vertrag"), required=False)
_CODES_NUMBER: Final = Field("codes_number", _("Codes: Diese Nummer gibt es nicht"), required=False)
_CODES_PERMANENT: Final = Field("codes_permanent", _("Codes: Diese Nachricht wird nie angenommen"), required=False)
_CODES_TEMPORARY: Final = Field("codes_temporary", _("Codes: Bitte später noch einmal"), required=False)
_RECEIPT_KEY: Final = Field(
    "receipt_key",
    _("Schlüssel für Zustellberichte"),
    FieldKind.SECRET,
    required=False,
    help=_(
        "Mindestens 16 Zeichen, die niemand erraten kann. Der Anbieter schickt ihn in einem Header oder als ?key=…."
    ),
)
_RECEIPT_HEADER: Final = Field("receipt_header", _("Name des Headers mit diesem Schlüssel"), default="X-Receipt-Key")
_RECEIPT_ID: Final = Field("receipt_id_path", _("Bericht: Nummer der Nachricht"), required=False)
_RECEIPT_REFERENCE: Final = Field("receipt_reference_path", _("Bericht: unsere Referenz"), required=False)
_RECEIPT_STATE: Final = Field("receipt_state_path", _("Bericht: Zustand"), required=False)
_STATES_DELIVERED: Final = Field("states_delivered", _("Zustände: zugestellt"), required=False)
_STATES_FAILED: Final = Field("states_failed", _("Zustände: nicht zugestellt"), required=False)
_STATES_NUMBER: Final = Field("states_number", _("Zustände: Diese Nummer gibt es nicht"), required=False)
_STATES_DELAYED: Final = Field("states_delayed", _("Zustände: verzögert"), required=False)
_STATES_KINDS: Final = (
    (_STATES_DELIVERED, ReceiptKind.DELIVERED),
    (_STATES_FAILED, ReceiptKind.BOUNCED),
    (_STATES_NUMBER, ReceiptKind.ADDRESS_WRONG),
    (_STATES_DELAYED, ReceiptKind.DELAYED),
)
_RECEIPTS_STEP: Final = _(
    "Nennen Sie dem Anbieter diese Adresse. Den Schlüssel schickt er im Header, den Sie eingetragen "
    "haben, oder als ?key=… hinter der Adresse."
)
_LABEL: Final = _("Anderer Anbieter (HTTP und JSON)")


@dataclass(frozen=True, slots=True)
class HttpJsonDriver:
    key: str = "http_json"
    channel: Channel = Channel.SMS
    label: Words = _LABEL
    fields: tuple[Field, ...] = field(
        default=(
            _URL,
            _AUTH_HEADER,
            _AUTH_VALUE,
            _BODY,
            _STATUSES,
            _SUCCESS_PATH,
            _SUCCESS_VALUES,
            _ID_PATH,
            _CODE_PATH,
            _CODES_ACCOUNT,
            _CODES_NUMBER,
            _CODES_PERMANENT,
            _CODES_TEMPORARY,
            _RECEIPT_KEY,
            _RECEIPT_HEADER,
            _RECEIPT_ID,
            _RECEIPT_REFERENCE,
            _RECEIPT_STATE,
            *(states for states, _kind in _STATES_KINDS),
            TIMEOUT,
        )
    )
    can_be_asked: bool = False
    receipts_step: Words | None = _RECEIPTS_STEP

    def open(self, config: Config) -> HttpJsonSession:
        header = header_name_of(config, _AUTH_HEADER)
        if header.lower() in _RESERVED_HEADERS:
            raise BadConfig(_AUTH_HEADER, gettext("Diesen Header setzen wir selbst."))
        template = template_of(config, _BODY, known=_PLACEHOLDERS, needed=frozenset({"text"}))
        if not any(placeholder in config.get(_BODY.name, "") for placeholder in ("{to}", "{to_digits}")):
            raise BadConfig(_BODY, gettext("Der Platzhalter {to} oder {to_digits} fehlt."))
        _receipt_paths(config)
        url, reading = url_of(config, _URL), _reading(config)
        way = HttpWay(url, headers={header: secret_of(config, _AUTH_VALUE)}, limits=Limits(whole=timeout_of(config)))
        return HttpJsonSession(way, url=url, template=template, reading=reading)

    def receipts(self, request: ReceiptRequest, config: Config) -> tuple[Receipt, ...]:
        header = header_name_of(config, _RECEIPT_HEADER).lower()
        presented = {"x-receipt-key": request.headers.get(header, "")}
        require_key(
            ReceiptRequest(request.method, request.url, presented, request.query, b""), secret_of(config, _RECEIPT_KEY)
        )
        document, (id_path, reference_path, state_path) = json_object(request.body), _receipt_paths(config)
        state = as_typed(at_path(document, state_path))
        kind = next((kind for states, kind in _STATES_KINDS if state and state in values_of(config, states)), None)
        theirs = their_reference(at_path(document, id_path))
        ours = our_reference(at_path(document, reference_path))
        if kind is None or not (theirs or ours):
            return ()
        return (Receipt(f"{theirs or ours}:{kind}", kind, ours, theirs, code=f"receipt-{kind}"),)


def _receipt_paths(config: Config) -> tuple[str, str, str]:
    return path_of(config, _RECEIPT_ID), path_of(config, _RECEIPT_REFERENCE), path_of(config, _RECEIPT_STATE)


def _reading(config: Config) -> _Reading:
    statuses, success_values = values_of(config, _STATUSES), values_of(config, _SUCCESS_VALUES)
    if not all(status.isascii() and status.isdecimal() and status.startswith("2") for status in statuses):
        raise BadConfig(_STATUSES, gettext("Bitte Zahlen von 200 bis 299 mit Kommas dazwischen."))
    success_path = path_of(config, _SUCCESS_PATH)
    if bool(success_path) != bool(success_values):
        missing = _SUCCESS_VALUES if success_path else _SUCCESS_PATH
        raise BadConfig(missing, gettext("Bitte ausfüllen, oder beide Angaben zum Erfolg leer lassen."))
    return _Reading(
        statuses=frozenset(int(status) for status in statuses),
        success_path=success_path,
        success_values=success_values,
        id_path=path_of(config, _ID_PATH),
        code_path=path_of(config, _CODE_PATH),
        account=values_of(config, _CODES_ACCOUNT),
        no_such_number=values_of(config, _CODES_NUMBER),
        permanent=values_of(config, _CODES_PERMANENT),
        temporary=values_of(config, _CODES_TEMPORARY),
    )


DRIVER: Final = HttpJsonDriver()
