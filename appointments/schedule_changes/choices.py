# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What can become of an appointment that a change concerns, as a form shows it and sends it back."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from typing import Final

from appointments.core.slots import instant_of, tick_at_or_before
from appointments.schedule_changes.finding import Concerned

_CODE: Final = re.compile(r"([a-z]+)(?:\.([1-9][0-9]{6,7})\.([1-9][0-9]{0,17}(?:-[1-9][0-9]{0,17}){0,5}))?")


@unique
class Way(StrEnum):
    """What becomes of one appointment."""

    RELOCATE = "relocate"
    """The same time at the new site."""
    DEPUTY = "deputy"
    """The same time with somebody else, or in another room."""
    MOVE = "move"
    """Another time."""
    OFFER = "offer"
    """Cancelled with the request to choose a new time: who chooses comes more often than who is sent for."""
    CANCEL = "cancel"
    KEEP = "keep"
    """It takes place all the same."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One way for one appointment, with the time and the calendars (who leads comes first) where it needs them."""

    way: Way
    starts_at: datetime | None = None
    party: tuple[int, ...] = ()

    @property
    def code(self) -> str:
        """As a form sends it."""
        if self.starts_at is None:
            return self.way.value
        return f"{self.way}.{tick_at_or_before(self.starts_at)}.{'-'.join(map(str, self.party))}"

    @staticmethod
    def of_code(code: str) -> "Choice":
        """Raises ValueError for what no form of ours sends."""
        match = _CODE.fullmatch(code)
        if match is None:
            raise ValueError("not a choice")
        way, tick, party = match.groups()
        if tick is None:
            return Choice(Way(way))
        return Choice(Way(way), instant_of(int(tick)), tuple(map(int, party.split("-"))))


@dataclass(frozen=True, slots=True)
class Case:
    """One appointment or session that is concerned, and the ways that are open for it; the proposed one first."""

    concerned: Concerned
    choices: tuple[Choice, ...]

    @property
    def key(self) -> str:
        return self.concerned.key

    @property
    def default(self) -> Choice:
        return self.choices[0]
