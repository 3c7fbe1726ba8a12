# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writing down what a provider said, also when the database goes away just then.

What only this process knows would otherwise be unclear for good: the mail has left, and nobody wrote it down. The
fence is the same for every try (id and token), so a try that was heard although its answer got lost changes nothing.
"""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import structlog
from django.db import InterfaceError, OperationalError, connection

from notifications.outbox.finishing import Finished, finish

log = structlog.get_logger(__name__)
_PATIENCE_SECONDS: Final = 40.0
"""PostgreSQL is back after a restart in less; and well before the reaper would call the window unclear."""
_SHORTEST_PAUSE: Final = 0.1
_LONGEST_PAUSE: Final = 2.0


def note(finished: Sequence[Finished], *, now: datetime, more_follows: bool = False) -> None:
    """Finish a window; try again on a new connection as long as it makes sense. Then raises what the database said."""
    end, pause = time.monotonic() + _PATIENCE_SECONDS, _SHORTEST_PAUSE
    while True:
        try:
            finish(finished, now=now, more_follows=more_follows)
        except (OperationalError, InterfaceError) as error:
            if time.monotonic() >= end:
                raise
            log.warning("what was sent cannot be noted yet", messages=len(finished), error=type(error).__name__)
        else:
            return
        connection.close_if_unusable_or_obsolete()
        time.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)
