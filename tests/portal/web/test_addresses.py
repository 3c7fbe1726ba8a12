# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses are worked out once; one that could open somebody's appointment is kept nowhere."""

from collections.abc import Iterator

import pytest
from django.urls import NoReverseMatch

from jobcenter_portal.web import addresses
from jobcenter_portal.web.addresses import address

KEEPING = addresses._kept


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    KEEPING.cache_clear()
    yield
    KEEPING.cache_clear()


def test_the_address_of_a_page_is_worked_out_once() -> None:
    first = address("booking:start", jobcenter="fulda", language="de")
    again = address("booking:start", jobcenter="fulda", language="de")

    assert (first, again, KEEPING.cache_info().misses) == ("/fulda/de/", "/fulda/de/", 1)


def test_another_jobcenter_and_another_language_have_addresses_of_their_own() -> None:
    addresses_of_all = [
        address("booking:start", jobcenter=jobcenter, language=language)
        for jobcenter in ("fulda", "wiesbaden")
        for language in ("de", "ar")
    ]

    assert addresses_of_all == ["/fulda/de/", "/fulda/ar/", "/wiesbaden/de/", "/wiesbaden/ar/"]


def test_a_key_to_an_appointment_is_kept_nowhere() -> None:
    address("booking:appointment", jobcenter="fulda", language="de", key="a-key-that-opens-it-0001")

    assert KEEPING.cache_info().currsize == 0


def test_a_page_that_does_not_exist_stays_unknown() -> None:
    for _ in range(2):
        with pytest.raises(NoReverseMatch):
            address("booking:nowhere", jobcenter="fulda")
