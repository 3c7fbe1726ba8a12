# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""One of several workers of `make bench-delivery`: waits for a word, delivers what is due, says when it is done."""

from __future__ import annotations

import sys

from django.conf import settings

from bench.common import django_worker  # noqa: F401 -- before everything that imports models
from notifications.delivery import dispatch
from notifications.delivery.sessions import Sessions
from notifications.outbox.clock import Clock, database_now


def main() -> None:
    settings.SMTP_URL = sys.argv[1]
    database_now()
    print("ready", flush=True)
    sys.stdin.readline()
    with Sessions() as sessions:
        while dispatch.deliver_all(sessions=sessions, clock=Clock(database_now())):
            pass
    print("done", flush=True)


if __name__ == "__main__":
    main()
