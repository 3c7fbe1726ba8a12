# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What counts as JSON here, and what does not."""

import io
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobcenter_portal.rest.parsing import StrictJsonParser
from jobcenter_portal.rest.problems import Problem


def read(raw: bytes) -> Any:
    return StrictJsonParser().parse(io.BytesIO(raw))


def code_of(raw: bytes) -> str:
    with pytest.raises(Problem) as raised:
        read(raw)
    return str(raised.value.document["code"])


@pytest.mark.parametrize(
    "raw",
    [
        b"", b" ", b"{", b"}", b"{]", b"'a'", b"{'a': 1}", b'{"a": 1,}', b'{"a" 1}', b'{"a": 1} x', b"nil", b"\xff\xfe",
        b"\xef\xbb\xbf{}", b'"\xc3\x28"', b'"\x01"', b"\x00", b'{"a": 1, "a": 2}', b'{"x": {"a": 1, "a": 1}}',
        b"NaN", b"-Infinity", b'{"a": NaN}', b"1e400", b"-1e400", b"1" * 19, b"9" * 5000, b"-" + b"9" * 5000,
        b'"\\ud800"', b'{"\\udc00": 1}', b'["\\ud83d"]', b"[" * 10, b"[" * 10 + b"]" * 10, b"[" * 60_000,
        b'{"a":' * 9_000 + b"1" + b"}" * 9_000,
    ],
)  # fmt: skip
def test_what_could_be_read_in_two_ways_is_not_read_at_all(raw: bytes) -> None:
    assert code_of(raw) == "malformed_json"


@pytest.mark.parametrize("raw", [b'"\\u0000"', b'{"a\\u0000": 1}', b'{"a": ["b", {"c": "d\\u0000"}]}'])
def test_a_nul_is_named(raw: bytes) -> None:
    assert code_of(raw) == "null_byte"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"{}", {}),
        (b" [1, 2.5, null, true] ", [1, 2.5, None, True]),
        ('"Größer \U0001f600"'.encode(), "Größer \U0001f600"),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        (b"[[[[[[[[1]]]]]]]]", [[[[[[[[1]]]]]]]]),
        (b"999999999999999999", 999_999_999_999_999_999),
    ],
)  # fmt: skip
def test_ordinary_json_is_read(raw: bytes, value: Any) -> None:
    assert read(raw) == value


_text = st.text('abc"\\/{}[]:,äß€\U0001f600\x01\u2028', max_size=6)
_flat = st.none() | st.booleans() | st.integers(-(10**17), 10**17) | _text
_values = st.recursive(
    _flat, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_text, inner, max_size=3), max_leaves=8
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_values)
def test_whatever_json_writes_is_read_as_it_was_or_refused_for_its_depth(value: Any) -> None:
    raw = json.dumps(value).encode()
    if _depth(value) <= 8:
        assert read(raw) == value
    else:
        assert code_of(raw) == "malformed_json"


def _depth(value: Any) -> int:
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return 1 + max(map(_depth, inner)) if inner else 0


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60))
def test_no_bytes_end_in_another_error(raw: bytes) -> None:
    with suppress(Problem):
        read(raw)
