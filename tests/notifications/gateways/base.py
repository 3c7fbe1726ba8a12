# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What stand-ins of HTTP gateways share. Each is a process of its own and answers as its provider's documentation says.

`/_control/journal` is the ground truth: an entry a time that a phone would have got something. `/_control/fault` orders
the next misbehaviour, `/_control/receipts` makes the gateway send receipts, forged or repeated ones too.
"""

import json
import os
import signal
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import FrameType
from typing import Any, ClassVar
from urllib.parse import urlsplit

import httpx


@dataclass(frozen=True)
class Reply:
    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Receipt:
    """What is sent to a receipts address."""

    content: bytes
    headers: Mapping[str, str]


class Refused(Exception):
    def __init__(self, reply: Reply) -> None:
        self.reply = reply


class Provider:
    """One provider. `take` returns what the phone gets and the answer; it raises Refused."""

    journal: list[dict[str, Any]]

    def fresh(self) -> "Provider":
        """As after its start."""
        return type(self)()

    def ordered(self, fault: Mapping[str, Any]) -> None:
        """A fault was ordered; most are the server's business."""

    def tell(self, what: str) -> Any:
        """Something that only this provider can be asked under /_control/."""
        raise KeyError(what)

    def send_receipts(self, order: Mapping[str, Any]) -> None:
        for one in order["receipts"]:
            receipt = self.receipt(order["url"], one, is_forged=order["is_forged"])
            httpx.post(
                order["url"], content=receipt.content, headers=dict(receipt.headers), trust_env=False
            ).raise_for_status()

    def take(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[dict[str, Any], Reply]:
        raise NotImplementedError

    def with_error(self, code: str) -> Reply:
        """HTTP says success, the body says error."""
        raise NotImplementedError

    def receipt(self, url: str, order: Mapping[str, Any], *, is_forged: bool) -> Receipt:
        raise NotImplementedError


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, provider: Provider, port: int) -> None:
        self.journal: list[dict[str, Any]] = []
        self.use(provider)
        self.fault: dict[str, Any] = {}
        super().__init__(("127.0.0.1", port), Handler)

    def use(self, provider: Provider) -> None:
        self.provider = provider
        provider.journal = self.journal


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server
    _AFTER: ClassVar = frozenset(
        {"accept-then-hang", "close-after-accept", "500-after-accept", "malformed-after-accept"}
    )

    def do_GET(self) -> None:
        what = self.path.removeprefix("/_control/")
        self._reply(Reply(200, self.server.journal if what == "journal" else self.server.provider.tell(what)))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self.path.startswith("/_control/"):
            self._control(self.path.rpartition("/")[2], json.loads(body))
        else:
            self._provide(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing: a stand-in has no log."""

    def _control(self, what: str, order: dict[str, Any]) -> None:
        if what == "fault":
            self.server.fault = order
            self.server.provider.ordered(order)
        elif what == "forget":
            self.server.journal.clear()
            self.server.fault = {}
            self.server.use(self.server.provider.fresh())
        else:
            self.server.provider.send_receipts(order)
        self._reply(Reply(200, {}))

    def _provide(self, body: bytes) -> None:
        fault = self.server.fault
        name = fault.get("name", "")
        headers = {key.lower(): value for key, value in self.headers.items()}
        if name == "status":
            self._reply(Reply(int(fault["status"]), fault.get("body", {"error": "x"}), fault.get("headers", {})))
            return
        if name == "200-with-error":
            self._reply(self.server.provider.with_error(str(fault["code"])))
            return
        if name == "close-before-accept":
            self.close_connection = True
            return
        try:
            message, reply = self.server.provider.take(urlsplit(self.path).path, headers, body)
        except Refused as refused:
            self._reply(refused.reply)
            return
        self.server.journal.append(message)
        self._reply_with(name, reply, fault)

    def _reply_with(self, name: str, reply: Reply, fault: Mapping[str, Any]) -> None:
        match name:
            case "accept-then-hang":
                time.sleep(float(fault.get("seconds", 3)))
                self.close_connection = True
            case "close-after-accept":
                self.close_connection = True
            case "500-after-accept":
                self._reply(Reply(500, {"error": "internal"}))
            case "malformed-after-accept":
                self._write(200, {}, b'{"messageId": "abc')
            case "huge":
                self._write(200, {}, b"[" + b"0," * 2_000_000 + b"0]")
            case "drip":
                self._drip()
            case _:
                self._reply(reply)

    def _drip(self) -> None:
        """An answer that never ends and never pauses."""
        self.close_connection = True
        try:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for number in range(200):
                self.wfile.write(f"X-{number}: y\r\n".encode())
                time.sleep(0.1)
        except OSError:
            return

    def _reply(self, reply: Reply) -> None:
        self._write(reply.status, reply.headers, json.dumps(reply.body).encode())

    def _write(self, status: int, headers: Mapping[str, str], payload: bytes) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(payload)
        except OSError:
            self.close_connection = True


def serve(provider: Provider) -> None:
    server = Server(provider, int(os.environ.get("GATEWAY_PORT", "0")))

    def stop(_number: int, _frame: FrameType | None) -> None:
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    print(f"listening 127.0.0.1:{server.server_address[1]}", flush=True)  # noqa: T201
    server.serve_forever(poll_interval=0.1)
    server.server_close()
