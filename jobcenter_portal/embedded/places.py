# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where one portal of this clone keeps its things.

Each profile (run, test, a journey's own) is a folder with its own servers, ports, secrets and logs, so that several
portals of one clone, and several clones, never meet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jobcenter_portal.embedded.bootstrap import ROOT, SetupError

DEFAULT_PROFILE = "run"


@dataclass(frozen=True, slots=True)
class Places:
    profile: str
    data: Path
    """Absolute; everything below belongs to this profile and may be deleted while nothing runs."""

    @classmethod
    def of(cls, profile: str, environment: Mapping[str, str]) -> Places:
        """Of the named profile; JP_DATA_DIR moves its folder elsewhere. Makes the folder, closed to other users."""
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}", profile):
            raise SetupError(f"A profile's name is made of a-z, 0-9 and -; this is not: {profile!r}")
        chosen = environment.get("JP_DATA_DIR", "")
        data = Path(chosen).resolve() if chosen else ROOT / ".data" / profile
        places = cls(profile, data)
        for folder in (data, places.log, places.outbox, places.lists):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return places

    @property
    def log(self) -> Path:
        return self.data / "log"

    @property
    def outbox(self) -> Path:
        """What the demo's mail and SMS catchers received."""
        return self.data / "outbox"

    @property
    def lists(self) -> Path:
        """Each location's day, for when nothing else works."""
        return self.data / "notfall-listen"

    @property
    def secrets(self) -> Path:
        return self.data / "secrets.json"

    @property
    def state(self) -> Path:
        return self.data / "state.json"

    @property
    def lock(self) -> Path:
        return self.data / "launcher.lock"
