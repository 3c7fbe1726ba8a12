# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`manage.py deliver_due`: the workers' loop without broker and beat. Runs beside them without harm."""

import signal
import threading
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, close_old_connections

from jobcenter_portal.tenancy.safety import refuse_unsafe_database
from notifications.delivery import dispatch, ending
from notifications.delivery.sessions import Sessions
from notifications.outbox.clock import Clock, database_now
from notifications.outbox.heartbeats import Beat, beat


class Command(BaseCommand):
    help = "Delivers due messages of all Jobcenters, with --loop until it is ended; needs PostgreSQL only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", action="store_true", help="go on until SIGTERM or Ctrl-C")
        parser.add_argument("--interval", type=float, default=5, metavar="SECONDS", help="pause between two rounds")

    def handle(self, *_args: Any, **options: Any) -> None:
        refuse_unsafe_database()
        with Sessions() as sessions:
            if options["loop"]:
                self._loop(sessions, options["interval"])
            else:
                self.stdout.write(f"{_round(sessions)} messages dealt with")

    def _loop(self, sessions: Sessions, interval: float) -> None:
        ended = threading.Event()

        def end(_number: int, _frame: FrameType | None) -> None:
            ending.ask_all()
            ended.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, end)
        while not ended.is_set():
            close_old_connections()
            try:
                _round(sessions)
            except (DatabaseError, InterfaceError) as error:
                # A restart of PostgreSQL must not end the loop that exists for bad days.
                self.stderr.write(f"database not reached: {type(error).__name__}")
            ended.wait(interval)


def _round(sessions: Sessions) -> int:
    now = database_now()
    beat(Beat.DISPATCHER, now=now)
    freed = dispatch.reap_all(clock=Clock(now))
    return freed + dispatch.deliver_all(sessions=sessions, clock=Clock(now))
