# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""SMS over SMPP 3.4, the protocol of the networks themselves (specification issue 1.2, smpp.org).

Limits of a real account: LINK Mobility's "SMPP API Quick Start" (linkmobility.com/de/api-docs: one connection, window
1, closed after five idle minutes), which is why a session sends one message at a time and asks before it trusts a link
that was quiet. Receipts come over the same connection (appendix B of the specification, and the descriptions of 8x8
and Sinch); a provider hears that we have them only when the caller comes back, so none is lost between.

An answer that does not come is Ambiguous, and nobody can be asked: query_sm wants the provider's name of the message,
which is just what the lost answer would have said.
"""

import itertools
import re
import secrets
import ssl
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jobcenter_portal.kernel.gsm7 import Encoding, octets, segments, split
from notifications.channels.addresses import AddressForbidden
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
    text_of,
)
from notifications.channels.fields import TIMEOUT, host_of, is_set, port_of, secret_of, timeout_of
from notifications.channels.receipt_requests import their_reference
from notifications.channels.sms.smpp_link import BindRefused, NoAnswer, NotSent, SmppAccount, SmppLink
from notifications.channels.sms.smpp_pdus import (
    Address,
    BrokenPdu,
    Command,
    Pdu,
    ShortMessage,
    Tag,
    message_id,
)

_ASKED_AFTER_IDLE_S: Final = 10.0
_LISTENED_S: Final = 0.05
_MOST_PARTS: Final = 255
_LONGEST_VALIDITY: Final = 7 * 24 * 60
_MOST_REMEMBERED: Final = 10_000
_UDH: Final = 0x40
_RECEIPT_BITS, _RECEIPT = 0x3C, 0x04
_UCS2: Final = 0x08
_PAUSE: Final = timedelta(seconds=10)
_LONG_PAUSE: Final = timedelta(minutes=1)

_THROTTLED, _QUEUE_FULL, _ALREADY_BOUND, _UNKNOWN = 0x58, 0x14, 0x05, 0xFF
# Not bound, source address and its type, wrong password or system id or type, bind failed, no such command for us.
_ACCOUNT: Final = frozenset({0x03, 0x04, 0x0A, 0x0D, 0x0E, 0x0F, 0x48, 0x49, 0x53})
# Lengths, destination (also for a route that the contract lacks, so that no number is given up for it), esm_class,
# validity, optional parameters.
_MESSAGE_AT_FAULT: Final = frozenset({0x01, 0x02, 0x0B, 0x43, 0x50, 0x51, 0x62, 0xC0, 0xC1, 0xC2, 0xC3, 0xC4})

_BY_STATE: Final = {
    2: ("DELIVRD", ReceiptKind.DELIVERED),
    3: ("EXPIRED", ReceiptKind.BOUNCED),
    4: ("DELETED", ReceiptKind.BOUNCED),
    5: ("UNDELIV", ReceiptKind.BOUNCED),
    8: ("REJECTD", ReceiptKind.BOUNCED),
}
_BY_WORD: Final = dict(_BY_STATE.values())
_ID_IN_TEXT: Final = re.compile(r"\bid:([\x21-\x7e]{1,65})", re.IGNORECASE)
_STATE_IN_TEXT: Final = re.compile(r"\bstat:([A-Z]{4,8})", re.IGNORECASE)


class SmppSession(Closing):
    """Binds on first use and again after a loss. `concatenation`: how parts of a longer text are tied, udh or sar."""

    def __init__(self, account: SmppAccount, *, concatenation: str = "udh") -> None:
        self._account, self._concatenation = account, concatenation
        self._link: SmppLink | None = None
        self._handed_out: list[Pdu] = []
        self._references: OrderedDict[str, str] = OrderedDict()
        self._numbers = itertools.count(secrets.randbelow(0x10000))

    def send(self, outgoing: OutgoingSms, *, now: datetime) -> Result:  # noqa: ARG002 -- part of Session
        bodies = self._written(outgoing)
        link = self._linked()
        if not isinstance(link, SmppLink):
            return link
        reference = ""
        for number, body in enumerate(bodies):
            result = self._submit(link, body)
            if not isinstance(result, Accepted):
                # A phone may already show a part: saying "not sent" would send it again.
                return result if number == 0 else Ambiguous(f"part-{number + 1}-of-{len(bodies)}")
            reference = result.reference
        self._remember(reference, outgoing.reference)
        return Accepted(reference, f"parts={len(bodies)}")

    def collect(self) -> tuple[Receipt, ...]:
        """Receipts since the last call; those of the last call are acknowledged now. Call until there are none."""
        link = self._link or self._linked()
        if not isinstance(link, SmppLink):
            return ()
        try:
            self._acknowledge(link)
            link.listen(_LISTENED_S)
        except (NotSent, NoAnswer):
            self._lose()
            return ()
        self._handed_out = link.waiting()
        return tuple(receipt for pdu in self._handed_out if (receipt := self._receipt(pdu)) is not None)

    def close(self) -> None:
        # What was handed out last is not acknowledged: whoever closes may do so because it could not be stored.
        if self._link is not None:
            self._link.close()
        self._lose()

    def _written(self, outgoing: OutgoingSms) -> list[bytes]:
        """One submit_sm a part. Raises ValueError for what no SMS can carry."""
        encoding = segments(outgoing.text).encoding
        parts = split(outgoing.text)
        if not 1 <= len(parts) <= _MOST_PARTS:
            raise ValueError("an SMS has 1 to 255 parts")
        reference = next(self._numbers) % 0x10000
        source, destination = _source(outgoing.sender), _number(outgoing.to)
        bodies = []
        for number, part in enumerate(parts, start=1):
            content, esm_class = octets(part, encoding), 0
            optional = {Tag.USER_MESSAGE_REFERENCE.value: reference.to_bytes(2, "big")}
            if len(parts) > 1 and self._concatenation == "udh":
                content = bytes((5, 0, 3, reference % 256, len(parts), number)) + content
                esm_class = _UDH
            elif len(parts) > 1:
                optional[Tag.SAR_REFERENCE] = reference.to_bytes(2, "big")
                optional[Tag.SAR_TOTAL], optional[Tag.SAR_NUMBER] = bytes((len(parts),)), bytes((number,))
            bodies.append(
                ShortMessage(
                    source,
                    destination,
                    content,
                    esm_class=esm_class,
                    data_coding=_UCS2 if encoding is Encoding.UCS2 else 0,
                    validity=_validity(outgoing.validity_minutes),
                    # One receipt a message, that of its last part.
                    registered_delivery=int(number == len(parts)),
                    optional=optional,
                ).to_bytes()
            )
        return bodies

    def _submit(self, link: SmppLink, body: bytes) -> Result:
        try:
            answer = link.request(Command.SUBMIT_SM, body)
            if answer.status:
                return _by_status(answer.status)
            if answer.command == Command.GENERIC_NACK:
                return Ambiguous("nack")
            reference = their_reference(message_id(answer.body))
        except NotSent:
            self._lose()
            return RejectedTemporary("connection", None)
        except NoAnswer as lost:
            self._lose()
            return Ambiguous(lost.phase)
        except BrokenPdu:
            return Ambiguous("malformed")
        return Accepted(reference) if reference else Ambiguous("malformed")

    def _linked(self) -> SmppLink | Result:
        if self._link is not None and not self._link.is_alive(idle=_ASKED_AFTER_IDLE_S):
            self._lose()
        if self._link is not None:
            return self._link
        try:
            self._link = SmppLink(self._account)
        except BindRefused as refused:
            return _by_bind(refused.status)
        except AddressForbidden:
            return AccountProblem("address")
        except ssl.SSLCertVerificationError:
            return AccountProblem("certificate")
        except OSError:
            return RejectedTemporary("connect", None)
        return self._link

    def _lose(self) -> None:
        if self._link is not None:
            self._link.drop()
        # What was handed out but not acknowledged comes again over the next connection.
        self._link, self._handed_out = None, []

    def _acknowledge(self, link: SmppLink) -> None:
        for pdu in self._handed_out:
            link.acknowledge(pdu)
        self._handed_out = []

    def _remember(self, theirs: str, ours: str) -> None:
        self._references[theirs] = ours
        while len(self._references) > _MOST_REMEMBERED:
            self._references.popitem(last=False)

    def _receipt(self, pdu: Pdu) -> Receipt | None:
        try:
            message = ShortMessage.from_bytes(pdu.body)
        except BrokenPdu:
            return None
        if message.esm_class & _RECEIPT_BITS != _RECEIPT:
            return None
        theirs, word = _told(message)
        kind = _BY_WORD.get(word)
        if kind is None or not theirs:
            return None
        ours = self._references.get(theirs, "")
        return Receipt(f"{theirs}:{word}", kind, ours, theirs, code=f"smpp-{word.lower()}")


def _told(message: ShortMessage) -> tuple[str, str]:
    """The provider's name of the message and its state: from the optional parameters, else from the text."""
    text = (message.content or message.optional.get(Tag.MESSAGE_PAYLOAD, b"")).decode("latin-1")
    named = message.optional.get(Tag.RECEIPTED_MESSAGE_ID, b"").rstrip(b"\0").decode("latin-1")
    found = _ID_IN_TEXT.search(text)
    state = message.optional.get(Tag.MESSAGE_STATE, b"")
    word = _STATE_IN_TEXT.search(text)
    told = _BY_STATE.get(state[0], ("", None))[0] if state else (word[1].upper() if word else "")
    return their_reference(named or (found[1] if found else "")), told


