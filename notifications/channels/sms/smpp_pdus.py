# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The few PDUs of SMPP 3.4 (issue 1.2, smpp.org) that a sender of SMS needs, as bytes.

Nothing is shortened in silence: what does not fit its field is a ValueError before anything is sent, and what does not
parse is BrokenPdu. Tests hold this against two independent codecs.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

_HEADER: Final = struct.Struct(">IIII")
_TLV: Final = struct.Struct(">HH")
_LARGEST_PDU: Final = 70_000  # a message_payload has at most 65,535 octets
_RESPONSE: Final = 0x8000_0000
_LONGEST_TEXT: Final = 254
VERSION: Final = 0x34


class BrokenPdu(ValueError):
    """The other side does not speak SMPP, or lost its place."""


class Command(IntEnum):
    QUERY_SM = 0x03
    SUBMIT_SM = 0x04
    DELIVER_SM = 0x05
    UNBIND = 0x06
    BIND_TRANSCEIVER = 0x09
    ENQUIRE_LINK = 0x15
    GENERIC_NACK = 0x8000_0000


class Tag(IntEnum):
    RECEIPTED_MESSAGE_ID = 0x001E
    USER_MESSAGE_REFERENCE = 0x0204
    SAR_REFERENCE = 0x020C
    SAR_TOTAL = 0x020E
    SAR_NUMBER = 0x020F
    MESSAGE_PAYLOAD = 0x0424
    MESSAGE_STATE = 0x0427


@dataclass(frozen=True, slots=True, repr=False)
class Pdu:
    command: int
    sequence: int
    status: int = 0
    body: bytes = b""

    @property
    def is_response(self) -> bool:
        return bool(self.command & _RESPONSE)

    def answered(self, status: int = 0, body: bytes = b"") -> "Pdu":
        return Pdu(self.command | _RESPONSE, self.sequence, status, body)

    def to_bytes(self) -> bytes:
        length = _HEADER.size + len(self.body)
        return _HEADER.pack(length, self.command, self.status, self.sequence) + self.body

    def __repr__(self) -> str:
        return f"Pdu({self.command:#x}, {self.sequence}, {self.status})"


def take_first(received: bytearray) -> Pdu | None:
    """Take the first whole PDU out of what has come in; None while it is not whole. Raises BrokenPdu."""
    if len(received) < _HEADER.size:
        return None
    length, command, status, sequence = _HEADER.unpack_from(received)
    if not _HEADER.size <= length <= _LARGEST_PDU:
        raise BrokenPdu("length")
    if len(received) < length:
        return None
    body = bytes(received[_HEADER.size : length])
    del received[:length]
    return Pdu(command, sequence, status, body)


@dataclass(frozen=True, slots=True, repr=False)
class Address:
    """A number or name with its type of number and numbering plan."""

    ton: int
    npi: int
    value: str

    def to_bytes(self) -> bytes:
        return bytes((self.ton, self.npi)) + text(self.value, longest=20)


@dataclass(frozen=True, slots=True, repr=False)
class ShortMessage:
    """submit_sm and deliver_sm share their fields."""

    source: Address
    destination: Address
    content: bytes
    esm_class: int = 0
    data_coding: int = 0
    validity: str = ""
    registered_delivery: int = 0
    optional: Mapping[int, bytes] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        if len(self.content) > _LONGEST_TEXT:
            raise ValueError("the content of one short message is too long")
        return b"".join(
            (
                b"\0",  # service_type
                self.source.to_bytes(),
                self.destination.to_bytes(),
                bytes((self.esm_class, 0, 0)),  # protocol_id, priority_flag
                b"\0",  # schedule_delivery_time
                text(self.validity, longest=16),
                bytes((self.registered_delivery, 0, self.data_coding, 0, len(self.content))),
                self.content,
                *(_TLV.pack(tag, len(value)) + value for tag, value in self.optional.items()),
            )
        )

    @classmethod
    def from_bytes(cls, body: bytes) -> "ShortMessage":
        """Raise BrokenPdu for what is none."""
        reader = _Reader(body)
        reader.text()  # service_type
        source = Address(reader.octet(), reader.octet(), reader.text())
        destination = Address(reader.octet(), reader.octet(), reader.text())
        esm_class = reader.octet()
        reader.octets(2)
        reader.text()  # schedule_delivery_time
        validity = reader.text()
        registered = reader.octet()
        reader.octet()
        data_coding = reader.octet()
        reader.octet()
        content = reader.octets(reader.octet())
        return cls(source, destination, content, esm_class, data_coding, validity, registered, reader.tlvs())


def bind_body(*, system_id: str, password: str, system_type: str) -> bytes:
    return (
        text(system_id, longest=15)
        + text(password, longest=8)
        + text(system_type, longest=12)
        + bytes((VERSION, 0, 0))
        + b"\0"
    )


def message_id(body: bytes) -> str:
    """What the provider calls a message, in submit_sm_resp. Raises BrokenPdu."""
    return _Reader(body).text()


def text(value: str, *, longest: int) -> bytes:
    """A C-octet string. Raises ValueError for what does not fit or is not ASCII."""
    octets = value.encode("ascii")
    if len(octets) > longest or b"\0" in octets:
        raise ValueError("does not fit its field")
    return octets + b"\0"


class _Reader:
    def __init__(self, body: bytes) -> None:
        self._body, self._at = body, 0

    def octets(self, count: int) -> bytes:
        if self._at + count > len(self._body):
            raise BrokenPdu("too short")
        self._at += count
        return self._body[self._at - count : self._at]

    def octet(self) -> int:
        return self.octets(1)[0]

    def text(self) -> str:
        end = self._body.find(b"\0", self._at)
        if end < 0:
            raise BrokenPdu("text without end")
        value = self._body[self._at : end].decode("latin-1")
        self._at = end + 1
        return value

    def tlvs(self) -> dict[int, bytes]:
        found: dict[int, bytes] = {}
        while self._at < len(self._body):
            tag, length = _TLV.unpack(self.octets(_TLV.size))
            found[tag] = self.octets(length)
        return found
