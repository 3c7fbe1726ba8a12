# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Starts the stand-ins, orders their faults, reads their journals; and an address to which they send receipts."""

import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import httpx

from notifications.channels.base import ReceiptRequest

ROOT = Path(__file__).resolve().parents[3]


class Gateway:
    """`with Gateway("link") as gateway:` runs tests/notifications/gateways/link.py until the block ends."""

    def __init__(self, name: str, **environment: str) -> None:
        self.process = subprocess.Popen(  # noqa: S603 -- our own module
            [sys.executable, "-m", f"tests.notifications.gateways.{name}"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("listening 127.0.0.1:"), line
        self.port = int(line.rpartition(":")[2])
        self.url = f"http://127.0.0.1:{self.port}"
        # One for all orders: each new one would read all certificates of the machine first.
        self._client = httpx.Client(base_url=self.url, trust_env=False, timeout=20)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self._client.close()
        self.process.terminate()
        assert self.process.wait(timeout=10) == 0
        assert self.process.stdout is not None
        self.process.stdout.close()

    def journal(self) -> list[dict[str, Any]]:
        """What phones would have got."""
        answer: list[dict[str, Any]] = self.tell("journal")
        return answer

    def tell(self, what: str) -> Any:
        return self._client.get(f"/_control/{what}").json()

    def misbehave(self, name: str, **details: Any) -> None:
        self._order("fault", {"name": name, **details})

    def forget(self) -> None:
        self._order("forget", {})

    def send_receipts(self, url: str, *receipts: Mapping[str, Any], is_forged: bool = False) -> None:
        self._order("receipts", {"url": url, "receipts": receipts, "is_forged": is_forged})

    def _order(self, what: str, order: Mapping[str, Any]) -> None:
        self._client.post(f"/_control/{what}", json=order).raise_for_status()


class Mailbox(ThreadingHTTPServer):
    """An address for receipts that keeps them as our endpoint hands them to a driver."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Slot)
        self.requests: list[ReceiptRequest] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}/zustellberichte/abc/"
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Slot(BaseHTTPRequestHandler):
    server: Mailbox

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        url = f"http://{headers['host']}{self.path}"
        query = {name: values[-1] for name, values in parse_qs(urlsplit(url).query).items()}
        self.server.requests.append(ReceiptRequest("POST", url, headers, query, body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Stay silent."""
