# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A push service that keeps the knocks it is given: `python -m jobcenter_portal.demo.catchers.push`.

It takes POST /p/<device> as RFC 8030 and RFC 8292 say: TTL is needed, Urgency and Topic have their forms, there is no
body, and the VAPID note must be signed, for this origin, and valid for no longer than a day. The files in
CATCHER_DIR/push are what devices would be shown: of one Topic for one device only the last, with how often it came.
A device called `gone-…` answers 410, `unknown-…` 404, `foreign-…` 403 as for a subscription made with another key.
CATCHER_FAULT: accept-then-hang, 500-after-accept, hang-up, status (CATCHER_FAULT_CODE), 429, redirect.
"""

import base64
import hashlib
import json
import re
import secrets
import signal
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FrameType
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from jobcenter_portal.demo.catchers.config import CatcherConfig

_PATH: Final = re.compile(r"/p/([A-Za-z0-9_-]{1,200})")
_TOPIC: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")
_NOTE: Final = re.compile(r"vapid t=([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+), ?k=([A-Za-z0-9_-]+)")
_URGENCIES: Final = frozenset({"very-low", "low", "normal", "high"})
_LONGEST_NOTE: Final = timedelta(hours=24)
_STATUS_OF_DEVICES: Final = {"gone": 410, "unknown": 404, "foreign": 403}


class RefusalError(Exception):
    """The status that the service answers."""

    def __init__(self, status: int, **headers: str) -> None:
        super().__init__(str(status))
        self.status, self.headers = status, headers


class Server(ThreadingHTTPServer):
    daemon_threads = True
    # A keep-alive connection of a client must not keep the process from ending.
    block_on_close = False

    def __init__(self, config: CatcherConfig) -> None:
        self.config = config
        self.folder = config.folder / "push"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.lock = threading.Lock()
        super().__init__(("127.0.0.1", config.port), Handler)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def do_POST(self) -> None:
        faults, config = self.server.config.faults, self.server.config
        if faults.take("hang-up"):
            self.close_connection = True
            return
        try:
            self._refuse_if_ordered()
            self._keep(self._checked())
        except RefusalError as refusal:
            self._answer(refusal.status, refusal.headers)
            return
        if faults.take("accept-then-hang"):
            time.sleep(config.fault_seconds)
            self.close_connection = True
        elif faults.take("500-after-accept"):
            self._answer(500, {})
        else:
            self._answer(201, {"Location": f"{self.server.origin}/m/{secrets.token_urlsafe(16)}"})

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Stay silent: whoever knows an endpoint can knock at it."""

    def _refuse_if_ordered(self) -> None:
        faults, config = self.server.config.faults, self.server.config
        if faults.take("429"):
            raise RefusalError(429, **{"Retry-After": "7"})
        if faults.take("redirect"):
            raise RefusalError(307, Location=f"{self.server.origin}/p/elsewhere")
        if faults.take("status"):
            raise RefusalError(int(config.fault_code))

    def _checked(self) -> str:
        """The device that is knocked at. Raises RefusalError."""
        path, topic = _PATH.fullmatch(self.path), self.headers.get("Topic", "x")
        if not path:
            raise RefusalError(404)
        if self.headers.get("Content-Length", "0") != "0" or self.headers.get("Transfer-Encoding"):
            raise RefusalError(413)
        well_formed = (
            self.headers.get("TTL", "").isdecimal()
            and self.headers.get("Urgency", "normal") in _URGENCIES
            and _TOPIC.fullmatch(topic)
        )
        if not well_formed:
            raise RefusalError(400)
        _check_note(self.headers.get("Authorization", ""), origin=self.server.origin, now=datetime.now(UTC))
        refused = _STATUS_OF_DEVICES.get(path[1].partition("-")[0])
        if refused:
            raise RefusalError(refused)
        return path[1]

    def _keep(self, device: str) -> None:
        topic = self.headers.get("Topic") or secrets.token_hex(16)
        name = hashlib.sha256(f"{device}/{topic}".encode()).hexdigest()[:32]
        target: Path = self.server.folder / f"{name}.json"
        with self.server.lock:
            times = json.loads(target.read_bytes())["times"] if target.exists() else 0
            knock = {
                "device": device,
                "topic": self.headers.get("Topic", ""),
                "ttl": int(self.headers["TTL"]),
                "urgency": self.headers.get("Urgency", "normal"),
                "received_at": datetime.now(UTC).isoformat(),
                "times": times + 1,
            }
            unfinished = target.with_suffix(".part")
            unfinished.write_text(json.dumps(knock, indent=1))
            unfinished.rename(target)

    def _answer(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()


def _check_note(header: str, *, origin: str, now: datetime) -> None:
    """Raise RefusalError for what is not a note of RFC 8292 to this service."""
    match = _NOTE.fullmatch(header)
    if not match:
        raise RefusalError(401)
    head, claims, signature, point = match.groups()
    try:
        raw = _bytes(signature)
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(point))
        der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
        key.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
        said, how = json.loads(_bytes(claims)), json.loads(_bytes(head))
        expires = datetime.fromtimestamp(said["exp"], UTC)
    except (InvalidSignature, ValueError, KeyError, TypeError):
        raise RefusalError(403) from None
    of_us = said.get("aud") == origin and str(said.get("sub", "")).startswith(("mailto:", "http"))
    if how != {"typ": "JWT", "alg": "ES256"} or not of_us or not now < expires <= now + _LONGEST_NOTE:
        raise RefusalError(403)


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


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