def _by_status(status: int) -> Result:
    """What a refusal means. It is an answer: unless it says that it does not know, nothing was sent."""
    name = f"smpp-{status}"
    if status == _THROTTLED:
        return Throttled(_PAUSE)
    if status == _QUEUE_FULL:
        return RejectedTemporary(name, _LONG_PAUSE)
    if status in _ACCOUNT:
        return AccountProblem(name)
    if status in _MESSAGE_AT_FAULT:
        return RejectedPermanent(name, suppress=False)
    return Ambiguous(name) if status == _UNKNOWN else RejectedTemporary(name, None)


def _by_bind(status: int) -> Result:
    if status in {_THROTTLED, _ALREADY_BOUND}:
        # More sessions than the contract allows: another worker has it.
        return Throttled(_PAUSE)
    if status in {0x08, _QUEUE_FULL, _UNKNOWN}:
        return RejectedTemporary(f"bind-{status}", _LONG_PAUSE)
    return AccountProblem(f"bind-{status}")


def _source(sender: str) -> Address:
    digits = sender.removeprefix("+")
    if sender.startswith("+") and digits.isdecimal():
        return Address(1, 1, digits)
    if sender.isdecimal():
        return Address(3, 0, sender)  # a short code of the network
    return Address(5, 0, sender)


