# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Counting SMS: known examples, and packing compared with a plain simulation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobcenter_portal.kernel.gsm7 import BASIC, EXTENSION, Encoding, Segments, is_gsm7, sanitise, segments

GSM = st.text(st.sampled_from(sorted(BASIC | EXTENSION)), max_size=700)
TYPOGRAPHIC = "„“”‚‘’–—…\u00a0\u202f\u2009«»‹›\u00ad•"


def test_the_alphabet_has_its_127_and_10_characters() -> None:
    assert (len(BASIC), len(EXTENSION)) == (127, 10)


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("", Segments(Encoding.GSM7, 0, 0)),
        ("a" * 160, Segments(Encoding.GSM7, 160, 1)),
        ("a" * 161, Segments(Encoding.GSM7, 161, 2)),
        ("a" * 306, Segments(Encoding.GSM7, 306, 2)),
        ("a" * 307, Segments(Encoding.GSM7, 307, 3)),
        ("äöüÄÖÜß§é€", Segments(Encoding.GSM7, 11, 1)),
        ("€" * 80, Segments(Encoding.GSM7, 160, 1)),
        # 153 is odd: 76 euro signs to a part, one septet stays empty in each. 306 / 153 would say 2.
        ("€" * 153, Segments(Encoding.GSM7, 306, 3)),
        ("ç", Segments(Encoding.UCS2, 1, 1)),
        ("ж" * 70, Segments(Encoding.UCS2, 70, 1)),
        ("ж" * 71, Segments(Encoding.UCS2, 71, 2)),
        ("😀" * 35, Segments(Encoding.UCS2, 70, 1)),
        ("😀" * 67, Segments(Encoding.UCS2, 134, 3)),
    ],
)
def test_known_examples(text: str, counted: Segments) -> None:
    assert segments(text) == counted


@given(GSM)
def test_a_gsm_text_is_packed_without_tearing_an_escape(text: str) -> None:
    septets = [2 if character in EXTENSION else 1 for character in text]
    parts: list[int] = []
    for width in septets:
        if parts and parts[-1] + width <= 153:
            parts[-1] += width
        else:
            parts.append(width)
    expected = len(parts) if sum(septets) > 160 else min(len(text), 1)
    assert segments(text) == Segments(Encoding.GSM7, sum(septets), expected)


@given(st.text(max_size=300).filter(lambda text: not is_gsm7(text)))
def test_units_of_other_texts_are_those_of_utf16(text: str) -> None:
    counted = segments(text)
    assert counted.units == len(text.encode("utf-16-be", errors="surrogatepass")) // 2
    assert counted.parts >= -(-counted.units // 67) or counted.units <= 70


@given(st.lists(st.sampled_from(sorted(BASIC | EXTENSION | set(TYPOGRAPHIC))), max_size=200).map("".join))
def test_typographic_characters_never_make_a_german_text_ucs2(text: str) -> None:
    assert is_gsm7(sanitise(text))


@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert sanitise(sanitise(text)) == sanitise(text)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("„Termin“ – bald…", '"Termin" - bald...'),
        ("9:30\u00a0Uhr", "9:30 Uhr"),
        ("Gru\u0308ße", "Grüße"),
        ("a\r\nb\rc\u2028d\x00\x1b", "a\nb\nc\nd"),
        ("Зустріч о 9:30", "Зустріч о 9:30"),
        ("قرار\u200cها", "قرار\u200cها"),
        ("degiştir", "degiştir"),
    ],
)
def test_letters_stay_and_typography_goes(text: str, clean: str) -> None:
    assert sanitise(text) == clean
