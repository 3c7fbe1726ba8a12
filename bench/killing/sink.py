# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A mail server that remembers what it took: `python -m bench.killing.sink`.

It speaks and refuses as the demo's catcher does. One line for each mail is in the journal before the mail is
acknowledged: time and the first half of its Message-ID. So whatever was acknowledged stands there, and what stands
there without a worker that heard of it is just what a real provider would have delivered.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import re
import signal
import warnings
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from jobcenter_portal.demo.catchers.config import CatcherConfig
from jobcenter_portal.demo.catchers.smtp import CatchingSMTP, Handler, refuse

_NAME = re.compile(rb"(?im)^message-id:\s*<([^@>\s]+)@")


class Remembering(Handler):
    """`slowest`: a mail takes up to so many seconds, as elsewhere, so that a kill finds somebody in the middle."""

    def __init__(self, config: CatcherConfig, journal: Path, slowest: float) -> None:
        super().__init__(config)
        self._journal = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._slowest = slowest

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802
        content = envelope.original_content or b""
        name = _NAME.search(content)
        if (refusal := refuse(content)) or name is None:
            return refusal or "554 5.6.0 No Message-ID"
        await asyncio.sleep(random.random() * self._slowest / 2)
        os.write(self._journal, b"%s %s\n" % (datetime.now(UTC).isoformat().encode(), name[1]))
        await asyncio.sleep(random.random() * self._slowest / 2)
        return "250 2.0.0 OK, remembered"


def read(journal: Path) -> dict[str, list[datetime]]:
    """When each mail was taken, by its reference."""
    taken: dict[str, list[datetime]] = defaultdict(list)
    for line in journal.read_text(encoding="ascii").splitlines():
        at, _, reference = line.partition(" ")
        taken[reference].append(datetime.fromisoformat(at))
    return taken


async def _serve(config: CatcherConfig, journal: Path) -> None:
    loop, handler = asyncio.get_running_loop(), Remembering(config, journal, float(os.environ["SINK_SLOWEST"]))
    server = await loop.create_server(lambda: CatchingSMTP(handler, config, None), "127.0.0.1", config.port)
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    server.close()


if __name__ == "__main__":
    warnings.filterwarnings("ignore", module="aiosmtpd")
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    asyncio.run(_serve(CatcherConfig.from_environment(), Path(os.environ["SINK_JOURNAL"])))
