# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How many SMS a text becomes, and which octets.

A single typographic character outside the GSM alphabet more than halves what fits into one SMS, so texts are cleaned
of such characters before sending and every template is counted in the tests. Facts: 3GPP TS 23.038 sections 6.2.1
and 6.2.1.1 (alphabet, extension table), TS 23.040 section 9.2.3.24 (room left beside the header of a longer text).
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

# In code order, 0x00 to 0x7F. 0x1B is the escape into the extension table and stands for no character.
_BASIC_IN_ORDER = (
    "@£$¥èéùìòÇ\nØø\rÅå"
    "Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    " !\"#¤%&'()*+,-./"
    "0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNO"
    "PQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmno"
    "pqrstuvwxyzäöñüà"
)
BASIC = frozenset(_BASIC_IN_ORDER) - {"\x1b"}
_EXTENSION_CODES = {
    "\f": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}
EXTENSION = frozenset(_EXTENSION_CODES)
_ESCAPE = 0x1B
_SEPTETS = {character: bytes((code,)) for code, character in enumerate(_BASIC_IN_ORDER) if code != _ESCAPE} | {
    character: bytes((_ESCAPE, code)) for character, code in _EXTENSION_CODES.items()
}

_TYPOGRAPHY = str.maketrans(
    {
        "„": '"',
        "“": '"',
        "”": '"',
        "‟": '"',
        "«": '"',
        "»": '"',
        "‚": "'",
        "‘": "'",
        "’": "'",
        "‛": "'",
        "‹": "'",
        "›": "'",
        "′": "'",
        "″": '"',
        "´": "'",
        "`": "'",
        "‐": "-",
        "‑": "-",
        "‒": "-",
        "–": "-",
        "—": "-",
        "―": "-",
        "−": "-",
        "…": "...",
        "•": "-",
        "·": "-",
        "×": "x",
        "ẞ": "SS",
        "\u2028": "\n",
        "\u2029": "\n",
        # Invisible characters that only cost room. U+200C and U+200D stay: Persian spelling needs them.
        "\u00ad": "",
        "\u200b": "",
        "\u2060": "",
        "\ufeff": "",
    }
)


class Encoding(StrEnum):
    """What the gateway puts on the air."""

    GSM7 = "gsm"
    UCS2 = "ucs2"


# What fits into an SMS alone and into a part of a longer text.
_ROOM = {Encoding.GSM7: (160, 153), Encoding.UCS2: (70, 67)}


@dataclass(frozen=True, slots=True)
class Segments:
    """`units` are septets (GSM7) or UTF-16 code units (UCS2); `parts` is what is paid for, 0 for an empty text."""

    encoding: Encoding
    units: int
    parts: int


def is_gsm7(text: str) -> bool:
    return all(character in BASIC or character in EXTENSION for character in text)


def segments(text: str) -> Segments:
    """Count the SMS that `text` needs, packed as a phone packs them: no character is torn over two parts."""
    encoding, widths = _measured(text)
    return Segments(encoding, sum(widths), len(_ends(encoding, widths)))


def split(text: str) -> tuple[str, ...]:
    """The same parts as texts: what each of the SMS carries."""
    encoding, widths = _measured(text)
    ends = _ends(encoding, widths)
    return tuple(text[start:end] for start, end in zip([0, *ends], ends, strict=False))


def octets(text: str, encoding: Encoding) -> bytes:
    """A part as SMPP carries it: a septet an octet, or UTF-16 with the high octet first.

    Raises UnicodeEncodeError for half a surrogate pair and KeyError for what is outside the GSM alphabet.
    """
    if encoding is Encoding.GSM7:
        return b"".join(_SEPTETS[character] for character in text)
    return text.encode("utf-16-be")


def _measured(text: str) -> tuple[Encoding, list[int]]:
    if is_gsm7(text):
        return Encoding.GSM7, [2 if character in EXTENSION else 1 for character in text]
    return Encoding.UCS2, [2 if ord(character) > 0xFFFF else 1 for character in text]  # noqa: PLR2004 - end of the BMP


def sanitise(text: str) -> str:
    """Replace typographic characters by their GSM counterparts and drop control characters.

    Letters are never transliterated: Arabic, Cyrillic and Turkish stay as they are and are sent as UCS-2.
    """
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).translate(_TYPOGRAPHY)
    return "".join(_plain(character) for character in composed)


def _plain(character: str) -> str:
    if character == "\n":
        return character
    category = unicodedata.category(character)
    if category == "Zs" or character == "\t":
        return " "
    # Control characters and lone surrogates: a gateway answers with an error code that helps nobody.
    return "" if category in {"Cc", "Cs"} else character


def _ends(encoding: Encoding, widths: list[int]) -> list[int]:
    """Where each part ends, counted in characters."""
    alone, per_part = _ROOM[encoding]
    if sum(widths) <= alone:
        return [len(widths)] if widths else []
    ends, used = [], 0
    for position, width in enumerate(widths):
        if used + width > per_part:
            ends.append(position)
            used = 0
        used += width
    return [*ends, len(widths)]
