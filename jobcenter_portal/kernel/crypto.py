# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Keys with names: sealing text, blind indexes, and codes that can be made again."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12


class CannotOpen(ValueError):
    """The sealed text belongs to another place, was changed, or its key is gone."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Named 256-bit keys. The first one seals, all of them open: so a key can be changed without a pause."""

    keys: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def from_text(cls, text: str) -> "KeyRing":
        """Read `k2:BASE64,k1:BASE64`, newest first. Raises ValueError without showing any of it."""
        keys: dict[str, bytes] = {}
        for part in text.split(","):
            name, _, encoded = part.strip().partition(":")
            key = _decoded(encoded)
            if not name or len(key) != KEY_BYTES:
                raise ValueError("a key ring is written as name:base64-of-32-bytes, separated by commas")
            keys[name] = key
        return cls(keys)

    @property
    def current(self) -> str:
        return next(iter(self.keys))

    def seal(self, plain: str, *, place: str) -> bytes:
        """Encrypt for one place (tenant, table, field): moved elsewhere, it does not open (AES-256-GCM)."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(self.keys[self.current]).encrypt(nonce, plain.encode(), place.encode())
        return self.current.encode() + b":" + nonce + sealed

    def unseal(self, blob: bytes, *, place: str) -> str:
        """Undo `seal`. Raises CannotOpen, which says nothing about the content."""
        name, _, rest = bytes(blob).partition(b":")
        key = self.keys.get(name.decode("ascii", "replace"))
        if key is None:
            raise CannotOpen("sealed with a key that is not on the ring")
        try:
            return AESGCM(key).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], place.encode()).decode()
        except InvalidTag as error:
            raise CannotOpen("sealed for another place, or changed") from error

    def digest(self, value: str, *, purpose: str, key: str | None = None) -> bytes:
        """HMAC-SHA256 under a named key (the current one unless told), separate for each purpose."""
        subkey = hmac.digest(self.keys[key or self.current], purpose.encode(), "sha256")
        return hmac.digest(subkey, value.encode(), "sha256")


def _decoded(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return b""


def fingerprint(secret: str) -> bytes:
    """What a database keeps of a token that has at least 84 random bits: enough to find it, useless to use it."""
    return hashlib.sha256(secret.encode()).digest()
