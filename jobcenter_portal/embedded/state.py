# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a profile remembers between starts: its secrets, and what its launcher runs at the moment.

Both files are readable by their owner alone (0600). The secrets are made once; the data folder beside them cannot be
read without them, so they are never made anew for old data.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from jobcenter_portal.embedded.bootstrap import SetupError
from jobcenter_portal.embedded.places import Places


def _token() -> str:
    return secrets.token_urlsafe(24)


def _key(name: str) -> str:
    return f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


@dataclass(frozen=True, slots=True)
class Secrets:
    """Letters, digits, - and _ only (keys aside), so that they fit into URLs and server options unquoted."""

    superuser_password: str = field(default_factory=_token)
    owner_password: str = field(default_factory=_token)
    app_password: str = field(default_factory=_token)
    backup_password: str = field(default_factory=_token)
    valkey_password: str = field(default_factory=_token)
    secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    field_keys: str = field(default_factory=lambda: _key("k1"))
    link_keys: str = field(default_factory=lambda: _key("l1"))
    vapid_key: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    smtp_user: str = "portal"
    smtp_password: str = field(default_factory=_token)
    sms_api_key: str = field(default_factory=_token)

    @classmethod
    def of(cls, places: Places) -> Secrets:
        """The profile's secrets, made at its first start."""
        try:
            known = json.loads(places.secrets.read_text(encoding="utf-8"))
        except FileNotFoundError:
            known = {}
        except ValueError:
            raise SetupError(f"{places.secrets} cannot be read. {_start_over(places)}") from None
        names = {each.name for each in fields(cls)}
        made = cls(**{name: value for name, value in known.items() if name in names})
        if not known and (places.data / "postgres").exists():
            raise SetupError(f"{places.secrets} is gone, and the data beside it need it. {_start_over(places)}")
        if asdict(made) != known:
            write_private(places.secrets, json.dumps(asdict(made), indent=1))
        return made


@dataclass(slots=True)
class State:
    """For the next start, which adopts what still runs, and for tests, which ask where things are."""

    phase: str = "starting"  # starting, ready, stopping, stopped
    pid: int = 0
    url: str = ""
    ports: dict[str, int] = field(default_factory=dict)
    pids: dict[str, int] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    """What the portal's processes were given; DATABASE_SUPERUSER_URL too, where the server is ours."""

    @classmethod
    def of(cls, places: Places) -> State:
        """As last written; an empty one when there is none or it cannot be read."""
        with contextlib.suppress(OSError, ValueError, TypeError):
            known: dict[str, Any] = json.loads(places.state.read_text(encoding="utf-8"))
            return cls(**known)
        return cls()

    def write(self, places: Places) -> None:
        write_private(places.state, json.dumps(asdict(self), indent=1))


def write_private(path: Path, text: str) -> None:
    """Atomically and never readable by others, not even for a moment: a kill in between leaves the old file."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
    beside.replace(path)


def _start_over(places: Places) -> str:
    return f"To start over with fresh demo data:  rm -r {places.data}"
