# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Identifiers that strangers may see: random, not guessable, never counted up."""

import secrets

PUBLIC_ID_LENGTH = 22
"""Characters of `public_id()`: 128 random bits in URL-safe base64."""


def public_id() -> str:
    """128 random bits for a URL. Not a UUID: OWASP ASVS 5.0, 11.5.1 does not accept UUIDs as unguessable."""
    return secrets.token_urlsafe(16)
