# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.backoff import FIRST, LONGEST, delay


def test_each_wait_is_about_twice_the_one_before_until_half_an_hour() -> None:
    waits = [delay(attempt, seed=0).total_seconds() for attempt in range(1, 10)]
    assert waits == [20, 40, 80, 160, 320, 640, 1280, 1800, 1800]


@given(attempt=st.integers(1, 10_000), seed=st.integers(0, 2**62))
def test_a_wait_is_never_shorter_than_four_fifths_of_its_step_nor_longer_than_the_longest(
    attempt: int, seed: int
) -> None:
    assert FIRST * 0.8 <= delay(attempt, seed=seed) <= LONGEST
    assert delay(attempt, seed=seed) == delay(attempt, seed=seed)


def test_a_thousand_messages_that_failed_together_do_not_come_back_together() -> None:
    waits = sorted(delay(1, seed=seed).total_seconds() for seed in range(1000))
    assert max(sum(low <= wait < low + 0.1 for wait in waits) for low in (16 + step / 10 for step in range(40))) < 40


def test_what_the_provider_asks_for_always_holds() -> None:
    assert delay(1, seed=7, at_least=timedelta(hours=2)) == timedelta(hours=2)


def test_attempts_count_from_one() -> None:
    with pytest.raises(ValueError, match="count from 1"):
        delay(0, seed=1)
