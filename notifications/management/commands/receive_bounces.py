# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`manage.py receive_bounces`: the far end of the bounce domain, as LMTP server or for one mail on standard input.

The mail server of the computing centre keeps the queue: it is told 250 only after the commit, and everything that
cannot be written down now is 451, so that it comes again. What is no bounce of ours is taken and dropped, because an
answer to it would go to somebody who never wrote to us.
"""

import asyncio
import logging
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Coroutine
from typing import Any, Final

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session
from asgiref.sync import sync_to_async
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections

from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.tenancy.safety import refuse_unsafe_database
from jobcenter_portal.tenancy.service import jobcenter_by_slug
from notifications.receipts.returned_mail import Taken, take_in_mail

log = structlog.get_logger(__name__)
_LARGEST_MAIL: Final = 10 * 1024 * 1024
_MOST_AT_ONCE: Final = 50
_TEMPORARY_FAILURE: Final = 75  # EX_TEMPFAIL of sysexits.h: a mail server keeps the mail and tries again


class Command(BaseCommand):
    help = "Takes mails that came back to the bounce domain: LMTP on --port, or one mail on standard input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, help="listen for LMTP (0: any free port, which is printed)")
        parser.add_argument("--recipient", default="", help="with standard input: to whom the mail was addressed")
        parser.add_argument("--jobcenter", help="whose mailbox this is, where bounces go to the office's own address")

    def handle(self, *_args: Any, **options: Any) -> None:
        refuse_unsafe_database()
        jobcenter = _jobcenter(options["jobcenter"])
        if options["port"] is None:
            self._one_mail(options["recipient"], jobcenter)
        else:
            asyncio.run(self._serve(options["host"], options["port"], jobcenter))

    def _one_mail(self, recipient: str, jobcenter: Jobcenter | None) -> None:
        raw = sys.stdin.buffer.read(_LARGEST_MAIL)
        try:
            taken = take_in_mail(raw, recipient=recipient, jobcenter=jobcenter)
        except DatabaseError as error:
            self.stderr.write(f"database not reached: {type(error).__name__}")
            sys.exit(_TEMPORARY_FAILURE)
        self.stdout.write(taken)

    async def _serve(self, host: str, port: int, jobcenter: Jobcenter | None) -> None:
        # aiosmtpd's log holds addresses.
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        handler = _Handler(jobcenter)
        server = await loop.create_server(lambda: _server(handler), host, port)
        self.stdout.write(f"listening {host}:{server.sockets[0].getsockname()[1]}")
        self.stdout.flush()
        await stop.wait()
        server.close()


def _jobcenter(slug: str | None) -> Jobcenter | None:
    if slug is None:
        return None
    found = jobcenter_by_slug(slug)
    if found is None:
        raise CommandError("there is no such Jobcenter")
    return found


class _Handler:
    """Answers of the server, by the names aiosmtpd gives its hooks."""

    def __init__(self, jobcenter: Jobcenter | None) -> None:
        self._jobcenter = jobcenter
        self._at_once = asyncio.Semaphore(_MOST_AT_ONCE)

    async def handle_RCPT(  # noqa: N802
        self, _server: LMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if envelope.rcpt_tos:
            # One answer for several recipients could be true of one and false of another.
            return "452 4.5.3 One recipient at a time"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: LMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        raw, recipient = envelope.original_content or b"", envelope.rcpt_tos[0]
        async with self._at_once:
            return await _off_the_loop(_take_in, raw, recipient, self._jobcenter)


def _off_the_loop(work: Any, *arguments: Any) -> Coroutine[Any, Any, str]:
    """In one thread: it is the one with the database connection."""
    return sync_to_async(work, thread_sensitive=True)(*arguments)


def _take_in(raw: bytes, recipient: str, jobcenter: Jobcenter | None) -> str:
    close_old_connections()
    try:
        taken = take_in_mail(raw, recipient=recipient, jobcenter=jobcenter)
    except DatabaseError as error:
        log.error("bounce not written down", error=type(error).__name__)  # noqa: TRY400 -- its text could hold an address
        return "451 4.3.0 Try again later"
    log.info("mail came back", taken=taken.value)
    return "250 2.0.0 OK" if taken is Taken.RECEIPT else f"250 2.0.0 OK, {taken}"


def _server(handler: _Handler) -> LMTP:
    return LMTP(handler, hostname="bounces.localhost", ident="bounces", data_size_limit=_LARGEST_MAIL, timeout=60)
