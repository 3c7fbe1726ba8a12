# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What all HTTP gateways have in common: which addresses, how long, how much, and when nobody can know."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from notifications.channels.addresses import is_public
from notifications.channels.base import AccountProblem, Ambiguous, RejectedTemporary
from notifications.channels.over_http import Answer, HttpWay, Limits, pause
from tests.notifications.channels.conftest import NOW
from tests.notifications.gateways.certificates import self_signed
from tests.notifications.gateways.processes import Gateway


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False),
        ("127.8.8.8", False),
        ("0.0.0.0", False),  # noqa: S104 -- an address to refuse
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.215.14", True),
        ("2002:7f00:0001::", False),
        ("64:ff9b::7f00:1", False),
    ],
)
def test_which_addresses_are_of_the_open_internet(address: str, *, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:7f00:1]"]
)
def test_an_address_of_our_own_network_is_never_connected_to(settings: Any, host: str) -> None:
    settings.ALLOW_LOCAL_PROVIDERS = False
    with listening() as (port, heard), closing(HttpWay(f"http://{host}:{port}", limits=Limits(whole=2))) as way:
        assert way.post("/") == AccountProblem("address")
        assert way.get("/", {}) is None
    assert heard == []


def test_what_was_checked_is_what_is_connected_to(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that stands for a public address when it is typed, and for ours when it is used."""
    settings.ALLOW_LOCAL_PROVIDERS = False
    asked: list[str] = []

    def rebinding(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    with listening() as (port, heard):
        with closing(HttpWay(f"http://sms.example:{port}")) as way:
            assert way.post("/") == AccountProblem("address")
        assert (asked, heard) == (["sms.example"], [])


def test_a_redirect_is_not_followed_and_a_proxy_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with listening() as (port, heard), Gateway("link") as gateway:
        gateway.misbehave("status", status=302, headers={"Location": f"http://127.0.0.1:{port}/"})
        with closing(HttpWay(gateway.url)) as way:
            answer = way.post("/sms/send", document={})
    assert isinstance(answer, Answer)
    assert (answer.status, heard) == (302, [])


def test_an_answer_that_comes_in_drops_does_not_hold_a_worker() -> None:
    with Gateway("json_gateway") as gateway:
        gateway.misbehave("drip")
        began, document, headers = time.monotonic(), {"phone": "+49152"}, {"X-LOX24-AUTH-TOKEN": "1234567:e3f3a759"}
        with closing(HttpWay(gateway.url, headers=headers, limits=Limits(whole=1.0))) as way:
            assert way.post("/sms", document=document) == Ambiguous("no-answer")
        assert time.monotonic() - began < 2.5
        assert gateway.journal() == [document]


def test_a_connection_that_is_refused_sent_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with closing(HttpWay(f"http://127.0.0.1:{port}")) as way:
        assert way.post("/") == RejectedTemporary("connect", None)


def test_a_name_that_does_not_exist_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with closing(HttpWay("https://sms.invalid")) as way:
        assert way.post("/") == RejectedTemporary("connect", None)


def test_a_certificate_of_nobody_is_refused_before_the_key_is_shown(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*self_signed(tmp_path))
    with listening(context) as (port, heard):
        base = f"https://localhost:{port}"
        with closing(HttpWay(base, headers={"X-Api-Key": "secret"}, limits=Limits(whole=3))) as way:
            assert way.post("/") == RejectedTemporary("connect", None)
    assert heard == []


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        ("0", 1),
        ("999999999999999999999", 3600),
        ("Mon, 23 Nov 2026 08:31:30 GMT", 90),
        ("Mon, 23 Nov 2026 08:00:00 GMT", 1),
        ("Tue, 24 Nov 2026 08:31:30 GMT", 3600),
        ("", 60),
        ("soon", 60),
        ("-5", 60),
        ("٧", 60),
    ],
)
def test_retry_after_as_seconds_or_as_a_date(header: str, seconds: int) -> None:
    assert pause({"retry-after": header}, now=NOW) == timedelta(seconds=seconds)


@contextmanager
def listening(context: ssl.SSLContext | None = None) -> Iterator[tuple[int, list[bytes]]]:
    """A port that notes what it hears and answers nothing."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)
        thread = threading.Thread(target=_hear, args=(server, heard, context), daemon=True)
        thread.start()
        port = server.getsockname()[1]
        yield port, heard
        # Wakes the thread where nobody came.
        socket.create_connection(("127.0.0.1", port)).close()
        thread.join(timeout=10)


def _hear(server: socket.socket, heard: list[bytes], context: ssl.SSLContext | None) -> None:
    wrap: Callable[[socket.socket], socket.socket] = (
        (lambda plain: context.wrap_socket(plain, server_side=True)) if context else lambda plain: plain
    )
    try:
        connection, _peer = server.accept()
        with wrap(connection) as peer:
            octets = peer.recv(65536)
            if octets:
                heard.append(octets)
    except OSError:
        return
