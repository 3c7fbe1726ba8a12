# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What both catchers read from their environment, and how they put a message on disk.

Catchers stand in for the mail server and the SMS gateway on a developer's machine and in the tests. They are separate
processes that refuse what the real ones refuse; a stand-in that takes everything would let broken mail pass every test.
"""

import os
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Self


class Faults:
    """The fault that a test ordered, for the first `times` messages (0: for all)."""

    def __init__(self, name: str, times: int) -> None:
        self._name = name
        self._left = times or None
        self._lock = threading.Lock()

    def take(self, name: str) -> bool:
        if name != self._name:
            return False
        with self._lock:
            if self._left is None:
                return True
            self._left -= 1
            return self._left >= 0


@dataclass(frozen=True, slots=True)
class CatcherConfig:
    """`port` 0 lets the system choose; an empty `user` or `api_key` still has to be presented as such."""

    port: int
    folder: Path
    user: str
    password: str = field(repr=False)
    api_key: str = field(repr=False)
    sender_domains: frozenset[str]
    faults: Faults
    fault_code: str
    fault_seconds: float
    reload_lock_seconds: float
    tls_certificate: str
    tls_key: str
    bounces_to: str

    @classmethod
    def from_environment(cls) -> Self:
        read = os.environ.get
        return cls(
            port=int(read("CATCHER_PORT", "0")),
            folder=Path(os.environ["CATCHER_DIR"]),
            user=read("CATCHER_USER", ""),
            password=read("CATCHER_PASSWORD", ""),
            api_key=read("CATCHER_API_KEY", ""),
            sender_domains=frozenset(read("CATCHER_SENDER_DOMAINS", "").lower().replace(",", " ").split()),
            faults=Faults(read("CATCHER_FAULT", ""), int(read("CATCHER_FAULT_TIMES", "0"))),
            fault_code=read("CATCHER_FAULT_CODE", "600"),
            fault_seconds=float(read("CATCHER_FAULT_SECONDS", "30")),
            reload_lock_seconds=float(read("CATCHER_RELOAD_LOCK", "0")),
            tls_certificate=read("CATCHER_TLS_CERTIFICATE", ""),
            tls_key=read("CATCHER_TLS_KEY", ""),
            bounces_to=read("CATCHER_BOUNCES_TO", ""),
        )


class Shelf:
    """A folder of messages whose names sort by arrival. Readers never see half a file."""

    def __init__(self, folder: Path, suffix: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._suffix = suffix
        self._numbers = count(1)

    def put(self, content: bytes, received_at: datetime) -> Path:
        stamp = received_at.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        target = self._folder / f"{stamp}-{next(self._numbers)}{self._suffix}"
        unfinished = target.with_suffix(".part")
        unfinished.write_bytes(content)
        unfinished.rename(target)
        return target
