# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""An SMS gateway that keeps what it is given: `python -m jobcenter_portal.demo.catchers.sms`.

It answers as the documentation of seven.io's HTTP API says (sources in notifications/channels/sms/seven.py): POST
/api/sms, GET /api/journal/outbound, errors as codes in a body with HTTP 200. The files in CATCHER_DIR/sms are what
phones would have received; a message sent twice is there twice. Where the documentation is silent (a `ttl` out of
range) it answers HTTP 400. CATCHER_FAULT: accept-then-hang, 500-after-accept, malformed-after-accept, 200-with-error
(CATCHER_FAULT_CODE), 429. CATCHER_RELOAD_LOCK switches the documented lock on repeated texts on (seconds).
"""

import hmac
import json
import signal
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import FrameType
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from jobcenter_portal.demo.catchers.config import CatcherConfig
from jobcenter_portal.demo.catchers.gateway import Gateway, Reply

_LARGEST_BODY: Final = 100_000


class Server(ThreadingHTTPServer):
    daemon_threads = True
    # A keep-alive connection of a client must not keep the process from ending.
    block_on_close = False

    def __init__(self, config: CatcherConfig) -> None:
        self.config = config
        self.gateway = Gateway(config.folder, reload_lock_seconds=config.reload_lock_seconds)
        super().__init__(("127.0.0.1", config.port), Handler)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body are two writes; Nagle's algorithm would hold the second back for 40 ms.
    disable_nagle_algorithm = True
    server: Server

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > _LARGEST_BODY:
            self.close_connection = True
            self._answer(Reply(411 if not length.isdecimal() else 413, {"error": "length"}))
            return
        body = self.rfile.read(int(length))
        if not self._is_authenticated():
            return
        if urlsplit(self.path).path != "/api/sms":
            self._answer(Reply(404, {"error": "not found"}))
            return
        self._take(body)

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if not self._is_authenticated():
            return
        if parts.path != "/api/journal/outbound":
            self._answer(Reply(404, {"error": "not found"}))
            return
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        self._answer(self.server.gateway.journal(query))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Stay silent: request lines of the journal hold telephone numbers."""

    def _is_authenticated(self) -> bool:
        presented = self.headers.get("X-Api-Key", "")
        if hmac.compare_digest(presented.encode("latin-1"), self.server.config.api_key.encode()):
            return True
        self._answer(Reply(401, 900))
        return False

    def _take(self, body: bytes) -> None:
        faults, config = self.server.config.faults, self.server.config
        if faults.take("429"):
            self._answer(Reply(429, {"error": "rate limit"}, {"Retry-After": "7"}))
            return
        if faults.take("200-with-error"):
            self._answer(Reply(200, {"success": config.fault_code, "messages": []}))
            return
        reply = self.server.gateway.send(self.headers.get("Content-Type", ""), body, datetime.now(UTC))
        if faults.take("accept-then-hang"):
            time.sleep(config.fault_seconds)
            self.close_connection = True
            return
        if faults.take("500-after-accept"):
            reply = Reply(500, {"error": "internal"})
        malformed = faults.take("malformed-after-accept")
        self._answer(reply, garbled=malformed)

    def _answer(self, reply: Reply, *, garbled: bool = False) -> None:
        payload = b'{"success": "100", "mess' if garbled else json.dumps(reply.body).encode()
        self.send_response(reply.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(payload)


def main() -> None:
    server = Server(CatcherConfig.from_environment())

    def stop(_number: int, _frame: FrameType | None) -> None:
        # shutdown() waits for serve_forever(), which runs in this very thread.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"listening 127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever(poll_interval=0.1)
    server.server_close()


if __name__ == "__main__":
    main()
