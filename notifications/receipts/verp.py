# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The address to which a mail's bounce comes back: it names Jobcenter and message, and cannot be made up.

Without the seal anybody could send a bounce for somebody else's message and so cut them off from their reminders.
Lower case letters, digits and hyphens only, since mail servers on the way may change case; the message's name is
written in base 32 to stay below the 64 characters that the part before the @ may have.
"""

import base64
import binascii
import hmac
import re
from dataclasses import dataclass
from typing import Final

from django.conf import settings

from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.sealed import field_keys

_PURPOSE: Final = "bounce-address"
_SEAL_LETTERS: Final = 16
"""80 bits: whoever tries has to send a mail for each guess."""
_NAME = re.compile(r"b-([1-9a-f][0-9a-f]{0,15})-([a-z2-7]{26})-([a-z2-7]{16})")


@dataclass(frozen=True, slots=True)
class Named:
    """The message that a bounce is about. `reference` is its message_id_token."""

    tenant_id: int
    reference: str


def bounce_address(reference: str) -> str:
    """The envelope sender of one message of the current Jobcenter; empty where no bounce domain is set up.

    Raises ValueError for a reference that is not 32 hexadecimal digits.
    """
    if not settings.BOUNCE_DOMAIN:
        return ""
    tenant_id = current_tenant().pk
    name = _lower32(bytes.fromhex(reference))
    if len(name) != 26:  # noqa: PLR2004 -- 16 bytes in base 32
        raise ValueError("not a message's own name")
    return f"b-{tenant_id:x}-{name}-{_seal(tenant_id, reference)}@{settings.BOUNCE_DOMAIN}"


def read(name: str) -> Named | None:
    """The message that an address (or what stands before its @) names; None for everything not sealed by us."""
    found = _NAME.fullmatch(name.partition("@")[0].strip().lower())
    if found is None:
        return None
    tenant_id = int(found[1], 16)
    try:
        reference = base64.b32decode(found[2].upper() + "======").hex()
    except binascii.Error:
        return None
    # Bounces come back for days: those addressed under an older key still count.
    seals = (_seal(tenant_id, reference, key=key) for key in field_keys().keys)
    if not any(hmac.compare_digest(found[3], seal) for seal in seals):
        return None
    return Named(tenant_id, reference)


def _seal(tenant_id: int, reference: str, *, key: str | None = None) -> str:
    digest = field_keys().digest(f"{tenant_id}/{reference.lower()}", purpose=_PURPOSE, key=key)
    return _lower32(digest)[:_SEAL_LETTERS]


def _lower32(raw: bytes) -> str:
    return base64.b32encode(raw).decode("ascii").rstrip("=").lower()
