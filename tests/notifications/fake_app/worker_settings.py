# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Settings of the real processes that tests/notifications starts; everything else comes from the environment."""

import os
import signal
from datetime import UTC, datetime, timedelta

import time_machine

from jobcenter_portal.settings.base import *  # noqa: F403
from jobcenter_portal.settings.base import INSTALLED_APPS

DEMO = False
INSTALLED_APPS = [*INSTALLED_APPS, "tests.notifications.fake_app"]

_shift = os.environ.get("WALL_CLOCK_SHIFT_S")
if _shift:
    # A machine whose clock is wrong, and on SIGUSR2 set back by an hour. Its stopwatch (time.monotonic) is right, as on
    # a real one; libfaketime moves that too, or breaks sleeping.
    _clock = time_machine.travel(datetime.now(UTC) + timedelta(seconds=float(_shift)), tick=True).start()
    signal.signal(signal.SIGUSR2, lambda *_signal: _clock.shift(timedelta(hours=-1)))
