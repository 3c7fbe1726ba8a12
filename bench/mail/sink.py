# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A mail server that takes everything and keeps nothing: `python -m bench.mail.sink COUNT_FILE`.

aiosmtpd, so a real SMTP server with all its checks; how many mails it took stands in the file when it has ended.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import warnings
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

LIMIT = 1 << 20


class Swallow:
    """Counts what it answers with 250."""

    def __init__(self) -> None:
        self.taken = 0

    async def handle_EHLO(  # noqa: N802 -- aiosmtpd's name
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

    async def handle_DATA(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        self.taken += 1
        return "250 2.0.0 OK"


async def serve(swallow: Swallow) -> None:
    ended, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    server = await loop.create_server(
        lambda: SMTP(swallow, hostname="sink.localhost", data_size_limit=LIMIT), "127.0.0.1", 0
    )
    print(f"listening 127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await ended.wait()
    server.close()


if __name__ == "__main__":
    warnings.filterwarnings("ignore", module="aiosmtpd")
    taking = Swallow()
    asyncio.run(serve(taking))
    Path(sys.argv[1]).write_text(str(taking.taken))
