# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whoever delivers has been asked to end: the message in hand is finished, the rest of the batch is given back.

Without this a worker that is told to stop in the middle of a long batch would be killed by whoever lost patience, and
the mail in its hands would be ambiguous.
"""

import mmap
import threading
from typing import Final

_ALL: Final = mmap.mmap(-1, 1)
"""One byte that a process shares with the children it forks later: Celery tells its main process alone to end."""
_THIS: Final = threading.Event()


def asked() -> bool:
    """Looked at before each message; anything that takes longer than one message has to look too."""
    return _THIS.is_set() or _ALL[0] != 0


def ask_all() -> None:
    """This process and every child it has forked. Final. Safe in a signal handler."""
    _ALL[0] = 1


def ask_this() -> None:
    """This process alone, for what it is doing now. Safe in a signal handler."""
    _THIS.set()


def begin() -> None:
    """Something new begins: what was asked of this process alone concerned what it did before."""
    _THIS.clear()
