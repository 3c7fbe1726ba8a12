# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How long a message waits before it is tried again. Plain arithmetic: the same input gives the same answer."""

from datetime import timedelta
from typing import Final

FIRST: Final = timedelta(seconds=20)
LONGEST: Final = timedelta(minutes=30)
_SPREAD: Final = 0.2
_STEPS: Final = 16  # 20 s doubled 16 times is far beyond LONGEST; keeps the power small


def delay(attempt: int, *, seed: int, at_least: timedelta | None = None) -> timedelta:
    """The wait after the `attempt`-th failure (from 1): doubling, never above LONGEST, spread by up to 20 %.

    `seed` (the message's id) spreads a thousand messages that failed in the same second; without it they would all
    come back in the same second too. `at_least` is what the provider asked for and always holds.
    There is no last attempt: a message is tried until it would come too late to be of use.
    """
    if attempt < 1:
        raise ValueError("attempts count from 1")
    doubled: timedelta = min(FIRST * 2 ** min(attempt - 1, _STEPS), LONGEST)
    share = (seed * 2654435761 % 2**32) / 2**32  # Knuth's multiplicative hash: neighbours end up far apart
    spread: timedelta = doubled * (1 - _SPREAD * share)
    return max(spread, at_least or timedelta())
