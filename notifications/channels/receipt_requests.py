# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What reading receipts has in common: secrets compared in constant time, JSON that may be anything, times.

A receipt may come twice, late and out of order, so nothing here depends on when it comes: `event` names it, and a
repetition, also one that somebody recorded and sends again, is dropped by the inbox.
"""

import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from notifications.channels.base import ForgedReceipt, ReceiptRequest

_OURS: Final = re.compile(r"[0-9a-f]{32}")
_THEIRS: Final = re.compile(r"[\x21-\x7e]{1,128}")
_SHORTEST_KEY: Final = 16


def require_same(presented: str, expected: str) -> None:
    """Raise ForgedReceipt unless both are equal and there is something to compare."""
    if not expected or not hmac.compare_digest(presented.encode(errors="surrogatepass"), expected.encode()):
        raise ForgedReceipt("signature")


def require_key(request: ReceiptRequest, expected: str) -> None:
    """For providers that sign nothing: an unguessable key in the address we gave them (`?key=`) or in a header.

    Raises ForgedReceipt also where no key or a short one is configured: better no receipts than anybody's.
    """
    if len(expected) < _SHORTEST_KEY:
        raise ForgedReceipt("key")
    require_same(request.query.get("key") or request.headers.get("x-receipt-key", ""), expected)


def json_object(body: bytes) -> Mapping[str, Any]:
    """Raise ForgedReceipt for anything else."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise ForgedReceipt("shape") from None
    if not isinstance(value, Mapping):
        raise ForgedReceipt("shape")
    return value


def our_reference(value: object) -> str:
    """The reference if it is one that we give out, else ""."""
    return value if isinstance(value, str) and _OURS.fullmatch(value) else ""


def their_reference(value: object) -> str:
    """A provider's name of a message if it can be one, else ""."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text if _THEIRS.fullmatch(text) else ""


def moment(value: object) -> datetime | None:
    """An ISO 8601 time, without a zone taken as UTC; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
