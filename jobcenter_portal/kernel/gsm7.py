# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How many SMS a text becomes.

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
EXTENSION = frozenset("\f^{}\\[~]|€")

_SEPTETS_ALONE, _SEPTETS_PER_PART = 160, 153
_UNITS_ALONE, _UNITS_PER_PART = 70, 67

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
    if is_gsm7(text):
        widths = [2 if character in EXTENSION else 1 for character in text]
        return _pack(Encoding.GSM7, widths, alone=_SEPTETS_ALONE, per_part=_SEPTETS_PER_PART)
    widths = [2 if ord(character) > 0xFFFF else 1 for character in text]  # noqa: PLR2004 - end of the BMP
    return _pack(Encoding.UCS2, widths, alone=_UNITS_ALONE, per_part=_UNITS_PER_PART)


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


def _pack(encoding: Encoding, widths: list[int], *, alone: int, per_part: int) -> Segments:
    units = sum(widths)
    if units <= alone:
        return Segments(encoding, units, 1 if units else 0)
    parts, used = 1, 0
    for width in widths:
        if used + width > per_part:
            parts, used = parts + 1, 0
        used += width
    return Segments(encoding, units, parts)
