# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A phone: puts the parts of a text together again, with an alphabet that is not ours."""

from collections.abc import Mapping, Sequence
from typing import Any

from smpplib.gsm import GSM_CHARACTER_TABLE

# smpplib's table is a good enough second opinion but for these two, which 3GPP TS 23.038 has.
_TABLE = dict(enumerate(GSM_CHARACTER_TABLE)) | {0x5F: "§", 0x80 + 0x0A: "\f"}
_ROOM_IN_OCTETS = 140


class Torn(AssertionError):
    """A part does not fit into an SMS, or a character is torn over two."""


def shown(parts: Sequence[Mapping[str, Any]]) -> str:
    """What the phone shows for the entries of one message in the journal. Raises Torn."""
    texts: dict[int, str] = {}
    for part in parts:
        content = bytes.fromhex(part["content"])
        number, total = 1, 1
        header = b""
        if part["esm_class"] & 0x40:
            header, content = content[: content[0] + 1], content[content[0] + 1 :]
            total, number = header[4], header[5]
        elif "526" in part["tlvs"]:  # sar_total_segments; JSON has made texts of the tags
            total, number = int(part["tlvs"]["526"], 16), int(part["tlvs"]["527"], 16)
        if total != len(parts):
            raise Torn(f"part of {total}, but {len(parts)} came")
        texts[number] = _text(content, part["data_coding"], header=6 if total > 1 else 0)
    if sorted(texts) != list(range(1, len(parts) + 1)):
        raise Torn("numbers")
    return "".join(texts[number] for number in sorted(texts))


def _text(content: bytes, coding: int, *, header: int) -> str:
    if coding == 8:
        if len(content) + header > _ROOM_IN_OCTETS:
            raise Torn("too long")
        return content.decode("utf-16-be")
    # Septets begin on a septet's border behind the header.
    if -(-header * 8 // 7) + len(content) > _ROOM_IN_OCTETS * 8 // 7:
        raise Torn("too long")
    text, escaped = "", False
    for octet in content:
        if octet == 0x1B:
            escaped = True
            continue
        text += _TABLE[octet + 0x80 if escaped else octet]
        escaped = False
    if escaped:
        raise Torn("escape at the end")
    return text
