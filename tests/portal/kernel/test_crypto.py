# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Seals open in their own place only, and keys can be changed without a pause."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobcenter_portal.kernel.crypto import CannotOpen, KeyRing

OLD = "k1:" + base64.b64encode(b"a" * 32).decode()
NEW = "k2:" + base64.b64encode(b"b" * 32).decode()


@given(text=st.text(), place=st.text(max_size=40))
def test_what_was_sealed_for_a_place_opens_there(text: str, place: str) -> None:
    ring = KeyRing.from_text(OLD)
    assert ring.unseal(ring.seal(text, place=place), place=place) == text


@given(text=st.text(min_size=1, max_size=50), flip=st.integers(min_value=0, max_value=10_000))
def test_a_changed_or_moved_seal_opens_nowhere(text: str, flip: int) -> None:
    ring = KeyRing.from_text(OLD)
    sealed = ring.seal(text, place="7/customer/name")
    changed = bytearray(sealed)
    changed[flip % len(changed)] ^= 1
    with pytest.raises(CannotOpen):
        ring.unseal(bytes(changed), place="7/customer/name")
    with pytest.raises(CannotOpen):
        ring.unseal(sealed, place="8/customer/name")


def test_a_new_key_seals_and_the_old_one_still_opens() -> None:
    before, after = KeyRing.from_text(OLD), KeyRing.from_text(f"{NEW},{OLD}")
    assert after.unseal(before.seal("Größer", place="x"), place="x") == "Größer"
    with pytest.raises(CannotOpen):
        before.unseal(after.seal("Größer", place="x"), place="x")


def test_a_digest_differs_by_purpose_and_key() -> None:
    ring = KeyRing.from_text(f"{NEW},{OLD}")
    digests = {
        ring.digest("a@b.example", purpose="1/contact"),
        ring.digest("a@b.example", purpose="2/contact"),
        ring.digest("a@b.example", purpose="1/contact", key="k1"),
    }
    assert len(digests) == 3


@pytest.mark.parametrize("text", ["", "k1", "k1:", ":abc", "k1:c2hvcnQ=", f"{OLD},k2:x"])
def test_a_broken_key_ring_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(ValueError, match="name:base64") as refusal:
        KeyRing.from_text(text)
    assert not text or text not in str(refusal.value)
