# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What counts as one network."""

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from jobcenter_portal.web.throttle import network_of


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
