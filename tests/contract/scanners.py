# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Places where something personal could be left behind, each read to the last byte."""

import base64
import binascii
import io
import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import redis
import structlog
from django.conf import settings
from django.contrib.sessions.models import Session

from jobcenter_portal.settings import logs

_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_ADDRESS: Final = re.compile(r"""(?:href|action|src|content|formaction)=["']([^"']*)["']""")
_END: Final = "end-of-listening"
QUEUE: Final = "scanned-in-tests"
"""A queue that no worker reads; it is emptied when the scan ends."""


def opened(text: str) -> str:
    """A text and everything that is only packed in it: base64, to two levels (Celery packs bodies like that)."""
    for _level in range(2):
        inner = [_decoded(match[0]) for match in _BASE64.finditer(text)]
        text = " ".join([text, *inner])
    return text


def _decoded(packed: str) -> str:
    with suppress(binascii.Error, ValueError):
        raw = base64.urlsafe_b64decode(packed.rstrip("=") + "=" * (-len(packed.rstrip("=")) % 4))
        return raw.decode("utf-8", errors="ignore")
    return ""


@contextmanager
def log_lines(*, redacting: bool = True) -> Iterator[io.StringIO]:
    """Everything that the portal's own JSON handler writes meanwhile, byte for byte as production would."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(_json_formatter(redacting=redacting))
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield written
    finally:
        root.removeHandler(handler)


def _json_formatter(*, redacting: bool) -> logging.Formatter:
    ours: Any = settings.LOGGING["formatters"]["json"]
    steps = [step for step in ours["processors"] if redacting or step is not logs._redacted]
    return structlog.stdlib.ProcessorFormatter(processors=steps, foreign_pre_chain=ours["foreign_pre_chain"])


@contextmanager
def redis_commands() -> Iterator[list[str]]:
    """Every command that reaches Redis meanwhile, whoever reads the queue; afterwards also every key and value."""
    heard: list[str] = []
    with redis.Redis.from_url(settings.REDIS_URL) as server, server.monitor() as monitor:
        listener = threading.Thread(target=_listen, args=(monitor, heard))
        listener.start()
        try:
            yield heard
        finally:
            server.echo(_END)
            listener.join(timeout=10)
        heard += [opened(text) for text in everything_in(server)]
        server.delete(*(key for key in server.scan_iter(match=f"*{QUEUE}*")))


def _listen(monitor: Any, heard: list[str]) -> None:
    for command in monitor.listen():
        if _END in str(command["command"]):
            return
        heard.append(opened(str(command["command"])))


def everything_in(server: Any) -> Iterator[str]:
    readers = {
        b"string": server.get,
        b"list": lambda key: server.lrange(key, 0, -1),
        b"set": server.smembers,
        b"hash": server.hgetall,
        b"zset": lambda key: server.zrange(key, 0, -1, withscores=True),
    }
    for key in server.scan_iter(count=500):
        yield str(key)
        yield str(readers.get(server.type(key), server.dump)(key))


def sessions() -> list[str]:
    """All sessions, decoded."""
    return [str(session.get_decoded()) for session in Session.objects.all()]


def addresses_in(answer: Any) -> list[str]:
    """Every address of a page, and where it redirects to."""
    body = answer.content.decode("utf-8", errors="replace")
    return [*_ADDRESS.findall(body), answer.headers.get("Location", "")]
