# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What counts as one network, and counting when connections to Redis break."""

import secrets
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from time import monotonic
from urllib.parse import urlsplit

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from jobcenter_portal.web.throttle import CannotCount, Limit, is_allowed, network_of
from tests.notifications.proxy import Proxy

NOW = datetime(2026, 11, 23, 7, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7/32"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", "0.0.0.0/32"),
        ("unix:", "0.0.0.0/32"),
    ],
)
def test_a_network_is_one_ipv4_address_or_what_a_household_gets_in_ipv6(address: str, network: str) -> None:
    assert str(network_of(RequestFactory().get("/", REMOTE_ADDR=address))) == network


def test_behind_a_proxy_only_its_own_entry_is_believed(settings: Settings) -> None:
    settings.CLIENT_ADDRESS_HEADER = "HTTP_X_FORWARDED_FOR"
    request = RequestFactory().get("/", headers={"x-forwarded-for": "203.0.113.1, 192.0.2.7"})
    assert str(network_of(request)) == "192.0.2.7/32"


@pytest.fixture
def line(settings: Settings) -> Iterator[Proxy]:
    """Redis as this process reaches it, by a line that a test may cut or silence."""
    with Proxy(urlsplit(settings.REDIS_URL).port or 0) as line:
        settings.REDIS_URL = line.instead_of(settings.REDIS_URL)
        yield line


@pytest.fixture
def attempt() -> Callable[[], bool]:
    limit = Limit(f"test-{secrets.token_hex(4)}", attempts=2, seconds=60)
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7")
    return lambda: is_allowed(request, limit, now=NOW)


@pytest.mark.parametrize("broken", [Proxy.cut, Proxy.stall])
def test_a_connection_that_broke_costs_nobody_an_attempt(
    line: Proxy, attempt: Callable[[], bool], broken: Callable[[Proxy], object]
) -> None:
    assert attempt()
    broken(line)
    assert [attempt(), attempt()] == [True, False]


def test_a_redis_that_never_answers_is_given_up_after_a_few_seconds(
    settings: Settings, attempt: Callable[[], bool]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        begun = monotonic()
        with pytest.raises(CannotCount):
            attempt()
    assert monotonic() - begun < 5
