# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Ports on the loopback interface: which are free, and which one the portal shall have."""

from __future__ import annotations

import socket
from collections.abc import Mapping

from jobcenter_portal.embedded.bootstrap import SetupError

LOOPBACK = "127.0.0.1"
DEFAULT_PORT = 8000
TRIED = 100
LAST_PORT = 65535


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As the servers do: a port in TIME_WAIT after the last stop counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def free_port(preferred: int = 0) -> int:
    """`preferred` when it is free (so that addresses stay the same over restarts), else one the system chooses."""
    if preferred and is_free(preferred):
        return preferred
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def portal_port(environment: Mapping[str, str]) -> tuple[int, str]:
    """The web port and, when it is not the expected one, a sentence that says so.

    A port that was asked for by PORT and is taken is an error: whoever asked has the address written somewhere.
    """
    asked = environment.get("PORT", "").strip()
    if asked:
        if not (asked.isascii() and asked.isdecimal()) or not 0 < int(asked) <= LAST_PORT:
            raise SetupError(f"PORT must be a number from 1 to {LAST_PORT}; it is {asked!r}.")
        if not is_free(int(asked)):
            raise SetupError(f"Port {asked} is taken by another program. Choose another one:  make run PORT=8123")
        return int(asked), ""
    for port in range(DEFAULT_PORT, DEFAULT_PORT + TRIED):
        if is_free(port):
            return port, "" if port == DEFAULT_PORT else f"Port {DEFAULT_PORT} is taken; using {port}."
    raise SetupError(f"No free port between {DEFAULT_PORT} and {port}. Choose one:  make run PORT=9123")
