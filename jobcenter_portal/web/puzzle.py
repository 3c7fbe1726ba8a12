# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Work for the machine, not for the person: ALTCHA's protocol, solved by a script in the background, only under attack.

Nothing is asked of anybody's eyes or head, and no third party is involved. A solution opens one door of one Jobcenter
once. What it costs: a derivation of some milliseconds per try, 200 tries on average, MOST_TRIES at worst.
Reasons: docs/adr/0023.
"""

import base64
import binascii
import json
import secrets
from datetime import datetime, timedelta
from typing import Any, Final

from altcha import create_challenge, verify_solution

from jobcenter_portal.tenancy.context import current_tenant
from jobcenter_portal.tenancy.counting import use_once
from jobcenter_portal.tenancy.sealed import blind_index

FIELD: Final = "altcha"
"""Name of the form field that carries a solution."""
MOST_TRIES: Final = 400
LASTS: Final = timedelta(minutes=20)
"""As long as somebody may look at a page before they choose."""
_ALGORITHM: Final = "PBKDF2/SHA-256"
_COST: Final = 5000
_LONGEST: Final = 2000


def make_puzzle(*, now: datetime) -> str:
    """A fresh challenge of the current Jobcenter, as JSON for a page. Nothing is written down for it."""
    challenge = create_challenge(
        _ALGORITHM,
        _COST,
        counter=secrets.randbelow(MOST_TRIES),
        expires_at=now + LASTS,
        hmac_secret=_secret("challenge"),
        hmac_key_secret=_secret("solution"),
    )
    return json.dumps(challenge.to_dict())


def is_solved(payload: str, *, now: datetime) -> bool:
    """Whether this solves a challenge that we made for this Jobcenter, for the first time."""
    if not payload or len(payload) > _LONGEST:
        return False
    result = verify_solution(payload, _secret("challenge"), hmac_key_secret=_secret("solution"))
    return result.verified and use_once(_digest(payload), until=now + LASTS)


def _digest(payload: str) -> bytes:
    """Of the challenge alone: the same solution, spelled otherwise, is the same one."""
    try:
        said: Any = json.loads(base64.b64decode(payload))
    except (ValueError, binascii.Error) as error:  # pragma: no cover -- verified a moment ago
        raise AssertionError("a verified payload can be read") from error
    return bytes.fromhex(said["challenge"]["signature"])


def _secret(purpose: str) -> str:
    """One for each Jobcenter: what is solved at one opens nothing at the next."""
    return blind_index("puzzle", tenant_id=current_tenant().pk, purpose=f"puzzle/{purpose}").hex()
