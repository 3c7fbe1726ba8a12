# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How the portal names itself to push services (VAPID, RFC 8292): a signed note to one service, valid for some hours.

A browser is given the public key when a person says yes, and its push service takes knocks from that key alone.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final, Self
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_VALID_FOR: Final = timedelta(hours=12)
"""At most 24 hours (RFC 8292 section 2); less, because clocks differ."""
_COORDINATE: Final = 32


class BadKey(ValueError):
    """Not the base64url text of a private P-256 key. Carries nothing of it."""


@dataclass(frozen=True)
class Vapid:
    """The portal's key, and the address under which an operator of a push service reaches us."""

    private: ec.EllipticCurvePrivateKey
    contact: str

    @classmethod
    def from_text(cls, key: str, *, contact: str) -> Self:
        """`key`: 32 bytes as base64url. `contact`: a mailto: or https: address. Raises BadKey."""
        try:
            secret = base64.b64decode(key + "=" * (-len(key) % 4), altchars=b"-_", validate=True)
            if len(secret) != _COORDINATE:
                raise BadKey("not 32 bytes")  # a short one would be a number that somebody can guess
            private = ec.derive_private_key(int.from_bytes(secret), ec.SECP256R1())
        except (binascii.Error, ValueError):
            raise BadKey("not a private P-256 key") from None
        return cls(private, contact)

    @cached_property
    def public_key(self) -> str:
        """What a browser needs to subscribe (`applicationServerKey`): the uncompressed point as base64url."""
        point = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return _text(point)

    def authorization(self, endpoint: str, *, now: datetime) -> str:
        """The Authorization header for one endpoint."""
        parts = urlsplit(endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int((now + _VALID_FOR).timestamp()),
            "sub": self.contact,
        }
        signed = f"{_json({'typ': 'JWT', 'alg': 'ES256'})}.{_json(claims)}"
        first, second = decode_dss_signature(self.private.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        signature = first.to_bytes(_COORDINATE) + second.to_bytes(_COORDINATE)
        return f"vapid t={signed}.{_text(signature)}, k={self.public_key}"


def _json(value: dict[str, object]) -> str:
    return _text(json.dumps(value, separators=(",", ":")).encode())


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
