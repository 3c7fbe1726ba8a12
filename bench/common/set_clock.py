# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A web process whose clock starts at BENCH_NOW. Needs nothing but Django: both sides of a comparison use it."""

import os
import time
from datetime import datetime, timedelta

from django.utils import timezone

CLOCK = "BENCH_NOW"


def set_clock() -> None:
    start, began = datetime.fromisoformat(os.environ[CLOCK]), time.monotonic()

    def now() -> datetime:
        return start + timedelta(seconds=time.monotonic() - began)

    timezone.now = now
