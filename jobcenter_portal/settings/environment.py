# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads the environment, the only place that does. A missing or broken variable is named, its value never shown."""

import os
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

LONGEST_SHORT_ADDRESS: Final = 17
"""With the 18 characters of `/a/<code>` a link has 35: half of an SMS in Cyrillic or Arabic letters."""


SHORTEST_SECRET = 20


def needed(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"the environment variable {name} is needed; see README.md")
    return value


def optional(name: str, default: str = "") -> str:
    return os.environ.get(name) or default


def secret(name: str) -> str:
    """A secret that opens something to whoever knows it; empty means closed. A short one could be guessed."""
    given = optional(name)
    if given and len(given) < SHORTEST_SECRET:
        raise ImproperlyConfigured(f"{name} needs at least {SHORTEST_SECRET} characters")
    return given


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in optional(name, default).split(",") if word.strip()]


def short_address(name: str, *, default: str) -> str:
    """The first part of an address that SMS hold. A longer one would make two SMS out of one."""
    given = optional(name).rstrip("/")
    parts = urlsplit(given)
    if given and (parts.scheme not in {"https", "http"} or given != f"{parts.scheme}://{parts.netloc}"):
        raise ImproperlyConfigured(f"{name} is not of the form https://host")
    if len(given) > LONGEST_SHORT_ADDRESS:
        most = f"{LONGEST_SHORT_ADDRESS} characters including https://"
        raise ImproperlyConfigured(f"{name} may have {most}, not {len(given)}")
    return given or default


def database(url: str, *, name: str) -> dict[str, Any]:
    """Django's settings for `postgresql://user:password@host:port/database`."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in {"postgresql", "postgres"} or len(parts.path) < 2 or port == -1:  # noqa: PLR2004 -- "/" and a name
        raise ImproperlyConfigured(f"{name} is not of the form postgresql://user:password@host:port/database")
    return {
        "ENGINE": "jobcenter_portal.tenancy.backend",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 5,
            # The third: who freezes inside a transaction would keep its locks for ever.
            "options": "-c lock_timeout=2s -c statement_timeout=20s -c idle_in_transaction_session_timeout=60s"
            " -c plan_cache_mode=force_generic_plan",
            "prepare_threshold": 5,  # or psycopg prepares nothing, not even the slot search, which asks for it
        },
        "TEST": {"MIRROR": None},
    }