def _number(to: str) -> Address:
    digits = to.removeprefix("+")
    if not (digits.isascii() and digits.isdecimal()):
        raise ValueError("not a number in E.164")
    return Address(1, 1, digits)


def _validity(minutes: int) -> str:
    """A relative time (specification 7.1.1): years, months, days, hours, minutes, seconds, then 000R."""
    days, rest = divmod(max(1, min(minutes, _LONGEST_VALIDITY)), 24 * 60)
    return f"0000{days:02}{rest // 60:02}{rest % 60:02}00000R"


_HOST: Final = Field("host", _("Rechner"), help=_("Zum Beispiel smpp.example.de"), is_destination=True)
_PORT: Final = Field("port", "Port", FieldKind.NUMBER, default="3550", is_destination=True)
_PLAIN: Final = Field(
    "plain",
    _("Ohne Verschlüsselung"),
    FieldKind.FLAG,
    required=False,
    help=_("Nur, wenn die Verbindung auf anderem Weg geschützt ist, zum Beispiel durch ein VPN."),
    is_destination=True,
)
_SYSTEM_ID: Final = Field("system_id", "system_id")
_PASSWORD: Final = Field("password", _("Kennwort"), FieldKind.SECRET)
_SYSTEM_TYPE: Final = Field("system_type", "system_type", required=False)
_CONCATENATION: Final = Field(
    "concatenation",
    _("Lange SMS verbinden mit"),
    FieldKind.CHOICE,
    choices=("udh", "sar"),
    choice_labels=(_("einem Vorspann im Text (UDH)"), _("eigenen Angaben (SAR)")),
    default="udh",
)


@dataclass(frozen=True, slots=True)
class SmppDriver:
    key: str = "smpp"
    channel: Channel = Channel.SMS
    label: Words = "SMPP 3.4"
    fields: tuple[Field, ...] = (
        _HOST,
        _PORT,
        _PLAIN,
        _SYSTEM_ID,
        _PASSWORD,
        _SYSTEM_TYPE,
        _CONCATENATION,
        TIMEOUT,
    )
    can_be_asked: bool = False
    receipts_step: Words | None = None

    def open(self, config: Config) -> SmppSession:
        account = SmppAccount(
            host=host_of(config, _HOST),
            port=port_of(config, _PORT),
            system_id=secret_of(config, _SYSTEM_ID),
            password=secret_of(config, _PASSWORD),
            system_type=secret_of(config, _SYSTEM_TYPE),
            tls=not is_set(config, _PLAIN),
            timeout=timeout_of(config),
        )
        _require_to_fit(account)
        return SmppSession(account, concatenation=text_of(config, _CONCATENATION))

    def receipts(self, request: ReceiptRequest, config: Config) -> tuple[Receipt, ...]:  # noqa: ARG002 -- part of Driver
        """None: they come over the session."""
        return ()


def _require_to_fit(account: SmppAccount) -> None:
    for field, value, longest in (
        (_SYSTEM_ID, account.system_id, 15),
        (_PASSWORD, account.password, 8),
        (_SYSTEM_TYPE, account.system_type, 12),
    ):
        if len(value) > longest:
            what = gettext("Höchstens %(longest)s Zeichen, mehr kennt SMPP nicht.")
            raise BadConfig(field, what % {"longest": longest})


DRIVER: Final = SmppDriver()
